"""Parts of a text with what was searched for marked: the whole text, or an excerpt of it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reading.wanted import Wanted

_BEFORE = 60
_LENGTH = 240


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text; `is_marked` when it is what was searched for."""

    text: str
    is_marked: bool = False


def marked(text: str, wanted: Wanted) -> list[Piece]:
    """The whole text in pieces."""
    return _pieces(text, wanted.spans(text), 0, len(text))


def excerpt(text: str, wanted: Wanted, *, length: int = _LENGTH) -> list[Piece]:
    """About `length` characters from the beginning of a text, or around the first thing that was searched for."""
    text = " ".join(text.split())
    spans = wanted.spans(text)
    start = 0
    if spans and spans[0][1] > length:
        start = _word_before(text, max(0, spans[0][0] - _BEFORE))
    end = _word_after(text, min(len(text), start + length))
    pieces = _pieces(text, spans, start, end)
    ahead = [Piece("… ")] if start else []
    behind = [Piece(" …")] if end < len(text) else []
    return [*ahead, *pieces, *behind]


def _word_before(text: str, place: int) -> int:
    found = text.rfind(" ", max(0, place - 20), place)
    return found + 1 if found >= 0 else place


def _word_after(text: str, place: int) -> int:
    found = text.find(" ", place, place + 20)
    return found if found >= 0 else place


def _pieces(text: str, spans: Sequence[tuple[int, int]], start: int, end: int) -> list[Piece]:
    pieces: list[Piece] = []
    place = start
    for first, last in spans:
        if last <= start or first >= end:
            continue
        pieces += [
            Piece(text[place : max(first, place)]),
            Piece(text[max(first, start) : min(last, end)], is_marked=True),
        ]
        place = min(last, end)
    pieces.append(Piece(text[place:end]))
    return [piece for piece in pieces if piece.text]
