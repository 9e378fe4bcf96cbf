"""Blobs under keys: the same contract for a local folder (here) and for S3 (`archive.s3`).

A key is a relative path with forward slashes, the same in both stores. A blob appears under its key whole and durable,
or not at all: no reader ever meets half of one. Nothing here reads a whole file into memory, except `get` and
`put_bytes`, which are for small blobs.
"""

from __future__ import annotations

import hashlib
import io
import os
import stat as stat_modes
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol
from urllib.parse import unquote

from archive.durable import PROBE, NameTakenError, link, make_folder, probe_name, rename, replacing, sync
from archive.errors import BlobNotFound, ChecksumMismatch, StoreNotUsable
from archive.keys import BlobInfo, check_key, check_new_key, check_prefix, check_range, check_size, is_unfinished, walk
from archive.space import problem_of, refusal

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterator


class BlobStore(Protocol):
    """What the rest of the project knows of a store.

    Every method raises `Malformed` for a key that no store could hold, and `StoreNotUsable` when the store as a whole
    fails (gone, full, read-only, refusing). A store may be used by several threads at once; another process opens its
    own from `url`.
    """

    @property
    def url(self) -> str:
        """The location as the user gave it."""

    @property
    def has_conditional_writes(self) -> bool:
        """False when `check_usable` found that of several writers with `if_absent` more than one may get True."""

    def put_file(self, key: str, path: Path) -> BlobInfo:
        """What is stored after copying the file at `path`, verified by SHA-256; replaces what was at the key.

        Raises `ChecksumMismatch` when the store holds other bytes, `OSError` when `path` cannot be read. The file at
        `path` stays as it is, whatever happens.
        """

    def put_bytes(self, key: str, data: bytes, *, if_absent: bool = False) -> bool:
        """True when `data` is stored; False when `if_absent` and the key was taken, or being taken, by another.

        Of several writers with `if_absent` exactly one gets True. On S3 an answer lost on the way can leave the winner
        with False: where that matters, the bytes should name their writer, who reads them back.
        """

    def get(self, key: str) -> bytes:
        """All bytes of a small blob. Raises `BlobNotFound`."""

    def get_range(self, key: str, offset: int, length: int) -> bytes:
        """Up to `length` bytes from `offset`: fewer, or none, where the blob ends. Raises `BlobNotFound`."""

    def open(self, key: str) -> BinaryIO:
        """The blob as a stream to be read from front to back; the caller closes it. Raises `BlobNotFound`."""

    def download(self, key: str, path: Path) -> None:
        """Copy the blob to `path`, which appears whole or not at all, checked against the stored size.

        Raises `BlobNotFound`, `ChecksumMismatch`, and `OSError` when `path` cannot be written.
        """

    def list(self, prefix: str = "") -> Iterator[BlobInfo]:
        """The blobs whose key begins with `prefix`, ordered by the bytes of the key, found while iterating."""

    def list_unfinished(self, prefix: str = "") -> Iterator[BlobInfo]:
        """As `list`, but the files that are, or were when a process died, still being written: never blobs."""

    def stat(self, key: str) -> BlobInfo | None:
        """Key and size; None when there is no such blob."""

    def delete(self, key: str) -> None:
        """Remove the blob; an absent one is fine."""

    def abort_stale(self, before: dt.datetime, keys: Collection[str] = ()) -> int:
        """How many half-written blobs were done away with: those begun before an instant, and those of `keys`."""

    def check_usable(self, *, write: bool) -> None:
        """Really try the store: read it, and with `write` put and remove a probe. Raises `StoreNotUsable`.

        With `write` a local folder is made when it is missing; a bucket never is.
        """


def open_blobs(location: str) -> BlobStore:
    """The store at `./folder`, `/folder`, `file:///folder` or `s3://bucket/prefix`; touches nothing yet.

    Raises `StoreNotUsable` for any other form.
    """
    scheme, separator, rest = location.partition("://")
    if not separator and location:
        return LocalBlobs(Path(location), url=location)
    if scheme.lower() == "file" and rest.startswith("/"):
        return LocalBlobs(Path(unquote(rest)), url=location)
    if scheme.lower() == "s3":
        # Only those who use S3 wait for boto3, which takes a fifth of a second to load.
        from archive.s3 import S3Blobs

        return S3Blobs(location)
    raise StoreNotUsable(location, "expected a folder, file:///folder or s3://bucket/prefix")


