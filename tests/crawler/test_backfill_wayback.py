"""`backfill wayback`: captures lined up, asked for once, and made into articles of their own time."""

from __future__ import annotations

import gzip
import json
import os
import signal
import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from archive.blobs import open_blobs
from archive.leases import Leases
from crawler.__main__ import main
from crawler.clock import utc_now
from pipelines.store import Store
from pipelines.tally import Tally
from pipelines.verify import verify_store
from tests import commands, warcs
from tests.pastserver import Past, Snapshot, facts, page, write_source

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [pytest.mark.xdist_group("wayback"), pytest.mark.timeout(300)]
NOISE = """
[[noise]]
kind = "ticker"
pattern = 'Uzbekistan and Kyrgyzstan are to join later.*'
until = 2025-08-02
"""


def backfill(past: Past, folder: Path, *more: str | Path, sources: tuple[str, ...] = ("silkroad",)) -> commands.Done:
    return commands.run(*arguments(past, folder, *more, sources=sources))


def arguments(
    past: Past, folder: Path, *more: str | Path, sources: tuple[str, ...] = ("silkroad",)
) -> list[str | Path]:
    places = ["--store", folder / "data", "--only-sources", folder / "sources"]
    manners = ["--wayback", past.base, "--delay", "0", "--allow-private", past.host_port]
    return ["backfill", "wayback", *sources, *places, *manners, "--json", *more]


def snapshots(host: str, count: int = 6) -> list[Snapshot]:
    """Captures of so many articles, one a day."""
    topics = ["loan", "water", "museum", "judo", "solar", "rice", "trade", "visas", "quake", "school"]
    return [
        Snapshot(
            timestamp=f"202508{number + 1:02}100000",
            original=f"http://{host}/news/{topics[number]}/",
            given=page(topics[number], host=host),
        )
        for number in range(count)
    ]


@dataclass
class Backfilled:
    """A page that was captured by us, then a backfill of older captures, and the same again."""

    past: Past
    host: str
    folder: Path
    first: dict[str, Any]
    codes: tuple[int, int]
    asked: list[str]
    again: dict[str, Any]
    asked_again: list[str]

    @property
    def store(self) -> Path:
        return self.folder / "data"

    @property
    def articles(self) -> list[dict[str, Any]]:
        return warcs.lines(self.store, "articles")


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backfilled]:
    """The source's own site is on the same server, so that our capture has the addresses of the archive's."""
    folder = tmp_path_factory.mktemp("wayback")
    with Past(most=4, retry_after="1") as past:
        host = past.host_port
        url = f"http://{host}/news/"
        write_source(folder / "sources", host=host, more=NOISE)
        loan, newer, newest = (page("loan", edition, host) for edition in (1, 2, 3))
        past.fixed["/news/loan/"] = (200, "text/html; charset=utf-8", newest)
        captured = commands.run(
            "capture", f"{url}loan/", "--store", folder / "data", "--only-sources", folder / "sources", "--delay", "0",
            "--allow-private", host,
        )  # fmt: skip
        assert captured.code == 0, captured.err
        coded = (("Content-Encoding", "gzip"), ("x-archive-orig-content-encoding", "gzip"))
        past.snapshots = [
            Snapshot(timestamp="20250801100000", original=f"{url}loan/", given=loan),
            Snapshot(timestamp="20250802100000", original=f"{url}loan/?utm_source=x", given=loan),
            Snapshot(timestamp="20250803100000", original=f"{url}loan/", given=gzip.compress(newer), headers=coded),
            Snapshot(timestamp="20250804100000", original=f"{url}loan/", given=newest),
            Snapshot(timestamp="20250804100000", original=f"{url}water/", given=page("water", host=host),
                     mime="warc/revisit", status="-"),
            Snapshot(timestamp="20250804100000", original=f"http://{host}/tag/japan/", given=b"x"),
            Snapshot(timestamp="20250804100000", original=f"http://{host}/logo.png", given=b"x", mime="image/png"),
            Snapshot(timestamp="20250804100000", original=f"{url}gone/", given=None),
            Snapshot(timestamp="20250804100000", original=f"{url}moved/", given=None, moved_to="20250804110000"),
            Snapshot(timestamp="20250804110000", original=f"{url}moved/", given=page("moved", host=host), digest="X" * 32),
            Snapshot(timestamp="20250805100000", original=f"{url}strayed/", given=None, moved_to="20250806110000"),
            Snapshot(timestamp="20250806110000", original=f"{url}strayed/", given=page("strayed", host=host), status="404"),
            Snapshot(timestamp="20250807100000", original=f"{url}late/", given=None, moved_to="20251006110000"),
            Snapshot(timestamp="20250805100000", original=f"{url}odd/", given=page("odd", host=host),
                     says="20250805120000"),
            Snapshot(timestamp="20250901000000", original=f"{url}later/", given=b"out of range"),
        ]  # fmt: skip
        past.refusals = {"/web/20250804100000id_/": 1, "/cdx/": 1}
        past.asked.clear()
        days = ("--since", "2025-08-01", "--until", "2025-08-31")
        first = backfill(past, folder, *days)
        asked = list(past.asked)
        past.asked.clear()
        again = backfill(past, folder, *days)
        assert first.out, first.err
        yield Backfilled(
            past, host, folder, first.report, (first.code, again.code), asked, again.report, list(past.asked)
        )  # fmt: skip


