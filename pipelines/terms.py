"""Tables of names compiled into one expression, and the walk over a text that finds them.

Pure. Rule 1: a table (`terms_*.py`) says what is looked for, this file how; what a hit means is the judge's matter.
Rule 2: folding never changes the length of a text, so each offset found in the folded text holds in the original.

A form is a regular expression whose first two characters are literal, with two shorthands: `*` is an open ending
(up to 16 letters or apostrophes), `~` the gap between two words. Forms in kana or kanji match anywhere, because
Japanese has no spaces; all others match whole words of Latin and Cyrillic letters only, so that `JICA` is found in
`JICA北海道`, where a word boundary finds none. A form that starts with `^` needs a capital first letter in the
original, with `=` at least two capitals. Of a form that starts with `<` the first sign alone is the name: `日` in
`日カザフ`, so that the other name is found, too.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    _Finder = Callable[[str, int], re.Match[str] | None]

_LETTER = r"a-zß-öø-ɏ\u0400-\u052f"
# While forms are looked for, the apostrophe is the sign below `a`: so letters and apostrophe are two ranges, which
# compile in half the time of more. Between ß and the end of Cyrillic stand a few that none of our languages writes.
_APOSTROPHE = "`"
_OPEN_ENDING = r"[`-zß-\u052f]{0,16}"
_GAP = r"[\s\-`\"«»“”]{1,3}"
_WORD = f"[{_LETTER}0-9]+"
_WORD_END = r"(?![a-zß-\u052f])"
# One sign for all that look alike. The dotted capital I is the only letter whose lower case is longer than itself.
_ALIKE = (("ʻ‘’ʼʹ`´", "'"), ("–—‑−", "-"), ("\u00a0\u202f\u3000", " "), ("İ", "i"), ("ōŌ", "o"), ("ūŪ", "u"))
_REPLACEMENTS = tuple((sign, plain) for signs, plain in _ALIKE for sign in signs)
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_HAS_FULL_WIDTH = re.compile("[\uff01-\uff5e]")
_JAPANESE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_BRACKETS = re.compile(r"\(.*\)|\[.*\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One entry of a table: what its forms name.

    `side` is `ca`, `jp`, `format` (both at once), `region` (Central Asia as a whole), `other` (a third party),
    `rival` (Central Asia with a third party), `sport`,
    `tie` (dealings between states and people), `cue` (a subject that speaks against them), `topic`, `organisation`, or
    `trap` (looks like a name of the side `seems` and is none; in sport it is the second side of an athlete).
    `weight` is how far one hit can stand for its side, 0 to 1. `languages` limits a term to texts known to be in one of
    them; empty means everywhere.
    """

    name: str
    side: str
    forms: str
    weight: float = 1.0
    country: str | None = None
    organisation: bool = False
    topic: str | None = None
    languages: frozenset[str] = frozenset()
    seems: str = ""


class Match(NamedTuple):
    """A term found at the offsets `start` to `end` of the text as it was given. A tuple, as one page has hundreds."""

    start: int
    end: int
    term: Term


def fold(text: str) -> str:
    """`text` in lower case with one kind of apostrophe, dash, space and width; always as long as before."""
    # Twenty searches by replace() cost a tenth of one translate() over a Cyrillic text.
    for sign, plain in _REPLACEMENTS:
        text = text.replace(sign, plain)
    return (text.translate(_FULL_WIDTH) if _HAS_FULL_WIDTH.search(text) else text).lower()


