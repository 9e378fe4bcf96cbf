"""Which payloads of which URLs are in the store: a SQLite cache of its CDXJ files, and the one importer of sqlite3.

Losing the file loses nothing: `sync` reads the indexes that it does not know yet.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

from archive.capture import Earlier
from archive.cdxj import parse_line
from archive.errors import Malformed, StoreNotUsable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from archive.blobs import BlobStore
    from archive.capture import Stored
    from archive.cdxj import CdxEntry

_BUSY_S = 30.0
_SCHEMA = """
CREATE TABLE IF NOT EXISTS indexes (key TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS payloads (
    url TEXT NOT NULL, digest TEXT NOT NULL, record_id TEXT NOT NULL, captured TEXT NOT NULL, warc TEXT NOT NULL,
    PRIMARY KEY (url, digest)
) WITHOUT ROWID;
"""


class KnownCaptures:
    """The last whole record of each payload of each URL. Use from one thread; close when done.

    Raises `StoreNotUsable` when the file cannot be read or written; a damaged one is made anew when it is opened.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        with self._answering():
            self._db = _open(path)
        # Not in the file until their WARC is closed: an open transaction would lock out every other run.
        self._fresh: dict[tuple[str, str], Earlier] = {}

    def sync(self, blobs: BlobStore) -> list[str]:
        """Take in the indexes of the store that are not known yet; back come the lines that were no CDXJ.

        Where an index that was taken in is gone from the store, all is taken in anew: a revisit must not refer to a
        record that nobody has any more.
        """
        present = [info.key for info in blobs.list("cdxj/") if info.key.endswith(".cdxj")]
        problems: list[str] = []
        with self._answering():
            seen = {key for (key,) in self._db.execute("SELECT key FROM indexes")}
            if not seen.issubset(present):
                seen = set()
                self._forget()
            for key in present:
                if key not in seen:
                    problems += self._ingest(key, blobs.get(key).decode("utf-8", "replace"))
        return problems

    def _forget(self) -> None:
        with self._db:
            self._db.execute("DELETE FROM payloads")
            self._db.execute("DELETE FROM indexes")

    def _ingest(self, key: str, text: str) -> list[str]:
        entries, problems = _parse(key, text)
        entries.sort(key=lambda entry: (entry.captured_at, entry.location.offset))  # the last one stays
        with self._db:
            self._db.executemany(_INSERT, (_row(entry) for entry in entries if _is_original(entry)))
            self._db.execute("INSERT OR IGNORE INTO indexes VALUES (?)", (key,))
        return problems

    @contextmanager
    def _answering(self) -> Iterator[None]:
        """No error of sqlite3 leaves this module."""
        try:
            yield
        except sqlite3.Error as error:
            raise StoreNotUsable(str(self._path), f"the cache of what is known: {error}") from error

    def add(self, stored: Stored) -> None:
        """Remember a record that was just written; kept for good by `commit`, when the file that holds it is closed."""
        if not stored.is_revisit and stored.truncated is None:
            self._fresh[stored.url, stored.payload_digest] = Earlier(
                record_id=stored.record_id,
                url=stored.url,
                captured_at=stored.captured_at,
                payload_digest=stored.payload_digest,
                warc=stored.location.warc.rsplit("/", 1)[-1],
            )

    def commit(self, cdxj_key: str) -> None:
        """Keep what was added for good: its WARC is closed and its index is `cdxj_key`."""
        rows = [
            (
                earlier.url,
                earlier.payload_digest,
                earlier.record_id,
                earlier.captured_at.isoformat(),
                earlier.warc or "",
            )
            for earlier in self._fresh.values()
        ]
        with self._answering(), self._db:
            self._db.executemany(_INSERT, rows)
            self._db.execute("INSERT OR IGNORE INTO indexes VALUES (?)", (cdxj_key,))
        self._fresh.clear()

    def find_earlier(self, url: str, payload_digest: str) -> Earlier | None:
        """The last whole record of this URL with this payload, None when there is none."""
        if fresh := self._fresh.get((url, payload_digest)):
            return fresh
        query = "SELECT record_id, captured, warc FROM payloads WHERE url = ? AND digest = ?"
        with self._answering():
            row = self._db.execute(query, (url, payload_digest)).fetchone()
        if row is None:
            return None
        return Earlier(
            record_id=row[0],
            url=url,
            captured_at=dt.datetime.fromisoformat(row[1]),
            payload_digest=payload_digest,
            warc=row[2] or None,
        )

    def close(self) -> None:
        """Close the file; what was added since the last `commit` is forgotten and read again by the next `sync`."""
        self._db.close()


_INSERT = "INSERT OR REPLACE INTO payloads (url, digest, record_id, captured, warc) VALUES (?, ?, ?, ?, ?)"


def _open(path: Path) -> sqlite3.Connection:
    try:
        return _connect(path)
    except sqlite3.OperationalError:  # locked, full, not ours: no reason to take it away from another run
        raise
    except sqlite3.DatabaseError:  # damaged
        for suffix in ("", "-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        return _connect(path)


def _connect(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=_BUSY_S)
    try:
        db.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;" + _SCHEMA)
        if db.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
            raise sqlite3.DatabaseError("damaged")
    except sqlite3.Error:
        db.close()
        raise
    return db


def _row(entry: CdxEntry) -> tuple[str, str, str, str, str]:
    captured = entry.captured_at.isoformat()
    return (entry.url, entry.payload_digest, entry.record_id or "", captured, entry.location.warc)


def _is_original(entry: CdxEntry) -> bool:
    return entry.mime != "warc/revisit" and entry.record_id is not None and entry.truncated is None


def _parse(key: str, text: str) -> tuple[list[CdxEntry], list[str]]:
    entries: list[CdxEntry] = []
    problems: list[str] = []
    for number, line in _lines(text):
        try:
            entries.append(parse_line(line, where=f"{key}:{number}"))
        except Malformed as error:
            problems.append(str(error))
    return entries, problems


def _lines(text: str) -> Iterable[tuple[int, str]]:
    lines = enumerate(text.split("\n"), start=1)
    return ((number, line) for number, line in lines if line.strip() and not line.startswith("!"))
