"""What is known of a source from its runs so far: the state behind the schedule and the alarms. Pure.

It lies in the store as `state/schedule/<source>.json`, written by the run that holds the source, and follows from the
ledgers: where it is lost, the last of them give it again. It is bounded, whatever the age of the archive.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from crawler.sightings import PageSeen

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SCHEMA_VERSION = 1
_MAX_LOOKS = 400
_MAX_PAGES = 160
_MAX_DAYS = 400
_MAX_DATED = 60
_MAX_HOLES = 200
COUNTS = (
    "announced", "new", "kept", "unchanged", "dropped", "failed", "deferred", "fetched", "requests", "not_modified",
    "bytes", "listed", "held",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One run of the source. `counts` has the names of COUNTS; `broken` of the `entries` gave nothing that can be read.

    `is_whole` is False for a run that was broken off.
    """

    run: str
    at: dt.datetime
    seconds: float
    counts: dict[str, int]
    entries: int = 0
    broken: int = 0
    is_whole: bool = True

    @property
    def is_blind(self) -> bool:
        """True when no entry could be read: nothing can be said of what was published."""
        return self.entries > 0 and self.broken == self.entries


@dataclass(slots=True, kw_only=True)
class Incident:
    """Something that is not as it was. `times` counts the runs in a row that met it; `is_told` once an alarm went out.

    Before that it is a suspicion, since some things are believed only when met twice. `may_pass` names a fault that may
    be over in an hour by itself.
    """

    kind: str
    since: dt.datetime
    saw: str
    expected: str
    example: str
    times: int = 1
    is_told: bool = False
    may_pass: str = ""


@dataclass(slots=True, kw_only=True)
class Hole:
    """A page that was announced and could not be had: when first, why, and how often it was tried."""

    since: dt.datetime
    cause: str
    tries: int = 1


@dataclass(slots=True, kw_only=True)
class Past:
    """A source so far, oldest first. `pages` are with the time of their look; `days` are counts by day (UTC).

    `witnessed` is when a sitemap that is no entry was last asked. `documents` maps an entry to how many pages it last
    announced when it was well, `robots` a site to its rules for us, `certificates` a host to the time of its
    certificate and the beginning of the one before, `dated` are the times with which pages were announced.
    `recovered` maps each fault that passed by itself to when it last did.
    """

    source: str
    looks: list[Look] = field(default_factory=list)
    pages: list[tuple[dt.datetime, PageSeen]] = field(default_factory=list)
    days: dict[str, dict[str, int]] = field(default_factory=dict)
    documents: dict[str, int] = field(default_factory=dict)
    robots: dict[str, list[str]] = field(default_factory=dict)
    certificates: dict[str, list[str]] = field(default_factory=dict)
    dated: list[dt.datetime] = field(default_factory=list)
    holes: dict[str, Hole] = field(default_factory=dict)
    incidents: dict[str, Incident] = field(default_factory=dict)
    witnessed: dt.datetime | None = None
    recovered: dict[str, dt.datetime] = field(default_factory=dict)

    @property
    def last(self) -> Look | None:
        """The last run; None when there was none."""
        return self.looks[-1] if self.looks else None

    def add(self, look: Look, seen: Mapping[str, Any]) -> None:
        """Take in one more run, once: `seen` is what its ledger has under that name."""
        if any(known.run == look.run for known in self.looks):
            return
        self.looks = [*self.looks, look][-_MAX_LOOKS:]
        pages = [PageSeen.from_json(item) for item in seen.get("pages", ())]
        # A page that changes with each request, a counter say, is one page; it is noted when it says something else.
        known = {page for _, page in self.pages}
        pages = [page for page in pages if page not in known]
        self.pages = [*self.pages, *((look.at, page) for page in pages)][-_MAX_PAGES:]
        self._add_day(look, pages, {name: seen.get(name, {}).get("count", 0) for name in ("lost", "errors")})
        for url, document in seen.get("documents", {}).items():
            if document["problem"] is None and (document["items"] or url not in self.documents):
                self.documents[url] = document["items"]
        self.robots.update(seen.get("robots", {}))
        for host, (begins, ends) in seen.get("certificates", {}).items():
            before = self.certificates.get(host, [begins])
            self.certificates[host] = [begins, ends, *(before[:1] if before[0] != begins else before[2:])]
        if seen.get("witness"):
            self.witnessed = look.at
        dated = {*self.dated, *(dt.datetime.fromisoformat(text) for text in seen.get("dated", ()))}
        self.dated = sorted(dated)[-_MAX_DATED:]

    def _add_day(self, look: Look, pages: list[PageSeen], errors: Mapping[str, int]) -> None:
        name = look.at.astimezone(dt.UTC).date().isoformat()
        day = self.days.setdefault(name, {})
        more = {**look.counts, **errors, "looks": 1, "broken": int(look.broken > 0), "pages": len(pages)}
        more["characters"] = sum(page.characters for page in pages)
        for key, value in more.items():
            day[key] = day.get(key, 0) + value
        for old in sorted(self.days)[:-_MAX_DAYS]:
            del self.days[old]

    def note_holes(self, missing: Mapping[str, str], filled: set[str], now: dt.datetime) -> None:
        """Keep what could not be had this time, and forget what was, and what was tried in vain too often."""
        for url in filled:
            self.holes.pop(url, None)
        for url, cause in missing.items():
            hole = self.holes.get(url)
            if hole is not None:
                hole.tries, hole.cause = hole.tries + 1, cause
            elif len(self.holes) < _MAX_HOLES:
                self.holes[url] = Hole(since=now, cause=cause)
        for url in [url for url, hole in self.holes.items() if hole.tries > MAX_TRIES]:
            del self.holes[url]


