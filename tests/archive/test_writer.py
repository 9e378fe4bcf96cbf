"""The writer loses nothing: `.open` until closed, synced, renamed, indexed; a full disk leaves no torn record."""

from __future__ import annotations

import errno
import hashlib
import io
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from archive.capture import Earlier, Location, Stored, Truncation, Validators
from archive.cdxj import parse_line
from archive.digests import sha1_label
from archive.durable import AppendingFile, write_atomically
from archive.layout import cdxj_key, manifest_key
from archive.reader import RawRecord, read_capture, read_records
from archive.repair import complete
from tests.archive.samples import BEGAN, PAGE, Clock, exchange, never_seen, open_writer, write_warc

if TYPE_CHECKING:
    from archive.closed import ClosedWarc

NAME = "kakehashi-20261121T093000123Z-00000-testrun.warc.gz"
KEY = f"warc/2026/11/{NAME}"


def files_below(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def kinds_in(path: Path) -> list[str]:
    data = path.read_bytes()
    found = list(read_records(io.BytesIO(data), warc="x", size=len(data)))
    return [item.kind if isinstance(item, RawRecord) else str(item) for item in found]


def test_what_is_stored_says_where_it_lies(tmp_path: Path) -> None:
    """Offset and length lead to the record, while the file is open and after."""
    closed: list[ClosedWarc] = []
    writer = open_writer(tmp_path, closed)

    writer.write(exchange())
    stored = writer.write(exchange(PAGE + b"2", url="https://example.org/ü#x"))

    place = stored.location
    member = (tmp_path / f"{KEY}.open").read_bytes()[place.offset : place.offset + place.length]
    assert stored == Stored(
        url="https://example.org/%C3%BC",
        captured_at=BEGAN,
        location=Location(warc=KEY, offset=place.offset, length=place.length),
        record_id=stored.record_id,
        payload_digest=sha1_label(b"<p>Tashkent and Tokyo</p>2"),
        status=200,
        mime="text/html",
        truncated=None,
    )
    assert read_capture(member, place).record_id == stored.record_id
    assert files_below(tmp_path) == [f"{KEY}.open"]
    writer.close()
    assert read_capture((tmp_path / KEY).read_bytes()[place.offset :][: place.length], place).url == stored.url


def test_a_closed_warc_has_index_and_manifest(tmp_path: Path) -> None:
    """Sorted by bytes, and with the sha256 of the file."""
    closed = write_warc(
        tmp_path, exchange(url="https://b.example/"), exchange(PAGE[:-3], truncated=Truncation.TIME), exchange()
    )
    index = (tmp_path / cdxj_key(closed.stem)).read_bytes()
    entries = [parse_line(line) for line in index.decode().splitlines()]

    assert files_below(tmp_path) == sorted([cdxj_key(closed.stem), manifest_key(closed.stem), KEY])
    assert index.splitlines() == sorted(index.splitlines())
    assert sorted(entries, key=lambda entry: entry.location.offset) == list(closed.entries)
    assert [entry.truncated for entry in closed.entries] == [None, "time", None]
    assert {entry.location.warc for entry in entries} == {NAME}
    assert json.loads((tmp_path / manifest_key(closed.stem)).read_text()) == {
        "schema_version": 1,
        "files": [
            {
                "key": KEY,
                "size": closed.path.stat().st_size,
                "sha256": hashlib.sha256(closed.path.read_bytes()).hexdigest(),
                "records": 10,
            }
        ],
    }
    assert len(kinds_in(closed.path)) == closed.records == 10


def earlier_of(*_: str) -> Earlier:
    return Earlier(record_id="<urn:uuid:1>", url="https://example.org/a", captured_at=BEGAN, payload_digest="sha1:X")


@pytest.mark.parametrize(
    ("response", "truncated", "is_revisit"),
    [
        (PAGE, None, True),
        (PAGE, Truncation.DISCONNECT, False),
        (b"HTTP/1.1 301 Moved\r\nLocation: /b\r\n\r\n", None, False),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", None, False),
    ],
)
def test_a_revisit_is_written_for_a_whole_payload_that_is_known(
    tmp_path: Path, response: bytes, truncated: Truncation | None, *, is_revisit: bool
) -> None:
    """Not for a body that was cut, and not for an empty one, which is equal to every other."""
    closed = write_warc(tmp_path, exchange(response, truncated=truncated), find_earlier=earlier_of)

    assert kinds_in(closed.path)[1] == ("revisit" if is_revisit else "response")
    assert (closed.entries[0].mime == "warc/revisit") is is_revisit


NOT_MODIFIED = b"HTTP/1.1 304 Not Modified\r\nX-a: 1\r\n\r\n"
ASKED = b'GET /a HTTP/1.1\r\nHost: example.org\r\nIf-None-Match: "1"\r\n\r\n'


@pytest.mark.parametrize(
    ("changes", "is_revisit"),
    [
        ({}, True),
        ({"request": ASKED.replace(b'If-None-Match: "1"', b"if-modified-since: Sat, 21 Nov 2026 09:30:00 GMT")}, True),
        ({"revalidates": None}, False),
        ({"request": b"GET /a HTTP/1.1\r\nHost: example.org\r\n\r\n"}, False),
        ({"request": ASKED.replace(b"GET", b"POST")}, False),
        ({"truncated": Truncation.DISCONNECT}, False),
        ({"url": "https://example.org/b"}, False),
        ({"response": NOT_MODIFIED.replace(b"304", b"204")}, False),
        ({"response": NOT_MODIFIED + b"a body that no 304 has"}, False),
        ({"response": NOT_MODIFIED[:-2] + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"}, False),
    ],
)
def test_a_304_is_a_revisit_only_as_the_answer_to_our_condition(
    tmp_path: Path, changes: dict[str, Any], *, is_revisit: bool
) -> None:
    """One that nobody asked for says nothing about what we hold, and is kept as it came."""
    given = {"request": ASKED, "revalidates": earlier_of(), "response": NOT_MODIFIED, **changes}
    closed: list[ClosedWarc] = []
    writer = open_writer(tmp_path, closed)
    stored = writer.write(exchange(given.pop("response"), **given))
    writer.close()
    entry = closed[0].entries[0]

    assert kinds_in(closed[0].path)[1] == ("revisit" if is_revisit else "response")
    assert (stored.is_revisit, entry.is_unmodified) == (is_revisit, is_revisit)
    assert (stored.payload_digest == entry.payload_digest == "sha1:X") is is_revisit
    assert stored.payload_record_id == ("<urn:uuid:1>" if is_revisit else stored.record_id)


@pytest.mark.parametrize(("status", "etag"), [(b"200", '"1"'), (b"404", None)])
def test_the_validators_of_a_whole_page_are_in_its_index(tmp_path: Path, status: bytes, etag: str | None) -> None:
    """Also where the page itself is a revisit: the server may know the same bytes by another tag."""
    response = b'HTTP/1.1 %b X\r\nETag: "1"\r\n\r\nx' % status
    for number, find_earlier in enumerate([never_seen, earlier_of]):
        closed = write_warc(tmp_path / str(number), exchange(response), find_earlier=find_earlier)
        index = (tmp_path / str(number) / cdxj_key(closed.stem)).read_text()

        assert parse_line(index.strip()).validators == Validators(etag=etag)


def test_an_index_made_anew_from_its_warc_is_the_one_that_was_written(tmp_path: Path) -> None:
    """Validators, revisits of both kinds and forms included: what a killed run leaves gets the same lines."""
    first = Earlier(record_id="<urn:uuid:1>", url="https://example.org/a", captured_at=BEGAN, payload_digest="sha1:X")
    closed = write_warc(
        tmp_path,
        exchange(PAGE.replace(b"\r\n\r\n", b'\r\nETag: W/"caf\xe9"\r\n\r\n')),
        exchange(PAGE.replace(b"\r\n\r\n", b'\r\nETag: "2"\r\n\r\n'), url="https://example.org/b"),
        exchange(NOT_MODIFIED, request=ASKED, revalidates=first),
        exchange(PAGE[:-3], truncated=Truncation.TIME),
        exchange(PAGE, request=b"POST /a HTTP/1.1\r\nContent-Length: 3\r\n\r\nq=1"),
        find_earlier=lambda url, _: first if url.endswith("b") else None,
    )
    index = tmp_path / cdxj_key(closed.stem)
    written = index.read_bytes()
    index.unlink()

    assert complete(tmp_path, closed.stem, closed.path)
    assert index.read_bytes() == written
    assert [entry.mime for entry in closed.entries].count("warc/revisit") == 2


def test_the_earlier_record_is_asked_for_by_the_uri_of_the_record(tmp_path: Path) -> None:
    """A URL with a fragment or an accent is the same capture."""
    asked: list[tuple[str, str]] = []
    write_warc(tmp_path, exchange(url="https://example.org/é#1"), find_earlier=lambda *pair: asked.append(pair))

    assert asked == [("https://example.org/%C3%A9", sha1_label(b"<p>Tashkent and Tokyo</p>"))]


def test_a_file_rolls_by_size_and_by_age(tmp_path: Path) -> None:
    """Each with a serial number of its own; the clock is the only one."""
    closed: list[ClosedWarc] = []
    clock = Clock()
    writer = open_writer(tmp_path, closed, now=clock, max_bytes=1)
    writer.write(exchange())
    writer.write(exchange())
    writer.close()
    assert [item.stem.serial for item in closed] == [0, 1]

    aged = open_writer(tmp_path / "b", closed, now=clock)
    aged.write(exchange())
    clock.move(minutes=14)
    aged.roll_if_due()
    assert len(closed) == 2
    clock.move(minutes=1)
    aged.roll_if_due()
    assert len(closed) == 3
    aged.roll_if_due()
    aged.close()
    assert len(closed) == 3


def test_what_was_written_is_synced_within_a_second_or_two_of_quiet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock's tick does it where no other write follows; once, not at every tick."""
    clock, synced = Clock(), []
    monkeypatch.setattr(AppendingFile, "sync", lambda self: synced.append(self.tell()))
    writer = open_writer(tmp_path, [], now=clock)

    writer.write(exchange())
    writer.roll_if_due()
    assert synced == []
    clock.move(seconds=1)
    writer.roll_if_due()
    clock.move(seconds=5)
    writer.roll_if_due()
    assert len(synced) == 1
    clock.move(hours=-3)  # somebody set the clock back
    writer.write(exchange())
    assert len(synced) == 2


def fail_after(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    """From now on the disk takes `count` bytes more."""
    write, left = os.write, [count]

    def write_some(handle: int, data: Any) -> int:
        if not left[0]:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        done = write(handle, data[: left[0]])
        left[0] -= done
        return done

    monkeypatch.setattr(os, "write", write_some)


@pytest.mark.parametrize("count", [0, 1, 100, 400, 700, 1000])
def test_a_full_disk_leaves_no_torn_record(tmp_path: Path, count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """What did not fit is taken back; with space made, the same file goes on."""
    closed: list[ClosedWarc] = []
    writer = open_writer(tmp_path, closed)
    writer.write(exchange())
    before = (tmp_path / f"{KEY}.open").read_bytes()

    with monkeypatch.context() as full:
        fail_after(full, count)
        with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
            writer.write(exchange(b"HTTP/1.1 200 OK\r\n\r\n" + os.urandom(2000)))

    assert (tmp_path / f"{KEY}.open").read_bytes() == before
    writer.write(exchange(PAGE + b"after"))
    writer.close()
    assert kinds_in(closed[0].path) == ["warcinfo", *["response", "request", "metadata"] * 2]
    assert len(closed[0].entries) == 2


def test_a_disk_that_takes_no_first_record_keeps_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty `.open` would be nobody's."""
    writer = open_writer(tmp_path, [])
    fail_after(monkeypatch, 10)

    with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
        writer.write(exchange())

    assert files_below(tmp_path) == []


def test_a_response_shorter_than_it_says_costs_only_itself(tmp_path: Path) -> None:
    """Nothing of it is written."""
    closed: list[ClosedWarc] = []
    writer = open_writer(tmp_path, closed)
    with pytest.raises(ValueError, match="bytes"):
        writer.write(exchange(PAGE, response_length=len(PAGE) + 5))
    writer.write(exchange())
    writer.close()

    assert kinds_in(closed[0].path) == ["warcinfo", "response", "request", "metadata"]


def test_an_abandoned_file_stays_open(tmp_path: Path) -> None:
    """A disk that took no record will take no index either."""
    closed: list[ClosedWarc] = []
    writer = open_writer(tmp_path, closed)
    writer.write(exchange())
    writer.abandon()
    writer.close()

    assert (closed, files_below(tmp_path)) == ([], [f"{KEY}.open"])


@pytest.mark.parametrize("refused", ["write_atomically", "write_manifest"])
def test_a_file_that_gets_no_index_or_manifest_stays_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refused: str
) -> None:
    """A disk that is full by then: the next run closes it, and nobody takes a WARC for one that lost its index."""

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    closed: list[ClosedWarc] = []
    writer = open_writer(tmp_path, closed)
    writer.write(exchange())
    monkeypatch.setattr(f"archive.writer.{refused}", refuse)
    with pytest.raises(OSError, match="No space"):
        writer.close()

    assert (closed, files_below(tmp_path)) == ([], [f"{KEY}.open"])


def test_the_file_is_synced_before_it_gets_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And its folder after; index and manifest come last."""
    steps: list[str] = []
    fsync = os.fsync

    def note(handle: int) -> None:
        target = Path(f"/proc/self/fd/{handle}").readlink()
        steps.append(target.relative_to(tmp_path).parts[0] + ("" if target.is_dir() else "/file"))
        fsync(handle)

    closed: list[ClosedWarc] = []
    writer = open_writer(tmp_path, closed)
    writer.write(exchange())
    for folder in ("cdxj", "manifest/2026/11"):
        (tmp_path / folder).mkdir(parents=True)
    monkeypatch.setattr(os, "fsync", note)
    writer.close()

    assert steps == ["warc/file", "warc", "cdxj/file", "cdxj", "manifest/file", "manifest"]


def test_a_small_file_is_there_whole_or_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`write_atomically` makes its folders and leaves nothing behind when it fails."""
    path = tmp_path / "a" / "b.json"
    write_atomically(path, b"one")
    write_atomically(path, b"two")

    def fail(_: int) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="full"):
        write_atomically(path, b"three")

    assert (path.read_bytes(), files_below(tmp_path)) == (b"two", ["a/b.json"])


def test_an_appending_file_never_replaces_another(tmp_path: Path) -> None:
    """And can be cut back to any size it had."""
    file = AppendingFile(tmp_path / "x")
    file.write(b"0123456789")
    file.cut_back(4)
    file.write(b"ab")
    file.flush()
    file.close()

    assert ((tmp_path / "x").read_bytes(), file.tell()) == (b"0123ab", 6)
    with pytest.raises(FileExistsError):
        AppendingFile(tmp_path / "x")
