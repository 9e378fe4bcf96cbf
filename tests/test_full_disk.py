"""A store that takes no more: intake stops at once, what was fetched is safe, and the same command goes on later.

One full disk in CI; with `make prove` disks that are full at every stage of a run: while records are written, at the
index, the manifest, the articles, the ledger, the caches.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from crawler.demo.server import DemoSites
from tests import commands, warcs
from tests.smalldisk import SmallDisk, wait_until
from tests.test_end_to_end import ON_TOPIC, QUICK, crawl_args, path_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [pytest.mark.xdist_group("full-disk"), pytest.mark.timeout(900)]
_MIB = 1024**2
# A page of each site may be on its way when the disk is full.
_SITES = 4
_SHORT = (150_000,)
_LONG = (4_096, 40_000, 60_000, *range(80_000, 700_000, 40_000))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """`room`: the bytes that the disk has left when the crawl begins."""
    if "room" in metafunc.fixturenames:
        metafunc.parametrize("room", _LONG if metafunc.config.getoption("--prove") else _SHORT)


@pytest.fixture
def sites(tmp_path: Path) -> Iterator[DemoSites]:
    """The demo sites, and the folder of their source files."""
    with DemoSites(ports="free", chunked=True) as running:
        (tmp_path / "sources").mkdir()
        running.write_sources(tmp_path / "sources")
        yield running


def the_line(done: commands.Done) -> str:
    """The one line that a person needs; nothing else may look like an error."""
    (line,) = [line for line in done.err.splitlines() if "is not usable" in line]
    assert line == done.err.splitlines()[-1]
    assert line.startswith("kakehashi: store ")
    assert "Traceback" not in done.err
    assert "rror" not in done.err.replace(line, "")
    assert "Exception ignored" not in done.err
    return line


def recorded(store: Path) -> set[str | None]:
    """The ids of the records that are whole, in open files too."""
    found = {record.get("WARC-Record-ID") for record in warcs.records(store)}
    for path in (store / "warc").rglob("*.open"):
        found |= {record.get("WARC-Record-ID") for record in warcs._records(path)}
    return found


def check_whole(store: Path, before: set[str | None]) -> None:
    """The store holds each article once, every record that was whole before, and no fault."""
    articles = warcs.lines(store, "articles")
    verified = commands.run("verify", "--store", store)
    assert sorted(ON_TOPIC) == sorted({path_of(item["url"]) for item in articles})
    assert len(articles) == len({item["provenance"]["payload_digest"] for item in articles})
    assert set() == before - {record.get("WARC-Record-ID") for record in warcs.records(store)}
    assert [] == warcs.torn(store)
    assert [] == warcs.unfinished(store)
    assert verified.code == 0, verified.out


def test_a_full_disk_stops_the_intake_and_loses_nothing(tmp_path: Path, sites: DemoSites, room: int) -> None:
    """Exit 4, one line with the bytes, no request after the write that failed; with more space all is made good."""
    with SmallDisk(tmp_path / "disk", 8 * _MIB) as disk:
        fill_and_go_on(disk, sites, tmp_path / "sources", room)


def fill_and_go_on(disk: SmallDisk, sites: DemoSites, folder: Path, room: int) -> None:
    """A crawl into a disk with `room` bytes, and one more after space was made."""
    store = disk.path / "data"
    store.mkdir()
    args = (*crawl_args(sites, folder, store), "--robots", "ignore", "--delay", "0.01", "--concurrency", "1")
    ballast = disk.fill(leaving=room)
    before = len(sites.served)
    done = commands.run(*args, "--reserve", "0")
    served = len(sites.served) - before
    found = faults(store)
    kept = recorded(store)
    answers = [record for record in all_records(store) if record.kind == "response"]

    assert done.code == 4, done.err
    assert re.search(r"\d+ bytes are free", the_line(done)), done.err
    assert served - len(answers) <= _SITES
    assert set() == found - {"leftover", "unfinished"}
    assert [] == warcs.torn(store)

    ballast.unlink()
    again = commands.run(*args)
    assert again.code == 0, again.err
    check_whole(store, kept)


def faults(store: Path) -> set[str]:
    """The kinds of what `verify` finds; a file that was let go of is named until the next run closes it."""
    done = commands.run("verify", "--json", "--store", store)
    return {line["kind"] for line in map(json.loads, done.out.splitlines())} - {"summary"}


def all_records(store: Path) -> list[warcs.Record]:
    """Every whole record, in open files too."""
    opened = [record for path in sorted((store / "warc").rglob("*.open")) for record in warcs._records(path)]
    return [*warcs.records(store), *opened]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    """A disk of 8 MB."""
    with SmallDisk(tmp_path / "disk", 8 * _MIB) as small:
        yield small


def test_the_crawl_stops_before_the_disk_is_full(tmp_path: Path, sites: DemoSites, disk: SmallDisk) -> None:
    """With a reserve all that was fetched has its index, articles and ledger; with less at the start nothing is asked."""
    store, folder = disk.path / "data", tmp_path / "sources"
    args = (*crawl_args(sites, folder, store), *QUICK)
    ballast = disk.fill(leaving=900_000)
    done = commands.run(*args, "--reserve", "700K")
    asked = len(sites.served)
    refused = commands.run(*args, "--reserve", "2M")

    assert (done.code, refused.code) == (4, 4), done.err
    assert re.search(
        r"nearly full: \d+ bytes are free, .*716800 are kept in reserve; .* bytes more are needed", the_line(done)
    )
    assert "2097152 are kept in reserve" in the_line(refused)
    assert len(sites.served) == asked
    assert set() == faults(store)
    assert [] == warcs.unfinished(store)
    assert len(list((store / "runs").glob("*.json"))) == 1

    kept = recorded(store)
    ballast.unlink()
    again = commands.run(*args)
    assert again.code == 0, again.err
    check_whole(store, kept)


@pytest.mark.long
def test_a_store_that_became_read_only(tmp_path: Path, sites: DemoSites, disk: SmallDisk) -> None:
    """Exit 4 and one line before anything is asked; what is there stays, and when it can be written all goes on."""
    store, folder = disk.path / "data", tmp_path / "sources"
    args = (*crawl_args(sites, folder, store), "--robots", "ignore", "--delay", "0.1")
    process = commands.start(*args)
    wait_until(lambda: len(sites.served) > 20)
    process.kill()
    process.communicate()
    kept, asked = recorded(store), len(sites.served)
    disk.remount("ro")
    done = commands.run(*args)
    disk.remount("rw")

    assert done.code == 4, done.err
    assert "the file system is read-only; one that can be written was expected" in the_line(done)
    assert len(sites.served) == asked
    assert kept
    again = commands.run(*args)
    assert again.code == 0, again.err
    check_whole(store, kept)


@pytest.mark.long
@pytest.mark.parametrize("happening", ["gone", "quota"])
def test_a_store_that_turns_bad_in_the_middle(
    tmp_path: Path, sites: DemoSites, disk: SmallDisk, happening: str
) -> None:
    """Its folder is moved away, or a file is at the size limit of the system: exit 4, one line, no torn file."""
    store, folder = disk.path / "data", tmp_path / "sources"
    args = (*crawl_args(sites, folder, store), "--robots", "ignore", "--delay", "0.1")
    if happening == "quota":
        process = subprocess.Popen(
            ["prlimit", "--fsize=100000", sys.executable, "-m", "crawler", *map(str, args)],
            env=commands.clean_environ(), cwd=commands.ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
    else:
        process = commands.start(*args)
        wait_until(lambda: len(sites.served) > 30)
        go_away(store)
    out, err = process.communicate(timeout=200)
    done = commands.Done(process.returncode, out.decode(), err.decode())

    assert done.code == 4, done.err
    assert {"gone": "not there any more", "quota": "largest size"}[happening] in the_line(done)
    assert "the same command goes on" in the_line(done)
    if happening == "gone":
        store.unlink()
        (store.parent / "data.away").rename(store)
    kept = recorded(store)
    assert kept
    assert [] == warcs.torn(store)
    again = commands.run(*args)
    assert again.code == 0, again.err
    check_whole(store, kept)


def go_away(store: Path) -> None:
    """The folder is not there any more, and a file is in its place: even root makes no other."""
    store.rename(store.parent / "data.away")
    store.write_bytes(b"")
