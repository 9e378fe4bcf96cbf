"""The record that a revisit refers to, read back: where its file grows, from the folder that keeps it, or the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archive.digests import is_equal, sha1_label
from archive.errors import Malformed
from archive.layout import OPEN_SUFFIX, stem_of_key, warc_key
from archive.reader import read_capture

if TYPE_CHECKING:
    from pathlib import Path

    from archive.blobs import BlobStore
    from archive.capture import Capture, Earlier, Location


def read_original(blobs: BlobStore, folder: Path, earlier: Earlier) -> Capture:
    """The capture that `earlier` names, its payload compared with its digest; `folder` is where runs write.

    Raises `Malformed` when the record cannot be found or is not the one that was meant, `BlobNotFound` and
    `StoreNotUsable` when the store does not give it, `OSError` when the disk does not.
    """
    place = earlier.location
    stem = stem_of_key(place.warc) if place else None
    if place is None or stem is None:
        raise Malformed(earlier.url, None, f"nobody knows where the record {earlier.record_id} lies")
    key = warc_key(stem)
    capture = read_capture(_member(blobs, folder, key, place), place)
    if capture.record_id != earlier.record_id or not is_equal(sha1_label(capture.payload), earlier.payload_digest):
        raise Malformed(key, place.offset, f"is not the record {earlier.record_id}, or no longer what it was")
    return capture


def _member(blobs: BlobStore, folder: Path, key: str, place: Location) -> bytes:
    # In the order in which a file moves: whoever looks while it does finds it at the next place.
    for path in (folder / f"{key}{OPEN_SUFFIX}", folder / key):
        try:
            with path.open("rb") as file:
                file.seek(place.offset)
                return file.read(place.length)
        except FileNotFoundError:
            continue
    return blobs.get_range(key, place.offset, place.length)
