"""Bytes that processes forked from one hold once: made by the first that wants them, and read by all where they lie.

They are a memory file of Linux (memfd_create(2)): it goes with the last process that has it. Once it is whole it is
sealed, so that what one process does cannot change what the others read.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from mmap import MAP_PRIVATE, PROT_READ, mmap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

_WHOLE = fcntl.F_SEAL_WRITE | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK


class SharedBytes:
    """What `write` writes into a file, once for this process and all that are forked from it from now on."""

    def __init__(self, write: Callable[[BinaryIO], object]) -> None:
        self._write = write
        self._file = os.memfd_create("kakehashi", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)

    def read(self) -> mmap:
        """The bytes, unchangeable. Raises `OSError` and what writing them raises; then the next one tries again."""
        with self._alone():
            if not fcntl.fcntl(self._file, fcntl.F_GET_SEALS) & fcntl.F_SEAL_WRITE:
                os.ftruncate(self._file, 0)  # a process may have been killed over it
                with open(self._file, "r+b", closefd=False) as file:
                    file.seek(0)  # the place in it is the same for all
                    self._write(file)
                fcntl.fcntl(self._file, fcntl.F_ADD_SEALS, _WHOLE)
        # Private: a mapping that others share could once be made a writable one, and a sealed file refused it.
        return mmap(self._file, 0, flags=MAP_PRIVATE, prot=PROT_READ)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        # A process's own, and let go when it ends, however that is; flock(2) locks what forked processes share.
        fcntl.lockf(self._file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.lockf(self._file, fcntl.LOCK_UN)
