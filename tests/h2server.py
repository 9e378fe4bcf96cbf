"""A server of HTTP/2 that answers each path as told, in frames of its own making, and keeps what it was asked."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import DataReceived, RequestReceived, StreamEnded
from h2.exceptions import H2Error
from hyperframe.frame import DataFrame

from tests.wireserver import WireServer, page

if TYPE_CHECKING:
    import ssl

Fields = list[tuple[bytes, bytes]]
STALL_S = 20
HTML = (b"content-type", b"text/html; charset=utf-8")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One answer. `ending`: end (the stream), goaway (before the body), reset, cut (within a frame), stall, refused.

    `fields` follow `:status` and the content type; `interim` are the fields of 1xx answers; `padding` and `frame` are
    octets of each DATA frame.
    """

    body: bytes = b""
    status: bytes = b"200"
    fields: tuple[tuple[bytes, bytes], ...] = ()
    interim: tuple[Fields, ...] = ()
    trailers: tuple[tuple[bytes, bytes], ...] = ()
    ending: str = "end"
    padding: int | None = None
    frame: int = 10_000
    truncated: str | None = None
    fate: str = "kept"


@dataclass(slots=True)
class Asked:
    """One request: its fields as they came, its body, and the number of the connection."""

    fields: Fields
    connection: int
    body: bytes = b""

    @property
    def path(self) -> str:
        """The path that was asked for."""
        return dict(self.fields)[b":path"].decode()


@dataclass
class H2Server:
    """The server, from construction to `close`; `context` is its side of TLS, and should offer h2."""

    cases: dict[str, Case]
    context: ssl.SSLContext
    log: list[Asked] = field(default_factory=list)

    write_source = WireServer.write_source

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.host_port = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self.base = f"https://{self.host_port}"
        self._connections = 0
        self._is_open = True
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """The port is free."""
        self._is_open = False
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def asked(self, path: str) -> list[Asked]:
        """What was asked for a path, in order."""
        return [item for item in self.log if item.path == path]

    def _accept(self) -> None:
        while self._is_open:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._connections += 1
            threading.Thread(target=self._serve, args=(connection, self._connections), daemon=True).start()

    def _serve(self, plain: socket.socket, number: int) -> None:
        with suppress(OSError, H2Error), plain, self.context.wrap_socket(plain, server_side=True) as secure:
            _Connection(secure, number, self).run()

    def case(self, path: str) -> Case:
        """The answer to a path: as told, the listing, or 404."""
        if path in self.cases:
            return self.cases[path]
        if path == "/":
            links = "".join(f'<li><a href="{link}">{link}</a></li>' for link in self.cases)
            return Case(body=f"<html><body><ul>{links}</ul></body></html>".encode())
        return Case(status=b"404", body=b"<html><body>nothing here</body></html>")


class _Connection:
    def __init__(self, secure: ssl.SSLSocket, number: int, server: H2Server) -> None:
        self._socket = secure
        self._number = number
        self._server = server
        # What it sends is not checked: it is here to misbehave.
        self._h2 = H2Connection(
            H2Configuration(client_side=False, validate_outbound_headers=False, normalize_outbound_headers=False)
        )
        self._asked: dict[int, Asked] = {}
        self._is_over = False

    def run(self) -> None:
        self._h2.initiate_connection()
        self._flush()
        while not self._is_over:
            for stream_id in self._receive():
                self._answer(stream_id)

    def _flush(self) -> None:
        self._socket.sendall(self._h2.data_to_send())

    def _receive(self) -> list[int]:
        """The streams whose requests are now complete."""
        data = self._socket.recv(65536)
        if not data:
            raise OSError("gone")
        complete = []
        for event in self._h2.receive_data(data):
            if isinstance(event, RequestReceived):
                self._asked[event.stream_id] = Asked(list(map(tuple, event.headers)), self._number)
            elif isinstance(event, DataReceived):
                self._asked[event.stream_id].body += event.data
                self._h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            elif isinstance(event, StreamEnded):
                complete.append(event.stream_id)
        self._flush()
        return complete

    def _answer(self, stream_id: int) -> None:
        asked = self._asked.pop(stream_id)
        self._server.log.append(asked)
        case = self._server.case(asked.path)
        if case.ending == "refused" and len(self._server.asked(asked.path)) == 1:
            self._h2.reset_stream(stream_id, ErrorCodes.REFUSED_STREAM)
            self._flush()
            return
        for fields in case.interim:
            self._h2.send_headers(stream_id, fields)
        has_body = bool(case.body) or bool(case.trailers)
        self._h2.send_headers(stream_id, [(b":status", case.status), HTML, *case.fields], end_stream=not has_body)
        if case.ending == "goaway":
            # h2 would send nothing after a GOAWAY of its own.
            self._socket.sendall(self._h2.data_to_send() + _goaway(stream_id))
            self._is_over = True
        if has_body:
            self._send_body(stream_id, case)
        self._flush()
        if case.ending == "goaway":
            with suppress(OSError):
                self._socket.recv(65536)

    def _send_body(self, stream_id: int, case: Case) -> None:
        body = case.body
        if case.ending == "cut":
            self._flush()
            self._socket.sendall(DataFrame(stream_id, data=body + b"lost").serialize()[:-4])
            self._socket.unwrap()
            raise OSError("cut")
        at = 0
        while at < len(body):
            room = self._h2.local_flow_control_window(stream_id) - (case.padding or 0) - 1
            if room <= 0:
                self._receive()
                continue
            part = body[at : at + min(case.frame, room)]
            at += len(part)
            is_last = at == len(body) and not case.trailers and case.ending in ("end", "goaway", "refused")
            self._h2.send_data(stream_id, part, end_stream=is_last, pad_length=case.padding)
            self._flush()
        if case.trailers:
            self._h2.send_headers(stream_id, list(case.trailers), end_stream=True)
        elif case.ending == "reset":
            self._h2.reset_stream(stream_id, ErrorCodes.INTERNAL_ERROR)
        elif case.ending == "stall":
            time.sleep(STALL_S)
            raise OSError("stalled")


def _goaway(last_stream: int) -> bytes:
    return b"\x00\x00\x08\x07\x00\x00\x00\x00\x00" + last_stream.to_bytes(4) + bytes(4)


def article(name: str, filler: int = 0) -> bytes:
    """An article that no other case shares."""
    return page(f"h2 {name}", filler)
