"""Files that are there whole or not at all, also after a crash: the one place that renames and syncs.

The order is always: write beside the target, sync the file, give it its name, sync the folder.
"""

from __future__ import annotations

import errno
import os
import uuid
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


def rename(temporary: Path, target: Path) -> None:
    """Give the file its name, whoever had it before."""
    temporary.replace(target)


@contextmanager
def replacing(target: Path, publish: Callable[[Path, Path], None] = rename) -> Iterator[Path]:
    """A path beside `target` to be written in the block; afterwards it is synced and becomes `target`.

    When the block raises, nothing is left behind. The folder must exist.
    """
    temporary = target.with_name(f".{uuid.uuid4().hex}.tmp")
    try:
        yield temporary
        sync(temporary)
        publish(temporary, target)
        sync(target.parent)
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def write_atomically(path: Path, data: bytes) -> None:
    """Write a small file whole or not at all; its folder is made. Raises `OSError`."""
    make_folder(path.parent)
    with replacing(path) as temporary:
        temporary.write_bytes(data)


class NameTakenError(Exception):
    """Another writer was first."""


_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK}


def link(temporary: Path, target: Path) -> None:
    """Give the file its name where nobody has it. Raises `NameTakenError`."""
    try:
        os.link(temporary, target)  # unlike a rename, a link never replaces
    except FileExistsError:
        raise NameTakenError from None
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        _claim(temporary, target)


def _claim(temporary: Path, target: Path) -> None:
    """The way for file systems without hard links: still one winner, but for a moment its blob is empty."""
    try:
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
    except FileExistsError:
        raise NameTakenError from None
    temporary.replace(target)


PROBE = b"Kakehashi was here to see whether it may write. This file can be removed.\n"


def probe_name() -> str:
    """A name no blob has, for one probe of a store."""
    return f".{uuid.uuid4().hex}.tmp"


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, durably; one that is there is fine."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    sync(folder.parent)  # else a crash could take the new folder with all that is in it


def sync(path: Path) -> None:
    """Make a file's bytes, or the names in a folder, outlive a crash of the machine."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class AppendingFile:
    """A new file that only grows, written without a buffer, so that what could not be written can be cut off again.

    Raises `FileExistsError` when there is a file of this name, `OSError` when the disk takes no more; `cut_back` then
    takes away what had been written of the last piece.
    """

    def __init__(self, path: Path) -> None:
        self._handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
        self._size = 0

    def write(self, data: bytes) -> int:
        """The count of bytes, all of them written."""
        left = memoryview(data)
        while left:
            written = os.write(self._handle, left)
            self._size += written
            left = left[written:]
        return len(data)

    def tell(self) -> int:
        """Its size in bytes."""
        return self._size

    def flush(self) -> None:
        """Nothing to do: every write has reached the system."""

    def sync(self) -> None:
        """Make all that was written outlive a crash of the machine."""
        os.fsync(self._handle)

    def cut_back(self, size: int) -> None:
        """Take away what lies behind the first `size` bytes."""
        os.ftruncate(self._handle, size)
        os.lseek(self._handle, size, os.SEEK_SET)
        self._size = size

    def fileno(self) -> int:
        """The system's handle of the open file."""
        return self._handle

    def close(self) -> None:
        """Close it; nothing may be written any more."""
        os.close(self._handle)
