"""A store to read in: demo pages in Japanese, Russian and Uzbek, an edited page, a copy, and a page that means harm.

The WARCs are written by the archive's own writer, the articles made by `kakehashi process`.
"""

from __future__ import annotations

import datetime as dt
import io
import json
from typing import TYPE_CHECKING

from archive.capture import Exchange
from archive.writer import WarcWriter
from crawler.demo.content import load_sites
from crawler.demo.render import pages
from tests import commands
from tests.wireserver import page, with_length

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

FIRST = dt.datetime(2026, 11, 19, 9, 30, tzinfo=dt.UTC)
SOURCES = commands.ROOT / "crawler" / "demo" / "sources"
MAGAZINE = "http://127.0.0.1:47801"
EDITED = f"{MAGAZINE}/railway-accord/"
HOSTILE = f"{MAGAZINE}/hostile-page/"
ORIGINAL, COPY = "https://first.example/kobe", "https://second.example/kobe"
OPENING = "The foreign ministers of Japan and Uzbekistan met in Tashkent on Monday and signed an agreement on railways."
LOAN = "Tokyo lends Uzbekistan 20 billion yen for new carriages on the line from Tashkent to Samarkand."
CORRECTED = "Tokyo lends Uzbekistan 30 billion yen for new carriages on the line from Tashkent to Samarkand."
CLOSING = "The Japanese minister flies on to Astana and invites all five neighbours to a summit in Tokyo."


def article(title: str, *paragraphs: str, more: str = "") -> bytes:
    """A page with an article."""
    words = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta property="article:published_time" content="2026-11-18T10:00:00+05:00"></head>'
        f"<body><article><h1>{title}</h1>{words}</article>{more}</body></html>"
    ).encode()


def capture(
    url: str, body: bytes, *, source: str | None, day: int = 0, kind: bytes = b"text/html", status: bytes = b"200 OK"
) -> Exchange:
    """One page as it was captured some days after the first."""
    message = with_length(body, b"Content-Type: " + kind, status=b"HTTP/1.1 " + status)
    return Exchange(
        url=url, began_at=FIRST + dt.timedelta(days=day), request=b"GET / HTTP/1.1\r\n\r\n",
        response=io.BytesIO(message), response_length=len(message),
        facts=(("kakehashi-role", "article"), *((("kakehashi-source", source),) if source else ())),
    )  # fmt: skip


def write(store: Path, captures: Iterable[Exchange], *, run: str) -> None:
    """A WARC with these captures, and its index."""
    writer = WarcWriter(
        store, run=run, now=lambda: FIRST, info=(("software", "test"),), find_earlier=lambda _, __: None,
        on_closed=lambda _: None,
    )  # fmt: skip
    for item in captures:
        writer.write(item)
    writer.close()


def process(store: Path) -> None:
    """Make the articles that are missing, and the links."""
    done = commands.run("process", "--store", store, "--only-sources", SOURCES, "--json")
    assert done.code == 0, done.err


def demo_captures(each: int) -> list[Exchange]:
    """The first articles of every demo site."""
    found = []
    for site in load_sites():
        rendered = pages(site, FIRST.date())
        for item in [item for item in site.articles if item.label == "core"][:each]:
            page_ = rendered[item.path]
            found.append(capture(item.url, page_.body, source=site.id, kind=page_.content_type.encode()))
    return found


def hostile(script: str) -> Exchange:
    """An article whose page runs a script."""
    body = article("A page that means harm to Japan and Uzbekistan", OPENING, LOAN, CLOSING, more=script)
    return capture(HOSTILE, body, source="demo-magazine")


def edits() -> list[Exchange]:
    """A page with a wrong number, the same with the right one and another headline, and that it is gone."""
    bodies = (
        article("Japan and Uzbekistan sign a railway accord", OPENING, LOAN, CLOSING),
        article("Japan lends Uzbekistan money for trains", OPENING, CORRECTED, CLOSING),
    )
    kept = [capture(EDITED, body, source="demo-magazine", day=day) for day, body in enumerate(bodies)]
    gone = capture(
        EDITED, b"<html><body>gone</body></html>", source="demo-magazine", day=len(bodies), status=b"410 Gone"
    )
    return [*kept, gone]


def make_store(store: Path, *, script: str = "", each: int = 3) -> None:
    """The whole store at a folder."""
    copies = [capture(ORIGINAL, page("Kobe"), source=None), capture(COPY, page("Kobe"), source=None, day=1)]
    write(store, [*demo_captures(each), *edits(), *copies, hostile(script)], run="20261119T093000Zabcdef")
    process(store)


def articles_of(store: Path) -> dict[str, dict[str, object]]:
    """The stored articles by their URLs; of an edited one the last."""
    lines = [line for path in sorted((store / "articles").rglob("*.jsonl")) for line in path.read_text().splitlines()]
    return {found["url"]: found for found in map(json.loads, lines)}
