"""How much room a disk has, and what to say when it takes no more."""

from __future__ import annotations

import errno
import shutil
from contextlib import suppress
from typing import TYPE_CHECKING

from archive.errors import StoreNotUsable

if TYPE_CHECKING:
    from pathlib import Path

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""The errors of a disk, quota or limit that is used up: space has to be made."""

_PROBLEMS = {
    errno.EEXIST: "a file is in the way; a folder was expected",
    errno.ENOTDIR: "a file is in the way; a folder was expected",
    errno.EISDIR: "a folder is in the way; a file was expected",
    errno.ENOENT: "the folder cannot be made; a folder that can be written was expected",
    errno.EACCES: "access to the folder is refused; one that can be read and written was expected",
    errno.EPERM: "access to the folder is refused; one that can be read and written was expected",
    errno.EROFS: "the file system is read-only; one that can be written was expected",
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EFBIG: "a file has the largest size that the system's limit lets it have",
}


def problem_of(error: OSError) -> str:
    """What was wrong and what was expected, in one clause."""
    return _PROBLEMS.get(error.errno or 0, error.strerror or str(error))


def free_bytes(folder: Path) -> int | None:
    """How many bytes may still be written where `folder` lies, or would; None when the system does not say."""
    place = folder
    while True:
        try:
            return shutil.disk_usage(place).free
        except FileNotFoundError:
            if place == place.parent:
                return None
            place = place.parent
        except OSError:
            return None


def total_bytes(folder: Path) -> int | None:
    """The size of the file system where `folder` lies, in bytes; None when the system does not say."""
    with suppress(OSError):
        return shutil.disk_usage(folder).total
    return None


def missing_bytes(folder: Path, needed: int) -> int | None:
    """How much is lacking for `needed` bytes; None when there seems to be room, or the system does not say."""
    free = free_bytes(folder)
    return needed - free if free is not None and needed > free else None


def refusal(store: str, error: OSError, folder: Path, needed: int) -> StoreNotUsable:
    """The error of a file system as one of the store, for a write of up to `needed` bytes below `folder`."""
    missing = missing_bytes(folder, needed) if error.errno in NO_ROOM else None
    return StoreNotUsable(store, problem_of(error), missing)
