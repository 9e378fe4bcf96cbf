"""A synthetic news web on loopback: the same pages for the same seed, compressed beforehand, served without a delay.

    python -m benchmarks.site [--pages 600] [--ports 8] [--seed 11]

The process prints one line of JSON (see `Site.describe`) when it listens, and ends when its standard input closes.
Every third article, or as many as are asked for, is about Japan and Central Asia; the others name neither. Nothing is
read from outside.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import gzip
import json
import random
import sys
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Sequence

PAGE_BYTES = 72 * 1024
DEFAULT_SEED = 11
DEFAULT_PORTS = 8
# On every N-th page both sides are named.
TOPIC_EVERY = 3
_RELATED = 35
_NAME = "Meridian Courier"
_FIRST_DAY = dt.datetime(2025, 1, 6, 5, 30, tzinfo=dt.UTC)
_NO_SUCH_PAGE = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"

_SECTIONS = ("World", "Economy", "Energy", "Transport", "Science", "Culture", "Education", "Opinion")
_PEOPLE = ("Alma Renner", "Piet Halvorsen", "Nora Castellan", "Davit Oren", "Ruth Amsel", "Ilka Brandt")
_WHO = (
    "the ministry", "a senior adviser", "the working group", "an independent auditor", "the regional council",
    "the operator", "a group of engineers", "the development bank", "the university", "the port authority",
    "a delegation of managers", "the planning office", "the water board", "a team of researchers", "the grid company",
)  # fmt: skip
_DID = (
    "presented", "approved", "reviewed", "postponed", "welcomed", "financed", "questioned", "signed", "extended",
    "published", "measured", "ordered", "described", "rejected", "completed",
)  # fmt: skip
_WHAT = (
    "a new agreement", "the second phase of the project", "a revised budget", "the feasibility study",
    "a programme for young specialists", "the long awaited report", "the maintenance contract", "a set of safety rules",
    "the first shipment", "a plan for cleaner heating", "the rail timetable", "an exhibition of old maps",
    "the training centre", "a line of credit", "the results of the survey",
)  # fmt: skip
_WHY = (
    "because costs had risen faster than expected", "although several questions remain open",
    "after months of careful preparation", "while demand for electricity keeps growing",
    "in order to shorten the way to the market", "despite a difficult winter", "since the old equipment is worn out",
    "so that smaller firms can take part", "before the next round of talks begins", "under the rules adopted in spring",
)  # fmt: skip
_PLACES = {
    True: (
        "in Tokyo and Tashkent", "between Japan and Uzbekistan", "with Japanese and Kazakh partners",
        "from Osaka to Almaty", "for Central Asia and Japan", "at the Japanese embassy in Bishkek",
        "with JICA in Samarkand",
    ),
    False: (
        "in Lisbon and Porto", "between Norway and Denmark", "with Brazilian and Chilean partners",
        "from Genoa to Marseille", "for the Nordic countries", "at the Irish embassy in Ottawa",
        "with the city of Montevideo",
    ),
}  # fmt: skip
_STYLE = "".join(
    f".{name}-{part}{{display:flex;margin:{index}px auto;padding:0 {index + 4}px;color:#{index:02x}3a5f}}"
    for name in ("masthead", "ticker", "story", "rail", "card", "footer")
    for index, part in enumerate(("wrap", "inner", "item", "link", "title", "meta", "media", "note"))
)


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its path, its HTML and whether it names both sides."""

    path: str
    html: bytes
    is_on_topic: bool


def make_page(seed: int, number: int, topic_every: int = TOPIC_EVERY, size: int = PAGE_BYTES) -> Page:
    """The page of this number: equal for equal arguments, on any machine."""
    rng = random.Random(f"{seed}/{number}")
    is_on_topic = number % topic_every == 0
    published = _FIRST_DAY + dt.timedelta(hours=7 * number)
    title = f"{_headline(rng)} {rng.choice(_PLACES[is_on_topic])}"
    path = f"{published:/%Y/%m/%d/}{_slug(title)}-{number}/"
    paragraphs = [_paragraph(rng, _PLACES[is_on_topic]) for _ in range(rng.randint(8, 14))]
    author = rng.choice(_PEOPLE)
    parts = [
        _head(title, author, published, path),
        _masthead(rng),
        _ticker(rng),
        _story(rng, title, author, published, paragraphs),
        _related(rng),
        _rail(rng),
        _footer(),
    ]
    missing = size - len("".join(parts).encode()) - len(_state(rng, 0))
    parts.append(_state(rng, missing))
    return Page(path=path, html="".join(parts).encode(), is_on_topic=is_on_topic)


def _headline(rng: random.Random) -> str:
    who, what = rng.choice(_WHO), rng.choice(_WHAT)
    return f"{who.split(' ', 1)[1].capitalize()} {rng.choice(_DID)} {what}"


