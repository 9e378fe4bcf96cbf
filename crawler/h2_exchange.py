"""One exchange of HTTP/2: on its `Wire` in HTTP/1.1 syntax, to Scrapy a `Response` of Twisted's.

Because it is of that class, Scrapy treats time-outs and bodies that were cut in the same way as over HTTP/1.1; the
limits are those that `crawler.answers` holds there. It sits on private names of Twisted 26.10 and h2 4.4.
"""

# ruff: noqa: SLF001 (private names, see above)

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy.exceptions import DownloadCancelledError, DownloadFailedError, ResponseDataLossError
from twisted.internet.defer import CancelledError, Deferred, succeed
from twisted.python.failure import Failure
from twisted.web._newclient import Response, ResponseFailed, TransportProxyProducer
from twisted.web.http import _DataLoss
from twisted.web.http_headers import Headers
from twisted.web.iweb import UNKNOWN_LENGTH

from archive.capture import Truncation
from crawler.h2_message import request_fields, request_head
from crawler.tls import note_connection
from crawler.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from h2.connection import H2Connection
    from twisted.web._newclient import Request as TxRequest
    from twisted.web.iweb import IResponse

    from crawler.h2_message import ResponseHead


def failure(error: BaseException) -> Failure:
    """An error as Twisted passes it on."""
    return Failure(error)  # type: ignore[no-untyped-call]


class TooLargeError(Exception):
    """The body is larger than allowed; what is allowed of it has been taken."""


class _Body:
    """The consumer of a request's body."""

    def __init__(self) -> None:
        self.data = bytearray()

    def write(self, data: bytes) -> None:
        self.data += data


