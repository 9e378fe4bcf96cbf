"""The tap: Scrapy's HTTP/1.1 handler, with a copy of every byte that its sockets send and receive.

A record built from `scrapy.http.Response` has lost the reason phrase, the header order and case, the chunk framing
and every failed download; so the copy is taken at Twisted's client protocol, beneath all of that. This module sits
on private names of Scrapy 2.19 and Twisted 26.10 (pinned; `tests/crawler/test_tap.py` compares byte for byte). The
bytes are read by `crawler.answers` and kept by `crawler.wire`.

It decides nothing: each finished or broken exchange goes out with the signal `exchange_ended`.
"""

# ruff: noqa: SLF001 (the tap lives on private names)

from __future__ import annotations

import os
import time
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

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
from crawler.alpn import NegotiatingEndpoint
from crawler.answers import AnswerParser, call_later
from crawler.terms import HostTerms, Terms
from crawler.tls import Trust, note_connection, tls_refusal
from crawler.wire import Limits, Wire

if TYPE_CHECKING:
    from collections.abc import Callable

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.internet.defer import Deferred
    from twisted.internet.interfaces import IAddress
    from twisted.python.failure import Failure
    from twisted.web._newclient import HTTP11ClientProtocol
    from twisted.web._newclient import Request as TxRequest
    from twisted.web.client import URI, Agent
    from twisted.web.iweb import IResponse

# Sent with `request`, `wire` and `error` (None when Scrapy has the whole response) before the response goes on.
exchange_ended = object()
PARTIAL = "kakehashi-partial"
"""The flag of a response of whose body Scrapy has only the beginning; the record has all of it."""
CONNECT_TIMEOUT_S = 30.0
_IDLE_S = 60.0


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
        if wire is None:
            return super().request(request)
        wire.restart()
        # Twisted sends the same request again when a kept-alive connection was stale: each copy is taken once.
        request.__dict__.pop("writeTo", None)
        write_to: Any = request.writeTo
        request.__dict__["writeTo"] = lambda transport: write_to(_SentCopy(transport, wire.sent))
        answer = super().request(request)
        if self._parser is not None:
            self._parser = cast("Any", AnswerParser(self._parser, wire, give_up=self._abandon))
        return answer

    def _abandon(self, reason: Failure) -> None:
        transport: Any = self.transport
        transport.abortConnection()
        self._giveUp(reason)  # type: ignore[no-untyped-call]

    def dataReceived(self, data: bytes) -> None:  # noqa: N802  (Twisted's name)
        if self._wire is not None:  # before the first byte, the TLS handshake may not be over
            note_connection(self._wire, self.transport, "http/1.1")
            self._wire = None
        super().dataReceived(data)  # type: ignore[no-untyped-call]


class _TappedFactory(_LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: IAddress | None) -> HTTP11ClientProtocol:  # noqa: ARG002, N802  (Twisted's name)
        return _TappedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


class _LateEndpoint:
    """Where a host is reached, made when a connection is: most requests find one that is kept alive."""

    def __init__(self, make: Callable[[URI], Any], uri: URI) -> None:
        self._make = make
        self._uri = uri

    def connect(self, factory: Any) -> Deferred[Any]:
        """A new connection, to come."""
        return cast("Deferred[Any]", self._make(self._uri).connect(factory))


class _TappedAgent(_ScrapyAgent):
    """Scrapy's agent, whose requests carry their `Wire` down to the protocol on the parsed URI."""

    def __init__(self, wire: Wire, terms: Terms, connect_timeout_s: float, **options: Any) -> None:
        super().__init__(**options)
        self._wire = wire
        self._terms = terms
        self._connect_s = connect_timeout_s

    def _get_agent(self, request: Request, timeout: float) -> Agent:
        agent: Any = super()._get_agent(request, min(timeout, self._connect_s))
        with_endpoint = agent._requestWithEndpoint
        wire, terms = self._wire, self._terms
        has_h2 = terms.wants_h2 and request.url.startswith("https:") and not request.meta.get("proxy")

        def carry(key: Any, endpoint: Any, method: Any, parsedURI: Any, *rest: Any, **named: Any) -> Any:  # noqa: N803
            parsedURI.wire = wire
            endpoint = NegotiatingEndpoint(endpoint) if has_h2 else endpoint
            return with_endpoint((*key, terms), endpoint, method, parsedURI, *rest, **named)

        agent._requestWithEndpoint = carry
        agent._getEndpoint = partial(_LateEndpoint, agent._getEndpoint)
        return cast("Agent", agent)