def _sentence(rng: random.Random, places: Sequence[str]) -> str:
    place = f" {rng.choice(places)}" if rng.random() < 0.4 else ""
    figure = (
        f", {rng.randint(2, 990)} {rng.choice(('units', 'million euros', 'people', 'tonnes'))} in all,"
        if rng.random() < 0.3
        else ""
    )
    text = f"{rng.choice(_WHO)} {rng.choice(_DID)} {rng.choice(_WHAT)}{figure}{place} {rng.choice(_WHY)}"
    return text[0].upper() + text[1:] + "."


def _paragraph(rng: random.Random, places: Sequence[str]) -> str:
    return " ".join(_sentence(rng, places) for _ in range(rng.randint(3, 6)))


def _slug(title: str) -> str:
    return "-".join(word for word in title.lower().split() if word.isalpha())[:60].strip("-")


def _hex(rng: random.Random, digits: int) -> str:
    return f"{rng.getrandbits(digits * 4):0{digits}x}"


def _head(title: str, author: str, published: dt.datetime, path: str) -> str:
    facts = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": title,
        "datePublished": published.isoformat(),
        "author": {"@type": "Person", "name": author},
        "publisher": {"@type": "Organization", "name": _NAME},
    }
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)} | {_NAME}</title>'
        f'<link rel="canonical" href="{path}"><meta name="author" content="{author}">'
        f'<meta property="og:type" content="article"><meta property="og:title" content="{escape(title)}">'
        f'<meta property="og:site_name" content="{_NAME}">'
        f'<meta property="article:published_time" content="{published.isoformat()}">'
        f'<script type="application/ld+json">{json.dumps(facts)}</script><style>{_STYLE}</style></head><body>\n'
    )


def _masthead(rng: random.Random) -> str:
    items = "".join(
        f'<li class="masthead-item">'
        f'<a class="masthead-link" href="/{section.lower()}/{word}/">{section} {word}</a></li>\n'
        for section in _SECTIONS
        for word in ("latest", "analysis", "video", "archive", "letters")
    )
    build = _hex(rng, 12)
    menu = f'<nav><ul class="masthead-inner">{items}</ul></nav>'
    return f'<header class="masthead-wrap" data-build="{build}">{menu}</header>\n'


def _ticker(rng: random.Random) -> str:
    items = "".join(
        f'<span class="ticker-item"><b>{name}</b> {rng.uniform(1, 900):.2f} <i>{rng.uniform(-3, 3):+.2f}%</i></span>\n'
        for name in ("EUR", "USD", "GBP", "CHF", "OIL", "GAS", "GOLD", "COTTON", "COPPER", "WHEAT")
    )
    return f'<div class="ticker-wrap"><div class="ticker-inner">{items}</div></div>\n'


def _story(rng: random.Random, title: str, author: str, published: dt.datetime, paragraphs: Sequence[str]) -> str:
    body = "\n".join(f'<p class="story-item">{escape(text)}</p>' for text in paragraphs)
    return (
        f'<main><article class="story-wrap"><h1 class="story-title">{escape(title)}</h1>'
        f'<p class="story-meta">By <a rel="author" href="/people/{_slug(author)}/">{author}</a> '
        f'<time datetime="{published.isoformat()}">{published:%d %B %Y}</time></p>'
        f'<figure class="story-media">'
        f'<img src="/media/{_hex(rng, 24)}.jpg" alt="{escape(title)}" width="1200" height="675">'
        f"<figcaption>{escape(_sentence(rng, ('at the opening',)))}</figcaption></figure>"
        f'<div class="story-inner">{body}</div></article></main>\n'
    )


def _card(rng: random.Random) -> str:
    title, token = _headline(rng), _hex(rng, 24)
    day = _FIRST_DAY + dt.timedelta(days=rng.randint(0, 600))
    sizes = ", ".join(f"/media/{token}-{width}.jpg {width}w" for width in (320, 640, 960, 1280))
    path = f"{day:/%Y/%m/%d/}{_slug(title)}-{token[:4]}/"
    return (
        f'<li class="card-wrap" data-id="{_hex(rng, 16)}"><a class="card-link" href="{path}">'
        f'<img class="card-media" src="/media/{token}-320.jpg" srcset="{sizes}" loading="lazy" alt="">'
        f'<h3 class="card-title">{escape(title)}</h3></a>'
        f'<span class="card-meta"><time datetime="{day:%Y-%m-%d}">{day:%d %b %Y}</time> '
        f"{rng.choice(_SECTIONS)}</span></li>\n"
    )


def _related(rng: random.Random) -> str:
    cards = "".join(_card(rng) for _ in range(_RELATED))
    return f'<section class="related"><h2>Related stories</h2><ul class="card-inner">{cards}</ul></section>\n'


