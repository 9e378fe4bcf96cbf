"""The first pass: every article of a store by its id, its versions told apart, those that fit written to a spool.

Texts are in memory one article at a time; the rest waits in sorted files on disk.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Any

from archive.errors import BlobNotFound, Malformed
from archive.layout import CURRENT_GENERATION_KEY, links_key
from archive.line_sort import LineSorter
from pipelines.article import SCHEMA_VERSION
from pipelines.dataset.rows import LANGUAGE_UNKNOWN, article_row, day_of, dumped, version_row
from pipelines.dataset.spool import FIELD, Spool
from pipelines.link_stage import article_files, read_files
from pipelines.results import current_generation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from archive.blobs import BlobStore
    from archive.tombstones import Takedowns
    from pipelines.selection import Selection

_RUN_BYTES = 128 * 1024 * 1024
_LINK, _ARTICLE = "\x02", "\x03"
# How the lines that we write begin; another one is parsed for its id. Each is parsed, and checked, once it is sorted.
_BEGINNING = re.compile(r'\{"schema_version": \d+, "id": "([0-9a-f]{16})", ')
_BEGINNING_OF_LINK = re.compile(r'\{"record_id": "[^"\\]*", "id": "([0-9a-f]{16})", ')


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An article that fits: what later steps ask of it (`url` as JSON), and `line`, its row as JSON.

    `partition` is the year and the language whose file it goes into.
    """

    id: str
    day: str
    cluster: str
    captured_at: str
    url: str
    reserved: str
    partition: str
    line: str

    def packed(self) -> str:
        """As one line of a spool."""
        return FIELD.join(getattr(self, name) for name in _FACTS)

    @classmethod
    def unpacked(cls, line: str) -> Candidate:
        """Read back from a spool."""
        return cls(**dict(zip(_FACTS, line.split(FIELD, len(_FACTS) - 1), strict=True)))


_FACTS = ("id", "day", "cluster", "captured_at", "url", "reserved", "partition", "line")


@dataclass(slots=True, kw_only=True)
class Gathered:
    """The candidates and their pairs of versions, each by id, and what was seen on the way.

    `clustered` holds a line for each candidate that others have the text of: cluster, day, capture, id, text. `days`
    counts the candidates; `languages` and `sources` are those of all articles; `unlinked` have no line in `links/`.
    """

    candidates: Spool
    versions: Spool
    clustered: LineSorter
    days: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    sources: Counter[str] = field(default_factory=Counter)
    taken_down: int = 0
    unlinked: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What is gathered: of the files at `articles`, and of `links` where there are any, what concerns some ids.

    They begin with `begin` and end before `end`; None: with the last.
    """

    articles: Sequence[str]
    links: str | None
    begin: str = ""
    end: str | None = None

    def holds(self, article: str) -> bool:
        """True for an id of this part."""
        return self.begin <= article and (self.end is None or article < self.end)


def whole(blobs: BlobStore, generation: str) -> Part:
    """All that a generation has now."""
    key = links_key(generation)
    has_links = blobs.stat(key) is not None
    return Part(articles=tuple(article_files(blobs, generation)), links=key if has_links else None)


def generation_in(blobs: BlobStore) -> str:
    """The current generation of a store's articles."""
    try:
        return current_generation(blobs.get(CURRENT_GENERATION_KEY))
    except BlobNotFound:
        return current_generation(None)


def gather(
    blobs: BlobStore, part: Part, wanted: Selection, into: Gathered, *, takedowns: Takedowns, folder: Path
) -> None:
    """Fill `into` with what fits. Raises `Malformed` for a line that is no article, `ArchiveError`, `OSError`."""
    with LineSorter(run_bytes=_RUN_BYTES, folder=folder) as sorter:
        for line in _lines(blobs, part):
            sorter.add(line.encode())
        # Not split: that would copy the text of each line for the sake of its id.
        for _, lines in groupby((line.decode() for line in sorter), key=lambda line: line[: line.index(FIELD)]):
            _take(list(_parsed(lines)), wanted, takedowns, into)


