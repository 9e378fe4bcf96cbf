"""The tap: Scrapy's HTTP/1.1 handler, with a copy of every byte that its sockets send and receive.

A record built from `scrapy.http.Response` has lost the reason phrase, the header order and case, the chunk framing
and every failed download; so the copy is taken at Twisted's client protocol, beneath all of that. This module sits
on private names of Scrapy 2.19 and Twisted 26.10 (pinned; `tests/crawler/test_tap.py` compares byte for byte).

It decides nothing: each finished or broken exchange goes out with the signal `exchange_ended`.
"""

# ruff: noqa: SLF001 (the tap lives on private names)

from __future__ import annotations

import datetime as dt
import tempfile
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _ScrapyAgent,
)
from scrapy.exceptions import (
    DownloadCancelledError,
    DownloadTimeoutError,
    UnsupportedURLSchemeError,
)
from scrapy.utils._download_handlers import wrap_twisted_exceptions
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.error import ConnectionDone, ConnectionLost
from twisted.web.client import ResponseFailed
from twisted.web.http import _DataLoss

from archive.capture import Truncation

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.internet.defer import Deferred
    from twisted.internet.interfaces import IAddress
    from twisted.web._newclient import HTTP11ClientProtocol
    from twisted.web._newclient import Request as TxRequest
    from twisted.web.client import Agent
    from twisted.web.iweb import IResponse

# Sent with `request`, `wire` and `error` (None when Scrapy has the whole response) before the response goes on.
exchange_ended = object()
# Bodies above this go to disk while they arrive.
SPOOL_BYTES = 4 * 1024 * 1024
# Twisted gives a page up for a header line above 16 KiB; servers do send longer ones.
MAX_LINE_BYTES = 1024 * 1024


class Wire:
    """The bytes of one exchange as they pass: what was sent, what came, from where and over which TLS.

    `received` holds every byte from the server, interim answers included, less what came after the end of the
    message. A retry on a fresh connection begins anew.
    """

    def __init__(self) -> None:
        self.began_at = dt.datetime.now(dt.UTC)
        self.sent = bytearray()
        self.received: BinaryIO = cast("BinaryIO", tempfile.SpooledTemporaryFile(max_size=SPOOL_BYTES))  # noqa: SIM115
        self.received_length = 0
        self.ip: str | None = None
        self.protocols: tuple[str, ...] = ()
        self.cipher: str | None = None

        self.seconds = 0.0
        self._is_over = False

    def restart(self) -> None:
        """Forget what a stale kept-alive connection brought before the request went out again."""
        self.began_at = dt.datetime.now(dt.UTC)
        self.sent.clear()
        self.received.seek(0)
        self.received.truncate()
        self.received_length = 0

    def receive(self, data: bytes) -> None:
        """Add bytes from the server; what trickles in after the end of the exchange is passed over."""
        if not self._is_over:
            self.received.write(data)
            self.received_length += len(data)

    def end(self) -> None:
        """Take no more: the exchange goes to whoever records it."""
        self._is_over = True
        self.seconds = (dt.datetime.now(dt.UTC) - self.began_at).total_seconds()

    def drop_rest(self, count: int) -> None:
        """Take back the last bytes: they came after the end of the message."""
        self.received_length -= count


