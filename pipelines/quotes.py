"""Records that hold sentences of an article without being one of its captures: feeds, lists, other people's copies."""

from __future__ import annotations

import hashlib
import html
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from archive.capture import Location
from archive.coding import UndecodableError, decode_content
from archive.errors import Malformed
from archive.reader import read_capture
from archive.warc_check import read_warc
from pipelines.changes import sentences_of
from pipelines.charset import decode_page
from pipelines.gate import codings_of
from pipelines.mementos import ROLE as MEMENTO

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archive.blobs import BlobStore
    from archive.capture import Capture
    from archive.tombstones import Tombstone

# A shorter sentence stands in many articles.
_SHORTEST, _SHORTEST_WIDE = 25, 10
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_TAG = re.compile(r"<[^<>]{0,2000}>")
_BREAK = re.compile(r"<(?:/?(?:p|div|li|h[1-6]|blockquote|td|tr)\b|br\b|!\[CDATA)[^<>]{0,2000}>", re.IGNORECASE)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|[nrt])")
_SIGNS = re.compile(r"[\W_]+")
_NO_TEXT = re.compile(r"(?:image/(?!svg)|audio/|video/|font/|application/(?:pdf|zip|gzip|font|x-font|vnd\.))")
_PAGE = frozenset({"text/html", "application/xhtml+xml", None})
_PAGE_ROLES = frozenset({"article", "foreign", MEMENTO, None})
_COPIED = 0.5
_MAX_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Needles:
    """The sentences by which a text is known again, as letters and digits alone.

    `digests` are those of sentences that nobody has any more: a tombstone keeps them, and no word of the text.
    """

    sentences: frozenset[str]
    digests: frozenset[str] = frozenset()

    def all_digests(self) -> tuple[str, ...]:
        """The digests of all sentences, sorted."""
        return tuple(sorted(self.digests | set(map(_digest, self.sentences))))

    def share(self, text: str) -> float:
        """The share of the sentences that stand in a text, markup and all."""
        if not self.sentences:
            found = len(self.digests & {_digest(bare) for _, bare in _bare_sentences(_BREAK.sub("\n\n", text))})
            return found / len(self.digests) if self.digests else 0.0
        whole = _bare(_TAG.sub("", text))
        return sum(sentence in whole for sentence in self.sentences) / len(self.sentences)


def needles_of(texts: Iterable[str], digests: Iterable[str] = ()) -> Needles:
    """What to look for; of a text whose sentences are all too short the whole is one."""
    wanted: set[str] = set()
    for text in texts:
        found = {bare for sentence, bare in _bare_sentences(text) if len(sentence) >= _shortest(sentence)}
        wanted |= found or {_bare(text)}
    return Needles(frozenset(filter(None, wanted)), frozenset(digests))


def _bare_sentences(text: str) -> list[tuple[str, str]]:
    plain = (" ".join(sentence.split()) for sentence in sentences_of(text))
    return [(sentence, _bare(_TAG.sub("", sentence))) for sentence in plain]


def _bare(text: str) -> str:
    """The letters and digits of a text: quotes, dashes and blanks are spelt in many ways."""
    return _SIGNS.sub("", text).casefold()


def _digest(bare: str) -> str:
    return hashlib.sha256(bare.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _shortest(sentence: str) -> int:
    return _SHORTEST_WIDE if _WIDE.search(sentence) else _SHORTEST


@dataclass(slots=True)
class Quoting:
    """Who else has sentences of a text.

    `records` are the ids of feeds, lists and other documents that are no page; `copies` the addresses of pages with
    half of the sentences or more, `quotes` those of pages with fewer, such as a teaser.
    """

    records: set[str] = field(default_factory=set)
    copies: set[str] = field(default_factory=set)
    quotes: set[str] = field(default_factory=set)


def quoting_records(blobs: BlobStore, needles: Needles, known: set[str], stone: Tombstone) -> Quoting:
    """Who has the needles, apart from the `known` records. Reads every record of the store. Raises `StoreNotUsable`."""
    found = Quoting()
    for info in blobs.list("warc/") if needles.sentences or needles.digests else ():
        warc = read_warc(blobs, info.key, info.size)
        for offset, seen in warc.captures.items():
            if seen.record_id in known or seen.kind == "revisit" or _NO_TEXT.match(seen.entry.mime or ""):
                continue
            share = _share(blobs, Location(warc=info.key, offset=offset, length=seen.length), needles)
            if not share:
                continue
            is_page = seen.fact("kakehashi-role") in _PAGE_ROLES and seen.entry.mime in _PAGE
            if is_page and seen.url not in stone.urls:
                (found.copies if share >= _COPIED else found.quotes).add(seen.url)
            elif seen.record_id:
                found.records.add(seen.record_id)
    found.quotes -= found.copies
    return found


def _share(blobs: BlobStore, place: Location, needles: Needles) -> float:
    """The share of the needles that a record has."""
    try:
        return needles.share(_text(read_capture(blobs.get_range(place.warc, place.offset, place.length), place)))
    except (Malformed, UndecodableError, ValueError):
        return 0.0


def _text(capture: Capture) -> str:
    body = decode_content(capture.payload, codings_of(capture), limit=_MAX_BYTES)
    return unescaped(decode_page(body, capture.header("content-type"))[0])


def unescaped(text: str) -> str:
    """A text with its escapes undone: those of JSON, and twice those of HTML, as feeds escape the markup they carry."""
    text = _ESCAPE.sub(_unescaped, text.replace("\\/", "/"))
    for _ in range(2):
        text = html.unescape(text)
    return text


def _unescaped(escape: re.Match[str]) -> str:
    return chr(int(escape[1], 16)) if escape[1] else "\n\n"
