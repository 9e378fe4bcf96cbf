"""`backfill ccnews`: files read by ranges, the records of the sources' hosts kept as they lie, and their articles."""

from __future__ import annotations

import gzip
import json
import os
import random
import signal
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from archive.blobs import open_blobs
from archive.leases import Leases
from crawler.clock import utc_now
from crawler.config import load_catalogue
from pipelines.tally import Tally
from pipelines.verify import verify_store
from tests import commands, memory, warcs
from tests.crawler.test_backfill_wayback import code_of
from tests.pastserver import HOST, Past, add_month, members, news_records, page, write_source
from tests.smalldisk import SmallDisk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [pytest.mark.xdist_group("ccnews"), pytest.mark.timeout(900)]
FOLDER = "crawl-data/CC-NEWS/2025/08"
RANGE = ("--since", "2025-08-01", "--until", "2025-08-31")


def name(day: int) -> str:
    return f"CC-NEWS-202508{day:02}093000-0000{day}.warc.gz"


def news(day: int, others: int = 12) -> list[bytes]:
    """The records of a day: pages of others, one of the source, one of its www., and others again."""
    pages = {f"http://elsewhere.example/{day}/{number}": page(f"thing {number}") for number in range(others)}
    pages[f"https://{HOST}/news/loan-{day}/"] = page(f"loan {day}")
    pages[f"https://www.{HOST}/news/water-{day}/"] = page(f"water {day}", host=f"www.{HOST}")
    pages |= {f"http://elsewhere.example/{day}/more/{number}": page(f"more {number}") for number in range(3)}
    return news_records(pages, f"2025-08-{day:02}T10:00:00Z")


def arguments(past: Past, folder: Path, *more: str | Path, days: tuple[str, ...] = RANGE) -> list[str | Path]:
    places = ["--store", folder / "data", "--only-sources", folder / "sources"]
    manners = ["--ccnews", past.base, "--delay", "0", "--allow-private", past.host_port]
    return ["backfill", "ccnews", "silkroad", *places, *manners, *days, "--json", *more]


def backfill(past: Past, folder: Path, *more: str | Path, days: tuple[str, ...] = RANGE) -> commands.Done:
    return commands.run(*arguments(past, folder, *more, days=days))


def urls(store: Path) -> list[str]:
    return sorted(item["url"] for item in warcs.lines(store, "articles"))


@dataclass
class Read:
    """Four days read, and read again; of the fourth nothing is of the source."""

    past: Past
    folder: Path
    first: commands.Done
    asked: list[str]
    again: commands.Done
    asked_again: list[str]

    @property
    def store(self) -> Path:
        return self.folder / "data"

    def file(self, day: int) -> dict[str, Any]:
        return next(item for item in self.first.report["files"] if item["name"] == f"{FOLDER}/{name(day)}")


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Read]:
    folder = tmp_path_factory.mktemp("ccnews")
    write_source(folder / "sources")
    torn, damaged = members(news(2)), news(3)
    cut = [gzip.compress(item, mtime=0) for item in damaged]
    cut[4] = cut[4][:60] + bytes(40) + cut[4][100:]
    strangers = members(news_records({"http://elsewhere.example/": page("thing")}))
    with Past(retry_after="1") as past:
        files = {name(1): members(news(1)), name(2): torn[:-300], name(3): b"".join(cut), name(4): strangers}
        add_month(past, files | {"CC-NEWS-20250901000000-00001.warc.gz": b"not in range"})
        past.cuts = {f"/{FOLDER}/{name(1)}": 3000}
        past.refusals = {name(4): 1}
        first = backfill(past, folder)
        asked = list(past.asked)
        past.asked.clear()
        again = backfill(past, folder)
        yield Read(past, folder, first, asked, again, list(past.asked))


def test_files_are_read_newest_first_and_once(read: Read) -> None:
    """A connection that was cut goes on where it was; a 429 is waited for; the second run asks for the list alone."""
    parts = [path.rsplit("-", 2)[-2:] for path in read.asked if "/CC-NEWS-" in path]

    assert [int(first[:5]) for first, _ in parts] == [4, 4, 3, 2, 1, 1]
    assert read.asked[-1] == f"/{FOLDER}/{name(1)} bytes=3000-8391607"
    assert read.asked_again == ["/robots.txt", f"/{FOLDER}/warc.paths.gz"]
    assert (read.first.code, read.again.code) == (1, 0), read.again.err
    assert read.again.report["read"]["read_before"] == 4


