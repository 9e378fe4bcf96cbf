"""What a killed run left behind is finished by the next; what a living one holds is not touched."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from archive.blobs import LocalBlobs, open_blobs
from archive.layout import articles_key, dropped_key, stem_of_key
from archive.locks import holding
from pipelines.backlog import Backlog, BacklogReport
from pipelines.page_job import Derived, Job, failed
from pipelines.rules import PageRules
from tests import warcs
from tests.pipelines import archived

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from archive.blobs import BlobStore

pytestmark = pytest.mark.xdist_group("backlog")
HOLD = """
import fcntl, sys, time
file = open(sys.argv[1], "rb")
fcntl.flock(file, fcntl.LOCK_EX)
print("held", flush=True)
time.sleep(60)
"""


def finish(
    folder: Path, blobs: BlobStore | None = None, is_live: Callable[[str], bool] = lambda _: False
) -> BacklogReport:
    """The backlog of a folder, finished."""
    rules = {"known": PageRules(source="known")}
    store = blobs or LocalBlobs(folder)
    return Backlog(store, folder, generation="0001", rules=rules, is_live=is_live, processes=1).finish()


def left_open(folder: Path, *names: str, **facts: str) -> Path:
    """A WARC as a killed run leaves it: `.open`, without index, manifest and articles."""
    archived.write(folder, [archived.exchange(name, facts=facts.items()) for name in names])
    for path in [*(folder / "cdxj").iterdir(), *(folder / "manifest").rglob("*.json")]:
        path.unlink()
    (final,) = (folder / "warc").rglob("*.warc.gz")
    return final.rename(final.with_name(final.name + ".open"))


@pytest.mark.parametrize("tail", [b"", b"\x1f\x8b\x08torn", b"rubbish", bytes(5000)])
def test_an_open_file_is_cut_at_its_last_whole_record_and_closed(tmp_path: Path, tail: bytes) -> None:
    """Whatever follows the last record goes; index, manifest and articles are made; a second time nothing is left."""
    path = left_open(tmp_path, "one", "two")
    size = path.stat().st_size
    path.write_bytes(path.read_bytes() + tail)
    report = finish(tmp_path)
    final = path.with_name(path.name.removesuffix(".open"))
    (manifest,) = (tmp_path / "manifest").rglob("*.json")

    assert (1, len(tail), 1, 2) == (report.closed, report.cut_bytes, report.warcs, report.articles)
    assert size == final.stat().st_size == json.loads(manifest.read_text())["files"][0]["size"]
    assert 7 == json.loads(manifest.read_text())["files"][0]["records"]
    assert 2 == len(next((tmp_path / "cdxj").iterdir()).read_text().splitlines())
    assert ["one", "two"] == [item["url"].rsplit("/", 1)[1] for item in warcs.lines(tmp_path, "articles")]
    assert [] == warcs.unfinished(tmp_path)
    assert not finish(tmp_path).has_news


def test_a_record_without_its_metadata_is_kept_but_fetched_again(tmp_path: Path) -> None:
    """The cut took what says what the page was: the record stays, and no crawl takes the page for unchanged."""
    path = left_open(tmp_path, "one")
    path.write_bytes(path.read_bytes()[:-10])
    finish(tmp_path)
    (line,) = next((tmp_path / "cdxj").iterdir()).read_text().splitlines()

    assert ["response", "request"] == [record.kind for record in warcs.records(tmp_path)][1:]
    assert "recordId" not in line
    assert [] == warcs.lines(tmp_path, "articles")


def test_a_file_that_a_living_process_holds_is_left_alone(tmp_path: Path) -> None:
    """Another process has the lock on the `.open` file: not a byte of it changes; when that process is gone it is taken."""
    path = left_open(tmp_path, "one")
    before = path.read_bytes()
    with subprocess.Popen([sys.executable, "-c", HOLD, str(path)], stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        report = finish(tmp_path)

        assert not report.has_news
        assert before == path.read_bytes()
        other.kill()
    assert finish(tmp_path).closed == 1


def test_the_finished_files_of_a_living_run_are_left_alone(tmp_path: Path) -> None:
    """A run that goes on makes its own articles."""
    archived.write(tmp_path, [archived.exchange("one")])

    assert not finish(tmp_path, is_live=lambda run: run == archived.RUN).has_news
    assert finish(tmp_path).articles == 1


def test_pages_of_unknown_sources_wait_for_a_catalogue_that_knows_them(tmp_path: Path) -> None:
    """Under the wrong rules an article would come out wrong."""
    archived.write(tmp_path, [archived.exchange("one", facts=[("kakehashi-source", "stranger")])])

    assert (1, 0) == ((report := finish(tmp_path)).waiting, report.warcs)
    assert not (tmp_path / "articles").exists()


def test_a_warc_that_only_the_bucket_has_is_derived_there(s3_store_url: str, tmp_path: Path) -> None:
    """The machine that uploaded it died before the articles: another makes them, and keeps nothing locally."""
    blobs = open_blobs(s3_store_url)
    archived.write(tmp_path / "dead", [archived.exchange("one", facts=[("kakehashi-source", "known")])])
    (path,) = (tmp_path / "dead" / "warc").rglob("*.warc.gz")
    key = path.relative_to(tmp_path / "dead").as_posix()
    blobs.put_file(key, path)
    stem = stem_of_key(key)
    assert stem is not None
    report = finish(tmp_path / "spool", blobs)
    article = json.loads(blobs.get(articles_key(stem, "0001")))

    assert (1, 1) == (report.warcs, report.articles)
    assert ("known", key) == (article["source"], article["provenance"]["warc"])
    assert b"" == blobs.get(dropped_key(stem, "0001"))
    assert [] == [item for item in (tmp_path / "spool").rglob("*") if item.is_file()]


def test_an_archive_without_articles_is_closed_and_gets_none(tmp_path: Path) -> None:
    """What another project's crawl left open (see `crawler.addon`) is indexed, and no page of it is derived."""
    path = left_open(tmp_path, "one")
    path.rename(path.with_name(path.name.replace("kakehashi-", "scrapy-")))
    report = finish(tmp_path)
    (index,) = (tmp_path / "cdxj").iterdir()

    assert (1, 0, 0) == (report.closed, report.warcs, report.articles)
    assert index.name.startswith("scrapy-")
    assert [] == [found for kind in ("articles", "dropped", "text") for found in (tmp_path / kind).rglob("*.*")]


