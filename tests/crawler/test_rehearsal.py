"""A crawl over an archive: the ledger of the live run, no socket, nothing written; what a change of discovery does."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from archive.blobs import LocalBlobs, open_blobs
from crawler.archived_runs import ArchivedRun, LiveRun, NoSuchRunError, open_archive
from crawler.comparing import compare, sentences
from tests import commands
from tests.crawler.conftest import SITE
from tests.pipelines.archived import WHEN, exchange, write

if TYPE_CHECKING:
    from pathlib import Path

    from tests.crawler.conftest import Crawled
    from tests.s3server import S3Server

TRAP = """
import socket, sys
def refuse(event, arguments):
    if event == "socket.__new__" and arguments[1] != socket.AF_UNIX or event.startswith("socket.getaddrinfo"):
        raise PermissionError("this process opens no socket")
if __name__ == "__main__":  # page workers import this module, too, and refuse sockets by themselves
    sys.addaudithook(refuse)
    from crawler.__main__ import main
    sys.exit(main())
"""


def live_ledger(store: Path) -> dict[str, Any]:
    """The ledger of the crawl in the store, not that of the capture before it."""
    reports = [json.loads(path.read_text()) for path in sorted((store / "runs").glob("*.json"))]
    return next(report for report in reports if report["command"] == "crawl")["sources"][SITE]


def contents(store: Path) -> dict[str, bytes]:
    """Every file of a store."""
    return {str(path): path.read_bytes() for path in store.rglob("*") if path.is_file()}


def test_the_ledger_is_that_of_the_live_run(crawled: Crawled, tmp_path: Path) -> None:
    """Every count, failures and problems too; where opening a socket is an error; the store stays as it is."""
    (tmp_path / "without_sockets.py").write_text(TRAP)
    before = contents(crawled.store)

    done = commands.run(
        "-q", "crawl", SITE, "--only-sources", crawled.sources, "--from-archive", crawled.store, "--json",
        module="without_sockets", env={"PYTHONPATH": f"{tmp_path}:{commands.ROOT}"},
    )  # fmt: skip

    assert done.code == 0, done.err
    live, again = live_ledger(crawled.store), done.report["sources"][SITE]
    beside = {"seconds": 0, "seen": {}}  # how long it took, and samples in the order in which pages were ready
    assert {**live, **beside} == {**again, **beside}
    assert live["seen"]["new"] == again["seen"]["new"]
    compared = done.report["from_archive"]["sources"][SITE]
    assert {"differs": {}, "new": [], "gone": [], "not_archived": []}.items() <= compared.items()
    assert contents(crawled.store) == before


@pytest.mark.long
def test_a_change_of_discovery_shows_over_s3(crawled: Crawled, s3_server: S3Server, s3_store_url: str) -> None:
    """Pages that a rule leaves out are gone, pages that it adds are not archived; a lost WARC line is reported."""
    blobs, local = open_blobs(s3_store_url), LocalBlobs(crawled.store)
    for folder in ("warc/", "cdxj/", "runs/"):
        for info in local.list(folder):
            blobs.put_file(info.key, local.path(info.key))
    index = crawled.key("cdxj/")
    blobs.put_bytes(index, local.get(index) + b"com,example)/ 20261121093000 {\n")
    path = crawled.sources.parent / "changed" / f"{SITE}.toml"
    path.parent.mkdir()
    rules = (crawled.sources / f"{SITE}.toml").read_text()
    rules = rules.replace("exclude = ['", "exclude = ['^/news/2025/', '").replace("^/(about|category", "^/(category")
    rules = rules.replace("article = ['", "article = ['^/about/$', '")
    path.write_text("\n".join(line for line in rules.splitlines() if "/news/2025/08" not in line))

    done = commands.run(
        "-q", "crawl", "--only-sources", path.parent, "--from-archive", s3_store_url, "--json", env=s3_server.environ
    )

    assert done.code == 1, done.err  # the line
    assert "not a CDXJ line" in done.err
    ledger, compared = done.report["sources"][SITE], done.report["from_archive"]["sources"][SITE]
    live = live_ledger(crawled.store)
    assert all("/news/2025/" in url for url in compared["gone"])
    assert compared["gone"]
    assert compared["not_archived"] == [url for url in compared["new"] if url.endswith("/about/")]
    assert ledger["dropped"]["not_archived"] == len(compared["not_archived"]) == 1
    assert ledger["announced"] == live["announced"] - len(compared["gone"]) + 1
    assert ledger["adds_up"]


@pytest.mark.long
def test_a_warc_is_an_archive_too(crawled: Crawled) -> None:
    """It has no ledger to compare with; the spider finds in it what it found live."""
    warc = crawled.store / crawled.key("warc/")

    done = commands.run("-q", "crawl", SITE, "--only-sources", crawled.sources, "--from-archive", warc)

    assert done.code == 0, done.err
    assert "nothing to compare with" in done.out
    live = live_ledger(crawled.store)
    row = next(line for line in done.out.splitlines() if line.startswith(f"{SITE} "))
    assert row.split()[1:3] == [str(live["announced"]), str(live["kept"])]


@pytest.mark.parametrize(
    ("archive", "more", "code", "said"),
    [
        ("nowhere", (), 4, "does not exist"),
        ("notes.txt", (), 4, "expected a WARC or WACZ"),
        ("empty", ("--run", "2020-01-01"), 2, "no source file for"),
        (None, ("--run", "2020-01-01"), 2, "expected --from-archive"),
    ],
)
def test_what_is_no_archive_is_refused_in_a_line(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    *,
    archive: str | None,
    more: tuple[str, ...],
    code: int,
    said: str,
) -> None:
    """The documented exit code, and one line."""
    from crawler.__main__ import main

    (tmp_path / "notes.txt").write_text("notes")
    (tmp_path / "empty" / "runs").mkdir(parents=True)
    (tmp_path / "empty" / "warc").mkdir()
    report = {"run": "r1", "command": "crawl", "began_at": "2026-11-21T09:30:00Z", "ended_at": "2026-11-21T09:31:00Z"}
    (tmp_path / "empty" / "runs" / "r1.json").write_text(json.dumps({**report, "sources": {"unheard-of": {}}}))
    given = [] if archive is None else ["--from-archive", str(tmp_path / archive)]

    assert main(["crawl", *given, *more]) == code
    (line,) = capsys.readouterr().err.splitlines()
    assert said in line


def run_of(name: str, began: str, sources: dict[str, Any]) -> dict[str, Any]:
    """A ledger as a run writes it."""
    return {"run": name, "command": "crawl", "began_at": f"{began}Z", "ended_at": f"{began}Z", "sources": sources}


def test_the_run_is_the_last_one_unless_another_is_wanted(tmp_path: Path) -> None:
    """By its name, or by a day."""
    write(tmp_path, [exchange("a")])
    (tmp_path / "runs").mkdir()
    for name, day in (("r1", "01"), ("r2", "08")):
        report = run_of(name, f"2026-11-{day}T09:00:00", {"one": {"failures": []}})
        (tmp_path / "runs" / f"{name}.json").write_text(json.dumps(report))
    (tmp_path / "runs" / "torn.json").write_text('{"run":')

    with open_archive(str(tmp_path)) as archive:
        runs = [archive.run_of("one", wanted).run for wanted in (None, "r1", "2026-11-07", "2026-11-08")]
        assert [run.id for run in runs if run] == ["r2", "r1", "r1", "r2"]
        assert archive.run_of("another", None).run is None
        with pytest.raises(NoSuchRunError, match="the last ones are: r1, r2"):
            archive.run_of("one", "2026-10-31")


def test_answers_are_the_runs_own_or_the_nearest_before(tmp_path: Path) -> None:
    """Asked again the next capture answers, at the end the last once more; another run's only where there is none."""
    write(tmp_path, [exchange("a"), exchange("a", message=b"HTTP/1.1 503 Busy\r\n\r\n"), exchange("b")])
    write(tmp_path, [exchange("c")], run="other")
    run = LiveRun(id="20261121T093000Zabcdef", began_at=WHEN, ended_at=WHEN, sources={})

    with open_archive(str(tmp_path)) as archive:
        asked = ArchivedRun(archive.past, "one", run)
        entries = [asked.next_of("https://example.org/a") for _ in range(3)]
        assert [(entry.status if entry else 0, is_new) for entry, _, is_new in entries] == [
            (200, True), (503, True), (503, False),
        ]  # fmt: skip
        _, is_own, _ = asked.next_of("https://example.org/c")
        assert not is_own
        assert asked.next_of("https://example.org/d") == (None, True, False)
        assert [entry.url for entry in asked.not_asked()] == ["https://example.org/b"]


def test_a_comparison_names_what_differs() -> None:
    """Counts that agree are left out, and so is what was only transferred."""
    before = {"announced": 3, "kept": 2, "bytes": 10, "dropped": {"off_topic": 1}}
    now = {"announced": 4, "kept": 2, "bytes": 9, "dropped": {"not_archived": 2}}

    differs = compare(before, now)

    assert differs == {"announced": [3, 4], "dropped.not_archived": [0, 2], "dropped.off_topic": [1, 0]}
    compared = {"run": "r1", "differs": differs, "new": ["u1", "u2"], "gone": [], "not_archived": []}
    assert list(sentences("one", compared, listed=1)) == [
        "one against run r1: announced 3 -> 4, dropped.not_archived 0 -> 2, dropped.off_topic 1 -> 0",
        "  was not asked for then: u1",
        "  was not asked for then: 1 more, see --json",
    ]
