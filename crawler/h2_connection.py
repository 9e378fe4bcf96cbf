"""A connection of HTTP/2: one exchange at a time, for Twisted's pool the same as one of HTTP/1.1.

Scrapy's own HTTP/2 client keeps bodies in memory, reads headers as UTF-8, and loses what came before a broken frame
or with a connection that was cut. Here every byte of a body that came reaches the record. Several requests at once
take several connections, so that what is said of one host's concurrency holds as it does for HTTP/1.1.

The only importer of h2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import DataReceived, Event, ResponseReceived, StreamEnded, StreamReset, TrailersReceived, WindowUpdated
from h2.exceptions import H2Error
from h2.settings import SettingCodes, Settings
from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.error import ConnectionAborted
from twisted.internet.interfaces import ITCPTransport
from twisted.internet.protocol import Protocol, connectionDone
from twisted.web._newclient import RequestGenerationFailed, RequestNotSent, ResponseFailed, ResponseNeverReceived

from crawler.h2_exchange import Exchange, TooLargeError, failure
from crawler.h2_message import MalformedHeadError, response_head

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from twisted.python.failure import Failure
    from twisted.web._newclient import Request as TxRequest
    from twisted.web.iweb import IResponse

_WINDOW = 256 * 1024
_MAX_HEAD_BYTES = 1024 * 1024
_FRAME_HEAD = 9
_MAX_FRAME = 16_384  # RFC 9113 4.2; no other is asked for
_DATA, _GOAWAY = 0x0, 0x7
_PADDED = 0x8


class H2ClientProtocol(Protocol):
    """The methods that `HTTPConnectionPool` and `Agent` call on `HTTP11ClientProtocol`, over HTTP/2.

    `quiescent` is told when the connection may serve the next exchange. `state` is QUIESCENT, BUSY, CLOSING or
    CONNECTION_LOST.
    """

    def __init__(self, quiescent: Callable[[H2ClientProtocol], object]) -> None:
        self.state = "QUIESCENT"
        self._quiescent = quiescent
        self._connection = _new_connection()
        self._buffer = bytearray()
        self._exchange: Exchange | None = None
        self._is_last = False
        self._aborted: list[Deferred[None]] = []

    @property
    def _socket(self) -> Any:
        return self.transport

    def connectionMade(self) -> None:  # noqa: N802  (Twisted's name)
        """Greet the server; nothing waits for its answer (RFC 9113 3.4)."""
        if ITCPTransport.providedBy(self._socket):
            self._socket.setTcpNoDelay(True)
        self._connection.initiate_connection()
        self._connection.increment_flow_control_window(_WINDOW)
        self._flush()

    def request(self, request: TxRequest) -> Deferred[IResponse]:
        """Issue a request: the response when its head is there, or the errors of `HTTP11ClientProtocol.request`."""
        if self.state != "QUIESCENT":
            return fail(RequestNotSent())
        self.state = "BUSY"
        self._exchange = exchange = Exchange(request, self._socket, self._connection, self._cancel)
        exchange.begin().addCallbacks(lambda _: self._flush(), self._could_not_send)
        return exchange.answer

    def _could_not_send(self, reason: Failure) -> None:
        exchange, self._exchange = self._exchange, None
        self._abort()
        if exchange is not None:
            exchange.answer.errback(failure(RequestGenerationFailed([reason])))  # type: ignore[no-untyped-call]

    def _cancel(self, _: Deferred[IResponse]) -> None:
        self._exchange = None  # its Deferred fails by itself
        self._abort()

    def dataReceived(self, data: bytes) -> None:  # noqa: N802  (Twisted's name)
        """Take bytes from the server."""
        self._buffer += data
        # One frame at a time: an error in one would take with it what the frames before it brought.
        for frame in self._frames():
            try:
                self._take(frame)
            except (H2Error, MalformedHeadError, TooLargeError, OSError) as error:
                self._refuse(error)
                return
        self._flush()

    def _frames(self) -> Iterator[bytes]:
        """Each whole frame of what has come so far (RFC 9113 4.1); one that says it is too long, as far as it came."""
        while len(self._buffer) >= _FRAME_HEAD:
            length = _FRAME_HEAD + int.from_bytes(self._buffer[:3])
            if length > _FRAME_HEAD + _MAX_FRAME:
                length = len(self._buffer)
            elif length > len(self._buffer):
                return
            frame = bytes(self._buffer[:length])
            del self._buffer[:length]
            yield frame

    def _take(self, frame: bytes) -> None:
        if frame[3] == _GOAWAY:
            self._goaway(frame[_FRAME_HEAD:])
            return
        for event in self._connection.receive_data(frame):
            if self._exchange is not None and getattr(event, "stream_id", 0) in (0, self._exchange.stream_id):
                self._handle(event, self._exchange)

    def _goaway(self, payload: bytes) -> None:
        """Let the exchange under way end if the server means to answer it, and begin no other (RFC 9113 6.8).

        h2 is not told: it would take every later frame for an error.
        """
        last, code = int.from_bytes(payload[:4]) & 0x7FFFFFFF, int.from_bytes(payload[4:8])
        self._is_last = True
        if self._exchange is None:
            self._leave()
        elif self._exchange.stream_id > last:
            self._break_off(ResponseNeverReceived, f"the server went away: {_error_name(code)}")

    def _handle(self, event: Event, exchange: Exchange) -> None:
        if isinstance(event, ResponseReceived):
            exchange.head_received(response_head(event.headers), is_all=event.stream_ended is not None)
        elif isinstance(event, DataReceived):
            if event.flow_controlled_length:
                self._connection.acknowledge_received_data(event.flow_controlled_length, exchange.stream_id)
            exchange.data_received(event.data)
        elif isinstance(event, TrailersReceived):
            exchange.note("trailer", event.headers)
        elif isinstance(event, WindowUpdated):
            exchange.send_body()
        elif isinstance(event, StreamEnded):
            self._end(exchange)
        elif isinstance(event, StreamReset):
            # What the server says it never looked at may be sent again (RFC 9113 8.7).
            is_untouched = event.error_code == ErrorCodes.REFUSED_STREAM
            kind = ResponseNeverReceived if is_untouched else ResponseFailed
            self._break_off(kind, f"the server reset the stream: {_error_name(event.error_code)}")

    def _end(self, exchange: Exchange) -> None:
        self._exchange = None
        if self._is_last or not exchange.is_whole or not exchange.is_sent:
            self._leave()
        else:
            # The pool first, then whoever waits for the response: it may ask for the next one at once.
            self._socket.resumeProducing()
            exchange.detach()
            self.state = "QUIESCENT"
            self._quiescent(self)
        exchange.finish()

    def _break_off(self, kind: type[ResponseFailed], problem: str) -> None:
        exchange, self._exchange = self._exchange, None
        self._abort()
        if exchange is not None:
            exchange.fail(kind, problem)

    def _refuse(self, error: Exception) -> None:
        exchange, self._exchange = self._exchange, None
        self._abort()
        if exchange is not None:
            exchange.refuse(error)

    def connectionLost(self, reason: Failure = connectionDone) -> None:  # noqa: N802  (Twisted's name)
        """Fail what was under way, with every byte that came; a request without an answer may be sent again."""
        exchange, self._exchange = self._exchange, None
        self.state = "CONNECTION_LOST"
        waiting, self._aborted = self._aborted, []
        if exchange is not None:
            self._fail_lost(exchange, failure(ConnectionAborted()) if waiting else reason)
        for each in waiting:
            each.callback(None)

    def _fail_lost(self, exchange: Exchange, reason: Failure) -> None:
        try:
            exchange.data_received(self._torn_data(exchange.stream_id))
        except (TooLargeError, OSError) as error:
            exchange.refuse(error)
        else:
            exchange.fail(ResponseFailed if exchange.has_begun else ResponseNeverReceived, reason)

    def _torn_data(self, stream_id: int) -> bytes:
        """The bytes of the body in a frame that the end of the connection cut."""
        head = bytes(self._buffer[:_FRAME_HEAD])
        is_data = len(head) == _FRAME_HEAD and head[3] == _DATA and not head[4] & _PADDED
        return bytes(self._buffer[_FRAME_HEAD:]) if is_data and int.from_bytes(head[5:]) == stream_id else b""

    def abort(self) -> Deferred[None]:
        """Close the connection: fires when it is closed and the exchange under way, if any, has failed."""
        if self.state == "CONNECTION_LOST":
            return succeed(None)
        waiting: Deferred[None] = Deferred()
        self._aborted.append(waiting)
        self._leave()
        return waiting

    def _leave(self) -> None:
        """Take no more requests; the connection closes once everything is sent."""
        self.state = "CLOSING"
        self._socket.loseConnection()

    def _abort(self) -> None:
        """Close the connection at once: a server that broke its word might keep it open for ever."""
        self.state = "CLOSING"
        self._socket.abortConnection()

    def _flush(self) -> None:
        if data := self._connection.data_to_send():
            self._socket.write(data)


def _new_connection() -> H2Connection:
    # Fields as they came: names in their case, cookies unjoined. What cannot be archived, `response_head` refuses.
    config = H2Configuration(client_side=True, validate_inbound_headers=False, normalize_inbound_headers=False)
    connection = H2Connection(config)
    wanted = {
        SettingCodes.ENABLE_PUSH: 0,
        SettingCodes.INITIAL_WINDOW_SIZE: _WINDOW,
        SettingCodes.MAX_HEADER_LIST_SIZE: _MAX_HEAD_BYTES,
    }
    connection.local_settings = Settings(client=True, initial_values=wanted)
    connection.decoder.max_header_list_size = _MAX_HEAD_BYTES
    return connection


def _error_name(code: int) -> str:
    try:
        return ErrorCodes(code).name
    except ValueError:
        return f"error {code}"
