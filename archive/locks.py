"""Files that one process holds: an advisory lock that the system lets go of when the process ends, however it ends.

Between the processes of one machine only; a store on S3 is never locked, since every run writes keys of its own.
"""

from __future__ import annotations

import fcntl
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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
