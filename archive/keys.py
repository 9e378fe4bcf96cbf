"""Keys of blobs: which texts are keys, and in what order a store lists them. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from archive.errors import ChecksumMismatch, Malformed

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


def check_key(key: str) -> str:
    """The key itself. Raises `Malformed` when it is not a relative path that every store can hold."""
    problem = problem_of(key)
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


def problem_of(key: str) -> str | None:
    """Why a text is no key, in one clause; None when it is one."""
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


def is_blob(key: str) -> bool:
    """True for the name of a blob, False for an unfinished or foreign file that happens to lie in the store."""
    return not key.endswith(UNFINISHED_SUFFIXES) and problem_of(key) is None


def is_unfinished(key: str) -> bool:
    """True for the name of a file that is, or was, being written."""
    return key.endswith(UNFINISHED_SUFFIXES)


def walk(
    prefix: str,
    read_level: Callable[[str], Iterable[BlobInfo | str]],
    wanted: Callable[[str], bool] = is_blob,
) -> Iterator[BlobInfo]:
    """The wanted blobs below `prefix` in order of the bytes of their keys, one folder in memory at a time.

    `read_level` gives what lies directly below a prefix, in any order: blobs, and folders as text with a final slash.
    The slash makes the order right: `a-b` comes before all of `a/`, and `a0` after. Servers are not trusted with
    it, since SeaweedFS lists `a/b` before `a-b`. (Code points sort as UTF-8 does.)
    """
    for entry in sorted(read_level(prefix), key=lambda entry: entry if isinstance(entry, str) else entry.key):
        if isinstance(entry, str):
            yield from walk(entry, read_level, wanted)
        elif wanted(entry.key):
            yield entry