class Scanner:
    """Finds the forms of some terms. Of two that begin at one letter the earlier term wins.

    Every word, and every place in Japanese where a form may begin, is looked up by its first three letters, so that
    most words are passed by. The forms that begin with the same two are one expression, compiled when first met. One
    expression for all forms, a group each, took 3 s to compile and twenty times as long to match; one for each three
    letters was a little faster to match and took three times as long to compile.
    """

    def __init__(self, terms: Iterable[Term]) -> None:
        self._buckets: dict[str, list[tuple[Term, str, str]]] = defaultdict(list)
        self._compiled: dict[str, _Finder] = {}
        self._begins: dict[str, _Finder | None] = {}
        for term in terms:
            for form in term.forms.split():
                mark = form[0] if form[0] in "^=<" else ""
                bare = _plain(fold(form.removeprefix(mark)))
                self._buckets[bare[:2]].append((term, mark, bare[2:]))
        self._openings = re.compile(_openings(self._buckets))

    def find(self, text: str, language: str | None = None) -> Iterator[Match]:
        """Each term in `text`, in order and without overlap. Offsets are exact. `mul` stands for every language."""
        return self.find_folded(text, fold(text), language)

    def find_folded(self, text: str, folded: str, language: str | None = None) -> Iterator[Match]:
        """As `find`, for a text that was folded before."""
        primary, begins, buckets, end = (language or "").split("-")[0], self._begins, self._buckets, 0
        folded = _plain(folded)
        for opening in self._openings.finditer(folded):
            start = opening.start()
            if start < end:
                continue
            prefix = folded[start : start + 3]
            finder = begins[prefix] if prefix in begins else self._begin(prefix)
            match = finder(folded, start) if finder is not None else None
            if match is None:
                continue
            term, mark, _ = buckets[prefix[:2]][(match.lastindex or 1) - 1]
            stop = start + 1 if mark == "<" else match.end() - (folded[match.end() - 1] == _APOSTROPHE)
            if (mark or term.languages) and not _holds(term, mark, text[start:stop], primary):
                continue
            end = stop
            yield Match(start, stop, term)

    def _begin(self, prefix: str) -> _Finder | None:
        """What finds the forms that may begin with three letters; None, which is kept, too, where there are none."""
        is_any = any(_may_begin(tail, prefix[2:]) for _, _, tail in self._buckets.get(prefix[:2], ()))
        finder = (self._compiled.get(prefix[:2]) or self._compile(prefix[:2])) if is_any else None
        return self._begins.setdefault(prefix, finder)

    def _compile(self, prefix: str) -> _Finder:
        tails = "|".join(f"({_expand(tail)})" for _, _, tail in self._buckets[prefix])
        end = "" if _JAPANESE.match(prefix) else _WORD_END
        found = _expression(f"{re.escape(prefix)}(?:{tails}){end}").match
        return self._compiled.setdefault(prefix, found)


def _plain(folded: str) -> str:
    return folded.replace("'", _APOSTROPHE)


@cache
def _expression(form: str) -> re.Pattern[str]:
    """Compiled once for all scanners: the tables of one are mostly those of the other."""
    return re.compile(form)


def _may_begin(tail: str, third: str) -> bool:
    """False only where the rest of a form asks for another third letter."""
    is_letter = tail[:1].isalnum() and tail[1:2] not in {"?", "{"} and "|" not in _BRACKETS.sub("", tail)
    return not is_letter or tail[0] == third


def _openings(prefixes: Iterable[str]) -> str:
    """An expression for each word, and in Japanese for each two signs with which a form begins."""
    seconds: dict[str, str] = defaultdict(str)
    for prefix in sorted(filter(_JAPANESE.match, prefixes)):
        seconds[prefix[0]] += re.escape(prefix[1])
    return "|".join((_WORD, *(f"{first}(?=[{rest}])" for first, rest in seconds.items())))


def _expand(form: str) -> str:
    return form.replace("*", _OPEN_ENDING).replace("~", _GAP)


def _holds(term: Term, mark: str, text: str, language: str) -> bool:
    """The text is in a language the term is limited to, and has the capitals its form asks for."""
    if term.languages and language not in term.languages and language != "mul":
        return False
    if mark == "^":
        return text[0].isupper()
    return mark != "=" or sum(letter.isupper() for letter in text) > 1
