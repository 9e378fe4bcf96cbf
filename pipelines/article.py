"""The values that leave this room: `Article` or `Dropped`, and what they are made of.

Pure: no clock, file, socket or log. The written form is the contract of `docs/article.schema.json`
(schema_version 1); `article_to_json` and `article_from_json` are each other's inverse.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import Any

SCHEMA_VERSION = 1
OWN_ORIGIN = "own crawl"


class Label(enum.StrEnum):
    """What a page is about, by the rule sheet of the relevance set."""

    CORE = "core"
    MENTION = "mention"
    SPORT = "sport"
    OFF = "off"


# What a crawl stores without being told otherwise, and what a page that somebody asked for by its URL may be about.
STORED_LABELS = frozenset({Label.CORE, Label.MENTION})
EVERY_LABEL = frozenset(Label)


class Reason(enum.StrEnum):
    """Why a page gave no article: the closed list that ledger and `dropped/` share."""

    OFF_TOPIC = "off_topic"
    SPORT = "sport"
    NOT_HTML = "not_html"
    HTTP_STATUS = "http_status"
    REDIRECT = "redirect"
    EMPTY = "empty"
    TOO_SHORT = "too_short"
    NO_TEXT = "no_text"
    LISTING = "listing"
    TRUNCATED = "truncated"
    UNDECODABLE = "undecodable"
    TOO_LARGE = "too_large"
    CHALLENGE = "challenge"
    REVISIT = "revisit"
    NOT_A_PAGE = "not_a_page"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One span that decided on the relevance.

    `where` is `title` or `text`; `start` and `end` are character offsets into it; `side` is `ca`, `jp`,
    `format` (names both sides at once) or `sport`; `term` is the name of the entry that matched.
    """

    where: str
    start: int
    end: int
    text: str
    side: str
    term: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Relevance:
    """What the text is about: `score` is 0 to 1, `countries` are ISO 3166-1 alpha-2 codes, sorted."""

    label: Label
    score: float
    countries: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    organisations: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A picture of the article: absolute URL, caption and credit where the page gives them."""

    url: str
    caption: str | None = None
    credit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """Something that was cut from the page's text: by which rule, what kind, how many characters."""

    rule: str
    kind: str
    characters: int
    sample: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """Licence and reservations as the page stated them at capture time; None where it said nothing."""

    licence: str | None = None
    tdm_reservation: bool | None = None
    noai: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where the bytes of an article lie.

    `warc` is the store's key, or the path as given for a foreign file, None for a bare HTML file; `offset` and
    `length` are bytes of the record as stored (a gzip member where compressed); `record_id` is the record's own
    WARC-Record-ID; `captured_at` is RFC 3339 UTC.
    """

    warc: str | None
    offset: int | None
    length: int | None
    record_id: str | None
    payload_digest: str | None
    captured_at: str | None
    software: dict[str, str] = field(default_factory=dict)
    rules: dict[str, str | None] = field(default_factory=dict)
    origin: str = OWN_ORIGIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One article as one capture gave it. Field meanings: `docs/formats.md`."""

    id: str
    version: int
    url: str
    canonical_url: str
    source: str | None
    publisher: str | None
    title: str | None
    authors: tuple[str, ...]
    published: str | None
    modified: str | None
    fetched: str | None
    language: str | None
    text: str
    section: str | None
    tags: tuple[str, ...]
    images: tuple[Image, ...]
    paywalled: bool
    live_entries: tuple[dict[str, str], ...]
    rights: Rights
    dateline: str | None
    agency: str | None
    relevance: Relevance
    duplicates: dict[str, Any] | None
    removed: tuple[Removed, ...]
    provenance: Provenance


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """A page that gave no article, and why. `detail` is for people; it is never parsed."""

    url: str
    reason: Reason
    detail: str
    provenance: Provenance


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """A page that could not be had or read: counted as failed, to be tried again. `cause` is one word for counting."""

    url: str
    cause: str
    detail: str
    provenance: Provenance
