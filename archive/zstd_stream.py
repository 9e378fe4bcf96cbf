"""A WARC packed with zstd (`.warc.zst`) as a stream of its bare records, read in steps.

The dictionary that such files may begin with, in a skippable frame, is used: iipc.github.io/warc-specifications,
"Zstandard Compression for WARC Files" 1.0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from archive.members import CutError, DamagedError
from archive.zstandard import ZstdError, decode, new_decoder

if TYPE_CHECKING:
    from archive.zstandard import Decoder

FRAME_MAGIC = b"\x28\xb5\x2f\xfd"
_DICTIONARY_MAGIC = b"\x5d\x2a\x4d\x18"
MAGICS = (FRAME_MAGIC, _DICTIONARY_MAGIC)
_MAX_DICTIONARY = 16 * 1024 * 1024
_PIECE = 64 * 1024
_STEP = 256 * 1024


class ZstdStream:
    """What the frames of a file hold, one behind the other; `source` is read from where it stands and need not seek.

    Reading raises `CutError` where the file ends within a frame, `DamagedError` for what is no frame.
    """

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self._pending = b""
        self._dictionary = b""
        self._decoder: Decoder | None = None
        self._has_begun = False

    def read(self, size: int = _STEP) -> bytes:
        """Up to `size` bytes, b"" at the end."""
        try:
            if not self._has_begun:
                self._has_begun = True
                self._read_dictionary()
            while True:
                if self._decoder is None:
                    if not self._pending and not self._fill():
                        return b""
                    self._decoder = new_decoder(self._dictionary)
                part = self._part(self._decoder, size)
                if part:
                    return part
        except (ZstdError, ValueError) as error:
            raise DamagedError(str(error)) from error

    def _part(self, decoder: Decoder, size: int) -> bytes:
        if decoder.needs_input and not self._pending and not self._fill():
            raise CutError
        piece, self._pending = (self._pending, b"") if decoder.needs_input else (b"", self._pending)
        part = decoder.decompress(piece, size)
        if decoder.eof:
            self._pending = decoder.unused_data + self._pending
            self._decoder = None
        return part

    def _fill(self) -> bool:
        self._pending += self._source.read(_PIECE)
        return bool(self._pending)

    def _exactly(self, size: int) -> bytes:
        while len(self._pending) < size:
            if not (part := self._source.read(_PIECE)):
                raise CutError
            self._pending += part
        taken, self._pending = self._pending[:size], self._pending[size:]
        return taken

    def _read_dictionary(self) -> None:
        self._fill()
        if not self._pending.startswith(_DICTIONARY_MAGIC):
            return
        size = int.from_bytes(self._exactly(8)[4:], "little")
        if size > _MAX_DICTIONARY:
            raise DamagedError(f"its dictionary has {size} bytes, expected at most {_MAX_DICTIONARY}")
        found = self._exactly(size)
        self._dictionary = decode(found) if found.startswith(FRAME_MAGIC) else found
