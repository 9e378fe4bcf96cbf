"""The captures of a URL are found by the indexes of a store, over all its WARCs, and the last whole one is read."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

from archive.blobs import LocalBlobs
from archive.lookup import captures_of, last_whole_capture
from tests.pipelines.archived import WHEN, exchange, write
from tests.wireserver import with_length

if TYPE_CHECKING:
    from pathlib import Path

LATER = WHEN + dt.timedelta(days=1)


def blobs(tmp_path: Path) -> LocalBlobs:
    """A store with two captures of one URL, in two WARCs, and one of another."""
    write(tmp_path, [exchange("a"), exchange("ab")])
    newer = replace(exchange("a", message=with_length(b"<p>newer</p>")), began_at=LATER)
    write(tmp_path, [newer], run="20261122T093000Zabcdef")
    return LocalBlobs(tmp_path)


def test_every_capture_is_found_the_oldest_first(tmp_path: Path) -> None:
    """Those of another URL that begins alike are not."""
    found = captures_of(blobs(tmp_path), "https://example.org/a")

    assert [entry.captured_at for entry in found] == [WHEN, LATER]
    assert {entry.url for entry in found} == {"https://example.org/a"}
    assert all((tmp_path / entry.location.warc).is_file() for entry in found)


def test_the_last_whole_capture_is_read(tmp_path: Path) -> None:
    """Its payload is that of the newest record."""
    capture = last_whole_capture(blobs(tmp_path), "https://example.org/a")

    assert capture is not None
    assert capture.payload == b"<p>newer</p>"


def test_a_later_error_does_not_hide_the_page(tmp_path: Path) -> None:
    """A 404 of the day after says nothing about the page of the day before."""
    gone = with_length(b"gone", status=b"HTTP/1.1 404 Not Found")
    write(tmp_path, [exchange("a")])
    write(tmp_path, [replace(exchange("a", message=gone), began_at=LATER)], run="20261122T093000Zabcdef")
    capture = last_whole_capture(LocalBlobs(tmp_path), "https://example.org/a")

    assert capture is not None
    assert capture.status == 200


def test_a_stranger_is_not_found(tmp_path: Path) -> None:
    """None, not an error."""
    assert last_whole_capture(blobs(tmp_path), "https://example.org/nothing") is None
