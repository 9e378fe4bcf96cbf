"""crawler.load_more and the endpoints that pages name: lists that go on as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from crawler.listings import read_listing
from tests.crawler.documents import item

if TYPE_CHECKING:
    from crawler.discovery import Discovery

URL = "https://x.example/api?offset=10&limit=2"
ITEMS = [{"url": "/a", "title": "A"}, {"url": "/b", "title": "B"}]


def read(data: Any, url: str = URL) -> Discovery:
    return read_listing(json.dumps(data).encode(), url=url, encoding=None)


def test_items_are_objects_with_an_address() -> None:
    """Wherever they stand; pictures without an address are none, a day as people write it is kept as such."""
    data = {
        "data": {
            "posts": [{"link": "https://x.example/a", "headline": "А", "date": "29 августа 2025"}, {"image": "/x.jpg"}]
        }
    }
    (found,) = read(data).announcements

    assert ("https://x.example/a", "А", None) == (found.url, found.title, found.published)
    assert "2025-08-29" == str(found.day)


def test_html_in_json_is_read_as_a_list() -> None:
    """Each link of the piece, with its words."""
    assert (item("https://x.example/a", "A", "link 1"),) == read({"html": "<li><a href='/a'>A</a></li>"}).announcements


@pytest.mark.parametrize(
    ("more", "url", "expected"),
    [
        ({}, URL, "https://x.example/api?offset=12&limit=2"),
        ({"total": 12}, URL, None),
        ({"has_more": False}, URL, None),
        ({"has_more": True}, URL, "https://x.example/api?offset=12&limit=2"),
        ({}, "https://x.example/api?page=3", "https://x.example/api?page=4"),
        ({"total_pages": 3}, "https://x.example/api?page=3", None),
        ({"next_page": 9}, "https://x.example/api?page=3", "https://x.example/api?page=9"),
        ({"next_page": None}, "https://x.example/api?page=3", None),
        ({"next": "/api?page=9&x"}, URL, "https://x.example/api?page=9&x"),
        ({"links": {"next": {"href": "https://x.example/n"}}}, URL, "https://x.example/n"),
        ({"meta": {"next_cursor": "c 2/"}}, "https://x.example/api?after=c1", "https://x.example/api?after=c%202%2F"),
        ({"meta": {"next_cursor": "c2"}}, "https://x.example/api", "https://x.example/api?cursor=c2"),
        ({"meta": {"next_cursor": None}}, "https://x.example/api?after=c1", None),
        ({}, "https://x.example/more/2", "https://x.example/more/3"),
        ({}, "https://x.example/api", None),
    ],
)
def test_where_a_list_goes_on(more: dict[str, Any], url: str, expected: str | None) -> None:
    """What the answer says, else what its address counts; the last page leads nowhere."""
    assert expected == read({"items": ITEMS, **more}, url).next_page


def test_an_answer_without_items_is_the_last() -> None:
    """An endpoint that counts on for ever ends with the first empty answer."""
    assert read({"items": []}).next_page is None
    assert (read_listing(b"{", url=URL, encoding=None).problem or "").startswith(
        "expected a list as JSON, got broken JSON"
    )


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<button class='load-more' data-url='/api?offset=10'>Ещё</button>", "https://x.example/api?offset=10"),
        (
            "<div id='list' data-endpoint='/api/list' data-offset='10' data-limit='5' class='infinite'></div>",
            "https://x.example/api/list?offset=10&limit=5",
        ),
        ("<a class='btn' href='/more?page=2'>もっと見る</a>", "https://x.example/more?page=2"),
        ("<button hx-get='/list?page=2'>x</button>", "https://x.example/list?page=2"),
        ("<script>var loadMoreUrl = '/ajax/list?offset=20';</script>", "https://x.example/ajax/list?offset=20"),
        ("<script>fetch(`/api?offset=${n}&limit=20`)</script>", "https://x.example/api?offset=20&limit=20"),
        ("<script>$.get('/list/?page=' + page, add)</script>", "https://x.example/list/?page=2"),
        ("<a href='/about'>Ещё</a>", None),
        ("<img data-src='/pictures/2.jpg'><div data-url='/share'>x</div>", None),
        ("<button class='load-more' data-url='https://other.example/?page=2'>x</button>", None),
    ],
)
def test_the_endpoint_that_a_page_names(html: str, expected: str | None) -> None:
    """In an attribute of a button, its link, or a script; never on another host, never a picture."""
    assert expected == read_listing(f"<a href='/a'>A</a>{html}", url="https://x.example/news", encoding=None).next_page


@pytest.mark.parametrize(
    ("own", "html", "expected"),
    [
        ("/list", "<b>1</b> <a href='?start=20'>2</a> <a href='?start=40'>3</a>", "/list?start=20"),
        ("/list?start=20", "<a href='/list'>1</a> <b>2</b> <a href='?start=40'>3</a> <a href='?start=60'>4</a>", "/list?start=40"),
        ("/list?start=60", "<a href='/list'>1</a> <a href='?start=20'>2</a> <b>4</b>", None),
        ("/news/", "<div class='navigation'><span>1</span> <a href='/news/page/2/'>2</a> <a href='/news/page/2/'>&rarr;</a></div>", "/news/page/2/"),
    ],
)  # fmt: skip
def test_a_pager_of_numbers_goes_on_without_a_word(own: str, html: str, expected: str | None) -> None:
    """The page that is shown need not be marked, and may be counted in items."""
    found = read_listing(f"<a href='/a'>A</a>{html}", url=f"https://x.example{own}", encoding=None)

    assert (expected and f"https://x.example{expected}") == found.next_page


@pytest.mark.parametrize(
    ("like", "item", "expected"),
    [
        (["/news/one", "/news/two-words"], {"id": 7, "slug": "three", "title": "T"}, "/news/three"),
        (["/news/one/", "/news/two/"], {"slug": "three", "title": "T"}, "/news/three/"),
        (["/news/12.html", "/news/13.html"], {"id": 14, "slug": "three", "title": "T"}, "/news/14.html"),
        (["/n/12-one", "/n/13-two"], {"id": 14, "slug": "three", "title": "T"}, "/n/14-three"),
        (["/n/one-12", "/n/two-13"], {"id": 14, "slug": "three", "title": "T"}, "/n/three-14"),
        (["/n/one-12", "/n/two-13"], {"id": 14, "slug": "three-99", "title": "T"}, "/n/three-99"),
        (["/a/one", "/b/two"], {"id": 14, "slug": "three", "title": "T"}, None),  # where it lies nobody says
        (["/news?id=12", "/news?id=13"], {"id": 14, "title": "T"}, None),
        (["/news/one"], {"id": 3, "slug": "jane"}, None),  # an author has no title
        (["/news/one"], {"id": 3, "name": "Jane", "slug": "jane"}, None),
    ],
)
def test_an_item_with_a_slug_has_the_address_that_others_would(
    like: list[str], item: dict[str, Any], expected: str | None
) -> None:
    """Put together as those of known articles are, where they differ in their last piece alone."""
    known = [f"https://x.example{path}" for path in like]
    body = json.dumps({"data": [item], "page": 1}).encode()
    found = read_listing(body, url="https://x.example/api?page=1", encoding=None, like=known).announcements

    assert ([f"https://x.example{expected}"] if expected else []) == [each.url for each in found]