def test_what_became_of_each_file(read: Read) -> None:
    """Damage costs its record and is listed; what has nothing of the source adds nothing to the store."""
    said = {
        day: (read.file(day)["state"], read.file(day)["matched"], read.file(day)["damaged"]) for day in (1, 2, 3, 4)
    }

    assert said == {
        1: ("imported", 4, False),
        2: ("imported", 4, True),
        3: ("imported", 4, True),
        4: ("nothing", 0, False),
    }
    assert read.file(2)["faults_read"][0].endswith("the file ends within a record")
    assert len(read.file(3)["faults_read"]) == 1
    assert read.first.report["read"] | {"bytes": 0} == {
        "files": 4, "read_before": 0, "failed": 0, "deferred": 0, "records": 106, "matched": 12, "requests": 6,
        "bytes": 0,
    }  # fmt: skip
    assert read.first.report["sources"]["silkroad"]["kept"] == 6
    assert read.first.report["adds_up"]


def test_records_are_unchanged_and_say_where_they_lay(read: Read) -> None:
    """The manifest has the pieces: what lies there in the original is what lies in the store."""
    pages = 0
    for path in (read.store / "manifest").rglob("import-*.json"):
        file = json.loads(path.read_text())["files"][0]
        extract = file["imported"]["extract"]
        original = read.past.files[extract["of"].removeprefix(read.past.base)]
        stored = (read.store / file["key"]).read_bytes()

        assert b"".join(original[begin : begin + length] for begin, length in extract["pieces"]) == stored
        assert extract["size"] == len(original)
        assert extract["hosts"] == [HOST, f"www.{HOST}"]
        pages += gzip.decompress(stored).count(b"WARC-Type: response")
    assert pages == 6


def test_the_articles_say_whose_they_were(read: Read) -> None:
    """By the rules of the source, at the time of the capture, and derived again byte for byte."""
    articles = warcs.lines(read.store, "articles")
    rules = {source.id: source.page_rules() for source in load_catalogue(only_dir=read.folder / "sources")}
    found = verify_store(open_blobs(str(read.store)), Tally(), deep=rules, processes=2)

    assert [item["url"] for item in articles if item["fetched"].startswith("2025-08-01T10:00")] == [
        f"https://{HOST}/news/loan-1/", f"https://www.{HOST}/news/water-1/",
    ]  # fmt: skip
    assert {item["source"] for item in articles} == {"silkroad"}
    assert {item["provenance"]["origin"] for item in articles} == {
        f"Common Crawl CC-NEWS, {FOLDER}/{name(day)}" for day in (1, 2, 3)
    }
    assert [str(fault) for fault in found] == []


