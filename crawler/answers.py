"""The tap's own reader of answers, in the place of Twisted's parser: every byte for the wire, the payload for Scrapy.

Twisted's parser gives up at much that browsers read (a long line, an odd chunk, a head without end), closes the
connection there and takes with it what was still to come. This one frames as `crawler.framing` does, and where a
message cannot be framed it listens on until the server has said everything.
"""

from __future__ import annotations

import re
from collections import deque
from typing import TYPE_CHECKING, Any, cast

from scrapy.exceptions import DownloadCancelledError, DownloadFailedError
from twisted.internet.defer import CancelledError
from twisted.internet.error import ConnectionDone
from twisted.python.failure import Failure
from twisted.web._newclient import HTTPParser, Response
from twisted.web.client import ResponseFailed, ResponseNeverReceived
from twisted.web.http import PotentialDataLoss, _DataLoss
from twisted.web.http_headers import Headers

from archive.capture import Truncation
from crawler.framing import Answer, Stage

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.internet.base import DelayedCall
    from twisted.web._newclient import HTTPClientParser

    from archive.http_message import Head
    from crawler.wire import Wire

LINGER_S = 2.0
"""How long a server may pause within an answer whose end cannot be seen, before the answer is taken to be over."""
_VERSION = re.compile(r"HTTP/([0-9]{1,3})\.([0-9]{1,3})", re.IGNORECASE)
# Twisted's are without types.
_new_response: Any = Response._construct  # noqa: SLF001
_response_failed: Any = ResponseFailed
_response_never_came: Any = ResponseNeverReceived
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


def failure_of(error: BaseException) -> Failure:
    """An error as Twisted passes it on."""
    return Failure(error)  # type: ignore[no-untyped-call]


