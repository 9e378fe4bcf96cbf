"""How each demo site answers a request: status, headers and layout, odd in its own way. Pure.

What the pages say is in `render`, what an answer is made of in `wire`; sockets and ports are in `server`.
"""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, date, datetime, time
from email.utils import format_datetime
from typing import TYPE_CHECKING

from crawler.demo.render import Page, missing, pages
from crawler.demo.wire import REASONS, Request, lay_chunked, lay_out, lay_plain, maybe_gzip

if TYPE_CHECKING:
    from collections.abc import Callable

    from crawler.demo.content import DemoSite


class Responder:
    """The part that all sites share: which page a request gets, with which status, in which encoding."""

    def __init__(self, site: DemoSite, today: date, *, chunked: bool) -> None:
        self.pages = pages(site, today)
        self.chunked = chunked
        self.missing = missing(site, today)
        self.date = format_datetime(datetime.combine(today, time(9, 30), UTC), usegmt=True)

    def page(self, request: Request) -> tuple[int, Page]:
        """The status and the page for a request."""
        if not request.method:
            return 400, self.missing
        if request.method not in ("GET", "HEAD"):
            return 405, self.missing
        found = self.pages.get(request.path)
        if found is None:
            return 404, self.missing
        return (301 if found.moved_to else 200), found


def _answer_magazine(site: Responder, request: Request) -> bytes:
    status, page = site.page(request)
    body, encoding = maybe_gzip(page.body, request)
    headers = [
        ("sErVeR", "demo-press/1.9"), ("date", site.date), ("CONTENT-type", page.content_type),
        ("Set-Cookie", "reader=7f3a; Path=/; HttpOnly"), ("set-cookie", "edition=asia; Path=/"),
        ("VARY", "Accept-Encoding"), *encoding, *([("LOCATION", page.moved_to)] if page.moved_to else []),
    ]  # fmt: skip
    layout = lay_chunked if site.chunked and request.version == "HTTP/1.1" else lay_plain
    return layout(request, status, headers, body)


def _answer_thinktank(site: Responder, request: Request) -> bytes:
    status, page = site.page(request)
    headers = [("Date", site.date), ("Content-Type", page.content_type)]
    return lay_plain(request, status, headers, page.body, reasons={**REASONS, 200: "Okey Dokey"})


def _answer_ministry(site: Responder, request: Request) -> bytes:
    status, page = site.page(request)
    headers = [
        ("Date", site.date), ("Server", "kanpo"), ("X-Served-By", "Caf\xe9"), ("Content-Type", page.content_type),
    ]  # fmt: skip
    if not site.chunked or request.version != "HTTP/1.1":
        return lay_plain(request, status, headers, page.body)
    digest = hashlib.sha256(page.body).hexdigest()
    headers.append(("Trailer", "X-Body-Sha256"))
    return lay_chunked(request, status, headers, page.body, trailer=[("X-Body-Sha256", digest)])


def _answer_agency(site: Responder, request: Request) -> bytes:
    status, page = site.page(request)
    validators = [("ETag", page.etag), ("Last-Modified", format_datetime(page.modified.astimezone(UTC), usegmt=True))]
    always = [("Server", "demo-lenta"), ("Date", site.date), ("Vary", "Accept-Encoding")]
    if status != 200:
        return lay_plain(request, status, [*always, ("Content-Type", page.content_type)], page.body)
    if _unchanged(request, page):
        return lay_out(request, 304, [*always, *validators], b"")
    body, encoding = maybe_gzip(page.body, request)
    return lay_plain(request, 200, [*always, *validators, ("Content-Type", page.content_type), *encoding], body)


def _unchanged(request: Request, page: Page) -> bool:
    # RFC 9110, 13.1.2: If-None-Match compares weakly, so W/ does not count.
    known = re.findall(r'"[^"]*"|\*', request.headers.get("if-none-match", ""))
    return page.etag.removeprefix("W/") in known or "*" in known


ANSWERS: dict[str, Callable[[Responder, Request], bytes]] = {
    "demo-magazine": _answer_magazine,
    "demo-thinktank": _answer_thinktank,
    "demo-ministry": _answer_ministry,
    "demo-agency": _answer_agency,
}