@pytest.mark.long
def test_a_reading_goes_on_behind_the_last_whole_record(tmp_path: Path, proves: bool) -> None:
    """Interrupted within a file: exit 130, and the next run asks for the rest alone. Killed: the same."""
    whole = members(news(1, others=60))
    for number in (signal.SIGINT, signal.SIGKILL) if proves else (signal.SIGINT,):
        folder = tmp_path / number.name
        folder.mkdir()
        write_source(folder / "sources")
        with Past() as past:
            add_month(past, {name(1): whole})
            past.cuts = {f"/{FOLDER}/{name(1)}": len(whole) // 2}
            process = commands.start(*arguments(past, folder))

            def stop(path: str, past: Past = past, pid: int = process.pid, number: int = number) -> None:
                if any(f"bytes={len(whole) // 2}-" in asked for asked in past.asked) and name(1) in path:
                    os.kill(pid, number)
                    past.cuts = {path: 0}

            past.before = stop
            out, err = process.communicate(timeout=120)
            past.before = lambda _path: None
            past.asked.clear()
            last = backfill(past, folder)
            begins = [int(path.split("bytes=")[1].split("-")[0]) for path in past.asked if "bytes=" in path]

        assert process.returncode == (130 if number is signal.SIGINT else -signal.SIGKILL), err.decode()
        if number is signal.SIGINT:
            report = json.loads(out)
            assert report["interrupted"]
            assert [item["state"] for item in report["files"]] == ["partial"]
        assert last.code == 0, last.err
        assert 0.4 * len(whole) < begins[0] <= len(whole) // 2
        assert urls(folder / "data") == [f"https://{HOST}/news/loan-1/", f"https://www.{HOST}/news/water-1/"]
        assert last.report["files"][0]["records_read"] == len(news(1, others=60))


@pytest.mark.long
def test_what_cannot_be_read_is_listed_and_the_rest_is_read(tmp_path: Path) -> None:
    """A month that is not there, a list that is none, a file that is missing; one server without ranges."""
    write_source(tmp_path / "sources")
    with Past() as past:
        add_month(past, {name(1): members(news(1)), name(2): b"x", name(3): b"x"})
        del past.files[f"/{FOLDER}/{name(2)}"]
        past.files["/crawl-data/CC-NEWS/2025/07/warc.paths.gz"] = b"<html>no list"
        past.fixed[f"/{FOLDER}/{name(3)}"] = (200, "application/gzip", members(news(3)))
        done = backfill(past, tmp_path, days=("--since", "2025-06-30", "--until", "2025-08-31"))
        problems = {
            item["name"].rsplit("/", 2)[-1]: item["problem"] for item in done.report["files"] if "problem" in item
        }

    assert done.code == 1
    assert "status 404" in problems[name(2)]
    assert "got the whole file" in problems[name(3)]
    lists = [item["problem"] for item in done.report["files"] if item["name"].endswith("warc.paths.gz")]
    assert ["compressed by gzip, got b'<html>no list'" in lists[0], "2025-06, got status 404" in lists[1]] == [
        True,
        True,
    ]
    assert urls(tmp_path / "data") == [f"https://{HOST}/news/loan-1/", f"https://www.{HOST}/news/water-1/"]
    assert len(done.report["sources"]["silkroad"]["problems"]) == 4


def test_what_cannot_begin_ends_with_its_exit_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No day to begin with, a source or an import that goes on, a disk without room."""
    folder = write_source(tmp_path / "sources")
    here = ["backfill", "ccnews", "silkroad", "--store", tmp_path / "data", "--only-sources", folder]
    assert code_of(*here) == 2
    assert "needs --since" in capsys.readouterr().err
    assert code_of(*here, *RANGE, "--reserve", "900T") == 4
    for held in ("silkroad", "import"):
        leases = Leases(open_blobs(str(tmp_path / "data")), "20260101T000000Zabcdef")
        leases.take([held], utc_now())
        assert code_of(*here, *RANGE) == 5
        leases.release()


@pytest.mark.long
def test_a_file_that_changes_is_read_anew(tmp_path: Path) -> None:
    """What was kept of its beginning is forgotten."""
    write_source(tmp_path / "sources")
    whole = members(news(1))
    with Past() as past:
        add_month(past, {name(1): whole})
        past.cuts = {f"/{FOLDER}/{name(1)}": len(whole) // 2}

        def change(_: str) -> None:
            if any(f"bytes={len(whole) // 2}-" in asked for asked in past.asked):
                past.etag = '"2"'

        past.before = change
        changed, last = backfill(past, tmp_path), backfill(past, tmp_path)

    assert (changed.code, last.code) == (1, 0)
    assert "has changed" in changed.report["files"][0]["problem"]
    assert len(urls(tmp_path / "data")) == 2


@pytest.mark.long
def test_a_full_disk_stops_the_reading_and_loses_nothing(tmp_path: Path) -> None:
    """Exit 4 with what is missing; with space, the same command goes on."""
    write_source(tmp_path / "sources")
    noise = random.Random(1)
    pages = {f"https://{HOST}/img/{number}": noise.randbytes(400_000) for number in range(40)}
    whole = members(news_records(pages | {f"https://{HOST}/news/loan/": page("loan")}))
    with SmallDisk(tmp_path / "disk", 48 * 1024 * 1024) as disk, Past() as past:
        (disk.path / "sources").symlink_to(tmp_path / "sources")
        add_month(past, {name(1): whole})
        ballast = disk.fill(leaving=12 * 1024 * 1024)
        full = backfill(past, disk.path)
        ballast.unlink()
        last = backfill(past, disk.path)
        found = urls(disk.path / "data")

    assert full.code == 4, full.err
    assert "bytes" in full.err
    assert last.code == 0, last.out
    assert found == [f"https://{HOST}/news/loan/"]


@pytest.mark.long
def test_the_memory_of_a_pass_over_a_gigabyte(tmp_path: Path) -> None:
    """No more than a few parts of the file are held, whatever its size."""
    write_source(tmp_path / "sources")
    noise = random.Random(2)
    block = members(
        news_records({f"http://elsewhere.example/{number}": noise.randbytes(200_000) for number in range(160)})
    )
    mine = members(news(1))
    peaks = {}
    for times in (2, 33):
        with Past() as past:
            add_month(past, {name(1): block * times + mine})
            (tmp_path / str(times)).mkdir()
            (tmp_path / str(times) / "sources").symlink_to(tmp_path / "sources")
            process = commands.start(*arguments(past, tmp_path / str(times)))
            out, err, peaks[times] = memory.watched(process)
            size = len(past.files[f"/{FOLDER}/{name(1)}"])
        assert process.returncode == 0, err.decode()
        assert json.loads(out)["read"]["matched"] == 4
        sys.stdout.write(f"{size / 2**20:.0f} MiB read, peak {peaks[times]} MiB\n")
    assert size > 10**9
    assert peaks[33] < peaks[2] + 48
