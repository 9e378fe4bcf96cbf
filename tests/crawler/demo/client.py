"""A raw client of the demo sites: requests as bytes, answers undone, and what stands on a page."""

from __future__ import annotations

import gzip
import socket
from datetime import date
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from crawler.demo.content import DemoArticle
    from crawler.demo.server import DemoSites


TODAY = date(2026, 11, 22)

MINIMAL = """
[site]
id = "demo-magazine"
name = "Name"
language = "en"
timezone = "Asia/Almaty"
[[article]]
slug = "a-slug"
title = "Title"
published = 2025-09-03T10:15:00+05:00
authors = []
section = "News"
tags = []
label = "core"
body = ["Text.", "## Subhead", "- item"]
"""


def ask(
    url: str, *, method: str = "GET", headers: dict[str, str] | None = None, version: str = "1.1"
) -> tuple[bytes, bytes]:
    """The request as sent and the response as received until the site closes the connection."""
    parts = urlsplit(url)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    fields = {"Host": parts.netloc, "Connection": "close", **(headers or {})}
    request = f"{method} {target} HTTP/{version}\r\n" + "".join(f"{k}: {v}\r\n" for k, v in fields.items()) + "\r\n"
    assert parts.hostname
    assert parts.port
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as connection:
        connection.sendall(request.encode("ascii"))
        return request.encode("ascii"), b"".join(iter(lambda: connection.recv(1000), b""))


def split(response: bytes) -> tuple[list[bytes], bytes]:
    """The head lines and the body with chunks and gzip undone."""
    head, _, body = response.partition(b"\r\n\r\n")
    if b"transfer-encoding: chunked" in head.lower():
        body = unchunked(body)
    if b"content-encoding: gzip" in head.lower() and body:
        body = gzip.decompress(body)
    return head.split(b"\r\n"), body


def unchunked(body: bytes) -> bytes:
    parts = []
    while body:
        size, _, rest = body.partition(b"\r\n")
        length = int(size, 16)
        if not length:
            break
        assert rest[length : length + 2] == b"\r\n"
        parts.append(rest[:length])
        body = rest[length + 2 :]
    return b"".join(parts)


def read(sites: DemoSites, url: str) -> str:
    """The decoded text of a page that must be there."""
    head, body = split(ask(url)[1])
    assert b" 200 " in head[0], (url, head[0])
    assert url.startswith(tuple(sites.base(site) for site in sites.site_ids))
    return body.decode("cp932" if b"Shift_JIS" in b"".join(head) else "utf-8")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.links: list[str] = []
        self.next: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        fields = dict(attrs)
        if tag in ("a", "link") and fields.get("href"):
            self.links.append(fields["href"] or "")
        if fields.get("rel") == "next":
            self.next = fields["href"]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def parsed(page: str) -> _Reader:
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader


def of_site(sites: DemoSites, site: str) -> list[DemoArticle]:
    return [article for article in sites.articles if article.site == site]
