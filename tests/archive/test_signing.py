"""The signature of a WACZ, verified as players do it, with nothing of ours."""

from __future__ import annotations

import base64
import json
import zipfile
from typing import TYPE_CHECKING

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    load_der_public_key,
)

from crawler.__main__ import main
from tests.pipelines.archived import exchange, write

if TYPE_CHECKING:
    from pathlib import Path


def pem(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, how: KeySerializationEncryption | None = None) -> bytes:
    """A private key as a file holds it."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, how or NoEncryption())


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store with one capture, and no article."""
    write(tmp_path / "data", [exchange("a")])
    return tmp_path / "data"


def test_anybody_can_verify_a_signed_wacz(store: Path, tmp_path: Path) -> None:
    """Over the text of the digest, by the public key that it brings; another digest is not what was signed."""
    key = ec.generate_private_key(ec.SECP384R1())
    (tmp_path / "key.pem").write_bytes(pem(key))
    files = [tmp_path / name for name in ("a.wacz", "b.wacz")]
    for file in files:
        assert main(["export", "wacz", "--store", str(store), "--sign", str(tmp_path / "key.pem"), str(file)]) == 0

    with zipfile.ZipFile(files[0]) as wacz:
        digest = json.loads(wacz.read("datapackage-digest.json"))
        package = json.loads(wacz.read("datapackage.json"))
    signed = digest["signedData"]
    assert signed["hash"] == digest["hash"]
    assert signed["created"] == package["created"]
    assert sorted(signed) == ["created", "hash", "publicKey", "signature", "software", "version"]
    raw = base64.b64decode(signed["signature"])
    der = encode_dss_signature(int.from_bytes(raw[:48], "big"), int.from_bytes(raw[48:], "big"))
    public = load_der_public_key(base64.b64decode(signed["publicKey"]))
    assert isinstance(public, ec.EllipticCurvePublicKey)
    assert public.public_numbers() == key.public_key().public_numbers()
    public.verify(der, digest["hash"].encode(), ec.ECDSA(hashes.SHA256()))
    with pytest.raises(InvalidSignature):
        public.verify(der, b"sha256:0", ec.ECDSA(hashes.SHA256()))


def test_without_a_key_nothing_is_signed(store: Path, tmp_path: Path) -> None:
    """The digest alone."""
    assert main(["export", "wacz", "--store", str(store), str(tmp_path / "a.wacz")]) == 0
    with zipfile.ZipFile(tmp_path / "a.wacz") as wacz:
        assert sorted(json.loads(wacz.read("datapackage-digest.json"))) == ["hash", "path"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (None, 2),
        (b"no key", 3),
        (pem(ec.generate_private_key(ec.SECP256R1())), 3),
        (pem(ec.generate_private_key(ec.SECP384R1()), BestAvailableEncryption(b"secret")), 3),
        (pem(rsa.generate_private_key(65537, 2048)), 3),
    ],
    ids=["none", "no-pem", "other-curve", "password", "rsa"],
)
def test_a_key_that_cannot_sign_is_refused_in_a_line(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], data: bytes | None, code: int
) -> None:
    """It names the file, and says what was expected; nothing is written."""
    key = tmp_path / "key.pem"
    if data is not None:
        key.write_bytes(data)

    assert main(["export", "wacz", "--store", str(store), "--sign", str(key), str(tmp_path / "a.wacz")]) == code
    (line,) = capsys.readouterr().err.splitlines()
    assert str(key) in line
    assert data is None or "expected a private key on the curve P-384" in line
    assert not (tmp_path / "a.wacz").exists()
