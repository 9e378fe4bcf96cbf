"""A damaged member costs itself alone: the records behind it are found again, and their index lines stay."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from archive.blobs import LocalBlobs
from archive.index_check import check_index
from archive.reindex import index_again
from archive.resync import Damage, walk_stored
from archive.warc_check import read_warc
from tests.archive.samples import CHUNKED, exchange, members_of, write_warc

if TYPE_CHECKING:
    from pathlib import Path

    from archive.closed import ClosedWarc

INDEX = "cdxj/kakehashi-20261121T093000123Z-00000-testrun.cdxj"


@pytest.fixture
def closed(tmp_path: Path) -> ClosedWarc:
    posted = b"POST /form HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\na=1"
    return write_warc(
        tmp_path,
        exchange(),
        exchange(CHUNKED, url="https://b.example/"),
        exchange(b'HTTP/1.1 200 OK\r\nETag: "1"\r\n\r\n<p>c</p>', url="https://c.example/é"),
        exchange(b"HTTP/1.1 200 OK\r\n\r\nok", url="https://d.example/form", request=posted),
    )


def key_of(closed: ClosedWarc, folder: Path) -> str:
    return closed.path.relative_to(folder).as_posix()


@pytest.mark.parametrize("at", [0, 1, 3, 25, -4])
@pytest.mark.parametrize("number", [0, 1, 4, 12])
def test_every_record_but_the_damaged_one_is_read(tmp_path: Path, closed: ClosedWarc, number: int, at: int) -> None:
    """Wherever in the member the bit is that was flipped, and whichever record it is."""
    data = bytearray(closed.path.read_bytes())
    members = members_of(closed.path)
    offset, length = members[number]
    place = offset + (at if at >= 0 else length + at)
    data[place] ^= 4
    closed.path.write_bytes(data)

    items = list(walk_stored(LocalBlobs(tmp_path), key_of(closed, tmp_path), len(data), take=lambda _, __: None))

    found = [(item[2].offset, item[2].length) for item in items if not isinstance(item, Damage)]
    damage = [item for item in items if isinstance(item, Damage)]
    assert found == [member for member in members if member != (offset, length)]
    assert [(item.finding.offset, item.goes_on_at) for item in damage] == [(offset, offset + length)]


def test_rubbish_behind_a_record_in_its_member_costs_no_other(tmp_path: Path) -> None:
    """A member damaged so that it unpacks to more than its record: that record is not trusted, those behind it are."""
    head = b"WARC/1.0\r\nWARC-Type: resource\r\nContent-Length: 2\r\n\r\nok\r\n\r\n"
    members = [gzip.compress(head), gzip.compress(head + b"x" * 2000)[:-12] + bytes(12), *[gzip.compress(head)] * 2]
    begins = [sum(map(len, members[:number])) for number in range(4)]
    (tmp_path / "a.warc.gz").write_bytes(b"".join(members))

    items = list(
        walk_stored(LocalBlobs(tmp_path), "a.warc.gz", sum(map(len, members)), take=lambda header, _: header.kind)
    )

    assert [item[2].offset for item in items if not isinstance(item, Damage)] == [begins[0], *begins[2:]]
    assert [item.finding.offset for item in items if isinstance(item, Damage)] == [begins[1]]


def test_an_index_made_again_is_the_one_that_the_writer_wrote(tmp_path: Path, closed: ClosedWarc) -> None:
    """Byte for byte, with validators, methods and record ids."""
    warc = read_warc(LocalBlobs(tmp_path), key_of(closed, tmp_path), closed.size)

    assert index_again(warc) == (tmp_path / INDEX).read_bytes()
    assert b'"method": "POST"' in index_again(warc)


def test_lines_of_sound_records_are_made_and_those_of_lost_ones_kept(tmp_path: Path, closed: ClosedWarc) -> None:
    """The old index is the last to know where a lost record was; what it says of sound ones is not taken from it."""
    data = bytearray(closed.path.read_bytes())
    lost = closed.entries[1].location
    data[lost.offset + 60] ^= 1
    closed.path.write_bytes(data)
    before = (tmp_path / INDEX).read_bytes()
    wrong = before.replace(b'"status": "200"', b'"status": "201"')
    warc = read_warc(LocalBlobs(tmp_path), key_of(closed, tmp_path), len(data))

    again = index_again(warc, wrong)

    assert sorted(again.splitlines()) == sorted(
        line.replace(b'"status": "200"', b'"status": "201"') if b"b.example" in line else line
        for line in before.splitlines()
    )
    assert [fault for fault in check_index(INDEX, again.splitlines(keepends=True), warc)] == []  # noqa: C416
    assert len(index_again(warc).splitlines()) == len(before.splitlines()) - 1


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"status": "200"', '"status": "201"'),
        ('"mime": "unk"', '"mime": "x/y"'),
        ('"etag"', '"etah"'),
        ('"requestBody"', '"requestBodx"'),
        (", ", ",  "),
    ],
)
def test_any_change_of_a_line_is_found(tmp_path: Path, closed: ClosedWarc, old: str, new: str) -> None:
    """Also of what no reader needs."""
    path = tmp_path / INDEX
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))
    warc = read_warc(LocalBlobs(tmp_path), key_of(closed, tmp_path), closed.size)

    found = list(check_index(INDEX, path.read_bytes().splitlines(keepends=True), warc))

    assert len(found) == 1
    assert found[0].offset is not None
