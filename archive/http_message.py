"""HTTP/1.x messages as they stand on the wire: where the head ends, what it says, what the payload is.

Pure. Lenient by design: a record keeps whatever a server sent, so nothing here rejects a message; what cannot be
read is left out of the parsed view while the bytes stay as they are (RFC 9112; deviations are named where made).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_STATUS_LINE = re.compile(rb"^(HTTP/\d+(?:\.\d+)?)[ \t]+(\d{3})(?:[ \t]+(.*))?$", re.IGNORECASE)
# RFC 9112 2.2 lets a recipient take a bare LF for a line end, and servers do send it.
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_LINE_END = re.compile(rb"\r?\n")
_CHUNK_SIZE = re.compile(rb"[ \t]*([0-9a-fA-F]+)[ \t]*(?:;[^\r\n]*)?\r?\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A parsed response head. `length` is the count of its bytes, blank line included; status 0 when unreadable."""

    version: str
    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    length: int

    def values(self, name: str) -> list[str]:
        """Every value of a header in the order of the wire; the name in any case."""
        return [value for key, value in self.headers if key.lower() == name]

    def first(self, name: str) -> str | None:
        """The first value of a header, None when it is not there."""
        return next(iter(self.values(name)), None)

    @property
    def is_chunked(self) -> bool:
        """True when the last transfer coding is `chunked` (RFC 9112 6.1)."""
        codings = ",".join(self.values("transfer-encoding")).lower().split(",")
        return codings[-1].strip() == "chunked"

    @property
    def content_codings(self) -> tuple[str, ...]:
        """The content codings in the order in which they were applied (RFC 9110 8.4)."""
        named = (coding.strip().lower() for value in self.values("content-encoding") for coding in value.split(","))
        return tuple(coding for coding in named if coding and coding != "identity")

    @property
    def mime(self) -> str | None:
        """The media type without parameters, in lower case."""
        value = (self.first("content-type") or "").split(";")[0].strip().lower()
        return value or None


def parse_head(raw: bytes) -> Head:
    """The head of a response; with no blank line all of `raw` is head."""
    # Text is latin-1 throughout: each byte has one character, so nothing is lost and nothing raises.
    end = _HEAD_END.search(raw)
    length = end.end() if end else len(raw)
    lines = _LINE_END.split(raw[: end.start() if end else length])
    status = _STATUS_LINE.match(lines[0]) if lines else None
    return Head(
        version=status[1].decode("ascii") if status else "",
        status=int(status[2]) if status else 0,
        reason=(status[3] or b"").decode("latin-1") if status else "",
        headers=tuple(_header_fields(lines[1:])),
        length=length,
    )


def _header_fields(lines: list[bytes]) -> list[tuple[str, str]]:
    fields: list[tuple[str, str]] = []
    for line in lines:
        if line[:1] in (b" ", b"\t") and fields:  # obs-fold, RFC 9112 5.2
            name, value = fields[-1]
            fields[-1] = (name, f"{value} {line.strip().decode('latin-1')}".strip())
        elif b":" in line:
            name_bytes, value_bytes = line.split(b":", 1)
            fields.append((name_bytes.strip().decode("latin-1"), value_bytes.strip().decode("latin-1")))
    return fields


def final_response_offset(raw: bytes) -> int:
    """Where the final response begins: past every whole 1xx answer (RFC 9110 15.2), 101 excepted."""
    offset = 0
    while True:
        head = parse_head(raw[offset:])
        is_whole = _HEAD_END.search(raw, offset) is not None
        if not (is_whole and 100 <= head.status < 200 and head.status != 101):
            return offset
        offset += head.length


def remove_chunks(body: bytes) -> bytes:
    """The body with its chunk framing and trailers removed; as far as it goes when the framing breaks off."""
    parts: list[bytes] = []
    position = 0
    while size_line := _CHUNK_SIZE.match(body, position):
        size = int(size_line[1], 16)
        if size == 0:
            break
        start = size_line.end()
        parts.append(body[start : start + size])
        position = start + size
        line_end = _LINE_END.match(body, position)
        if line_end is None:
            break
        position = line_end.end()
    if not parts and not _CHUNK_SIZE.match(body):
        return body  # the header lied: the body is not chunked
    return b"".join(parts)


def payload_of(head: Head, body: bytes) -> bytes:
    """The payload in the sense of WARC 1.1: transfer coding removed, content coding kept."""
    return remove_chunks(body) if head.is_chunked else body
