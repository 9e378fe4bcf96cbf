"""What became of an article: its versions, what changed from one to the next, and when its page was gone. Pure.

What changes around an article (a ticker, a count, the day's related links) is none of its clean text: no version.
"""

from __future__ import annotations

import difflib
import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipelines.changes import sentences_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

GONE = frozenset({404, 410, 451})
# Two sentences of which half is alike are one sentence, corrected.
_CORRECTED = 0.5
_MOST_PAIRS = 2500


class ChangeKind(enum.StrEnum):
    """What was done to an article; `before` and `after` of the others are sentences."""

    HEADLINE = "headline"
    CORRECTION = "correction"
    ADDITION = "addition"
    REMOVAL = "removal"
    RETITLED_URL = "retitled_url"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference to the version before; `before` is None for an addition, `after` for a removal."""

    kind: ChangeKind
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Sight:
    """One look at the page: RFC 3339 UTC, the URL and its status; `title` and `text` where it was an article."""

    captured_at: str
    record_id: str
    url: str
    status: int
    warc: str
    offset: int
    title: str | None = None
    text: str | None = None

    @property
    def content(self) -> tuple[str, str]:
        """What decides on versions: title and text, white space aside."""
        return " ".join((self.title or "").split()), " ".join((self.text or "").split())


@dataclass(slots=True, kw_only=True)
class Step:
    """A time in which every look found the same: a version of the article, or a page that was gone.

    `version` is None where the page was gone, which `status` says. `changes` are those to the version before; none for
    the first one, and for a page that came back as it was. `first` is the look that found it first.
    """

    first: Sight
    version: int | None
    last_seen: str
    captures: int = 1
    changes: tuple[Change, ...] = field(default=())

    def as_json(self) -> dict[str, Any]:
        """The step as plain JSON values."""
        return {
            "version": self.version,
            "status": self.first.status,
            "url": self.first.url,
            "title": self.first.title,
            "first_seen": self.first.captured_at,
            "last_seen": self.last_seen,
            "captures": self.captures,
            "record_id": self.first.record_id,
            "warc": self.first.warc,
            "offset": self.first.offset,
            "changes": [{"kind": item.kind, "before": item.before, "after": item.after} for item in self.changes],
        }


def sight_of(article: Mapping[str, Any]) -> Sight:
    """The capture that an article, as its stored line says it, was made from: a page that was there (200)."""
    place = article["provenance"]
    return Sight(
        captured_at=place["captured_at"] or "",
        record_id=place["record_id"] or "",
        url=article["url"],
        status=200,
        warc=place["warc"] or "",
        offset=place["offset"] or 0,
        title=article["title"],
        text=article["text"],
    )


def steps_of(sights: Iterable[Sight]) -> list[Step]:
    """The steps, the earliest first. Sights that are neither articles nor gone are passed over."""
    steps: list[Step] = []
    latest: Step | None = None
    for sight in sorted(sights, key=lambda sight: (sight.captured_at, sight.record_id)):
        if sight.text is None and sight.status not in GONE:
            continue
        step = _next_step(sight, steps[-1] if steps else None, latest)
        if step is None:
            steps[-1].captures += 1
            steps[-1].last_seen = sight.captured_at
            continue
        steps.append(step)
        if step.version is not None:
            latest = step
    return steps


def _next_step(sight: Sight, before: Step | None, latest: Step | None) -> Step | None:
    """The step that begins with this sight, None where it finds what the one before found."""
    if sight.text is None:
        if before is not None and before.version is None and before.first.status == sight.status:
            return None
        return Step(first=sight, version=None, last_seen=sight.captured_at)
    if latest is None:
        return Step(first=sight, version=1, last_seen=sight.captured_at)
    found = tuple(changes_between(latest.first, sight))
    if not found and latest is before:
        return None
    assert latest.version is not None
    version = latest.version + (latest.first.content != sight.content)
    return Step(first=sight, version=version, last_seen=sight.captured_at, changes=found)


def changes_between(old: Sight, new: Sight) -> Iterator[Change]:
    """What differs between two sights of an article: address, headline, then the sentences."""
    if _address(old.url) != _address(new.url):
        yield Change(kind=ChangeKind.RETITLED_URL, before=old.url, after=new.url)
    if old.content[0] != new.content[0]:
        yield Change(kind=ChangeKind.HEADLINE, before=old.title, after=new.title)
    yield from sentence_changes(old.text or "", new.text or "")


def _address(url: str) -> str:
    return url.split("://", 1)[-1].split("#", 1)[0].removeprefix("www.")


def sentence_changes(old: str, new: str) -> Iterator[Change]:
    """What was corrected, added and removed, in the order of the texts; white space aside."""
    before, after = (_plain(text) for text in (old, new))
    matcher = difflib.SequenceMatcher(a=before, b=after, autojunk=False)
    for kind, a_start, a_end, b_start, b_end in matcher.get_opcodes():
        if kind != "equal":
            yield from _in_block(before[a_start:a_end], after[b_start:b_end])


def _plain(text: str) -> list[str]:
    return [" ".join(sentence.split()) for sentence in sentences_of(text)]


def _in_block(old: list[str], new: list[str]) -> Iterator[Change]:
    """A sentence that is like one of the new ones was corrected; what stands before its partner was added."""
    position = 0
    is_large = len(old) * len(new) > _MOST_PAIRS  # a text that was replaced; each pair costs a comparison by character
    for sentence in old:
        partner = None if is_large else _partner(sentence, new, position)
        if partner is None:
            yield Change(kind=ChangeKind.REMOVAL, before=sentence, after=None)
            continue
        yield from (Change(kind=ChangeKind.ADDITION, before=None, after=item) for item in new[position:partner])
        yield Change(kind=ChangeKind.CORRECTION, before=sentence, after=new[partner])
        position = partner + 1
    yield from (Change(kind=ChangeKind.ADDITION, before=None, after=item) for item in new[position:])


def _partner(sentence: str, new: list[str], position: int) -> int | None:
    scored = [
        (difflib.SequenceMatcher(a=sentence, b=new[place], autojunk=False).ratio(), -place)
        for place in range(position, len(new))
    ]
    score, place = max(scored, default=(0.0, 0))
    return -place if score >= _CORRECTED else None
