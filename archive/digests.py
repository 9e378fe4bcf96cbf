"""Digests in the spelling that WARC readers expect: `sha1:` and upper-case base32. Pure."""

from __future__ import annotations

import base64
import hashlib


def sha1_label(data: bytes) -> str:
    """The labelled SHA-1 of `data`, as WARC-Payload-Digest and WARC-Block-Digest hold it."""
    return label(hashlib.sha1(data, usedforsecurity=False).digest())


def label(digest: bytes) -> str:
    """A raw SHA-1 digest, 20 bytes, with its label."""
    number = int.from_bytes(digest, "big")
    return "sha1:" + "".join([_PAIRS[number >> shift & 1023] for shift in _SHIFTS])


# Base32 two letters at a time: `base64.b32encode` is written in Python and takes four times as long.
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_PAIRS = [first + second for first in _ALPHABET for second in _ALPHABET]
_SHIFTS = range(150, -1, -10)


def is_equal(label_a: str, label_b: str) -> bool:
    """True when two labelled digests name the same bytes; the spelling of base32 and label may differ in case."""
    return label_a.strip().lower() == label_b.strip().lower()


_LENGTHS = {"sha1": 20, "sha256": 32, "md5": 16, "sha512": 64}


class Claim:
    """A digest that a record states, to be compared with the bytes as they are read.

    `is_known` is False for an algorithm or spelling that nothing here can compute; such a claim holds for any bytes.
    """

    def __init__(self, stated: str) -> None:
        self.stated = stated.strip()
        algorithm, _, value = self.stated.partition(":")
        self._algorithm = algorithm.strip().lower().replace("-", "")
        self._expected = _decoded(value.strip(), _LENGTHS.get(self._algorithm))
        self.is_known = self._expected is not None
        self._hash = hashlib.new(self._algorithm, usedforsecurity=False) if self.is_known else None

    def update(self, data: bytes) -> None:
        """Take in more of the bytes."""
        if self._hash is not None:
            self._hash.update(data)

    @property
    def holds(self) -> bool:
        """True when the bytes so far are those that were meant."""
        return self._hash is None or self._hash.digest() == self._expected

    @property
    def computed(self) -> str:
        """The digest of the bytes so far, in base32 for SHA-1 and in hex for the others."""
        if self._hash is None:
            return "unknown"
        digest = self._hash.digest()
        return label(digest) if self._algorithm == "sha1" else f"{self._algorithm}:{digest.hex()}"


def _decoded(value: str, length: int | None) -> bytes | None:
    """The digest that is spelled in hex or base32, None when it is neither or of another length."""
    if length is None:
        return None
    try:
        raw = (
            bytes.fromhex(value)
            if len(value) == 2 * length
            else base64.b32decode(value + "=" * (-len(value) % 8), True)
        )
    except ValueError:
        return None
    return raw if len(raw) == length else None
