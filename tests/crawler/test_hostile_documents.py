"""Feeds, sitemaps and listings made to hurt: bounded in time and memory, named in the ledger, and nobody else suffers."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import brotli
import pytest
from scrapy import Request
from scrapy.http import Response

import crawler.entry_reading
import crawler.sitemaps
from crawler.discovery import read_feed
from crawler.loader import spider_class
from crawler.patience import limited_cpu
from crawler.sitemaps import read_sitemap
from crawler.sources import Entry
from crawler.visits import META_KEY, Role, Visit
from tests import commands, warcs
from tests.crawler.sites import SOURCE, Books
from tests.memory import watched
from tests.wireserver import Case, WireServer, page, with_length, zstd

if TYPE_CHECKING:
    from pathlib import Path

_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
_BOMB = 60 * 1024 * 1024  # more than any document may have
MAX_PEAK_MIB = 400
WALL = b"<html><head><title>Just a moment...</title></head><body><script>window._cf_chl_opt={}</script></body></html>"
WALLS = {f"/case/wall-{status}": status for status in (202, 403, 503)}
LAUGHS = f'<!DOCTYPE x [<!ENTITY l0 "ha">{_LAUGHS}]>'
BLOW_UP = f'<!DOCTYPE x [<!ENTITY a "{"a" * 100_000}">]>'
ITEM = "<item><title>{text}</title><link>{base}/case/kept{text}</link></item>"
FEED = '<?xml version="1.0"?>{head}<rss version="2.0"><channel><title>{text}</title>' + ITEM + "</channel></rss>"
MAP = '<?xml version="1.0"?>{head}<urlset><url><loc>{base}/case/kept</loc></url><url><loc>{text}</loc></url></urlset>'


def documents(base: str, canary: str, file: Path) -> dict[str, tuple[str, bytes, tuple[bytes, ...]]]:
    """Each document: what it is said to be, its body and header fields."""
    external = f'<!DOCTYPE x [<!ENTITY a SYSTEM "{file.as_uri()}"><!ENTITY b SYSTEM "{canary}/entity">]>'
    parameter = f'<!DOCTYPE x [<!ENTITY % p SYSTEM "{canary}/parameter"> %p;]>'
    dtd = f'<!DOCTYPE x SYSTEM "{canary}/dtd">'
    heads = {"laughs": LAUGHS, "blow-up": BLOW_UP, "external": external, "parameter": parameter, "dtd": dtd}
    texts = {"laughs": "&l9;", "blow-up": "&a;" * 10_000, "external": "&a;&b;", "parameter": "", "dtd": ""}
    found = {}
    for name, head in heads.items():
        for kind, frame in (("feed", FEED), ("sitemap", MAP)):
            body = frame.format(head=head, text=texts[name], base=base).encode()
            found[f"{kind}-{name}"] = (kind, body, ())
    bomb = gzip.compress(b" " * _BOMB)
    found |= {
        "bomb.xml.gz": ("sitemap", bomb, ()),
        "bomb-in-gzip.xml.gz": ("sitemap", gzip.compress(bomb), (b"Content-Encoding: gzip",)),
        "bomb-gzip": ("feed", bomb, (b"Content-Encoding: gzip",)),
        "bomb-br": ("feed", brotli.compress(b" " * (_BOMB), quality=5), (b"Content-Encoding: br",)),
        "bomb-zstd": ("sitemap", zstd.compress(b" " * (_BOMB)), (b"Content-Encoding: zstd",)),
        "bomb-nested": ("listing", gzip.compress(gzip.compress(bomb)), (b"Content-Encoding: gzip, gzip, gzip",)),
        "deep": ("listing", b"<div>" * 100_000 + f'<a href="{base}/case/kept">x</a>'.encode(), ()),
        "attribute": ("listing", b'<a href="/case/kept" title="' + b"x" * 5_000_000 + b'">x</a>', ()),
        "walls": ("listing", b"".join(b'<a href="%b">x</a>' % path.encode() for path in WALLS), ()),
        "good": ("feed", FEED.format(head="", text="", base=base).encode(), ()),
    }
    return found


@pytest.mark.xdist_group("hostile")
def test_a_source_of_nothing_but_malice_is_crawled_to_its_end(tmp_path: Path) -> None:
    """Twenty documents in one crawl: no file is read, no entity fetched, and the one article comes out whole.

    Walls against bots are archived, whatever their status, and are no articles.
    """
    secret = tmp_path / "secret.txt"
    secret.write_text("the-secret-of-this-machine")
    with (
        WireServer(cases={}) as canary,
        WireServer(cases={"/case/kept": Case(message=with_length(page("kept")))}) as server,
    ):
        made = documents(server.base, canary.base, secret)
        server.cases |= {
            path: Case(message=with_length(WALL, status=b"HTTP/1.1 %d -" % status)) for path, status in WALLS.items()
        } | {f"/{name}": Case(message=with_length(body, *fields)) for name, (_, body, fields) in made.items()}
        entries = "".join(
            f'[[entries]]\ntype = "{kind}"\nurl = "{server.base}/{name}"\n' for name, (kind, *_) in made.items()
        )
        server.write_source(tmp_path / "sources", "site", entries=entries)
        process = commands.start(
            "crawl", "--only-sources", tmp_path / "sources", "--store", tmp_path / "store", "--json",
            "--allow-private", server.host_port, "--allow-private", canary.host_port, "--delay", "0",
        )  # fmt: skip
        out, err, peak_mib = watched(process)
        asked = Counter(item.path for item in server.log)
    assert process.returncode == 1, err.decode()
    ledger = json.loads(out)["sources"]["site"]
    records = warcs.records(tmp_path / "store")
    problems = {item["url"].rsplit("/", 1)[1]: item["problem"] for item in ledger["problems"]}
    bombs = ("bomb-gzip", "bomb-br", "bomb-zstd", "bomb-nested")

    assert (1, {"challenge": 2}, {"http_503": 1}) == (ledger["kept"], ledger["dropped"], ledger["failed"])
    assert ["/case/kept"] == [urlsplit(item["url"]).path for item in warcs.lines(tmp_path / "store", "articles")]
    assert ledger["adds_up"]
    assert [] == canary.log
    # What could be read, and announces nothing, is asked for once more.
    again = ["/case/wall-503", "/case/wall-503", "/bomb.xml.gz", "/bomb-in-gzip.xml.gz", "/deep"]
    assert Counter(["/robots.txt", "/case/kept", *(f"/{name}" for name in made), *WALLS, *again]) == asked
    assert not any(b"the-secret" in text for text in (out, err, *(record.block for record in records)))
    assert set(WALLS) <= {urlsplit(item.url).path for item in records if item.kind == "response"}
    assert {"bomb.xml.gz", "bomb-in-gzip.xml.gz", "deep", *bombs} <= problems.keys()
    assert all("cannot be decoded" in problems[name] and "to more than" in problems[name] for name in bombs)
    assert "good" not in problems
    assert 0 < peak_mib < MAX_PEAK_MIB


def test_entities_stay_as_small_as_they_were_sent() -> None:
    """Nothing that is read of a document is longer than the document."""
    for text, head in (("&l9;", LAUGHS), ("&a;" * 1000, BLOW_UP)):
        values = {"head": head, "text": text, "base": "http://h.example"}
        feed = read_feed(FEED.format(**values).encode(), url="http://h.example/", content_type=None)
        sitemap = read_sitemap(MAP.format(**values).encode(), url="http://h.example/")
        for item in (*feed.announcements, *sitemap.announcements):
            assert len(item.url) + len(item.title or "") < 5000


def test_a_sitemap_is_read_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twice what the protocol allows; the rest is named."""
    body = b"".join(b"<url><loc>http://h.example/%d</loc></url>" % number for number in range(150))
    monkeypatch.setattr(crawler.sitemaps, "MAX_URLS", 100)
    discovery = read_sitemap(b"<urlset>" + body + b"</urlset>", url="http://h.example/")

    assert 101 == len(discovery.announcements)
    assert "expected at most 100 URLs, got more; the first were read" == discovery.problem


def test_a_feed_that_costs_too_much_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Feedparser needs the square of a feed of unclosed tags: the crawl gives it its limit and goes on."""
    monkeypatch.setattr(crawler.entry_reading, "limited_cpu", lambda: limited_cpu(0.3))
    body = b"<rss version='2.0'><channel>" + b"<item><title>a & b <b></title><link>http://h/a</link></item>" * 100_000
    books = Books()
    spider = spider_class(SOURCE)(run=books)
    visit = Visit(role=Role.FEED, page="http://h/feed", source="s")
    response = Response("http://h/feed", body=body, request=Request("http://h/feed", meta={META_KEY: visit}))

    assert [] == list(spider.parse_entry(response, Entry(type="feed", url="http://h/feed")))
    assert [
        {"url": "http://h/feed", "problem": "expected a feed, got one that costs more than 0.3 s of CPU time"}
    ] == books.ledger("s").problems
