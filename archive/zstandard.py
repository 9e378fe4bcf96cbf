"""The one importer of zstd. Pure."""

from __future__ import annotations

import sys

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

ZstdError = zstd.ZstdError
Decoder = zstd.ZstdDecompressor


def new_decoder(dictionary: bytes = b"") -> Decoder:
    """A decoder for one frame, with the dictionary that it was made with where there is one.

    Raises `ZstdError` or `ValueError` for bytes that are no dictionary.
    """
    return Decoder(zstd.ZstdDict(dictionary, is_raw=False)) if dictionary else Decoder()


def decode(data: bytes) -> bytes:
    """All that frames hold. Raises `ZstdError`."""
    return zstd.decompress(data)
