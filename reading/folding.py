"""Texts as runs of letters that compare equal when a reader would call them the same word. Pure.

Case, width and the accents of Latin letters do not count, nor do the many apostrophes of Uzbek (o‘zbek, oʻzbek, o'zbek,
ozbek), nor the two dots of a Russian ё. Letters of Cyrillic alphabets that have a sound of their own stay. A run of
Japanese or Chinese has no spaces to divide it: it is indexed by pairs of characters, so that any part of it is found.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_APOSTROPHES = "'’‘ʻʼ`´ʹʾʿ＇"
_SPACELESS = (
    "\u3005-\u3007\u3040-\u30fa\u30fc-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f"
    "\U00020000-\U0003134f"
)
_RUN = re.compile(
    rf"(?P<spaceless>[{_SPACELESS}]+)"
    rf"|(?:(?![{_SPACELESS}])[^\W_])(?:(?:(?![{_SPACELESS}])[^\W_])|[\u0300-\u036f]|[{_APOSTROPHES}](?=[^\W_]))*"
)
_MARK = str.maketrans("", "", _APOSTROPHES)
_LATIN_MARKS = re.compile(r"(?<=[a-z])[\u0300-\u036f]+")
_MARKS = re.compile(r"[\u0300-\u036f]+")
_LETTERS = str.maketrans({"ё": "е", "ı": "i", "ø": "o", "ł": "l", "đ": "d"})


@dataclass(frozen=True, slots=True)
class Run:
    """Letters that stand together in a text, from `start` to `end`, as they are compared: `folded`."""

    folded: str
    start: int
    end: int
    is_spaceless: bool


def runs_of(text: str) -> Iterator[Run]:
    """The runs of a text in its order; what is neither a letter nor a digit is in none."""
    for match in _RUN.finditer(text):
        is_spaceless = match["spaceless"] is not None
        folded = fold(match[0])
        if folded:
            yield Run(folded, match.start(), match.end(), is_spaceless)


@lru_cache(maxsize=100_000)
def fold(run: str) -> str:
    """A run as it is compared."""
    folded = unicodedata.normalize("NFKC", run.translate(_MARK)).casefold()
    if not folded.isascii():
        plain = _LATIN_MARKS.sub("", unicodedata.normalize("NFD", folded))
        # What still stands by itself is no part of a letter: the stress of a Russian word.
        folded = _MARKS.sub("", unicodedata.normalize("NFC", plain)).translate(_LETTERS)
    return folded


def terms_of(text: str) -> Iterator[str]:
    """What is indexed of a text: words, and of runs without spaces each pair, then the last character by itself."""
    for run in runs_of(text):
        yield from pairs_of(run.folded) if run.is_spaceless else (run.folded,)


def pairs_of(folded: str) -> list[str]:
    """The pairs of neighbours in a run without spaces, then its last character."""
    return [folded[place : place + 2] for place in range(len(folded))]
