"""One page, one fetch; and its record names every place that announced it. Crawls of a real server on loopback."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crawler.claims import Claims, KnownPageError
from crawler.head_links import links_of_head
from tests import commands, warcs
from tests.wireserver import Case, WireServer, head, page, with_length

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.xdist_group("one_fetch")
LISTS = "".join(f'[[entries]]\ntype = "listing"\nurl = "{{base}}/{name}"\n' for name in ("one", "two"))


def links(*targets: str) -> Case:
    return Case(message=with_length("".join(f'<p><a href="{target}">{target}</a></p>' for target in targets).encode()))


def crawl(server: WireServer, tmp_path: Path, entries: str, *args: str, article: str | None = None) -> commands.Done:
    file = server.write_source(tmp_path / "sources", "site", entries=entries.format(base=server.base))
    if article:
        file.write_text(file.read_text().replace("'^/case/[a-z0-9.-]+$'", f"'{article}'"))
    return commands.run(
        "crawl", "--only-sources", tmp_path / "sources", "--store", tmp_path / "store", "--json",
        "--allow-private", server.host_port, *args,
    )  # fmt: skip


def asked(server: WireServer) -> list[str]:
    return [item.path for item in server.log if item.path.startswith(("/case", "/amp"))]


def test_one_page_is_fetched_once_under_whatever_addresses_it_is_announced(tmp_path: Path) -> None:
    """Doubles by their address, by redirects, by canonical links, wrongly guessed ones; languages; and who said so."""
    moved = head(b"Location: /case/new", b"Content-Length: 0", status=b"HTTP/1.1 301 Moved")
    late = head(b"Location: /case/first", b"Content-Length: 0", status=b"HTTP/1.1 301 Moved")
    double = page("same").replace(b"</title>", b'</title><link rel="canonical" href="/case/canonical">')
    home = page("home").replace(b"</title>", b"</title><link href='/' rel=canonical>")
    both = b'</title><link rel="alternate" hreflang="ru" href="/case/ru"><link rel="alternate" hreflang="x-default" href="/">'
    cases = {
        "/one": links("/amp/case/a", "/case/a?utm_source=x", "/case/old", "/case/new", "/case/first", "/case/late"),
        "/two": links(
            "/case/a?print=1", "/case/a", "/case/same", "/case/canonical", "/case/home", "/case/en", "/amp/case/only"
        ),
        "/case/old": Case(message=moved),
        "/case/late": Case(message=late),
        "/case/same": Case(message=with_length(double)),
        "/case/home": Case(message=with_length(home)),
        "/case/en": Case(message=with_length(page("en").replace(b"</title>", both))),
        "/case/only": Case(message=with_length(page("gone"), status=b"HTTP/1.1 404 Not Found")),
        "/amp/case/only": Case(message=with_length(page("only"))),
        **{f"/case/{name}": Case(message=with_length(page(name))) for name in ("a", "new", "first", "canonical", "ru")},
    }
    with WireServer(cases=cases) as server:
        ledger = crawl(server, tmp_path, LISTS).report["sources"]["site"]
        records = warcs.records(tmp_path / "store")
    by_path = {item.url.removeprefix(server.base): item for item in records if item.kind == "metadata"}
    named = [line.split()[1:] for line in by_path["/case/a"].block.decode().splitlines() if "announced-by" in line]
    lists = {item.url: item.get("WARC-Record-ID") for item in records if item.kind == "response"}

    # in the order of their announcement; what is found out on the way comes last
    assert [
        "/case/a", "/case/old", "/case/new", "/case/first", "/case/late", "/case/same", "/case/home", "/case/en",
        "/case/only", "/amp/case/only", "/case/ru",
    ] == asked(server)  # fmt: skip
    assert [[f"{server.base}{name}", lists[f"{server.base}{name}"]] for name in ("/one", "/two")] == named
    assert f"{server.base}/case/en" == by_path["/case/ru"].facts["via"]
    assert (8, 8) == (ledger["announced"], ledger["kept"])
    # new after old, late after first, canonical after same
    assert 3 == ledger["refused"]["double"]
    assert ledger["adds_up"]


def test_an_archive_is_read_for_the_days_that_are_asked_for(tmp_path: Path) -> None:
    """Newest first, a day without news is no problem, and its second page is read; no other day is."""
    day = b'<p><a href="/case/a">A title of the day</a></p><a rel="next" href="/2026/03/03/?page=2">next</a>'
    cases = {
        "/2026/03/03/": Case(message=with_length(day)),
        "/2026/03/03/?page=2": links("/case/b"),
        "/2026/03/01/": links("/case/c"),
        **{f"/case/{name}": Case(message=with_length(page(name))) for name in "abc"},
        "/2026/03/02/": Case(message=with_length(b"none", status=b"HTTP/1.1 404 Not Found")),
    }
    entry = '[[entries]]\ntype = "archive"\nurl = "{base}/{{year}}/{{month}}/{{day}}/"\n'
    with WireServer(cases=cases) as server:
        done = crawl(server, tmp_path, entry, "--since", "2026-03-01", "--until", "2026-03-03")
        days = [item.path for item in server.log if item.path.startswith("/2026")]

    assert ["/2026/03/03/", "/2026/03/02/", "/2026/03/01/"] == [path for path in days if "page" not in path]
    assert "/2026/03/03/?page=2" in days
    assert (0, 3) == (done.code, done.report["sources"]["site"]["kept"])


@pytest.mark.parametrize(
    ("since", "until", "pages", "articles"),
    [("2026-03-06", None, 2, {"a6", "a7", "a8"}), (None, "2026-03-01", 5, {"a0", "a1"})],
)
def test_a_list_ends_where_its_days_have_passed_the_range(
    tmp_path: Path, since: str | None, until: str | None, pages: int, articles: set[str]
) -> None:
    """Two articles a page, one a day, beside a box of old ones that stands on every page."""
    cases = {f"/case/a{number}": Case(message=with_length(page(f"a{number}"))) for number in range(9)}
    box = "<div class='box'><a href='/case/a0'>The most read of all</a></div>"
    for number in range(5):
        rows = "".join(
            f"<li><span>{at}.03.2026</span> <a href='/case/a{at}'>A headline, number {at}</a></li>"
            for at in (8 - 2 * number, 7 - 2 * number) if at >= 0
        )  # fmt: skip
        more = f"<a rel='next' href='/list{number + 1}'>next</a>" if number < 4 else ""
        cases[f"/list{number or ''}"] = Case(message=with_length(f"<ul>{rows}</ul>{box}{more}".encode()))
    days = [*(["--since", since] if since else []), *(["--until", until] if until else [])]
    with WireServer(cases=cases) as server:
        crawl(server, tmp_path, '[[entries]]\ntype = "listing"\nurl = "{base}/list"\nmax_pages = 9\n', *days)
        lists = [item.path for item in server.log if item.path.startswith("/list")]

        assert pages == len(lists)
        assert articles - {"a0"} == {path.removeprefix("/case/") for path in asked(server)} - {"a0"}


def test_a_claim_holds_for_every_spelling_of_a_page() -> None:
    """Who was first keeps the page; what is no URL is nobody's."""
    claims = Claims()

    assert "/a" == claims.claim("https://x.example/a/", "/a") == claims.claim("http://www.x.example/a", "/b")
    assert "/c" == claims.claim("mailto:x", "/c")


def test_a_canonical_link_takes_a_page_that_was_not_fetched_yet() -> None:
    """And leaves alone what was fetched before: two pages may name one another."""
    claims = Claims()
    claims.claim("https://x.example/b", "/b")
    claims.fetched("https://x.example/a", "https://x.example/b", "/a")
    claims.fetched("https://x.example/c", "https://x.example/a", "/c")

    with pytest.raises(KnownPageError, match="announced as /a"):
        claims.check("https://x.example/b", "/b")
    claims.check("https://x.example/a", "/a")


def test_links_of_a_head_are_read_from_broken_html_too() -> None:
    """In any order of attributes, quoted or not; relative ones against the page."""
    html = b"<LINK HREF=/b rel=canonical><link hreflang='ru' rel=\"alternate\" href='/ru?a=1&amp;b=2'><link rel=alternate href=/feed>"

    assert ("https://x.example/b", ("https://x.example/ru?a=1&b=2",)) == links_of_head(html, "https://x.example/a")
    assert (None, ()) == links_of_head(b"<link rel=canonical href='http://['>", "https://x.example/a")
