"""crawler.listings: pages are read for their links, and the page after them is found."""

from __future__ import annotations

import time

import pytest

from crawler.discovery import Discovery
from crawler.listings import read_listing, refresh_of
from tests.crawler.documents import NINE, item

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


@pytest.mark.parametrize(
    ("html", "by_post"),
    [
        ('<button class="load-more" data-url="/more" data-method="POST">More</button>', True),
        ('<form method="post" action="/more"><button data-url="/more" class="load-more">More</button></form>', True),
        ('<form method="post" action="/login"><button data-url="/more" class="load-more">More</button></form>', False),
        ('<button class="load-more" data-url="/more">More</button>', False),
    ],
)
def test_what_is_asked_by_post_is_no_page(html: str, by_post: bool) -> None:
    """It is told apart, so that it can be counted."""
    found = listing(html)

    assert ("https://x.example/more" if by_post else None) == found.by_post
    assert (None if by_post else "https://x.example/more") == found.next_page


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


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("0; url=/index.php", "https://x.example/index.php"),
        ("5;URL='https://x.example/main'", "https://x.example/main"),
        ("300", None),
        ("300; url=/", None),  # a front page that loads itself anew
        ("0; url=/a", None),
        ("0; url=javascript:x", None),
    ],
)
def test_a_page_that_sends_its_reader_on(content: str, expected: str | None) -> None:
    """Within seconds, and to another page."""
    body = f'<html><head><meta http-equiv="Refresh" content="{content}"></head></html>'.encode()

    assert expected == refresh_of(body, url="https://x.example/a", encoding=None)