def test_each_capture_is_counted_once_with_its_reason(filled: Backfilled) -> None:
    """Lines of the list are announced or refused, and what is announced has one fate."""
    ledger = filled.first["sources"]["silkroad"]

    assert filled.codes == (0, 0)
    assert facts(ledger) == {
        "announced": 9,
        "kept": 5,
        "dropped": {"http_status": 1, "other_capture": 1, "other_moment": 1, "out_of_range": 1},
        "refused": {"known": 1, "listing": 1, "same_payload": 1},
    }
    # The server keeps back what the question leaves out: other media types, other days.
    assert ledger["announced"] + sum(ledger["refused"].values()) == 12
    assert filled.first["adds_up"]


def test_nothing_is_asked_for_again(filled: Backfilled) -> None:
    """Once each, one more time behind a 429; of what the store has, only the list and what Wayback had no bytes for."""
    asked = Counter(path for path in filled.asked if path.startswith("/web/"))
    again = sorted(path.split("/news/")[1] for path in filled.asked_again if path.startswith("/web/"))

    # Nine were new, of which one led to a moment that was not listed; one was refused once.
    assert sorted(asked.values()) == [1] * 9 + [2]
    assert [path.count("20250804100000") for path, count in asked.items() if count == 2] == [1]
    assert again == ["gone/", "late/", "moved/", "strayed/"]
    assert filled.again["sources"]["silkroad"]["kept"] == 0


def test_articles_are_those_of_the_captures(filled: Backfilled) -> None:
    """Address, time, source and origin; coded bodies are read, redirects give the moment to which they led."""
    told = sorted(
        (article["url"].split("/news/")[1], article["fetched"], article["provenance"]["origin"])
        for article in filled.articles
        if article["provenance"]["origin"] != "own crawl"
    )
    address = f"Wayback Machine, {filled.past.base}/web/{{}}id_/http://{filled.host}/news/{{}}"

    assert told == [
        (name, f"{when[:4]}-{when[4:6]}-{when[6:8]}T{when[8:10]}:00:00.000Z", address.format(when, name))
        for name, when in [
            ("loan/", "20250801100000"), ("loan/", "20250803100000"), ("moved/", "20250804110000"),
            ("strayed/", "20250806110000"), ("water/", "20250804100000"),
        ]
    ]  # fmt: skip
    assert {article["source"] for article in filled.articles} == {"silkroad"}


