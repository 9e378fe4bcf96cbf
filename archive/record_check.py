"""One record against the digests that it states."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from archive.chunks import ChunkRemover
from archive.digests import Claim, label
from archive.http_message import final_response_offset, has_whole_head, parse_head
from archive.reader import is_http

if TYPE_CHECKING:
    from archive.http_message import Head
    from archive.scan import RecordHeader

_STEP = 256 * 1024
_MAX_KEPT_BYTES = 1024 * 1024
_ANY = label(bytes(20))


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedRecord:
    """What is wrong with a record's digests, one clause each, and what else its bytes say.

    `metadata` is the block of a metadata record, `request` that of a request, `head` the head of an HTTP response;
    `payload_digest` is the SHA-1 of the payload where a response states none. Empty where there is no such thing.
    """

    problems: tuple[str, ...]
    metadata: bytes = b""
    request: bytes = b""
    head: Head | None = None
    payload_digest: str = ""


class Readable(Protocol):
    """A block that is read from front to back."""

    def read(self, size: int, /) -> bytes:
        """Up to `size` bytes; b"" at the end."""


def check_record(header: RecordHeader, block: Readable) -> CheckedRecord:
    """Compare the digests of a record with its bytes, which are read in steps.

    A revisit states the digest of a payload that it does not hold: that one is not compared.
    """
    stated = header.field("WARC-Block-Digest")
    whole = Claim(stated) if stated else None
    payload = _payload_of(header)
    is_small = header.kind in ("metadata", "request")
    is_response = header.kind in ("response", "revisit") and is_http(header)
    kept = b""
    while part := block.read(_STEP):
        if whole:
            whole.update(part)
        if payload:
            payload.update(part)
        if (is_small and len(kept) < _MAX_KEPT_BYTES) or (is_response and not _has_head(kept)):
            kept += part
    problems = [] if whole is None or whole.holds else [f"block digest is {whole.computed}, states {whole.stated}"]
    is_stated = header.field("WARC-Payload-Digest") is not None
    if payload and is_stated:
        problems += payload.problems()
    return CheckedRecord(
        problems=tuple(problems),
        metadata=kept if header.kind == "metadata" else b"",
        request=kept if header.kind == "request" else b"",
        head=parse_head(kept[final_response_offset(kept) :]) if is_response else None,
        payload_digest="" if is_stated or payload is None else payload.computed(),
    )


def _has_head(start: bytes) -> bool:
    return has_whole_head(start[final_response_offset(start) :])


def _payload_of(header: RecordHeader) -> HttpPayload | _BlockPayload | None:
    stated = header.field("WARC-Payload-Digest")
    if header.kind == "revisit" or (stated is None and header.kind not in ("response", "resource")):
        return None
    stated = stated or _ANY
    return HttpPayload(stated) if is_http(header) else _BlockPayload(stated)


class _BlockPayload:
    """The payload of a record whose block is nothing else."""

    def __init__(self, stated: str) -> None:
        self._claim = Claim(stated)

    def update(self, data: bytes) -> None:
        self._claim.update(data)

    def computed(self) -> str:
        return self._claim.computed

    def problems(self) -> list[str]:
        claim = self._claim
        return [] if claim.holds else [f"payload digest is {claim.computed}, states {claim.stated}"]


class HttpPayload:
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
        """Take in the next bytes of the block."""
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

    def finish(self) -> None:
        """Take in what was held back, now that nothing more comes."""
        if self._start is not None:
            self._end_head()
        if self._chunks:
            self._payload.update(self._chunks.end())
            self._chunks = None

    @property
    def holds(self) -> bool:
        """True when the digest is that of the payload; after `finish`."""
        return self._payload.holds

    @property
    def framing_holds(self) -> bool:
        """True when the digest is that of the body as it came over the wire; after `finish`."""
        return self._with_framing.holds

    def computed(self) -> str:
        """The digest of the payload."""
        self.finish()
        return self._payload.computed

    def problems(self) -> list[str]:
        """Why the digest is wrong, in one clause; nothing when it is right either way."""
        self.finish()
        if self.holds or self.framing_holds:
            return []
        return [f"payload digest is {self._payload.computed}, states {self._payload.stated}"]
