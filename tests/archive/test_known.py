"""The cache of what is known says what the store's indexes say, and is never in the way."""

from __future__ import annotations

import dataclasses
import datetime as dt
import os
import sqlite3
from typing import TYPE_CHECKING

import pytest

from archive.blobs import LocalBlobs
from archive.capture import Earlier, Truncation, Validators
from archive.errors import StoreNotUsable
from archive.known import KnownCaptures
from tests.archive.samples import BEGAN, PAGE, exchange, open_writer, write_warc

if TYPE_CHECKING:
    from pathlib import Path

    from archive.capture import Exchange
    from archive.closed import ClosedWarc

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
        location=entry.location,
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


def test_a_page_of_which_nothing_was_known_when_it_was_asked_for(tmp_path: Path) -> None:
    """Its answer is looked for nowhere, the next one is: once it is written, in another run's index, when asked again."""
    known, other = known_of(tmp_path), known_of(tmp_path)
    assert known.find_latest(URL) is None
    closed = write_warc(tmp_path, exchange())
    digest = closed.entries[0].payload_digest

    other.sync(LocalBlobs(tmp_path))
    assert known.find_latest(URL) is None  # it has no validators
    assert known.find_earlier(URL, digest) == earlier_of(closed)
    known.sync(LocalBlobs(tmp_path))
    assert known.find_earlier(URL, digest) == earlier_of(closed)


def test_the_last_whole_record_of_a_payload_is_the_one_to_refer_to(tmp_path: Path) -> None:
    """A page that was stored whole again, since somebody asked for it, is what later revisits lead to."""
    twice = write_warc(tmp_path, exchange(), exchange())
    known = known_of(tmp_path)
    known.sync(LocalBlobs(tmp_path))

    assert known.find_earlier(URL, twice.entries[0].payload_digest) == earlier_of(twice, 1)
    for hour in range(10, 20):
        last = write_warc(tmp_path, exchange(), now=lambda hour=hour: BEGAN.replace(hour=hour))
    known.sync(LocalBlobs(tmp_path))
    assert known.find_earlier(URL, twice.entries[0].payload_digest) == earlier_of(last)


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
    known.commit(f"cdxj/{closed[0].stem}.cdxj", closed[0].index_size)
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


def test_what_a_repair_or_takedown_took_out_of_an_index_is_forgotten(tmp_path: Path) -> None:
    """The file has its key still; nothing may refer to a record that is no longer in it."""
    closed: list[ClosedWarc] = []
    known = known_of(tmp_path)
    writer = open_writer(tmp_path, closed)
    first, second = writer.write(exchange()), writer.write(exchange(PAGE + b"2"))
    known.add(first)
    known.add(second)
    writer.close()
    known.commit(f"cdxj/{closed[0].stem}.cdxj", closed[0].index_size)
    index = tmp_path / "cdxj" / f"{closed[0].stem}.cdxj"
    known.sync(LocalBlobs(tmp_path))
    assert known.find_earlier(URL, first.payload_digest) == earlier_of(closed[0])
    index.write_bytes(
        b"".join(line + b"\n" for line in index.read_bytes().splitlines() if first.record_id.encode() not in line)
    )

    known.sync(LocalBlobs(tmp_path))

    assert known.find_earlier(URL, first.payload_digest) is None
    assert known.find_earlier(URL, second.payload_digest) == earlier_of(closed[0], 1)


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


def test_a_damage_that_shows_in_use_ends_one_run_and_the_next_makes_the_file_anew(tmp_path: Path) -> None:
    """A file that nobody touched is not read through each time; one that was, even to its old size, is."""
    closed = write_warc(tmp_path, exchange())
    known = known_of(tmp_path)
    known.sync(LocalBlobs(tmp_path))
    known.close()
    path = tmp_path / "state" / "captures.sqlite"
    before = path.stat()
    damaged = bytearray(path.read_bytes())
    damaged[4096:] = b"\xff" * (len(damaged) - 4096)
    path.write_bytes(damaged)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    unaware = known_of(tmp_path)
    with pytest.raises(StoreNotUsable, match="malformed"):
        unaware.find_earlier(URL, closed.entries[0].payload_digest)
    unaware.close()
    mended = known_of(tmp_path)
    mended.sync(LocalBlobs(tmp_path))

    assert mended.find_earlier(URL, closed.entries[0].payload_digest) == earlier_of(closed)
    mended.close()
    path.write_bytes(damaged.ljust(path.stat().st_size, b"\xff"))
    again = known_of(tmp_path)
    again.sync(LocalBlobs(tmp_path))
    assert again.find_earlier(URL, closed.entries[0].payload_digest) == earlier_of(closed)


