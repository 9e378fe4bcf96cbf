"""The sitemap that robots.txt names, where none is an entry, tells what the entries did not."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import TYPE_CHECKING

from crawler.discovery import Announcement
from crawler.past import Past
from crawler.sitemap_witness import choose, is_wanted, listed_of
from crawler.sources import Entry, Schedule
from tests import commands
from tests.crawler.sites import SOURCE
from tests.wireserver import Case, WireServer, page, with_length

if TYPE_CHECKING:
    from pathlib import Path

NOW = dt.datetime(2026, 11, 18, 20, 30, tzinfo=dt.UTC)  # the next day in Tashkent
FED = replace(SOURCE, entries=(Entry(type="feed", url="https://s.example/feed"),))


def test_a_witness_is_heard_once_a_day_where_no_sitemap_is_an_entry() -> None:
    """And never where the source file says no."""
    heard = Past(source="s", witnessed=NOW - dt.timedelta(hours=19))
    assert is_wanted(FED, Past(source="s"), NOW)
    assert not is_wanted(FED, heard, NOW)
    assert is_wanted(FED, heard, NOW + dt.timedelta(hours=1))
    assert not is_wanted(SOURCE, Past(source="s"), NOW)
    assert not is_wanted(replace(FED, schedule=Schedule(witness=False)), Past(source="s"), NOW)


def test_the_sitemap_of_the_news_is_asked_before_others() -> None:
    """The first that robots.txt names where none says so."""
    assert choose(["https://s/a.xml", "https://s/News.xml"]) == "https://s/News.xml"
    assert choose(["https://s/news/a.xml", "https://s/b.xml"]) == "https://s/news/a.xml"
    assert choose([]) is None


def test_pages_of_these_days_are_compared_and_no_others() -> None:
    """By the day that the address names, the publication, or the last change; in the days of the site."""

    def item(url: str, published: dt.datetime | None = None, modified: dt.datetime | None = None) -> Announcement:
        return Announcement(url=url, title=None, published=published, modified=modified, place="url")

    day = dt.timedelta(days=1)
    items = [
        item("https://s.example/old", NOW - 3 * day),
        item("https://s.example/edited/2026/03/01/x", modified=NOW),
        item("https://s.example/two", modified=NOW - 2 * day),
        item("https://s.example/new", NOW),
        item("https://s.example/undated"),
        item("https://s.example/next-year", NOW + 365 * day),
    ]
    assert listed_of(items, FED, NOW) == ["https://s.example/new", "https://s.example/two"]


def test_what_no_entry_announced_is_fetched_by_the_next_crawl(tmp_path: Path) -> None:
    """Of an index the newest child is read; what it lists of today becomes a hole, which the next crawl fills."""
    cases = {f"/case/p{number}": Case(message=with_length(page(f"p{number}"))) for number in range(3)}
    with WireServer(cases=cases) as server:
        today = dt.datetime.now(dt.UTC)

        def sitemap(kind: str, *rows: tuple[str, int]) -> Case:
            name = "sitemap" if kind == "sitemapindex" else "url"
            body = "".join(
                f"<{name}><loc>{server.base}{path}</loc><lastmod>{today - dt.timedelta(days=ago):%Y-%m-%d}</lastmod></{name}>"
                for path, ago in rows
            )
            space = "http://www.sitemaps.org/schemas/sitemap/0.9"
            return Case(message=with_length(f'<{kind} xmlns="{space}">{body}</{kind}>'.encode()))

        server.cases |= {
            "/robots.txt": Case(
                message=with_length(f"User-agent: *\nAllow: /\nSitemap: {server.base}/map.xml".encode())
            ),
            "/map.xml": sitemap("sitemapindex", ("/map-1.xml", 9), ("/map-2.xml", 0)),
            "/map-2.xml": sitemap("urlset", ("/case/p0", 0), ("/case/p1", 0), ("/case/p2", 9), ("/about", 0)),
            "/list": Case(message=with_length(b'<a href="/case/p0">Japan and Uzbekistan</a>')),
        }
        server.write_source(
            tmp_path / "sources", "site", entries=f'[[entries]]\ntype = "listing"\nurl = "{server.base}/list"\n'
        )
        args = ("crawl", "--only-sources", tmp_path / "sources", "--store", tmp_path / "store", "--json",
                "--allow-private", server.host_port)  # fmt: skip
        first = commands.run(*args)
        state = json.loads((tmp_path / "store" / "state" / "schedule" / "site.json").read_bytes())
        second = commands.run(*args)
        asked = [item.path for item in server.log]

    found = [done.report["sources"]["site"] for done in (first, second)]
    assert [(each["announced"], each["kept"], each["adds_up"]) for each in found] == [(1, 1, True), (2, 1, True)]
    assert (found[0]["seen"]["listed"], found[0]["seen"]["held"]) == (2, 1)
    assert list(state["holes"]) == [f"{server.base}/case/p1"]
    state = json.loads((tmp_path / "store" / "state" / "schedule" / "site.json").read_bytes())
    assert state["holes"] == {}
    assert [asked.count(path) for path in ("/map.xml", "/map-1.xml", "/map-2.xml", "/case/p2")] == [1, 0, 1, 0]
