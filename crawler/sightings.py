"""What one run saw of a source beside its pages' fates: what its health is judged by. Pure.

Bounded: a run over a hundred thousand pages keeps the same few hundred facts as one over ten.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from pipelines.features import PageFeatures

_MAX_PAGES = 60
_MAX_LISTED = 2000
_MAX_RULES = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSeen:
    """One page as the health of its source sees it; `lines` are short hashes of `features.lines`."""

    url: str
    characters: int
    has_title: bool
    has_date: bool
    lines: tuple[str, ...] = ()

    def as_json(self) -> list[Any]:
        """The page as a JSON array, in the order of the fields."""
        return [self.url, self.characters, self.has_title, self.has_date, list(self.lines)]

    @classmethod
    def from_json(cls, data: Sequence[Any]) -> PageSeen:
        """The inverse of `as_json`."""
        url, characters, has_title, has_date, lines = data
        return cls(url=url, characters=characters, has_title=has_title, has_date=has_date, lines=tuple(lines))


@dataclass(slots=True)
class Tally:
    """How often something was met: a wall, a redirect to elsewhere. `url` and `what` are of the first time."""

    count: int = 0
    url: str = ""
    what: str = ""

    def add(self, url: str, what: str) -> None:
        """Count one more."""
        self.count += 1
        if self.count == 1:
            self.url, self.what = url, what

    def as_json(self) -> dict[str, Any]:
        """The tally as JSON values."""
        return {"count": self.count, "url": self.url, "what": self.what}


@dataclass(slots=True)
class Sightings:
    """What a run saw. `texts` gives the wording behind the hashes of lines, for whoever has to be told of one.

    `documents` maps each entry to what it was (`type`, `items`, `problem`; `confirmed` where it was asked twice); `new`
    counts pages that were never answered for before; `dated` are the days and times with which entries announced pages,
    `future` those later than tomorrow; `lost` counts new pages that were answered with an error, `errors`
    those, old or new, with which the server itself was in trouble (5xx);
    `robots` maps a site to its rules for us, `certificates` a host to the beginning and end of its certificate.
    `listed` maps what the sitemaps list of the last two days to whether the store holds it; `missing` the pages that a
    server would not give to what it said instead. `sitemaps` are those that robots.txt names, `witness` the one of them
    that was asked; None where none was.
    """

    documents: dict[str, dict[str, Any]] = field(default_factory=dict)
    pages: list[PageSeen] = field(default_factory=list)
    new: int = 0
    dated: list[dt.datetime] = field(default_factory=list)
    future: Tally = field(default_factory=Tally)
    walls: Tally = field(default_factory=Tally)
    moved: Tally = field(default_factory=Tally)
    lost: Tally = field(default_factory=Tally)
    errors: Tally = field(default_factory=Tally)
    robots: dict[str, list[str]] = field(default_factory=dict)
    certificates: dict[str, list[str]] = field(default_factory=dict)
    listed: dict[str, bool] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    sitemaps: list[str] = field(default_factory=list)
    witness: str | None = None

    def note_document(
        self, url: str, kind: str, items: int, problem: str | None, *, is_confirmed: bool = False
    ) -> None:
        """Note what an entry was when it was read: how many pages it announced, and what was wrong with it.

        `is_confirmed` says that it was asked for once more in this run, and was wrong again.
        """
        self.documents[url] = {"type": kind, "items": items, "problem": problem}
        if is_confirmed and problem is not None:
            self.documents[url]["confirmed"] = True

    def note_page(self, url: str, features: PageFeatures | None) -> None:
        """Note what a page gave; one that says nothing is passed over."""
        if features is None or len(self.pages) >= _MAX_PAGES:
            return
        lines = {line_key(text): text for text in features.lines}
        self.texts.update(lines)
        self.pages.append(
            PageSeen(
                url=url,
                characters=features.characters,
                has_title=features.has_title,
                has_date=features.has_date,
                lines=tuple(lines),
            )
        )

    def note_robots(self, site: str, rules: Sequence[str]) -> None:
        """Note what the robots.txt of a site says to us."""
        self.robots[site] = list(rules[:_MAX_RULES])

    def note_certificate(self, host: str, begins: dt.datetime, ends: dt.datetime) -> None:
        """Note the time for which the certificate of a host holds."""
        self.certificates[host] = [begins.isoformat(), ends.isoformat()]

    def note_missing(self, url: str, why: str) -> None:
        """Note a page that was answered for with an error that may pass."""
        if len(self.missing) < _MAX_LISTED:
            self.missing[url] = why

    def note_listed(self, url: str, *, is_held: bool) -> None:
        """Note that a sitemap lists a page as one of these days."""
        if len(self.listed) < _MAX_LISTED or url in self.listed:
            self.listed[url] = is_held or self.listed.get(url, False)

    def as_json(self) -> dict[str, Any]:
        """What was seen as JSON values: part of the ledger, so that a lost state can be made again from ledgers."""
        return {
            "new": self.new,
            "documents": self.documents,
            "pages": [page.as_json() for page in self.pages],
            "dated": [moment.isoformat() for moment in sorted(self.dated)[-40:]],
            "future": self.future.as_json(),
            "walls": self.walls.as_json(),
            "moved": self.moved.as_json(),
            "lost": self.lost.as_json(),
            "errors": self.errors.as_json(),
            "robots": self.robots,
            "certificates": self.certificates,
            "listed": len(self.listed),
            "held": sum(self.listed.values()),
            **({"witness": self.witness} if self.witness else {}),
        }


def line_key(line: str) -> str:
    """Eight hex digits that stand for a line."""
    return hashlib.sha256(line.encode()).hexdigest()[:8]