def test_an_answer_is_held_against_what_was_known_when_its_page_was_asked_for(tmp_path: Path) -> None:
    """What was looked up for the request serves the answer; what came to be known since counts before it."""
    closed: list[ClosedWarc] = []
    writer, known = open_writer(tmp_path, closed), known_of(tmp_path)
    known.add(writer.write(later(tagged(b"1", b"x1"), 10)))
    writer.close()
    known.commit(f"cdxj/{closed[0].stem}.cdxj", closed[0].index_size)
    second = open_writer(tmp_path / "b", closed)

    for tag, seconds, expected in ((b"2", 20, "2"), (b"0", 0, "2"), (b"3", 30, "3")):
        assert known.find_latest(URL) is not None
        known.add(second.write(later(tagged(tag, b"x" + tag), seconds)))
        latest = known.find_latest(URL)
        assert latest is not None
        assert latest.validators.etag == f'"{expected}"'
        known.find_latest("https://example.org/never-answered")


def test_a_file_that_another_run_holds_is_not_taken_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Locked is not damaged: one clear error, and the file stays."""
    known_of(tmp_path).close()
    path = tmp_path / "state" / "captures.sqlite"
    monkeypatch.setattr("archive.known._BUSY_S", 0.05)
    holder = sqlite3.connect(path)
    holder.execute("PRAGMA locking_mode=EXCLUSIVE")
    holder.execute("BEGIN EXCLUSIVE")
    holder.execute("INSERT INTO indexes VALUES ('x', 1)")

    with pytest.raises(StoreNotUsable, match="locked"):
        known_of(tmp_path)

    holder.commit()
    holder.close()
    assert sqlite3.connect(path).execute("SELECT key FROM indexes").fetchall() == [("x",)]


def tagged(tag: bytes, body: bytes = b"x", status: bytes = b"200 OK") -> Exchange:
    return exchange(b'HTTP/1.1 %b\r\nETag: "%b"\r\n\r\n%b' % (status, tag, body))


def later(item: Exchange, seconds: int) -> Exchange:
    return dataclasses.replace(item, began_at=BEGAN + dt.timedelta(seconds=seconds))


@pytest.mark.parametrize("is_fresh", [True, False], ids=["fresh", "from-the-index"])
@pytest.mark.parametrize(
    ("visits", "expected"),
    [
        ([], None),
        ([tagged(b"1")], (0, '"1"')),
        ([tagged(b"1"), tagged(b"2", b"y")], (1, '"2"')),
        # The same bytes by another tag are a revisit: its tag, and the record that holds them.
        ([tagged(b"1"), tagged(b"2")], (0, '"2"')),
        ([tagged(b"1"), tagged(b"2", b"y"), tagged(b"3")], (0, '"3"')),
        # What the server no longer tags is asked for whole, and so is what came back to an older state.
        ([tagged(b"1"), exchange(PAGE)], None),
        ([exchange(PAGE)], None),
        # No 200, not whole, not a GET: nothing of it is asked about.
        ([tagged(b"1"), tagged(b"2", b"y", b"404 Gone")], (0, '"1"')),
        ([tagged(b"1", status=b"404 Gone")], None),
        ([dataclasses.replace(tagged(b"1"), truncated=Truncation.TIME)], None),
        ([tagged(b"1"), dataclasses.replace(tagged(b"2", b"y"), truncated=Truncation.TIME)], (0, '"1"')),
        ([dataclasses.replace(tagged(b"1"), request=b"HEAD /a HTTP/1.1\r\n\r\n")], None),
        ([dataclasses.replace(tagged(b"1"), request=b"POST /a HTTP/1.1\r\n\r\nq=1")], None),
    ],
)
def test_the_latest_whole_answer_is_the_one_to_ask_about(
    tmp_path: Path, visits: list[Exchange], expected: tuple[int, str] | None, *, is_fresh: bool
) -> None:
    """By its last validators, and never by a revisit's own record."""
    closed: list[ClosedWarc] = []
    known = known_of(tmp_path)
    writer = open_writer(tmp_path, closed, find_earlier=known.find_earlier)
    for number, visit in enumerate(visits):
        known.add(writer.write(later(visit, number)))
    writer.close()
    found = known.find_latest(URL)
    if not is_fresh:
        other = known_of(tmp_path / "other")
        other.sync(LocalBlobs(tmp_path))
        found = other.find_latest(URL)

    if expected is None:
        assert found is None
    else:
        number, etag = expected
        whole = [item for item in closed[0].entries if item.status == 200 and item.truncated is None]
        known_by = {"seen_at": whole[-1].captured_at, "validators": Validators(etag=etag)}
        assert found == dataclasses.replace(earlier_of(closed[0], number), **known_by)


