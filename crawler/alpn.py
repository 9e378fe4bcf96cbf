"""HTTP/2 or HTTP/1.1, as the server chooses in the TLS handshake (ALPN, RFC 7301)."""

# ruff: noqa: SLF001 (private names of Twisted 26.10)

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IHandshakeListener, IProtocolNegotiationFactory
from twisted.internet.protocol import Factory, Protocol, connectionDone
from twisted.web._newclient import ResponseNeverReceived
from zope.interface import implementer

from crawler.h2_connection import H2ClientProtocol
from crawler.h2_exchange import failure

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.internet.interfaces import IAddress
    from twisted.python.failure import Failure
    from twisted.web._newclient import Request as TxRequest
    from twisted.web.iweb import IResponse


class NegotiatingEndpoint:
    """An https endpoint whose connections speak HTTP/2 with a server that can, and HTTP/1.1 with every other."""

    def __init__(self, endpoint: Any) -> None:
        self._endpoint = endpoint

    def connect(self, factory: Any) -> Any:
        """A protocol of HTTP/2, or one of `factory`, which speaks HTTP/1.1: a Deferred, as of any endpoint."""
        return self._endpoint.connect(_NegotiatingFactory(factory))

    def __repr__(self) -> str:
        return repr(self._endpoint)


@implementer(IProtocolNegotiationFactory)
class _NegotiatingFactory(Factory):
    noisy = False

    def __init__(self, factory: Any) -> None:
        self._factory = factory

    def acceptableProtocols(self) -> list[bytes]:  # noqa: N802  (Twisted's name)
        return [b"h2", b"http/1.1"]

    def buildProtocol(self, addr: IAddress | None) -> Protocol:  # noqa: N802  (Twisted's name)
        return _Negotiator(lambda: self._factory.buildProtocol(addr), self._factory._quiescentCallback)


@implementer(IHandshakeListener)
class _Negotiator(Protocol):
    """Keeps the first request until the handshake has told which protocol is to send it."""

    def __init__(self, build_http1: Callable[[], Any], quiescent: Callable[[Any], object]) -> None:
        self._build_http1 = build_http1
        self._quiescent = quiescent
        self._chosen: Any = None
        self._waiting: tuple[TxRequest, Deferred[IResponse]] | None = None
        self._answer: Deferred[IResponse] | None = None

    def request(self, request: TxRequest) -> Deferred[IResponse]:
        """Send the first request, now or after the handshake; the pool asks the chosen protocol for the others."""
        if self._chosen is not None:
            answer: Deferred[IResponse] = self._chosen.request(request)
            return answer
        waiting: Deferred[IResponse] = Deferred(self._cancel)
        self._waiting = (request, waiting)
        return waiting

    def _cancel(self, _: Deferred[IResponse]) -> None:
        transport: Any = self.transport
        if self._answer is not None:
            self._answer.cancel()
        else:
            self._waiting = None
            transport.abortConnection()

    def handshakeCompleted(self) -> None:  # noqa: N802  (Twisted's name)
        transport: Any = self.transport
        is_h2 = transport.negotiatedProtocol == b"h2"
        self._chosen = H2ClientProtocol(self._quiescent) if is_h2 else self._build_http1()
        self._chosen.makeConnection(transport)
        if self._waiting is not None:
            (request, waiting), self._waiting = self._waiting, None
            self._answer = self._chosen.request(request)
            self._answer.chainDeferred(waiting)

    def dataReceived(self, data: bytes) -> None:  # noqa: N802  (Twisted's name)
        self._chosen.dataReceived(data)

    def connectionLost(self, reason: Failure = connectionDone) -> None:  # noqa: N802  (Twisted's name)
        if self._chosen is not None:
            self._chosen.connectionLost(reason)
        elif self._waiting is not None:
            (_, waiting), self._waiting = self._waiting, None
            waiting.errback(failure(ResponseNeverReceived([reason])))  # type: ignore[no-untyped-call]
