"""WARCs of any packing become one gzip member a record, and no byte of them is lost."""

from __future__ import annotations

import gzip
import io
from typing import TYPE_CHECKING

import pytest

from archive.faults import Kind
from archive.intake import Packing, is_warc, take_in
from tests import foreign

if TYPE_CHECKING:
    from pathlib import Path

KEY = "warc/2026/11/import-20261121T093000123Z-00000-20261121T093000Zabcdef.warc.gz"
HTTP = [("Content-Type", "application/http; msgtype=response"), ("WARC-Date", "2025-08-29T09:00:00Z")]


def records(count: int = 3) -> list[bytes]:
    page = b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n" + b"<p>Tashkent</p>" * 50
    info = foreign.record("warcinfo", [], b"software: Tool/1\r\noperator:  The  Library\r\n")
    urls = [("WARC-Target-URI", f"http://a.example/{number}") for number in range(count)]
    return [info, *(foreign.record("response", [url, ("WARC-Record-ID", url[1]), *HTTP], page) for url in urls)]


@pytest.mark.parametrize("packing", ["members", "plain", "gzip", "zstd", "zstd-dictionary"])
def test_every_packing_gives_the_same_records(tmp_path: Path, packing: str) -> None:
    """Each record by itself, read without seeking; what the file was is told."""
    made = records()
    file = foreign.packed(tmp_path / "other", made, packing)
    assert is_warc(file.read_bytes()[:8])
    taken = take_in(io.BytesIO(file.read_bytes()), tmp_path, KEY)
    kept = (tmp_path / KEY).read_bytes()

    assert gzip.decompress(kept) == b"".join(made)
    assert [gzip.decompress(kept[at : at + seen.length]) for at, seen in taken.warc.captures.items()] == made[1:]
    assert (taken.warc.records, taken.faults, taken.origin) == (4, (), "The Library, Tool/1")
    assert taken.packing is {
        "members": Packing.MEMBERS, "plain": Packing.PLAIN, "gzip": Packing.GZIP,
    }.get(packing, Packing.ZSTD)  # fmt: skip


@pytest.mark.parametrize("packing", ["members", "plain", "gzip", "zstd"])
def test_a_cut_file_keeps_what_there_is_of_it(tmp_path: Path, packing: str) -> None:
    """The torn record is the only damage, and its bytes are there too."""
    data = foreign.packed(tmp_path / "other", records(), packing).read_bytes()[:-30]
    taken = take_in(io.BytesIO(data), tmp_path, KEY)
    kept = (tmp_path / KEY).read_bytes()

    assert [fault.kind for fault in taken.faults] == [Kind.DAMAGED]
    assert taken.warc.records in (2, 3)  # a compressor may hold back the end of the record before
    if packing == "members":
        assert kept == data
    elif packing == "plain":
        assert gzip.decompress(kept) == data


def test_what_follows_the_last_record_is_kept(tmp_path: Path) -> None:
    """Bytes that are no record are reported, and stay."""
    data = b"".join(records()) + b"not a record" * 9
    taken = take_in(io.BytesIO(data), tmp_path, KEY)

    assert gzip.decompress((tmp_path / KEY).read_bytes()) == data
    assert [fault.kind for fault in taken.faults] == [Kind.DAMAGED]
    assert taken.warc.records == 4
