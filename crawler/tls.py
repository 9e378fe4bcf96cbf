"""TLS as it went: the certificate that a server showed, what was wrong with it, and whether that ends the connection.

Scrapy knows one switch for a whole process, and tells nobody what a handshake brought. Here each connection has its
own `Handshake`, which either refuses a bad certificate, or lets it pass and remembers why nobody should trust it.

Twisted's own check lets a certificate through that names no host at all, as long as a trusted CA signed it; what
cannot be checked is refused here. This module sits on private names of Scrapy 2.19 and Twisted 26.10.
"""

# ruff: noqa: SLF001 (private names, see above)

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, cast

from cryptography.hazmat.primitives.hashes import SHA256
from OpenSSL import SSL
from scrapy.core.downloader.contextfactory import _ScrapyCertificateOptions
from service_identity.exceptions import CertificateError, VerificationError
from service_identity.hazmat import DNS_ID, DNSPattern, IPAddress_ID, IPAddressPattern, verify_service_identity
from service_identity.pyopenssl import extract_patterns
from twisted.internet._sslverify import ClientTLSOptions
from twisted.internet.ssl import CertificateOptions, platformTrust
from twisted.web.iweb import IPolicyForHTTPS
from zope.interface import implementer

if TYPE_CHECKING:
    from collections.abc import Callable

    from cryptography.x509 import Certificate
    from OpenSSL.crypto import X509
    from twisted.protocols.tls import TLSMemoryBIOProtocol

    from crawler.wire import Wire

# X509_V_ERR_* of OpenSSL's x509_vfy.h, in its own words; an operator will look for them.
_CHAIN_ERRORS = {
    2: "unable to get issuer certificate",
    7: "certificate signature failure",
    9: "certificate is not yet valid or the system clock is incorrect",
    10: "certificate has expired",
    18: "self-signed certificate",
    19: "self-signed certificate in certificate chain",
    20: "unable to get local issuer certificate",
    21: "unable to verify the first certificate",
    22: "certificate chain too long",
    23: "certificate revoked",
    26: "unsuitable certificate purpose",
    66: "EE certificate key too weak",
    67: "CA certificate key too weak",
    68: "CA signature digest algorithm too weak",
    79: "invalid CA certificate",
}
_MAX_NAMES = 5


class CertificateRefusedError(Exception):
    """The server showed a certificate that is not to be trusted; nothing was asked of it.

    Unlike a broken connection it is not worth a second try. `host` is whom the certificate should have named,
    `problems` what was wrong.
    """

    def __init__(self, host: str, problems: list[str]) -> None:
        super().__init__(f"{host}: {'; '.join(problems)}")
        self.host = host
        self.problems = problems


class HandshakeFailedError(Exception):
    """Server and crawler could not agree on TLS, for another reason than the certificate; nor will they next time."""


class Handshake:
    """One TLS handshake: filled by OpenSSL's callback, read once the connection is up or has failed.

    `problems` is what is wrong with the server's certificate, in the order in which it was found; empty before the
    handshake and after one that was verified. `leaf` is the server's own certificate, None where the handshake ended
    before it came.
    """

    def __init__(self, host: str, *, is_lenient: bool) -> None:
        self.host = host
        self.is_lenient = is_lenient
        self.leaf: Certificate | None = None
        self.problems: list[str] = []
        self._has_leaf = False

    @property
    def is_verified(self) -> bool:
        """True when the server's certificate was seen and nothing was wrong with it."""
        return self.leaf is not None and not self.problems

    @property
    def is_refused(self) -> bool:
        """True when the connection was given up for its certificate."""
        return bool(self.problems) and not self.is_lenient

    def check(self, _: SSL.Connection, certificate: X509, code: int, depth: int, is_ok: int) -> bool:
        """Note what OpenSSL found in one certificate of the chain; False ends the handshake.

        OpenSSL calls it once for each problem and once for each sound certificate, the server's own at depth 0.
        """
        if not is_ok:
            self._note(f"{_CHAIN_ERRORS.get(code, f'OpenSSL error {code}')}{_whose(certificate, depth)}")
        if depth == 0 and not self._has_leaf:
            self._has_leaf = True
            self._check_leaf(certificate)
        return self.is_lenient or not self.problems

    def _check_leaf(self, certificate: X509) -> None:
        try:
            self.leaf = certificate.to_cryptography()
        except ValueError:
            self._note("certificate that cannot be read")
        try:
            wanted = IPAddress_ID(self.host) if _is_address(self.host) else DNS_ID(self.host)
            verify_service_identity(extract_patterns(certificate), [wanted], [])
        except (VerificationError, CertificateError, ValueError):
            self._note(f"hostname mismatch: certificate is for {_names(certificate)}")

    def _note(self, problem: str) -> None:
        if problem not in self.problems:
            self.problems.append(problem)

    def facts(self) -> tuple[tuple[str, str], ...]:
        """The fields of a metadata record: the outcome, and which certificate it was about."""
        outcome = "verified" if self.is_verified else f"not verified: {'; '.join(self.problems) or 'none was shown'}"
        facts = [("kakehashi-tls", f"certificate {outcome}")]
        if self.leaf is not None:
            facts += [
                ("kakehashi-tls-certificate", f"sha256:{self.leaf.fingerprint(SHA256()).hex()}"),
                ("kakehashi-tls-subject", _read(self.leaf, "subject")),
                ("kakehashi-tls-issuer", _read(self.leaf, "issuer")),
                ("kakehashi-tls-not-after", _read(self.leaf, "not_valid_after_utc")),
            ]
        return tuple(facts)


