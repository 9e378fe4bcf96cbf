"""Content codings are undone whole, in stacks, broken off, and never beyond the limit."""

from __future__ import annotations

import gzip
import os
import time
import tracemalloc
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING

import brotli
import pytest
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st

from archive.coding import MAX_DECODED_BYTES, UndecodableError, decode_content

if TYPE_CHECKING:
    from collections.abc import Callable

TEXT = b"Tashkent and Tokyo. " * 500
MIB = 1024 * 1024


def raw_deflate(data: bytes) -> bytes:
    encoder = zlib.compressobj(wbits=-15)
    return encoder.compress(data) + encoder.flush()


ENCODERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstd.compress,
}


@pytest.mark.parametrize("coding", ENCODERS)
@given(body=st.binary(max_size=3000))
def test_what_was_encoded_comes_back(coding: str, body: bytes) -> None:
    """Every coding that a browser offers."""
    assert decode_content(ENCODERS[coding](body), (coding,)) == body


def test_without_a_coding_the_body_is_itself() -> None:
    """Also with words that mean nothing of the kind, as servers do send them."""
    assert decode_content(TEXT, ()) == TEXT
    assert decode_content(TEXT, ("identity", "none", "utf-8")) == TEXT


def test_a_stack_is_undone_last_applied_first() -> None:
    """RFC 9110 8.4."""
    body = brotli.compress(gzip.compress(TEXT))

    assert decode_content(body, ("gzip", "br")) == TEXT


def test_deflate_is_read_with_and_without_its_wrapper() -> None:
    """Many servers send the bare stream."""
    assert decode_content(raw_deflate(TEXT), ("deflate",)) == TEXT
    assert decode_content(zlib.compress(TEXT), ("deflate",)) == TEXT


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
def test_all_members_of_a_body_are_read(coding: str) -> None:
    """The first alone is what warcio and pywb give."""
    body = b"".join(ENCODERS[coding](part) for part in (b"one ", b"", b"two ", TEXT))

    assert decode_content(body, (coding,)) == b"one two " + TEXT


@pytest.mark.parametrize("padding", [b"\0" * 20, b"\r\n", b"junk"])
def test_what_follows_the_last_member_is_no_member(padding: bytes) -> None:
    """Servers pad."""
    assert decode_content(gzip.compress(TEXT) + padding, ("gzip",)) == TEXT
    assert decode_content(zstd.compress(TEXT) + padding, ("zstd",)) == TEXT


@pytest.mark.parametrize("coding", ENCODERS)
def test_a_body_that_breaks_off_gives_its_beginning(coding: str) -> None:
    """As far as the decoder gets."""
    text = os.urandom(200_000)
    body = ENCODERS[coding](text)

    decoded = decode_content(body[: len(body) // 2], (coding,))

    assert text.startswith(decoded)
    assert len(decoded) > 50_000 or coding == "zstd"


@pytest.mark.parametrize("coding", ENCODERS)
def test_a_body_that_must_be_whole_is_refused_when_it_breaks_off(coding: str) -> None:
    """Half of an article is no article; a whole body, and an empty one, pass."""
    body = ENCODERS[coding](TEXT)

    with pytest.raises(UndecodableError, match="breaks off"):
        decode_content(body[:-3], (coding,), must_be_whole=True)

    assert decode_content(body, (coding,), must_be_whole=True) == TEXT
    assert decode_content(b"", (coding,), must_be_whole=True) == b""


@pytest.mark.parametrize("coding", ENCODERS)
def test_bytes_that_are_not_of_the_coding_are_refused(coding: str) -> None:
    """With the coding's name."""
    with pytest.raises(UndecodableError) as error:
        decode_content(b"<p>plain text, whatever the header says</p>" * 3, (coding,))

    assert error.value.coding == coding.removeprefix("x-")
    assert str(error.value).startswith(f"Content-Encoding {error.value.coding}: ")


@pytest.mark.parametrize("coding", ["compress", "dcz", "aes128gcm"])
def test_an_unknown_coding_is_named(coding: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(UndecodableError, match=f"Content-Encoding {coding}: not a coding"):
        decode_content(TEXT, (coding,))


@pytest.mark.parametrize("coding", ENCODERS)
def test_a_bomb_stops_at_the_ratio_with_memory_flat(coding: str) -> None:
    """A few kilobytes that mean hundreds of megabytes."""
    bomb = ENCODERS[coding](bytes(300 * MIB)) if coding != "br" else brotli.compress(bytes(300 * MIB), quality=3)
    assert len(bomb) * 200 < 300 * MIB
    tracemalloc.start()

    with pytest.raises(UndecodableError, match="decodes to more than"):
        decode_content(bomb, (coding,))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < MAX_DECODED_BYTES + 30 * MIB


def test_nested_bombs_have_one_limit_between_them() -> None:
    """The ratio is that of the body on the wire, not of each layer to the next."""
    nested = gzip.compress(gzip.compress(bytes(400 * MIB)))
    assert len(nested) < 10_000

    with pytest.raises(UndecodableError, match=f"more than {4 * MIB} bytes"):
        decode_content(nested, ("gzip", "gzip"))
    with pytest.raises(UndecodableError, match="5 codings, one over the other"):
        decode_content(nested, ("gzip",) * 5)


def test_the_limit_can_be_lowered() -> None:
    """In bytes, inclusive."""
    assert decode_content(gzip.compress(TEXT), ("gzip",), limit=len(TEXT)) == TEXT
    with pytest.raises(UndecodableError, match=f"more than {len(TEXT) - 1} bytes"):
        decode_content(gzip.compress(TEXT), ("gzip",), limit=len(TEXT) - 1)


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
def test_a_million_empty_members_cost_no_time(coding: str) -> None:
    """Each costs a decoder; there is a limit on them too."""
    body = ENCODERS[coding](b"") * 1_000_000
    began = time.process_time()

    with pytest.raises(UndecodableError, match="more than 10000"):
        decode_content(body, (coding,))

    assert time.process_time() - began < 5


@pytest.mark.parametrize("coding", ENCODERS)
def test_a_large_body_is_decoded_in_linear_time(coding: str) -> None:
    """What the decoder hands back must not be copied again and again."""
    data = os.urandom(16 * MIB)
    body = brotli.compress(data, quality=1) if coding == "br" else ENCODERS[coding](data)
    began = time.process_time()

    assert decode_content(body, (coding,)) == data
    assert time.process_time() - began < 5


@given(
    body=st.one_of(st.binary(max_size=300), st.binary(max_size=100).map(lambda tail: gzip.compress(TEXT)[:40] + tail)),
    codings=st.lists(st.sampled_from([*ENCODERS, "none", "odd"]), max_size=5),
)
def test_no_bytes_crash_the_decoder(body: bytes, codings: list[str]) -> None:
    """Bytes come out, or the one error."""
    with suppress(UndecodableError):
        assert isinstance(decode_content(body, tuple(codings)), bytes)


@pytest.mark.parametrize("start", [b"\x1f\x8c", b"\x1f\x8b\x07", b"\x1f\x8b\x08\x20", b"PK"])
def test_a_short_body_that_is_no_gzip_is_refused(start: bytes) -> None:
    """A wrong magic number, method or flag, before there are bytes enough for a header."""
    with pytest.raises(UndecodableError):
        decode_content(start, ("gzip",))
