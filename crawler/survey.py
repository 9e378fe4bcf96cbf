"""What a site offers, found out from its home page within a bounded number of questions. Pure: an interview.

The order: the home page, robots.txt, feeds, sitemaps, sections and tags that name our region, further sections where no
sitemap names everything, then some pages of each shape that may be an article. A document is judged by what it holds.
What is made of all that is `drafting`'s.
"""

from __future__ import annotations

import re
from functools import partial
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from crawler.address_names import is_mobile
from crawler.discovery import Discovery, read_feed, resolve
from crawler.editions import editions_of, like_article
from crawler.evidence import Evidence
from crawler.findings import Findings, Found, are_dated, telling
from crawler.head_links import links_of_head
from crawler.interview import SurveyError
from crawler.listings import declared_feeds, read_listing, refresh_of
from crawler.seen import is_headline
from crawler.signposts import is_feed_like
from crawler.sitemaps import read_sitemap
from crawler.survey_lists import Lists, Questions
from crawler.urls import host_of, target_of
from crawler.whereabouts import offsets_in

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Generator

    from crawler.interview import Answer
    from pipelines.article import Article

MAX_QUESTIONS = 40
_FEED_PATHS = ("/feed/", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/feed.json")
_NEWS_PATHS = ("/news-sitemap.xml", "/sitemap-news.xml")
_MAP_PATHS = ("/sitemap.xml", "/sitemap_index.xml")
_SITEMAP_LINE = re.compile(rb"(?im)^[ \t]*sitemap[ \t]*:[ \t]*(\S+)")
_FEED_TITLE = re.compile(rb"<title[^>]*>\s*(?:<!\[CDATA\[)?([^<\]]+)")
_NEWS_NAME = re.compile(rb"<news:name>\s*(?:<!\[CDATA\[)?([^<\]]+)")
_DECLARED = re.compile(
    rb"og:type[\"']\s+content=[\"']article|article:published_time|\"@type\"\s*:\s*\[?\s*\"(?:News|Blog)?(?:Article|Posting)\""
)
_LONGEST_NAME = 80
_ENOUGH_TEXT = 400
_UNSURE = 3
# So many feeds that only pages of sections name are read.
_SECTION_FEEDS = 4
_TITLE = 5
# So many spellings of addresses (with `www.`, with a final slash) are looked at.
_SPELLINGS = 4
# For its home page, robots.txt, a sitemap and a list.
_FOR_AN_EDITION = 4
_MAX_SAMPLED = 4000
# A page that leads on by itself has hardly a link.
_LINKS_OF_A_DOOR = 3


def survey(
    url: str,
    *,
    read_article: Callable[[bytes, str, str | None], Article | None],
    limit: int = MAX_QUESTIONS,
    now: dt.datetime | None = None,
) -> Generator[str, Answer, Findings]:
    """An interview about the site whose home page is at `url`, of at most `limit` questions.

    `read_article` gives the article in a page (body, URL, Content-Type), None where it holds none; `now` is when it is
    led, for lists that say `yesterday`. Raises `SurveyError` when the home page is none.
    """
    return (yield from _Survey(url, read_article, limit, now).lead())


class _Survey:
    def __init__(
        self,
        url: str,
        read_article: Callable[[bytes, str, str | None], Article | None],
        limit: int,
        now: dt.datetime | None,
    ) -> None:
        self._url = url
        self._read_article = read_article
        self._questions = Questions(limit)
        self._now = now
        self._lists: Lists
        self.findings: Findings

    def lead(self) -> Generator[str, Answer, Findings]:
        """All questions in their order."""
        home = yield from self._home()
        robots = yield from self._questions.ask(urljoin(self.findings.home, "/robots.txt"))
        maps = _SITEMAP_LINE.findall(robots.body) if robots and not robots.problem else []
        lists = self._lists
        yield from lists.prove_next(self.findings.found[0])
        yield from self._feeds(home)
        yield from self._sitemaps([item.decode("latin-1") for item in maps])
        yield from self._editions()
        # Where titles are short, what is a list can be told only once it is known what is an article.
        if not self.findings.evidence.articles() and not self.findings.evidence.has_headlines():
            yield from self._samples(1)
        yield from lists.read(lists.topics, 4)
        yield from self._samples(2)
        yield from lists.read_depths()
        yield from self._unsure()
        if not self.findings.is_mapped_by_days():
            yield from lists.read(lists.sections, 4)
            if not self.findings.evidence.articles():
                yield from self._samples(2)
            yield from lists.read(lists.sections, 10)
            yield from lists.read_archives()
        most = _SECTION_FEEDS + len(self.findings.editions)
        for url in [url for url in lists.feeds if "comment" not in url][:most]:
            yield from self._feed(url)
        yield from self._samples(4)
        yield from lists.read_more_of_archives()
        yield from lists.read(lists.topics, 2)
        yield from lists.read_depths()
        yield from self._samples(2)
        yield from self._unsure()
        for url in (*self.findings.evidence.unproven_spellings()[:_SPELLINGS], *self.findings.unmapped()):
            yield from self._sample(url)
        if not self.findings.is_mapped_by_days():
            yield from lists.prove_reach()
        self.findings.questions = self._questions.count
        return self.findings

    def _home(self) -> Generator[str, Answer, Answer]:
        answer = yield from self._questions.ask(self._url)
        assert answer is not None
        if answer.problem is not None:
            raise SurveyError(self._url, answer.problem)
        discovery = read_listing(answer.body, url=answer.url, encoding=answer.charset, seen_at=self._now)
        target = refresh_of(answer.body, url=answer.url, encoding=answer.charset)
        if target is not None and len(discovery.announcements) <= _LINKS_OF_A_DOOR:
            further = yield from self._questions.ask(target)
            if further is not None and further.problem is None:
                answer = further
                discovery = read_listing(answer.body, url=answer.url, encoding=answer.charset, seen_at=self._now)
        if not discovery.announcements:
            raise SurveyError(self._url, discovery.problem or "no links")
        home = resolve(answer.url, answer.url) or answer.url
        asked = host_of(self._url)
        evidence = Evidence(hosts={host_of(home), *([] if is_mobile(asked) else [asked])})
        self.findings = Findings(home, answer.body, answer.content_type, evidence)
        self.findings.editions = editions_of(discovery, answer.body, home, evidence.hosts)
        evidence.hosts |= {host_of(url) for url in self.findings.editions}
        self._questions.allow(_FOR_AN_EDITION * len(self.findings.editions))
        self._lists = Lists(self._questions, self.findings, self._now)
        self._lists.take(answer, discovery, label="")
        return answer

    def _feeds(self, home: Answer) -> Generator[str, Answer, None]:
        declared = declared_feeds(home.body, url=home.url, encoding=home.charset)
        linked = [url for url in self._lists.labels if is_feed_like(url) and self.findings.evidence.owns(url)]
        for url in (*declared[:4], *[url for url in linked if url not in declared][:3]):
            yield from self._feed(url)
        for path in _FEED_PATHS:
            if self.findings.of("feed"):
                return
            yield from self._feed(urljoin(home.url, path))

    def _feed(self, url: str) -> Generator[str, Answer, None]:
        answer = yield from self._questions.ask(url)
        if answer is None or answer.problem is not None:
            return
        evidence = self.findings.evidence
        discovery = read_feed(answer.body, url=answer.url, content_type=answer.content_type, like=evidence.seen)
        for address in discovery.may_be:
            first = yield from self._questions.ask(address)
            if first is not None and first.problem is None:
                discovery = read_feed(answer.body, url=answer.url, content_type=answer.content_type, like=[address])
                break
        evidence.adopt_hosts(discovery.announcements)
        items = tuple(item for item in discovery.announcements if evidence.owns(item.url))
        if not items or "comment" in target_of(answer.url):
            return
        evidence.add(items, kind="feed", page=answer.url)
        self.findings.offsets += offsets_in(answer.body)
        self._note_name(_FEED_TITLE, answer.body)
        self.findings.found.append(Found(kind="feed", url=url, items=items))

    def _note_name(self, pattern: re.Pattern[bytes], body: bytes) -> None:
        found = pattern.search(body[:20_000])
        text = " ".join(unescape(found[1].decode("utf-8", "replace")).split()) if found else ""
        if text and len(text) <= _LONGEST_NAME and "\ufffd" not in text:
            self.findings.names.append(text)

    def _sitemaps(self, named: list[str]) -> Generator[str, Answer, None]:
        for url in named[:4]:
            target = resolve(self.findings.home, url)
            if target:
                yield from self._sitemap(target)
        if not any(found.is_index or not found.is_news for found in self.findings.of("sitemap")):
            for path in _MAP_PATHS:
                yield from self._sitemap(urljoin(self.findings.home, path))
                if any(not found.is_news for found in self.findings.of("sitemap")):
                    break
        if not any(found.is_news for found in self.findings.of("sitemap")):
            for path in _NEWS_PATHS:
                yield from self._sitemap(urljoin(self.findings.home, path))

    def _editions(self) -> Generator[str, Answer, None]:
        """The home pages in other languages, and the sitemaps of those that have a host of their own."""
        known = {host_of(self.findings.home)}
        paths = [target_of(found.url) for found in self.findings.of("sitemap")]
        for url in self.findings.editions:
            if host_of(url) not in known:
                known.add(host_of(url))
                robots = yield from self._questions.ask(urljoin(url, "/robots.txt"))
                named = _SITEMAP_LINE.findall(robots.body) if robots and not robots.problem else []
                maps = [resolve(url, item.decode("latin-1")) for item in named] or [
                    resolve(url, path) for path in paths
                ]
                for each in filter(None, maps[:2]):
                    yield from self._sitemap(each)
            yield from self._lists.read(partial(_only, url), 1)

    def _sitemap(self, url: str) -> Generator[str, Answer, None]:
        discovery = yield from self._read_map(url)
        if discovery is None:
            return
        items = list(discovery.announcements)
        read = telling(discovery.children, discovery.changed)
        for child in read:
            below = yield from self._read_map(child)
            items += below.announcements if below else ()
            for grandchild in telling(below.children)[:1] if below else ():
                deepest = yield from self._read_map(grandchild)
                items += deepest.announcements if deepest else ()
        own = tuple(item for item in items if self.findings.evidence.owns(item.url))
        if own:
            # Of a large map the first and last addresses tell as much as all.
            some = own if len(own) <= _MAX_SAMPLED else (*own[: _MAX_SAMPLED // 2], *own[-_MAX_SAMPLED // 2 :])
            self.findings.evidence.add(some, kind="sitemap", page=url)
            found = Found(
                kind="sitemap",
                url=url,
                items=own,
                is_index=len(discovery.children) > len(read),
                is_daily=are_dated(discovery.children),
            )
            self.findings.found.append(found)

    def _read_map(self, url: str) -> Generator[str, Answer, Discovery | None]:
        answer = yield from self._questions.ask(url)
        if answer is None or answer.problem is not None:
            return None
        discovery = read_sitemap(answer.body, url=answer.url)
        self.findings.evidence.adopt_hosts(discovery.announcements)
        if discovery.announcements:
            self.findings.offsets += offsets_in(answer.body[:1_000_000])
            self._note_name(_NEWS_NAME, answer.body)
        return discovery if discovery.announcements or discovery.children else None

    def _samples(self, limit: int) -> Generator[str, Answer, None]:
        """Read a page or two of each shape that may be an article, and one that certainly is."""
        evidence = self.findings.evidence
        for urls in evidence.doubtful()[:limit]:
            for url in sorted(urls, key=lambda url: not evidence.seen[url].is_headline)[:2]:
                yield from self._sample(url)
        if not self.findings.pages:
            for url in sorted(evidence.articles(), key=lambda url: not evidence.seen[url].is_announced)[:2]:
                yield from self._sample(url)

    def _unsure(self) -> Generator[str, Answer, None]:
        """Read some of what has the address of an article and stands on every page: a section, or what is most read."""
        for url in self.findings.evidence.unsure()[:_UNSURE]:
            answer = yield from self._questions.ask(url)
            if answer is None or answer.problem is not None:
                continue
            discovery = read_listing(answer.body, url=answer.url, encoding=answer.charset, seen_at=self._now)
            article = self._read_article(answer.body, answer.url, answer.content_type)
            is_declared = _DECLARED.search(answer.body) is not None
            # A page about the site reads like an article too, and has no day.
            is_dated = article is not None and article.published is not None
            if article and is_dated and is_whole(article, answer.url, discovery, is_declared=is_declared):
                self.findings.evidence.read[url] = True
            else:
                self._lists.take(answer, discovery, label=self._lists.labels.get(url, ""))

    def _sample(self, url: str) -> Generator[str, Answer, None]:
        answer = yield from self._questions.ask(url)
        if answer is None or answer.problem is not None:
            return
        article = self._read_article(answer.body, answer.url, answer.content_type)
        discovery = read_listing(answer.body, url=answer.url, encoding=answer.charset)
        self.findings.evidence.add(discovery.announcements, kind="listing", page=answer.url)
        new = {item.url: item.title or "" for item in discovery.announcements}
        self._lists.labels |= {url: label for url, label in new.items() if url not in self._lists.labels}
        is_declared = _DECLARED.search(answer.body) is not None
        is_one = article is not None and is_whole(article, answer.url, discovery, is_declared=is_declared)
        self.findings.evidence.read[url] = is_one
        if article is not None and is_one:
            arrived = resolve(answer.url, answer.url) or answer.url
            canonical = links_of_head(answer.body, answer.url)[0]
            own = self.findings.evidence.note_article(url, arrived, canonical)
            self.findings.pages[own] = article
            self.findings.evidence.add_alternates(like_article(own, links_of_head(answer.body, answer.url)[1]))


def _only(url: str) -> list[str]:
    return [url]


def _is_made_of(line: str, title: str) -> bool:
    """True for a line that is the title of a link and little else, or begins with a headline."""
    return title in line and (len(title) * 2 >= len(line) or (is_headline(title) and line.startswith(title)))


def is_whole(article: Article, url: str, page: Discovery, *, is_declared: bool = False) -> bool:
    """False for what reads like an article and is a list of them: it has pages, or its lines are links.

    `is_declared` is True where the page says in its head that it is an article.
    """
    goes_on = page.next_page is not None and target_of(page.next_page).startswith(target_of(url).rstrip("/"))
    if goes_on and not is_declared:  # an article in parts says that it is one
        return False
    titles = [item.title for item in page.announcements if item.title and len(item.title) >= _TITLE]
    lines = article.text.split("\n\n")
    is_list = sum(any(_is_made_of(line, title) for title in titles) for line in lines) * 3 > len(lines)
    return not is_list and (article.published is not None or len(article.text) > _ENOUGH_TEXT)