class _SentCopy:
    """Stands in for the transport while a request is written."""

    def __init__(self, transport: Any, sink: bytearray) -> None:
        self._transport = transport
        self._sink = sink

    def write(self, data: bytes) -> None:
        self._sink += data
        self._transport.write(data)

    def writeSequence(self, parts: Any) -> None:  # noqa: N802  (Twisted's name)
        self.write(b"".join(parts))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class _TappedProtocol(_LenientHTTP11ClientProtocol):
    _wire: Wire | None = None

    def request(self, request: TxRequest) -> Deferred[IResponse]:
        wire: Wire | None = getattr(request._parsedURI, "wire", None)
        self._wire = wire
        if wire is not None:
            wire.restart()
            # Twisted sends the same request again when a kept-alive connection was stale: each copy is taken once.
            request.__dict__.pop("writeTo", None)
            write_to: Any = request.writeTo
            request.__dict__["writeTo"] = lambda transport: write_to(_SentCopy(transport, wire.sent))
        answer = super().request(request)
        if self._parser is not None:
            self._parser.MAX_LENGTH = MAX_LINE_BYTES
        return answer

    def _note_connection(self, wire: Wire) -> None:
        transport: Any = self.transport
        wire.ip = transport.getPeer().host
        wire.protocols = ("http/1.1",)
        handle = transport.getHandle()
        if hasattr(handle, "get_protocol_version_name"):
            wire.protocols = ("http/1.1", handle.get_protocol_version_name().lower().replace("v", "/"))
            wire.cipher = handle.get_cipher_name()

    def dataReceived(self, data: bytes) -> None:  # noqa: N802  (Twisted's name)
        if self._wire is not None:
            if not self._wire.received_length:  # before, the TLS handshake may not be over
                self._note_connection(self._wire)
            self._wire.receive(data)
        super().dataReceived(data)  # type: ignore[no-untyped-call]

    def _finishResponse(self, rest: bytes) -> None:  # noqa: N802  (Twisted's name)
        if self._wire is not None:
            self._wire.drop_rest(len(rest))
            self._wire = None
        super()._finishResponse(rest)


class _TappedFactory(_LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: IAddress | None) -> HTTP11ClientProtocol:  # noqa: ARG002, N802  (Twisted's name)
        return _TappedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


class _TappedAgent(_ScrapyAgent):
    """Scrapy's agent, whose requests carry their `Wire` down to the protocol on the parsed URI."""

    def __init__(self, wire: Wire, **options: Any) -> None:
        super().__init__(**options)
        self._wire = wire

    def _get_agent(self, request: Request, timeout: float) -> Agent:
        agent: Any = super()._get_agent(request, timeout)
        with_endpoint = agent._requestWithEndpoint
        wire = self._wire

        def carry(key: Any, endpoint: Any, method: Any, parsedURI: Any, *rest: Any, **named: Any) -> Any:  # noqa: N803
            parsedURI.wire = wire
            return with_endpoint(key, endpoint, method, parsedURI, *rest, **named)

        agent._requestWithEndpoint = carry
        return cast("Agent", agent)


class TapDownloadHandler(HTTP11DownloadHandler):
    """Download handler for http and https that records each exchange before Scrapy sees the response."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = _TappedFactory

    async def download_request(self, request: Request) -> Response:
        """The response, recorded; what broke is recorded as far as it came, and the error goes on."""
        wire = Wire()
        try:
            response = await self._download(request, wire)
        except BaseException as error:
            self._tell(request, wire, error)
            raise
        self._tell(request, wire, None)
        return response

    def _tell(self, request: Request, wire: Wire, error: BaseException | None) -> None:
        wire.end()
        self._crawler.signals.send_catch_log(exchange_ended, request=request, wire=wire, error=error)

    async def _download(self, request: Request, wire: Wire) -> Response:
        if not request.url.startswith(("http://", "https://")):
            raise UnsupportedURLSchemeError(request.url)
        agent = _TappedAgent(
            wire,
            contextFactory=self._contextFactory,
            bindAddress=self._bind_address,
            pool=self._pool,
            maxsize=self._default_maxsize,
            warnsize=self._default_warnsize,
            fail_on_dataloss=self._fail_on_dataloss,
            crawler=self._crawler,
            tls_verbose_logging=self._tls_verbose_logging,
        )
        with wrap_twisted_exceptions():
            return await maybe_deferred_to_future(agent.download_request(request))


def truncation_of(error: BaseException) -> Truncation:
    """The WARC-Truncated reason that fits a failed download."""
    if isinstance(error, DownloadTimeoutError):
        return Truncation.TIME
    if isinstance(error, DownloadCancelledError):
        return Truncation.LENGTH
    return Truncation.DISCONNECT if _is_hang_up(error.__cause__) else Truncation.UNSPECIFIED


def _is_hang_up(cause: BaseException | None) -> bool:
    """True when the connection ended before the message did, and nothing else was wrong with it."""
    reasons = cause.reasons if isinstance(cause, ResponseFailed) else ()
    return bool(reasons) and all(reason.check(ConnectionDone, ConnectionLost, _DataLoss) for reason in reasons)
