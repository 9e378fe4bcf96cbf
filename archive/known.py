"""Which payloads of which URLs are in the store: a SQLite cache of its CDXJ files, and the one importer of sqlite3.

Losing the file loses nothing: `sync` reads the indexes that it does not know yet.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from archive import known_rows
from archive.capture import Earlier, Location
from archive.cdxj import parse_lines
from archive.errors import StoreNotUsable
from archive.looks import NOTE, SCHEMA, Due, Row, due_query, look_row, look_rows
from archive.soundness import SoundNote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from archive.blobs import BlobStore
    from archive.capture import Stored
    from archive.cdxj import CdxEntry
    from archive.trust import Visit

_BUSY_S = 30.0
_MAX_ASKED = 10_000
# A file of another version is emptied, and read anew from the indexes.
_VERSION = 5
_SCHEMA = """
DROP TABLE IF EXISTS indexes; DROP TABLE IF EXISTS payloads; DROP TABLE IF EXISTS visits;
CREATE TABLE indexes (key TEXT PRIMARY KEY, size INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE payloads (
    url TEXT NOT NULL, digest TEXT NOT NULL, record_id TEXT NOT NULL, captured TEXT NOT NULL,
    warc TEXT NOT NULL, offset INTEGER NOT NULL, length INTEGER NOT NULL,
    PRIMARY KEY (url, digest)
) WITHOUT ROWID;
CREATE TABLE visits (
    url TEXT PRIMARY KEY, captured TEXT NOT NULL, digest TEXT NOT NULL, etag TEXT, last_modified TEXT,
    unmodified INTEGER NOT NULL, claimed TEXT, before_digest TEXT, before_etag TEXT, before_modified TEXT,
    is_liar INTEGER NOT NULL
) WITHOUT ROWID;
"""
_INSERT = """
INSERT OR REPLACE INTO payloads (url, digest, record_id, captured, warc, offset, length) VALUES (?, ?, ?, ?, ?, ?, ?)
"""
_IS_KNOWN = "SELECT EXISTS (SELECT 1 FROM payloads WHERE url = ?1) OR EXISTS (SELECT 1 FROM visits WHERE url = ?1)"
_VISIT = "INSERT OR REPLACE INTO visits VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


class KnownCaptures:
    """The last whole record of each payload of each URL. Use from one thread; close when done.

    Raises `StoreNotUsable` when the file cannot be read or written; a damaged one is made anew when it is
    opened, or after the run that met the damage, where its note did not show it (`archive.soundness`).
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._note = SoundNote(path)
        with self._answering():
            self._db = _open(path, self._note)
        # Not in the file until their WARC is closed: an open transaction would lock out every other run.
        self._fresh: dict[tuple[str, str], Earlier] = {}
        self._fresh_visits: dict[str, Visit] = {}
        self._fresh_urls: set[str] = set()
        self._fresh_looks: list[Row] = []
        # What was read for a request waits here for its answer.
        self._asked: dict[str, Visit | None] = {}
        self._unknown: set[str] = set()

    def sync(self, blobs: BlobStore) -> list[str]:
        """Take in the indexes of the store that are not known yet; back come the lines that were no CDXJ.

        Where an index that was taken in is gone from the store, or is another since (it was repaired, or something was
        taken down), all is taken in anew: a revisit must not refer to a record that nobody has any more.
        """
        present = {info.key: info.size for info in blobs.list("cdxj/") if info.key.endswith(".cdxj")}
        problems: list[str] = []
        self._unknown.clear()
        with self._answering():
            seen = dict(self._db.execute("SELECT key, size FROM indexes"))
            if not seen.items() <= present.items():
                seen = {}
                self._forget()
            for key in sorted(present.keys() - seen.keys()):  # by time: the last record of a payload stays
                problems += self._ingest(key, blobs.get(key))
        self._note.renew()
        return problems

    def _forget(self) -> None:
        with self._db:
            self._db.execute("DELETE FROM payloads")
            self._db.execute("DELETE FROM visits")
            self._db.execute("DELETE FROM looks")
            self._db.execute("DELETE FROM indexes")

    def _ingest(self, key: str, index: bytes) -> list[str]:
        entries, problems = parse_lines(index.decode("utf-8", "replace"), where=key)
        entries.sort(key=lambda entry: (entry.captured_at, entry.location.offset))  # the last one stays
        with self._db:
            self._db.executemany(
                _INSERT,
                (
                    known_rows.row(known_rows.earlier(entry))
                    for entry in entries
                    if known_rows.is_whole(entry) and entry.mime != "warc/revisit"
                ),
            )
            self._db.executemany(NOTE, look_rows(filter(known_rows.is_whole, entries)))
            self._db.executemany(
                _VISIT, (known_rows.visit_row(url, visit) for url, visit in self._visits(entries).items())
            )
            self._db.execute("INSERT OR REPLACE INTO indexes VALUES (?, ?)", (key, len(index)))
        return problems

    @contextmanager
    def _answering(self) -> Iterator[None]:
        """No error of sqlite3 leaves this module."""
        try:
            yield
        except sqlite3.Error as error:
            if not isinstance(error, sqlite3.OperationalError):
                self._note.drop()  # it is damaged: the next run will see that it is
            raise StoreNotUsable(str(self._path), f"the cache of what is known: {error}") from error

    def add(self, stored: Stored) -> None:
        """Remember a record that was just written; kept for good by `commit`, when the file that holds it is closed."""
        if stored.truncated is not None or stored.method != "GET":
            return
        self._fresh_urls.add(stored.url)
        place = None if stored.is_revisit else stored.location.warc
        if look := look_row(stored.url, stored.status, stored.captured_at, place):
            self._fresh_looks.append(look)
        if not stored.is_revisit:
            self._fresh[stored.url, stored.payload_digest] = Earlier(
                record_id=stored.record_id,
                url=stored.url,
                captured_at=stored.captured_at,
                payload_digest=stored.payload_digest,
                location=known_rows.without_folder(stored.location),
            )
        visit = known_rows.after(self._visit_before(stored.url), stored, is_revisit=stored.is_revisit)
        if visit is not None:
            self._fresh_visits[stored.url] = visit

    def commit(self, cdxj_key: str, size: int) -> None:
        """Keep what was added for good: its WARC is closed and its index, of `size` bytes, is `cdxj_key`."""
        with self._answering(), self._db:
            self._db.executemany(_INSERT, [known_rows.row(earlier) for earlier in self._fresh.values()])
            self._db.executemany(_VISIT, [known_rows.visit_row(*item) for item in self._fresh_visits.items()])
            self._db.executemany(NOTE, self._fresh_looks)
            self._db.execute("INSERT OR REPLACE INTO indexes VALUES (?, ?)", (cdxj_key, size))
        self._note.renew()
        self._fresh.clear()
        self._fresh_looks.clear()
        self._fresh_urls.clear()
        self._fresh_visits.clear()
        self._asked.clear()
        self._unknown.clear()

    def find_earlier(self, url: str, payload_digest: str) -> Earlier | None:
        """The last whole record of this URL with this payload, None when there is none."""
        if fresh := self._fresh.get((url, payload_digest)):
            return fresh
        if url in self._unknown:
            return None
        query = "SELECT record_id, captured, warc, offset, length FROM payloads WHERE url = ? AND digest = ?"
        with self._answering():
            row = self._db.execute(query, (url, payload_digest)).fetchone()
        if row is None:
            return None
        return Earlier(
            record_id=row[0],
            url=url,
            captured_at=dt.datetime.fromisoformat(row[1]),
            payload_digest=payload_digest,
            location=Location(warc=row[2], offset=row[3], length=row[4]),
        )

    def find_latest(self, url: str) -> Earlier | None:
        """The record that holds what this URL gave when it last answered 200, with the validators of that answer.

        None when it never did so whole, had no validators then, or was found out since. `is_outdated` is set where the
        question is whether the server tells an older payload from that.
        """
        if len(self._asked) >= _MAX_ASKED:  # of those that were never answered
            self._asked.clear()
            self._unknown.clear()
        visit = self._asked[url] = self._ask(url)
        if visit is None or visit.is_liar or not visit.asked_with.validators:
            return None
        earlier = self.find_earlier(url, visit.asked_with.digest)
        shown, is_old, seen_at = visit.asked_with.validators, visit.before is not None, visit.seen_at
        count = visit.unmodified
        return earlier and replace(earlier, seen_at=seen_at, validators=shown, unmodified=count, is_outdated=is_old)

    def is_known(self, url: str) -> bool:
        """True when the store holds any whole answer of this URL."""
        if url in self._fresh_urls:
            return True
        with self._answering():
            return self._db.execute("SELECT 1 FROM payloads WHERE url = ? LIMIT 1", (url,)).fetchone() is not None

    def due(self, host: str, ages: Sequence[dt.timedelta], now: dt.datetime) -> list[Due]:
        """The pages of a host that have reached one of these ages since they were last looked at, the latest first.

        What was looked at since the last `commit` is none.
        """
        seen = {row[0] for row in self._fresh_looks}
        with self._answering():
            rows = self._db.execute(*due_query(host, ages, now)).fetchall()
        return [
            Due(url, dt.datetime.fromtimestamp(first, dt.UTC), warc) for url, first, warc in rows if url not in seen
        ]

    def _ask(self, url: str) -> Visit | None:
        """As `_visit`; where nothing is known of a URL, as of most, its answer needs no look either."""
        if url not in self._fresh_visits:
            with self._answering():
                (is_known,) = self._db.execute(_IS_KNOWN, (url,)).fetchone()
            if not is_known:
                self._unknown.add(url)
                return None
        self._unknown.discard(url)
        return self._visit(url)

    def _visit(self, url: str) -> Visit | None:
        if fresh := self._fresh_visits.get(url):
            return fresh
        with self._answering():
            row = self._db.execute("SELECT * FROM visits WHERE url = ?", (url,)).fetchone()
        return known_rows.visit_of(row) if row else None

    def _visit_before(self, url: str) -> Visit | None:
        """What is known of a URL whose answer has come: most were looked up when they were asked for."""
        is_here = url in self._asked and url not in self._fresh_visits
        asked = self._asked.pop(url, None)
        self._unknown.discard(url)
        return asked if is_here else self._visit(url)

    def _visits(self, entries: Iterable[CdxEntry]) -> dict[str, Visit]:
        """What is known of each URL after these captures, in their order."""
        found: dict[str, Visit] = {}
        for entry in filter(known_rows.is_whole, entries):
            known = found.get(entry.url) or self._visit(entry.url)
            if visit := known_rows.after(known, entry, is_revisit=entry.mime == "warc/revisit"):
                found[entry.url] = visit
        return found

    def has_page(self, url: str) -> bool:
        """True when this URL, as records spell it, answered with 200 at some time and that answer came whole."""
        if url in self._fresh_visits:
            return True
        with self._answering():
            return self._db.execute("SELECT 1 FROM visits WHERE url = ?", (url,)).fetchone() is not None

    def seen_at(self, url: str) -> dt.datetime | None:
        """When a URL last answered 200, and came whole; None when it never did."""
        visit = self._visit(url)
        return visit.seen_at if visit is not None else None

    def close(self) -> None:
        """Close the file; what was added since the last `commit` is forgotten and read again by the next `sync`."""
        self._db.close()
        self._note.renew()


def _open(path: Path, note: SoundNote) -> sqlite3.Connection:
    try:
        return _connect(path, note)
    except sqlite3.OperationalError:  # locked, full, not ours: no reason to take it away from another run
        raise
    except sqlite3.DatabaseError:  # damaged
        for suffix in ("", "-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        return _connect(path, note)


def _connect(path: Path, note: SoundNote) -> sqlite3.Connection:
    is_sound = note.holds()
    db = sqlite3.connect(path, timeout=_BUSY_S)
    try:
        db.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;")
        if _version(db) != _VERSION:
            db.execute("BEGIN IMMEDIATE")
            if _version(db) != _VERSION:  # no other run was faster
                for statement in filter(str.strip, (_SCHEMA + SCHEMA).split(";")):
                    db.execute(statement)
                db.execute(f"PRAGMA user_version={_VERSION}")
            db.commit()
        if not is_sound:  # the check reads all of it
            if db.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
                raise sqlite3.DatabaseError("damaged")
            note.was_checked()
    except sqlite3.Error:
        db.close()
        raise
    return db


def _version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])
