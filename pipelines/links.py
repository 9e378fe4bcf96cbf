"""The link stage: versions of an article and its duplicates, exact, near and syndicated, over a generation's articles.

Articles are taken in the order of their capture, then of their record id, so that the same articles give the same
links whoever wrote them and when. Digests and sketches are held in memory, never texts.
"""

from __future__ import annotations

import enum
import hashlib
import json
import logging
import re
import sys
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from archive.layout import links_key
from pipelines.near import Near
from pipelines.shingles import Units, units_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from archive.blobs import BlobStore

logger = logging.getLogger(__name__)
_MIRROR = re.compile(r"^(?:www\d?|m|amp|mobile)\.")
_NO_UNITS = Units((), 1, "")


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
    content = "\n".join(" ".join((part or "").split()) for part in (article["title"], article["text"]))
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


def link_articles(articles: Iterable[dict[str, Any]]) -> list[Link]:
    """A link for every article, given as the JSON values of its line, in the order of their captures."""
    mentions: list[Mention] = []
    with Near() as near:
        for article in articles:
            units = units_of(article["text"])
            mentions.append(mention_of(article, units))
            near.add(mentions[-1].words, units)
        mentions.sort()
        firsts = near.firsts(dict.fromkeys(mention.words for mention in mentions))
    return link(mentions, firsts)


def link(mentions: Iterable[Mention], firsts: Mapping[str, tuple[str, float]] = MappingProxyType({})) -> list[Link]:
    """A link for every mention, in their order. Pure.

    `firsts` has, for words that are like earlier ones, those words and how alike they are. A new version begins where
    title or text differ from the one before; versions of one article alone are no cluster.
    """
    ordered = sorted(mentions)
    numbers = _versions(ordered)
    last = {mention.id: mention.record_id for mention, _ in _first_of_each_version(zip(ordered, numbers, strict=True))}
    clusters = _clusters(ordered, firsts)
    return [
        _link(mention, number, last[mention.id] == mention.record_id, clusters, firsts)
        for mention, number in zip(ordered, numbers, strict=True)
    ]


def _versions(ordered: list[Mention]) -> list[int]:
    versions: dict[str, tuple[int, str]] = {}
    numbers = []
    for mention in ordered:
        number, content = versions.get(mention.id, (0, ""))
        if content != mention.content:
            number += 1
        versions[mention.id] = (number, mention.content)
        numbers.append(number)
    return numbers


def _first_of_each_version(numbered: Iterable[tuple[Mention, int]]) -> Iterator[tuple[Mention, int]]:
    seen: set[tuple[str, int]] = set()
    for mention, number in numbered:
        if (mention.id, number) not in seen:
            seen.add((mention.id, number))
            yield mention, number


@dataclass(slots=True)
class _Cluster:
    first: Mention
    kind: Likeness | None = None


def _clusters(ordered: list[Mention], firsts: Mapping[str, tuple[str, float]]) -> dict[str, _Cluster]:
    """The clusters by the words of their first text; those of one article alone have no kind."""
    clusters: dict[str, _Cluster] = {}
    for mention in ordered:
        words = firsts.get(mention.words, (mention.words,))[0]
        cluster = clusters.setdefault(words, _Cluster(mention))
        if mention.id != cluster.first.id:
            kind = _kind(mention, cluster.first)
            cluster.kind = max(kind, cluster.kind or kind, key=list(Likeness).index)
    return clusters


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
    cluster = clusters[words]
    first = cluster.first
    is_shared = cluster.kind is not None
    own_kind = cluster.kind if mention.id == first.id else _kind(mention, first)
    return Link(
        record_id=mention.record_id,
        id=mention.id,
        version=number,
        is_current=is_current,
        cluster=words[:16] if is_shared else None,
        kind=own_kind if is_shared else None,
        first=first.id if is_shared else None,
        similarity=similarity if is_shared else None,
    )


def format_link(item: Link) -> str:
    """The link as a line of JSON, with its line end."""
    return json.dumps({name: getattr(item, name) for name in Link.__slots__}) + "\n"


def read_lines(blobs: BlobStore, generation: str) -> Iterator[str]:
    """Every article line of a generation, file by file in the order of the keys."""
    for info in blobs.list(f"articles/{generation}/"):
        if info.key.endswith(".jsonl"):
            with blobs.open(info.key) as file:
                for line in file:
                    if line.strip():
                        yield line.decode("utf-8")


def write_links(blobs: BlobStore, generation: str) -> None:
    """Link all articles of a generation and write `links/<generation>/links.jsonl`."""
    links = link_articles(_readable(read_lines(blobs, generation)))
    blobs.put_bytes(links_key(generation), "".join(map(format_link, links)).encode())


def _readable(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """A damaged line costs its own link, not the run that links: `verify` names it, and `--repair` mends it."""
    for line in lines:
        try:
            article = json.loads(line)
            mention_of(article, _NO_UNITS)
            if not isinstance(article["text"], str):
                raise TypeError(f"text is {article['text']!r}, expected words")  # noqa: TRY301
        except (ValueError, KeyError, TypeError) as error:
            logger.warning("a line of articles/ cannot be read and is not linked (see `kakehashi verify`): %s", error)
        else:
            yield article
