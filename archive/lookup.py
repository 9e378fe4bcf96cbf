"""The captures of one URL in a store, by its CDXJ indexes: what pywb looks up, for whoever has no pywb running."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from archive.capture import Location
from archive.cdxj import parse_line
from archive.errors import Malformed
from archive.layout import stem_of_key, warc_key
from archive.reader import read_capture
from archive.surt import surt
from archive.tombstones import read_takedowns

if TYPE_CHECKING:
    from archive.blobs import BlobStore
    from archive.capture import Capture
    from archive.cdxj import CdxEntry


_REDIRECT = re.compile(rb'"status": ?"?3\d\d')


def captures_of(blobs: BlobStore, url: str) -> list[CdxEntry]:
    """Every indexed capture of a URL, the oldest first, without what was taken down; `location.warc` is a key.

    Lines that are no CDXJ are passed over: `verify` tells of them.
    """
    key = surt(url)
    found: list[CdxEntry] = []
    for info in blobs.list("cdxj/"):
        stem = stem_of_key(info.key)
        if stem is not None:
            found += _entries(blobs.get(info.key), key, warc_key(stem))
    takedowns = read_takedowns(blobs)
    found = [entry for entry in found if not takedowns.hides_capture(entry)]
    return sorted(found, key=lambda entry: (entry.captured_at, entry.location.offset))


def redirects_of_host(blobs: BlobStore, url: str) -> list[CdxEntry]:
    """Every indexed redirect of the host of a URL, its records whole; as `captures_of`."""
    host = surt(url).split(")", 1)[0]
    found: list[CdxEntry] = []
    for info in blobs.list("cdxj/"):
        stem = stem_of_key(info.key)
        if stem is not None:
            entries = _beginning(blobs.get(info.key), f"{host})".encode(), warc_key(stem), having=_REDIRECT)
            found += [entry for entry in entries if 300 <= entry.status < 400 and entry.mime != "warc/revisit"]
    return found


def _entries(index: bytes, key: str, warc: str) -> list[CdxEntry]:
    return _beginning(index, f"{key} ".encode(), warc)


def _beginning(index: bytes, start: bytes, warc: str, having: re.Pattern[bytes] | None = None) -> list[CdxEntry]:
    entries: list[CdxEntry] = []
    for line in index.split(b"\n"):
        if line.startswith(start) and (having is None or having.search(line)):
            try:
                entry = parse_line(line.decode("utf-8"))
            except (Malformed, UnicodeDecodeError):
                continue
            entries.append(_at(entry, warc))
    return entries


def _at(entry: CdxEntry, warc: str) -> CdxEntry:
    place = entry.location
    return replace(entry, location=Location(warc=warc, offset=place.offset, length=place.length))


def last_whole_capture(blobs: BlobStore, url: str) -> Capture | None:
    """The last capture of a URL whose record holds its body whole; None when the store has none.

    Raises `Malformed` when the record is damaged, `BlobNotFound` when its file is gone.
    """
    whole = [entry for entry in captures_of(blobs, url) if entry.mime != "warc/revisit" and entry.truncated is None]
    if not whole:
        return None
    # A redirect or an error that came later says nothing about the page.
    place = max(whole, key=lambda entry: (entry.status == 200, entry.captured_at)).location
    return read_capture(blobs.get_range(place.warc, place.offset, place.length), place)
