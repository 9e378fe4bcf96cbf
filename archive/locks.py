"""Files that one process holds: an advisory lock that the system lets go of when the process ends, however it ends.

Between the processes of one machine only; a store on S3 is never locked, since every run writes keys of its own.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from _typeshed import HasFileno


def try_lock(file: HasFileno) -> bool:
    """True when the open file is ours now, until it is closed; False when another holds it."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def is_locked(path: Path) -> bool:
    """True when a living process holds the file; False also when there is no such file."""
    try:
        with path.open("rb") as file:
            return not try_lock(file)
    except FileNotFoundError:
        return False


@contextmanager
def holding(folder: Path) -> Iterator[None]:
    """Hold a folder, which is made where it is not there; who has it, on this machine, is waited for.

    A file system that locks no folders, as one over a network may not, is used without. Raises `OSError`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
