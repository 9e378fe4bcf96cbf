"""What the index says: lists and counts of articles, sources, days and captures, as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from archive.cdxj import CdxEntry, parse_line
from reading.wanted import Wanted

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

PAGE = 20
MOST_PROBLEMS = 500
_NOTHING = Wanted(())
_UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Which articles are asked for; empty text means all. Days are ISO dates; `page` counts from 1.

    `sort` is `best` (how well the words fit, and without words the newest), `newest` or `oldest`.
    """

    wanted: Wanted = _NOTHING
    source: str = ""
    language: str = ""
    label: str = ""
    since: str = ""
    until: str = ""
    sort: str = "best"
    page: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One article in a list. Absent values are empty text; `day` is that of publication, or of the capture."""

    id: str
    url: str
    host: str
    source: str
    publisher: str
    title: str
    language: str
    label: str
    day: str
    captured_at: str
    version: int
    text: str
    kind: str
    similarity: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A page of articles, and how many there are on all pages."""

    entries: tuple[Entry, ...]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are; at least one."""
        return max(1, -(-self.total // PAGE))


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """A source with what the store has of it; without a source file its host stands for it."""

    source: str
    publisher: str
    languages: tuple[str, ...]
    articles: int
    first: str
    last: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the line of an article lies in the store, what the links say of it, and its text's version."""

    key: str
    position: int
    length: int
    version: int
    cluster: str | None
    kind: str | None
    first: str | None
    similarity: float | None


_COLUMNS = "id, url, host, source, publisher, title, language, label, day, captured_at, version, text, kind, similarity"


def find(connection: sqlite3.Connection, question: Question) -> Found:
    """The current articles that fit, a page of them."""
    conditions, values = _conditions(question)
    tables = "articles"
    order = "day, number" if question.sort == "oldest" else "day DESC, number DESC"
    expression = question.wanted.expression
    if expression is not None:
        # The words come first: the other way round they would be looked up anew for each article.
        tables = "words CROSS JOIN articles ON articles.number = words.rowid"
        conditions.append("words MATCH ?")
        values.append(expression)
        if question.sort == "best":
            order = "bm25(words, 6.0, 1.0), day DESC, number DESC"
    where = f"{tables} WHERE {' AND '.join(conditions)}"
    total = connection.execute(f"SELECT count(*) FROM {where}", values).fetchone()[0]  # noqa: S608
    # Their numbers alone are sorted, not their texts.
    numbers = connection.execute(
        f"SELECT number FROM {where} ORDER BY {order} LIMIT ? OFFSET ?",  # noqa: S608
        [*values, PAGE, (question.page - 1) * PAGE],
    ).fetchall()
    rows = (
        connection.execute(f"SELECT {_COLUMNS} FROM articles WHERE number = ?", (row["number"],)).fetchone()  # noqa: S608
        for row in numbers
    )
    return Found(entries=tuple(map(_entry, rows)), total=total, page=question.page)


def _conditions(question: Question) -> tuple[list[str], list[Any]]:
    conditions, values = ["is_current = 1"], []
    for column, value in (("source", question.source), ("label", question.label)):
        if value:
            conditions.append(f"{column} = ?")
            values.append(value)
    if question.language:
        conditions.append("(language = ? OR substr(language, 1, length(?) + 1) = ? || '-')")
        values += [question.language] * 3
    if question.since:
        conditions.append("day >= ?")
        values.append(question.since)
    if question.until:
        conditions.append("day != '' AND day <= ?")
        values.append(question.until)
    return conditions, values


def _entry(row: sqlite3.Row) -> Entry:
    values = {**row}
    return Entry(**{**values, "kind": values["kind"] or ""})


