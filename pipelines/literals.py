"""Runs of letters that are looked for all at once, and expressions that are tried only where one of theirs is. Pure.

Most lines of a page hold none of the phrases that the rules look for. An expression of a hundred alternatives takes
50 to 100 µs to find that out; one walk for the literals of all such expressions takes 4.
"""

from __future__ import annotations

import re
from functools import lru_cache
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import TYPE_CHECKING, Any

from ahocorasick_rs import AhoCorasick, MatchKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

_KEPT = 4096
_ANYTHING: tuple[Any, Any] = (op.ANY, None)
_REPEATS = (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT)
# What `re.IGNORECASE` takes for an i or an s, and lower() does not.
_ALIKE = (("i\u0307", "i"), ("\u0131", "i"), ("\u017f", "s"))


class Literals:
    """Many literals, each with its number, looked for in one walk over a text."""

    def __init__(self, literals: Sequence[str]) -> None:
        self._automaton = AhoCorasick(list(literals))

    def found(self, text: str) -> list[tuple[int, int, int]]:
        """Number, start and end of each literal wherever it occurs, also within another; offsets in characters."""
        return self._automaton.find_matches_as_indexes(text, overlapping=True)


class AnyOf:
    """A few literals of which any will do, looked for all at once: a sixth of the time of one after the other."""

    def __init__(self, literals: Sequence[str]) -> None:
        # Matches of this kind alone are found many signs at a time.
        self._automaton = AhoCorasick(list(literals), matchkind=MatchKind.LeftmostFirst)

    def is_in(self, text: str) -> bool:
        """Whether one of them occurs."""
        return bool(self._automaton.find_matches_as_indexes(text))


class Rare:
    """An expression that is searched for only in a text that has a literal without which it cannot match."""

    def __init__(self, pattern: re.Pattern[str], number: int, spotted: Callable[[str], frozenset[int]]) -> None:
        self.pattern = pattern
        self._number = number
        self._spotted = spotted

    def search(self, text: str) -> re.Match[str] | None:
        """As that of the expression itself."""
        return self.pattern.search(text) if self._number in self._spotted(text) else None


def rare(*patterns: re.Pattern[str]) -> list[Rare]:
    """The same expressions, for texts of which few match any. Raises ValueError for one that needs no literal."""
    numbers: dict[str, set[int]] = {}
    for number, pattern in enumerate(patterns):
        needed = _needed(_parser.parse(pattern.pattern, pattern.flags))
        if not needed:
            raise ValueError(f"no literal is in every match of {pattern.pattern[:60]!r}")
        for literal in needed:
            numbers.setdefault(literal, set()).add(number)
    literals, owners = Literals(list(numbers)), list(numbers.values())

    @lru_cache(maxsize=_KEPT)
    def spotted(text: str) -> frozenset[int]:
        return frozenset().union(*(owners[found[0]] for found in literals.found(_folded(text))))

    return [Rare(pattern, number, spotted) for number, pattern in enumerate(patterns)]


def _folded(text: str) -> str:
    lower = text.lower()
    if not lower.isascii():
        for sign, plain in _ALIKE:
            lower = lower.replace(sign, plain)
    return lower


def _needed(items: Iterable[tuple[Any, Any]]) -> frozenset[str]:
    """Literals of which one at least is in each match of a parsed sequence, the longest there are; none if unknown."""
    best: frozenset[str] = frozenset()
    run = ""
    for kind, value in [*items, (op.ANY, None)]:
        if kind is op.LITERAL:
            run += _folded(chr(value))
            continue
        for candidate in (frozenset({run}) if run else frozenset(), _within(kind, value, _needed)):
            best = max(best, candidate, key=lambda literals: min(map(len, literals), default=0))
        run = ""
    return best


def first_signs(expression: str) -> frozenset[str]:
    """The signs with which each match of an expression begins; none where it may begin with others, or be empty."""
    return _firsts(_parser.parse(expression))


def is_choice(expression: str) -> bool:
    """Whether an expression as a whole is one of several, so that what it begins with is not in each of them."""
    return any(kind is op.BRANCH for kind, _ in list(_parser.parse(expression))[:1])


def _firsts(items: Iterable[tuple[Any, Any]]) -> frozenset[str]:
    kind, value = next(iter(items), _ANYTHING)
    return frozenset({chr(value)}) if kind is op.LITERAL else _within(kind, value, _firsts)


def _within(kind: Any, value: Any, find: Callable[[Any], frozenset[str]]) -> frozenset[str]:
    """What `find` gives of the sequence within a piece of an expression, of a choice all together; none if unknown."""
    if kind is op.SUBPATTERN:
        return find(value[3])
    if kind is op.ATOMIC_GROUP:
        return find(value)
    if kind in _REPEATS and value[0] > 0:
        return find(value[2])
    if kind is op.BRANCH:
        branches = [find(branch) for branch in value[1]]
        return frozenset().union(*branches) if all(branches) else frozenset()
    if kind is op.IN and all(one is op.LITERAL for one, _ in value):
        return frozenset().union(*(find([one]) for one in value))
    return frozenset()
