"""The index that the room searches: a SQLite file that is derived from the store and may be deleted. The one importer.

It holds what lists and searches need; an article itself is read from the store by its place. Writers put everything of
a file of the store in, or take it out, in one transaction, so that readers meet whole files only.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

from reading.folding import terms_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

_VERSION = "1"
"""Another one makes the index anew: raise it whenever tables, folding or terms change."""
_PATIENCE_S = 30.0
_SCHEMA = """
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE files (number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, sign TEXT NOT NULL);
CREATE TABLE problems (file INTEGER NOT NULL, problem TEXT NOT NULL);
CREATE TABLE articles (
    number INTEGER PRIMARY KEY, file INTEGER NOT NULL, position INTEGER NOT NULL, length INTEGER NOT NULL,
    id TEXT NOT NULL, record_id TEXT NOT NULL, url TEXT NOT NULL, host TEXT NOT NULL, source TEXT NOT NULL,
    publisher TEXT NOT NULL, title TEXT NOT NULL, language TEXT NOT NULL, label TEXT NOT NULL, day TEXT NOT NULL,
    published TEXT NOT NULL, captured_at TEXT NOT NULL, warc TEXT NOT NULL, offset INTEGER NOT NULL,
    digest TEXT NOT NULL, text TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1,
    is_current INTEGER NOT NULL DEFAULT 1, cluster TEXT, kind TEXT, first TEXT, similarity REAL
);
CREATE INDEX articles_file ON articles (file);
CREATE INDEX articles_id ON articles (id);
CREATE INDEX articles_url ON articles (url);
CREATE INDEX articles_record ON articles (record_id);
CREATE INDEX articles_cluster ON articles (cluster) WHERE cluster IS NOT NULL;
CREATE INDEX articles_day ON articles (is_current, day, source);
CREATE INDEX articles_host ON articles (host, source);
CREATE VIRTUAL TABLE words USING fts5 (
    title, text, content = '', tokenize = "unicode61 remove_diacritics 0 categories 'L* N*'"
);
CREATE TABLE links (
    record_id TEXT PRIMARY KEY, version INTEGER NOT NULL, is_current INTEGER NOT NULL, cluster TEXT, kind TEXT,
    first TEXT, similarity REAL
) WITHOUT ROWID;
CREATE TABLE captures (
    file INTEGER NOT NULL, key TEXT NOT NULL, day TEXT NOT NULL, host TEXT NOT NULL, mime TEXT, digest TEXT NOT NULL,
    line TEXT NOT NULL
);
CREATE INDEX captures_file ON captures (file);
CREATE INDEX captures_key ON captures (key);
CREATE INDEX captures_day ON captures (day, host);
CREATE INDEX captures_digest ON captures (digest);
"""
_ARTICLE = (
    "file", "position", "length", "id", "record_id", "url", "host", "source", "publisher", "title", "language", "label",
    "day", "published", "captured_at", "warc", "offset", "digest", "text",
)  # fmt: skip


class Index:
    """The index at a path; readers open it for a moment each, from any thread."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection that sees one state of the index for as long as the block lasts."""
        with closing(sqlite3.connect(self._path, timeout=_PATIENCE_S, isolation_level=None)) as connection:
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA query_only = ON")
            connection.execute("BEGIN")
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        """All that is written in the block, or, where an error ends it, nothing.

        Raises `OSError` when there is no index at the path and none can be made, or it takes no more.
        """
        try:
            with closing(sqlite3.connect(self._path, timeout=_PATIENCE_S, isolation_level=None)) as connection:
                connection.row_factory = sqlite3.Row
                connection.execute("PRAGMA synchronous = NORMAL")  # what a crash loses is read again
                connection.execute("BEGIN IMMEDIATE")
                yield Writer(connection)
                connection.execute("COMMIT")
        except sqlite3.OperationalError as error:
            raise OSError(f"{self._path}: {error}") from error

    def prepare(self) -> None:
        """Make an empty index unless there is one of today's making; a damaged one is made anew. Raises `OSError`."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        try:
            if self._path.exists() and self._version() == _VERSION:
                return
        except sqlite3.DatabaseError:
            pass
        self._remove()
        try:
            with closing(sqlite3.connect(self._path, timeout=_PATIENCE_S)) as connection:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.executescript(_SCHEMA)
                connection.execute("INSERT INTO about VALUES ('version', ?)", (_VERSION,))
                connection.commit()
        except sqlite3.Error as error:
            raise OSError(f"{self._path}: {error}") from error

    def empty(self) -> None:
        """Take everything out, and not a word of it stays in the file; the next refresh reads the store again.

        Nothing where there is no index. Raises `OSError` when another program does not let go of it.
        """
        if not self._path.exists():
            return
        try:
            with closing(sqlite3.connect(self._path, timeout=_PATIENCE_S, isolation_level=None)) as connection:
                connection.execute("BEGIN IMMEDIATE")
                connection.execute("INSERT INTO words (words) VALUES ('delete-all')")
                for table in ("articles", "captures", "problems", "links", "files"):
                    connection.execute(f"DELETE FROM {table}")  # noqa: S608  (a name of ours)
                connection.execute("COMMIT")
                # Deleted rows stay in a file until it is written anew, and in the log until that is cut.
                connection.execute("VACUUM")
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.OperationalError as error:
            raise OSError(f"{self._path}: {error}") from error
        except sqlite3.DatabaseError:  # damaged: it is made anew when it is opened next
            self._remove()

    def _remove(self) -> None:
        for suffix in ("", "-wal", "-shm"):
            self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)

    def signs(self) -> dict[str, str]:
        """The sign of each file of the store that is in the index, by its key."""
        with self.reading() as connection:
            return {row["key"]: row["sign"] for row in connection.execute("SELECT key, sign FROM files")}

    def _version(self) -> str | None:
        with self.reading() as connection:
            row = connection.execute("SELECT value FROM about WHERE name = 'version'").fetchone()
            return str(row["value"]) if row else None


class Writer:
    """What may be written into the index; the transaction is that of `Index.writing`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._do = connection.execute
        self._do_many = connection.executemany

    def begin_file(self, key: str, sign: str) -> int:
        """Take out what came from a file, if anything did; its new number, under which the new content goes in."""
        self.forget_file(key)
        return int(self._do("INSERT INTO files (key, sign) VALUES (?, ?)", (key, sign)).lastrowid or 0)

    def forget_file(self, key: str) -> None:
        """Take out all that came from a file."""
        row = self._do("SELECT number FROM files WHERE key = ?", (key,)).fetchone()
        if row is None:
            return
        number = row["number"]
        for article in self._do("SELECT number, title, text FROM articles WHERE file = ?", (number,)):
            self._do(
                "INSERT INTO words (words, rowid, title, text) VALUES ('delete', ?, ?, ?)",
                (article["number"], _terms(article["title"]), _terms(article["text"])),
            )
        for table in ("articles", "captures", "problems"):
            self._do(f"DELETE FROM {table} WHERE file = ?", (number,))  # noqa: S608  (a name of ours)
        self._do("DELETE FROM files WHERE number = ?", (number,))

    def add_article(self, values: Mapping[str, Any]) -> None:
        """Put one article in: the columns of `articles` that are not its links."""
        sql = f"INSERT INTO articles ({', '.join(_ARTICLE)}) VALUES ({', '.join('?' * len(_ARTICLE))})"  # noqa: S608
        number = self._do(sql, [values[name] for name in _ARTICLE]).lastrowid
        self._do(
            "INSERT INTO words (rowid, title, text) VALUES (?, ?, ?)",
            (number, _terms(values["title"]), _terms(values["text"])),
        )

    def add_captures(self, rows: Iterable[Sequence[Any]]) -> None:
        """Put captures in: file, key, day, host, mime, digest, line."""
        self._do_many("INSERT INTO captures VALUES (?, ?, ?, ?, ?, ?, ?)", rows)

    def add_problem(self, file: int, problem: str) -> None:
        """Keep what is wrong with a file, in one clause."""
        self._do("INSERT INTO problems VALUES (?, ?)", (file, problem))

    def replace_links(self, rows: Iterable[Sequence[Any]]) -> None:
        """Hold these links and no others: record_id, version, is_current, cluster, kind, first, similarity."""
        self._do("DELETE FROM links")
        self._do_many("INSERT OR REPLACE INTO links VALUES (?, ?, ?, ?, ?, ?, ?)", rows)

    def apply_links(self) -> None:
        """Give every article the version and cluster of its link; without one it is a current one, by itself."""
        self._do(
            "UPDATE articles SET version = 1, is_current = 1, cluster = NULL, kind = NULL, first = NULL,"
            " similarity = NULL WHERE record_id NOT IN (SELECT record_id FROM links)"
        )
        self._do(
            "UPDATE articles SET version = l.version, is_current = l.is_current, cluster = l.cluster, kind = l.kind,"
            " first = l.first, similarity = l.similarity FROM links AS l WHERE l.record_id = articles.record_id"
        )


def _terms(text: str) -> str:
    return " ".join(terms_of(text))
