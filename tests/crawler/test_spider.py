"""The one spider on real servers: what it follows, what it leaves, and what it says when a site is not as expected."""

from __future__ import annotations

import datetime as dt
import gzip
from email.utils import format_datetime
from typing import TYPE_CHECKING

import pytest

from tests import commands, warcs
from tests.wireserver import Case, WireServer, head, page, with_length

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.xdist_group("spider")
PAGES = {f"/case/p{number}": Case(message=with_length(page(f"p{number}"))) for number in range(4)}
FEED = '[[entries]]\ntype = "feed"\nurl = "{base}/feed"\n'
LISTING = '[[entries]]\ntype = "listing"\nurl = "{base}/list"\nmax_pages = 3\n'


def feed(days: dict[str, dt.date]) -> Case:
    """A feed that announces paths with their days."""
    items = "".join(
        f"<item><title>t</title><link>BASE{path}</link>"
        f"<pubDate>{format_datetime(dt.datetime.combine(day, dt.time(12), dt.UTC))}</pubDate></item>"
        for path, day in days.items()
    )
    return Case(
        message=f'<?xml version="1.0"?><rss version="2.0"><channel><title>f</title>{items}</channel></rss>'.encode()
    )


def links(*targets: str) -> Case:
    """A page of links."""
    return Case(message=with_length("".join(f'<p><a href="{target}">{target}</a></p>' for target in targets).encode()))


def crawl(server: WireServer, tmp_path: Path, entries: str, *args: str | Path) -> commands.Done:
    """A crawl of one server with these entries."""
    for path, case in list(server.cases.items()):
        if case.message.startswith(b"<?xml"):
            server.cases[path] = Case(message=with_length(case.message.replace(b"BASE", server.base.encode())))
    server.write_source(tmp_path / "sources", "site", entries=entries.format(base=server.base))
    return commands.run(
        "crawl", "--only-sources", tmp_path / "sources", "--store", tmp_path / "store", "--json",
        "--allow-private", server.host_port, *args,
    )  # fmt: skip


def asked(server: WireServer) -> list[str]:
    """The paths that were asked for, robots.txt aside."""
    return [item.path for item in server.log if item.path != "/robots.txt"]


@pytest.mark.long
def test_what_is_over_the_limit_is_deferred_and_taken_by_the_next_crawl(tmp_path: Path) -> None:
    """--limit counts requests for articles; the rest stays announced, and is fetched another day."""
    with WireServer(cases=dict(PAGES)) as server:
        first = crawl(server, tmp_path, "", "--limit", "1").report["sources"]["site"]
        second = crawl(server, tmp_path, "").report["sources"]["site"]

    assert (4, 1, 3) == (first["announced"], first["kept"], first["deferred"])
    assert (4, 3, 1, 0) == (second["announced"], second["kept"], second["unchanged"], second["deferred"])


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (("--since", "2026-03-02"), ["/case/p1", "/case/p2"]),
        (("--until", "2026-03-01"), ["/case/p0"]),
        (("--since", "2026-03-02", "--until", "2026-03-02"), ["/case/p1"]),
    ],
)
def test_the_range_of_days_bounds_what_is_fetched(tmp_path: Path, args: tuple[str, ...], expected: list[str]) -> None:
    """A page announced with a day outside the range is not asked for, nor counted as announced."""
    days = {f"/case/p{number}": dt.date(2026, 3, number + 1) for number in range(3)}
    with WireServer(cases=PAGES | {"/feed": feed(days)}) as server:
        ledger = crawl(server, tmp_path, FEED, *args).report["sources"]["site"]

        assert expected == sorted(path for path in asked(server) if path.startswith("/case/"))
    assert len(expected) == ledger["announced"]
    assert {"out_of_range": 3 - len(expected)} == ledger["refused"]


