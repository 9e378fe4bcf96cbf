"""A WARC of texts is well formed, complete, and the same bytes whenever and wherever it is written."""

from __future__ import annotations

import datetime as dt
import hashlib
import time
from base64 import b32encode
from typing import TYPE_CHECKING

import pytest
from fastwarc.warc import ArchiveIterator as FastIterator
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from archive.conversions import Conversion, write_conversions
from archive.scan import RawRecord, read_records

if TYPE_CHECKING:
    from pathlib import Path

WHEN = dt.datetime(2026, 11, 21, 9, 30, 0, 123000, tzinfo=dt.UTC)
FIELDS = (("software", "kakehashi/0"), ("format", "WARC File Format 1.1"))


def conversion(number: int, text: str) -> Conversion:
    return Conversion(
        url=f"https://example.org/новости/{number}", captured_at=WHEN + dt.timedelta(seconds=number),
        refers_to=f"<urn:uuid:{number}>", text=text,
    )  # fmt: skip


def write(path: Path, *texts: str) -> bytes:
    write_conversions(
        path, when=WHEN, fields=FIELDS, conversions=[conversion(number, text) for number, text in enumerate(texts)]
    )
    return path.read_bytes()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=4))
def test_other_tools_read_each_text_as_it_is(tmp_path: Path, texts: list[str]) -> None:
    """Warcio and FastWARC find every text, whole, with its digests."""
    path = tmp_path / "t.warc.gz"
    write(path, *texts)

    with path.open("rb") as file:
        records = [
            (record.rec_type, record.rec_headers, record.content_stream().read()) for record in ArchiveIterator(file)
        ]
    with path.open("rb") as file:
        fast = [record.reader.read() for record in FastIterator(file) if record.headers["WARC-Type"] == "conversion"]
    assert [kind for kind, _, _ in records] == ["warcinfo"] + ["conversion"] * len(texts)
    assert [block.decode() for _, _, block in records[1:]] == texts == [block.decode() for block in fast]
    for _, headers, block in records[1:]:
        digest = "sha1:" + b32encode(hashlib.sha1(block, usedforsecurity=False).digest()).decode()
        assert headers.get_header("WARC-Block-Digest") == headers.get_header("WARC-Payload-Digest") == digest


def test_a_conversion_says_what_it_was_made_of(tmp_path: Path) -> None:
    """URL, date and id of its original; never an address or a concurrent record (WARC 1.1, 5.7, 5.10, 6.8)."""
    path = tmp_path / "t.warc.gz"
    write(path, "one", "two")

    with path.open("rb") as file:
        info, first, second = (record for record in read_records(file, warc="t", size=path.stat().st_size))
    assert isinstance(info, RawRecord)
    assert isinstance(first, RawRecord)
    assert isinstance(second, RawRecord)
    assert dict(first.fields) == {
        "WARC-Record-ID": conversion(0, "one").record_id,
        "WARC-Type": "conversion",
        "WARC-Date": "2026-11-21T09:30:00.123Z",
        "WARC-Target-URI": "https://example.org/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8/0",
        "WARC-Warcinfo-ID": info.field("WARC-Record-ID"),
        "WARC-Refers-To": "<urn:uuid:0>",
        "WARC-Payload-Digest": first.field("WARC-Block-Digest"),
        "WARC-Block-Digest": first.field("WARC-Block-Digest"),
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Length": "3",
    }
    assert first.location.offset == info.location.length
    assert info.block == b"software: kakehashi/0\r\nformat: WARC File Format 1.1\r\n"


def test_the_bytes_depend_on_the_texts_alone(tmp_path: Path) -> None:
    """Written again later, elsewhere, over an old file: the same. Another text of the same record: another id."""
    first = write(tmp_path / "t.warc.gz", "one", "two")
    time.sleep(1.1)  # a gzip header holds seconds

    assert write(tmp_path / "deeper" / "t.warc.gz", "one", "two") == first
    assert write(tmp_path / "t.warc.gz", "one", "two") == first
    assert conversion(0, "one").record_id != conversion(0, "One").record_id != conversion(1, "One").record_id


def test_a_file_is_whole_or_not_there(tmp_path: Path) -> None:
    """What breaks while texts are made leaves nothing behind, and an older file as it was."""
    path = tmp_path / "t.warc.gz"

    def broken():
        yield conversion(0, "one")
        raise OSError("the disk is full")

    for _ in range(2):
        before = path.read_bytes() if path.exists() else None
        with pytest.raises(OSError, match="full"):
            write_conversions(path, when=WHEN, fields=FIELDS, conversions=broken())
        assert (path.read_bytes() if path.exists() else None) == before
        assert len(list(tmp_path.iterdir())) == (before is not None)
        write(path, "one")