MAX_TRIES = 12
"""A page that could not be had so often is not asked for again, unless it is announced."""


def look_of(report: Mapping[str, Any], ledger: Mapping[str, Any]) -> Look:
    """One source's part of a run's ledger as a Look."""
    seen = ledger.get("seen", {})
    documents = seen.get("documents", {})
    counts = {name: _count(ledger.get(name, seen.get(name, 0))) for name in COUNTS}
    return Look(
        run=report["run"],
        at=dt.datetime.fromisoformat(report["began_at"]),
        seconds=ledger.get("seconds", report["seconds"]),
        counts=counts,
        entries=len(documents),
        broken=sum(item["problem"] is not None for item in documents.values()),
        is_whole=not report["interrupted"],
    )


def _count(value: int | Mapping[str, int]) -> int:
    return value if isinstance(value, int) else sum(value.values())


def past_to_json(past: Past) -> dict[str, Any]:
    """The state as JSON values."""
    return {
        "schema_version": SCHEMA_VERSION,
        "source": past.source,
        "looks": [
            [look.run, look.at.isoformat(), look.seconds, [look.counts[name] for name in COUNTS], look.entries,
             look.broken, look.is_whole]
            for look in past.looks
        ],
        "pages": [[at.isoformat(), *page.as_json()] for at, page in past.pages],
        "days": past.days,
        "documents": past.documents,
        "robots": past.robots,
        "certificates": past.certificates,
        "dated": [moment.isoformat() for moment in past.dated],
        "witnessed": past.witnessed.isoformat() if past.witnessed else None,
        "recovered": {fault: at.isoformat() for fault, at in past.recovered.items()},
        "holes": {url: [hole.since.isoformat(), hole.cause, hole.tries] for url, hole in past.holes.items()},
        "incidents": {
            key: [item.kind, item.since.isoformat(), item.saw, item.expected, item.example, item.times, item.is_told,
                  item.may_pass]
            for key, item in past.incidents.items()
        },
    }  # fmt: skip


def past_from_json(data: Mapping[str, Any]) -> Past:
    """The inverse of `past_to_json`. Raises `ValueError`, `KeyError` or `TypeError` for what is no such state."""
    if data["schema_version"] != SCHEMA_VERSION:
        raise ValueError(f"schema_version {data['schema_version']}")
    when = dt.datetime.fromisoformat
    return Past(
        source=data["source"],
        looks=[
            Look(
                run=run,
                at=when(at),
                seconds=seconds,
                counts=dict(zip(COUNTS, counts, strict=True)),
                entries=entries,
                broken=broken,
                is_whole=is_whole,
            )
            for run, at, seconds, counts, entries, broken, is_whole in data["looks"]
        ],
        pages=[(when(at), PageSeen.from_json(page)) for at, *page in data["pages"]],
        days=dict(data["days"]),
        documents=dict(data["documents"]),
        robots=dict(data["robots"]),
        certificates=dict(data["certificates"]),
        dated=[when(text) for text in data["dated"]],
        holes={
            url: Hole(since=when(at), cause=cause, tries=tries) for url, (at, cause, tries) in data["holes"].items()
        },
        incidents={key: _incident(item) for key, item in data["incidents"].items()},
        witnessed=when(data["witnessed"]) if data.get("witnessed") else None,
        recovered={fault: when(at) for fault, at in data.get("recovered", {}).items()},
    )


def _incident(data: Sequence[Any]) -> Incident:
    kind, since, saw, expected, example, times, is_told, *more = data
    return Incident(
        kind=kind,
        since=dt.datetime.fromisoformat(since),
        saw=saw,
        expected=expected,
        example=example,
        times=times,
        is_told=is_told,
        may_pass=next(iter(more), ""),
    )
