"""Chunked transfer coding (RFC 9112, section 7.1), undone piece by piece. Pure."""

from __future__ import annotations

import enum
import re

# Bounded, so that how the body is cut into pieces cannot change what is found; RFC 9112 allows limits on extensions.
_SIZE_LINE = re.compile(rb"[ \t]{0,64}([0-9a-fA-F]{1,15})[ \t]{0,64}(?:;[^\r\n]{0,16000})?\r?\n")
_MAX_SIZE_LINE = 16 * 1024


class _State(enum.Enum):
    FIRST_SIZE = "the size line of the first chunk is due"
    SIZE = "a size line is due"
    DATA = "inside a chunk"
    DATA_END = "the line end behind a chunk is due"
    DONE = "the last chunk has come, or the framing has broken off"
    NOT_CHUNKED = "the header lied"


class ChunkRemover:
    """Takes a body in pieces and gives it back without chunk framing and trailers, as far as the framing goes.

    A body that does not begin with a chunk is given back as it is: servers do announce chunks and send none.
    """

    def __init__(self) -> None:
        self._state = _State.FIRST_SIZE
        self._buffer = b""
        self._left = 0

    def feed(self, data: bytes) -> bytes:
        """What is payload in the bytes so far and has not been given yet."""
        if self._state is _State.NOT_CHUNKED:
            return data
        self._buffer += data
        parts: list[bytes] = []
        position = 0
        while (step := self._step(parts, position)) is not None:
            position = step
        self._buffer = self._buffer[position:]
        return b"".join(parts)

    def end(self) -> bytes:
        """What is payload after all, now that nothing more comes."""
        if self._state is _State.FIRST_SIZE:
            return self._buffer
        return b""

    def _step(self, parts: list[bytes], position: int) -> int | None:
        """The new position after one piece of framing or data; None when more bytes are needed, or none."""
        match self._state:
            case _State.FIRST_SIZE | _State.SIZE:
                return self._take_size(parts, position)
            case _State.DATA:
                return self._take_data(parts, position)
            case _State.DATA_END:
                return self._take_line_end(position)
            case _:
                self._buffer = b""
                return None

    def _take_size(self, parts: list[bytes], position: int) -> int | None:
        line = _SIZE_LINE.match(self._buffer, position)
        if line is not None:
            self._left = int(line[1], 16)
            self._state = _State.DATA if self._left else _State.DONE
            return line.end()
        start = self._buffer[position : position + _MAX_SIZE_LINE]
        if len(start) < _MAX_SIZE_LINE and b"\n" not in start:
            return None
        if self._state is _State.FIRST_SIZE:
            parts.append(self._buffer[position:])
            self._state = _State.NOT_CHUNKED
        else:
            self._state = _State.DONE
        return len(self._buffer)

    def _take_data(self, parts: list[bytes], position: int) -> int | None:
        part = self._buffer[position : position + self._left]
        if not part:
            return None
        parts.append(part)
        self._left -= len(part)
        if not self._left:
            self._state = _State.DATA_END
        return position + len(part)

    def _take_line_end(self, position: int) -> int | None:
        following = self._buffer[position : position + 2]
        if following in (b"", b"\r"):
            return None
        if following[:1] == b"\n" or following == b"\r\n":
            self._state = _State.SIZE
            return position + (1 if following[:1] == b"\n" else 2)
        self._state = _State.DONE
        return len(self._buffer)


def remove_chunks(body: bytes) -> bytes:
    """The body without chunk framing and trailers; as far as it goes when the framing breaks off."""
    remover = ChunkRemover()
    return remover.feed(body) + remover.end()
