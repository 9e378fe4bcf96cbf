"""A proxy before a real S3 server that breaks what passes it: down, slow, errors, cut connections, damaged bytes.

What it hands on it hands on as it came, signatures included, so that all else is the real server's doing.
"""

from __future__ import annotations

import http.client
import re
import socket
import struct
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from types import TracebackType

_HOST = "127.0.0.1"
_BLOCK = 64 * 1024
_RESET = struct.pack("ii", 1, 0)
_ERROR = '<?xml version="1.0" encoding="UTF-8"?><Error><Code>{code}</Code><Message>played by a test</Message></Error>'
_NOT_PASSED_ON = {"expect", "connection", "keep-alive", "transfer-encoding"}


@dataclass(slots=True)
class Fault:
    """What happens to the next `times` requests whose method and target match; the first fault that fits is played.

    `kind` is `error` (answer `status` and `code`), `cut` (reset the connection after `after` bytes of the body),
    `damage` (change a byte of the body), `lose` (hand on, and reset instead of answering) or `stall` (read nothing
    for `seconds`, then reset).
    """

    kind: str
    match: str = ""
    times: int = 1
    status: int = 503
    code: str = "SlowDown"
    after: int = 0
    seconds: float = 0.0
    played: int = field(default=0, init=False)

    def fits(self, request: str) -> bool:
        """True when it is this request's turn."""
        return self.played < self.times and re.search(self.match, request) is not None


class FaultProxy:
    """A running proxy before `endpoint`; use it in a `with` block. `log` lists `METHOD target -> what happened`."""

    def __init__(self, endpoint: str) -> None:
        parts = urlsplit(endpoint)
        self.upstream = (parts.hostname or _HOST, parts.port or 80)
        self.log: list[str] = []
        self.faults: list[Fault] = []
        self.bytes_a_second: float | None = None
        self.lock = threading.Lock()
        self.open: set[socket.socket] = set()
        self._server: _Server | None = None
        self._port = 0

    @property
    def endpoint(self) -> str:
        """Where it listens, or listened."""
        return f"http://{_HOST}:{self._port}"

    def __enter__(self) -> Self:
        self.up()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.down()

    def up(self) -> None:
        """Listen, on the same port as before."""
        if self._server is None:
            self._server = _Server((_HOST, self._port), self)
            self._port = self._server.server_address[1]
            threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def down(self) -> None:
        """Refuse connections, and reset those that are open."""
        server, self._server = self._server, None
        if server is not None:
            server.shutdown()
            server.server_close()
        with self.lock:
            for connection in list(self.open):
                reset(connection)

    def play(self, kind: str, match: str = "", times: int = 1, **facts: object) -> Fault:
        """Add a fault; see `Fault`."""
        fault = Fault(kind, match, times, **facts)  # type: ignore[arg-type]
        with self.lock:
            self.faults.append(fault)
        return fault

    def fault_for(self, request: str) -> Fault | None:
        """The fault of this request, counted as played."""
        with self.lock:
            fault = next((fault for fault in self.faults if fault.fits(request)), None)
            if fault is not None:
                fault.played += 1
            self.log.append(f"{request} -> {fault.kind if fault else 'passed'}")
            return fault


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, address: tuple[str, int], proxy: FaultProxy) -> None:
        self.proxy = proxy
        super().__init__(address, _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """A connection that was reset is what the tests want."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def setup(self) -> None:
        super().setup()
        with self.server.proxy.lock:
            self.server.proxy.open.add(self.connection)

    def finish(self) -> None:
        with self.server.proxy.lock:
            self.server.proxy.open.discard(self.connection)
        with suppress(OSError):
            super().finish()

    def handle_one_request(self) -> None:
        with suppress(OSError, http.client.HTTPException):
            super().handle_one_request()
            return
        self.close_connection = True

    def _pass(self) -> None:
        condition = " if-none-match" if self.headers.get("If-None-Match") else ""
        fault = self.server.proxy.fault_for(f"{self.command} {self.path}{condition}")
        if fault is not None and fault.kind == "stall":
            time.sleep(fault.seconds)
            return self._break()
        body = self._read_body(fault.after if fault is not None and fault.kind == "cut" else None)
        if body is None:
            return self._break()
        if fault is not None and fault.kind == "error":
            return self._answer(
                fault.status, {"Content-Type": "application/xml"}, _ERROR.format(code=fault.code).encode()
            )
        if fault is not None and fault.kind == "damage" and body:
            middle = len(body) // 2
            body = body[:middle] + bytes([body[middle] ^ 1]) + body[middle + 1 :]
        status, headers, answer = self._ask(body)
        if fault is not None and fault.kind == "lose":
            return self._break()
        return self._answer(status, headers, answer)

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _pass  # noqa: N815

    def _read_body(self, cut_after: int | None) -> bytes | None:
        """The body; None when the connection is to be cut within it."""
        length = int(self.headers.get("Content-Length") or 0)
        if "chunked" in (self.headers.get("Transfer-Encoding") or ""):
            return self._read_chunks(cut_after)
        wanted = length if cut_after is None else min(length, cut_after)
        parts: list[bytes] = []
        while wanted > 0:
            part = self.rfile.read(min(_BLOCK, wanted))
            if not part:
                return None
            self._dawdle(len(part))
            parts.append(part)
            wanted -= len(part)
        return b"".join(parts) if cut_after is None else None

    def _read_chunks(self, cut_after: int | None) -> bytes | None:
        parts: list[bytes] = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
            self._dawdle(size)
            if cut_after is not None and sum(map(len, parts)) >= cut_after:
                return None
        while self.rfile.readline().strip():
            pass
        return b"".join(parts)

    def _dawdle(self, count: int) -> None:
        if self.server.proxy.bytes_a_second:
            time.sleep(count / self.server.proxy.bytes_a_second)

    def _ask(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
        upstream = http.client.HTTPConnection(*self.server.proxy.upstream, timeout=60)
        try:
            upstream.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                if name.lower() not in _NOT_PASSED_ON | {"content-length"}:
                    upstream.putheader(name, value)
            if body or self.headers.get("Content-Length") is not None:
                upstream.putheader("Content-Length", str(len(body)))
            upstream.endheaders(body or None)
            answer = upstream.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            upstream.close()

    def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers.items():
            if name.lower() not in _NOT_PASSED_ON | {"content-length"}:
                self.send_header(name, value)
        length = next((value for name, value in headers.items() if name.lower() == "content-length"), str(len(body)))
        self.send_header("Content-Length", length if self.command == "HEAD" else str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self._dawdle(len(body))
            self.wfile.write(body)

    def _break(self) -> None:
        self.close_connection = True
        reset(self.connection)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Nothing on stderr."""


def reset(connection: socket.socket) -> None:
    """End a connection as a machine does that has gone."""
    with suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        connection.shutdown(socket.SHUT_RDWR)
        connection.close()
