"""The record that a revisit refers to is found wherever its file is, and is believed only when it is the one meant."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest

from archive.blobs import LocalBlobs, open_blobs
from archive.capture import Location
from archive.errors import ArchiveError, BlobNotFound, Malformed
from archive.known import KnownCaptures
from archive.layout import cdxj_key, warc_key
from archive.originals import read_original
from tests.archive.samples import exchange, open_writer, write_warc

if TYPE_CHECKING:
    from pathlib import Path

    from archive.capture import Earlier
    from archive.closed import ClosedWarc

URL = "https://example.org/a"
TAGGED = b'HTTP/1.1 200 OK\r\nETag: "1"\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n'


def latest(folder: Path, blobs: LocalBlobs) -> Earlier:
    known = KnownCaptures(folder / "state" / "captures.sqlite")
    known.sync(blobs)
    found = known.find_latest(URL)
    known.close()
    assert found is not None
    return found


def test_it_is_read_while_its_file_grows_and_after(tmp_path: Path) -> None:
    """`.open` first, then closed."""
    closed: list[ClosedWarc] = []
    known = KnownCaptures(tmp_path / "state" / "captures.sqlite")
    writer = open_writer(tmp_path, closed)
    known.add(writer.write(exchange(TAGGED)))
    blobs = LocalBlobs(tmp_path)
    fresh = known.find_latest(URL)
    assert fresh is not None

    assert read_original(blobs, tmp_path, fresh).payload == b"hello"
    writer.close()
    known.commit(cdxj_key(closed[0].stem), closed[0].index_size)
    kept = known.find_latest(URL)
    assert kept is not None
    assert kept == fresh
    assert read_original(blobs, tmp_path, kept).payload == b"hello"


def test_it_is_read_from_s3_by_a_machine_that_has_nothing_else(tmp_path: Path, s3_store_url: str) -> None:
    """Validators and place come from the index there."""
    closed = write_warc(tmp_path / "one", exchange(TAGGED))
    store = open_blobs(s3_store_url)
    for key in (warc_key(closed.stem), cdxj_key(closed.stem)):
        store.put_file(key, tmp_path / "one" / key)
    known = KnownCaptures(tmp_path / "two" / "captures.sqlite")
    known.sync(store)
    earlier = known.find_latest(URL)
    assert earlier is not None

    capture = read_original(store, tmp_path / "two", earlier)

    assert (earlier.validators.etag, capture.payload, capture.header("etag")) == ('"1"', b"hello", '"1"')


def test_what_is_not_the_record_that_was_meant_is_refused(tmp_path: Path) -> None:
    """Another record at its place, other bytes in it, no file, no place: each is one error of the archive."""
    closed = write_warc(tmp_path, exchange(TAGGED), exchange(TAGGED.replace(b"hello", b"bello"), url=URL + "b"))
    blobs = LocalBlobs(tmp_path)
    earlier = latest(tmp_path, blobs)
    other = closed.entries[1].location

    for wrong in (
        dataclasses.replace(earlier, location=other),
        dataclasses.replace(earlier, record_id="<urn:uuid:1>"),
        dataclasses.replace(earlier, payload_digest="sha1:X"),
        dataclasses.replace(earlier, location=None),
        dataclasses.replace(earlier, location=Location(warc="rec-1.warc.gz", offset=0, length=10)),
    ):
        with pytest.raises(Malformed):
            read_original(blobs, tmp_path, wrong)
    closed.path.write_bytes(bytes(closed.size))
    with pytest.raises(ArchiveError):
        read_original(blobs, tmp_path, earlier)
    closed.path.unlink()
    with pytest.raises(BlobNotFound):
        read_original(blobs, tmp_path, earlier)
