"""What somebody typed into the search field, as an expression for the index and as spans to mark in a text. Pure.

Words must all be there; a word finds those that begin with it, and Cyrillic words without their last vowels, so that
`Япония` finds `Японии` and `японский`. Words in quotes stand together, as they are. A minus before a word keeps texts
out that have it. Nothing that is typed is an error: signs that are no letters are passed over.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reading.folding import Run, pairs_of, runs_of

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 200
"""How many characters of what was typed are read."""
_MOST_TERMS = 16
_PART = re.compile(r"(?P<minus>-(?=\S))?(?:[\"“”„«](?P<quoted>[^\"“”„«»]*)[\"“”»]?|(?P<word>[^\s\"“”„«»]+))")
_ENDING = re.compile(r"[аеиоуыэюяйьєіїәөұү]{1,2}$")
_CYRILLIC = re.compile(r"[\u0400-\u052f]{5,}")


@dataclass(frozen=True, slots=True)
class Term:
    """Runs that follow each other; the last may go on in the text when it `is_open`. `is_out`: not wanted."""

    runs: tuple[Run, ...]
    is_open: bool
    is_out: bool

    @property
    def expression(self) -> str:
        """The term in the language of the index."""
        words: list[str] = []
        for place, run in enumerate(self.runs):
            is_last = place == len(self.runs) - 1
            word = _stem(run.folded) if self.is_open and is_last else run.folded
            pairs = pairs_of(run.folded) if run.is_spaceless else [word]
            # The last character stands alone only where the run of the text ends, too.
            words += pairs[:-1] if run.is_spaceless and is_last and len(pairs) > 1 else pairs
        is_prefix = self.is_open and (not self.runs[-1].is_spaceless or len(self.runs[-1].folded) == 1)
        # Letters and digits alone are in a run: there is no quote to escape.
        return f'"{" ".join(words)}"' + ("*" if is_prefix else "")


def _stem(word: str) -> str:
    if not _CYRILLIC.fullmatch(word):
        return word
    stem = _ENDING.sub("", word)
    return stem if len(stem) >= 4 else word[:4]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A question to the index; without terms that are wanted it asks for everything."""

    terms: tuple[Term, ...]

    @property
    def expression(self) -> str | None:
        """The question in the language of the index (FTS5); None when nothing is asked for."""
        inside = " AND ".join(term.expression for term in self.terms if not term.is_out)
        outside = "".join(f" NOT {term.expression}" for term in self.terms if term.is_out)
        return f"({inside}){outside}" if inside else None

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where the text has what is wanted: start and end, in order, none within another."""
        runs = list(runs_of(text))
        found = sorted(span for term in self.terms if not term.is_out for span in _spans(term, runs))
        merged: list[tuple[int, int]] = []
        for start, end in found:
            if merged and start <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
            else:
                merged.append((start, end))
        return merged


def parse_wanted(typed: str) -> Wanted:
    """What is wanted by somebody who typed this."""
    terms: list[Term] = []
    for match in _PART.finditer(typed[:LONGEST]):
        is_quoted = match["quoted"] is not None
        runs = tuple(runs_of(match["quoted"] if is_quoted else match["word"]))
        if runs:
            terms.append(Term(runs, is_open=not is_quoted, is_out=match["minus"] is not None))
    return Wanted(tuple(terms[:_MOST_TERMS]))


def _spans(term: Term, runs: list[Run]) -> Iterator[tuple[int, int]]:
    for place in range(len(runs) - len(term.runs) + 1):
        yield from _span_at(term, runs[place : place + len(term.runs)])


def _span_at(term: Term, runs: list[Run]) -> Iterator[tuple[int, int]]:
    """Where these runs of a text are those of the term; the first of them may begin, the last end, within its run."""
    first, last = term.runs[0], term.runs[-1]
    if any(wanted.folded != found.folded for wanted, found in zip(term.runs[1:-1], runs[1:-1], strict=True)):
        return
    if len(term.runs) == 1:
        yield from _inside(first, runs[0], is_open=term.is_open)
    elif _ends_with(first, runs[0]) and _begins_with(last, runs[-1], is_open=term.is_open):
        start = runs[0].end - len(first.folded) if first.is_spaceless else runs[0].start
        end = runs[-1].start + len(last.folded) if last.is_spaceless else runs[-1].end
        yield max(start, runs[0].start), min(end, runs[-1].end)


def _inside(wanted: Run, found: Run, *, is_open: bool) -> Iterator[tuple[int, int]]:
    if wanted.is_spaceless != found.is_spaceless:
        return
    if not found.is_spaceless:
        if _begins_with(wanted, found, is_open=is_open):
            yield found.start, found.end
        return
    if found.end - found.start != len(found.folded):  # half width: characters of the text and of its folding differ
        if wanted.folded in found.folded:
            yield found.start, found.end
        return
    place = found.folded.find(wanted.folded)
    while place >= 0:
        yield found.start + place, found.start + place + len(wanted.folded)
        place = found.folded.find(wanted.folded, place + 1)


def _begins_with(wanted: Run, found: Run, *, is_open: bool) -> bool:
    if wanted.is_spaceless != found.is_spaceless:
        return False
    if wanted.is_spaceless:
        return found.folded.startswith(wanted.folded)
    return found.folded.startswith(_stem(wanted.folded)) if is_open else found.folded == wanted.folded


def _ends_with(wanted: Run, found: Run) -> bool:
    if wanted.is_spaceless != found.is_spaceless:
        return False
    return found.folded.endswith(wanted.folded) if wanted.is_spaceless else found.folded == wanted.folded
