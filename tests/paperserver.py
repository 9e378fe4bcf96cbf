"""A made-up newspaper on loopback, laid out as its test asks: feeds, sitemaps, sections, pagers, traps and doubles.

`Paper.articles` are the addresses of all its articles; `asked` what was asked for. Pages are made when asked for.
"""

from __future__ import annotations

import datetime as dt
import gzip
import threading
from dataclasses import dataclass, field
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

_TOPICS = ("railway loan", "water project", "student exchange", "uranium sale", "tourist visas", "judo coaches",
           "rice seedlings", "museum opening", "earthquake drill", "trade mission", "language school", "solar park")  # fmt: skip
_SECTIONS = ("politics", "economy", "culture")
_PER_PAGE = 10
_ZONE = dt.timezone(dt.timedelta(hours=6))
_NEWEST = dt.datetime(2026, 11, 20, 9, 0, tzinfo=_ZONE)


@dataclass(frozen=True)
class Story:
    """One article: its number counts from the newest."""

    number: int
    path: str
    title: str
    section: str
    is_topic: bool

    @property
    def published(self) -> dt.datetime:
        """Half a day lies between two."""
        return _NEWEST - dt.timedelta(hours=12 * self.number)


@dataclass
class Paper:
    """The newspaper, serving from construction to `close`.

    `shape` is the address of an article with {slug}, {id}, {section}, {y}, {m}, {d}. `sitemap` is none, whole (an index of
    gzipped children) or news (the last ten). `robots` is its robots.txt; `broken` maps paths to (status, type, body).
    """

    shape: str = "/news/{y}/{m:02}/{d:02}/{slug}/"
    count: int = 60
    feed: str | None = "/feed/"
    sitemap: str = "none"
    has_pager: bool = True
    robots: str = "User-agent: *\nDisallow: /private/\n"
    language: str = "en"
    broken: dict[str, tuple[int, str, bytes]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        paper = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                paper.asked.append(self.path)
                status, kind, body = paper.answer(self.path)
                self.send_response(status)
                if status == 301:
                    self.send_header("Location", body.decode())
                    body = b""
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.host_port = f"127.0.0.1:{self._server.server_address[1]}"
        self.base = f"http://{self.host_port}"
        self.stories = [self._story(number) for number in range(self.count)]
        self._by_path = {story.path: story for story in self.stories}
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """The port is free."""
        self._server.shutdown()
        self._server.server_close()

    @property
    def articles(self) -> set[str]:
        """The addresses of all articles."""
        return {self.base + story.path for story in self.stories}

    def _story(self, number: int) -> Story:
        is_topic = number % 3 == 0
        what = _TOPICS[number % len(_TOPICS)]
        title = (
            f"Japan and Kyrgyzstan agree on a {what}, part {number}"
            if is_topic
            else f"A {what} in the valley, part {number}"
        )
        slug = title.lower().replace(",", "").replace(" ", "-")
        day = _NEWEST - dt.timedelta(hours=12 * number)
        section = _SECTIONS[number % len(_SECTIONS)]
        path = self.shape.format(slug=slug, id=90210 - number, section=section, y=day.year, m=day.month, d=day.day)
        return Story(number, path, title, section, is_topic)

    def answer(self, target: str) -> tuple[int, str, bytes]:  # noqa: PLR0911 (a table of addresses)
        """Status, Content-Type and body for a request."""
        if target in self.broken:
            return self.broken[target]
        path, _, query = target.partition("?")
        page = int(query.removeprefix("page=")) if query.startswith("page=") else 1
        if target in self._by_path:
            return _html(self._article(self._by_path[target]))
        if path == "/":
            return _html(self._page("The Valley Paper", self._links(self.stories[:12])))
        if path.strip("/") in _SECTIONS or path in ("/tag/japan", "/latest"):
            return self._listing(path, page)
        if path == "/robots.txt" and self.robots:
            return 200, "text/plain", self.robots.encode()
        if path == self.feed:
            return 200, "application/rss+xml", self._rss().encode()
        if path.startswith("/sitemap") and self.sitemap != "none":
            return self._map(path)
        if path in ("/about-us", "/privacy-policy", "/our-team"):
            return _html(self._page("About us", "<p>" + "This is who we are. " * 20 + "</p>"))
        if path.startswith("/calendar/"):
            month = int(path.rstrip("/").rsplit("/", 1)[1])
            return _html(self._page("Calendar", f'<a rel="next" href="/calendar/{month + 1}">Next month</a>'))
        return 404, "text/html", b"<html><body><p>Nothing here.</p></body></html>"

    def _listing(self, path: str, page: int) -> tuple[int, str, bytes]:
        name = path.strip("/").rpartition("/")[2]
        stories = [
            s for s in self.stories if name == "latest" or (s.is_topic if name == "japan" else s.section == name)
        ]
        pages = -(-len(stories) // _PER_PAGE) if self.has_pager else 1
        if page > pages:
            return 404, "text/html", b"<html><body>No such page.</body></html>"
        pager = "".join(f'<a href="{path}?page={n}">{n}</a> ' for n in range(1, pages + 1) if n != page)
        pager += f'<a class="next" href="{path}?page={page + 1}">Next</a>' if page < pages else ""
        shown = stories[(page - 1) * _PER_PAGE : page * _PER_PAGE]
        return _html(self._page(name.title(), self._links(shown) + f'<div class="pagination">{pager}</div>'))

    def _links(self, stories: list[Story]) -> str:
        # Each headline comes with its doubles: for AMP, for printers, and with where the reader came from.
        return "<ul>" + "".join(
            f'<li><a href="{s.path}">{s.title}</a><a href="/amp{s.path}">AMP</a><a href="/print{s.path}">Print</a>'
            f'<a href="{s.path}{"&" if "?" in s.path else "?"}utm_source=list">More</a></li>'
            for s in stories
        ) + "</ul>"  # fmt: skip

    def _page(self, title: str, body: str) -> str:
        feed = f'<link rel="alternate" type="application/rss+xml" href="{self.feed}">' if self.feed else ""
        menu = "".join(f'<a href="/{name}">{name.title()}</a>' for name in _SECTIONS)
        return (
            f'<!doctype html><html lang="{self.language}"><head><meta charset="utf-8"><title>{title}</title>'
            f'<meta property="og:site_name" content="The Valley Paper">{feed}</head><body>'
            f'<nav><a href="/">Home</a><a href="/latest">Latest news</a>{menu}<a href="/tag/japan">Japan</a>'
            f'<a href="/calendar/1">Calendar</a></nav>{body}<footer><a href="/about-us">About us</a>'
            f'<a href="/our-team">Our team</a><a href="/privacy-policy">Privacy</a>'
            f'<a href="mailto:desk@valley.example">Write to us</a></footer></body></html>'
        )

    def _article(self, story: Story) -> str:
        place = f"the {story.title.lower()}"
        body = "".join(
            f"<p>Paragraph {n} on {place}: the ambassador of Japan and the minister of Kyrgyzstan met in Bishkek, spoke "
            f"about number {story.number * 7 + n}, and agreed that engineers from Osaka come to the valley in spring.</p>"
            for n in range(4)
        )
        return self._page(
            story.title,
            f'<article><h1>{story.title}</h1><time datetime="{story.published.isoformat()}">'
            f"{story.published:%d %B %Y}</time>{body}</article>",
        )

    def _rss(self) -> str:
        items = "".join(
            f"<item><title>{s.title}</title><link>{self.base}{s.path.replace('&', '&amp;')}</link>"
            f"<pubDate>{format_datetime(s.published)}</pubDate></item>"
            for s in self.stories[:15]
        )
        return (
            f'<?xml version="1.0"?><rss version="2.0"><channel><title>The Valley Paper</title>{items}</channel></rss>'
        )

    def _map(self, path: str) -> tuple[int, str, bytes]:
        space = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        half = len(self.stories) // 2
        children = {
            "/sitemap-articles-1.xml.gz": self.stories[:half],
            "/sitemap-articles-2.xml.gz": self.stories[half:],
        }
        if path == "/sitemap.xml" and self.sitemap == "whole":
            rows = "".join(
                f"<sitemap><loc>{self.base}{name}</loc></sitemap>" for name in (*children, "/sitemap-pages.xml")
            )
            return 200, "application/xml", f"<sitemapindex {space}>{rows}</sitemapindex>".encode()
        if path == "/sitemap-pages.xml" and self.sitemap == "whole":
            names = ("", "about-us", "our-team", "tag/japan", *_SECTIONS)
            rows = "".join(f"<url><loc>{self.base}/{name}</loc></url>" for name in names)
            return 200, "application/xml", f"<urlset {space}>{rows}</urlset>".encode()
        if path in children and self.sitemap == "whole":
            rows = "".join(
                f"<url><loc>{self.base}{s.path.replace('&', '&amp;')}</loc><lastmod>{s.published.isoformat()}</lastmod></url>"
                for s in children[path]
            )
            return 200, "application/x-gzip", gzip.compress(f"<urlset {space}>{rows}</urlset>".encode())
        if path == "/sitemap-news.xml" and self.sitemap == "news":
            rows = "".join(
                f"<url><loc>{self.base}{s.path.replace('&', '&amp;')}</loc><news:news><news:publication_date>"
                f"{s.published.isoformat()}</news:publication_date><news:title>{s.title}</news:title></news:news></url>"
                for s in self.stories[:10]
            )
            news = 'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
            return 200, "application/xml", f"<urlset {space} {news}>{rows}</urlset>".encode()
        return 404, "text/html", b"<html><body>Nothing here.</body></html>"


def _html(text: str) -> tuple[int, str, bytes]:
    return 200, "text/html; charset=utf-8", text.encode()
