"""What a new derivation changes in the articles of a store: the report that an editor reads before a release. Pure."""

from __future__ import annotations

import difflib
import heapq
import json
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_FIELDS = ("text", "title", "authors", "published", "modified", "language")
_LARGEST = 10
_DIFF_LINES = 24
_DIFF_WIDTH = 200
# The end first and then what is behind it: to look back from each letter took ten times as long.
_BEHIND_SENTENCE = re.compile(r"[.!?…。！？](?:(?<=[。！？])|\s+)")
_END, _END_ALONE = (".", "!", "?", "…"), ("。", "！", "？")
_END_BEFORE_SPACE = re.compile(r"[.!?…](?=\s)")
_COUNTS = (
    "articles", "gained", "lost", "changed", "restamped", "dropped", "failed", "characters_gained", "characters_lost",
)  # fmt: skip
_COUNTERS = ("fields", "sources", "rules")
Line = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class LargestChange:
    """An article whose text changed most: `size` counts the characters gone and come; `diff` is by sentence."""

    size: int
    url: str
    source: str | None
    diff: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class Changes:
    """Counts over all articles of a store, and the largest changes with a sample diff each.

    `gained` and `lost` are articles that are new and gone; `fields` counts the articles in which each field differs;
    `moved` is how many characters of text were gained and lost. `restamped` differ in their provenance alone: the same
    words, made by other software. `dropped` counts the pages without article whose reason or detail differs. `failed`
    pages had an article or a reason and now break. `sources` and `rules` count the changed articles by source, and the
    blocks that each rule removes more or fewer of.
    """

    articles: int = 0
    gained: int = 0
    lost: int = 0
    changed: int = 0
    restamped: int = 0
    dropped: int = 0
    failed: int = 0
    characters_gained: int = 0
    characters_lost: int = 0
    fields: Counter[str] = field(default_factory=Counter)
    sources: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    _largest: list[LargestChange] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """True when not a byte would differ."""
        return not (self.gained or self.lost or self.changed or self.restamped or self.dropped)

    @property
    def largest(self) -> list[LargestChange]:
        """The largest changes of a text, the largest first."""
        return sorted(self._largest, reverse=True)

    def add(self, before: Iterable[bytes], after: Iterable[bytes]) -> None:
        """Take in the article lines of one WARC, as they are and as they would be, both in the order of its records."""
        for old, new in paired(before, after):
            self.articles += new is not None
            if old != new:
                self._compare(old, new)

    def add_dropped(self, before: Iterable[bytes], after: Iterable[bytes]) -> None:
        """Take in the lines of one WARC's pages without article."""
        self.dropped += sum(old != new for old, new in paired(before, after))

    def merge(self, other: Changes) -> None:
        """Take in what others counted, in any order."""
        for name in _COUNTS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name in _COUNTERS:
            mine: Counter[str] = getattr(self, name)
            for key, count in getattr(other, name).items():
                mine[key] += count
        for change in other._largest:
            self._push(change)

    def packed(self) -> dict[str, Any]:
        """All of it as JSON values."""
        counters = {name: dict(getattr(self, name)) for name in _COUNTERS}
        largest = [[item.size, item.url, item.source, list(item.diff)] for item in self.largest]
        return {**{name: getattr(self, name) for name in _COUNTS}, **counters, "largest": largest}

    @classmethod
    def unpacked(cls, values: Mapping[str, Any]) -> Changes:
        """Made from JSON values. Raises `KeyError`, `TypeError` or `ValueError` for others than those of `packed`."""
        found = cls()
        for name in _COUNTS:
            setattr(found, name, values[name])
        for name in _COUNTERS:
            setattr(found, name, Counter(values[name]))
        for size, url, source, diff in values["largest"]:
            found._push(LargestChange(size=size, url=url, source=source, diff=tuple(diff)))
        return found

    def _compare(self, before: bytes | None, after: bytes | None) -> None:
        old, new = (json.loads(line) if line else None for line in (before, after))
        source = str((new or old or {}).get("source"))
        self._count_rules(old, new)
        if old is None or new is None:
            self.gained += old is None
            self.lost += new is None
            self.sources[source] += 1
            self._note_text("" if old is None else old["text"], "" if new is None else new["text"], new or old or {})
            return
        differing = [name for name in _FIELDS if old[name] != new[name]]
        if old["relevance"]["label"] != new["relevance"]["label"]:
            differing.append("label")
        rest = [name for name in new if name not in (*_FIELDS, "provenance") and old.get(name) != new[name]]
        if not differing and not rest:
            self.restamped += 1
            return
        self.changed += 1
        self.sources[source] += 1
        self.fields.update(differing or ["other"])
        if "text" in differing:
            self._note_text(old["text"], new["text"], new)

    def _count_rules(self, old: Line | None, new: Line | None) -> None:
        counts = Counter(item["rule"] for item in (new or {}).get("removed", ()))
        counts.subtract(item["rule"] for item in (old or {}).get("removed", ()))
        for rule, count in counts.items():
            if count:
                self.rules[rule] += count

    def _note_text(self, old: str, new: str, article: Line) -> None:
        gone, come, diff = _sentence_diff(old, new)
        self.characters_gained += come
        self.characters_lost += gone
        self._push(LargestChange(size=gone + come, url=article["url"], source=article["source"], diff=tuple(diff)))

    def _push(self, change: LargestChange) -> None:
        push = heapq.heappushpop if len(self._largest) >= _LARGEST else heapq.heappush
        push(self._largest, change)

    def as_json(self) -> dict[str, Any]:
        """The report as plain JSON values."""
        names = ("articles", "gained", "lost", "changed", "restamped", "dropped", "failed")
        counts = {name: getattr(self, name) for name in names}
        text = {"gained": self.characters_gained, "lost": self.characters_lost}
        by = {name: dict(ranked(getattr(self, name))) for name in _COUNTERS}
        largest = [
            {"size": item.size, "url": item.url, "source": item.source, "diff": list(item.diff)}
            for item in self.largest
        ]
        return {**counts, "characters": text, **by, "largest": largest}


