"""Chunked transfer coding (RFC 9112, section 7.1), undone piece by piece. Pure.

The fetch finds the end of a message with it and every reader its payload, so that the two never disagree.
"""

from __future__ import annotations

import enum
import re

# Bounded, so that how the body is cut into pieces cannot change what is found; RFC 9112 allows limits on extensions.
# Leading zeros and spaces around the size are no part of the grammar, but servers that pad their sizes send them.
_SIZE_LINE = re.compile(rb"[ \t]{0,64}0{0,64}([0-9a-fA-F]{1,15})[ \t]{0,64}(?:;[^\r\n]{0,16000})?\r?\n")
_NO_SIZE = re.compile(rb"[^ \t0-9a-fA-F]")
_MAX_SIZE_LINE = 16 * 1024
MAX_TRAILER_BYTES = 64 * 1024
"""Where the search for the end of the trailers gives up."""


class _State(enum.Enum):
    FIRST_SIZE = "the size line of the first chunk is due"
    SIZE = "a size line is due"
    DATA = "inside a chunk"
    DATA_END = "the line end behind a chunk is due"
    TRAILERS = "the last chunk has come, trailers or the blank line are due"
    DONE = "the message has ended"
    BROKEN = "the framing has broken off"
    NOT_CHUNKED = "the header lied"


class ChunkRemover:
    """Takes a body in pieces and gives it back without chunk framing and trailers, as far as the framing goes.

    A body that does not begin with a chunk is given back as it is: servers do announce chunks and send none.
    """

    def __init__(self) -> None:
        self._state = _State.FIRST_SIZE
        self._buffer = b""
        self._left = 0
        self._trailers = 0
        self.rest = 0

    @property
    def is_done(self) -> bool:
        """True when the message has ended; `rest` is then how many bytes came behind its end."""
        return self._state is _State.DONE

    @property
    def is_complete(self) -> bool:
        """True when the last chunk has come: nothing that follows is payload (RFC 9112, section 8)."""
        return self._state in (_State.TRAILERS, _State.DONE)

    @property
    def is_broken(self) -> bool:
        """True when the framing broke off: where the message ends, nobody can tell."""
        return self._state is _State.BROKEN

    @property
    def is_not_chunked(self) -> bool:
        """True when the body does not begin with a chunk, whatever the header says."""
        return self._state is _State.NOT_CHUNKED

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
            case _State.TRAILERS:
                return self._take_trailer(position)
            case _:
                self._buffer = b""
                return None

    def _take_size(self, parts: list[bytes], position: int) -> int | None:
        line = _SIZE_LINE.match(self._buffer, position)
        if line is not None:
            self._left = int(line[1], 16)
            self._state = _State.DATA if self._left else _State.TRAILERS
            return line.end()
        start = self._buffer[position : position + _MAX_SIZE_LINE]
        if len(start) < _MAX_SIZE_LINE and b"\n" not in start and not _NO_SIZE.match(start):
            return None
        if self._state is _State.FIRST_SIZE:
            parts.append(self._buffer[position:])
            self._state = _State.NOT_CHUNKED
        else:
            self._state = _State.BROKEN
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
        self._state = _State.BROKEN
        return len(self._buffer)

    def _take_trailer(self, position: int) -> int | None:
        end = self._buffer.find(b"\n", position) + 1
        self._trailers += (end or len(self._buffer)) - position
        if self._trailers > MAX_TRAILER_BYTES:
            self._state = _State.BROKEN
            return len(self._buffer)
        if not end:
            self._trailers -= len(self._buffer) - position
            return None
        if self._buffer[position:end] in (b"\r\n", b"\n"):
            self._state = _State.DONE
            self.rest = len(self._buffer) - end
        return end


def remove_chunks(body: bytes) -> bytes:
    """The body without chunk framing and trailers; as far as it goes when the framing breaks off."""
    remover = ChunkRemover()
    return remover.feed(body) + remover.end()
