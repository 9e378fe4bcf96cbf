"""A WARC of any packing made anew with one gzip member a record: the bytes of the records stay as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from archive.members import CutError, DamagedError, MemberWriter, open_stored
from archive.scan import Block, BrokenError, read_header, skip_line_ends

if TYPE_CHECKING:
    from archive.members import Stored, Writable

_STEP = 256 * 1024


def pack(source: BinaryIO, out: Writable) -> str | None:
    """Write every record of `source`, plain or in gzip, to `out` as a member of its own: header, block and line ends.

    Where the source breaks off, what can still be read of it becomes the last member: nothing that can be read is left
    out. Back comes why it broke off, None where it did not.
    Raises `OSError`, of the source or of `out`.
    """
    stored = _Copying(open_stored(source), out)
    problem = None
    try:
        while stored.next_record():
            stored.begin()
            Block(stored, read_header(stored).block_length).skip()
            skip_line_ends(stored)
            stored.end()
    except (BrokenError, CutError, DamagedError) as error:
        problem = str(error) or "the file is cut inside a record"
        stored.copy_rest()
    stored.end()
    return problem


class _Copying:
    """The bytes of records as they are read, each written on into the member that was begun last."""

    def __init__(self, stored: Stored, out: Writable) -> None:
        self._stored = stored
        self._out = out
        self._member: MemberWriter | None = None
        self.next_record = stored.next_record
        self.end_of_record = stored.end_of_record
        self.peek = stored.peek
        self.head = stored.head

    @property
    def begins_at(self) -> int:
        return self._stored.begins_at

    def begin(self) -> None:
        self._member = MemberWriter(self._out)

    def end(self) -> None:
        if self._member is not None:
            self._member.flush()
        self._member = None

    def read(self, size: int) -> bytes:
        return self._copied(self._stored.read(size))

    def readline(self, limit: int) -> bytes:
        return self._copied(self._stored.readline(limit))

    def _copied(self, data: bytes) -> bytes:
        if data:
            if self._member is None:
                self.begin()
            assert self._member is not None
            self._member.write(data)
        return data

    def copy_rest(self) -> None:
        """Read on as far as the bytes can be had, whatever they are."""
        try:
            while self.read(_STEP) or self._stored.next_record():
                pass
        except (CutError, DamagedError):
            return
