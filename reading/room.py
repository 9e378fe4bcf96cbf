"""The reading room itself: what each of its pages shows, read from the index and, for one article, from the store."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from archive.capture import Location
from archive.errors import BlobNotFound, Malformed
from archive.reader import read_capture
from pipelines.jsonl import parse_article
from reading import shelves
from reading.calendar import captures_on, read_month
from reading.index import Index
from reading.refresh import Refresher
from reading.versions import captures_of_page, steps_of_page

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from archive.blobs import BlobStore
    from archive.cdxj import CdxEntry
    from pipelines.article import Article
    from pipelines.history import Step
    from reading.calendar import Month

_LARGEST_CHECKED = 32 * 1024 * 1024
_NEWEST, _DAYS = 8, 14
_INDEX = "reading.sqlite3"


class NotReadable(Exception):  # noqa: N818  (it says what is wrong)
    """The store promises an article and does not have it: `problem` in one clause."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """An article that was opened: as it stands in the store, with its cluster, captures and steps.

    `problem` says why its archived page cannot be shown; None when it can.
    """

    article: Article
    others: tuple[shelves.Entry, ...]
    steps: tuple[Step, ...]
    captures: int
    problem: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrance:
    """What the first page shows."""

    totals: dict[str, int | str | None]
    newest: tuple[shelves.Entry, ...]
    shelves: tuple[shelves.Shelf, ...]
    days: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What the filters offer."""

    shelves: tuple[shelves.Shelf, ...]
    languages: tuple[str, ...]


class Room:
    """A store, opened for readers; its methods may be called from any thread. All raise `StoreNotUsable`."""

    def __init__(self, blobs: BlobStore, index: Index) -> None:
        self._blobs = blobs
        self._index = index
        self._refresher = Refresher(blobs, index)

    @property
    def store(self) -> str:
        """The store's location as the user gave it."""
        return self._blobs.url

    def refresh(self, show: Callable[[int, int], object] = lambda _, __: None) -> bool:
        """As `Refresher.refresh`."""
        return self._refresher.refresh(show)

    def problems(self, most: int = -1) -> list[str]:
        """What cannot be shown, one clause each."""
        with self._index.reading() as connection:
            return shelves.problems(connection, most)

    def entrance(self) -> Entrance:
        """The first page."""
        with self._index.reading() as connection:
            found = shelves.find(connection, shelves.Question(sort="newest"))
            return Entrance(
                totals=shelves.totals(connection),
                newest=found.entries[:_NEWEST],
                shelves=tuple(shelves.shelves(connection)),
                days=tuple(shelves.newest_days(connection, _DAYS)),
            )

    def find(self, question: shelves.Question) -> tuple[shelves.Found, Choices]:
        """The articles that fit, and what else may be asked for."""
        with self._index.reading() as connection:
            choices = Choices(
                shelves=tuple(shelves.shelves(connection)), languages=tuple(shelves.languages(connection))
            )
            return shelves.find(connection, question), choices

    def sources(self) -> list[shelves.Shelf]:
        """The sources."""
        with self._index.reading() as connection:
            return shelves.shelves(connection)

    def month(self, month: str | None, *, of_captures: bool) -> Month:
        """As `reading.calendar.read_month`."""
        with self._index.reading() as connection:
            return read_month(connection, month, of_captures=of_captures)

    def captures_on(self, day: str, source: str) -> list[CdxEntry]:
        """As `reading.calendar.captures_on`."""
        with self._index.reading() as connection:
            return captures_on(connection, day, source)

    def captures_of(self, url: str) -> list[CdxEntry]:
        """Every capture of a URL, the oldest first."""
        with self._index.reading() as connection:
            return captures_of_page(connection, url)

    def open(self, id_: str) -> Opened | None:
        """An article by its id; None when there is none. Raises `NotReadable`."""
        with self._index.reading() as connection:
            place = shelves.place_of(connection, id_)
            if place is None:
                return None
            article = self._read(place)
            others = shelves.others_in_cluster(connection, place.cluster, id_) if place.cluster else []
            steps = steps_of_page(self._blobs, connection, article.url)
            captures = len(captures_of_page(connection, article.url))
        return Opened(
            article=article, others=tuple(others), steps=tuple(steps), captures=captures, problem=self._problem(article)
        )

    def steps(self, id_: str) -> tuple[Article, Sequence[Step]] | None:
        """An article with what became of it; None when there is none. Raises `NotReadable`."""
        with self._index.reading() as connection:
            place = shelves.place_of(connection, id_)
            if place is None:
                return None
            article = self._read(place)
            return article, steps_of_page(self._blobs, connection, article.url)

    def _read(self, place: shelves.Place) -> Article:
        try:
            line = self._blobs.get_range(place.key, place.position, place.length)
            article = parse_article(line.decode("utf-8"))
        except (ValueError, BlobNotFound) as error:
            raise NotReadable(f"{place.key} at byte {place.position}: {error}") from error
        names = ("cluster", "kind", "first", "similarity")
        duplicates = {name: getattr(place, name) for name in names}
        return replace(article, version=place.version, duplicates=duplicates if place.cluster else None)

    def _problem(self, article: Article) -> str | None:
        """Why the record of an article cannot be read; None when it can, or is too large to try."""
        place = article.provenance
        if place.warc is None or place.offset is None or place.length is None:
            return "the article names no record"
        if place.length > _LARGEST_CHECKED:
            return None
        where = f"{place.warc} at byte {place.offset}"
        try:
            member = self._blobs.get_range(place.warc, place.offset, place.length)
            read_capture(member, Location(warc=place.warc, offset=place.offset, length=place.length))
        except BlobNotFound:
            return f"{where}: the WARC is not in the store"
        except Malformed as error:
            return f"{where}: {error.problem}"
        return None


def open_room(blobs: BlobStore, folder: Path) -> Room:
    """A room over a store, with its index in a folder; it is empty until it is refreshed. Raises `OSError`."""
    index = Index(folder / _INDEX)
    index.prepare()
    return Room(blobs, index)


def empty_room(folder: Path) -> None:
    """Take all that a room's index in a folder holds out of it, for good. Raises `OSError`."""
    Index(folder / _INDEX).empty()
