"""Digests in every spelling that WARCs use."""

from __future__ import annotations

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.digests import Claim, is_equal, label, sha1_label

DATA = b"Tashkent"
SHA1 = base64.b32encode(hashlib.sha1(DATA).digest()).decode()


def test_a_label_is_upper_case_base32() -> None:
    """As readers expect it."""
    assert sha1_label(b"") == "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"
    assert is_equal(f"sha1:{SHA1}", f" SHA1:{SHA1.lower()}")
    assert not is_equal(f"sha1:{SHA1}", sha1_label(b""))


@pytest.mark.parametrize(
    "stated",
    [
        f"sha1:{SHA1}",
        f"SHA-1:{SHA1.lower()}",
        f"sha1:{hashlib.sha1(DATA).hexdigest()}",
        f"sha256:{hashlib.sha256(DATA).hexdigest().upper()}",
        "sha256:" + base64.b32encode(hashlib.sha256(DATA).digest()).decode().rstrip("="),
        f"md5:{hashlib.md5(DATA).hexdigest()}",
        f"sha512:{hashlib.sha512(DATA).hexdigest()}",
    ],
)
def test_a_claim_holds_for_its_bytes_alone(stated: str) -> None:
    """In hex and in base32, of any case."""
    right, wrong = Claim(stated), Claim(stated)
    right.update(DATA[:3])
    right.update(DATA[3:])
    wrong.update(DATA + b"!")

    assert (right.is_known, right.holds, wrong.holds) == (True, True, False)
    assert Claim(right.computed).is_known


@pytest.mark.parametrize(
    "stated", ["", "sha1", "sha1:", "sha1:xyz", "blake3:00", f"sha1:{SHA1}AAAAAAAA", f"md5:{SHA1}"]
)
def test_a_claim_that_cannot_be_computed_is_said_to_be_unknown(stated: str) -> None:
    """It holds for any bytes: nothing can be said against it."""
    claim = Claim(stated)
    claim.update(DATA)

    assert (claim.is_known, claim.holds, claim.computed) == (False, True, "unknown")


@given(st.binary(min_size=20, max_size=20))
def test_a_digest_is_spelled_as_the_standard_library_does(digest: bytes) -> None:
    """Zeros at the beginning, too."""
    assert label(digest) == f"sha1:{base64.b32encode(digest).decode()}"
