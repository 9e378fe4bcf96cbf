"""Payloads taken out of a WARC for good, each record where it was: same ids, same offsets, same length, no body.

A purged response keeps its WARC header and the head of its HTTP message, is WARC-Truncated and has no payload digest.
Its gzip member is filled up to the length of the old one, so that no other record moves: every index line, article,
release and pointer to another record stays right. The same records purged twice are the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, cast

from archive.digests import sha1_label
from archive.durable import replacing
from archive.errors import Malformed
from archive.http_message import final_response_offset, parse_head
from archive.layout import manifest_key, stem_of_key
from archive.members import fitted_member, open_stored
from archive.reader import is_http
from archive.scan import Block, Finding, read_header, walk_records

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from archive.blobs import BlobStore
    from archive.scan import RecordHeader

_STEP = 1024 * 1024
_HEAD_LIMIT = 4 * 1024 * 1024
_GONE = frozenset({"warc-payload-digest", "warc-block-digest", "warc-truncated", "content-length"})
_KINDS = frozenset({"response", "resource", "revisit"})


@dataclass(frozen=True, slots=True)
class _Place:
    offset: int
    length: int


def purge_file(path: Path, record_ids: Collection[str], target: Path) -> str | None:
    """Write the WARC at `path` to `target` without the payloads of these records; back comes the new sha256, in hex.

    None, and no file, where none of them has a payload left. Raises `OSError`, and `Malformed` for a record that
    cannot be made smaller than it was.
    """
    with path.open("rb") as source:
        places = list(_places(source, path, record_ids))
    if not places:
        return None
    digest = hashlib.sha256()
    with path.open("rb") as source, replacing(target) as temporary, temporary.open("wb") as out:
        for place in places:
            _copy(source, out, place.offset - source.tell(), digest)
            member = _purged(source.read(place.length), path.name, place)
            digest.update(member)
            out.write(member)
        _copy(source, out, path.stat().st_size - source.tell(), digest)
    return digest.hexdigest()


def _places(source: BinaryIO, path: Path, record_ids: Collection[str]) -> Iterator[_Place]:
    """The members of the records that are to go and still have a payload."""
    for item in walk_records(source, warc=path.name, size=path.stat().st_size, take=_has_payload):
        if isinstance(item, Finding):
            raise Malformed(item.warc, item.offset, f"{item.problem}; nothing is purged from a damaged WARC")
        header, has_payload, location = item
        if has_payload and header.field("WARC-Record-ID") in record_ids:
            yield _Place(location.offset, location.length)


def _has_payload(header: RecordHeader, block: Block) -> bool:
    if header.kind not in _KINDS or not header.block_length:
        return False
    start = block.start(_HEAD_LIMIT)
    return len(start) < header.block_length or _kept(header, start) != start


def _kept(header: RecordHeader, block: bytes) -> bytes:
    """What stays of a block: the head of an HTTP message, nothing of any other, and of none that does not end."""
    if not is_http(header):
        return b""
    begin = final_response_offset(block)
    head = block[: begin + parse_head(block[begin:]).length]
    return head if head.endswith((b"\r\n\r\n", b"\n\n", b"\n\r\n")) else b""


def _purged(member: bytes, name: str, place: _Place) -> bytes:
    version, header, block = _read(member)
    kept = _kept(header, block)
    status_line = kept.split(b"\r\n", 1)[0] + b"\r\n\r\n" if kept else b""
    for remains in (kept, status_line, b""):
        fitted = fitted_member(_record(version, header, remains), place.length)
        if fitted is not None:
            return fitted
    raise Malformed(name, place.offset, "the record without its payload is larger than with it")


def _read(member: bytes) -> tuple[bytes, RecordHeader, bytes]:
    """The version line of a member's record, its header and its block."""
    stored = open_stored(cast("BinaryIO", _Bytes(member)))
    stored.next_record()
    version = stored.peek().split(b"\n", 1)[0].strip()
    header = read_header(stored)
    return version, header, Block(stored, header.block_length).start(header.block_length)


class _Bytes:
    """Bytes as the readers of members want them."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def read(self, size: int) -> bytes:
        part, self._data = self._data[:size], self._data[size:]
        return part


def _record(version: bytes, header: RecordHeader, block: bytes) -> bytes:
    is_revisit = header.kind == "revisit"
    digest = header.field("WARC-Payload-Digest") if is_revisit else None
    fields = [
        *((name, value) for name, value in header.fields if name.lower() not in _GONE),
        *([("WARC-Payload-Digest", digest)] if digest else []),
        ("WARC-Truncated", "length" if is_revisit else "unspecified"),
        ("WARC-Block-Digest", sha1_label(block)),
        ("Content-Length", str(len(block))),
    ]
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields)
    return version + b"\r\n" + lines.encode() + b"\r\n" + block + b"\r\n\r\n"


def _copy(source: BinaryIO, out: BinaryIO, count: int, digest: hashlib._Hash) -> None:
    while count:
        part = source.read(min(_STEP, count))
        if not part:
            raise OSError(0, "the file got shorter while it was read")
        digest.update(part)
        out.write(part)
        count -= len(part)


def stated_sha256(blobs: BlobStore, warc: str) -> str:
    """What the manifest of a WARC says of it. Raises `BlobNotFound`, `ValueError`, `KeyError`, `TypeError`."""
    return str(_file_in(json.loads(blobs.get(_manifest(warc))), warc)["sha256"])


def restate_sha256(blobs: BlobStore, warc: str, sha256: str) -> None:
    """Say in the manifest of a WARC that it was rewritten; all else in it stays."""
    manifest = json.loads(blobs.get(_manifest(warc)))
    _file_in(manifest, warc)["sha256"] = sha256
    blobs.put_bytes(_manifest(warc), (json.dumps(manifest) + "\n").encode())


def _file_in(manifest: dict[str, list[dict[str, object]]], warc: str) -> dict[str, object]:
    return next(file for file in manifest["files"] if file["key"] == warc)


def _manifest(warc: str) -> str:
    stem = stem_of_key(warc)
    if stem is None:
        raise Malformed(warc, None, "has no manifest")
    return manifest_key(stem)


def copy_of(blobs: BlobStore, key: str, path: Path) -> None:
    """The blob at a key as a file of its own. Raises `BlobNotFound`, `OSError`."""
    with blobs.open(key) as source, path.open("wb") as out:
        shutil.copyfileobj(source, out, _STEP)
