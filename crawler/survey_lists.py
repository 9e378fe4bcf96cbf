"""The lists of a site, as a survey reads them: tags of our region, sections, further pages, archives. Pure: questions.

A list is known by what it is called, or by being none of the articles; what it shows is kept in the findings, and what
it links is called by its labels from then on.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING
from urllib.parse import unquote

from crawler.address_names import last_name, matches, names_same
from crawler.archives import has_days, template_of
from crawler.choosing import enough_to_tell, names_of
from crawler.discovery import resolve
from crawler.doubles import identity_of, simpler
from crawler.findings import Found, last_page, pages_like
from crawler.head_links import links_of_head
from crawler.listings import declared_feeds, read_listing
from crawler.load_more import is_json
from crawler.scope import is_media
from crawler.seen import is_headline
from crawler.signposts import is_archive_like, is_feed_like, is_furniture, is_news_like
from crawler.spans import days_in_url
from crawler.traps import is_trap
from crawler.url_shapes import shape_of
from crawler.urls import target_of
from crawler.whereabouts import names_our_region

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Generator
    from collections.abc import Set as AbstractSet

    from crawler.discovery import Discovery
    from crawler.findings import Findings
    from crawler.interview import Answer

LABEL = 40
_ARCHIVES = 4
_LIKE = 5
# Of the tags that stand beside articles so many are read, where the site has other lists.
_SIDE_LISTS = 2
# What an address ends with tells an article from others where it has so many signs.
_TELLING_NAME = 8
_YEAR = 300
# From so many articles on, the pages of an archive that were read are enough.
_ENOUGH, _MORE_DAYS = 12, 6
# A list in another order, or a part of one, is called by its own address and a query.
_FACETS = re.compile(
    r"(?:sort|order|order_?by|filter|view|dir|q|s|query|search|per_?page|limit|tag|cat|author|month|year)",
    re.IGNORECASE,
)

# The name of a page that tells a story: of five words or more.
_STORY = re.compile(r"/[^/_-]+(?:[_-]+[^/_-]+){4,}/?\Z")
_TAG = re.compile(r"/(?:tag|topic|category|section|rubric|theme|keyword)", re.IGNORECASE)
_ORDERS = re.compile(
    r"(?:sort|order|order_?by|filter|dir|q|s|query|search|per_?page|limit|print|tmpl|format|date|day)", re.IGNORECASE
)


class Questions:
    """What was asked, and how much more may be."""

    def __init__(self, limit: int) -> None:
        self.asked: set[str] = set()
        self.count = 0
        self._limit = limit

    @property
    def left(self) -> int:
        """How many more there may be."""
        return self._limit - self.count

    def allow(self, more: int) -> None:
        """Let so many more be asked."""
        self._limit += more

    def ask(self, url: str) -> Generator[str, Answer, Answer | None]:
        """The answer, None where it was asked for before or there were questions enough."""
        if url in self.asked or self.left <= 0 or is_trap(url):
            return None
        self.asked.add(url)
        self.count += 1
        answer = yield url
        self.asked.add(answer.url)
        return answer


class Lists:
    """The lists of one site; `labels` are the words of all links that were seen, by address.

    `feeds` are those that lists name which do not go on themselves.
    """

    def __init__(self, questions: Questions, findings: Findings, now: dt.datetime | None) -> None:
        self._questions = questions
        self._now = now
        self._findings = findings
        self.labels: dict[str, str] = {}
        self.feeds: dict[str, None] = {}
        self._endpoints: dict[str, bool] = {}

    def read(self, choose: Callable[[], list[str]], limit: int) -> Generator[str, Answer, None]:
        """Read lists as long as there are some; what a page links may bring more."""
        for _ in range(limit):
            url = next((url for url in choose() if url not in self._questions.asked), None)
            if url is None:
                return
            answer = yield from self._questions.ask(url)
            if answer is not None and answer.problem is None and not self._is_article(url, answer):
                self.take(answer, self._read(answer), label=self.labels.get(url, ""))
                yield from self.prove_next(self._findings.found[-1])

    def _is_article(self, url: str, answer: Answer) -> bool:
        """True, and noted, for what was taken for a list and is the old address of an article, or a double of one."""
        evidence = self._findings.evidence
        patterns = evidence.patterns()
        arrived = resolve(answer.url, answer.url) or answer.url
        if arrived != url and evidence.owns(arrived) and matches(patterns, arrived):
            evidence.moved[url], evidence.read[url] = arrived, True
            return True
        canonical = links_of_head(answer.body, answer.url)[0]
        if canonical and canonical != arrived and names_same(canonical, arrived):
            is_double = evidence.owns(canonical) and matches(patterns, canonical) and not matches(patterns, arrived)
            if is_double:
                evidence.doubles[url], evidence.read[url] = canonical, False
            return is_double
        return False

    def prove_next(self, found: Found) -> Generator[str, Answer, None]:
        """Ask for the next page of a list where no link leads there: a script's address may want to be sent to."""
        url = found.next_page
        if url is None or url in {item.url for item in found.items}:
            return
        name = url.partition("?")[0]
        if name not in self._endpoints:
            answer = yield from self._questions.ask(url)
            if answer is None:
                return
            discovery = self._read(answer) if answer.problem is None else None
            self._endpoints[name] = discovery is not None and bool(discovery.announcements)
            if discovery is not None and discovery.announcements:
                self.take(answer, discovery, label="", first=found.url)
        if not self._endpoints[name]:
            self._findings.found[self._findings.found.index(found)] = replace(found, next_page=None, is_stuck=True)

    def read_depths(self) -> Generator[str, Answer, None]:
        """The last page of the list with the most pages: its articles are the oldest that can be seen."""
        paged = [found for found in self._findings.of("listing") if found.next_page and not found.is_further]
        if not paged:
            return
        deepest = max(paged, key=lambda found: found.pages)
        assert deepest.next_page is not None
        if any(found.first == deepest.url for found in self._findings.of("listing")):
            return
        numbered = pages_like(deepest.next_page, deepest.items)
        url: str | None = max(numbered, key=lambda page: numbered[page]) if deepest.pages > 2 else deepest.next_page
        for _ in range(3):
            url = yield from self._read_on(url, deepest)

    def prove_reach(self) -> Generator[str, Answer, None]:
        """Read on in the list that shows the most, until the newest of every other list was met, or four pages."""
        evidence = self._findings.evidence
        articles = evidence.articles()
        firsts = [found for found in self._findings.of("listing") if found.next_page and not found.is_further]
        if not firsts:
            return
        heads = [_newest_of(found, articles, _heads_of(found, firsts)) for found in firsts]
        main = max(firsts, key=lambda found: (not found.is_topic, _met(heads, found, articles), found.pages))
        # What came on the day on which the last page ends may be on the next.
        days = [day for found in firsts for name, day in _days_of(found).items() if name in {*chain(*heads)}]
        url, end = main.next_page, min(_days_of(main).values(), default=None)
        for _ in range(4):
            shown = {
                name
                for found in self._findings.of("listing")
                if main.url in (found.url, found.first)
                for name in names_of(found, articles)
            }
            is_met = shown.issuperset(chain(*heads)) and (end is None or all(day > end for day in days))
            if url is None or self._questions.left <= 4 or is_met:
                return
            url = yield from self._read_on(url, main)
            end = min(_days_of(self._findings.found[-1]).values(), default=end)

    def _read_on(self, url: str | None, first: Found) -> Generator[str, Answer, str | None]:
        """The address after a further page of a list, once that was read."""
        answer = (yield from self._questions.ask(url)) if url is not None else None
        if answer is None or answer.problem is not None:
            return None
        discovery = self._read(answer)
        self.take(answer, discovery, label="", first=first.url)
        return self._findings.found[-1].next_page

    def read_archives(self) -> Generator[str, Answer, None]:
        """Read the page that is called archive, and two pages of each kind that has a date for an address."""
        for url in [url for url, label in self.labels.items() if self._is_archive(url, label)][:2]:
            answer = yield from self._questions.ask(url)
            if answer is not None and answer.problem is None:
                self.take(answer, self._read(answer), label=self.labels.get(url, ""))
        seen: set[str] = set()
        for _ in range(_ARCHIVES):
            template = next((template for template in self._templates() if template not in seen), None)
            if template is None:
                return
            seen.add(template)
            yield from self._read_archive(template)

    def read_more_of_archives(self) -> Generator[str, Answer, None]:
        """Read some more pages of an archive of days, where those that were read showed few articles."""
        for template in {found.url: None for found in self._findings.of("archive") if has_days(found.url)}:
            for url in sorted(self._templates().get(template, ()), reverse=True)[3:_MORE_DAYS]:
                if len(self._findings.evidence.articles()) >= _ENOUGH:
                    return
                answer = yield from self._questions.ask(url)
                if answer is not None and answer.problem is None:
                    self.take(answer, self._read(answer), label="", template=template)

    def _templates(self) -> dict[str, list[str]]:
        """The links that have a date for an address, by their template: those with days first, then the commonest."""
        groups: dict[str, list[str]] = defaultdict(list)
        evidence = self._findings.evidence
        articles = evidence.articles()  # whose numbers may look like months
        for url in self.labels:
            template = template_of(url) if evidence.owns(url) and url not in articles else None
            if template is not None:
                groups[template].append(url)
        return dict(sorted(groups.items(), key=lambda group: (not has_days(group[0]), -len(group[1]))))

    def _read_archive(self, template: str) -> Generator[str, Answer, None]:
        """Read two pages of an archive: of days not the newest, which may have begun just now."""
        urls = sorted(self._templates()[template], reverse=True)
        for url in (urls[1:3] if has_days(template) else urls[:2]) or urls:
            answer = yield from self._questions.ask(url)
            if answer is not None and answer.problem is None:
                self.take(answer, self._read(answer), label="", template=template)

    def _is_archive(self, url: str, label: str) -> bool:
        is_named = is_archive_like(f"{label} {target_of(url)}") and url not in self._findings.evidence.articles()
        return is_named and len(label) <= LABEL and self._findings.evidence.owns(url) and template_of(url) is None

    def _read(self, answer: Answer) -> Discovery:
        like = sorted(self._findings.evidence.articles())[:_LIKE] if is_json(answer.body) else ()
        return read_listing(answer.body, url=answer.url, encoding=answer.charset, seen_at=self._now, like=like)

    def take(
        self, answer: Answer, discovery: Discovery, *, label: str, first: str | None = None, template: str | None = None
    ) -> None:
        """Keep what a list shows. `first` is the page that it is a further one of, `template` that of its archive."""
        evidence = self._findings.evidence
        url = resolve(answer.url, answer.url) or answer.url
        evidence.adopt_parts(discovery.announcements)
        own = tuple(item for item in discovery.announcements if evidence.owns(item.url) and not is_media(item.url))
        evidence.add(own, kind="listing", page=url)
        evidence.listings.add(url)
        next_page = self._own_next(url, discovery.next_page)
        if next_page is None and first is None and not is_json(answer.body):
            declared = declared_feeds(answer.body, url=answer.url, encoding=answer.charset)
            self.feeds |= dict.fromkeys(each for each in declared if evidence.owns(each))
        if next_page is not None:
            evidence.listings |= {next_page, *pages_like(next_page, own)}
        if first is not None:
            evidence.listings |= set(pages_like(url, own))
        self.labels |= {item.url: item.title or "" for item in own if item.url not in self.labels}
        found = Found(
            kind="archive" if template else "listing", url=template or url, items=own, next_page=next_page, label=label,
            pages=last_page(next_page, own) if next_page else 1,
            is_topic=self._is_topic(url, label), is_further=first is not None, first=first,
        )  # fmt: skip
        self._findings.found.append(found)

    def _own_next(self, url: str, next_page: str | None) -> str | None:
        """The page after that of a list, None where an article was taken for it."""
        if next_page is None or target_of(next_page).startswith(target_of(url).rstrip("/") + "?"):
            return next_page
        return None if matches(self._findings.evidence.patterns(), next_page) else next_page

    def _is_topic(self, url: str, label: str) -> bool:
        if _STORY.search(target_of(url).partition("?")[0]):
            return len(label) <= LABEL and _TAG.search(target_of(url)) is not None and names_our_region(label)
        words = re.sub(r"[-_/+=?&.]", " ", unquote(target_of(url)))
        return names_our_region(words) or (len(label) <= LABEL and names_our_region(label))

    def topics(self) -> list[str]:
        """Links to what may be a section or tag of our region, those of the menus first."""
        return [url for url in self._candidates() if self._is_topic(url, self.labels.get(url, ""))]

    def sections(self) -> list[str]:
        """Links to what may be any section, those that are called news first; never a further page or another order."""
        candidates = [
            url
            for url in self._candidates()
            if len(self.labels[url]) <= LABEL and not self.labels[url].isdecimal() and not self._is_facet(url)
        ]
        side = {url for url in candidates if self._findings.evidence.is_side(url)}
        read = {found.url for found in self._findings.of("listing") if self._findings.evidence.is_side(found.url)}
        if any(found.next_page and found.url not in read for found in self._findings.of("listing")):
            left = max(0, _SIDE_LISTS - len(read))
            candidates = [url for url in candidates if url not in side] + [url for url in candidates if url in side][
                :left
            ]

        def rank(url: str) -> tuple[bool, bool]:
            return url in side, not is_news_like(f"{self.labels[url]} {unquote(target_of(url))}")

        return sorted(candidates, key=rank)

    def _is_facet(self, url: str) -> bool:
        path, _, query = target_of(url).partition("?")
        names = [field.partition("=")[0] for field in query.split("&") if field]
        known = {target_of(each).partition("?")[0] for each in (*self._findings.evidence.listings, self._findings.home)}
        # Where all articles are one page with a query, a list is one too (WordPress without permalinks: /?cat=5).
        articles = {target_of(each).partition("?")[0] for each in self._findings.evidence.articles()}
        if articles == {path}:
            return any(map(_ORDERS.fullmatch, names))
        # Nor is a section among others that have a number each: /news/?SECTION_ID=5.
        lists = {shape_of(each) for each in self._findings.evidence.listings}
        if shape_of(url) in lists and path not in {target_of(each) for each in self._findings.evidence.listings}:
            return any(map(_ORDERS.fullmatch, names))
        return any(map(_FACETS.fullmatch, names)) or (bool(query) and path in known)

    def _candidates(self) -> list[str]:
        evidence = self._findings.evidence
        patterns = evidence.patterns()
        unsure = set(evidence.unsure())  # are read for themselves
        known = evidence.articles().difference(evidence.others())
        doubles = {shape_of(url) for url in evidence.doubles}
        stories = {name for url in known if len(name := last_name(url)) >= _TELLING_NAME}
        return [
            url
            for url, label in self.labels.items()
            if evidence.owns(url)
            and url not in unsure
            and url not in evidence.listings
            and not is_headline(label)
            # Nor is it an article with where its reader came from, or one for printers.
            and not any(matches(patterns, each) for each in (url, *simpler(url)))
            and last_name(url) not in stories
            and shape_of(url) not in doubles
            and not is_feed_like(url)
            and not is_furniture(url)
            and template_of(url) is None
            and not _is_story_of_a_day(url)
            and not is_media(url)
        ]


def _is_story_of_a_day(url: str) -> bool:
    """True for an address with a month or day and a name of several words: never that of a list."""
    named = days_in_url(url)
    if named is None or named.first is None or named.last is None:
        return False
    return (named.last - named.first).days < _YEAR and last_name(url).count("-") > 1


def _heads_of(found: Found, others: list[Found]) -> int:
    return max((enough_to_tell(other.url, found.url) for other in others if other is not found), default=1)


def _newest_of(found: Found, articles: AbstractSet[str], count: int) -> tuple[str, ...]:
    """So many of the newest that a list shows: by their days where most have one, since what is pinned stands first."""
    names = names_of(found, articles)
    days = {name: day for name, day in _days_of(found).items() if name in names}
    if len(days) * 2 <= len(names):
        return names[:count]
    return tuple(sorted(days, key=lambda name: days[name], reverse=True)[:count])


def _days_of(found: Found) -> dict[str, dt.date]:
    return {identity_of(url): day for url, day in found.days_shown().items()}


def _met(heads: list[tuple[str, ...]], found: Found, articles: AbstractSet[str]) -> int:
    """Of how many lists the newest article stands in one."""
    shown = set(names_of(found, articles))
    return sum(shown.issuperset(head) for head in heads)