def _lines(blobs: BlobStore, part: Part) -> Iterator[str]:
    for line in read_files(blobs, part.articles):
        began = _BEGINNING.match(line)
        article = began[1] if began else _checked(line)["id"]
        if part.holds(article):
            yield FIELD.join((article, _ARTICLE, line.rstrip("\n")))
    if part.links is None:
        return
    with blobs.open(part.links) as file:
        for raw in file:
            line = raw.decode()
            began = _BEGINNING_OF_LINK.match(line)
            article = began[1] if began else json.loads(line)["id"]
            if part.holds(article):
                yield FIELD.join((article, _LINK, line.rstrip("\n")))


def _checked(line: str) -> dict[str, Any]:
    try:
        article: dict[str, Any] = json.loads(line)
        if article["schema_version"] != SCHEMA_VERSION:
            raise ValueError(f"schema_version is {article['schema_version']!r}")  # noqa: TRY301
        _ = article["id"], article["text"], article["title"], article["relevance"]["label"], article["rights"]["noai"]
        _ = article["provenance"]["captured_at"], article["provenance"]["record_id"], day_of(article)
    except (ValueError, KeyError, TypeError) as error:
        raise Malformed("articles", None, f"not an article: {line[:80]!r} ({type(error).__name__}: {error})") from error
    return article


def _parsed(lines: Iterable[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    for line in lines:
        _, kind, text = line.split(FIELD, 2)
        yield kind, _checked(text) if kind == _ARTICLE else json.loads(text)


def _take(items: list[tuple[str, dict[str, Any]]], wanted: Selection, takedowns: Takedowns, into: Gathered) -> None:
    """Take in all captures of one article, and its links."""
    links = {value["record_id"]: value for kind, value in items if kind == _LINK}
    articles = sorted((value for kind, value in items if kind == _ARTICLE), key=_moment)
    shown = [item for item in articles if not _is_hidden(item, takedowns)]
    into.taken_down += len(shown) < len(articles)
    if not shown:
        return
    versions = _versions(shown)
    current = versions[-1]
    into.languages[current["language"] or ""] += 1
    into.sources[current["source"] or ""] += 1
    label = current["relevance"]["label"]
    if not wanted.takes_facts(day_of(current), current["source"], label, current["language"]):
        return
    link = links.get(current["provenance"]["record_id"])
    into.unlinked += link is None
    _keep(current, len(versions), link, into)
    for number, (old, new) in enumerate(pairwise(versions), start=2):
        into.versions.add(current["id"] + FIELD + dumped(version_row(old, new, number=number)))


def _moment(article: dict[str, Any]) -> tuple[str, str]:
    place = article["provenance"]
    return place["captured_at"] or "", place["record_id"] or ""


def _is_hidden(article: dict[str, Any], takedowns: Takedowns) -> bool:
    return takedowns.hides(article["id"], article["url"], article["provenance"]["record_id"])


def _versions(articles: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The first capture of each version, as the link stage counts them."""
    versions: list[dict[str, Any]] = []
    last: tuple[str, ...] = ()
    for article in articles:
        content = tuple(" ".join((part or "").split()) for part in (article["title"], article["text"]))
        if content != last:
            versions.append(article)
        last = content
    return versions


def _keep(article: dict[str, Any], version: int, link: dict[str, Any] | None, into: Gathered) -> None:
    row = article_row(article, version=version, link=link)
    rights = article["rights"]
    candidate = Candidate(
        id=article["id"],
        day=day_of(article),
        cluster=row["cluster"] or "",
        captured_at=article["provenance"]["captured_at"] or "",
        url=dumped(article["url"]),
        reserved="1" if rights["noai"] or rights["tdm_reservation"] else "",
        partition=f"{row['year'] or 0:04d}/{row['language'] or LANGUAGE_UNKNOWN}",
        line=dumped(row),
    )
    into.candidates.add(candidate.packed())
    into.days[candidate.day] += 1
    if candidate.cluster:
        facts = (candidate.cluster, candidate.day, candidate.captured_at, candidate.id, row["text_sha256"])
        into.clustered.add(FIELD.join(facts).encode())