def test_older_captures_are_older_versions(filled: Backfilled, capsys: pytest.CaptureFixture[str]) -> None:
    """In the order of their captures, ours last; what ours has already was not asked for."""
    stored = Store(open_blobs(str(filled.store))).articles()
    current = next(item for item in stored if item.url.endswith("/loan/"))
    code_of("history", f"http://{filled.host}/news/loan/", "--store", filled.store, "--json")
    steps = json.loads(capsys.readouterr().out)["steps"]

    assert (current.version, current.provenance.origin) == (3, "own crawl")
    assert "edition 3" in current.text
    assert [step["version"] for step in steps] == [1, 2, 3]
    assert [step["first_seen"][:10] for step in steps][:2] == ["2025-08-01", "2025-08-03"]


def test_rules_are_those_of_the_day_of_the_capture(filled: Backfilled) -> None:
    """A noise rule that held until the second of August cuts nothing of the third."""
    found = {
        article["fetched"][:10]: "are to join later" in article["text"]
        for article in filled.articles
        if article["url"].endswith("/loan/")
    }

    assert (found["2025-08-01"], found["2025-08-03"]) == (False, True)


def test_the_store_is_sound_and_gives_the_same_articles_again(filled: Backfilled) -> None:
    """Every check, each line derived again; records say how the archive was asked."""
    from crawler.config import load_catalogue

    rules = {source.id: source.page_rules() for source in load_catalogue(only_dir=filled.folder / "sources")}
    found = list(verify_store(open_blobs(str(filled.store)), Tally(), deep=rules, processes=2, lints=True))
    metadata = [record.facts for record in warcs.records(filled.store) if record.kind == "metadata"]
    mementos = [item for item in metadata if item.get("kakehashi-role") == "memento"]

    assert [str(fault) for fault in found] == []
    assert {item["kakehashi-source"] for item in mementos} == {"silkroad"}
    assert all("/cdx/search/cdx?" in item["kakehashi-announced-by"] for item in mementos)
    assert sum(item.get("kakehashi-role") == "captures" for item in metadata) >= 3


@pytest.mark.long
def test_extract_reads_the_records_as_the_backfill_did(filled: Backfilled) -> None:
    """The same pages at the same time, from the WARC alone."""
    files = sorted((filled.store / "warc").rglob("*.warc.gz"))
    done = commands.run("extract", *files, "--only-sources", filled.folder / "sources", "--templates", "none")
    told = {(item["url"], item["fetched"]) for item in map(json.loads, done.out.splitlines())}

    assert {(item["url"], item["fetched"]) for item in filled.articles} <= told


@pytest.mark.long
def test_a_backfill_goes_on_where_a_signal_stopped_it(tmp_path: Path, proves: bool) -> None:
    """Each capture is asked for once over all runs; killed, the one that was on its way once more."""
    count = 10 if proves else 5
    with Past() as past:
        write_source(tmp_path / "sources", host=past.host_port)
        past.snapshots = snapshots(past.host_port, count)
        for number in (signal.SIGINT, signal.SIGKILL) if proves else (signal.SIGINT,):
            stopped = run_until(past, tmp_path, number, captures=2)
            assert stopped.code == (130 if number is signal.SIGINT else -signal.SIGKILL)
        last = backfill(past, tmp_path)

        assert last.code == 0, last.err
        assert len(past.fetched) == count
        assert sum(past.fetched.values()) <= count + proves
        assert sorted(item["url"] for item in warcs.lines(tmp_path / "data", "articles")) == sorted(
            item.original for item in past.snapshots
        )
        assert [] == warcs.unfinished(tmp_path / "data")
        assert [] == warcs.torn(tmp_path / "data")


def run_until(past: Past, folder: Path, number: int, *, captures: int) -> commands.Done:
    """A backfill that gets a signal when so many captures were asked for."""
    seen = 0
    process = commands.start(*arguments(past, folder))

    def count(path: str) -> None:
        nonlocal seen
        seen += path.startswith("/web/")
        if seen == captures and path.startswith("/web/"):
            os.kill(process.pid, number)

    past.before = count
    try:
        out, err = process.communicate(timeout=120)
    finally:
        past.before = lambda _path: None
    return commands.Done(process.returncode, out.decode(), err.decode())


