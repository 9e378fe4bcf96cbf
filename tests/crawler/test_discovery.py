"""crawler.discovery: feeds are read for what they announce, and no reader of any document ever crashes."""

from __future__ import annotations

import gzip
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

import crawler.discovery
from crawler.discovery import Discovery, read_feed
from crawler.listings import read_listing
from crawler.sitemaps import read_sitemap
from tests.crawler.documents import ATOM, JSON_FEED, NINE, RDF, RSS, TEN, URLSET, item

URL = "https://x.example/feed/"


def feed(body: str | bytes, content_type: str | None = None) -> Discovery:
    return read_feed(body if isinstance(body, bytes) else body.encode(), url=URL, content_type=content_type)


def test_rss() -> None:
    """Items in order, each URL once, normalised; the time in UTC."""
    assert Discovery(
        announcements=(
            item("https://x.example/a/", "Жапония & Кыргызстан", "item 1", NINE),
            item("https://x.example/b/", "B", "item 2"),
        ),
    ) == feed(RSS, "application/rss+xml; charset=utf-8")


def test_atom() -> None:
    """`updated` is no publication; the next page of the feed is named."""
    assert Discovery(
        announcements=(item("https://x.example/a/", "A", "item 1", NINE, modified=TEN),),
        next_page="https://x.example/feed/?page=2",
    ) == feed(ATOM, "application/atom+xml")


def test_rdf_in_shift_jis() -> None:
    """The one date of RSS 1.0 is the publication; the declared encoding holds."""
    url = "https://x.example/%E6%97%A5%E6%9C%AC"

    assert Discovery(announcements=(item(url, "中央アジア", "item 1", NINE, modified=NINE),)) == feed(
        RDF.encode("shift_jis"), "text/xml"
    )


def test_json_feed() -> None:
    """A JSON Feed is read like the others."""
    assert Discovery(
        announcements=(item("https://x.example/a/", "A", "item 1", NINE),),
        next_page="https://x.example/feed/?page=2",
    ) == feed(json.dumps(JSON_FEED), "application/feed+json")


FEED = "expected a feed (RSS, Atom, RDF or JSON Feed)"


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"", f"{FEED}, got an empty body"),
        (b" \n", f"{FEED}, got an empty body"),
        (b"\xef\xbb\xbf<!-- x -->\n<!DOCTYPE html><html><body>x", f"{FEED}, got an HTML page"),
        (b"<?xml version='1.0'?><!DOCTYPE html PUBLIC 'x'><html/>", f"{FEED}, got an HTML page"),
        (b"Not found", f"{FEED}, got no feed: syntax error in line 2"),
        (b"<urlset><url><loc>https://x.example/</loc></url></urlset>", f"{FEED}, got something else"),
        (b"{", "expected a JSON Feed, got broken JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
        (b"[]", "expected a JSON Feed, got JSON without items"),
        (b'{"items": []}', "expected a feed with items, got an empty one"),
        (b"<rss version='2.0'><channel><title>x</title></channel></rss>", "expected a feed with items, got an empty one"),
    ],
)  # fmt: skip
def test_what_is_no_feed_is_told_in_one_line(body: bytes, problem: str) -> None:
    """The line says what was expected and what came."""
    assert Discovery(problem=problem) == feed(body)


def test_the_whole_items_of_a_torn_feed_are_kept() -> None:
    """Half a URL is not announced."""
    found = feed(RSS[: RSS.index("</link></item>\n<item><title>A again") - 1])

    assert [each.url for each in found.announcements] == ["https://x.example/a/"]
    assert (found.problem or "").startswith("expected well-formed XML, got ")
    assert (found.problem or "").endswith("; 1 items read")


def test_items_without_a_usable_url_are_counted() -> None:
    """The others are still returned."""
    found = feed(RSS.replace("<link>/b/</link>", "<link>mailto:b@x.example</link>"))

    assert [each.url for each in found.announcements] == ["https://x.example/a/"]
    assert found.problem == "expected a URL in each item, got none that can be used in 1 of 3"


def test_entities_of_a_feed_are_not_expanded() -> None:
    """A bomb of entities costs nothing, and the items are read."""
    bomb = f'<!DOCTYPE rss [\n<!ENTITY a "{"a" * 10_000}">\n]>'
    start = time.perf_counter()
    found = feed(RSS.replace("<rss", bomb + "<rss").replace("Жапония", "&a;" * 20_000))

    assert [each.url for each in found.announcements] == ["https://x.example/a/", "https://x.example/b/"]
    assert time.perf_counter() - start < 3


def test_a_body_is_never_taken_for_a_file_name() -> None:
    """The library would open a path."""
    assert feed(__file__).announcements == ()


# --- every reader

PIECES = [
    RSS,
    ATOM,
    RDF,
    URLSET,
    json.dumps(JSON_FEED),
    "<rss>",
    "<item>",
    "<link>http://[",
    "</item>",
    "<url>",
    "<loc>",
]
PIECES += [
    "<urlset>",
    "<![CDATA[",
    "]]>",
    "<!DOCTYPE x [",
    "<!ENTITY a 'b'>",
    "&a;",
    "&#xd800;",
    "<base href='http://['>",
]
PIECES += [
    "<a href='",
    "'>",
    "<a rel=next href=//>",
    "<time datetime=9999-12-31T23:59-23:59>",
    "\0",
    "<?xml version='1.0'?>",
]
PIECES += [
    "{",
    '"items": [',
    '{"url": ',
    "<html>",
    "<svg><a>",
    "\ufeff",
    "<pubDate>0 0 0 99:99",
    "<base>",
    "<!--",
    "<feed ",
]
FRAGMENTS = st.lists(st.sampled_from(PIECES), max_size=8)
BODIES = st.one_of(
    st.binary(),
    FRAGMENTS.map(lambda parts: "".join(parts).encode("utf-8", "replace")),
    FRAGMENTS.map(lambda parts: "".join(parts).encode("utf-16", "replace")),
    st.binary().map(gzip.compress),
    st.binary().map(b"\x1f\x8b\x08\0\0\0\0\0\0\x03".__add__),
)


@given(BODIES, st.sampled_from([None, "text/xml", "application/json; charset=x", "text/html; charset=utf-7", "\0"]))
def test_no_bytes_crash_the_readers(body: bytes, content_type: str | None) -> None:
    """Every reader answers every body, and each problem is one line."""
    found = [
        read_feed(body, url=URL, content_type=content_type),
        read_sitemap(body, url=URL),
        read_listing(body, url=URL, encoding=content_type),
        read_listing(
            body.decode("utf-8", "surrogatepass" if body.isascii() else "surrogateescape"), url=URL, encoding=None
        ),
    ]

    assert not any("\n" in (each.problem or "") for each in found)
    assert all(a.published is None or a.published.tzinfo for each in found for a in each.announcements)


def test_a_feed_is_read_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whole items up to the limit; the rest is named."""
    monkeypatch.setattr(crawler.discovery, "MAX_FEED_BYTES", 500)
    items = "".join(f"<item><title>t</title><link>http://h.example/{number}</link></item>" for number in range(50))
    body = f"<rss version='2.0'><channel><title>f</title>{items}</channel></rss>".encode()
    discovery = read_feed(body, url="http://h.example/feed", content_type=None)

    assert [f"http://h.example/{number}" for number in range(7)] == [item.url for item in discovery.announcements]
    assert discovery.problem == "expected at most 500 bytes, got more; the start was read"
