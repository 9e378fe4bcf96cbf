"""Real certificates for servers on loopback: an authority that signs whatever a test needs, right or wrong."""

from __future__ import annotations

import datetime as dt
import ipaddress
import ssl
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

if TYPE_CHECKING:
    from pathlib import Path

_NOW = dt.datetime.now(dt.UTC)
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Certificate:
    """A certificate, its key, and the certificates that a server sends behind it."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey
    chain: tuple[x509.Certificate, ...] = ()

    @property
    def fingerprint(self) -> str:
        """SHA-256 over the DER form, in hex."""
        return self.certificate.fingerprint(hashes.SHA256()).hex()

    @property
    def pem(self) -> bytes:
        """The certificate alone."""
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    def server_context(self, *protocols: str) -> ssl.SSLContext:
        """What a server needs to show this certificate; `protocols` are offered in ALPN."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if protocols:
            context.set_alpn_protocols(list(protocols))
        private = self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        others = b"".join(item.public_bytes(serialization.Encoding.PEM) for item in self.chain)
        with tempfile.NamedTemporaryFile() as file:
            file.write(self.pem + others + private)
            file.flush()
            context.load_cert_chain(file.name)
        return context


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _host(name: str) -> x509.GeneralName:
    with suppress(ValueError):
        return x509.IPAddress(ipaddress.ip_address(name))
    return x509.DNSName(name)


def make(
    subject: str,
    *hosts: str,
    issuer: Certificate | None = None,
    is_ca: bool = False,
    expired: bool = False,
    chain: tuple[x509.Certificate, ...] = (),
) -> Certificate:
    """A certificate of `subject` for `hosts`, signed by `issuer` or by itself; valid for a day, or until yesterday."""
    key = ec.generate_private_key(ec.SECP256R1())
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(issuer.certificate.subject if issuer else _name(subject))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_NOW - 9 * _DAY)
        .not_valid_after(_NOW - _DAY if expired else _NOW + _DAY)
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
    )
    if hosts:
        builder = builder.add_extension(x509.SubjectAlternativeName([_host(name) for name in hosts]), critical=False)
    signed = builder.sign(issuer.key if issuer else key, hashes.SHA256())
    return Certificate(signed, key, chain)


class Authority:
    """A CA of our own with an intermediate; `trust_file` is what SSL_CERT_FILE names for those who trust it."""

    def __init__(self, name: str = "Test") -> None:
        self.root = make(f"{name} root", is_ca=True)
        self.intermediate = make(f"{name} intermediate", issuer=self.root, is_ca=True)

    def issue(self, *hosts: str, expired: bool = False, with_chain: bool = True) -> Certificate:
        """A certificate for these hosts, signed by the intermediate; a server may forget to send that along."""
        chain = (self.intermediate.certificate,) if with_chain else ()
        return make("Test server", *hosts, issuer=self.intermediate, expired=expired, chain=chain)

    def trust_file(self, folder: Path) -> Path:
        """The root in a PEM file."""
        path = folder / "root.pem"
        path.write_bytes(self.root.pem)
        return path