def test_a_304_leaves_what_is_asked_about_as_it_was(tmp_path: Path) -> None:
    """However many in a row: the record that holds the payload stays the one to refer to, here and in the index."""
    closed: list[ClosedWarc] = []
    known = known_of(tmp_path)
    writer = open_writer(tmp_path, closed, find_earlier=known.find_earlier)
    original = writer.write(tagged(b"1"))
    known.add(original)
    for number in range(1, 4):
        asked = known.find_latest(URL)
        request = b'GET /a HTTP/1.1\r\nIf-None-Match: "1"\r\n\r\n'
        answer = exchange(b'HTTP/1.1 304 X\r\nETag: "9"\r\n\r\n', request=request, revalidates=asked)
        stored = writer.write(later(answer, number))
        known.add(stored)
        assert stored.refers_to is not None
        assert (stored.status, stored.refers_to.record_id) == (304, original.record_id)
    writer.close()
    fresh = known_of(tmp_path / "other")
    fresh.sync(LocalBlobs(tmp_path))

    assert known.find_latest(URL) == fresh.find_latest(URL)
    assert [entry.is_unmodified for entry in closed[0].entries] == [False, True, True, True]


def test_an_older_answer_does_not_replace_a_later_one(tmp_path: Path) -> None:
    """Whichever run closes its file first."""
    write_warc(tmp_path, tagged(b"new", b"y"), now=lambda: BEGAN.replace(hour=11))
    write_warc(tmp_path, later(tagged(b"old"), -60), now=lambda: BEGAN.replace(hour=12))
    known = known_of(tmp_path)
    known.sync(LocalBlobs(tmp_path))
    found = known.find_latest(URL)

    assert found is not None
    assert found.validators.etag == '"new"'


def test_a_file_of_another_version_is_made_anew_from_the_indexes(tmp_path: Path) -> None:
    """It is a cache: what its tables lack is read again."""
    closed = write_warc(tmp_path, tagged(b"1"))
    path = tmp_path / "state" / "captures.sqlite"
    path.parent.mkdir()
    old = sqlite3.connect(path)
    old.executescript(
        "CREATE TABLE indexes (key TEXT PRIMARY KEY) WITHOUT ROWID;"
        "CREATE TABLE payloads (url TEXT, digest TEXT, record_id TEXT, captured TEXT, warc TEXT, PRIMARY KEY (url, digest));"
        f"INSERT INTO indexes VALUES ('cdxj/{closed.stem}.cdxj')"
    )
    old.close()
    known = known_of(tmp_path)
    known.sync(LocalBlobs(tmp_path))

    assert known.find_earlier(URL, closed.entries[0].payload_digest) == earlier_of(closed)
    assert known.find_latest(URL) is not None


def test_two_runs_share_the_file(tmp_path: Path) -> None:
    """One that was opened earlier sees what the other committed."""
    one, two = known_of(tmp_path), known_of(tmp_path)
    closed: list[ClosedWarc] = []
    writer = open_writer(tmp_path, closed)
    stored = writer.write(exchange())
    one.add(dataclasses.replace(stored, url=URL))
    writer.close()
    one.commit("cdxj/other.cdxj", 1)

    assert two.find_earlier(URL, stored.payload_digest) == earlier_of(closed[0])


def test_what_another_run_saw_last_is_what_to_ask_about(tmp_path: Path) -> None:
    """Once a run's own file is closed, the file that both share says what came last."""
    one, two = known_of(tmp_path), known_of(tmp_path)
    for number, known in enumerate([one, two]):
        closed: list[ClosedWarc] = []
        writer = open_writer(tmp_path / str(number), closed)
        known.add(writer.write(later(tagged(b"%d" % number, b"%d" % number), number)))
        writer.close()
        known.commit(f"cdxj/{number}.cdxj", 1)
        seen = one.find_latest(URL)
        assert seen is not None
        assert seen.validators.etag == f'"{number}"'
