"""What the WARCs of a store say of each other: ids that two records have, revisits whose original is not there.

However large the store, memory stays flat: what is to be compared is spread over temporary files by its hash, and
compared one file at a time.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from typing import TYPE_CHECKING, Any

from archive.dates import format_date, parse_date
from archive.digests import is_equal
from archive.faults import Fault, Kind
from archive.layout import is_imported, stem_of_key

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Self

    from archive.scan import RecordHeader

_BUCKETS = 32
_IN_MEMORY = 512 * 1024


class CrossCheck:
    """Takes the header of every record of every WARC; `faults` then says what does not fit together."""

    def __init__(self) -> None:
        self._ids = _Buckets()
        self._captures = _Buckets()
        self._warcs: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._ids.close()
        self._captures.close()

    def take(self, warc: str, offset: int, header: RecordHeader) -> None:
        """Remember a record at a byte of the WARC at this key."""
        if not self._warcs or self._warcs[-1] != warc:
            self._warcs.append(warc)
        number = len(self._warcs) - 1
        record_id = header.field("WARC-Record-ID")
        if record_id is not None:
            self._ids.add(_hash(record_id), [number, offset, record_id])
        digest = header.field("WARC-Payload-Digest")
        if header.kind in ("response", "resource"):
            place = _place(header.field("WARC-Target-URI"), header.field("WARC-Date"))
            self._captures.add(place, ["original", record_id, digest])
        elif header.kind == "revisit":
            url, date = header.field("WARC-Refers-To-Target-URI"), header.field("WARC-Refers-To-Date")
            pointer = header.field("WARC-Refers-To")
            self._captures.add(_place(url, date), ["revisit", pointer, digest, number, offset, url, date])

    def faults(self) -> Iterator[Fault]:
        """The duplicate ids, then the revisits whose original is not there or is another."""
        for bucket in self._ids:
            seen: dict[str, list[Any]] = {}
            for key, (number, offset, record_id) in bucket:
                first = seen.setdefault(key, [number, offset])
                if first != [number, offset]:
                    where = f"{self._warcs[first[0]]} at byte {first[1]}"
                    problem = f"its id {record_id} is that of {where} too"
                    yield self._fault(Kind.DUPLICATE, number, offset, problem, beside=self._warcs[first[0]])
        for bucket in self._captures:
            yield from self._revisits(list(bucket))

    def _revisits(self, items: list[tuple[str, list[Any]]]) -> Iterator[Fault]:
        originals: dict[str, list[list[Any]]] = {}
        for key, (kind, *values) in items:
            if kind == "original":
                originals.setdefault(key, []).append(values)
        for key, (kind, *values) in items:
            if kind == "revisit":
                pointer, digest, number, offset, url, date = values
                problem = _problem(originals.get(key, []), pointer, digest, f"{url} of {date}")
                if problem is not None:
                    yield self._fault(Kind.REVISIT, number, offset, problem)

    def _fault(self, kind: Kind, number: int, offset: int, problem: str, beside: str = "") -> Fault:
        warc = self._warcs[number]
        # Faults of other people's WARCs are kept as they came.
        is_note = stem_of_key(warc) is None or is_imported(warc) or is_imported(beside)
        return Fault(kind=kind, key=warc, offset=offset, problem=problem, is_note=is_note)


def _problem(originals: list[list[Any]], pointer: str | None, digest: str | None, what: str) -> str | None:
    if not originals:
        return f"its original, {what}, is not in the store or cannot be read"
    fitting = [item for item in originals if digest is None or item[1] is None or is_equal(item[1], digest)]
    if not fitting:
        return f"its original, {what}, has another payload: {originals[0][1]}, expected {digest}"
    if pointer is not None and all(item[0] != pointer for item in fitting):
        return f"its original, {what}, is {fitting[0][0]}; WARC-Refers-To says {pointer}"
    return None


def _place(url: str | None, date: str | None) -> str:
    return _hash(f"{(url or '').strip('<>')} {format_date(parse_date(date))}")


def _hash(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=12).hexdigest()


class _Buckets:
    """Keyed values spread over files by their keys; iterating gives file by file."""

    def __init__(self) -> None:
        self._files: dict[int, tempfile.SpooledTemporaryFile[str]] = {}

    def add(self, key: str, value: list[Any]) -> None:
        bucket = int(key[:4], 16) % _BUCKETS
        if bucket not in self._files:
            spool = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY, mode="w+", encoding="utf-8")  # noqa: SIM115
            self._files[bucket] = spool
        self._files[bucket].write(f"{key} {json.dumps(value)}\n")

    def __iter__(self) -> Iterator[Iterator[tuple[str, list[Any]]]]:
        for file in self._files.values():
            file.seek(0)
            yield ((line[:24], json.loads(line[25:])) for line in file)

    def close(self) -> None:
        for file in self._files.values():
            file.close()
