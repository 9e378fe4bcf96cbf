"""`kakehashi history`: a site that edits itself between captures gives exactly the true versions and diffs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests import commands
from tests.wireserver import Case, WireServer, with_length

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.xdist_group("history")
OPENING = "The foreign ministers of Japan and Uzbekistan met in Tashkent on Monday and signed an agreement on railways."
LOAN = "Tokyo lends Uzbekistan 20 billion yen for new carriages on the line from Tashkent to Samarkand."
CORRECTED = "Tokyo lends Uzbekistan 30 billion yen for new carriages on the line from Tashkent to Samarkand."
STUDENTS = "Two hundred engineers from Samarkand will study at the university of Osaka for a year."
CLOSING = "The Japanese minister flies on to Astana and invites all five neighbours to a summit in Tokyo."
TITLE, RETITLED = "Japan and Uzbekistan sign a railway accord", "Japan lends Uzbekistan money <for> trains"


def article(title: str, *paragraphs: str, ticker: int = 0) -> Case:
    """A page with a rate, a count and related links that differ each time."""
    words = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    shown = title.replace("<", "&lt;").replace(">", "&gt;")
    page = f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{shown}</title></head><body>
<div class="ticker">USD/JPY 15{ticker}.2 on day {ticker}</div><article><h1>{shown}</h1>{words}</article>
<aside class="related"><ul><li><a href="/other-{ticker}">Another headline of day {ticker}</a></li></ul></aside>
<div class="views">Views: {ticker * 37 + 5}</div></body></html>"""
    return Case(message=with_length(page.encode()))


EDITS = (
    article(TITLE, OPENING, LOAN, CLOSING),
    article(TITLE, OPENING, LOAN, CLOSING, ticker=1),
    article(RETITLED, OPENING, CORRECTED, STUDENTS, CLOSING, ticker=2),
    Case(message=with_length(b"<html><body>no longer here</body></html>", status=b"HTTP/1.1 410 Gone")),
)


@dataclass(frozen=True, slots=True)
class Site:
    """The address of the page, and the store that holds what became of it."""

    url: str
    store: Path

    def history(self, *args: str | Path, url: str | None = None) -> commands.Done:
        """The command's end."""
        return commands.run("history", url or self.url, "--store", self.store, *args)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    store = tmp_path_factory.mktemp("history") / "store"
    cases: dict[str, Case] = {}
    with WireServer(cases) as server:
        found = Site(f"{server.base}/news/railway", store)
        for edit in EDITS:
            cases["/news/railway"] = edit
            done = commands.run("capture", found.url, "--store", store, "--allow-private", server.host_port)
            assert done.code in (0, 1), done.err
        yield found


def steps(done: commands.Done) -> list[dict[str, Any]]:
    """The steps that `--json` printed."""
    assert done.code == 0, done.err
    return json.loads(done.out)["steps"]


def test_the_true_versions_and_diffs(site: Site) -> None:
    """Each edit with its kind, sentence by sentence; a ticker, a count and related links are none."""
    found = steps(site.history("--json"))
    seen = [(step["version"], step["status"], step["captures"]) for step in found]
    changes = [[(change["kind"], change["before"], change["after"]) for change in step["changes"]] for step in found]

    assert seen == [(1, 200, 2), (2, 200, 1), (None, 410, 1)]
    assert changes == [
        [],
        [("headline", TITLE, RETITLED), ("correction", LOAN, CORRECTED), ("addition", None, STUDENTS)],
        [],
    ]


def test_each_step_has_its_own_capture(site: Site) -> None:
    """Record, file and times lead back to the archive; times go forward."""
    found = steps(site.history("--json"))
    times = [moment for step in found for moment in (step["first_seen"], step["last_seen"])]

    assert len({step["record_id"] for step in found}) == len(found)
    assert all((site.store / step["warc"]).is_file() for step in found)
    assert times == sorted(times)


def test_versions_are_those_of_the_articles(site: Site) -> None:
    """What `kakehashi articles` says of the same page."""
    done = commands.run("articles", "--store", site.store)
    versions = {line["url"]: line["version"] for line in map(json.loads, done.out.splitlines())}

    assert versions == {site.url: 2}


def test_for_reading_in_a_terminal(site: Site) -> None:
    """One line a step, then what changed."""
    out = site.history().out

    assert out.startswith("version 1  ")
    assert f"2 captures  {TITLE}\n" in out
    assert f"  correction\n    - {LOAN}\n    + {CORRECTED}\n" in out
    assert "gone (410)  " in out


def test_the_page_stands_alone(site: Site, tmp_path: Path) -> None:
    """Into a file or to stdout, the same: no script, nothing from elsewhere, texts escaped, words marked."""
    out = tmp_path / "history.html"
    done = site.history("--html", out)
    page = out.read_text(encoding="utf-8")

    assert (done.code, done.out) == (0, "")
    assert site.history("--html").out == page
    assert "money &lt;for&gt; trains" in page
    assert "<for>" not in page
    assert "<script" not in page
    assert "src=" not in page.replace("default-src", "").replace("style-src", "")
    assert "<del>20</del><ins>30</ins>" in page
    assert page.count("<h2>Gone: 410") == 1


def test_no_article_is_one_line_and_exit_1(site: Site, tmp_path: Path) -> None:
    """A URL that the store does not know, a page that is out of reach of a file, and a store that is none."""
    unknown = site.history(url="http://127.0.0.1:9/nothing")
    nowhere = site.history("--html", tmp_path / "no" / "such.html")
    no_store = commands.run("history", site.url, "--store", tmp_path / "none")

    assert (unknown.code, unknown.err.count("\n"), unknown.out) == (1, 1, "")
    assert "holds no article of it" in unknown.err
    assert nowhere.code == 2
    assert no_store.code == 4
