"""Blobs under keys: the same contract for a local folder (here) and for S3 (`archive.s3`).

A key is a relative path with forward slashes, the same in both stores. A blob appears under its key whole and durable,
or not at all: no reader ever meets half of one. Nothing here reads a whole file into memory, except `get` and
`put_bytes`, which are for small blobs.
"""

from __future__ import annotations

import errno
import hashlib
import io
import os
import shutil
import stat as stat_modes
import uuid
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol
from urllib.parse import unquote

from archive.errors import BlobNotFound, ChecksumMismatch, Malformed, StoreNotUsable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

UNFINISHED_SUFFIXES = (".open", ".tmp")
"""Names of files that are still being written; no blob may have one, and no listing shows one."""

_MAX_NAME_BYTES = 255  # what file systems take for one name
_MAX_KEY_BYTES = 900  # S3 takes 1024, and the store's prefix comes on top


@dataclass(frozen=True, slots=True)
class BlobInfo:
    """One blob: its key, and its size in bytes."""

    key: str
    size: int


class BlobStore(Protocol):
    """What the rest of the project knows of a store.

    Every method raises `Malformed` for a key that no store could hold, and `StoreNotUsable` when the store as a whole
    fails (gone, full, read-only, refusing). A store may be used by several threads at once; another process opens its
    own from `url`.
    """

    @property
    def url(self) -> str:
        """The location as the user gave it."""

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

    def stat(self, key: str) -> BlobInfo | None:
        """Key and size; None when there is no such blob."""

    def delete(self, key: str) -> None:
        """Remove the blob; an absent one is fine."""

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
            with self._writing(len(data)), replacing(target, _link if if_absent else _rename) as temporary:
                temporary.write_bytes(data)
        except _NameTakenError:
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
            _sync(path.parent)

    def check_usable(self, *, write: bool) -> None:
        """As `BlobStore.check_usable`. Permission bits do not bind root, so they are not asked: a probe is written."""
        if not write:
            return self._check_readable()
        probe = self.root / probe_name()
        with self._writing(len(PROBE)):
            _make_folder(self.root)
            try:
                probe.write_bytes(PROBE)
                _sync(probe)
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
            _make_folder(path.parent)
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
            missing = self._missing_bytes(size) if error.errno == errno.ENOSPC else None
            raise self._unusable(error, missing) from error

    def _unusable(self, error: OSError, missing_bytes: int | None = None) -> StoreNotUsable:
        problem = _PROBLEMS.get(error.errno or 0, error.strerror or str(error))
        return StoreNotUsable(self.url, problem, missing_bytes)

    def _missing_bytes(self, size: int) -> int | None:
        with suppress(OSError):
            missing = size - shutil.disk_usage(self.root).free
            return missing if missing > 0 else None
        return None


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
}


def check_key(key: str) -> str:
    """The key itself. Raises `Malformed` when it is not a relative path that every store can hold."""
    problem = _problem_of(key)
    if problem is not None:
        raise Malformed(key, None, f"not a key: {problem}")
    return key


def check_new_key(key: str) -> str:
    """The key itself, fit for a new blob. Raises `Malformed`, also for the name of an unfinished file."""
    if key.endswith(UNFINISHED_SUFFIXES):
        raise Malformed(key, None, f"not a key: {' and '.join(UNFINISHED_SUFFIXES)} mark unfinished files")
    return check_key(key)


def check_prefix(prefix: str) -> str:
    """The prefix itself: empty, or what a key may begin with. Raises `Malformed`."""
    if prefix:
        check_key(prefix + "x")  # with one more letter it must be a key
    return prefix


def check_range(offset: int, length: int) -> None:
    """Raises `ValueError` when a range of bytes is not one."""
    if offset < 0 or length < 0:
        raise ValueError(f"offset {offset} and length {length} must not be negative")


def check_size(key: str, expected: int, found: int) -> None:
    """Raises `ChecksumMismatch` when a copy has not as many bytes as its original."""
    if found != expected:
        raise ChecksumMismatch(key, "size", str(expected), str(found))


def _problem_of(key: str) -> str | None:
    try:
        encoded = key.encode("utf-8")
    except UnicodeEncodeError:
        return "not valid Unicode"
    names = key.split("/")
    if any(name in {"", ".", ".."} for name in names):
        return "a relative path was expected, without empty, . and .. parts"
    if "\\" in key or any(ord(char) < ord(" ") or char == "\x7f" for char in key):
        return "no backslash and no control character was expected"
    if len(encoded) > _MAX_KEY_BYTES or any(len(name.encode("utf-8")) > _MAX_NAME_BYTES for name in names):
        return f"at most {_MAX_KEY_BYTES} bytes, and {_MAX_NAME_BYTES} between slashes, were expected"
    return None


def walk(prefix: str, read_level: Callable[[str], Iterable[BlobInfo | str]]) -> Iterator[BlobInfo]:
    """The blobs below `prefix` in order of the bytes of their keys, one folder in memory at a time.

    `read_level` gives what lies directly below a prefix, in any order: blobs, and folders as text with a final slash.
    The slash makes the order right: `a-b` comes before all of `a/`, and `a0` after. Servers are not trusted with
    it, since SeaweedFS lists `a/b` before `a-b`. (Code points sort as UTF-8 does.)
    """
    for entry in sorted(read_level(prefix), key=lambda entry: entry if isinstance(entry, str) else entry.key):
        if isinstance(entry, str):
            yield from walk(entry, read_level)
        elif not entry.key.endswith(UNFINISHED_SUFFIXES) and _problem_of(entry.key) is None:
            yield entry


def _entry(folder: str, entry: os.DirEntry[str]) -> BlobInfo | str | None:
    key = folder + entry.name
    if entry.is_dir():
        return key + "/"
    with suppress(FileNotFoundError):  # removed since the folder was read, or a link to nowhere
        return BlobInfo(key, entry.stat().st_size)
    return None


def _rename(temporary: Path, target: Path) -> None:
    temporary.replace(target)


@contextmanager
def replacing(target: Path, publish: Callable[[Path, Path], None] = _rename) -> Iterator[Path]:
    """A path beside `target` to be written in the block; afterwards it is synced and becomes `target`.

    When the block raises, nothing is left behind. The folder must exist.
    """
    temporary = target.with_name(f".{uuid.uuid4().hex}.tmp")
    try:
        yield temporary
        _sync(temporary)
        publish(temporary, target)
        _sync(target.parent)
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


class _NameTakenError(Exception):
    """Another writer was first."""


_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK}


def _link(temporary: Path, target: Path) -> None:
    try:
        os.link(temporary, target)  # unlike a rename, a link never replaces
    except FileExistsError:
        raise _NameTakenError from None
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        _claim(temporary, target)


def _claim(temporary: Path, target: Path) -> None:
    """The way for file systems without hard links: still one winner, but for a moment its blob is empty."""
    try:
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
    except FileExistsError:
        raise _NameTakenError from None
    temporary.replace(target)


PROBE = b"Kakehashi was here to see whether it may write. This file can be removed.\n"


def probe_name() -> str:
    """A name no blob has, for one probe of a store."""
    return f".{uuid.uuid4().hex}.tmp"


def _make_folder(folder: Path) -> None:
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    _sync(folder.parent)  # else a crash could take the new folder with all that is in it


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


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
