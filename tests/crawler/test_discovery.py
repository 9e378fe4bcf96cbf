"""crawler.discovery: feeds, sitemaps and listings are read for what they announce, and never crash."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.discovery import Announcement, Discovery, read_feed, read_listing, read_sitemap

URL = "https://x.example/feed/"
NINE = dt.datetime(2026, 11, 21, 9, 30, tzinfo=dt.UTC)
TEN = dt.datetime(2026, 11, 21, 10, 30, tzinfo=dt.UTC)

RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>X</title><link>https://x.example/</link>
<item><title> Жапония
 &amp; Кыргызстан</title><link>https://x.example/a/?utm_source=rss</link>
<pubDate>Sat, 21 Nov 2026 15:30:00 +0600</pubDate></item>
<item><title>B</title><link>/b/</link></item>
<item><title>A again</title><link>https://x.example/a/#comments</link></item>
</channel></rss>"""

ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><link rel="next" href="?page=2"/>
<entry><title>A</title><link href="/a/"/><published>2026-11-21T09:30:00Z</published>
<updated>2026-11-21T19:30:00+09:00</updated></entry></feed>"""

RDF = """<?xml version="1.0" encoding="Shift_JIS"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><item rdf:about="https://x.example/日本"><title>中央アジア</title>
<link>https://x.example/日本</link><dc:date>2026-11-21T18:30:00+09:00</dc:date></item></rdf:RDF>"""

JSON_FEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "next_url": "?page=2",
    "items": [{"url": "/a/", "title": "A", "date_published": "2026-11-21T15:30:00+06:00"}],
}


def item(url: str, title: str | None, place: str, published: dt.datetime | None = None, **more: object) -> Announcement:
    return Announcement(url=url, title=title, published=published, place=place, **more)


def feed(body: str | bytes, content_type: str | None = None) -> Discovery:
    return read_feed(body if isinstance(body, bytes) else body.encode(), url=URL, content_type=content_type)


# --- feeds


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


# --- sitemaps

URLSET = """
<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
 xmlns:image="http://www.google.com/schemas/sitemap-image/1.1" xmlns:xhtml="http://www.w3.org/1999/xhtml">
<url><image:image><image:loc>https://x.example/i.jpg</image:loc><image:title>I</image:title></image:image>
<xhtml:link rel="alternate" hreflang="ru" href="https://x.example/ru/a/"/>
<loc> https://x.example/a/?x=1&amp;y=2 </loc><lastmod>2026-11-21T16:30:00+06:00</lastmod>
<news:news><news:publication><news:name>X</news:name></news:publication>
<news:publication_date>2026-11-21T15:30+06:00</news:publication_date><news:title>A</news:title></news:news></url>
<url><loc>https://x.example/b/</loc><lastmod>2026-11-21</lastmod></url>
</urlset><!-- made by hand -->"""

PAGES = (
    item("https://x.example/a/?x=1&y=2", "A", "url 1", NINE, modified=TEN),
    item("https://x.example/b/", None, "url 2", modified=dt.datetime(2026, 11, 21, tzinfo=dt.UTC)),
)


def sitemap(body: str | bytes) -> Discovery:
    return read_sitemap(body if isinstance(body, bytes) else body.encode(), url="https://x.example/sitemap.xml")


@pytest.mark.parametrize("body", [URLSET.encode(), gzip.compress(URLSET.encode())], ids=["plain", "gzip"])
def test_urlset(body: bytes) -> None:
    """Pages with the title and date of a news sitemap; pictures and translations are no pages."""
    assert Discovery(announcements=PAGES) == sitemap(body)


def test_two_gzip_members_are_one_sitemap() -> None:
    """Joined gzip files are one."""
    raw = URLSET.encode()

    assert Discovery(announcements=PAGES) == sitemap(gzip.compress(raw[:300]) + gzip.compress(raw[300:]))


def test_sitemapindex() -> None:
    """The children are resolved, in order."""
    assert Discovery(children=("https://x.example/1.xml", "https://x.example/2.xml.gz")) == sitemap(
        "<sitemapindex><sitemap><loc>https://x.example/1.xml</loc></sitemap>"
        "<sitemap><loc>/2.xml.gz</loc></sitemap></sitemapindex>",
    )