def ranked(counts: Counter[str]) -> list[tuple[str, int]]:
    """Names and counts, the highest first, equal ones by name."""
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def _sentence_diff(old: str, new: str) -> tuple[int, int, list[str]]:
    """Characters gone, characters come, and the changed sentences as diff lines."""
    lines = list(_changed(sentences_of(old), sentences_of(new)))
    gone = sum(len(line) - 1 for line in lines if line[0] == "-")
    come = sum(len(line) - 1 for line in lines if line[0] == "+")
    shown = [line if len(line) <= _DIFF_WIDTH else f"{line[:_DIFF_WIDTH]}…" for line in lines[:_DIFF_LINES]]
    more = [f"… {len(lines) - _DIFF_LINES} more lines"] if len(lines) > _DIFF_LINES else []
    return gone, come, [*shown, *more]


def sentences_of(text: str) -> list[str]:
    """The sentences of a clean text; none goes from one paragraph into the next."""
    return [part for paragraph in text.split("\n\n") for part in _parted(paragraph) if part]


def _parted(paragraph: str) -> Iterator[str]:
    """The paragraph in pieces, parted behind what ends a sentence; the last may be empty."""
    begin = 0
    for found in _BEHIND_SENTENCE.finditer(paragraph):
        yield paragraph[begin : found.start() + 1]
        begin = found.end()
    yield paragraph[begin:]


def count_sentences(text: str) -> int:
    """How many `sentences_of` gives, counted without making them."""
    return sum(map(_sentences_in, text.split("\n\n")))


def _sentences_in(paragraph: str) -> int:
    if not paragraph:
        return 0
    ends = len(_END_BEFORE_SPACE.findall(paragraph)) + sum(map(paragraph.count, _END_ALONE))
    words = paragraph.rstrip()
    is_last_empty = paragraph.endswith(_END_ALONE) or (words != paragraph and words.endswith(_END))
    return ends + (not is_last_empty)


def _changed(old: list[str], new: list[str]) -> Iterator[str]:
    if not old or not new:  # a matcher has nothing to match
        yield from (f"-{line}" for line in old)
        yield from (f"+{line}" for line in new)
        return
    matcher = difflib.SequenceMatcher(a=old, b=new, autojunk=False)
    for kind, a_start, a_end, b_start, b_end in matcher.get_opcodes():
        if kind != "equal":
            yield from (f"-{line}" for line in old[a_start:a_end])
            yield from (f"+{line}" for line in new[b_start:b_end])


def paired(before: Iterable[bytes], after: Iterable[bytes]) -> Iterator[tuple[bytes | None, bytes | None]]:
    """The lines of two files that were made from the same record, side by side; both in the order of the records."""
    old, new = _placed(before), _placed(after)
    left, right = next(old, None), next(new, None)
    while left is not None or right is not None:
        if right is None or (left is not None and left[0] < right[0]):
            assert left is not None
            yield left[1], None
            left = next(old, None)
        elif left is None or right[0] < left[0]:
            yield None, right[1]
            right = next(new, None)
        else:
            yield left[1], right[1]
            left, right = next(old, None), next(new, None)


def _placed(lines: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    for line in lines:
        if line.strip():
            yield json.loads(line)["provenance"]["offset"] or 0, line
