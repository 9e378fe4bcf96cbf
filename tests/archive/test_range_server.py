"""Ranges of WARCs over loopback: exactly what was asked for, of WARCs only, and only with the secret."""

from __future__ import annotations

import http.client
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from archive.blobs import LocalBlobs
from archive.range_server import address_of, serving_ranges

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DATA = bytes(range(256)) * 10_000
KEY = "warc/2026/11/a.warc.gz"


@pytest.fixture
def base(tmp_path: Path) -> Iterator[str]:
    """The address of a store with a WARC and something that is none."""
    blobs = LocalBlobs(tmp_path)
    blobs.put_bytes(KEY, DATA)
    blobs.put_bytes("state/secret", b"secret")
    with serving_ranges(blobs) as address:
        yield address


def get(address: str, span: str | None) -> tuple[int, bytes]:
    """Status and body."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    try:
        connection.request("GET", parts.path, headers={"Range": span} if span else {})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def test_a_range_is_what_lies_there(base: str) -> None:
    """Small, larger than a step, and as far as the file goes."""
    address = address_of(base, KEY)

    assert get(address, "bytes=10-19") == (206, DATA[10:20])
    assert get(address, "bytes=5-2000000") == (206, DATA[5:2000001])
    assert get(address, f"bytes={len(DATA) - 3}-99999999") == (206, DATA[-3:])


def test_nothing_else_is_given(base: str) -> None:
    """Behind the end, no range, no such file, no WARC, a way out of the folder, and without the secret."""
    wrong = base.replace(urlsplit(base).path, "/" + "x" * 32 + "/")

    assert get(address_of(base, KEY), f"bytes={len(DATA)}-{len(DATA) + 5}")[0] == 416
    assert get(address_of(base, KEY), None)[0] == 404
    assert get(address_of(base, "warc/none.warc.gz"), "bytes=0-5")[0] == 404
    assert get(address_of(base, "state/secret"), "bytes=0-5")[0] == 404
    assert get(address_of(base, "warc/../state/secret"), "bytes=0-5")[0] == 502
    assert get(address_of(wrong, KEY), "bytes=0-5")[0] == 404
