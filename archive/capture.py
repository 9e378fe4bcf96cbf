"""What was captured and where it lies: frozen values, no clock, file, socket or log.

An `Exchange` is one request and its response on their way into a WARC, as they went over the wire. A `Capture` is
a record read back out of one. Times are aware UTC datetimes.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    import datetime as dt

MAX_PAGE_BYTES = 16 * 1024 * 1024
"""No page is larger, as stored or decoded: of a capture that is, nobody holds the payload in memory."""


class Truncation(enum.StrEnum):
    """Why a body is shorter than the server meant: the values of WARC-Truncated (WARC 1.1, section 5.13)."""

    LENGTH = "length"
    TIME = "time"
    DISCONNECT = "disconnect"
    UNSPECIFIED = "unspecified"


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What a server knows a version of a page by, as it spelled it: ETag and Last-Modified (RFC 9110, 8.8)."""

    etag: str | None = None
    last_modified: str | None = None

    def __bool__(self) -> bool:
        """True when a request can be made conditional with them."""
        return self.etag is not None or self.last_modified is not None


NO_VALIDATORS = Validators()


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """Where a record lies: the WARC's key in the store, and offset and length in bytes as stored."""

    warc: str
    offset: int
    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """An earlier response record, never a revisit, that holds the payload: as a revisit record must name it.

    `location` says where it lies, its `warc` without a folder; None where that is not known. `seen_at` is when the
    payload last came over the wire, `validators` those that came with it; None and none where nobody asked for them.
    `unmodified` counts the 304s since then. `is_outdated` is True for a payload that its URL no longer gives: a server
    that answers 304 to its validators tells nothing apart.
    """

    record_id: str
    url: str
    captured_at: dt.datetime
    payload_digest: str
    location: Location | None = None
    seen_at: dt.datetime | None = None
    validators: Validators = NO_VALIDATORS
    unmodified: int = 0
    is_outdated: bool = False

    @property
    def warc(self) -> str | None:
        """The file that holds the record, without its folder; None where that is not known."""
        return self.location.warc if self.location else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One HTTP exchange, ready to be written.

    `request` and `response` are the bytes of the wire; `response` is a seekable file whose first `response_length`
    bytes are the final response (status line to the end of the body, transfer coding included), without 1xx
    answers before it. `began_at` is the instant the request was sent, an aware time. `protocols` and `cipher` are
    WARC-Protocol and WARC-Cipher-Suite values. `facts` become the fields of the metadata record, in order.
    `revalidates` is the record whose validators the request carried, None for a request without condition.
    """

    url: str
    began_at: dt.datetime
    request: bytes
    response: BinaryIO
    response_length: int
    ip: str | None = None
    truncated: Truncation | None = None
    protocols: tuple[str, ...] = ()
    cipher: str | None = None
    facts: tuple[tuple[str, str], ...] = ()
    revalidates: Earlier | None = None


RENDERED = "urn:kakehashi:rendered:"
"""What stands before the URL in the target of a page that a browser made: players must not play it as the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A page as a browser made it of what it was sent, on its way into a WARC: no byte of it came over a wire.

    `url` is the page's, `rendered_at` the instant at which it was taken, an aware time; `facts` as in `Exchange`.
    """

    url: str
    rendered_at: dt.datetime
    html: bytes
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What a writer tells of an exchange that is on disk.

    `url` and `captured_at` are as the record has them: an ASCII URI without fragment, UTC in milliseconds.
    `payload_digest` is over the body with its transfer coding removed and its content coding kept.
    `refers_to` is the record that holds the payload when this one is a revisit; `validators` are those of a 200.
    """

    url: str
    captured_at: dt.datetime
    location: Location
    record_id: str
    payload_digest: str
    status: int
    mime: str | None
    truncated: Truncation | None
    refers_to: Earlier | None = None
    validators: Validators = NO_VALIDATORS
    method: str = "GET"

    @property
    def is_revisit(self) -> bool:
        """True when the payload is that of an earlier record, by its digest or by the server's word (304)."""
        return self.refers_to is not None

    @property
    def payload_record_id(self) -> str:
        """The id of the record that holds the payload: this one, or the one that a revisit refers to."""
        return self.refers_to.record_id if self.refers_to else self.record_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """A response as a WARC holds it.

    `head` is the raw status line and headers; `payload` the body with the transfer coding removed and the content
    coding kept; empty for a revisit. `record_type` is response, revisit or resource. `facts` are the fields of the
    metadata record that belongs to it, where the reader looked for them. `left_out` is the size in bytes of a block
    that is larger than a page can be: it was not read, and `payload` is empty; None for every other.
    """

    url: str
    captured_at: dt.datetime
    record_type: str
    record_id: str | None
    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    payload: bytes
    payload_digest: str | None
    truncated: str | None
    location: Location
    facts: tuple[tuple[str, str], ...] = field(default=())
    left_out: int | None = None

    def header(self, name: str) -> str | None:
        """The first value of a header, by its name in any case; None when it is not there."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)

    def fact(self, name: str) -> str | None:
        """The first value of a field of the metadata record; None when it is not there."""
        return next((value for key, value in self.facts if key == name), None)
