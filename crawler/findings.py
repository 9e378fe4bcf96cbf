"""What a survey found: feeds, sitemaps and listings as they were read, and what they say together. Pure values."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crawler.choosing import begins_in
from crawler.spans import days_in_url
from crawler.url_shapes import shape_of
from crawler.urls import host_of, target_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from collections.abc import Set as AbstractSet

    from crawler.discovery import Announcement
    from crawler.evidence import Evidence
    from pipelines.article import Article

# So many days or months of an index with a sitemap each are read: the newest of every section is among them.
_SOME_DAYS, _SOME_MONTHS = 7, 3
# From so many known days on a map's own are judged by them; so great a part must agree.
_ENOUGH_DAYS, _TRUSTED, _SOME = 3, 0.7, 20
# So many addresses that no map names are asked for before it is believed that the others lead on too.
_ASKED = 2
_NEWS_CHILD = re.compile(r"news|post|article|stor", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A feed, sitemap or listing that was read: what it announces, and how many pages it has as far as it says.

    `is_index` is True for a sitemap of sitemaps, whose children were read in part, `is_daily` where these are days or
    months. `is_topic` is True for a listing that names our region, `is_further` for a later page of one, whose first is
    at `first`, `is_stuck` for one whose next page no request of a reader gets. `label` is the text of the link that led
    there. The URL of an archive is its template.
    """

    kind: str
    url: str
    items: tuple[Announcement, ...]
    next_page: str | None = None
    pages: int = 1
    label: str = ""
    is_index: bool = False
    is_daily: bool = False
    is_topic: bool = False
    is_further: bool = False
    is_stuck: bool = False
    first: str | None = None

    @property
    def is_news(self) -> bool:
        """True for a news sitemap: its pages have times of publication."""
        return sum(item.published is not None for item in self.items) * 2 > len(self.items)

    def days_shown(self) -> dict[str, dt.date]:
        """The days that stand beside its items, and those in their addresses, by address."""
        days = {}
        for item in self.items:
            named = days_in_url(item.url)
            day = item.published.date() if item.published else item.day if not item.off else None
            if day is None and named is not None and named.first == named.last:
                day = named.first
            if day is not None:
                days[item.url] = day
        return days


@dataclass(slots=True)
class Findings:
    """All that a survey found, for `drafting`. `pages` are articles that were read, by URL.

    `editions` are the home pages in other languages.
    """

    home: str
    home_body: bytes
    home_type: str | None
    evidence: Evidence
    found: list[Found] = field(default_factory=list)
    pages: dict[str, Article] = field(default_factory=dict)
    offsets: Counter[dt.timedelta] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    questions: int = 0
    editions: tuple[str, ...] = ()
    names: list[str] = field(default_factory=list)

    def of(self, kind: str) -> list[Found]:
        """What was found of one kind."""
        return [item for item in self.found if item.kind == kind]

    def mapped(self) -> set[str]:
        """Every address that a feed or sitemap names."""
        return {item.url for found in self.found if found.kind != "listing" for item in found.items}

    def is_mapped_by_days(self) -> bool:
        """True when the sitemaps name every article, and say of which day it is: no list is needed."""
        return self.is_mapped() and self.map_tells_days()

    def map_tells_days(self) -> bool:
        """True when the days of most articles can be known by the sitemaps: by their addresses or as these say.

        What is said to be changed last is the day of the article where it is so for those whose day is known.
        """
        articles = self.evidence.articles()
        items = [item for found in self.of("sitemap") for item in found.items if item.url in articles]
        if sum(item.published is not None or _is_day(item.url) for item in items) * 2 > len(items):
            return True
        changed = {item.url: item.modified.date() for item in items if item.modified is not None}
        if len(changed) * 2 <= len(items):
            return False
        known = self._known_days()
        apart = [abs((changed[url] - day).days) for url, day in known.items() if url in changed]
        if len(apart) >= _ENOUGH_DAYS:
            return sum(days <= 1 for days in apart) >= _TRUSTED * len(apart)
        return len(set(changed.values())) * _ENOUGH_DAYS > min(len(changed), _SOME)

    def _known_days(self) -> dict[str, dt.date]:
        """The days of articles as feeds, lists and the pages themselves have them."""
        known = {url: day for found in self.of("listing") + self.of("feed") for url, day in found.days_shown().items()}
        for url, article in self.pages.items():
            if article.published is not None:
                known[url] = dt.date.fromisoformat(article.published[:10])
        return known

    def has_dated_lists(self) -> bool:
        """True when the lists that go on show days, and every kind of article that the maps name."""
        articles = self.evidence.articles()
        lists = [found for found in self.of("listing") if found.next_page is not None and not found.is_topic]
        shown = [item.url for found in lists for item in found.items if item.url in articles]
        dated = [url for found in lists for url in found.days_shown() if url in articles]
        kinds = {(shape_of(url).form, shape_of(url).words) for url in shown}
        named = [item.url for found in self.of("sitemap") for item in found.items if item.url in articles]
        counts = Counter((shape_of(url).form, shape_of(url).words) for url in named)
        is_whole = all(kind in kinds for kind, count in counts.items() if count >= _ENOUGH_DAYS)
        return is_whole and len(dated) * 4 >= len(shown) * 3 > 0

    def old_addresses(self) -> set[str]:
        """Addresses that lead on to articles, as far as such were asked for: no map names them, and none need."""
        evidence = self.evidence
        aliases, mapped = evidence.aliases(), self.mapped()
        shown = {item.url for found in self.of("listing") for item in found.items} & evidence.articles()
        missing = shown - mapped - aliases
        ends = {url: evidence.moved.get(url) or evidence.doubles.get(url) for url in missing if evidence.read.get(url)}
        is_led = len(ends) >= min(_ASKED, len(missing)) and all(end in mapped for end in ends.values())
        return aliases | missing if ends and is_led else aliases

    def unmapped(self) -> list[str]:
        """Some articles that lists show and no map names, where maps name most: they may be old addresses."""
        shown = {item.url for found in self.of("listing") for item in found.items} & self.evidence.articles()
        missing = shown - self.mapped() - self.evidence.aliases()
        return sorted(missing)[:_ASKED] if self.of("sitemap") and len(missing) * 2 < len(shown) else []

    def is_mapped(self) -> bool:
        """True when the sitemaps name, as far as was seen, every article that a listing shows on any page.

        A news sitemap is asked for more: it names those of the last days, so a listing's last page must be known.
        """
        # An old address that leads to an article is named by no map, and need not be.
        articles = self.evidence.articles() - self.old_addresses()
        maps, listings = self.of("sitemap"), self.of("listing")
        in_maps = {item.url for found in maps for item in found.items} & articles
        if any(found.is_daily for found in maps) and self._begin_in(in_maps, articles):
            return True
        shown = {item.url for found in listings for item in found.items} & articles
        missing = shown - self.mapped()
        share = 0.5 if any(found.is_index for found in maps) else 0.02
        hosts = Counter(map(host_of, shown))
        # An edition on a host of its own has maps of its own.
        lacking = Counter(map(host_of, missing))
        is_whole = any(found.is_index or not found.is_news for found in maps)
        is_deep = any(found.is_further and found.next_page is None for found in listings)
        has_further = any(found.next_page for found in listings)
        is_enough = is_whole or is_deep or not has_further
        is_near = all(count <= share * hosts[host] for host, count in lacking.items())
        return is_enough and is_near and len(in_maps) >= len(shown) > 0

    def _begin_in(self, in_maps: AbstractSet[str], articles: AbstractSet[str]) -> bool:
        """True when each list begins with articles of the maps: the rest of it is of days whose maps were not read."""
        firsts = [found for found in self.of("listing") if not found.is_further]
        shown = [[item.url for item in found.items if item.url in articles] for found in firsts]
        return any(shown) and all(begins_in(urls, in_maps) for urls in shown if urls)