def totals(connection: sqlite3.Connection) -> dict[str, Any]:
    """Counts of articles, sources, languages and captures, and the first and last day that is known."""
    row = connection.execute(
        "SELECT count(*) AS articles, count(DISTINCT source) AS sources,"
        " count(DISTINCT substr(language || '-', 1, instr(language || '-', '-'))) AS languages,"
        " min(nullif(day, '')) AS first, max(nullif(day, '')) AS last FROM articles WHERE is_current = 1"
    ).fetchone()
    captures = connection.execute("SELECT count(*) FROM captures").fetchone()[0]
    return {**row, "captures": captures}


def shelves(connection: sqlite3.Connection) -> list[Shelf]:
    """Every source of which there is an article, by its id; articles that no source owns come last."""
    rows = connection.execute(
        "SELECT source, max(publisher) AS publisher, group_concat(DISTINCT language) AS languages,"
        " count(*) AS articles, min(nullif(day, '')) AS first, max(nullif(day, '')) AS last"
        " FROM articles WHERE is_current = 1 GROUP BY source ORDER BY source = '', source"
    )
    return [
        Shelf(
            source=row["source"], publisher=row["publisher"], articles=row["articles"], first=row["first"] or "",
            last=row["last"] or "", languages=tuple(sorted(filter(None, row["languages"].split(",")))),
        )
        for row in rows
    ]  # fmt: skip


def languages(connection: sqlite3.Connection) -> list[str]:
    """The languages of current articles, each also without its script."""
    rows = connection.execute("SELECT DISTINCT language FROM articles WHERE is_current = 1 AND language != ''")
    found = {row["language"] for row in rows}
    return sorted(found | {language.split("-")[0] for language in found})


def newest_days(connection: sqlite3.Connection, count: int) -> list[tuple[str, int]]:
    """The last days that have articles, with their numbers, the newest first."""
    rows = connection.execute(
        "SELECT day, count(*) AS articles FROM articles WHERE is_current = 1 AND day != ''"
        " GROUP BY day ORDER BY day DESC LIMIT ?",
        (count,),
    )
    return [(row["day"], row["articles"]) for row in rows]


def place_of(connection: sqlite3.Connection, id_: str) -> Place | None:
    """Where the current version of an article lies; None when the store has none."""
    row = connection.execute(
        "SELECT key, position, length, version, cluster, kind, first, similarity"
        " FROM articles JOIN files ON files.number = articles.file"
        " WHERE id = ? ORDER BY is_current DESC, captured_at DESC, record_id DESC LIMIT 1",
        (id_,),
    ).fetchone()
    return Place(**row) if row else None


def others_in_cluster(connection: sqlite3.Connection, cluster: str, id_: str) -> list[Entry]:
    """The other current articles with the same text or nearly so, the earliest first."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM articles WHERE cluster = ? AND id != ? AND is_current = 1"  # noqa: S608
        " ORDER BY captured_at, record_id LIMIT 200",
        (cluster, id_),
    )
    return list(map(_entry, rows))


def lines_of_captures(rows: Sequence[sqlite3.Row]) -> list[CdxEntry]:
    """The captures that rows of the index stand for."""
    return [parse_line(row["line"]) for row in rows]


def problems(connection: sqlite3.Connection, most: int = -1) -> list[str]:
    """What cannot be shown and why, one clause each, at most so many; with -1 all."""
    rows = connection.execute(
        "SELECT problem FROM problems JOIN files ON files.number = problems.file ORDER BY key, problems.rowid LIMIT ?",
        (most,),
    )
    found = [row["problem"] for row in rows]
    revisits = connection.execute(
        "SELECT line FROM captures AS revisit WHERE mime = 'warc/revisit' AND NOT EXISTS ("
        " SELECT 1 FROM captures AS original WHERE original.digest = revisit.digest"
        " AND original.mime IS NOT 'warc/revisit') LIMIT ?",
        (most,),
    ).fetchall()
    return found + [_revisit_problem(entry) for entry in lines_of_captures(revisits)]


def _revisit_problem(entry: CdxEntry) -> str:
    place = f"{entry.location.warc} at byte {entry.location.offset}"
    return f"{place}: a revisit of {entry.url}, and the store has no record with the payload {entry.payload_digest}"
