"""HTTP/1.x messages as they stand on the wire: where the head ends, what it says, what the payload is.

Pure. Lenient by design: a record keeps whatever a server sent, so nothing here rejects a message; what cannot be
read is left out of the parsed view while the bytes stay as they are (RFC 9112; deviations are named where made).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from archive.chunks import remove_chunks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# Deviations from RFC 9112 4 that browsers read too: any case, no version, no space behind the status, SHOUTcast's name.
_STATUS_LINE = re.compile(rb"^((?:HTTP(?:/\d+(?:\.\d+)?)?|ICY))[ \t]+(\d{3})(?!\d)[ \t]*(.*)$", re.IGNORECASE)
# Blank lines before the status line are no end of a head.
_LEADING = re.compile(rb"[\r\n]{0,8}(?=HTTP\b)", re.IGNORECASE)
# HTTP/0.9: the answer is the page, without a head.
_MARKUP = re.compile(rb"\s{0,64}<")
# RFC 9112 2.2 lets a recipient take a bare LF for a line end, and servers do send it.
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_LINE_END = re.compile(rb"\r?\n")
MAX_HEAD_BYTES = 16 * 1024 * 1024
"""Where the search for the end of a head gives up: what has no blank line until here has none."""
_KEPT_BYTES = 16 * 1024
MAX_FIELDS = 20_000
"""How many fields of a head are parsed: the rest of a hostile one is kept unread."""


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
        wanted = name.lower()
        return [value for key, value in self.headers if key.lower() == wanted]

    def first(self, name: str) -> str | None:
        """The first value of a header, None when it is not there."""
        return next(iter(self.values(name)), None)

    @property
    def is_chunked(self) -> bool:
        """True when the last transfer coding is `chunked` (RFC 9112 6.1); `identity` of RFC 2616 is none."""
        values = ",".join(self.values("transfer-encoding")).lower().split(",")
        codings = [coding for value in values if (coding := value.split(";")[0].strip()) not in ("", "identity")]
        return codings[-1:] == ["chunked"]

    @property
    def content_codings(self) -> tuple[str, ...]:
        """The content codings in the order in which they were applied (RFC 9110 8.4)."""
        return content_codings(self.headers)

    @property
    def mime(self) -> str | None:
        """The media type without parameters, in lower case."""
        value = (self.first("content-type") or "").split(";")[0].strip().lower()
        return value or None


def parse_head(raw: bytes) -> Head:
    """The head of a response; with no blank line all of `raw` is head, up to `MAX_HEAD_BYTES`.

    An answer that begins with markup has none (HTTP/0.9): its `length` is 0.
    """
    if _MARKUP.match(raw):
        return Head(version="", status=0, reason="", headers=(), length=0)
    # Text is latin-1 throughout: each byte has one character, so nothing is lost and nothing raises.
    begins_at = _begin(raw)
    end = _HEAD_END.search(raw, begins_at, MAX_HEAD_BYTES)
    length = end.end() if end else min(len(raw), MAX_HEAD_BYTES)
    text = bytes(raw[begins_at : end.start() if end else length])
    return (_same_head if len(text) <= _KEPT_BYTES else _head_of)(text, length)


def _head_of(text: bytes, length: int) -> Head:
    lines = _LINE_END.split(text)
    fields = _header_fields if b"\n " in text or b"\n\t" in text else _unfolded_fields
    status = _STATUS_LINE.match(lines[0]) if lines else None
    return Head(
        version=status[1].decode("ascii") if status else "",
        status=int(status[2]) if status else 0,
        reason=(status[3] or b"").decode("latin-1") if status else "",
        headers=tuple(islice(fields(lines[1:]), MAX_FIELDS)),
        length=length,
    )


# The tap reads a head to frame the answer, and the archive to record it.
_same_head = lru_cache(maxsize=16)(_head_of)


def has_whole_head(raw: bytes) -> bool:
    """True when more bytes would not change what `parse_head` says of these."""
    ends = len(raw) >= MAX_HEAD_BYTES or _HEAD_END.search(raw, _begin(raw)) is not None
    return ends or _MARKUP.match(raw) is not None


def _begin(raw: bytes) -> int:
    leading = _LEADING.match(raw)
    return leading.end() if leading else 0


def _header_fields(lines: list[bytes]) -> Iterator[tuple[str, str]]:
    name, parts = "", [b""]
    for line in lines:
        if line[:1] in (b" ", b"\t") and name:  # obs-fold, RFC 9112 5.2
            parts.append(line.strip())
        elif b":" in line:
            if name:
                yield name, b" ".join(parts).strip().decode("latin-1")
            before, after = line.split(b":", 1)
            name, parts = before.strip().decode("latin-1"), [after.strip()]
    if name:
        yield name, b" ".join(parts).strip().decode("latin-1")


def _unfolded_fields(lines: list[bytes]) -> Iterator[tuple[str, str]]:
    """What `_header_fields` gives where no line is folded, in half of the time."""
    for line in lines:
        before, colon, after = line.partition(b":")
        if colon and (name := before.strip()):
            yield name.decode("latin-1"), after.strip().decode("latin-1")


def final_response_offset(raw: bytes) -> int:
    """Where the final response begins: past every whole 1xx answer (RFC 9110 15.2), 101 excepted."""
    offset = 0
    while (end := _HEAD_END.search(raw, offset)) is not None:
        head = parse_head(raw[offset : end.end()])
        if not 100 <= head.status < 200 or head.status == 101:
            break
        offset = end.end()
    return offset


def content_codings(headers: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """The content codings that these header fields name, lower case, in the order in which they were applied."""
    values = (value for name, value in headers if name.lower() == "content-encoding")
    named = (coding.strip().lower() for value in values for coding in value.split(","))
    return tuple(coding for coding in named if coding and coding != "identity")


def payload_of(head: Head, body: bytes) -> bytes:
    """The payload in the sense of WARC 1.1: transfer coding removed, content coding kept."""
    return remove_chunks(body) if head.is_chunked else body
