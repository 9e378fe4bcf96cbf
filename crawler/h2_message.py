"""HTTP/2 messages in the syntax of HTTP/1.1, as WARC records hold them: field lists in, bytes out.

A frame is no message that a reader of WARCs knows, so the community writes the message in the older syntax and says
`WARC-Protocol: h2` (warc-specifications #15, #42). What has no place in that syntax is handed back beside it, for the
metadata record.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

Fields = list[tuple[bytes, bytes]]
# Of HTTP/1.1 alone (RFC 9113 8.2.2).
_OF_THE_CONNECTION = frozenset(
    (b"connection", b"proxy-connection", b"keep-alive", b"transfer-encoding", b"upgrade", b"te", b"http2-settings")
)
# What would end a line or a name in HTTP/1.1 and so begin something that nobody sent (RFC 9113 10.3).
_BAD_NAME = re.compile(rb"[\x00-\x20\x7f:]")
_BAD_VALUE = re.compile(rb"[\x00\r\n]")


class MalformedHeadError(Exception):
    """A head that has no form in HTTP/1.1, or would smuggle another message into it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseHead:
    """The head of a response. `block` is it in HTTP/1.1 syntax, blank line included.

    `left_out` are fields that came and that `block` must not hold: with `transfer-encoding` a reader would look for
    chunks in a body that has none. `length` is the Content-Length, None where there is none or no number.
    """

    status: int
    fields: Fields
    left_out: Fields
    block: bytes
    length: int | None

    @property
    def reason(self) -> bytes:
        """The words that HTTP/1.1 has for the status, empty for one that it does not know: HTTP/2 sends none."""
        return _reason(self.status)


def request_fields(method: bytes, authority: bytes, target: bytes, headers: Iterable[tuple[bytes, bytes]]) -> Fields:
    """The fields of an https request, pseudo-header fields first, names in lower case (RFC 9113 8.2, 8.3.1)."""
    pseudo = [(b":method", method), (b":scheme", b"https"), (b":authority", authority), (b":path", target)]
    named = ((name.lower(), value.strip()) for name, value in headers)
    return [*pseudo, *((name, value) for name, value in named if name != b"host" and name not in _OF_THE_CONNECTION)]


def request_head(fields: Fields) -> bytes:
    """The head of a request in HTTP/1.1 syntax: start line and Host from the pseudo-header fields, the rest as sent."""
    pseudo = {name: value for name, value in fields if name.startswith(b":")}
    start = b"%b %b HTTP/1.1\r\nHost: %b\r\n" % (pseudo[b":method"], pseudo[b":path"], pseudo[b":authority"])
    return start + _lines(item for item in fields if not item[0].startswith(b":")) + b"\r\n"


def response_head(fields: Iterable[tuple[bytes, bytes]]) -> ResponseHead:
    """The head of a response; names as they came. Raises `MalformedHeadError` for what HTTP/1.1 cannot say."""
    status = b""
    kept: Fields = []
    left_out: Fields = []
    for name, value in fields:
        if name == b":status":
            status = value
            continue
        if not name or _BAD_NAME.search(name) or _BAD_VALUE.search(value):
            raise MalformedHeadError(f"a field that HTTP forbids: {name[:80]!r}: {value[:80]!r}")
        (left_out if name.lower() == b"transfer-encoding" else kept).append((name, value))
    if not re.fullmatch(rb"[1-9][0-9]{2}", status):
        raise MalformedHeadError(f"expected a :status of three digits, got {status[:80]!r}")
    start = b"HTTP/1.1 %b %b\r\n" % (status, _reason(int(status)))
    return ResponseHead(
        status=int(status),
        fields=kept,
        left_out=left_out,
        block=start + _lines(kept) + b"\r\n",
        length=_length(kept),
    )


def _lines(fields: Iterable[tuple[bytes, bytes]]) -> bytes:
    return b"".join(b"%b: %b\r\n" % item for item in fields)


def _reason(status: int) -> bytes:
    try:
        return HTTPStatus(status).phrase.encode()
    except ValueError:
        return b""


def _length(fields: Fields) -> int | None:
    values = {value for name, value in fields if name.lower() == b"content-length"}
    value = next(iter(values)) if len(values) == 1 else b""
    return int(value) if re.fullmatch(rb"[0-9]{1,18}", value) else None
