"""Addresses as the site writes them: learned from redirects, given up where the site has exceptions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crawler.doors import Doors, changes
from tests import commands, warcs
from tests.wireserver import Case, WireServer, head, page, with_length

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.xdist_group("one_fetch")
BARE, WWW, OLD = "https://a.uz", "https://www.a.uz", "http://www.a.uz"


def doors() -> Doors:
    return Doors(lambda url: url.partition("://")[2].partition("/")[0] in {"a.uz", "www.a.uz"})


@pytest.mark.parametrize(
    ("url", "form", "another", "expected"),
    [
        (f"{OLD}/x", f"{BARE}/x", f"{OLD}/y?p=1", f"{BARE}/y?p=1"),
        (f"{BARE}/x", f"{WWW}/x", f"{BARE}/", f"{WWW}/"),
        (f"{BARE}/n/x", f"{BARE}/n/x/", f"{BARE}/m/y", f"{BARE}/m/y/"),
        (f"{BARE}/n/x/", f"{BARE}/n/x", f"{WWW}/m/y/", f"{WWW}/m/y"),
        (f"{OLD}/x", f"{WWW}/x/", f"{OLD}/y", f"{WWW}/y/"),
        # no slash is put behind the name of a file, nor before a query, since other pages have one
        (f"{BARE}/x", f"{BARE}/x/", f"{BARE}/y.html", f"{BARE}/y.html"),
        (f"{BARE}/x", f"{BARE}/x/", f"{BARE}/y?page=2", f"{BARE}/y?page=2"),
        (f"{BARE}/x", f"{BARE}/x/", f"{BARE}/", f"{BARE}/"),
        # what leads to another page, or out of the source, tells nothing
        (f"{BARE}/x", f"{BARE}/y/", f"{BARE}/z", f"{BARE}/z"),
        (f"{BARE}/x", f"{BARE}/x?lang=uz", f"{BARE}/z", f"{BARE}/z"),
        (f"{BARE}/x", "https://m.a.uz/x", f"{BARE}/z", f"{BARE}/z"),
        (f"{BARE}/x", "https://www.a.uz:8443/x", f"{BARE}/z", f"{BARE}/z"),
    ],
)
def test_two_redirects_of_a_kind_tell_how_a_site_writes_its_addresses(
    url: str, form: str, another: str, expected: str
) -> None:
    """One is too few."""
    known = doors()
    known.note(url, form)
    assert another == known.form_of(another)
    known.note(url, form)

    assert expected == known.form_of(another)


def test_steps_of_redirects_are_taken_at_once() -> None:
    """From http with www. to https with it, and on without it and without the slash."""
    known = doors()
    for number in range(2):
        known.note(f"{OLD}/{number}/", f"{WWW}/{number}/")
        known.note(f"{WWW}/{number}/", f"{BARE}/{number}/")
        known.note(f"{BARE}/{number}/", f"{BARE}/{number}")

    assert f"{BARE}/x" == known.form_of(f"{OLD}/x/")


def test_an_exception_asks_for_more_of_a_kind() -> None:
    """Four more redirects, or pages that were there."""
    known = doors()
    for _ in range(2):
        known.note(f"{BARE}/x", f"{BARE}/x/")
    known.note_exception(f"{BARE}/y", f"{BARE}/y/")
    after = [known.form_of(f"{BARE}/z") for _ in range(5) if known.note(f"{BARE}/x", f"{BARE}/x/") is None]

    assert [f"{BARE}/z"] * 3 + [f"{BARE}/z/"] * 2 == after
    assert changes(f"{BARE}/x", f"{BARE}/y/") == []


def test_the_right_form_is_asked_for_at_once_and_no_exception_is_lost(tmp_path: Path) -> None:
    """Pages that are there without the slash alone, that lead back, or away; a dead one; who announced them is told."""

    def to(target: str) -> Case:
        return Case(message=head(f"Location: {target}".encode(), b"Content-Length: 0", status=b"HTTP/1.1 301 Moved"))

    gone = Case(message=with_length(page("gone"), status=b"HTTP/1.1 404 Not Found"))
    names = [f"n{number}" for number in range(12)]
    links = "".join(f'<p><a href="/case/{name}">A headline of some words {name}</a></p>' for name in names)
    cases = {"/list": Case(message=with_length(links.encode()))}
    for name in names:
        cases |= {f"/case/{name}": to(f"/case/{name}/"), f"/case/{name}/": Case(message=with_length(page(name)))}
    cases |= {"/case/n4": Case(message=with_length(page("n4"))), "/case/n4/": gone}
    cases |= {"/case/n8": Case(message=with_length(page("n8"))), "/case/n8/": to("/list")}
    cases |= {"/case/n9": Case(message=with_length(page("n9"))), "/case/n9/": to("/case/n9")}
    cases |= {"/case/n11/": gone}
    with WireServer(cases=cases) as server:
        entry = f'[[entries]]\ntype = "listing"\nurl = "{server.base}/list"\n'
        file = server.write_source(tmp_path / "sources", "site", entries=entry)
        file.write_text(file.read_text().replace("'^/case/[a-z0-9.-]+$'", "'^/case/[a-z0-9.-]+/?$'"))
        done = commands.run(
            "crawl", "--only-sources", tmp_path / "sources", "--store", tmp_path / "store", "--json", "--delay", "0",
            "--allow-private", server.host_port,
        )  # fmt: skip
        asked = [item.path for item in server.log if item.path.startswith("/case")]
    ledger = done.report["sources"]["site"]
    kept = {item["url"].removeprefix(server.base).strip("/") for item in warcs.lines(tmp_path / "store", "articles")}
    told = [item for item in warcs.records(tmp_path / "store") if item.kind == "metadata" and "n3/" in item.url]

    assert {f"case/{name}" for name in names[:11]} == kept
    assert (12, 11, True) == (ledger["announced"], ledger["kept"], ledger["adds_up"])
    assert ["/case/n0", "/case/n1"] == [
        path for path in asked if path in {"/case/n0", "/case/n1", "/case/n2", "/case/n3"}
    ]
    assert [f"{server.base}/case/n3"] == [item.facts["kakehashi-announced-as"] for item in told]
    assert f"{server.base}/list" == told[0].facts["via"]
    assert len(asked) < 2 * len(names)
