"""No request reaches a private network: every address that a name resolves to is checked before a socket opens.

Installed as Scrapy's `TWISTED_DNS_RESOLVER`. Twisted connects only to the addresses that a resolver hands out, and
asks it for IP literals in any spelling too (decimal, octal, hex, mapped), on every hop of a redirect; so what is
filtered here is never connected to, and what is connected to was checked.
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Any

from twisted.internet.interfaces import IHostnameResolver, IResolutionReceiver
from zope.interface import implementer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrapy.crawler import Crawler
    from twisted.internet.interfaces import IAddress, IHostResolution

# Host and port to the private address that it led to: a refused name looks to Twisted like one that does not exist.
refused_hosts: dict[tuple[str, int], str] = {}
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
# The only part of IPv6 that is given out for global unicast (RFC 4291, 2.4; IANA): all else is refused, such as
# site-local fec0::/10 and IPv4-compatible ::/96, which Python calls global.
_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")


def is_public(address: str) -> bool:
    """True for a globally reachable unicast address; mapped, 6to4 and NAT64 forms count as the address inside."""
    try:
        ip = ipaddress.ip_address(address.split("%", 1)[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = _embedded(ip)
        if inner is None and ip not in _GLOBAL_UNICAST:
            return False
        ip = inner or ip
    return ip.is_global and not ip.is_multicast


def _embedded(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if ip in _NAT64:
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour


def parse_host_port(text: str) -> tuple[str, int]:
    """`HOST:PORT` as a pair, the host in lower case. Raises `ValueError` with what was expected."""
    host, separator, port = text.rpartition(":")
    if not separator or not host or not port.isdigit() or not 0 < int(port) < 65536:
        raise ValueError(f"expected HOST:PORT, got {text!r}")
    return host.strip("[]").lower(), int(port)


@implementer(IHostnameResolver)
class GuardedResolver:
    """Twisted's own resolver, less the private addresses that `KAKEHASHI_ALLOW_PRIVATE` does not name."""

    def __init__(self, reactor: Any, allowed: frozenset[tuple[str, int]]) -> None:
        self._reactor = reactor
        self._resolver = reactor.nameResolver
        while isinstance(self._resolver, GuardedResolver):  # a second crawl in one process
            self._resolver = self._resolver._resolver  # noqa: SLF001
        self._allowed = allowed

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: Any) -> GuardedResolver:
        """The resolver that a crawl's settings ask for."""
        allowed = frozenset(map(parse_host_port, crawler.settings.getlist("KAKEHASHI_ALLOW_PRIVATE")))
        return cls(reactor, allowed)

    def install_on_reactor(self) -> None:
        """Resolve every name of this process through the guard from now on."""
        self._reactor.installNameResolver(self)

    def resolveHostName(  # noqa: N802  (Twisted's name)
        self,
        resolutionReceiver: IResolutionReceiver,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Sequence[type[IAddress]] | None = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> IHostResolution:
        """Resolve a name; the receiver sees only what may be connected to."""
        where = (hostName.lower(), portNumber)
        receiver = resolutionReceiver if where in self._allowed else _PublicOnly(resolutionReceiver, where)
        resolution: IHostResolution = self._resolver.resolveHostName(
            receiver, hostName, portNumber, addressTypes, transportSemantics
        )
        return resolution


@implementer(IResolutionReceiver)
class _PublicOnly:
    def __init__(self, receiver: Any, where: tuple[str, int]) -> None:
        self._receiver = receiver
        self._where = where

    def resolutionBegan(self, resolutionInProgress: Any) -> None:  # noqa: N802, N803
        self._receiver.resolutionBegan(resolutionInProgress)

    def addressResolved(self, address: Any) -> None:  # noqa: N802
        if is_public(address.host):
            self._receiver.addressResolved(address)
        else:
            refused_hosts[self._where] = address.host

    def resolutionComplete(self) -> None:  # noqa: N802
        self._receiver.resolutionComplete()
