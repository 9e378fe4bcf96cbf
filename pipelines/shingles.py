"""A text as the units that near duplicates are measured in: words, or characters where a script has no spaces. Pure.

Cyrillic is folded to Latin, in one way for all languages, so that an Uzbek or Kazakh text is found in either script.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise

from pipelines.phrases_share import SHARE

_WORD = re.compile(r"[^\W_]+")
_LETTER = re.compile(r"[^\W\d_]")
_LETTER_RUN = re.compile(r"[^\W\d_]+")
_DIGIT = re.compile(r"\d")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]+")
_SPACELESS = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")
_APOSTROPHES = dict.fromkeys(map(ord, "'`´ʹʻʼʽʾʿˈ‘’‛′ъьЪЬ"))
_LETTERS = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "io", "ж": "j", "з": "z", "и": "i", "й": "i",
    "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f",
    "х": "h", "ц": "s", "ч": "ch", "ш": "sh", "щ": "sh", "ы": "i", "э": "e", "ю": "iu", "я": "ia",
    "ә": "a", "ғ": "g", "қ": "q", "ң": "n", "ө": "o", "ұ": "u", "ү": "u", "һ": "h", "і": "i", "ў": "o", "ҳ": "h",
    # Kazakh and Uzbek in Latin letters, in the alphabets of 2018, 2019 and 2021, brought to the same.
    "ş": "sh", "ç": "ch", "ý": "u", "ı": "i", "x": "h", "y": "i",
}  # fmt: skip
_FOLD = str.maketrans(_LETTERS) | _APOSTROPHES
# What is left of most texts after these is ASCII. No sign is folded to one that is folded itself.
_FOLDED = {chr(sign): str(to or "") for sign, to in _FOLD.items()} | dict.fromkeys("«»–—“”„•", " ")
# What parts words in a text of ASCII; a translation is far quicker than an expression.
_BREAKS = {number: " " for number in range(128) if not chr(number).isalnum()}
_MARKS = re.compile(r"[\u0300-\u036f]+")
_SHORT = 5
_SAMPLE = 1000
WORDS_TOGETHER, CHARACTERS_TOGETHER = 2, 3


@dataclass(frozen=True, slots=True)
class Units:
    """The units of a text in their order; `together` of them side by side are a shingle.

    `script` is `Cyrl` where most letters are Cyrillic, and empty otherwise: the units no longer show it.
    """

    units: tuple[str, ...]
    together: int
    script: str

    @property
    def digest(self) -> str:
        """24 hex digits: equal for texts of equal units."""
        return hashlib.sha256(" ".join(self.units).encode()).hexdigest()[:24]

    @property
    def shingles(self) -> list[str]:
        """The shingles in their order; none of a text that is shorter than one."""
        if self.together == WORDS_TOGETHER:
            return [f"{one} {other}" for one, other in pairwise(self.units)]
        rows = [self.units[start:] for start in range(self.together)]
        return [" ".join(row) for row in zip(*rows, strict=False)]


def units_of(text: str) -> Units:
    """The units of a clean text. A date, a count, a time or a share line alone at either end is none of it."""
    body = _without_loose_ends(unicodedata.normalize("NFKC", text).casefold())
    script, is_spaceless = _script_of(body[:_SAMPLE])
    if is_spaceless:
        return Units(tuple("".join(_WORD.findall(body))), CHARACTERS_TOGETHER, script)
    return Units(tuple(_words(_folded(body))), WORDS_TOGETHER, script)


def _script_of(beginning: str) -> tuple[str, bool]:
    """`Cyrl` where most letters are, and whether more than a third of them are of a script without spaces."""
    if beginning.isascii():
        return "", False
    letters, cyrillic, spaceless = (
        len("".join(kind.findall(beginning))) for kind in (_LETTER_RUN, _CYRILLIC, _SPACELESS)
    )
    return "Cyrl" if cyrillic * 2 > letters else "", spaceless * 3 > letters


def _folded(text: str) -> str:
    if text.isascii():
        plain = text.translate(_FOLD)
    else:
        # One sign after the other: a translation looks each letter up.
        for sign, to in _FOLDED.items():
            text = text.replace(sign, to)
        plain = text
        if not text.isascii():
            plain = unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFD", text)))
    # The Cyrillic е is ye at the beginning of a word in Latin letters, ц is ts or s.
    return plain.replace("ie", "e").replace("ts", "s")


def _words(text: str) -> list[str]:
    return text.translate(_BREAKS).split() if text.isascii() else _WORD.findall(text)


def _without_loose_ends(text: str) -> str:
    paragraphs = [part for part in text.split("\n") if part.strip()]
    first, last = 0, len(paragraphs)
    while first < last and _is_loose(paragraphs[first]):
        first += 1
    while first < last and _is_loose(paragraphs[last - 1]):
        last -= 1
    return "\n".join(paragraphs[first:last] or paragraphs)


def _is_loose(paragraph: str) -> bool:
    if _LETTER.search(paragraph) is None:
        return True
    is_short = len(paragraph) <= _SHORT * 8 and len(_WORD.findall(paragraph)) <= _SHORT
    return is_short and (_DIGIT.search(paragraph) is not None or SHARE.fullmatch(paragraph.strip()) is not None)
