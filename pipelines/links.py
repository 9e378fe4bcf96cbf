"""Links between articles: their versions, and duplicates that are exact, near or syndicated. Pure.

Articles are taken in the order of their capture, then of their record id, so that the same articles give the same
links whoever wrote them and when. What grows with their number lies on disk, but for some 0.4 kB each: no text, and no
link, is held in memory.
"""

from __future__ import annotations

import enum
import hashlib
import json
import re
import sys
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pipelines.near import small
from pipelines.shingles import Units, units_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


_MIRROR = re.compile(r"^(?:www\d?|m|amp|mobile)\.")


class Likeness(enum.StrEnum):
    """How a text is like the first of its cluster: syndicated is the text of another publisher, changed or not."""

    SAME_TEXT = "same_text"
    NEAR = "near"
    SYNDICATED = "syndicated"


@dataclass(frozen=True, slots=True, order=True)
class Mention:
    """One stored article as the link stage sees it; ordered by capture time, then record id.

    `host` is without `www.` and its like; `source` is empty where no source file names one.
    """

    captured_at: str
    record_id: str
    id: str
    content: str
    words: str
    script: str
    host: str
    source: str

    def is_of_another_publisher(self, other: Mention) -> bool:
        """False for one host, and for two hosts of one source."""
        return self.host != other.host and (not self.source or self.source != other.source)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What the link stage says of one stored article: its version, and the cluster of texts like it, if any.

    `first` is the id of the article that had the text first, `similarity` how much this text is like that one, 0 to 1.
    The first article itself has the kind of its farthest copy.
    """

    record_id: str
    id: str
    version: int
    is_current: bool
    cluster: str | None
    kind: Likeness | None
    first: str | None
    similarity: float | None


def mention_of(article: dict[str, Any], units: Units | None = None) -> Mention:
    """The digests of a stored article, given as the JSON values of its line; `units` are those of its text, if known.

    `content` decides on versions: title and text, white space aside. `words` decides on equal texts: the units.
    """
    provenance = article["provenance"]
    content = "\n".join(_plain(part or "") for part in (article["title"], article["text"]))
    units = units or units_of(article["text"])
    return Mention(
        captured_at=provenance["captured_at"] or "",
        record_id=provenance["record_id"] or "",
        id=article["id"],
        content=hashlib.sha256(content.encode()).hexdigest()[:24],
        words=units.digest,
        script=units.script,
        host=sys.intern(_MIRROR.sub("", (urlsplit(article["url"]).hostname or ""))),
        source=sys.intern(article["source"] or ""),
    )


def _plain(text: str) -> str:
    """The words of a text, one space between them."""
    line = text.replace("\n\n", " ").replace("\n", " ")
    # Of the signs that are white space only the plain one can be printed.
    return line if line.isprintable() and "  " not in line and line == line.strip() else " ".join(text.split())


def link(mentions: Iterable[Mention], firsts: Mapping[str, tuple[str, float]] = MappingProxyType({})) -> list[Link]:
    """A link for every mention, in their order. Pure.

    `firsts` has, for words that are like earlier ones, those words and how alike they are. A new version begins where
    title or text differ from the one before; versions of one article alone are no cluster.
    """
    return list(link_ordered(sorted(mentions), firsts))


def link_ordered(ordered: Iterable[Mention], firsts: Mapping[str, tuple[str, float]]) -> Iterator[Link]:
    """As `link`, of mentions in their order: gone through to see what comes again, for the clusters, and once more."""
    again, shared = _seen_again(ordered)
    wanted = shared | {small(words) for pair in firsts.items() for words in (pair[0], pair[1][0])}
    clusters, last = _clusters_and_versions(ordered, firsts, again, wanted)
    versions = _Versions(again)
    for mention in ordered:
        number, is_new = versions.number(mention)
        is_current = is_new and number == last.get(mention.id, 1)
        yield _link(mention, number, is_current, clusters, firsts)


def _seen_again(ordered: Iterable[Mention]) -> tuple[set[int], set[int]]:
    """What articles, and what words, come more than once."""
    ids, words = _Repeated(), _Repeated()
    for mention in ordered:
        ids.add(small(mention.id))
        words.add(small(mention.words))
    return ids.again, words.again


class _Repeated:
    def __init__(self) -> None:
        self._seen: set[int] = set()
        self.again: set[int] = set()

    def add(self, key: int) -> None:
        if key in self._seen:
            self.again.add(key)
        self._seen.add(key)


class _Versions:
    """Counts the versions of articles that come more than once, in the order of their captures."""

    def __init__(self, again: set[int]) -> None:
        self._again = again
        self._latest: dict[str, tuple[int, str]] = {}

    def number(self, mention: Mention) -> tuple[int, bool]:
        """The version that a mention has, and whether it is the first one that has it."""
        if small(mention.id) not in self._again:
            return 1, True
        number, content = self._latest.get(mention.id, (0, ""))
        is_new = content != mention.content
        self._latest[mention.id] = number + is_new, mention.content
        return number + is_new, is_new

    def numbers(self) -> dict[str, int]:
        """The last version of each of them."""
        return {id_: number for id_, (number, _) in self._latest.items()}


@dataclass(slots=True)
class _Cluster:
    first: Mention
    kind: Likeness | None = None


def _clusters_and_versions(
    ordered: Iterable[Mention], firsts: Mapping[str, tuple[str, float]], again: set[int], wanted: set[int]
) -> tuple[dict[str, _Cluster], dict[str, int]]:
    """The clusters by the words of their first text, and the last version of each article that comes again.

    Only texts that are `wanted` can have a cluster; those of one article alone have no kind.
    """
    clusters: dict[str, _Cluster] = {}
    versions = _Versions(again)
    for mention in ordered:
        versions.number(mention)
        if small(mention.words) not in wanted:
            continue
        words = firsts.get(mention.words, (mention.words,))[0]
        cluster = clusters.setdefault(words, _Cluster(mention))
        if mention.id != cluster.first.id:
            kind = _kind(mention, cluster.first)
            cluster.kind = max(kind, cluster.kind or kind, key=list(Likeness).index)
    return clusters, versions.numbers()


def _kind(mention: Mention, first: Mention) -> Likeness:
    if mention.is_of_another_publisher(first):
        return Likeness.SYNDICATED
    is_same = (mention.words, mention.script) == (first.words, first.script)
    return Likeness.SAME_TEXT if is_same else Likeness.NEAR


def _link(
    mention: Mention,
    number: int,
    is_current: bool,
    clusters: dict[str, _Cluster],
    firsts: Mapping[str, tuple[str, float]],
) -> Link:
    words, similarity = firsts.get(mention.words, (mention.words, 1.0))
    cluster = clusters.get(words)
    link = partial(Link, record_id=mention.record_id, id=mention.id, version=number, is_current=is_current)
    if cluster is None or cluster.kind is None:
        return link(cluster=None, kind=None, first=None, similarity=None)
    first = cluster.first
    own_kind = cluster.kind if mention.id == first.id else _kind(mention, first)
    return link(cluster=words[:16], kind=own_kind, first=first.id, similarity=similarity)


def format_link(item: Link) -> str:
    """The link as a line of JSON, with its line end."""
    return json.dumps({name: getattr(item, name) for name in Link.__slots__}) + "\n"
