"""What a site offers, found out from its home page within a bounded number of questions. Pure: an interview.

The order: the home page, robots.txt, feeds, sitemaps, sections and tags that name our region, further sections where no
sitemap names everything, then some pages of each shape that may be an article. A document is judged by what it holds.
What is made of all that is `drafting`'s.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin

from crawler.discovery import Discovery, read_feed, resolve
from crawler.evidence import Evidence, is_headline, matches
from crawler.findings import Findings, Found, last_page, pages_like, telling
from crawler.interview import SurveyError
from crawler.listings import declared_feeds, read_listing
from crawler.scope import is_media
from crawler.signposts import is_feed_like, is_furniture, is_news_like
from crawler.sitemaps import read_sitemap
from crawler.traps import is_trap
from crawler.urls import host_of, target_of
from crawler.whereabouts import names_our_region, offsets_in

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from crawler.interview import Answer
    from pipelines.article import Article

MAX_QUESTIONS = 30
_FEED_PATHS = ("/feed/", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/feed.json")
_NEWS_PATHS = ("/news-sitemap.xml", "/sitemap-news.xml")
_MAP_PATHS = ("/sitemap.xml", "/sitemap_index.xml")
_SITEMAP_LINE = re.compile(rb"(?im)^[ \t]*sitemap[ \t]*:[ \t]*(\S+)")
_FEED_TITLE = re.compile(rb"<title[^>]*>\s*(?:<!\[CDATA\[)?([^<\]]+)")
_NEWS_NAME = re.compile(rb"<news:name>\s*(?:<!\[CDATA\[)?([^<\]]+)")
_LONGEST_NAME = 80
_LABEL = 40
_ENOUGH_TEXT = 400
_MAX_SAMPLED = 4000


def survey(
    url: str, *, read_article: Callable[[bytes, str, str | None], Article | None], limit: int = MAX_QUESTIONS
) -> Generator[str, Answer, Findings]:
    """An interview about the site whose home page is at `url`, of at most `limit` questions.

    `read_article` gives the article in a page (body, URL, Content-Type), None where it holds none. Raises
    `SurveyError` when the home page is none.
    """
    return (yield from _Survey(url, read_article, limit).lead())


class _Survey:
    def __init__(self, url: str, read_article: Callable[[bytes, str, str | None], Article | None], limit: int) -> None:
        self._url = url
        self._read_article = read_article
        self._limit = limit
        self._asked: set[str] = set()
        self._labels: dict[str, str] = {}
        self.findings: Findings

    def lead(self) -> Generator[str, Answer, Findings]:
        """All questions in their order."""
        home = yield from self._home()
        robots = yield from self._ask(urljoin(self.findings.home, "/robots.txt"))
        maps = _SITEMAP_LINE.findall(robots.body) if robots and not robots.problem else []
        yield from self._feeds(home)
        yield from self._sitemaps([item.decode("latin-1") for item in maps])
        yield from self._listings(self._topics, 6)
        yield from self._samples(2)
        yield from self._depths()
        if not self.findings.is_mapped():
            yield from self._listings(self._sections, 8)
        yield from self._samples(4)
        yield from self._listings(self._topics, 3)
        yield from self._depths()
        yield from self._samples(2)
        return self.findings

    def _ask(self, url: str) -> Generator[str, Answer, Answer | None]:
        """The answer, None where it was asked for before or there were questions enough."""
        if url in self._asked or len(self._asked) >= self._limit or is_trap(url):
            return None
        self._asked.add(url)
        answer = yield url
        self._asked.add(answer.url)
        if hasattr(self, "findings"):
            self.findings.questions += 1
        return answer

    def _home(self) -> Generator[str, Answer, Answer]:
        answer = yield from self._ask(self._url)
        assert answer is not None
        if answer.problem is not None:
            raise SurveyError(self._url, answer.problem)
        discovery = read_listing(answer.body, url=answer.url, encoding=answer.charset)
        if not discovery.announcements:
            raise SurveyError(self._url, discovery.problem or "no links")
        home = resolve(answer.url, answer.url) or answer.url
        evidence = Evidence(hosts={host_of(home), host_of(self._url)})
        self.findings = Findings(home, answer.body, answer.content_type, evidence, questions=1)
        self._take_listing(answer, discovery, label="")
        return answer

    def _feeds(self, home: Answer) -> Generator[str, Answer, None]:
        declared = declared_feeds(home.body, url=home.url, encoding=home.charset)
        linked = [url for url in self._labels if is_feed_like(url) and self.findings.evidence.owns(url)]
        for url in (*declared[:4], *[url for url in linked if url not in declared][:3]):
            yield from self._feed(url)
        for path in _FEED_PATHS:
            if self.findings.of("feed"):
                return
            yield from self._feed(urljoin(home.url, path))

    def _feed(self, url: str) -> Generator[str, Answer, None]:
        answer = yield from self._ask(url)
        if answer is None or answer.problem is not None:
            return
        discovery = read_feed(answer.body, url=answer.url, content_type=answer.content_type)
        evidence = self.findings.evidence
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

    def _sitemap(self, url: str) -> Generator[str, Answer, None]:
        discovery = yield from self._read_map(url)
        if discovery is None:
            return
        items = list(discovery.announcements)
        for child in telling(discovery.children):
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
                kind="sitemap", url=url, items=own, is_index=len(discovery.children) > len(telling(discovery.children))
            )
            self.findings.found.append(found)

    def _read_map(self, url: str) -> Generator[str, Answer, Discovery | None]:
        answer = yield from self._ask(url)
        if answer is None or answer.problem is not None:
            return None
        discovery = read_sitemap(answer.body, url=answer.url)
        self.findings.evidence.adopt_hosts(discovery.announcements)
        if discovery.announcements:
            self.findings.offsets += offsets_in(answer.body[:1_000_000])
            self._note_name(_NEWS_NAME, answer.body)
        return discovery if discovery.announcements or discovery.children else None

    def _listings(self, choose: Callable[[], list[str]], limit: int) -> Generator[str, Answer, None]:
        """Read listings as long as there are some; what a page links may bring more."""
        for _ in range(limit):
            url = next((url for url in choose() if url not in self._asked), None)
            if url is None:
                return
            answer = yield from self._ask(url)
            if answer is not None and answer.problem is None:
                discovery = read_listing(answer.body, url=answer.url, encoding=answer.charset)
                self._take_listing(answer, discovery, label=self._labels.get(url, ""))

    def _depths(self) -> Generator[str, Answer, None]:
        """The last page of the listing with the most pages: its articles are the oldest that can be seen."""
        paged = [found for found in self.findings.of("listing") if found.next_page and not found.is_further]
        if any(found.is_further for found in self.findings.of("listing")) or not paged:
            return
        deepest = max(paged, key=lambda found: found.pages)
        assert deepest.next_page is not None
        numbered = pages_like(deepest.next_page, deepest.items)
        url: str | None = max(numbered, key=lambda page: numbered[page]) if deepest.pages > 2 else deepest.next_page
        for _ in range(3):
            answer = (yield from self._ask(url)) if url is not None else None
            if answer is None or answer.problem is not None:
                return
            discovery = read_listing(answer.body, url=answer.url, encoding=answer.charset)
            self._take_listing(answer, discovery, label="", is_further=True)
            url = discovery.next_page

    def _take_listing(self, answer: Answer, discovery: Discovery, *, label: str, is_further: bool = False) -> None:
        evidence = self.findings.evidence
        url = resolve(answer.url, answer.url) or answer.url
        own = tuple(item for item in discovery.announcements if evidence.owns(item.url) and not is_media(item.url))
        evidence.add(own, kind="listing", page=url)
        evidence.listings.add(url)
        next_page = discovery.next_page
        if next_page is not None:
            evidence.listings |= {next_page, *pages_like(next_page, own)}
        if is_further:
            evidence.listings |= set(pages_like(url, own))
        self._labels |= {item.url: item.title or "" for item in own if item.url not in self._labels}
        found = Found(
            kind="listing", url=url, items=own, next_page=next_page, label=label,
            pages=last_page(next_page, own) if next_page else 1,
            is_topic=self._is_topic(url, label), is_further=is_further,
        )  # fmt: skip
        self.findings.found.append(found)

    def _is_topic(self, url: str, label: str) -> bool:
        words = re.sub(r"[-_/+=?&.]", " ", unquote(target_of(url)))
        return names_our_region(words) or (len(label) <= _LABEL and names_our_region(label))

    def _topics(self) -> list[str]:
        """Links to what may be a section or tag of our region, those of the menus first."""
        return [url for url in self._candidates() if self._is_topic(url, self._labels.get(url, ""))]

    def _sections(self) -> list[str]:
        """Links to what may be any section, those that are called news first."""
        candidates = [url for url in self._candidates() if len(self._labels[url]) <= _LABEL]
        return sorted(candidates, key=lambda url: not is_news_like(f"{self._labels[url]} {unquote(target_of(url))}"))

    def _candidates(self) -> list[str]:
        evidence = self.findings.evidence
        patterns = evidence.patterns()
        return [
            url
            for url, label in self._labels.items()
            if evidence.owns(url)
            and url not in evidence.listings
            and not is_headline(label)
            and not matches(patterns, url)
            and not is_feed_like(url)
            and not is_furniture(url)
        ]

    def _samples(self, limit: int) -> Generator[str, Answer, None]:
        """Read a page or two of each shape that may be an article, and one that certainly is."""
        evidence = self.findings.evidence
        for urls in evidence.doubtful()[:limit]:
            for url in sorted(urls, key=lambda url: not evidence.seen[url].is_headline)[:2]:
                yield from self._sample(url)
        if not self.findings.pages:
            for url in sorted(evidence.articles(), key=lambda url: not evidence.seen[url].is_announced)[:2]:
                yield from self._sample(url)

    def _sample(self, url: str) -> Generator[str, Answer, None]:
        answer = yield from self._ask(url)
        if answer is None or answer.problem is not None:
            return
        article = self._read_article(answer.body, answer.url, answer.content_type)
        discovery = read_listing(answer.body, url=answer.url, encoding=answer.charset)
        self.findings.evidence.add(discovery.announcements, kind="listing", page=answer.url)
        new = {item.url: item.title or "" for item in discovery.announcements}
        self._labels |= {url: label for url, label in new.items() if url not in self._labels}
        self.findings.evidence.read[url] = article is not None and _is_whole(article, answer.url, discovery)
        if article is not None and self.findings.evidence.read[url]:
            self.findings.pages[url] = article


def _is_whole(article: Article, url: str, page: Discovery) -> bool:
    """False for what reads like an article and is a list of them: it has pages, or its lines are links."""
    if page.next_page is not None and target_of(page.next_page).startswith(target_of(url).rstrip("/")):
        return False
    titles = tuple(item.title for item in page.announcements if item.title and is_headline(item.title))
    lines = article.text.split("\n\n")
    is_list = sum(line.startswith(titles) for line in lines) * 3 > len(lines)
    return not is_list and (article.published is not None or len(article.text) > _ENOUGH_TEXT)
