"""Which addresses of a site are those of its articles: what was seen of each, and what follows from it. Pure.

What a feed or a news sitemap announces is an article. What only a sitemap or a listing names may be anything: it is
judged shape by shape, by what its links say and by pages of that shape that were read.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crawler import spellings
from crawler.address_names import (
    are_identified,
    are_kin,
    folder_of,
    has_simpler,
    is_mobile,
    is_part,
    last_name,
    names_same,
)
from crawler.doubles import identity_of
from crawler.scope import is_media
from crawler.seen import HEADLINE, Seen, is_headline, spread
from crawler.traps import is_trap
from crawler.url_shapes import Shape, group_by_shape, learn_patterns, shape_of
from crawler.urls import host_of, target_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crawler.discovery import Announcement

# A feed may point at something else now and then: so small a part of what is announced proves nothing.
_STRAY_SHARE = 0.03
_ENOUGH = 3
# A list in another order, or of what was looked for.
_ORDER = re.compile(r"(?:(?:sort|order|dir|filter|q|query|search)\w*|date|day|month|year)(?:=|\Z)", re.IGNORECASE)
# So many pages of a kind tell that all of it are doubles.
_SAME = 2
# What a link of few words counts, beside one with a headline.
_SHORT = 0.5
# So many links that differ in their last piece alone are more than a menu has.
_CROWD = 8
# So many sections whose addresses differ in a word prove the others of their form.
_KIN = 3


@dataclass(slots=True)
class Evidence:
    """All addresses of a site that were seen; `hosts` are its own. `read` are pages that were read: article or not.

    `doubles` are pages that name another address as their own, `moved` those that lead on to another, `alternates`
    those that an article names as itself in another language. `asked` are articles that were asked for, or came.
    """

    hosts: set[str]
    seen: dict[str, Seen] = field(default_factory=dict)
    read: dict[str, bool] = field(default_factory=dict)
    listings: set[str] = field(default_factory=set)
    doubles: dict[str, str] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)
    alternates: set[str] = field(default_factory=set)
    asked: set[str] = field(default_factory=set)

    def owns(self, url: str) -> bool:
        """True for a URL on one of the site's hosts: one for small screens only where its home page is there."""
        return host_of(url) in self.hosts

    def adopt_hosts(self, items: Iterable[Announcement]) -> None:
        """Take the host that a feed's items are on as the site's, where it is a part or a twin of one that is."""
        for host, _ in Counter(host_of(item.url) for item in items).most_common(2):
            if any(are_kin(host, known) for known in tuple(self.hosts)) and not is_mobile(host):
                self.hosts.add(host)

    def adopt_parts(self, items: Iterable[Announcement]) -> None:
        """Take hosts below the site's own, or above them, that a page of it leads to by several headlines."""
        counts = Counter(host_of(item.url) for item in items if item.title and is_headline(item.title))
        own = tuple(self.hosts)
        parts = [host for host in counts if not is_mobile(host) and any(is_part(host, known) for known in own)]
        if sum(counts[host] for host in parts) >= _ENOUGH:
            self.hosts.update(parts)

    def add_alternates(self, urls: Iterable[str]) -> None:
        """Note addresses that an article names as itself in other languages; their hosts are the site's from now on."""
        for url in urls:
            if not is_media(url) and not is_trap(url):
                self.hosts.add(host_of(url))
                self.seen.setdefault(url, Seen())
                self.alternates.add(url)

    def add(self, items: Iterable[Announcement], *, kind: str, page: str) -> None:
        """Note what a document announced: `kind` is feed, sitemap or listing, `page` its URL."""
        for item in items:
            if not self.owns(item.url) or is_media(item.url) or is_trap(item.url):
                continue
            seen = self.seen.setdefault(item.url, Seen())
            seen.is_announced |= kind == "feed" or (kind == "sitemap" and item.published is not None)
            seen.in_sitemap |= kind == "sitemap"
            if kind == "listing":
                seen.pages.add(page)
                seen.blocks |= {item.block} if item.block else set()
            if item.title and kind == "listing":
                seen.titles.append(item.title)

    def note_article(self, url: str, arrived: str, canonical: str | None) -> str:
        """Note a page that was read and is an article: asked for as `url`, come from `arrived`. Gives its own address.

        Where all pages of a kind that were read are doubles of others, that kind holds no articles.
        """
        self.read[url] = True
        self.asked.update((url, arrived))
        if arrived != url and self.owns(arrived):
            self.moved[url] = arrived
        own = arrived if self.owns(arrived) else url
        if canonical and canonical != own and self.owns(canonical) and names_same(canonical, own):
            self.doubles[url] = own = canonical
        if own != url:
            self.seen.setdefault(own, Seen())
            self.read[own] = True
        shape = shape_of(url)
        like = [each for each in self.read if shape_of(each) == shape]
        if len(like) >= _SAME and all(each in self.doubles and shape_of(self.doubles[each]) != shape for each in like):
            self.read.update(dict.fromkeys(like, False))
        return own

    def aliases(self) -> set[str]:
        """The addresses of kinds that lead on to other kinds, as far as such were asked for: old ones of articles."""
        shapes = {shape_of(url) for url in self.moved}
        for url in self.read:
            if url not in self.moved:
                shapes.discard(shape_of(url))
        return {url for shape, urls in self.groups().items() if shape in shapes for url in urls}

    def groups(self) -> dict[Shape, list[str]]:
        """All addresses by shape."""
        return group_by_shape(url for url in self.seen if target_of(url) != "/")

    def articles(self) -> set[str]:
        """The addresses that are those of articles, as far as is known now."""
        return (
            {url for _, urls in self._proven() for url in urls}
            - {url for url, is_article in self.read.items() if not is_article}
            - self.listings
        )

    def _proven(self) -> list[tuple[Shape, list[str]]]:
        """The groups of articles: those that are proven, and those that differ from several of them in a word alone."""
        groups = self.groups()
        proven = [(shape, urls) for shape, urls in groups.items() if self._is_proven(shape, urls)]
        words = {
            form: {shape.words for shape, _ in proven if shape.form == form} for form in {s.form for s, _ in proven}
        }
        kin = [
            (shape, urls)
            for shape, urls in groups.items()
            if shape.words and shape.words not in words.get(shape.form, ()) and len(words.get(shape.form, ())) >= _KIN
            if self._is_like_articles(shape, urls)
        ]
        return proven + kin + self._beside(groups, proven + kin)

    def _beside(
        self, groups: dict[Shape, list[str]], known: list[tuple[Shape, list[str]]]
    ) -> list[tuple[Shape, list[str]]]:
        """The groups that differ from a proven one in a word alone and stand with its articles in one list."""
        shapes = {shape for shape, _ in known}
        blocks: dict[object, set[str]] = {}
        for shape, urls in known:
            blocks.setdefault(shape.form, set()).update(*(self.seen[url].blocks for url in urls))
        found = []
        for shape, urls in groups.items():
            if shape in shapes or shape.form not in blocks or not shape.words or self.listings.issuperset(urls):
                continue
            together = sum(not blocks[shape.form].isdisjoint(self.seen[url].blocks) for url in urls)
            if together * 2 > len(urls) and self._is_like_articles(shape, urls, is_beside=True):
                found.append((shape, urls))
        return found

    def _is_like_articles(self, shape: Shape, urls: list[str], *, is_beside: bool = False) -> bool:
        headlines = len(urls) if is_beside else sum(self.seen[url].is_headline for url in urls)
        was_wrong = any(self.read.get(url) is False for url in urls)
        is_good = not was_wrong and not shape.is_never_article
        return headlines * 2 >= len(urls) and is_good and are_identified(shape, urls)

    def _is_proven(self, shape: Shape, urls: list[str]) -> bool:
        announced = sum(self.seen[url].is_announced for url in urls)
        total = sum(seen.is_announced for seen in self.seen.values())
        if announced > _STRAY_SHARE * total and (announced >= _ENOUGH or not shape.is_never_article):
            return not shape.is_dated_page or any(self.read.get(url) for url in urls)
        verdicts = [self.read[url] for url in urls if url in self.read]
        if not verdicts and not self.alternates.isdisjoint(urls):
            return not shape.is_never_article
        return any(verdicts) and sum(verdicts) * 2 >= len(verdicts) and not shape.is_never_article

    def doubtful(self) -> list[list[str]]:
        """The groups that may hold articles and of which no page was read, the likeliest first."""
        proven = {last_name(url) for url in self.articles()}
        known = {shape for shape, _ in self._proven()}
        names = {identity_of(url) for url in self.seen}
        found: list[tuple[float, list[str]]] = []
        for shape, urls in self.groups().items():
            is_order = bool(shape.keys) and any(_ORDER.match(key) for key in shape.keys)
            if is_order or shape in known or any(url in self.read for url in urls) or self.listings.issuperset(urls):
                continue
            doubles = sum(last_name(url) in proven or has_simpler(url, names) for url in urls)
            # A number may look like a year: then the links are called by headlines, and not by dates.
            titled = [self.seen[url].is_headline for url in urls if self.seen[url].titles]
            is_day = shape.is_dated_page and sum(titled) * 2 <= len(titled)
            if not shape.is_never_article and not is_day and doubles * 2 < len(urls):
                weight = self._weight(shape, urls)
                if weight >= _ENOUGH - 1:
                    found.append((weight, urls))
        return [urls for _, urls in sorted(found, key=lambda item: -item[0])]

    def _weight(self, shape: Shape, urls: list[str]) -> float:
        headlines = sum(self.seen[url].is_headline for url in urls)
        mapped = sum(self.seen[url].in_sitemap for url in urls)
        # Titles may be short: many links whose addresses differ in a number or a slug are worth a look too.
        common = max((len(seen.pages) for seen in self.seen.values()), default=0)
        # What stands on every page is a menu, where several pages were read.
        is_identified = are_identified(shape, urls)
        linked = sum(0 < len(self.seen[url].pages) < max(2, common) for url in urls) if is_identified else 0
        brief = _SHORT * linked if linked > _ENOUGH else 0
        return max(headlines, brief) + (0.5 if is_identified else 0.1) * mapped

    def others(self) -> list[str]:
        """Addresses that are known to be no articles: listings, pages that were read, menus of every page."""
        articles = self.articles()
        menus = self._menus()
        proved = {shape_of(url) for url in menus if self.read.get(url)}
        menus = [url for url in menus if shape_of(url) not in proved]
        wrong = [url for url, is_article in self.read.items() if not is_article]
        unlike = [
            url
            for url in self.seen
            if url not in articles and not self.seen[url].is_announced and shape_of(url).is_never_article
        ]
        return list(dict.fromkeys([*self.listings, *wrong, *menus, *unlike[:200]]))

    def unsure(self) -> list[str]:
        """Addresses like those of articles on every page with few words: of menus, or of what is most read."""
        articles = self.articles()
        return [url for url in self._menus() if url in articles and url not in self.read and url not in self.listings]

    def _menus(self) -> list[str]:
        """What stands on every page and is called by few words, and is not known to be short by its kind."""
        common = max((len(seen.pages) for seen in self.seen.values()), default=0)
        brief = self._brief()
        return [
            url
            for url, seen in self.seen.items()
            if not seen.is_announced
            and url not in brief
            and seen.titles
            and not seen.is_headline
            and len(seen.pages) >= max(_ENOUGH, common)
            and max(map(len, seen.titles)) <= HEADLINE
        ]

    def has_headlines(self) -> bool:
        """True where some links have as many words as a headline."""
        return sum(seen.is_headline for seen in self.seen.values()) >= _ENOUGH

    def _brief(self) -> set[str]:
        """The articles of kinds whose titles are short: from the words of one on every page nothing follows."""
        common = max((len(seen.pages) for seen in self.seen.values()), default=0)
        found: set[str] = set()
        for _, urls in self._proven():
            titled = [self.seen[url] for url in urls if self.seen[url].titles]
            few = [seen for seen in titled if len(seen.pages) < common]
            if len(titled) > _ENOUGH and sum(seen.is_headline for seen in few or titled) * 2 < len(few or titled):
                found.update(urls)
        return found

    def is_side(self, url: str) -> bool:
        """True for one of a crowd of links that few pages have: a tag beside an article, not a section in the menu."""
        host = host_of(url)
        # Each edition on a host of its own has menus of its own.
        near = {other: seen for other, seen in self.seen.items() if host_of(other) == host}
        common = max((spread(seen, host) for seen in near.values()), default=0)
        if url not in near or common < 2 or spread(near[url], host) * 2 > common:
            return False
        folder = folder_of(url)
        # The further pages of a list are no neighbours of it, and two spellings are one.
        beside = {identity_of(other) for other in near if folder_of(other) == folder and not self._is_further(other)}
        return len(beside) >= _CROWD

    def _is_further(self, url: str) -> bool:
        first, sign, _ = url.partition("?")
        return sign != "" and url in self.listings and first in self.seen

    def patterns(self) -> tuple[str, ...]:
        """Expressions for the articles as they are known now."""
        articles = self.articles() - set(self.others())
        return learn_patterns(sorted(articles - self.misspelled() or articles), self.others())

    def unproven_spellings(self) -> list[str]:
        """An article of each kind that differs from another in `www.` or the final slash alone; none of it was read."""
        return spellings.unproven(self.articles(), self.asked)

    def misspelled(self) -> set[str]:
        """The articles of such kinds whose server leads on to the other spelling: each would cost a request more."""
        return spellings.misspelled(self.articles(), self.asked, self.moved)
