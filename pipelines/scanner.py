"""Tables of names made ready to be looked for, and the walk over a text that finds them. Pure.

How the forms of a table are written says `terms.py`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from pipelines.literals import Literals, first_signs, is_choice
from pipelines.terms import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from pipelines.terms import Term

    _Finder = Callable[[str, int], re.Match[str] | None]

_LETTER = r"a-zß-öø-ɏ\u0400-\u052f"
# While forms are looked for, the apostrophe is the sign below `a`: so letters and apostrophe are two ranges, which
# compile in half the time of more. Between ß and the end of Cyrillic stand a few that none of our languages writes.
_APOSTROPHE = "`"
_LONGEST_ENDING: Final = 16
_OPEN_ENDING = rf"[`-zß-\u052f]{{0,{_LONGEST_ENDING}}}"
_GAP_SIGNS, _LONGEST_SPACE = frozenset('-`"«»“”'), 3
_GAP = r"[\s\-`\"«»“”]{1,3}"
_LETTERS_END: Final = 0x530
_IS_LETTER: Final = bytes(re.match(f"[{_LETTER}0-9]", chr(code)) is not None for code in range(_LETTERS_END))
_WORD_END = r"(?![a-zß-\u052f])"
_ENDINGS = {f"(?:){_WORD_END}": 0, f"(?:{_OPEN_ENDING}){_WORD_END}": _LONGEST_ENDING}
_JAPANESE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_INNERMOST = re.compile(r"\[[^\]]*\]|\([^()\[]*\)")
# Who looks for the first name of two stops early: most pages name both in their first lines.
_FIRST_PIECE: Final = 512
_PIECE: Final = 4096
_LETTER_FIRST = re.compile(r"[^\W_](?![?*{])")
# The first two signs, and all that follow up to one that is repeated, left out or chosen.
_LITERAL = re.compile(r"..(?:[^()\[\]{}?*+|~\\^$.](?![?{+]))*", re.DOTALL)


class Match:
    """A term found at the offsets `start` to `end` of the text as it was given. A plain class: a page has hundreds."""

    def __init__(self, start: int, end: int, term: Term) -> None:
        self.start = start
        self.end = end
        self.term = term


class _Form:
    """What follows the literal beginning of a form, as an expression, and what else it asks for.

    `letters` is how many may follow of a form that is nothing but its beginning and an ending; of others it is -1.
    """

    def __init__(self, term: Term, mark: str, rest: str, literal_length: int) -> None:
        self.term = term
        self.mark = mark
        self.rest = rest
        self.literal_length = literal_length
        self.is_conditional = bool(mark or term.languages)
        self.letters = _ENDINGS.get(rest, -1)
        self.finder: _Finder | None = None  # compiled when first met


class _Follows(NamedTuple):
    """The signs that the rest of a form begins with, none where that is open; `is_apart`: behind a gap."""

    signs: frozenset[str]
    is_apart: bool


class _Beginning:
    """The forms that begin with one literal, by their numbers: `always` those that may hold whatever follows it.

    `followed` and `apart` are all that may hold where a sign follows at once, or behind a gap.
    """

    def __init__(self, literal: str, follows: Mapping[int, _Follows]) -> None:
        self.always = [order for order, one in follows.items() if not one.signs]
        self.followed = _table(follows, is_apart=False)
        self.apart = _table(follows, is_apart=True)
        self.is_japanese = _JAPANESE.match(literal) is not None


class Scanner:
    """Finds the forms of some terms. Of two that begin at one letter the earlier term wins.

    One walk over the text finds the literal beginnings of all forms; only there, and where the sign that follows may be
    theirs, is the rest of a form matched, an expression that many forms share and that is compiled when first met. One
    expression for all forms took 3 s to compile; one for those with the same two letters took a second in all, and
    each word had to be looked up in Python.
    """

    def __init__(self, terms: Iterable[Term]) -> None:
        self._forms: list[_Form] = []
        beginnings: dict[str, list[int]] = defaultdict(list)
        for term in terms:
            for form in term.forms.split():
                literal, mark, rest = _parts_of(form)
                beginnings[literal].append(len(self._forms))
                self._forms.append(_Form(term, mark, rest, len(literal)))
        self._literals = list(beginnings.items())
        self._met: list[_Beginning | None] = [None] * len(beginnings)
        self._longest = max(map(len, beginnings), default=0)
        self._beginnings = Literals(list(beginnings))

    def _beginning(self, number: int) -> _Beginning:
        """The beginning of this number, kept from then on: to know what may follow all of them takes 0.2 s."""
        literal, orders = self._literals[number]
        met = _Beginning(literal, {order: _follows(self._forms[order].rest) for order in orders})
        self._met[number] = met
        return met

    def find(self, text: str, language: str | None = None) -> Iterator[Match]:
        """Each term in `text`, in order and without overlap. Offsets are exact. `mul` stands for every language."""
        for found in self._by_piece(text, fold(text), language, _FIRST_PIECE):
            yield from found

    def find_folded(self, text: str, folded: str, language: str | None = None) -> list[Match]:
        """As `find`, all at once, for a text that was folded before."""
        found: list[Match] = []
        for matches in self._by_piece(text, folded, language, _PIECE):
            found += matches
        return found

    def _by_piece(self, text: str, folded: str, language: str | None, first: int) -> Iterator[list[Match]]:
        """The terms of each piece of a text, of which the first has so many letters."""
        plain, primary = _plain(folded), (language or "").split("-")[0]
        begin, stop, end = 0, first, 0
        while begin < len(plain):
            found = self._found(text, plain, begin, stop, end=end, language=primary)
            yield found
            begin, stop, end = stop, stop + _PIECE, found[-1].end if found else end

    def _found(self, text: str, folded: str, begin: int, stop: int, *, end: int, language: str) -> list[Match]:
        """The terms that start from `begin` to `stop`; `end` is where the last one before them ended."""
        found, forms, count = [], self._forms, len(self._forms)
        for begun in self._begun(folded, begin, stop):
            start, form = begin + begun // count, forms[begun % count]
            if start < end:
                continue
            form_end = _form_end(form, folded, start + form.literal_length)
            if form_end < 0:
                continue
            if form.mark == "<":
                form_end = start + 1
            elif folded[form_end - 1] == _APOSTROPHE:
                form_end -= 1
            end = start + 1  # no other form at this letter, even if this one does not hold
            if form.is_conditional and not _holds(form.term, form.mark, text[start:form_end], language):
                continue
            end = form_end
            found.append(Match(start, end, form.term))
        return found

    def _begun(self, folded: str, begin: int, stop: int) -> list[int]:
        """The forms whose literal beginnings stand from `begin` to `stop`, in order; those of words at words alone.

        Each is one number, as these sort ten times as fast as tuples: how far behind `begin`, times the number of all
        forms, and the number of its own.
        """
        begun: list[int] = []
        met, count = self._met, len(self._forms)
        for number, begins, ends in self._beginnings.found(folded[begin : stop + self._longest]):
            start = begin + begins
            if start >= stop:
                continue
            beginning = met[number] or self._beginning(number)
            if start > 0 and not beginning.is_japanese and _is_letter(ord(folded[start - 1])):
                continue
            for order in _fitting(beginning, folded, begin + ends):
                begun.append(begins * count + order)  # noqa: PERF401  (a list for each would cost more)
        begun.sort()
        return begun


def _form_end(form: _Form, folded: str, at: int) -> int:
    """Where the rest of a form ends that begins at `at`; -1 where it does not hold."""
    if form.letters >= 0:
        return _word_end(folded, at, form.letters)
    if form.finder is None:
        form.finder = _expression(form.rest)
    match = form.finder(folded, at)
    return -1 if match is None else match.end()


def _word_end(folded: str, at: int, letters: int) -> int:
    """Where a word ends after so many letters and apostrophes at most; -1 where it goes on.

    What the two expressions in `_ENDINGS` find, without them: half of all forms are nothing else.
    """
    end, most = at, min(at + letters, len(folded))
    while end < most and (_goes_on(ord(folded[end])) or folded[end] == _APOSTROPHE):
        end += 1
    while end < len(folded) and _goes_on(ord(folded[end])):  # longer, or whole up to an apostrophe
        if end == at:
            return -1
        end -= 1
    return end


def _goes_on(code: int) -> bool:
    """What `_WORD_END` rules out."""
    return 0x61 <= code <= 0x7A or 0xDF <= code <= 0x52F


def _is_letter(code: int) -> bool:
    return code < _LETTERS_END and _IS_LETTER[code] != 0


def _fitting(beginning: _Beginning, folded: str, end: int) -> list[int]:
    """The forms with this beginning, which ends at `end`, that what follows in the text does not rule out."""
    if end == len(folded):
        return beginning.always
    fitting = beginning.followed.get(folded[end])  # never of a sign that a gap may begin with: `_follows`
    if fitting is not None:
        return fitting
    if beginning.apart and _is_space(folded[end]):
        for place in range(end + 1, min(end + _LONGEST_SPACE + 1, len(folded))):
            sign = folded[place]
            if not _is_space(sign):
                return beginning.apart.get(sign, beginning.always)
    return beginning.always


def _table(follows: Mapping[int, _Follows], *, is_apart: bool) -> dict[str, list[int]]:
    """The forms, in their order, that may hold before each sign that some of them begin with."""
    signs = {sign for one in follows.values() if one.is_apart == is_apart for sign in one.signs}
    return {
        sign: [
            order for order, one in follows.items() if not one.signs or (one.is_apart == is_apart and sign in one.signs)
        ]
        for sign in signs
    }


@cache
def _follows(rest: str) -> _Follows:
    """What the rest of a form begins with."""
    inner = rest.removesuffix(_WORD_END).removeprefix("(?:").removesuffix(")")
    behind = inner.removeprefix(_GAP)
    if "|" not in inner and _LETTER_FIRST.match(behind):  # most of them: no need to parse an expression
        return _Follows(frozenset(behind[0]), len(behind) < len(inner))
    is_apart = len(behind) < len(inner) and not is_choice(inner)
    found = first_signs(behind if is_apart else inner)
    return _Follows(frozenset(), False) if any(map(_is_space, found)) else _Follows(found, is_apart)


def _is_space(sign: str) -> bool:
    """Whether a sign may stand in the gap between two words."""
    return sign == " " or sign in _GAP_SIGNS or sign.isspace()


@cache
def _parts_of(form: str) -> tuple[str, str, str]:
    """The literal beginning of a form, its mark and the rest of it."""
    mark = form[0] if form[0] in "^=<" else ""
    bare = _plain(fold(form.removeprefix(mark)))
    is_japanese = _JAPANESE.match(bare) is not None
    literal = bare[:2] if "|" in bare and _is_choice(bare) else _LITERAL.match(bare)[0]  # type: ignore[index]
    rest = f"(?:{_expand(bare[len(literal) :])}){'' if is_japanese else _WORD_END}"
    return literal, mark, rest


def _is_choice(form: str) -> bool:
    """Whether a form is one of several as a whole, not only in its brackets."""
    inner = ""
    while inner != form:
        inner, form = form, _INNERMOST.sub("", form)
    return "|" in form


def _plain(folded: str) -> str:
    return folded.replace("'", _APOSTROPHE)


@cache
def _expression(rest: str) -> _Finder:
    """Compiled once for all scanners: the tables of one are mostly those of the other."""
    return re.compile(rest).match


def _expand(form: str) -> str:
    return form.replace("*", _OPEN_ENDING).replace("~", _GAP)


def _holds(term: Term, mark: str, text: str, language: str) -> bool:
    """The text is in a language the term is limited to, and has the capitals its form asks for."""
    if term.languages and language not in term.languages and language != "mul":
        return False
    if mark == "^":
        return text[0].isupper()
    return mark != "=" or sum(letter.isupper() for letter in text) > 1