@pytest.mark.parametrize(
    ("body", "urls", "problem"),
    [
        ("", [], "expected a sitemap (urlset or sitemapindex), got no XML"),
        ("Not found", [], "expected a sitemap (urlset or sitemapindex), got no XML"),
        ("<html><body><url><loc>/a</loc></url></body></html>", [], "expected a sitemap (urlset or sitemapindex), got <html>"),
        ("<urlset></urlset>", [], "expected a sitemap with URLs, got an empty one"),
        ("<urlset>" + "<a>" * 300, [], "expected well-formed XML, got Excessive depth in document: 256, use XML_PARSE_HUGE option in line 1"),
        ("<urlset><url><loc>/a</loc></url><url><loc>/ab", ["/a"], "expected well-formed XML, got Premature end of data in tag urlset line 1 in line 1"),
        ("<urlset><url><loc>/a</loc></url><url/></urlset>", ["/a"], "expected a URL in each url, got none that can be used in 1 of 2"),
        ("<urlset><url><loc>/a?b=1&c=2</loc></url></urlset>", ["/a?b=1&c=2"], "expected &amp; in URLs, got a bare &; read as &amp;"),
        ("<urlset><url><loc><![CDATA[/a?b=1&c=2]]></loc></url></urlset>", ["/a?b=1&c=2"], None),
        ("<urlset><url><loc>/a</loc></wrong></urlset>", ["/a"], "expected well-formed XML, got Opening and ending tag mismatch: url line 1 and wrong in line 1"),
    ],
)  # fmt: skip
def test_what_is_no_whole_sitemap_is_told_in_one_line(body: str, urls: list[str], problem: str | None) -> None:
    """Whatever could be read is still returned."""
    found = sitemap(body)

    assert [f"https://x.example{url}" for url in urls] == [each.url for each in found.announcements]
    assert problem == found.problem


def test_entities_of_a_sitemap_are_not_expanded() -> None:
    """Neither an entity nor a file gets into a URL."""
    dtd = '<!DOCTYPE u [<!ENTITY a "b"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
    found = sitemap(f"{dtd}<urlset><url><loc>/a</loc></url><url><loc>/&a;&f;</loc></url></urlset>")

    assert found.announcements[0].url == "https://x.example/a"
    assert not any("root" in each.url or each.url.endswith("/b") for each in found.announcements)
    assert found.problem


def test_a_gzip_bomb_is_cut() -> None:
    """The ratio is bounded; the start is read."""
    body = b"<urlset><url><loc>/a</loc></url>" + b" " * 30_000_000 + b"<url><loc>/b</loc></url></urlset>"
    found = sitemap(gzip.compress(body))

    assert [each.url for each in found.announcements] == ["https://x.example/a"]
    assert found.problem == "expected at most 50000000 bytes and 200:1, got more; the start was read"


def test_a_torn_gzip_is_read_as_far_as_it_goes() -> None:
    """A download that broke off still announces."""
    raw = "<urlset>" + "".join(f"<url><loc>/{n * 7919 % 10007}</loc></url>" for n in range(5000)) + "</urlset>"
    found = sitemap(gzip.compress(raw.encode())[:-2000])

    assert len(found.announcements) > 100
    assert found.problem == "expected a whole gzip file, got a torn one"


# --- listings

LISTING_URL = "https://x.example/tag/japan/"


def listing(body: str | bytes, *, url: str = LISTING_URL, encoding: str | None = None) -> Discovery:
    return read_listing(body, url=url, encoding=encoding)


def test_listing() -> None:
    """Links in order, each once, with the first words found for them and the time beside them."""
    assert Discovery(
        announcements=(
            item("https://x.example/news/a", "Title A", "link 1", NINE),
            item("https://x.example/news/b", "picture", "link 3"),
            item("https://other.example/", None, "link 4"),
        ),
    ) == listing(
        """<base href="/news/"><a href="#top">Top</a>
        <article><a href="a"><img src="a.jpg"></a><h2><a href=" a?utm_source=x ">Title
        <b>A</b></a></h2><time datetime="2026-11-21T15:30:00+06:00">today</time></article>
        <li><a href="b"><img alt="picture" src="b.jpg"></a><time datetime="x"></time></li>
        <a href="mailto:a@x.example">Mail</a><a href="javascript:void(0)">Menu</a><a href>None</a>
        <a href="/tag/japan/#more">Self</a><a href="https://other.example"></a>""".replace("#top", LISTING_URL),
    )


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        ("<a href=/a>Келесі</a>".encode("cp1251", "xmlcharrefreplace"), "windows-1251"),
        ("<meta charset=windows-1251><a href=/a>Келесі</a>".encode("cp1251", "xmlcharrefreplace"), None),
        ("<a href=/a>Келесі</a>".encode(), None),
        ("<a href=/a>Келесі</a>", None),
        ("<a href=/a>Келесі</a>".encode(), "no-such-encoding"),
    ],
)
def test_the_encoding_of_a_listing(body: bytes | str, encoding: str | None) -> None:
    """The header is believed first, then the page, then UTF-8."""
    assert tuple(each.title for each in listing(body, encoding=encoding).announcements) == ("Келесі",)