def _is_day(url: str) -> bool:
    named = days_in_url(url)
    return named is not None and named.first == named.last


def pages_like(next_page: str, items: Iterable[Announcement]) -> dict[str, int]:
    """The links that differ from `next_page` in its last number alone, with their numbers."""
    numbers = list(re.finditer(r"\d+", target_of(next_page)))
    if not numbers:
        return {}
    origin, last = next_page[: -len(target_of(next_page))], numbers[-1]
    target = target_of(next_page)
    like = re.compile(re.escape(origin + target[: last.start()]) + r"(\d{1,5})" + re.escape(target[last.end() :]))
    return {item.url: int(found[1]) for item in items if (found := like.fullmatch(item.url))}


def last_page(next_page: str, items: Iterable[Announcement]) -> int:
    """The highest number in a pager; 2 where it says no more than that there is a next page."""
    return max([2, *pages_like(next_page, items).values()])


def telling(children: tuple[str, ...], changed: Mapping[str, dt.datetime] | None = None) -> tuple[str, ...]:
    """Some sitemaps of an index: those named for news first, the newest and the oldest; of days and months some more.

    `changed` says when they changed last; where most do not say that, the first two and the last two are read.
    """
    if are_dated(children):
        ordered = sorted(children, key=lambda url: _last_day(url) or dt.date.min, reverse=True)
        dated = [url for url in ordered if _last_day(url) is not None]
        some = _SOME_DAYS if are_days(children) else _SOME_MONTHS
        return tuple(dict.fromkeys([*dated[:some], dated[-1]]))
    named = [child for child in children if _NEWS_CHILD.search(target_of(child))] or list(children)
    known = {child: changed[child] for child in named if child in changed} if changed else {}
    if len(set(known.values())) * 2 > len(named):
        ordered = sorted(known, key=lambda child: known[child], reverse=True)
        return tuple(dict.fromkeys([*ordered[:3], ordered[-1]]))
    return tuple(dict.fromkeys([*named[:2], *named[-2:], *children[:1]]))[:4]


def are_days(children: tuple[str, ...]) -> bool:
    """True for an index with a sitemap for each day, whatever else is in it."""
    return sum(map(_is_day, children)) * 2 > max(len(children), _SOME_DAYS)


def are_dated(children: tuple[str, ...]) -> bool:
    """True for an index with a sitemap for each day, month or year, whatever else is in it."""
    return sum(_last_day(url) is not None for url in children) * 2 > max(len(children), 2)


def _last_day(url: str) -> dt.date | None:
    named = days_in_url(url)
    return named.last if named is not None else None
