"""What of a source works today: its robots.txt, each feed and sitemap, a listing, an article. Pure: an interview.

A document is judged by what it holds: a feed that answers 200 with a web page is broken, and so is one whose items no
article pattern matches.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from crawler.archives import fill, has_days
from crawler.reading import read_body
from crawler.scope import classify
from crawler.urls import target_of
from pipelines.article import Article, Dropped

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from crawler.discovery import Discovery
    from crawler.interview import Answer
    from crawler.sources import Entry, Source

_MAX_CHILDREN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was tried. `what` is robots, feed, sitemap, listing or article; `problem` None when it works.

    `detail` says what was found, in a few words; both are one line.
    """

    what: str
    url: str
    problem: str | None
    detail: str


def check_up(
    source: Source, *, read_page: Callable[[bytes, str, str | None], Article | Dropped], today: dt.date
) -> Generator[str, Answer, tuple[Check, ...]]:
    """An interview with the site of a source. Of its listings one is tried, and of its articles one.

    `read_page` gives the article in a page (body, URL, Content-Type), or why it holds none; `today` is the site's day.
    """
    return (yield from _Checkup(source, read_page, today).lead())


class _Checkup:
    def __init__(
        self, source: Source, read_page: Callable[[bytes, str, str | None], Article | Dropped], today: dt.date
    ) -> None:
        self._today = today
        self._source = source
        self._read_page = read_page
        self._checks: list[Check] = []
        self._articles: list[str] = []

    def lead(self) -> Generator[str, Answer, tuple[Check, ...]]:
        """All questions in their order."""
        entries = self._source.entries
        yield from self._robots(entries[0].url)
        lists = [entry for entry in entries if entry.type in {"listing", "archive"}][:1]
        for entry in [*(entry for entry in entries if entry.type in {"feed", "sitemap"}), *lists]:
            yield from self._entry(entry if entry.type != "archive" else self._newest(entry))
        yield from self._article()
        return tuple(self._checks)

    def _note(self, what: str, url: str, problem: str | None, detail: str = "") -> None:
        self._checks.append(Check(what=what, url=url, problem=problem, detail=detail))

    def _robots(self, url: str) -> Generator[str, Answer, None]:
        url = urljoin(url, "/robots.txt")
        answer = yield url
        # No robots.txt is well (RFC 9309, 2.3.1.3); one that cannot be had keeps the crawler away (2.3.1.4).
        is_broken = answer.status is None or answer.status >= 500
        self._note("robots", url, answer.problem if is_broken else None, answer.problem or "is there")

    def _newest(self, entry: Entry) -> Entry:
        """An archive's page of yesterday, or of this month: today may have nothing yet."""
        day = self._today - dt.timedelta(days=1) if has_days(entry.url) else self._today
        return replace(entry, url=fill(entry.url, day))

    def _entry(self, entry: Entry) -> Generator[str, Answer, None]:
        answer = yield entry.url
        if answer.problem is not None:
            self._note(entry.type, entry.url, _in_words(entry.type, answer))
            return
        discovery = _read(entry, answer)
        items = list(discovery.announcements)
        for child in discovery.children[-_MAX_CHILDREN:][::-1]:
            if not any(self._is_article(item.url) for item in items):
                below = yield child
                items += _read(entry, below).announcements if below.problem is None else ()
        urls = [item.url for item in items if self._is_article(item.url)]
        self._articles += urls
        if urls:
            self._note(entry.type, entry.url, None, f"{len(urls)} articles among {len(items)} links")
        elif not items:
            self._note(entry.type, entry.url, discovery.problem or f"expected a {entry.type} with items, got none")
        else:
            example = target_of(items[0].url)[:100]
            problem = f"expected articles, got {len(items)} links that scope.article does not match, such as {example}"
            self._note(entry.type, entry.url, problem)

    def _is_article(self, url: str) -> bool:
        verdict = classify(self._source, url)
        return verdict.kind == "article" and verdict.refused is None

    def _article(self) -> Generator[str, Answer, None]:
        url = next(iter([*self._articles, *self._source.scope.samples]), None)
        if url is None:
            self._note("article", self._source.entries[0].url, "expected an article to try, got none from any entry")
            return
        answer = yield url
        if answer.problem is not None:
            self._note("article", url, _in_words("article", answer))
            return
        article = self._read_page(answer.body, answer.url, answer.content_type)
        if isinstance(article, Dropped):
            self._note("article", url, f"expected an article, got none: {article.reason.value}: {article.detail}")
            return
        missing = [name for name, value in (("title", article.title), ("date", article.published)) if not value]
        detail = f"{len(article.text)} characters, {article.published or 'no date'}, {article.title or 'no title'}"
        self._note("article", url, f"expected a {' and a '.join(missing)}, got none" if missing else None, detail)


def _in_words(what: str, answer: Answer) -> str:
    return f"expected {'an' if what[0] in 'aeiou' else 'a'} {what}, got {answer.problem}"


def _read(entry: Entry, answer: Answer) -> Discovery:
    return read_body(entry.type, answer.body, url=answer.url, content_type=answer.content_type, charset=answer.charset)