class LocalBlobs:
    """The store in the folder `root`; `url` is what the user called it."""

    has_conditional_writes = True  # a link, or a file made with O_EXCL, has one maker

    def __init__(self, root: Path, *, url: str | None = None) -> None:
        self.root = root.absolute()  # a later chdir must not move the store
        self.url = url if url is not None else str(root)

    def path(self, key: str) -> Path:
        """Where the blob lies, or would. Raises `Malformed`."""
        return self.root / check_key(key)

    def put_file(self, key: str, path: Path) -> BlobInfo:
        """As `BlobStore.put_file`; the temporary copy is read back before it gets its name."""
        with path.open("rb") as source:
            size = os.fstat(source.fileno()).st_size
            target = self._target(key, size)
            with self._writing(size), replacing(target) as temporary:
                sent = _copy(source, temporary)
                _compare(key, sent, _fingerprint(temporary))
        return BlobInfo(key, sent[0])

    def put_bytes(self, key: str, data: bytes, *, if_absent: bool = False) -> bool:
        """As `BlobStore.put_bytes`."""
        target = self._target(key, len(data))
        if if_absent and target.exists():
            return False  # spares the loser of an old race two syncs
        try:
            with self._writing(len(data)), replacing(target, link if if_absent else rename) as temporary:
                temporary.write_bytes(data)
        except NameTakenError:
            return False
        return True

    def get(self, key: str) -> bytes:
        """As `BlobStore.get`."""
        with self._reading(key):
            return self.path(key).read_bytes()

    def get_range(self, key: str, offset: int, length: int) -> bytes:
        """As `BlobStore.get_range`."""
        check_range(offset, length)
        with self._reading(key), self.path(key).open("rb") as blob:
            blob.seek(offset)
            return blob.read(length)

    def open(self, key: str) -> BinaryIO:
        """As `BlobStore.open`."""
        with self._reading(key):
            return self.path(key).open("rb")

    def download(self, key: str, path: Path) -> None:
        """As `BlobStore.download`."""
        with self.open(key) as source, replacing(path) as temporary:
            expected = os.fstat(source.fileno()).st_size
            check_size(key, expected, _copy(source, temporary)[0])

    def list(self, prefix: str = "") -> Iterator[BlobInfo]:
        """As `BlobStore.list`."""
        return walk(check_prefix(prefix), self._level)

    def list_unfinished(self, prefix: str = "") -> Iterator[BlobInfo]:
        """As `BlobStore.list_unfinished`."""
        return walk(check_prefix(prefix), self._level, is_unfinished)

    def stat(self, key: str) -> BlobInfo | None:
        """As `BlobStore.stat`."""
        with suppress(BlobNotFound), self._reading(key):
            found = self.path(key).stat()
            return BlobInfo(key, found.st_size) if stat_modes.S_ISREG(found.st_mode) else None
        return None

    def delete(self, key: str) -> None:
        """As `BlobStore.delete`."""
        path = self.path(key)
        with suppress(BlobNotFound), self._reading(key):
            path.unlink()
            sync(path.parent)

    def abort_stale(self, before: dt.datetime, keys: Collection[str] = ()) -> int:  # noqa: ARG002
        """As `BlobStore.abort_stale`: the temporary files of writers that were killed; their names tell no key."""
        stale = 0
        for path in self.root.rglob(".*.tmp"):
            with suppress(FileNotFoundError), self._reading(path.name):
                if path.stat().st_mtime < before.timestamp():
                    path.unlink()
                    stale += 1
        return stale

    def check_usable(self, *, write: bool) -> None:
        """As `BlobStore.check_usable`. Permission bits do not bind root, so they are not asked: a probe is written."""
        if not write:
            return self._check_readable()
        probe = self.root / probe_name()
        with self._writing(len(PROBE)):
            make_folder(self.root)
            try:
                probe.write_bytes(PROBE)
                sync(probe)
            finally:
                probe.unlink(missing_ok=True)
        return None

    def _check_readable(self) -> None:
        try:
            with os.scandir(self.root) as entries:
                next(entries, None)
        except FileNotFoundError:
            raise StoreNotUsable(self.url, "the folder does not exist; an existing store was expected") from None
        except OSError as error:
            raise self._unusable(error) from error

    def _target(self, key: str, size: int) -> Path:
        path = self.root / check_new_key(key)
        with self._writing(size):
            make_folder(path.parent)
        return path

    def _level(self, prefix: str) -> set[BlobInfo | str]:
        folder, slash, start = prefix.rpartition("/")
        try:
            with os.scandir(self.root / folder) as entries:
                found = {_entry(folder + slash, entry) for entry in entries if entry.name.startswith(start)}
        except (FileNotFoundError, NotADirectoryError):
            return set()
        except OSError as error:
            raise self._unusable(error) from error
        return {entry for entry in found if entry is not None}

    @contextmanager
    def _reading(self, key: str) -> Iterator[None]:
        try:
            yield
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            raise BlobNotFound(key) from None
        except OSError as error:
            raise self._unusable(error) from error

    @contextmanager
    def _writing(self, size: int) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise refusal(self.url, error, self.root, size) from error

    def _unusable(self, error: OSError) -> StoreNotUsable:
        return StoreNotUsable(self.url, problem_of(error))


def _entry(folder: str, entry: os.DirEntry[str]) -> BlobInfo | str | None:
    key = folder + entry.name
    if entry.is_dir():
        return key + "/"
    with suppress(FileNotFoundError):  # removed since the folder was read, or a link to nowhere
        return BlobInfo(key, entry.stat().st_size)
    return None


def _copy(source: BinaryIO, target: Path) -> tuple[int, str]:
    digest = hashlib.sha256()
    size = 0
    with target.open("xb") as sink:
        while block := source.read(io.DEFAULT_BUFFER_SIZE * 32):
            digest.update(block)
            size += sink.write(block)
    return size, digest.hexdigest()


def _fingerprint(path: Path) -> tuple[int, str]:
    with path.open("rb") as file:
        return os.fstat(file.fileno()).st_size, hashlib.file_digest(file, "sha256").hexdigest()


def _compare(key: str, sent: tuple[int, str], stored: tuple[int, str]) -> None:
    check_size(key, sent[0], stored[0])
    if sent[1] != stored[1]:
        raise ChecksumMismatch(key, "sha256", sent[1], stored[1])