@pytest.mark.parametrize(
    ("case", "expected", "times"),
    [
        (Case(message=with_length(page("home"))), "got an HTML page", 2),
        (Case(message=with_length(b"")), "got an empty body", 2),
        (feed({}), "empty", 2),
        (Case(message=with_length(b"gone", status=b"HTTP/1.1 404 Not Found")), "got status 404", 2),
        (Case(message=with_length(b"no gzip", b"Content-Encoding: gzip")), "cannot be decoded", 1),
    ],
    ids=["html", "empty", "no-items", "404", "broken-gzip"],
)
def test_a_feed_that_is_none_is_one_clear_problem(tmp_path: Path, case: Case, expected: str, times: int) -> None:
    """The run asks once more, says what was expected and what came, on stderr and in the ledger, and exits 1."""
    with WireServer(cases={"/feed": case}) as server:
        done = crawl(server, tmp_path, FEED)
        (problem,) = done.report["sources"]["site"]["problems"]

        assert done.code == 1
        assert (f"{server.base}/feed", True) == (problem["url"], expected in problem["problem"])
        assert 1 == len([line for line in done.err.splitlines() if problem["problem"] in line])
        assert "Traceback" not in done.err
        assert asked(server) == ["/feed"] * times


def test_a_feed_that_was_refused_once_is_read(tmp_path: Path) -> None:
    """The second answer counts: its articles are fetched, and nobody is told anything."""

    class Moody(dict[str, Case]):
        """Answers with 403 to whoever asks for the feed for the first time."""

        is_asked = False

        def __getitem__(self, path: str) -> Case:
            if path == "/feed" and not self.is_asked:
                self.is_asked = True
                return Case(message=with_length(b"no", status=b"HTTP/1.1 403 Forbidden"))
            return super().__getitem__(path)

    with WireServer(cases=Moody(PAGES | {"/feed": feed({"/case/p0": dt.date(2026, 3, 1)})})) as server:
        message = super(Moody, server.cases).__getitem__("/feed").message.replace(b"BASE", server.base.encode())
        server.cases["/feed"] = Case(message=with_length(message))
        done = crawl(server, tmp_path, FEED)

        assert asked(server) == ["/feed", "/feed", "/case/p0"]
    assert (done.code, done.report["sources"]["site"]["problems"]) == (0, [])


def test_a_feed_in_gzip_is_read(tmp_path: Path) -> None:
    """The bytes are archived as they came and read as they were meant."""
    with WireServer(cases=dict(PAGES)) as server:
        text = feed({"/case/p0": dt.date(2026, 3, 1)}).message.replace(b"BASE", server.base.encode())
        server.cases["/feed"] = Case(message=with_length(gzip.compress(text), b"Content-Encoding: gzip"))
        done = crawl(server, tmp_path, FEED)

    assert (0, 1) == (done.code, done.report["sources"]["site"]["kept"])


def test_a_listing_is_followed_to_its_limit(tmp_path: Path) -> None:
    """Page after page, as many as the source allows, each once."""
    cases = {f"/list{number or ''}": links(f"/case/p{number}") for number in range(4)}
    for number in range(3):
        body = f'<p><a href="/case/p{number}">x</a></p><a rel="next" href="/list{number + 1}">next</a>'
        cases[f"/list{number or ''}"] = Case(message=with_length(body.encode()))
    with WireServer(cases=PAGES | cases) as server:
        ledger = crawl(server, tmp_path, LISTING).report["sources"]["site"]

        assert ["/list", "/list1", "/list2"] == sorted(path for path in asked(server) if path.startswith("/list"))
    assert (3, 3) == (ledger["announced"], ledger["kept"])


def test_a_redirect_out_of_the_source_is_dropped_with_a_line(tmp_path: Path) -> None:
    """What another host shows is archived, but is no article of this source; the dropped page says where it led."""
    with WireServer(cases=dict(PAGES)) as other:
        away = head(b"Location: " + f"{other.base}/case/p0".encode(), b"Content-Length: 0", status=b"HTTP/1.1 301 M")
        with WireServer(cases={"/case/away": Case(message=away)}) as server:
            done = crawl(server, tmp_path, "", "--allow-private", other.host_port)
        (dropped,) = warcs.lines(tmp_path / "store", "dropped")
        record = next(
            item for item in warcs.records(tmp_path / "store")
            if item.kind == "metadata" and item.url == f"{other.base}/case/p0"
        )  # fmt: skip

        assert {"redirect": 1} == done.report["sources"]["site"]["dropped"]
        assert (f"{other.base}/case/p0", "redirect") == (dropped["url"], dropped["reason"])
        assert [] == warcs.lines(tmp_path / "store", "articles")
        assert record.facts["kakehashi-role"] == "foreign"


