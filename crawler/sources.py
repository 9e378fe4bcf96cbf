"""A publisher as values: who it is, where discovery begins, which URLs are its articles. Pure.

Here live the values and the questions that they answer by themselves. How a source file is read and checked is in
`source_file`; what is done with a URL is in `scope`; nothing here knows a file, a clock or the network.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import unquote

from crawler.urls import target_of
from pipelines.rules import NoiseRule, PageRules

if TYPE_CHECKING:
    import re

EntryType = Literal["feed", "sitemap", "listing", "archive"]
TlsRule = Literal["verify", "record"]
SourceKind = Literal["state", "private", "exile", "think_tank", "agency", "ministry"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Where discovery begins. `max_pages` bounds how far a listing is followed; feeds and sitemaps have none.

    The `url` of an archive is a template (see `archives`): `max_pages` is how many of its last days or months are read
    where no range of days is asked for.
    """

    type: EntryType
    url: str
    max_pages: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Which URLs are the source's. `hosts` are `host`, for the default ports, or `host:port`.

    A pattern is searched in the path, with `?` and the query where there is one, as it is sent and as people read it
    (percent-decoded). The methods take normalised URLs.
    """

    hosts: tuple[str, ...]
    article: tuple[re.Pattern[str], ...]
    listing: tuple[re.Pattern[str], ...] = ()
    exclude: tuple[re.Pattern[str], ...] = ()
    samples: tuple[str, ...] = ()

    def is_article(self, url: str) -> bool:
        """True when an article pattern matches."""
        return _found(self.article, url)

    def is_listing(self, url: str) -> bool:
        """True when a listing pattern matches."""
        return _found(self.listing, url)

    def is_excluded(self, url: str) -> bool:
        """True when an exclude pattern matches."""
        return _found(self.exclude, url)


@dataclass(frozen=True, slots=True, kw_only=True)
class Politeness:
    """Seconds between two requests to a host of the source, and how many may be under way at once."""

    delay: float = 1.0
    concurrency: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """When the source is looked at: every so often, None for a rhythm that follows from how often it publishes.

    `quiet` are the hours in which nobody looks, from and until, in the time zone of the source. `witness` lets the
    sitemap that robots.txt names speak once a day, where no sitemap is an entry.
    """

    every: dt.timedelta | None = None
    quiet: tuple[tuple[dt.time, dt.time], ...] = ((dt.time(1), dt.time(5)),)
    witness: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One publisher: who it is, where discovery begins, which URLs are articles, what is noise on its pages.

    `tls` is what becomes of a page behind a certificate that cannot be verified: a failure, or a record that says so.
    `http2` offers HTTP/2 to the hosts of the scope. `requisites` fetches what kept pages need to look like themselves.
    `unverified` names, by dotted key, what nobody has checked on the
    live site.
    """

    id: str
    name: str
    name_en: str
    country: str
    languages: tuple[str, ...]
    kind: SourceKind
    timezone: str
    entries: tuple[Entry, ...]
    scope: Scope
    rights: str | None = None
    contact: str | None = None
    unverified: tuple[str, ...] = ()
    politeness: Politeness = Politeness()
    schedule: Schedule = Schedule()
    noise: tuple[NoiseRule, ...] = ()
    tls: TlsRule = "verify"
    http2: bool = False
    requisites: bool = False
    render: bool = False

    def page_rules(self) -> PageRules:
        """What the page stage is told; `digest` changes when one of these facts does, and for nothing else."""
        noise = [(rule.kind, rule.pattern.pattern, _day(rule.since), _day(rule.until)) for rule in self.noise]
        facts = {
            "id": self.id,
            "name": self.name,
            "timezone": self.timezone,
            "languages": self.languages,
            "noise": noise,
        }
        canonical = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return PageRules(
            source=self.id,
            publisher=self.name,
            timezone=self.timezone,
            languages=self.languages,
            noise=self.noise,
            digest=f"sha256:{hashlib.sha256(canonical.encode()).hexdigest()}",
            hosts=tuple(sorted(self.scope.hosts)),
        )


def _found(patterns: tuple[re.Pattern[str], ...], url: str) -> bool:
    target = target_of(url)
    spellings = {target, unquote(target)}
    return any(pattern.search(spelling) for pattern in patterns for spelling in spellings)


def _day(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None
