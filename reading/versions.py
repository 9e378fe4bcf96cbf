"""What became of one page, looked up in the index instead of the whole store."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from archive.capture import Location
from archive.layout import stem_of_key, warc_key
from archive.surt import surt
from pipelines.history_store import history_of
from reading.shelves import lines_of_captures

if TYPE_CHECKING:
    import sqlite3

    from archive.blobs import BlobStore
    from archive.cdxj import CdxEntry
    from pipelines.history import Step


def steps_of_page(blobs: BlobStore, connection: sqlite3.Connection, url: str) -> list[Step]:
    """The steps of the article at a URL, as `kakehashi history` has them; none: the store holds no article of it."""
    return history_of(blobs, _Indexed(connection), url)


def captures_of_page(connection: sqlite3.Connection, url: str) -> list[CdxEntry]:
    """Every capture of a URL, the oldest first."""
    rows = connection.execute("SELECT line FROM captures WHERE key = ?", (surt(url),)).fetchall()
    return sorted(lines_of_captures(rows), key=lambda entry: (entry.captured_at, entry.location.offset))


class _Indexed:
    """A `pipelines.history_store.Lookup` that asks the index."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def captures(self, url: str) -> list[CdxEntry]:
        return [_in_store(entry) for entry in captures_of_page(self._connection, url)]

    def articles(self, ids: set[str], urls: set[str]) -> list[dict[str, Any]]:
        rows = self._connection.execute(
            "SELECT id, url, title, text, captured_at, record_id, warc, offset, digest FROM articles"
            " WHERE id IN (SELECT value FROM json_each(?)) OR url IN (SELECT value FROM json_each(?))",
            (json.dumps(sorted(ids)), json.dumps(sorted(urls))),
        )
        return [_as_article(row) for row in rows]


def _as_article(row: sqlite3.Row) -> dict[str, Any]:
    provenance = {name: row[name] for name in ("captured_at", "record_id", "warc", "offset")}
    return {
        "id": row["id"], "url": row["url"], "title": row["title"] or None, "text": row["text"],
        "provenance": {**provenance, "payload_digest": row["digest"]},
    }  # fmt: skip


def _in_store(entry: CdxEntry) -> CdxEntry:
    """The entry with the key of its WARC instead of the bare name."""
    stem = stem_of_key(entry.location.warc)
    if stem is None:
        return entry
    place = entry.location
    return replace(entry, location=Location(warc=warc_key(stem), offset=place.offset, length=place.length))