NEXT = [
    ('<link rel="next" href="?page=2">', "?page=2"),
    ('<a rel="nofollow NEXT" href="/p2">x</a>', "p2"),
    ('<a href="/p2">Older posts</a>', "p2"),
    ('<a href="/p2">« Older posts</a>', "p2"),
    ('<a href="/p2">次のページ</a>', "p2"),
    ('<a href="/p2">Следующая страница →</a>', "p2"),
    ('<a href="/p2">Keyingi sahifa</a>', "p2"),
    ('<a href="/p2">Кейинги саҳифа</a>', "p2"),
    ('<a href="/p2">Кийинки барак</a>', "p2"),
    ('<a href="/p2">Саҳифаи навбатӣ</a>', "p2"),
    ('<a href="/p2">Indiki sahypa</a>', "p2"),
    ('<a href="/p2">Келесі бет</a>', "p2"),
    ('<div class="pagination"><a href="/p2">次へ »</a></div>', "p2"),
    ('<div class="pagination"><a href="/p2">»</a></div>', "p2"),
    ('<nav aria-label="Pagination"><a href="/p2" aria-label="Next"><svg/></a></nav>', "p2"),
    ('<ul id="pager"><li><a href="/p2">Келесі</a></li></ul>', "p2"),
    ('<a href="/tag/japan/page/2/">Далее</a>', "tag/japan/page/2/"),
    ('<a href="?PAGEN_1=2">Вперёд</a>', "?PAGEN_1=2"),
    ('<div class="pages"><b>1</b><a href="/p2">2</a><a href="/p3">3</a></div>', "p2"),
    ('<a href="?page=3">3</a><a href="?page=2">2</a>', "?page=2"),
    ('<div class="pager"><i class="current">2</i><a href="/p1">1</a><a href="/p3">3</a></div>', "p3"),
    ('<div class="pager"><a href="?page=0" class="is-active">1</a><a href="?page=1">2</a></div>', "?page=1"),
    ('<p><a href="/news/123">Далее</a></p>', None),
    ('<div class="carousel"><a href="/news/123">Next</a></div>', None),
    ('<table class="calendar"><td><a href="/2026/11/02">2</a></td></table>', None),
    ('<a href="https://other.example/p2">Older posts</a>', None),
    ('<a rel="next" href="#">x</a>', None),
]


@pytest.mark.parametrize(("html", "expected"), NEXT)
def test_the_next_page(html: str, expected: str | None) -> None:
    """By rel=next, by the words of eight languages, by the number; what only looks like a pager is none."""
    base = LISTING_URL if (expected or "").startswith("?") else "https://x.example/"

    assert (None if expected is None else base + expected) == listing(html).next_page


@pytest.mark.parametrize("page", [2, 9])
def test_the_number_of_the_page_is_read_from_its_url(page: int) -> None:
    """Where no link is marked as the current one."""
    html = "".join(f'<a href="?page={n}">{n}</a>' for n in range(1, 12))

    assert f"{LISTING_URL}?page={page + 1}" == listing(html, url=f"{LISTING_URL}?page={page}").next_page


def test_a_page_without_links_is_a_problem() -> None:
    """A shell that a script fills announces nothing."""
    assert Discovery(problem="expected an HTML page with links, got none") == listing("<div id=app></div>")


def test_a_page_that_nests_without_end_is_cut() -> None:
    """The parser would take minutes; the start is read."""
    start = time.perf_counter()
    found = listing("<a href=/a>A</a>" + "<div>" * 200_000)

    assert [each.url for each in found.announcements] == ["https://x.example/a"]
    assert found.problem == "expected elements that are closed, got too many in each other; the start was read"
    assert time.perf_counter() - start < 5


def test_a_long_page_with_drawings_is_read_whole() -> None:
    """Ten thousand headlines with an icon each are no problem."""
    row = '<li><div><svg viewBox="0 0 1 1"><path d="M0"/><path d="M1"/></svg><a href="/{n}">T {n}</a><br></div>'
    found = listing("<ul>" + "".join(row.replace("{n}", str(n)) for n in range(10_000)) + "</ul>")

    assert (len(found.announcements), found.problem) == (10_000, None)


# --- all

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
