"""Exchanges and WARCs that several tests of the archive room need: fixed clock, fixed bytes."""

from __future__ import annotations

import datetime as dt
import io
import zlib
from typing import TYPE_CHECKING, Any

from archive.capture import Exchange
from archive.writer import WarcWriter

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from archive.capture import Earlier
    from archive.closed import ClosedWarc

BEGAN = dt.datetime(2026, 11, 21, 9, 30, 0, 123000, tzinfo=dt.UTC)
PAGE = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Tashkent and Tokyo</p>"
CHUNKED = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"5;ext=1\r\nhello\r\n6\r\n world\r\n0\r\nX-Trailer: 1\r\n\r\n"
)
REQUEST = b"GET /a HTTP/1.1\r\nHost: example.org\r\n\r\n"
INFO = (("software", "kakehashi/0.1.0"), ("format", "WARC File Format 1.1"))


def exchange(response: bytes = PAGE, **changes: Any) -> Exchange:
    """An exchange with this response; any field of it can be given."""
    fields: dict[str, Any] = {
        "url": "https://example.org/a",
        "began_at": BEGAN,
        "request": REQUEST,
        "response": io.BytesIO(response),
        "response_length": len(response),
        "ip": "192.0.2.1",
        "protocols": ("http/1.1", "tls/1.3"),
        "cipher": "TLS_AES_128_GCM_SHA256",
        "facts": (("kakehashi-role", "article"), ("via", "https://example.org/feed")),
    }
    return Exchange(**{**fields, **changes})


def never_seen(_: str, __: str) -> Earlier | None:
    """No payload is known."""
    return None


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self, now: dt.datetime = BEGAN) -> None:
        self.now = now

    def __call__(self) -> dt.datetime:
        return self.now

    def move(self, **delta: float) -> None:
        """Let time pass."""
        self.now += dt.timedelta(**delta)


def open_writer(
    folder: Path,
    closed: list[ClosedWarc],
    *,
    now: Callable[[], dt.datetime] | None = None,
    find_earlier: Callable[[str, str], Earlier | None] = never_seen,
    **limits: Any,
) -> WarcWriter:
    """A writer into `folder` whose finished files are appended to `closed`."""
    return WarcWriter(
        folder,
        run="testrun",
        now=now or Clock(),
        info=INFO,
        find_earlier=find_earlier,
        on_closed=closed.append,
        **limits,
    )


def write_warc(folder: Path, *exchanges: Exchange, **options: Any) -> ClosedWarc:
    """One finished WARC of these exchanges, with index and manifest."""
    closed: list[ClosedWarc] = []
    writer = open_writer(folder, closed, **options)
    for item in exchanges:
        writer.write(item)
    writer.close()
    return closed[0]


def members_of(path: Path) -> list[tuple[int, int]]:
    """Offset and length of each gzip member, by another decoder than ours."""
    data, found, position = path.read_bytes(), [], 0
    while position < len(data):
        decoder = zlib.decompressobj(31)
        decoder.decompress(data[position:])
        end = len(data) - len(decoder.unused_data)
        found.append((position, end - position))
        position = end
    return found


def record(fields: dict[str, str], block: bytes, version: str = "1.1") -> bytes:
    """A bare record, with the Content-Length that its block has unless another is given."""
    named = {**fields, **({} if "Content-Length" in fields else {"Content-Length": str(len(block))})}
    head = "".join(f"{name}: {value}\r\n" for name, value in named.items())
    return f"WARC/{version}\r\n{head}\r\n".encode() + block + b"\r\n\r\n"