def _rail(rng: random.Random) -> str:
    items = "".join(
        f'<li class="rail-item"><a class="rail-link" href="/read/{_hex(rng, 10)}/">{escape(_headline(rng))}</a></li>\n'
        for _ in range(20)
    )
    return f'<aside class="rail-wrap"><h2>Most read</h2><ol class="rail-inner">{items}</ol></aside>\n'


def _footer() -> str:
    links = "".join(
        f'<a class="footer-link" href="/{name.lower()}/">{name}</a>\n' for name in (*_SECTIONS, "Imprint", "Contact")
    )
    note = f"{_NAME} is an invented newspaper. All rights reserved."
    return f'<footer class="footer-wrap">{links}<p class="footer-note">{note}</p></footer>\n'


def _state(rng: random.Random, size: int) -> str:
    """The script at the end, as long as the page still needs: what sites leave there for their own code."""
    entries: list[str] = []
    length = 0
    while length < size:
        entry = f'"{_hex(rng, 16)}":{{"hash":"{_hex(rng, 48)}","variant":"default","lazy":true,"slots":[]}}'
        entries.append(entry)
        length += len(entry) + 1
    return f"<script>window.state={{{','.join(entries)}}}</script></body></html>"


@dataclass(frozen=True, slots=True)
class Site:
    """The pages and the answers that were made of them."""

    pages: tuple[Page, ...]
    answers: dict[bytes, bytes]

    def describe(self, ports: Sequence[int]) -> dict[str, Any]:
        """What a client needs to know: URLs in order (the ports take turns), sizes of all together, pages on topic."""
        answers = self.answers.values()
        urls = [f"http://127.0.0.1:{ports[index % len(ports)]}{page.path}" for index, page in enumerate(self.pages)]
        return {
            "urls": urls,
            "html_bytes": sum(len(page.html) for page in self.pages),
            "body_bytes": sum(len(answer.split(b"\r\n\r\n", 1)[1]) for answer in answers),
            "wire_bytes": sum(map(len, answers)),
            "on_topic": sum(page.is_on_topic for page in self.pages),
        }


def make_site(
    count: int, seed: int = DEFAULT_SEED, topic_every: int = TOPIC_EVERY, *, first: int = 0, size: int = PAGE_BYTES
) -> Site:
    """Different pages from number `first` on, each with its whole answer as it will go over the wire.

    Every so many-th is on topic; a page is `size` bytes, or longer where its text needs more.
    """
    pages = tuple(make_page(seed, number, topic_every, size) for number in range(first, first + count))
    return Site(pages=pages, answers={page.path.encode(): _answer(page) for page in pages})


def _answer(page: Page) -> bytes:
    body = gzip.compress(page.html, compresslevel=6, mtime=0)
    head = (
        "HTTP/1.1 200 OK\r\nServer: bench\r\nDate: Sat, 21 Nov 2026 12:00:00 GMT\r\nVary: Accept-Encoding\r\n"
        "Content-Type: text/html; charset=utf-8\r\nContent-Encoding: gzip\r\nCache-Control: max-age=60\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class _Connection(asyncio.Protocol):
    """Answers GET requests on one kept-alive connection; enough HTTP for clients that send no body."""

    def __init__(self, answers: dict[bytes, bytes]) -> None:
        self._answers = answers
        self._received = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is no subclass

    def data_received(self, data: bytes) -> None:
        assert self._transport is not None
        *requests, self._received = (self._received + data).split(b"\r\n\r\n")
        for request in requests:
            path = request.split(b" ", 2)[1]
            self._transport.write(self._answers.get(path, _NO_SUCH_PAGE))


async def _serve(site: Site, ports: int) -> None:
    loop = asyncio.get_running_loop()
    servers = [await loop.create_server(lambda: _Connection(site.answers), "127.0.0.1", 0) for _ in range(ports)]
    sys.stdout.write(json.dumps(site.describe([server.sockets[0].getsockname()[1] for server in servers])) + "\n")
    sys.stdout.flush()
    await loop.run_in_executor(None, sys.stdin.read)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.site", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--pages", type=int, default=600)
    parser.add_argument("--ports", type=int, default=DEFAULT_PORTS)
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED)
    parser.add_argument("--topic-every", type=int, default=TOPIC_EVERY)
    parser.add_argument("--first", type=int, default=0, help="number of the first page")
    parser.add_argument("--page-bytes", type=int, default=PAGE_BYTES)
    args = parser.parse_args()
    site = make_site(args.pages, args.seed, args.topic_every, first=args.first, size=args.page_bytes)
    try:
        import uvloop
    except ImportError:  # Windows
        asyncio.run(_serve(site, args.ports))
    else:
        uvloop.run(_serve(site, args.ports))


if __name__ == "__main__":
    main()
