"""HTTP/1 of the demo sites as bytes: requests are read, answers are laid out. No socket, no clock, no page.

Header case, reason phrases, chunk borders and trailers are the caller's to choose, since the crawler is to archive what
was sent. Which site answers what is in `manners`; connections are in `server`.
"""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass
from itertools import cycle
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Headers = list[tuple[str, str]]
REASONS = {
    200: "OK",
    301: "Moved Permanently",
    304: "Not Modified",
    400: "Bad Request",
    404: "Not Found",
    405: "Method Not Allowed",
}

_LINE_LIMIT = 65_536  # bytes of one header line
_HEADER_LIMIT = 200  # lines
_CHUNK_SIZES = (7, 1021, 64, 1, 4096, 513, 2500)  # bytes; uneven on purpose


@dataclass(frozen=True, slots=True)
class Request:
    """A parsed request; header names are lower case, and a request that cannot be read has the method ''."""

    method: str
    target: str
    version: str
    headers: Mapping[str, str]

    @property
    def path(self) -> str:
        """The target without its query and without the scheme and host of a proxy-style request."""
        return re.sub(r"^https?://[^/]*", "", self.target).partition("?")[0]

    @property
    def accepts_gzip(self) -> bool:
        """Whether the client names gzip, with a weight above zero, in Accept-Encoding."""
        offers = (offer.replace(" ", "") for offer in self.headers.get("accept-encoding", "").lower().split(","))
        return any(re.fullmatch(r"gzip(;q=(1(\.0*)?|0\.0*[1-9]\d*))?", offer) for offer in offers)

    @property
    def keeps_alive(self) -> bool:
        """Whether the connection stays open after the answer."""
        return self.version == "HTTP/1.1" and self.headers.get("connection", "").lower() != "close"


def read_request(stream: BinaryIO) -> bytes:
    """The exact bytes of the next request, its body included, or b'' when the stream has ended before it."""
    lines: list[bytes] = []
    while len(lines) < _HEADER_LIMIT:
        line = stream.readline(_LINE_LIMIT)
        lines.append(line)
        if line in (b"\r\n", b"\n", b"") and len(lines) > 1:
            break
        if not line:
            return b""
    head = b"".join(lines)
    length = re.search(rb"(?im)^content-length:[ \t]*(\d+)", head)
    return head + stream.read(int(length[1])) if length else head


def parse_request(raw: bytes) -> Request:
    """The request as a value; one that is not HTTP/1 has the method '' and is not kept alive."""
    first, *rest = raw.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
    line = re.fullmatch(r"([A-Z]+) (\S+) (HTTP/1\.[01])", first)
    if not line:
        return Request("", "", "", {})
    fields = (field.partition(":") for field in rest)
    return Request(line[1], line[2], line[3], {name.strip().lower(): value.strip() for name, _, value in fields})


def maybe_gzip(body: bytes, request: Request) -> tuple[bytes, Headers]:
    """The body and its Content-Encoding: zipped where the client takes that."""
    # mtime=0: the same page is the same bytes on each day and machine.
    return (gzip.compress(body, mtime=0), [("Content-Encoding", "gzip")]) if request.accepts_gzip else (body, [])


def lay_plain(
    request: Request, status: int, headers: Headers, body: bytes, reasons: Mapping[int, str] = REASONS
) -> bytes:
    """An answer whose length is announced."""
    return lay_out(request, status, [*headers, ("Content-Length", str(len(body)))], body, reasons)


def lay_chunked(request: Request, status: int, headers: Headers, body: bytes, trailer: Headers | None = None) -> bytes:
    """An answer in chunks of uneven sizes, with the trailer at its end."""
    end = b"0\r\n" + b"".join(_field(*field) for field in trailer or []) + b"\r\n"
    return lay_out(request, status, [*headers, ("Transfer-Encoding", "chunked")], b"".join(_chunks(body)) + end)


def _chunks(body: bytes) -> Iterator[bytes]:
    sizes = cycle(_CHUNK_SIZES)
    while body:
        size = next(sizes)
        part, body = body[:size], body[size:]
        yield b"%X\r\n%b\r\n" % (len(part), part)


def lay_out(
    request: Request, status: int, headers: Headers, body: bytes, reasons: Mapping[int, str] = REASONS
) -> bytes:
    """The bytes of an answer, its headers as they are given and in that order; HEAD gets no body."""
    connection = "keep-alive" if request.keeps_alive else "close"
    allow = [("Allow", "GET, HEAD")] if status == 405 else []
    fields = [*headers, *allow, ("Connection", connection)]
    head = f"HTTP/1.1 {status} {reasons[status]}\r\n".encode("ascii")
    return head + b"".join(_field(*field) for field in fields) + b"\r\n" + (b"" if request.method == "HEAD" else body)


def _field(name: str, value: str) -> bytes:
    return f"{name}: {value}\r\n".encode("latin-1")
