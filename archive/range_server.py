"""Ranges of a store's WARCs over HTTP on loopback, for a player that cannot read the store itself.

Only `GET /<secret>/warc/...` with a range is answered, and only of WARCs, so that no other program of the machine reads
the store by guessing. Nothing is kept: each request is one `get_range`.
"""

from __future__ import annotations

import re
import secrets
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from archive.errors import ArchiveError, BlobNotFound

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archive.blobs import BlobStore

_RANGE = re.compile(r"bytes=([0-9]{1,18})-([0-9]{1,18})")
_STEP = 1024 * 1024


@contextmanager
def serving_ranges(blobs: BlobStore) -> Iterator[str]:
    """Serve in the block; the address that a key is appended to."""
    secret = secrets.token_urlsafe(24)
    server = _Server(blobs, f"/{secret}/")
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/{secret}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def address_of(base: str, key: str) -> str:
    """Where the ranges of a key are served."""
    return base + quote(key)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False  # a player that keeps a connection open must not hold up the end

    def __init__(self, blobs: BlobStore, prefix: str) -> None:
        super().__init__(("127.0.0.1", 0), _Ranges)
        self.blobs = blobs
        self.prefix = prefix


class _Ranges(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        key = unquote(self.path.removeprefix(self.server.prefix))
        wanted = _RANGE.fullmatch(self.headers.get("Range") or "")
        if not self.path.startswith(self.server.prefix + "warc/") or wanted is None:
            return self._refuse(404)
        start, end = int(wanted[1]), int(wanted[2]) + 1
        try:
            info = self.server.blobs.stat(key)
            if info is None or not start < min(end, info.size):
                return self._refuse(404 if info is None else 416)
            self._send(key, start, min(end, info.size), info.size)
        except BlobNotFound:
            self._refuse(404)
        except ArchiveError:
            self._refuse(502)
        return None

    def _send(self, key: str, start: int, end: int, size: int) -> None:
        """The head goes out with the first bytes, so that a store that fails is still an error."""
        part = self.server.blobs.get_range(key, start, min(_STEP, end - start))
        self.send_response(206)
        self.send_header("Content-Range", f"bytes {start}-{end - 1}/{size}")
        self.send_header("Content-Length", str(end - start))
        self.end_headers()
        while part:
            self.wfile.write(part)
            start += len(part)
            part = self.server.blobs.get_range(key, start, min(_STEP, end - start)) if start < end else b""
        if start < end:
            self.close_connection = True

    def _refuse(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing: the player says what it could not load."""
