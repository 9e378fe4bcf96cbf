"""The link stage: versions of an article and exact duplicates, over all articles of a generation.

Articles are taken in the order of their capture, then of their record id, so that the same articles give the same
links whoever wrote them and when. Only digests are held in memory, never texts.
"""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from archive.layout import links_key
from pipelines.keys import text_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from archive.blobs import BlobStore

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, order=True)
class Mention:
    """One stored article as the link stage sees it; ordered by capture time, then record id."""

    captured_at: str
    record_id: str
    id: str
    content: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What the link stage says of one stored article: its version, and the cluster of texts equal to it, if any."""

    record_id: str
    id: str
    version: int
    is_current: bool
    cluster: str | None
    first: str | None


def mention_of(article: dict[str, Any]) -> Mention:
    """The digests of a stored article, given as the JSON values of its line.

    `content` decides on versions: title and text, white space aside. `words` decides on duplicates: letters and digits
    of the text alone.
    """
    provenance = article["provenance"]
    content = "\n".join(" ".join((part or "").split()) for part in (article["title"], article["text"]))
    return Mention(
        captured_at=provenance["captured_at"] or "",
        record_id=provenance["record_id"] or "",
        id=article["id"],
        content=hashlib.sha256(content.encode()).hexdigest()[:24],
        words=hashlib.sha256(text_key(article["text"]).encode()).hexdigest()[:24],
    )


def link(mentions: Iterable[Mention]) -> list[Link]:
    """A link for every mention, in their order. Pure.

    A new version begins where title or text differ from the one before. A cluster is the id of the first article with
    the same words; versions of one article are no duplicates of each other.
    """
    ordered = sorted(mentions)
    versions: dict[str, tuple[int, str]] = {}
    first_by_words: dict[str, str] = {}
    ids_by_words: dict[str, set[str]] = {}
    numbered: list[tuple[Mention, int]] = []
    for mention in ordered:
        number, content = versions.get(mention.id, (0, ""))
        if content != mention.content:
            number += 1
        versions[mention.id] = (number, mention.content)
        numbered.append((mention, number))
        first_by_words.setdefault(mention.words, mention.id)
        ids_by_words.setdefault(mention.words, set()).add(mention.id)
    last = {mention.id: mention.record_id for mention, _ in _first_of_each_version(numbered)}
    return [_link(mention, number, last, first_by_words, ids_by_words) for mention, number in numbered]


def _first_of_each_version(numbered: list[tuple[Mention, int]]) -> Iterator[tuple[Mention, int]]:
    seen: set[tuple[str, int]] = set()
    for mention, number in numbered:
        if (mention.id, number) not in seen:
            seen.add((mention.id, number))
            yield mention, number


def _link(
    mention: Mention,
    number: int,
    last: dict[str, str],
    first_by_words: dict[str, str],
    ids_by_words: dict[str, set[str]],
) -> Link:
    is_shared = len(ids_by_words[mention.words]) > 1
    return Link(
        record_id=mention.record_id,
        id=mention.id,
        version=number,
        is_current=last[mention.id] == mention.record_id,
        cluster=mention.words[:16] if is_shared else None,
        first=first_by_words[mention.words] if is_shared else None,
    )


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
    links = link(_mentions(read_lines(blobs, generation)))
    lines = (json.dumps({name: getattr(item, name) for name in Link.__slots__}) for item in links)
    blobs.put_bytes(links_key(generation), "".join(f"{line}\n" for line in lines).encode())


def _mentions(lines: Iterable[str]) -> Iterator[Mention]:
    """A damaged line costs its own link, not the run that links: `verify` names it, and `--repair` mends it."""
    for line in lines:
        try:
            yield mention_of(json.loads(line))
        except (ValueError, KeyError, TypeError) as error:
            logger.warning("a line of articles/ cannot be read and is not linked (see `kakehashi verify`): %s", error)
