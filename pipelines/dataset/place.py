"""Where a release goes: a folder or a place on S3 that is empty, filled from a working folder in one step at the end.

In a folder that step is a rename. On S3 there is none: the manifest goes up last, a release without one is none, and
until then a marker says that the rest of it was never whole.
"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from archive.blobs import open_blobs
from archive.durable import sync
from archive.errors import StoreNotUsable
from archive.leases import is_alive
from pipelines.dataset.errors import DatasetError, NotWanted, RoomIsGone
from pipelines.dataset.former import MANIFEST

if TYPE_CHECKING:
    from collections.abc import Iterator

_MARKER = "incomplete-upload.json"
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@contextmanager
def placing(out: str) -> Iterator[Path]:
    """A folder to be filled in the block; afterwards it is the release at `out`, and nothing is left when it raises.

    Raises `NotWanted` when `out` is taken or no place, `RoomIsGone`, `StoreNotUsable` for a bucket that fails.
    """
    try:
        if out.lower().startswith("s3://"):
            with _on_s3(out) as folder:
                yield folder
        else:
            with _in_folder(Path(out).absolute(), out) as folder:
                yield folder
    except OSError as error:
        if error.errno in _FULL:
            raise RoomIsGone(f"{out}: the disk is full, nothing was written: {error.strerror}") from error
        raise NotWanted(f"{out}: cannot be written: {error.strerror or error}") from error


@contextmanager
def _in_folder(target: Path, out: str) -> Iterator[Path]:
    if target.is_symlink() or (target.exists() and (not target.is_dir() or any(target.iterdir()))):
        raise NotWanted(f"{out}: is not empty, expected a folder that is not there yet, or an empty one")
    target.parent.mkdir(parents=True, exist_ok=True)
    _remove_abandoned(target)
    working = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    working.mkdir()
    try:
        yield working
        for path in sorted(working.rglob("*")):
            sync(path)
        working.rename(target)
        sync(target.parent)
    finally:
        shutil.rmtree(working, ignore_errors=True)


def _remove_abandoned(target: Path) -> None:
    """Remove the working folders of exports to this place whose process was killed."""
    for path in target.parent.glob(f".{target.name}.*.tmp"):
        number = path.name.removesuffix(".tmp").rsplit(".", 1)[-1]
        if number.isdigit() and not is_alive(int(number)):
            shutil.rmtree(path, ignore_errors=True)


@contextmanager
def _on_s3(out: str) -> Iterator[Path]:
    blobs = open_blobs(out)
    blobs.check_usable(write=True)
    there = [info.key for info in blobs.list("")]
    if there and (_MARKER not in there or MANIFEST in there):
        raise NotWanted(f"{out}: is not empty ({there[0]} is there), expected a place with nothing in it")
    for key in there:  # what an upload left that was killed
        blobs.delete(key)
    uploaded = [_MARKER]
    with tempfile.TemporaryDirectory(prefix="kakehashi-dataset-") as name:
        yield Path(name)
        files = sorted(path for path in Path(name).rglob("*") if path.is_file())
        files.sort(key=lambda path: path.name == MANIFEST and path.parent == Path(name))
        try:
            blobs.put_bytes(_MARKER, b"{}\n")
            for path in files:
                key = path.relative_to(name).as_posix()
                uploaded.append(key)
                blobs.put_file(key, path)
            blobs.delete(_MARKER)
        except BaseException as error:
            for key in uploaded:
                with suppress(StoreNotUsable):
                    blobs.delete(key)
            if isinstance(error, OSError):
                raise DatasetError(f"{out}: cannot be read from the working folder: {error}") from error
            raise
