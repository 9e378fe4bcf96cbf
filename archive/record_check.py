"""One record against the digests that it states."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from archive.chunks import ChunkRemover
from archive.digests import Claim
from archive.http_message import final_response_offset, has_whole_head, parse_head
from archive.reader import is_http

if TYPE_CHECKING:
    from archive.scan import Block, RecordHeader

_STEP = 256 * 1024
_MAX_METADATA_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedRecord:
    """What is wrong with a record's digests, one clause each; `metadata` is the block of a metadata record."""

    problems: tuple[str, ...]
    metadata: bytes = b""


def check_record(header: RecordHeader, block: Block) -> CheckedRecord:
    """Compare the digests of a record with its bytes, which are read in steps.

    A revisit states the digest of a payload that it does not hold: that one is not compared.
    """
    stated = header.field("WARC-Block-Digest")
    whole = Claim(stated) if stated else None
    payload = _payload_of(header)
    metadata = b""
    while part := block.read(_STEP):
        if whole:
            whole.update(part)
        if payload:
            payload.update(part)
        if header.kind == "metadata" and len(metadata) < _MAX_METADATA_BYTES:
            metadata += part
    problems = [] if whole is None or whole.holds else [f"block digest is {whole.computed}, states {whole.stated}"]
    if payload:
        problems += payload.problems()
    return CheckedRecord(problems=tuple(problems), metadata=metadata)


def _payload_of(header: RecordHeader) -> _HttpPayload | _BlockPayload | None:
    stated = header.field("WARC-Payload-Digest")
    if stated is None or header.kind == "revisit":
        return None
    return _HttpPayload(stated) if is_http(header) else _BlockPayload(stated)


class _BlockPayload:
    """The payload of a record whose block is nothing else."""

    def __init__(self, stated: str) -> None:
        self._claim = Claim(stated)

    def update(self, data: bytes) -> None:
        self._claim.update(data)

    def problems(self) -> list[str]:
        claim = self._claim
        return [] if claim.holds else [f"payload digest is {claim.computed}, states {claim.stated}"]


class _HttpPayload:
    """The payload of an HTTP message: behind the head, transfer coding removed.

    Many tools, warcio first of all, take the digest over the chunk framing. Such a digest is told apart from a wrong
    one and let pass: the bytes are those that were meant.
    """

    def __init__(self, stated: str) -> None:
        self._payload = Claim(stated)
        self._with_framing = Claim(stated)
        self._start: bytes | None = b""
        self._chunks: ChunkRemover | None = None

    def update(self, data: bytes) -> None:
        if self._start is None:
            self._add(data)
            return
        self._start += data
        if has_whole_head(self._start[final_response_offset(self._start) :]):
            self._end_head()

    def _end_head(self) -> None:
        start, self._start = self._start or b"", None
        offset = final_response_offset(start)
        head = parse_head(start[offset:])
        self._chunks = ChunkRemover() if head.is_chunked else None
        self._add(start[offset + head.length :])

    def _add(self, body: bytes) -> None:
        self._with_framing.update(body)
        self._payload.update(self._chunks.feed(body) if self._chunks else body)

    def problems(self) -> list[str]:
        if self._start is not None:
            self._end_head()
        if self._chunks:
            self._payload.update(self._chunks.end())
        if self._payload.holds or self._with_framing.holds:
            return []
        return [f"payload digest is {self._payload.computed}, states {self._payload.stated}"]
