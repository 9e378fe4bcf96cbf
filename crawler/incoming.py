"""The files that somebody hands in to be imported: WARCs as they are, and those within a WACZ."""

from __future__ import annotations

import zipfile
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, BinaryIO, cast

from archive.intake import is_warc

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

_ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
UNREADABLE = (OSError, EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError)
"""What reading a file may raise: it is gone, damaged, packed in a way that Python does not know, or encrypted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A WARC that is to be imported: its name, how to open it at its beginning, and its bytes where that is known."""

    name: str
    open: Callable[[], AbstractContextManager[BinaryIO]]
    size: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A file that is none, or cannot be read, and why, in one clause."""

    name: str
    problem: str


def warcs_in(path: Path) -> Iterator[Incoming | Refused]:
    """The WARCs of a file that is one, or is a WACZ, in its order; a file that is neither is refused."""
    try:
        with path.open("rb") as file:
            start = file.read(8)
            if not start.startswith((_ZIP, _EMPTY_ZIP)):
                yield _one(str(path), start, path.stat().st_size, lambda: path.open("rb"))
                return
            yield from _members(path, zipfile.ZipFile(file))
    except OSError as error:
        yield Refused(name=str(path), problem=f"cannot be read: {error.strerror or error}")
    except UNREADABLE as error:
        yield Refused(name=str(path), problem=f"not a WACZ that can be read: {error}")


def _members(path: Path, archive: zipfile.ZipFile) -> Iterator[Incoming | Refused]:
    infos = [info for info in archive.infolist() if info.filename.startswith("archive/") and not info.is_dir()]
    if not infos:
        yield Refused(name=str(path), problem="a ZIP without archive/, expected a WACZ")
    for info in infos:
        # Without it nothing is checked by the ZIP: the WARC's own checksums say which of its records are damaged.
        del info.CRC
        with archive.open(info) as member:
            start = member.read(8)
        yield _one(f"{path}!{info.filename}", start, info.file_size, partial(_member, path, info))


@contextmanager
def _member(path: Path, info: zipfile.ZipInfo) -> Iterator[BinaryIO]:
    with zipfile.ZipFile(path) as archive, archive.open(info) as member:
        yield cast("BinaryIO", member)


def _one(
    name: str, start: bytes, size: int, opener: Callable[[], AbstractContextManager[BinaryIO]]
) -> Incoming | Refused:
    if not start:
        return Refused(name=name, problem="the file is empty, expected a WARC or WACZ")
    if not is_warc(start):
        return Refused(name=name, problem=f"it begins {start!r}, expected a WARC or WACZ")
    return Incoming(name=name, open=opener, size=size)
