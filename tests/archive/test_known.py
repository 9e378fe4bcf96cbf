"""The cache of what is known says what the store's indexes say, and is never in the way."""

from __future__ import annotations

import dataclasses
import sqlite3
from typing import TYPE_CHECKING

import pytest

from archive.blobs import LocalBlobs
from archive.capture import Earlier, Truncation
from archive.errors import StoreNotUsable
from archive.known import KnownCaptures
from tests.archive.samples import BEGAN, PAGE, exchange, open_writer, write_warc

if TYPE_CHECKING:
    from pathlib import Path

    from archive.writer import ClosedWarc

URL = "https://example.org/a"


def known_of(folder: Path) -> KnownCaptures:
    return KnownCaptures(folder / "state" / "captures.sqlite")


def earlier_of(closed: ClosedWarc, number: int = 0) -> Earlier:
    entry = closed.entries[number]
    return Earlier(
        record_id=entry.record_id or "",
        url=entry.url,
        captured_at=entry.captured_at,
        payload_digest=entry.payload_digest,
        warc=entry.location.warc,
    )


def test_what_an_index_names_is_known(tmp_path: Path) -> None:
    """To the millisecond, as a revisit must name it; another URL or payload is not."""
    closed = write_warc(tmp_path, exchange())
    known = known_of(tmp_path)
    digest = closed.entries[0].payload_digest

    assert known.find_earlier(URL, digest) is None
    assert known.sync(LocalBlobs(tmp_path)) == []
    assert known.find_earlier(URL, digest) == earlier_of(closed)
    assert known.find_earlier(URL + "b", digest) is None
    assert known.find_earlier(URL, "sha1:X") is None
    known.close()
    assert known_of(tmp_path).find_earlier(URL, digest) == earlier_of(closed)


def test_the_last_whole_record_of_a_payload_is_the_one_to_refer_to(tmp_path: Path) -> None:
    """A page that was stored whole again, since somebody asked for it, is what later revisits lead to."""
    twice = write_warc(tmp_path, exchange(), exchange())
    known = known_of(tmp_path)
    known.sync(LocalBlobs(tmp_path))

    assert known.find_earlier(URL, twice.entries[0].payload_digest) == earlier_of(twice, 1)


def test_a_record_that_was_cut_is_no_original(tmp_path: Path) -> None:
    """Neither fresh nor from an index: no article was made of it."""
    closed: list[ClosedWarc] = []
    known = known_of(tmp_path)
    writer = open_writer(tmp_path, closed)
    stored = writer.write(exchange(PAGE, truncated=Truncation.DISCONNECT))
    known.add(stored)
    writer.close()
    known.sync(LocalBlobs(tmp_path))

    assert known.find_earlier(URL, stored.payload_digest) is None


def test_what_is_fresh_is_known_at_once_and_kept_when_its_warc_is_closed(tmp_path: Path) -> None:
    """Before that, it is forgotten with the process."""
    closed: list[ClosedWarc] = []
    known = known_of(tmp_path)
    writer = open_writer(tmp_path, closed, find_earlier=known.find_earlier)
    stored = writer.write(exchange())
    known.add(stored)
    again = writer.write(exchange(url=URL + "#x"))
    known.add(again)

    assert (stored.is_revisit, again.is_revisit) == (False, True)
    assert known_of(tmp_path).find_earlier(URL, stored.payload_digest) is None
    writer.close()
    known.commit(f"cdxj/{closed[0].stem}.cdxj")
    assert known_of(tmp_path).find_earlier(URL, stored.payload_digest) == earlier_of(closed[0])


def test_a_store_that_was_emptied_knows_nothing(tmp_path: Path) -> None:
    """Else every page would become a revisit of a record that nobody has any more."""
    closed = write_warc(tmp_path / "one", exchange())
    blobs = LocalBlobs(tmp_path / "one")
    known = known_of(tmp_path)
    known.sync(blobs)
    blobs.delete(f"cdxj/{closed.stem}.cdxj")
    other = write_warc(tmp_path / "one", exchange(PAGE + b"2"), now=lambda: BEGAN.replace(day=22))

    known.sync(blobs)

    assert known.find_earlier(URL, closed.entries[0].payload_digest) is None
    assert known.find_earlier(URL, other.entries[0].payload_digest) == earlier_of(other)


def test_lines_that_are_none_are_told_and_the_others_taken_in(tmp_path: Path) -> None:
    """With the file and the line's number."""
    closed = write_warc(tmp_path, exchange())
    index = tmp_path / "cdxj" / f"{closed.stem}.cdxj"
    index.write_bytes(b"!meta\n\nnonsense \xff\n" + index.read_bytes())
    known = known_of(tmp_path)

    problems = known.sync(LocalBlobs(tmp_path))

    assert len(problems) == 1
    assert problems[0].startswith(f"cdxj/{closed.stem}.cdxj:3: not a CDXJ line")
    assert known.find_earlier(URL, closed.entries[0].payload_digest) == earlier_of(closed)


@pytest.mark.parametrize("damage", [b"not a database at all" * 100, b"SQLite format 3\0" + bytes(5000)])
def test_a_damaged_file_is_made_anew(tmp_path: Path, damage: bytes) -> None:
    """With its log, which would be applied to the new one."""
    closed = write_warc(tmp_path, exchange())
    path = tmp_path / "state" / "captures.sqlite"
    path.parent.mkdir()
    path.write_bytes(damage)
    path.with_name(path.name + "-wal").write_bytes(b"old")

    known = known_of(tmp_path)
    known.sync(LocalBlobs(tmp_path))

    assert known.find_earlier(URL, closed.entries[0].payload_digest) == earlier_of(closed)


def test_a_file_that_another_run_holds_is_not_taken_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Locked is not damaged: one clear error, and the file stays."""
    known_of(tmp_path).close()
    path = tmp_path / "state" / "captures.sqlite"
    monkeypatch.setattr("archive.known._BUSY_S", 0.05)
    holder = sqlite3.connect(path)
    holder.execute("PRAGMA locking_mode=EXCLUSIVE")
    holder.execute("BEGIN EXCLUSIVE")
    holder.execute("INSERT INTO indexes VALUES ('x')")

    with pytest.raises(StoreNotUsable, match="locked"):
        known_of(tmp_path)

    holder.commit()
    holder.close()
    assert sqlite3.connect(path).execute("SELECT key FROM indexes").fetchall() == [("x",)]


def test_two_runs_share_the_file(tmp_path: Path) -> None:
    """One that was opened earlier sees what the other committed."""
    one, two = known_of(tmp_path), known_of(tmp_path)
    closed: list[ClosedWarc] = []
    writer = open_writer(tmp_path, closed)
    stored = writer.write(exchange())
    one.add(dataclasses.replace(stored, url=URL))
    writer.close()
    one.commit("cdxj/other.cdxj")

    assert two.find_earlier(URL, stored.payload_digest) == earlier_of(closed[0])