@pytest.mark.long
def test_lists_that_cannot_be_had_are_problems_of_their_source(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One that is no list, and one that is empty; the sources after them are asked for, up to the limit."""
    times: list[float] = []
    with Past(broken_lists=("broken.example",), retry_after=None, refusals={"/web/": 1}) as past:
        past.before = lambda path: times.append(time.monotonic()) if path.startswith("/web/") else None
        for name in ("broken", "empty"):
            write_source(tmp_path / "sources", host=f"{name}.example", name=name)
        write_source(tmp_path / "sources", host=past.host_port)
        past.snapshots = snapshots(past.host_port, 3)
        named = ("broken", "empty", "silkroad")
        done = backfill(past, tmp_path, "--limit", "1", "--max-retry-after", "1.5", sources=named)
    assert code_of("status", "--store", tmp_path / "data", "--json") == 0
    runs = json.loads(capsys.readouterr().out)["runs"]

    assert done.code == 1, done.err
    assert {name: facts(ledger) for name, ledger in done.report["sources"].items()} == {
        "broken": {},
        "empty": {},
        "silkroad": {"announced": 3, "kept": 1, "deferred": 2},
    }
    problems = {name: ledger["problems"] for name, ledger in done.report["sources"].items() if ledger["problems"]}
    assert list(problems) == ["broken"]
    assert "expected captures as an array, got 'Sorry'" in problems["broken"][0]["problem"]
    assert [run["command"] for run in runs] == ["backfill wayback"]
    # It said 429 and not for how long: a minute, or as long as the option allows.
    assert times[1] - times[0] >= 1.4


def test_an_archive_in_trouble_is_left_alone(tmp_path: Path) -> None:
    """After five captures in a row that failed the others are left to the next run."""
    with Past() as past:
        write_source(tmp_path / "sources", host=past.host_port)
        past.snapshots = snapshots(past.host_port, 9)
        past.fixed = {f"/web/{item.timestamp}id_/{item.original}": (500, "text/html", b"no") for item in past.snapshots}
        done = backfill(past, tmp_path)

    ledger = done.report["sources"]["silkroad"]
    assert done.code == 1
    assert facts(ledger) == {"announced": 9, "failed": {"http_500": 5}, "deferred": 4}
    assert "5 captures in a row failed" in ledger["problems"][0]["problem"]


def test_what_cannot_be_asked_for_ends_with_its_exit_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A host that refuses, a source that another run holds, words that are none."""
    folder = write_source(tmp_path / "sources")
    places = ["--store", tmp_path / "data", "--only-sources", folder]
    here = ["backfill", "wayback", "silkroad", *places]
    refused = commands.run(*here, "--wayback", "http://127.0.0.1:9", "--allow-private", "127.0.0.1:9", "--json")
    leases = Leases(open_blobs(str(tmp_path / "data")), "20260101T000000Zabcdef")
    leases.take(["silkroad"], utc_now())
    held = code_of(*here, "--wayback", "http://127.0.0.1:9")
    leases.release()

    assert (refused.code, held) == (1, 5)
    assert "refused" in refused.report["sources"]["silkroad"]["problems"][0]["problem"]
    assert "silkroad is held by run 20260101T000000Zabcdef" in capsys.readouterr().err
    for wrong in (
        ["nobody"], ["silkroad", "--since", "2025-08-02", "--until", "2025-08-01"], [], ["silkroad", "--since", "x"],
        ["silkroad", "--wayback", "ftp://x"],
    ):  # fmt: skip
        assert code_of("backfill", "wayback", *wrong, *places) == 2, wrong


def code_of(*args: str | Path) -> int:
    """The exit code of a command that fetches nothing, run in this process."""
    try:
        return main(list(map(str, args)))
    except SystemExit as error:
        return int(str(error.code))
