"""The signature of a WACZ by a key of one's own (wacz-auth 0.1.0, "Anonymous Signature"), which any player can verify.

ECDSA over P-384 with SHA-256, as ReplayWeb.page expects it: r and s one behind the other, not in ASN.1. Nothing in it
depends on chance where the system's OpenSSL knows RFC 6979. The only importer of cryptography in the archive.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from archive.errors import Malformed

if TYPE_CHECKING:
    from pathlib import Path

_VERSION = "0.1.0"
_EXPECTED = "a private key on the curve P-384 (secp384r1) in PEM, without a password"


class Signer:
    """Signs with one private key; `public_key` is what a reader compares it with, Base64 of its DER form."""

    def __init__(self, key: ec.EllipticCurvePrivateKey) -> None:
        self._key = key
        self._size = key.curve.key_size // 8
        spki = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        self.public_key = base64.b64encode(spki).decode("ascii")

    def signed_data(self, digest: str, *, created: str, software: str) -> dict[str, str]:
        """The `signedData` of a digest, `sha256:…`; `created` is that of the data package."""
        r, s = decode_dss_signature(self._sign(digest.encode("ascii")))
        raw = r.to_bytes(self._size, "big") + s.to_bytes(self._size, "big")
        return {
            "hash": digest,
            "created": created,
            "software": software,
            "version": _VERSION,
            "signature": base64.b64encode(raw).decode("ascii"),
            "publicKey": self.public_key,
        }

    def _sign(self, data: bytes) -> bytes:
        try:
            return self._key.sign(data, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
        except UnsupportedAlgorithm:  # an OpenSSL before 3.2
            return self._key.sign(data, ec.ECDSA(hashes.SHA256()))


def read_signer(path: Path) -> Signer:
    """The signer with the key in a file. Raises `OSError`, and `Malformed` for a file that holds no such key."""
    data = path.read_bytes()
    try:
        key = load_pem_private_key(data, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise Malformed(str(path), None, f"holds no key that can be read, expected {_EXPECTED}") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP384R1):
        raise Malformed(str(path), None, f"holds another kind of key, expected {_EXPECTED}")
    return Signer(key)
