"""What a site reserved on the day of a capture: robots.txt for the crawlers that train models, and tdmrep.json.

Both are read from the store, where a crawl archived them; nothing is fetched. What the page itself said is in `rights`.
"""

from __future__ import annotations

import functools
import json
import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from archive.cdxj import CdxEntry, parse_line
from archive.coding import UndecodableError, decode_content
from archive.dates import format_date
from archive.errors import BlobNotFound, Malformed
from archive.layout import stem_of_key, warc_key
from archive.reader import read_capture
from pipelines.gate import codings_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from archive.blobs import BlobStore

AI_AGENTS = (
    "AI2Bot", "Amazonbot", "anthropic-ai", "Applebot-Extended", "Bytespider", "CCBot", "ChatGPT-User", "ClaudeBot",
    "Claude-Web", "cohere-ai", "Diffbot", "FacebookBot", "Google-Extended", "GPTBot", "ImagesiftBot",
    "Meta-ExternalAgent", "OAI-SearchBot", "omgili", "PerplexityBot", "Timpibot",
)  # fmt: skip
"""The product tokens of crawlers that gather for the training or answering of models."""
# A site that keeps out one of these reserves its texts against training; the others fetch for their users.
_TRAINING = frozenset(AI_AGENTS) - {"ChatGPT-User", "OAI-SearchBot", "PerplexityBot"}
_MAX_BYTES = 1024 * 1024
_ROBOTS, _TDMREP = "/robots.txt", "/.well-known/tdmrep.json"
_FILES = (_ROBOTS, _TDMREP)
_MARKS = tuple(f"){name} ".encode() for name in _FILES)


@dataclass(frozen=True, slots=True)
class _Seen:
    when: str
    key: str
    entry: CdxEntry


class Reservations:
    """The reservations of a store's sites. `forbids(body, agent, url)` reads a robots.txt."""

    def __init__(self, blobs: BlobStore, forbids: Callable[[bytes, str, str], bool]) -> None:
        self._blobs = blobs
        self._forbids = forbids
        self._seen: dict[tuple[str, str], list[_Seen]] = {}
        for info in blobs.list("cdxj/"):
            self._read_index(info.key)
        for found in self._seen.values():
            found.sort(key=lambda item: item.when)
        self._body = functools.lru_cache(maxsize=256)(self._read_body)

    def of(self, url: str, captured_at: str, *, by_page: bool) -> dict[str, Any]:
        """What held for a URL at the time of its capture; `by_page` when the page itself reserved its text.

        `robots_ai` are the agents that robots.txt keeps out, None where no robots.txt is known; `robots_record` is its
        record. The file that was seen last before the capture counts, else the first one after it.
        """
        robots = self._at(url, _ROBOTS, captured_at)
        body = None if robots is None else self._text(robots)
        agents = None if body is None else [name for name in AI_AGENTS if self._forbids(body, name, url)]
        tdm = self._tdm(url, captured_at)
        return {
            "robots_ai": agents,
            "robots_record": robots.entry.record_id if robots and agents is not None else None,
            "tdmrep": tdm,
            "is_reserved": by_page or tdm is True or not _TRAINING.isdisjoint(agents or ()),
        }

    def _read_index(self, key: str) -> None:
        try:
            with self._blobs.open(key) as lines:
                for line in lines:
                    if any(mark in line for mark in _MARKS):
                        self._note(key, line)
        except BlobNotFound:
            return

    def _note(self, key: str, line: bytes) -> None:
        try:
            entry = parse_line(line.decode("utf-8").removesuffix("\n"))
            parts = urlsplit(entry.url)
        except (Malformed, UnicodeDecodeError, ValueError):
            return
        if parts.path in _FILES and not parts.query:
            seen = _Seen(format_date(entry.captured_at), key, entry)
            self._seen.setdefault((parts.netloc, parts.path), []).append(seen)

    def _at(self, url: str, name: str, captured_at: str) -> _Seen | None:
        found = self._seen.get((urlsplit(url).netloc, name))
        if not found:
            return None
        place = bisect_right(found, captured_at, key=lambda item: item.when)
        return found[max(0, place - 1)]

    def _text(self, seen: _Seen) -> bytes | None:
        """The file as it was; empty where there is none (4xx), None where nobody knows."""
        status = seen.entry.status
        if 400 <= status < 500:
            return b""
        if seen.entry.mime == "warc/revisit":
            same = (item for found in self._seen.values() for item in found if _holds(item, seen))
            original = next(same, None)
            return None if original is None else self._text(original)
        return self._body(seen) if 200 <= status < 300 else None

    def _read_body(self, seen: _Seen) -> bytes | None:
        place, stem = seen.entry.location, stem_of_key(seen.key)
        if stem is None:
            return None
        try:
            capture = read_capture(self._blobs.get_range(warc_key(stem), place.offset, place.length), place)
            return decode_content(capture.payload, codings_of(capture), limit=_MAX_BYTES)
        except (Malformed, BlobNotFound, UndecodableError, ValueError):
            return None

    def _tdm(self, url: str, captured_at: str) -> bool | None:
        """What tdmrep.json says of a URL (TDMRep 6.1: the first location that matches); None where it says nothing."""
        seen = self._at(url, _TDMREP, captured_at)
        body = None if seen is None else self._text(seen)
        try:
            rules = json.loads(body or b"[]")
            path = urlsplit(url).path or "/"
            for rule in rules:
                if re.match(_pattern(rule["location"]), path):
                    return bool(int(rule["tdm-reservation"]) == 1)
        except (ValueError, KeyError, TypeError):
            return None
        return None


def _holds(item: _Seen, revisit: _Seen) -> bool:
    return item.entry.mime != "warc/revisit" and item.entry.payload_digest == revisit.entry.payload_digest


def _pattern(location: str) -> str:
    """A location as a regular expression: `*` is anything, a final `$` the end, as in robots.txt."""
    is_anchored = location.endswith("$")
    parts = location.removesuffix("$").split("*")
    return ".*".join(map(re.escape, parts)) + ("$" if is_anchored else "")
