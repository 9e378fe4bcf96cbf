"""Sites without end: what crawler.traps says of an address, and a crawl of a server that never runs out of pages."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

import pytest
from scrapy import Request
from scrapy.http import Response

import crawler.frontier
import crawler.trails
from crawler.loader import spider_class
from crawler.traps import MAX_QUIET_PAGES, ListingTrail, is_trap
from crawler.visits import META_KEY, Role, Visit
from tests import commands
from tests.crawler.sites import HOST, SOURCE, Books
from tests.wireserver import Case, WireServer, page, with_length

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("/news/2026/11/22/a-title", False),
        ("/a/b/a/b", False),
        ("/a/b/a/b/a", True),
        ("/x/x/x", True),
        ("/tag/2011/11/11", False),
        ("/" + "/".join("abcdefghijkl"), False),
        ("/" + "/".join("abcdefghijklm"), True),
        ("/?a&b&c&d&e&f&g&h", False),
        ("/?a&b&c&d&e&f&g&h&i", True),
        ("/?" + "x=1&" * 9, True),
    ],
)
def test_is_trap(target: str, expected: bool) -> None:
    """Depth, repeated segments and many parameters; dates and two equal segments are no trap."""
    assert expected is is_trap(HOST + target)


def test_a_trail_ends_after_pages_without_news() -> None:
    """A quiet page or two may be a holiday; more is a calendar. A page with something new begins the count anew."""
    trail = ListingTrail()
    quiet = [{name} for name in "ab"] * (MAX_QUIET_PAGES // 2)

    assert trail.add({"a", "b"})
    assert all(trail.add(urls) for urls in quiet)
    assert trail.add({"c"})
    assert all(trail.add(urls) for urls in quiet)
    assert not trail.add(set())


def test_a_trail_ends_with_a_page_that_is_given_again() -> None:
    """A site that shows its last page under every further number is at its end."""
    trail = ListingTrail()

    assert trail.add({"a", "b"})
    assert trail.add({"c", "b"})
    assert not trail.add({"b", "c"})


class Endless(WireServer):
    """A site that makes up whatever is asked for."""

    def _case(self, path: str) -> Case:
        if match := re.fullmatch(r"/list/(\d+)", path):
            number = int(match[1])
            links = [
                f"/case/one?PHPSESSID={number:032x}",
                f"/case/two;jsessionid={number:032X}",
                f"/case/{'deeper/' * number}end",
                "/case/long?" + "q" * 2100,
                "/case/many?" + "&".join(f"p{at}={number}" for at in range(12)),
            ]  # fmt: skip
            body = "".join(f'<p><a href="{link}">x</a></p>' for link in links)
            return Case(message=with_length(f'{body}<a rel="next" href="/list/{number + 1}">next month</a>'.encode()))
        if match := re.fullmatch(r"/maps/(\d+)", path):
            number = int(match[1])
            children = "".join(
                f"<sitemap><loc>{self.base}/maps/{2 * number + at}</loc></sitemap>" for at in range(2)
            )  # fmt: skip
            more = f"<sitemap><loc>{self.base}/maps/x/x/x/{number}</loc></sitemap>"
            return Case(message=with_length(f"<sitemapindex>{children}{more}</sitemapindex>".encode()))
        if path.startswith("/case/loop"):
            head = (
                b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /case/loop"
                + b"x" * (len(path) - 9)
                + b"\r\n\r\n"
            )
            return Case(message=head)
        if path == "/feed":
            return Case(
                message=with_length(
                    f"<rss version='2.0'><channel><item><link>{self.base}/case/loop</link></item></channel></rss>".encode()
                )
            )
        if path.startswith("/case/"):
            return Case(message=with_length(page(path.strip("/").replace("/", "-"))))
        return super()._case(path)


ENTRIES = """
[[entries]]
type = "listing"
url = "{base}/list/0"
max_pages = 1000

[[entries]]
type = "sitemap"
url = "{base}/maps/1"

