"""Digests in the spelling that WARC readers expect: `sha1:` and upper-case base32. Pure."""

from __future__ import annotations

import base64
import hashlib


def sha1_label(data: bytes) -> str:
    """The labelled SHA-1 of `data`, as WARC-Payload-Digest and WARC-Block-Digest hold it."""
    return label(hashlib.sha1(data, usedforsecurity=False).digest())


def label(digest: bytes) -> str:
    """A raw SHA-1 digest with its label."""
    return "sha1:" + base64.b32encode(digest).decode("ascii")


def is_equal(label_a: str, label_b: str) -> bool:
    """True when two labelled digests name the same bytes; the spelling of base32 and label may differ in case."""
    return label_a.strip().lower() == label_b.strip().lower()