class TapDownloadHandler(HTTP11DownloadHandler):
    """Download handler for http and https that records each exchange before Scrapy sees the response.

    `DOWNLOAD_MAXSIZE` bounds a body on the wire, `DOWNLOAD_TIMEOUT` the whole exchange, `KAKEHASHI_IDLE_TIMEOUT` the
    seconds without a byte, `KAKEHASHI_CONNECT_TIMEOUT` those for a connection. `KAKEHASHI_MEMORY_BYTES` is how much of
    a body Scrapy gets, 0 all of it; `download_memory` in a request's meta overrides it.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = _TappedFactory
        self._trust = Trust(cast("Any", self._contextFactory)._get_cert_options_kwargs())
        self._terms = HostTerms(crawler.settings)
        settings = crawler.settings
        self._limits = Limits(
            body=self._default_maxsize,
            memory=settings.getint("KAKEHASHI_MEMORY_BYTES", 0),
            idle_s=settings.getfloat("KAKEHASHI_IDLE_TIMEOUT", _IDLE_S),
        )
        self._connect_timeout_s = settings.getfloat("KAKEHASHI_CONNECT_TIMEOUT", CONNECT_TIMEOUT_S)
        self._folder = _folder()

    async def download_request(self, request: Request) -> Response:
        """The response, recorded; what broke is recorded as far as it came, and the error goes on."""
        wire = Wire(self._limits_of(request), folder=self._folder)
        try:
            response = await self._download(request, wire)
        except BaseException as error:
            self._tell(request, wire, error)
            raise
        if "download_stopped" in response.flags:
            wire.truncated = wire.truncated or Truncation.LENGTH
        if wire.is_partial:
            response.flags.append(PARTIAL)
        self._tell(request, wire, None)
        return response

    def _limits_of(self, request: Request) -> Limits:
        meta = request.meta
        if "download_maxsize" not in meta and "download_memory" not in meta:
            return self._limits
        return replace(
            self._limits,
            body=meta.get("download_maxsize", self._limits.body),
            memory=meta.get("download_memory", self._limits.memory),
        )

    def _tell(self, request: Request, wire: Wire, error: BaseException | None) -> None:
        wire.end()
        self._crawler.signals.send_catch_log(exchange_ended, request=request, wire=wire, error=error)

    async def _download(self, request: Request, wire: Wire) -> Response:
        if not request.url.startswith(("http://", "https://")):
            raise UnsupportedURLSchemeError(request.url)
        terms = self._terms.of(request.url)
        agent = _TappedAgent(
            wire,
            terms,
            self._connect_timeout_s,
            contextFactory=self._trust.policy(wire, is_lenient=terms.is_lenient),
            bindAddress=self._bind_address,
            pool=self._pool,
            maxsize=0,  # the tap's own limit takes a body up to it, Scrapy's would leave it at the first bytes
            warnsize=self._default_warnsize,
            fail_on_dataloss=self._fail_on_dataloss,
            crawler=self._crawler,
            tls_verbose_logging=self._tls_verbose_logging,
        )
        under_way = agent.download_request(request)
        watch = IdleWatch(wire, under_way.cancel)
        try:
            with wrap_twisted_exceptions():
                return await maybe_deferred_to_future(under_way)
        except Exception as error:
            if wire.failure is not None:
                raise wire.failure from error
            if (refusal := tls_refusal(wire, error.__cause__)) is not None:
                raise refusal from error
            raise
        finally:
            watch.stop()


class IdleWatch:
    """Gives up an exchange on whose wire nothing has come for too long: a total limit would cut large bodies."""

    def __init__(self, wire: Wire, cancel: Callable[[], None]) -> None:
        self._wire = wire
        self._cancel = cancel
        self._looked_at = -1.0
        self._call = call_later(wire.limits.idle_s, self._look)

    def stop(self) -> None:
        """Watch no longer."""
        if self._call.active():
            self._call.cancel()

    def _look(self) -> None:
        limit = self._wire.limits.idle_s
        quiet = time.monotonic() - self._wire.touched_at
        if quiet < limit:
            self._call = call_later(limit - quiet, self._look)
            return
        if self._looked_at < self._wire.touched_at:
            # Where this process itself was busy for long, what came meanwhile is still to be read.
            self._looked_at = time.monotonic()
            self._call = call_later(min(1.0, limit / 4), self._look)
            return
        self._wire.fail(DownloadTimeoutError(f"no byte came for {limit:g} seconds"), Truncation.TIME)
        self._cancel()


def _folder() -> Path | None:
    """Where large bodies wait: `TMPDIR` where it is set, else /var/tmp, since /tmp may well be memory."""
    on_disk = Path("/var/tmp")  # noqa: S108  (files without a name)
    return on_disk if not os.environ.get("TMPDIR") and os.access(on_disk, os.W_OK) else None


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