def test_one_run_of_a_machine_at_a_time_finishes_what_lies_about(tmp_path: Path) -> None:
    """What one derives, another would upload and remove from under it: who comes second finds it done."""
    left_open(tmp_path, "one", "two")
    with ThreadPoolExecutor() as threads, holding(tmp_path / "state"):
        second = threads.submit(finish, tmp_path)
        with pytest.raises(TimeoutError):
            second.result(timeout=0.3)
        (opened,) = (tmp_path / "warc").rglob("*.open")
        opened.rename(opened.with_name(opened.name + ".kept"))
    assert not second.result(timeout=60).has_news


def test_a_warc_that_another_run_took_away_gets_no_empty_articles(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its pages are not there any more: that is no failure of theirs, and what the other made of them stays."""
    opened = left_open(tmp_path, "one", "two")

    def taken_away(_: Backlog, jobs: list[Job]) -> list[Derived]:
        opened.with_name(opened.name.removesuffix(".open")).unlink()
        return [failed(job, "unreadable", "the WARC is not there") for job in jobs]

    monkeypatch.setattr(Backlog, "_derived", taken_away)
    report = finish(tmp_path)

    assert (0, 0) == (report.warcs, report.failed)
    assert [] == [path for name in ("articles", "dropped", "text") for path in (tmp_path / name).rglob("*.*")]
    assert [] == list((tmp_path / "state" / "pending").iterdir())
