"""What a page says about the health of its site, whatever its topic: how much text it gave, and which lines. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.article import Article, Dropped, Reason

if TYPE_CHECKING:
    from pipelines.article import Failed

_DIGITS = re.compile(r"\d+")
_MARKS = re.compile(r"[^\w\s]|_")
# A ticker, a share line, a call to subscribe: what leaks into texts is short, and stands at their ends.
_LONGEST_LINE = 160
_AT_EACH_END = 5
_WITHOUT_TEXT = frozenset({Reason.NO_TEXT, Reason.EMPTY, Reason.TOO_SHORT, Reason.LISTING})


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFeatures:
    """`characters` of clean text, 0 for a page that gave none; whether it has a title and a date.

    `lines` are the short paragraphs at both ends of the text, their numbers made equal: a ticker has others each day.
    """

    characters: int
    has_title: bool
    has_date: bool
    lines: tuple[str, ...] = ()


def features_of(outcome: Article | Dropped | Failed) -> PageFeatures | None:
    """What a page says; None where it was no article's page to begin with, or could not be read at all."""
    if isinstance(outcome, Article):
        paragraphs = outcome.text.split("\n\n")
        ends = dict.fromkeys([*paragraphs[:_AT_EACH_END], *paragraphs[-_AT_EACH_END:]])
        lines = tuple(dict.fromkeys(same_line(text) for text in ends if len(text) <= _LONGEST_LINE))
        return PageFeatures(
            characters=len(outcome.text),
            has_title=bool(outcome.title),
            has_date=outcome.published is not None,
            lines=lines,
        )
    if isinstance(outcome, Dropped) and outcome.reason in _WITHOUT_TEXT:
        return PageFeatures(characters=0, has_title=True, has_date=True)  # nobody looked for them
    return None


def same_line(text: str) -> str:
    """A line as it is compared with those of other pages: words in one case, without marks, every number a 0."""
    words = _DIGITS.sub("0", _MARKS.sub(" ", text)).casefold().split()
    return " ".join(word for word, before in zip(words, ["", *words], strict=False) if not word == before == "0")