class AnswerParser:
    """Stands in for the `HTTPClientParser` of one request; Twisted's protocol calls what has Twisted's names.

    `give_up` ends the connection at once and tells the parser by `connectionLost`.
    """

    def __init__(self, replaced: HTTPClientParser, wire: Wire, *, give_up: Callable[[Failure], None]) -> None:
        self.connHeaders = Headers()
        self._transport: Any = replaced.transport
        self._request: Any = replaced.request
        self._finisher: Callable[[bytes], None] = replaced.finisher
        self._answered: Any = replaced._responseDeferred  # noqa: SLF001
        self._wire = wire
        self._give_up = give_up
        self._answer = Answer(method=self._request.method, max_body=wire.limits.body)
        self._response: Any = None
        self._delivered = 0
        self._is_over = False
        self._waiting: deque[bytes] = deque()
        self._is_busy = False
        self._linger: DelayedCall | None = None

    def dataReceived(self, data: bytes) -> None:  # noqa: N802  (Twisted's name)
        """Take in what came; when Scrapy's part makes more arrive meanwhile, that waits for its turn."""
        self._waiting.append(data)
        if self._is_busy:
            return
        self._is_busy = True
        try:
            while self._waiting and not self._is_over:
                self._take(self._waiting.popleft())
        finally:
            self._is_busy = False

    def _take(self, data: bytes) -> None:
        answer, had_head = self._answer, self._answer.head is not None
        payload = answer.feed(data)
        self._wire.begins_at = answer.begins_at
        try:
            self._wire.receive(data[: max(0, len(data) - answer.rest)] if answer.rest else data)
        except OSError as error:
            self._abandon(DownloadFailedError(f"the disk takes no more: {error}"), Truncation.UNSPECIFIED)
            return
        if answer.head is not None and not had_head:
            self._head_came(answer.head)
        if payload and self._response is not None:
            self._deliver(payload)
        if answer.stage is Stage.DONE and not self._is_over:
            self._finish()
        elif answer.stage is Stage.OVER_LIMIT:
            self._abandon(DownloadCancelledError(str(answer.problem)), Truncation.LENGTH)
        elif answer.stage is Stage.LOST or answer.is_payload_complete:
            self._listen_on()

    def _head_came(self, head: Head) -> None:
        self._read_connection(head)
        if self._answer.problem is not None:
            return
        self._response = self._respond(head)
        if self._answer.stage is Stage.DONE and self._answer.size == 0:
            self._response.length = 0
            self._finish()
        else:
            # As little of the body as can be is to come before Scrapy has somewhere to put it, and resumes.
            self._transport.pauseProducing()
        self._answered.callback(self._response)

    def _respond(self, head: Head) -> Any:
        headers = Headers()
        for name, value in head.headers:
            # What Twisted's headers do not take is in the record all the same.
            if _NAME.fullmatch(name) and not _is_about_connection(name, self._request.method):
                headers.addRawHeader(name.encode("latin-1"), value.encode("latin-1"))
        found = _VERSION.fullmatch(head.version)
        version = (b"HTTP", int(found[1]), int(found[2])) if found else (b"HTTP", 1, 0)
        reason = head.reason.encode("latin-1")
        response = _new_response(version, head.status, reason, headers, self._transport, self._request)
        if self._answer.size is not None:
            response.length = self._answer.size
        return response

    def _read_connection(self, head: Head) -> None:
        """Tell Twisted's protocol, by the one header that it looks at, whether the connection can be used again."""
        said = {token.strip().lower() for value in head.values("connection") for token in value.split(",")}
        is_old = head.version.upper() != "HTTP/1.1"
        if "close" in said or (is_old and "keep-alive" not in said) or head.status in (0, 101):
            self.connHeaders.setRawHeaders(b"Connection", [b"close"])

    def _deliver(self, payload: bytes) -> None:
        memory = self._wire.limits.memory
        part = payload[: memory - self._delivered] if memory else payload
        if len(part) < len(payload):
            self._wire.is_partial = True
        if part:
            self._delivered += len(part)
            self._response._bodyDataReceived(part)  # noqa: SLF001

    def _finish(self) -> None:
        """The message has ended: the connection may serve others before Scrapy goes on with the response."""
        self._end()
        self._wire.is_whole = True
        if self._answer.rest or self._answer.problem:
            self.connHeaders.setRawHeaders(b"Connection", [b"close"])
        self._finisher(b"")
        if self._response is not None:
            self._response._bodyDataFinished()  # noqa: SLF001
        else:
            self._refuse(failure_of(DownloadFailedError(str(self._answer.problem))))

    def _end(self) -> None:
        self._is_over = True
        if self._linger is not None and self._linger.active():
            self._linger.cancel()

    def _refuse(self, reason: Failure) -> None:
        if self._answer.problem is not None:
            self._wire.fail(DownloadFailedError(self._answer.problem))
        self._answered.errback(failure_of(_response_failed([reason])))

    def _listen_on(self) -> None:
        if self._linger is not None and self._linger.active():
            self._linger.reset(LINGER_S)
        else:
            self._linger = call_later(LINGER_S, self._lingered)

    def _lingered(self) -> None:
        if self._answer.is_payload_complete:
            self.connHeaders.setRawHeaders(b"Connection", [b"close"])
            self._finish()
        else:
            self._abandon(DownloadFailedError(str(self._answer.problem)), Truncation.UNSPECIFIED)

    def _abandon(self, error: Exception, truncated: Truncation) -> None:
        self._wire.fail(error, truncated)
        self._give_up(failure_of(error))

    def connectionLost(self, reason: Failure) -> None:  # noqa: N802  (Twisted's name)
        """The connection has ended, or is given up: the answer is whole, or cut short, or never came."""
        if self._is_over:
            return
        is_whole = self._wire.failure is None and self._answer.close() and not self._was_reset(reason)
        self._end()
        if not is_whole:
            self._break_off(reason)
        elif self._answer.problem is None:
            self._close_whole()
        else:
            # Without a head, all that came is all there is; where a head contradicts itself, nobody can tell.
            truncated = None if self._answer.head is None else Truncation.UNSPECIFIED
            self._wire.is_whole = truncated is None
            self._wire.fail(DownloadFailedError(self._answer.problem), truncated)
            self._break_off(reason)

    def _close_whole(self) -> None:
        self._wire.is_whole = True
        is_sure = self._answer.is_payload_complete
        self._finisher(b"")
        self._response._bodyDataFinished(None if is_sure else failure_of(PotentialDataLoss()))  # noqa: SLF001

    def _break_off(self, reason: Failure) -> None:
        if self._wire.received_length and not self._wire.is_whole and not isinstance(reason.value, CancelledError):
            self._wire.truncated = self._wire.truncated or Truncation.DISCONNECT
        if self._response is not None:
            lost = _response_failed([reason, failure_of(_DataLoss())], self._response)
            self._response._bodyDataFinished(failure_of(lost))  # noqa: SLF001
        elif self._wire.received_length:
            self._answered.errback(failure_of(_response_failed([reason])))
        else:
            self._answered.errback(failure_of(_response_never_came([reason])))

    def _was_reset(self, reason: Failure) -> bool:
        """True when a body that ends with the connection was cut by a reset.

        Under TLS a server that only forgets to say goodbye looks the same, and many do: browsers take theirs for whole.
        """
        is_open = self._answer.stage is Stage.UNTIL_CLOSE and self._wire.cipher is None
        return is_open and not isinstance(reason.value, ConnectionDone)


def call_later(seconds: float, what: Callable[[], None]) -> DelayedCall:
    """Twisted's clock; imported late, since the import chooses the reactor."""
    from twisted.internet import reactor

    return cast("DelayedCall", cast("Any", reactor).callLater(seconds, what))


def _is_about_connection(name: str, method: bytes) -> bool:
    """True for the fields that Twisted keeps from whoever reads the response, since they speak of the connection."""
    lowered = name.lower().encode("latin-1")
    if method == b"HEAD" and lowered == b"content-length":
        return False
    return lowered in HTTPParser.CONNECTION_CONTROL_HEADERS