class Exchange:
    """A request that is sent on a stream, and its response as far as it has come.

    `answer` fires with the response once its head is there; it calls `cancel` when it is cancelled.
    """

    def __init__(
        self,
        request: TxRequest,
        transport: Any,
        connection: H2Connection,
        cancel: Callable[[Deferred[IResponse]], None],
    ) -> None:
        self.stream_id = connection.get_next_available_stream_id()
        self.answer: Deferred[IResponse] = Deferred(cancel)
        self._wire: Wire = getattr(request._parsedURI, "wire", None) or Wire()
        self._request = request
        self._transport = transport
        self._connection = connection
        self._proxy: Any = TransportProxyProducer(transport)  # type: ignore[no-untyped-call]
        self._unsent = b""
        self._head: ResponseHead | None = None
        self._response: Any = None
        self._received = 0

    @property
    def is_sent(self) -> bool:
        """True when nothing of the request waits for the server's flow control."""
        return not self._unsent

    @property
    def has_begun(self) -> bool:
        """True when the head of the response has come."""
        return self._response is not None

    @property
    def _expected(self) -> int | None:
        """The length that the body must have, None where the server gave none; an answer to HEAD has no body."""
        has_no_body = self._head is None or self._head.status == 304 or self._request.method == b"HEAD"
        return None if has_no_body or self._head is None else self._head.length

    @property
    def is_whole(self) -> bool:
        """True when the body, should it end here, has the length that the server gave."""
        return self._expected in (None, self._received)

    def begin(self) -> Deferred[None]:
        """Send the head and as much of the body as the server takes; fires when that is done, or fails."""
        self._wire.restart()
        body = _Body()
        producer = self._request.bodyProducer
        written: Deferred[None] = producer.startProducing(body) if producer else succeed(None)
        return written.addCallback(lambda _: self._send(bytes(body.data)))

    def _send(self, body: bytes) -> None:
        named = self._request.headers.copy()
        named.removeHeader(b"content-length")
        if body:
            named.addRawHeader(b"content-length", b"%d" % len(body))
        headers = [(name, value) for name, values in named.getAllRawHeaders() for value in values]
        authority = self._request.headers.getRawHeaders(b"host", [b""])[0]
        fields = request_fields(self._request.method, authority, self._request.uri, headers)
        self._connection.send_headers(self.stream_id, fields, end_stream=not body)
        # A body of another length than was said is no error here: it is kept, and the page has failed.
        vars(self._connection.streams[self.stream_id])["_initialize_content_length"] = lambda _: None
        self._wire.sent += request_head(fields) + body
        self._unsent = body
        self.send_body()

    def send_body(self) -> None:
        """Send what the windows of the server allow."""
        while self._unsent:
            room = self._connection.local_flow_control_window(self.stream_id)
            size = min(room, self._connection.max_outbound_frame_size, len(self._unsent))
            if size <= 0:
                return
            part, self._unsent = self._unsent[:size], self._unsent[size:]
            self._connection.send_data(self.stream_id, part, end_stream=not self._unsent)

    def head_received(self, head: ResponseHead, *, is_all: bool) -> None:
        """Hand the response on; its body will follow unless this `is_all`."""
        self._head = head
        note_connection(self._wire, self._transport, "h2")
        self._wire.receive(head.block)
        self.note("left-out", head.left_out)
        headers = Headers()
        for name, value in head.fields:
            headers.addRawHeader(name, value)
        response: Any = Response._construct(  # type: ignore[no-untyped-call]
            (b"HTTP", 2, 0), head.status, head.reason, headers, self._proxy, self._request
        )
        self._response = response
        if is_all:
            response.length = 0 if self.is_whole else head.length
            return
        response.length = head.length or UNKNOWN_LENGTH  # Twisted takes 0 for the end of the response
        self._proxy.pauseProducing()  # until somebody takes the body
        self.answer.callback(response)

    def data_received(self, data: bytes) -> None:
        """Pass bytes of the body on. Raises `TooLargeError` when that is all that may be taken, `OSError`."""
        if self._response is None:
            return
        limit, memory = self._wire.limits.body, self._wire.limits.memory
        taken = data[: limit - self._received] if limit else data
        self._wire.receive(taken)
        delivered = taken[: max(0, memory - self._received)] if memory else taken
        self._wire.is_partial = self._wire.is_partial or len(delivered) < len(taken)
        self._received += len(taken)
        if delivered:
            self._response._bodyDataReceived(delivered)
        if len(taken) < len(data):
            raise TooLargeError(f"its body has more than {limit} bytes")

    def note(self, kind: str, fields: Iterable[tuple[bytes, bytes]]) -> None:
        """Keep fields that have no place in the record's block."""
        self._wire.notes += [
            (f"kakehashi-h2-{kind}", f"{name.decode('latin-1')}: {value.decode('latin-1')}") for name, value in fields
        ]

    def detach(self) -> None:
        """Let the response act on the connection no more: it is about to serve another one."""
        self._proxy.stopProxying()

    def finish(self) -> None:
        """Take the server's word that the response has ended, unless its body has another length than it gave."""
        if self._response is None:
            self.fail(ResponseFailed, "the stream ended without a response")
        elif self.is_whole:
            self._wire.is_whole = True
            self._response._bodyDataFinished()
            self._give_answer()
        else:
            is_short = self._received < (self._expected or 0)
            truncated = Truncation.DISCONNECT if is_short else Truncation.UNSPECIFIED
            self.fail(ResponseFailed, f"{self._received} bytes came, {self._expected} were announced", truncated)

    def refuse(self, error: Exception) -> None:
        """End the response for a fault of the server's or a limit of ours."""
        if isinstance(error, TooLargeError):
            self._wire.fail(DownloadCancelledError(str(error)), Truncation.LENGTH)
        elif isinstance(error, OSError):
            self._wire.fail(DownloadFailedError(f"the disk takes no more: {error}"), Truncation.UNSPECIFIED)
        self.fail(ResponseFailed, f"{type(error).__name__}: {error}", Truncation.UNSPECIFIED)

    def fail(
        self, kind: type[ResponseFailed], problem: str | Failure, truncated: Truncation = Truncation.DISCONNECT
    ) -> None:
        """End the response where it is; without one the request ends with an error of this `kind`."""
        if isinstance(problem, str):
            raised = DownloadFailedError if self._response is None else ResponseDataLossError
            self._wire.fail(raised(problem), truncated)
        reason = failure(_DataLoss(problem)) if isinstance(problem, str) else problem
        if self._wire.received_length and not isinstance(reason.value, CancelledError):
            self._wire.truncated = self._wire.truncated or truncated
        if self._response is None:
            self.answer.errback(failure(kind([reason])))
            return
        lost = ResponseFailed([reason, failure(_DataLoss())], self._response)  # type: ignore[no-untyped-call]
        self._response._bodyDataFinished(failure(lost))
        self._give_answer()

    def _give_answer(self) -> None:
        if not self.answer.called:
            self.answer.callback(self._response)
