"""How a Japanese name is written in the alphabets of our pages: from its Hepburn spelling, forms and a common key.

Pure. Russian follows Polivanov (`Хиросима`), but papers also follow English (`Хирошима`); Kazakh, Tajik and Uzbek have
letters of their own (`Нағоя`, `Ҳирошима`), Uzbek and Turkmen a Latin of their own (`Xirosima`, `Hiroşima`).
"""

from __future__ import annotations

import re
from itertools import product

_MORA = re.compile(r"((?:sh|ch|ts|[kgsztdnhbpmyrwjf])?y?)([aiueo])|n|[kstp]")
_LATIN = {
    "sh": "sh ş s", "ch": "ch ç", "j": "j dz ž", "y": "y ý", "w": "w v", "h": "h x", "ts": "ts s",
}  # fmt: skip
_CYRILLIC = {
    "k": "к қ", "g": "г ғ", "s": "с", "z": "дз з", "t": "т", "ts": "ц тс с", "d": "д", "n": "н", "h": "х ҳ", "b": "б",
    "p": "п", "m": "м", "r": "р", "w": "в", "f": "ф", "": "", "y": "",
}  # fmt: skip
_CYRILLIC_VOWELS = {"a": "а", "i": "и", "u": "у", "e": "э е", "o": "о"}
_SOFT_VOWELS = {"a": "я", "u": "ю", "o": "ё е"}
# Polivanov's way and the one after English, by the vowel.
_TWO_WAYS = {
    "shi": "си ши", "sha": "ся ша", "shu": "сю шу", "sho": "сё шо", "chi": "ти чи", "cha": "тя ча", "chu": "тю чу",
    "cho": "тё чо", "ji": "дзи джи жи", "ja": "дзя джа", "ju": "дзю джу", "jo": "дзё джо", "ii": "ии ий",
}  # fmt: skip
_OPEN = "[а-яёқғңҳәіөұүўҷӣӯ']{0,8}"
_DECLINED = f"(?:[аяыиеуюойэӣ]{_OPEN}|ск[а-я]{{2,4}})"  # Осака, Осаке, Осакада, осакский: the last vowel goes

# Letter by letter, then what Polivanov spells otherwise, what follows English, and what sounds before lips.
_LETTERS = str.maketrans(
    {
        "а": "a", "б": "b", "в": "w", "г": "g", "ғ": "g", "д": "d", "е": "e", "ё": "yo", "ж": "j", "з": "z", "и": "i",
        "й": "i", "і": "i", "к": "k", "қ": "k", "л": "l", "м": "m", "н": "n", "ң": "n", "о": "o", "п": "p", "р": "r",
        "с": "s", "т": "t", "у": "u", "ұ": "u", "ү": "u", "ф": "f", "х": "h", "ҳ": "h", "һ": "h", "ц": "ts", "ч": "ch",
        "ш": "sh", "щ": "sh", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu", "я": "ya", "ҷ": "j", "ӣ": "i", "ӯ": "u",
        "ў": "u", "ş": "sh", "ç": "ch",
        "ý": "y", "ž": "j", "ō": "o", "ū": "u", "ı": "i", "x": "h", "v": "w",
    }
)  # fmt: skip
_SOUNDS = tuple(
    pair.split(":")
    for pair in (
        *("dzy:j", "dzi:ji", "dj:j", "dz:z", "jya:ja", "jyu:ju", "jyo:jo", "sya:sha", "syu:shu", "syo:sho", "si:shi"),
        *("tya:cha", "tyu:chu", "tyo:cho", "ti:chi", "mb:nb", "mp:np", "mm:nm"),
    )
)
_TWICE = re.compile(r"(.)\1")


def forms_of(romaji: str) -> str:
    """Forms for a table (`terms.py`) of a name in Hepburn without macrons: Latin and Cyrillic, with case endings."""
    morae = [match.group() for match in _MORA.finditer(romaji)]
    cyrillic = [_cyrillic(mora, before) for mora, before in zip(morae, ["", *morae], strict=False)]
    declines = cyrillic[-1][0][-1] in "ая"
    if declines:
        cyrillic[-1] = [way[:-1] for way in cyrillic[-1]]
    latin = [_latin(mora, before) for mora, before in zip(morae, ["", *morae], strict=False)]
    stems = [f"{stem}{_DECLINED if declines else _OPEN}" for stem in _written(cyrillic)]
    return " ".join(dict.fromkeys((*(f"{form}*" for form in _written(latin)), *stems)))


def key_of(word: str) -> str:
    """One spelling for all in which a Japanese name may stand: `Иидзима`, `Ииджима` and `Iijima` are one."""
    key = word.lower().translate(_LETTERS)
    for spelling, plain in _SOUNDS:
        key = key.replace(spelling, plain)
    key = _TWICE.sub(r"\1", key)
    return f"y{key[1:]}" if key.startswith("io") else key


def _written(ways: list[list[str]]) -> list[str]:
    """The name with its first morae written out, as a table asks for two plain signs, and the rest as an expression."""
    heads = ["".join(parts) for parts in product(*ways[:2])]
    rest = "".join(map(_one_of, ways[2:]))
    return [f"{head}{rest}" for head in heads]


def _one_of(ways: list[str]) -> str:
    """The ways as an expression: where they differ in one letter a class of letters, which compiles faster."""
    if len(ways) == 1:
        return ways[0]
    firsts = {way[0] for way in ways}
    tails = {way[1:] for way in ways}
    if len(tails) == 1:
        return f"[{''.join(sorted(firsts))}]{tails.pop()}"
    return f"(?:{'|'.join(ways)})"


def _latin(mora: str, before: str) -> list[str]:
    if mora == "i" and before:
        return ["i", "ý", "y"]
    consonant = mora.rstrip("aiueo")
    first = _LATIN.get(consonant, consonant).split() or [""]
    return [f"{one}{mora[len(consonant) :]}" for one in first]


def _cyrillic(mora: str, before: str) -> list[str]:
    if mora in _TWO_WAYS:
        return _TWO_WAYS[mora].split()
    consonant = mora.rstrip("aiueo")
    vowel = mora[len(consonant) :]
    if not vowel:
        return ["н", "м"] if mora == "n" else _CYRILLIC[mora].split()
    if mora == "i" and before:
        return ["и", "й"]
    vowels = _SOFT_VOWELS if consonant.endswith("y") else _CYRILLIC_VOWELS
    firsts = _CYRILLIC[consonant.removesuffix("y")].split() or [""]
    return [f"{one}{two}" for one in firsts for two in vowels[vowel].split()]
