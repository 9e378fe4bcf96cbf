"""Rows <-> Arrow and Parquet: the one importer of pyarrow.

Instants are UTC in milliseconds; a day without a time is its midnight, and what the page said stands beside it.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from pipelines.dataset.errors import NotInstalled
from pipelines.dataset.request import Edition

try:
    import pyarrow as pa
    import pyarrow.parquet as pq
except ImportError as error:  # a checkout without its dependencies
    raise NotInstalled(f"datasets need pyarrow ({error}): pip install pyarrow") from error

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path
    from typing import Self

    from pipelines.dataset.rows import Row

_BATCH_ROWS = 1024
# A row group is what a reader holds at once: by rows, or by characters where the texts are long.
_GROUP_ROWS = 16_384
_GROUP_CHARACTERS = 32 * 1024 * 1024
_TEXT, _COUNT, _TIME = pa.string(), pa.int64(), pa.timestamp("ms", tz="UTC")
_TEXTS = pa.list_(_TEXT)
_TIMES = ("published", "modified", "fetched")


def _struct(**fields: pa.DataType) -> pa.DataType:
    return pa.struct([pa.field(name, kind) for name, kind in fields.items()])


def _contract(edition: Edition) -> dict[str, pa.DataType]:
    is_full = edition is Edition.FULL
    words = {"title": _TEXT} if is_full else {}
    spans = _struct(
        where=_TEXT, start=_COUNT, end=_COUNT, **({"text": _TEXT} if is_full else {}), side=_TEXT, term=_TEXT
    )
    return {
        "schema_version": pa.int32(),
        "id": _TEXT,
        "version": pa.int32(),
        "url": _TEXT,
        "canonical_url": _TEXT,
        "source": _TEXT,
        "publisher": _TEXT,
        **words,
        "authors": _TEXTS,
        "published": _TIME,
        "published_stated": _TEXT,
        "modified": _TIME,
        "modified_stated": _TEXT,
        "fetched": _TIME,
        "language": _TEXT,
        **({"text": _TEXT} if is_full else {}),
        "section": _TEXT,
        "tags": _TEXTS,
        "images": pa.list_(_struct(url=_TEXT, **({"caption": _TEXT, "credit": _TEXT} if is_full else {}))),
        "paywalled": pa.bool_(),
        "live_entries": pa.list_(_struct(time=_TEXT, **({**words, "text": _TEXT} if is_full else {}))),
        "rights": _struct(licence=_TEXT, tdm_reservation=pa.bool_(), noai=pa.bool_()),
        "dateline": _TEXT,
        "agency": _TEXT,
        "relevance": _struct(
            label=_TEXT, score=pa.float64(), countries=_TEXTS, evidence=pa.list_(spans), organisations=_TEXTS,
            topics=_TEXTS,
        ),
        "duplicates": _struct(cluster=_TEXT, kind=_TEXT, first=_TEXT, similarity=pa.float64()),
        "removed": pa.list_(
            _struct(rule=_TEXT, kind=_TEXT, characters=_COUNT, **({"sample": _TEXT} if is_full else {}))
        ),
        "provenance": _struct(
            warc=_TEXT, offset=_COUNT, length=_COUNT, record_id=_TEXT, payload_digest=_TEXT, captured_at=_TIME,
            software=pa.list_(_struct(name=_TEXT, version=_TEXT)), rules=pa.list_(_struct(name=_TEXT, digest=_TEXT)),
            origin=_TEXT,
        ),
    }  # fmt: skip


_COUNTED = {
    "year": pa.int32(), "label": _TEXT, "cluster": _TEXT, "characters": _COUNT, "words": _COUNT, "sentences": _COUNT,
    "paragraphs": _COUNT, "text_sha256": _TEXT, "title_sha256": _TEXT,
}  # fmt: skip
_RELEASED = {
    "split": _TEXT,
    "reservations": _struct(robots_ai=_TEXTS, robots_record=_TEXT, tdmrep=pa.bool_(), is_reserved=pa.bool_()),
    "row_sha256": _TEXT,
}


def article_schema(edition: Edition = Edition.FULL, *, is_released: bool = True) -> pa.Schema:
    """The columns of articles; `is_released` adds those that a release alone has."""
    columns = {**_contract(edition), **_COUNTED, **(_RELEASED if is_released else {})}
    return pa.schema(list(columns.items()))


def version_schema(edition: Edition) -> pa.Schema:
    """The columns of the pairs of versions."""
    place = _struct(
        record_id=_TEXT, captured_at=_TIME, warc=_TEXT, offset=_COUNT, length=_COUNT, payload_digest=_TEXT, origin=_TEXT
    )
    is_full = edition is Edition.FULL
    sides: dict[str, pa.DataType] = {}
    for side in ("before", "after"):
        sides[side] = place
        sides |= {f"title_{side}": _TEXT, f"text_{side}": _TEXT} if is_full else {}
        sides |= {f"title_sha256_{side}": _TEXT, f"text_sha256_{side}": _TEXT}
    change = {"before": _TEXT, "after": _TEXT} if is_full else {"characters_before": _COUNT, "characters_after": _COUNT}
    columns = {
        "id": _TEXT, "url": _TEXT, "source": _TEXT, "language": _TEXT, "version_before": pa.int32(),
        "version_after": pa.int32(), **sides, "changes": pa.list_(_struct(kind=_TEXT, **change)), "split": _TEXT,
    }  # fmt: skip
    return pa.schema(list(columns.items()))


def typed(row: Row) -> Row:
    """The row of an article, full or a pointer, with times as instants and open sets of names as lists."""
    place = row["provenance"]
    by_name = {
        "software": [{"name": name, "version": version} for name, version in place["software"].items()],
        "rules": [{"name": name, "digest": digest} for name, digest in place["rules"].items()],
    }
    return {
        **row,
        **{name: instant(row[name]) for name in _TIMES},
        "published_stated": row["published"],
        "modified_stated": row["modified"],
        "provenance": {**place, **by_name, "captured_at": instant(place["captured_at"])},
    }


def typed_version(row: Row) -> Row:
    """The row of a pair of versions with times as instants."""
    sides = {side: {**row[side], "captured_at": instant(row[side]["captured_at"])} for side in ("before", "after")}
    return {**row, **sides}


def instant(stated: str | None) -> dt.datetime | None:
    """The instant in UTC that RFC 3339 text or an ISO day names; None where it names none."""
    try:
        when = dt.datetime.fromisoformat(stated or "")
        when = when if when.tzinfo else when.replace(tzinfo=dt.UTC)
        return when.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None


class TableWriter:
    """Rows into one Parquet file with zstd; the same rows and library are the same bytes. Use it in a `with` block."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._schema = schema
        self._writer = pq.ParquetWriter(path, schema, compression="zstd", compression_level=3, version="2.6")
        self._rows: list[Row] = []
        self._batches: list[pa.RecordBatch] = []
        self._waiting = self._characters = 0
        self.rows = 0

    def add(self, row: Row, *, characters: int) -> None:
        """Take a typed row with so many characters of text. Raises `OSError`."""
        self._rows.append(row)
        self.rows += 1
        self._waiting += 1
        self._characters += characters
        if len(self._rows) >= _BATCH_ROWS:
            self._convert()
        if self._waiting >= _GROUP_ROWS or self._characters >= _GROUP_CHARACTERS:
            self._flush()

    def _convert(self) -> None:
        if self._rows:
            self._batches.append(pa.RecordBatch.from_pylist(self._rows, schema=self._schema))
            self._rows = []

    def _flush(self) -> None:
        self._convert()
        if self._batches:
            self._writer.write_table(pa.Table.from_batches(self._batches), row_group_size=_GROUP_ROWS)
        self._batches, self._waiting, self._characters = [], 0, 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self._flush()
        self._writer.close()


def read_rows(path: Path, columns: Sequence[str] | None = None) -> Iterator[Row]:
    """The rows of a Parquet file in their order, a piece of it in memory. Raises `OSError`, `ValueError`."""
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=_BATCH_ROWS, columns=columns and list(columns)):
            yield from batch.to_pylist()


def batches_of(rows: Iterable[Mapping[str, Any]]) -> Iterator[pa.RecordBatch]:
    """Rows of articles that belong to no release as record batches."""
    schema = article_schema(is_released=False)
    waiting: list[Row] = []
    for row in rows:
        waiting.append(typed(dict(row)))
        if len(waiting) == _BATCH_ROWS:
            yield pa.RecordBatch.from_pylist(waiting, schema=schema)
            waiting = []
    if waiting:
        yield pa.RecordBatch.from_pylist(waiting, schema=schema)


def table_of(rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """The same as one table."""
    return pa.Table.from_batches(batches_of(rows), schema=article_schema(is_released=False))


def columns_of(schema: pa.Schema) -> list[tuple[str, str]]:
    """Name and Arrow type of each column, for the card and its metadata."""
    return [(field.name, str(field.type)) for field in schema]