def _is_address(host: str) -> bool:
    return ":" in host or host.rpartition(".")[2].isdigit()


def _whose(certificate: X509, depth: int) -> str:
    """Which certificate of the chain a problem is about, where it is not the server's own."""
    try:
        return f" ({_read(certificate.to_cryptography(), 'subject')})" if depth else ""
    except ValueError:
        return ""


def _read(certificate: Certificate, field: str) -> str:
    try:
        value = getattr(certificate, field)
        return value.strftime("%Y-%m-%dT%H:%M:%SZ") if isinstance(value, dt.datetime) else value.rfc4514_string()
    except ValueError:
        return "unreadable"  # what a CA wrote need not follow X.509


def _names(certificate: X509) -> str:
    """The hosts that a certificate names, not more than a line holds."""
    try:
        patterns = extract_patterns(certificate)
    except (CertificateError, ValueError):
        return "names that cannot be read"
    values = [item.pattern for item in patterns if isinstance(item, DNSPattern | IPAddressPattern)]
    names = [value.decode("latin-1") if isinstance(value, bytes) else str(value) for value in values]
    more = f" and {len(names) - _MAX_NAMES} more" if len(names) > _MAX_NAMES else ""
    return (", ".join(names[:_MAX_NAMES]) + more) or "no host"


class Trust:
    """The trust store and the TLS limits of a crawl; makes the policy of each request.

    The CAs are those of the system, or of the PEM file that SSL_CERT_FILE names (SSL_CERT_DIR: a folder), as OpenSSL
    reads them. `options` are keyword arguments of `CertificateOptions`: ciphers, versions.
    """

    def __init__(self, options: dict[str, Any]) -> None:
        system: Any = platformTrust()  # type: ignore[no-untyped-call]
        self._strict = CertificateOptions(trustRoot=system, **options)
        # For what is recorded with its faults also servers will do that renegotiate in the old way.
        self._lenient = _ScrapyCertificateOptions(trustRoot=system, **options)

    def policy(self, wire: Wire, *, is_lenient: bool) -> IPolicyForHTTPS:
        """How the connections of one exchange are secured; each new one puts its handshake on the wire."""
        options = self._lenient if is_lenient else self._strict

        def begin(host: str) -> Handshake:
            wire.handshake = handshake = Handshake(host, is_lenient=is_lenient)
            return handshake

        return cast("IPolicyForHTTPS", _Policy(options, begin))


@implementer(IPolicyForHTTPS)
class _Policy:
    def __init__(self, options: CertificateOptions, begin: Callable[[str], Handshake]) -> None:
        self._options = options
        self._begin = begin

    def creatorForNetloc(self, hostname: bytes, port: int) -> ClientTLSOptions:  # noqa: ARG002, N802  (Twisted's name)
        return _NotedTLSOptions(self._options, hostname.decode("ascii"), self._begin)


class _NotedTLSOptions(ClientTLSOptions):
    def __init__(self, options: CertificateOptions, host: str, begin: Callable[[str], Handshake]) -> None:
        super().__init__(options._makeTLSConnection, host)
        self._begin = begin

    def clientConnectionForTLS(self, tlsProtocol: TLSMemoryBIOProtocol) -> SSL.Connection:  # noqa: N802, N803
        connection = super().clientConnectionForTLS(tlsProtocol)
        handshake = self._begin(self._hostnameASCII)
        # A kept-alive connection serves more than one exchange: each finds the handshake again.
        tlsProtocol.kakehashi_handshake = handshake  # type: ignore[attr-defined]
        connection.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT, handshake.check)
        return connection


def note_connection(wire: Wire, transport: Any, http: str) -> None:
    """Write on a wire who is at the other end, and over which protocols: `http` is `http/1.1` or `h2`."""
    wire.ip = transport.getPeer().host
    wire.protocols = (http,)
    handle = transport.getHandle()
    if hasattr(handle, "get_protocol_version_name"):
        wire.protocols = (http, handle.get_protocol_version_name().lower().replace("v", "/"))
        wire.cipher = handle.get_cipher_name()
    wire.handshake = getattr(transport, "kakehashi_handshake", wire.handshake)


def tls_refusal(wire: Wire, cause: BaseException | None) -> Exception | None:
    """What an exchange has failed with where TLS kept it from beginning; None where it was something else.

    `cause` is what Twisted raised.
    """
    handshake = wire.handshake
    if handshake is None or wire.received_length:
        return None
    if handshake.is_refused:
        return CertificateRefusedError(handshake.host, handshake.problems)
    errors = [reason.value for reason in getattr(cause, "reasons", ()) if reason.check(SSL.Error)]
    if not errors:
        return None
    words = [entry[-1] for error in errors for entries in error.args[:1] for entry in entries]
    return HandshakeFailedError(f"{handshake.host}: TLS failed: {'; '.join(words) or 'no reason given'}")
