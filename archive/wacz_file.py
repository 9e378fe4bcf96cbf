"""The container of a WACZ 1.1.1: a ZIP that lists its own files with their size and sha256.

Knows no WARC and no article: what is in the files is decided in `archive.wacz`.
"""

from __future__ import annotations

import hashlib
import json
import struct
import zipfile
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self, cast

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import BinaryIO

WACZ_VERSION = "1.1.1"
# Players read ranges of these out of the ZIP, which only works where the ZIP does not compress them again.
_STORED_SUFFIXES = (".gz", ".warc")
_OLDEST = (1980, 1, 1, 0, 0, 0)  # of what a ZIP can say
_UNIX_TIME = 0x5455  # the extra field that says the time in UTC


class WaczFile:
    """A WACZ that is being written to `path`; every file in it is dated `when`. Use it in a `with` block."""

    def __init__(self, path: Path, *, when: dt.datetime) -> None:
        self._zip = zipfile.ZipFile(path, "w", allowZip64=True)
        self._date = max(_OLDEST, when.timetuple()[:6])
        self._extra = struct.pack("<HHBL", _UNIX_TIME, 5, 1, max(0, int(when.timestamp())))
        self._resources: list[dict[str, Any]] = []

    @contextmanager
    def adding(self, name: str) -> Iterator[WaczMember]:
        """A file to be written in the block; then it is one of the resources. One at a time."""
        with self._zip.open(self._info(name), "w", force_zip64=True) as file:
            member = WaczMember(cast("BinaryIO", file), name.rsplit("/", 1)[-1])
            yield member
        # Frictionless takes lower-case names only.
        self._resources.append(
            {"name": member.filename.lower(), "path": name, "hash": member.digest, "bytes": member.size}
        )

    def describe(self, facts: dict[str, str], *, sign: Callable[[str], dict[str, str]] | None = None) -> None:
        """Write `datapackage.json` last, with `facts` (title, created, software) in it, and its digest.

        `sign` makes the `signedData` of that digest.
        """
        package = {"profile": "data-package", "wacz_version": WACZ_VERSION, **facts, "resources": self._resources}
        text = _json(package)
        value = f"sha256:{hashlib.sha256(text).hexdigest()}"
        digest: dict[str, object] = {"path": "datapackage.json", "hash": value}
        if sign is not None:
            digest["signedData"] = sign(value)
        self._zip.writestr(self._info("datapackage.json"), text)
        self._zip.writestr(self._info("datapackage-digest.json"), _json(digest))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def _info(self, name: str) -> zipfile.ZipInfo:
        info = zipfile.ZipInfo(name, date_time=cast("Any", self._date))
        info.compress_type = zipfile.ZIP_STORED if name.endswith(_STORED_SUFFIXES) else zipfile.ZIP_DEFLATED
        info.external_attr = 0o644 << 16
        # Sizes are not known beforehand, so each local header has room for 64 bits. ReplayWeb.page looks at that header
        # only where the directory, too, has an extra field: without one it reads from the wrong place.
        info.extra = self._extra
        return info


class WaczMember:
    """A file in a WACZ, written from front to back; `size` and `digest` are those of what was written so far."""

    def __init__(self, file: BinaryIO, filename: str) -> None:
        self.filename = filename
        self._file = file
        self._sha256 = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> int:
        """The count of bytes, all of them written."""
        self._file.write(data)
        self._sha256.update(data)
        self.size += len(data)
        return len(data)

    @property
    def digest(self) -> str:
        """The sha256 as a data package writes it."""
        return f"sha256:{self._sha256.hexdigest()}"


def _json(value: object) -> bytes:
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()
