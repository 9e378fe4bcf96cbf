"""Mentions of articles on disk, brought into their order and read as often as is needed."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING, Self

from archive.line_sort import LineSorter

if TYPE_CHECKING:
    from collections.abc import Iterator

BETWEEN = "\t"


class MentionSpool:
    """Rows of texts, in the order of their first fields once they are read. Use it in a `with`."""

    def __init__(self) -> None:
        self._sorter: LineSorter | None = LineSorter()
        self._file = tempfile.TemporaryFile()  # noqa: SIM115  (closed by __exit__)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        if self._sorter is not None:
            self._sorter.__exit__()

    def add(self, fields: tuple[str, ...]) -> None:
        """Take a row; none after the first reading."""
        assert self._sorter is not None, "the rows were read already"
        # No value of ours has such a sign; one of a damaged line must not become two.
        if not all(map(str.isprintable, fields)):
            fields = tuple(" ".join(field.split()) if not field.isprintable() else field for field in fields)
        self._sorter.add(BETWEEN.join(fields).encode("utf-8", "surrogatepass"))

    def rows(self) -> Iterator[bytes]:
        """The rows as they lie on disk, with their line ends, in their order."""
        if self._sorter is not None:
            with self._sorter as rows:
                self._file.writelines(row + b"\n" for row in rows)
            self._sorter = None
        self._file.seek(0)
        yield from map(bytes, self._file)  # by itself it would be closed with the generator