[[entries]]
type = "feed"
url = "{base}/feed"
"""


@pytest.mark.xdist_group("traps")
def test_a_site_without_end_comes_to_one(tmp_path: Path) -> None:
    """A calendar, ids of sessions, paths and indexes that grow, redirects in a circle: each ends, and is counted."""
    with Endless(cases={}) as server:
        file = server.write_source(tmp_path / "sources", "site", entries=ENTRIES.format(base=server.base))
        file.write_text(file.read_text().replace("'^/case/[a-z0-9.-]+$'", "'^/case/'"))
        done = commands.run(
            "crawl", "--only-sources", tmp_path / "sources", "--store", tmp_path / "store", "--json",
            "--allow-private", server.host_port,
        )  # fmt: skip
        asked = [item.path for item in server.log]
    ledger = done.report["sources"]["site"]

    # /list/0 to 2 have news (a deeper path each); /list/3 has none, and /list/4 shows what /list/3 did.
    assert [f"/list/{number}" for number in range(5)] == sorted(path for path in asked if path.startswith("/list"))
    assert 1 + 2 + 4 + 8 == len([path for path in asked if path.startswith("/maps")])
    assert 11 == len([path for path in asked if path.startswith("/case/loop")])
    assert ["/case/deeper/deeper/end", "/case/deeper/end", "/case/end", "/case/one", "/case/two"] == sorted(
        path for path in asked if path.startswith("/case/") and "loop" not in path
    )
    assert len(asked) == len(set(asked))
    assert {"redirects": 1} == ledger["failed"]
    # Five listings with a long and a many-parameter link each, two with a path too deep, one calendar; no index takes
    # the child that repeats itself.
    assert {"too_long": 5, "trap": 5 + 2 + 1 + 7} == ledger["refused"]
    assert ledger["adds_up"]


def announced(text: str, monkeypatch: pytest.MonkeyPatch, **limits: int) -> tuple[list[str], Books]:
    """What a spider asks for after a sitemap, under limits; and its books."""
    for name, value in limits.items():
        module = crawler.frontier if name == "MAX_PAGES" else crawler.trails
        monkeypatch.setattr(module, name, value)
    books = Books()
    spider = spider_class(SOURCE)(run=books)
    visit = Visit(role=Role.SITEMAP, page=f"{HOST}/map", source="s")
    response = Response(f"{HOST}/map", body=text.encode(), request=Request(f"{HOST}/map", meta={META_KEY: visit}))
    further = [request.url for request in spider.parse_entry(response, SOURCE.entries[0])]
    return further + [request.url for request in spider.released()], books


def test_one_run_takes_so_many_pages_of_a_source(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is above the limit is counted, and the operator is told once."""
    text = "".join(f"<url><loc>{HOST}/news/{number}</loc></url>" for number in range(9))
    urls, books = announced(f"<urlset>{text}</urlset>", monkeypatch, MAX_PAGES=4)
    ledger = books._ledger

    assert [f"{HOST}/news/{number}" for number in range(4)] == urls
    assert (4, {"too_many": 5}) == (ledger.announced, dict(ledger.refused))
    assert 1 == len(ledger.problems)


def test_one_run_reads_so_many_sitemaps_of_a_source(monkeypatch: pytest.MonkeyPatch) -> None:
    """An index of indexes cannot keep a crawl busy for ever."""
    text = "".join(f"<sitemap><loc>{HOST}/map/{number}</loc></sitemap>" for number in range(9))
    urls, books = announced(f"<sitemapindex>{text}</sitemapindex>", monkeypatch, MAX_SITEMAPS=3)

    assert [f"{HOST}/map/{number}" for number in range(3)] == urls
    assert {"too_many_sitemaps": 6} == dict(books._ledger.refused)
    assert 1 == len(books._ledger.problems)


def test_what_is_refused_for_being_asked_at_all_is_no_failure() -> None:
    """A further page that wants POST (405) is counted; an entry that does is a problem."""
    for depth, refused, problems in ((1, {"post_only": 1}, 0), (0, {}, 1)):
        books = Books()
        spider = spider_class(SOURCE)(run=books)
        visit = Visit(role=Role.LISTING, page=f"{HOST}/more", source="s", depth=depth)
        response = Response(f"{HOST}/more", status=405, request=Request(f"{HOST}/more", meta={META_KEY: visit}))

        assert [] == list(spider.parse_entry(response, dataclasses.replace(SOURCE.entries[0], type="listing")))
        spider._reader.second_asks()
        assert (refused, problems) == (dict(books._ledger.refused), len(books._ledger.problems))