def test_endless_redirects_fail_with_a_cause(tmp_path: Path) -> None:
    """A loop is left where it closes, and the page is listed as failed."""
    loop = head(b"Location: /case/loop?x", b"Content-Length: 0", status=b"HTTP/1.1 302 Found")
    cases = {"/case/loop": Case(message=loop), "/case/loop?x": Case(message=loop)}
    with WireServer(cases=cases) as server:
        done = crawl(server, tmp_path, '[[entries]]\ntype = "listing"\nurl = "{base}/list"\n')
        server.cases["/list"] = links("/case/loop")
        done = crawl(server, tmp_path, '[[entries]]\ntype = "listing"\nurl = "{base}/list"\n')
        asked = [len(server.asked(path)) for path in ("/case/loop", "/case/loop?x")]

    assert [1, 1] == asked
    assert {"redirects": 1} == done.report["sources"]["site"]["failed"]


def test_pages_that_hold_no_article_are_dropped_by_reason(tmp_path: Path) -> None:
    """A 404, a JPEG that calls itself HTML, and an empty page: one reason each, in ledger and files."""
    cases = {
        "/case/lost": Case(message=with_length(page("lost"), status=b"HTTP/1.1 404 Not Found")),
        "/case/photo": Case(message=with_length(b"\xff\xd8\xff\xe0" + bytes(500))),
        "/case/void": Case(message=with_length(b"<html><body></body></html>")),
    }
    with WireServer(cases=cases) as server:
        done = crawl(server, tmp_path, "")
    reasons = {item["url"].rsplit("/", 1)[1]: item["reason"] for item in warcs.lines(tmp_path / "store", "dropped")}

    assert {"lost": "http_status", "photo": "not_html", "void": "empty"} == reasons
    assert {"http_status": 1, "not_html": 1, "empty": 1} == done.report["sources"]["site"]["dropped"]


def test_a_server_error_fails_at_every_visit(tmp_path: Path) -> None:
    """The same error page as last time is no unchanged article: the site is still broken."""
    with WireServer(cases={"/case/p0": Case(message=with_length(page("p0"), status=b"HTTP/1.1 500 Oh"))}) as server:
        runs = [crawl(server, tmp_path, "") for _ in range(2)]

    assert [(1, {"http_500": 1})] * 2 == [(run.code, run.report["sources"]["site"]["failed"]) for run in runs]


def test_a_site_that_announces_nothing_is_in_the_ledger(tmp_path: Path) -> None:
    """A source that was asked is accounted for, also when it had nothing to say."""
    with WireServer(cases={"/list": links("/about")}) as server:
        done = crawl(server, tmp_path, LISTING)

    assert done.report["sources"]["site"]["announced"] == 0


@pytest.mark.timeout(300)
def test_a_sitemap_over_the_limit_is_a_problem_and_nothing_is_read_from_its_start(tmp_path: Path) -> None:
    """Half of an announcement would look like all of it."""
    start = b'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    body = start + b"<url><loc>http://127.0.0.1/case/p0</loc></url>" + b" " * (50 * 1024 * 1024)
    cases = {"/sitemap.xml": Case(message=with_length(body)), **PAGES}
    with WireServer(cases=cases) as server:
        done = crawl(server, tmp_path, '[[entries]]\ntype = "sitemap"\nurl = "{base}/sitemap.xml"\n')

    assert done.code == 1
    assert "more than 52428800 bytes" in done.report["sources"]["site"]["problems"][0]["problem"]
    assert asked(server) == ["/sitemap.xml"]
