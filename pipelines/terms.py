"""What a table of names is made of, and how a text is folded before its names are looked for.

Pure. Rule 1: a table (`terms_*.py`) says what is looked for, `scanner.py` how; what a hit means is the judge's matter.
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
from dataclasses import dataclass

# One sign for all that look alike. The dotted capital I is the only letter whose lower case is longer than itself.
_ALIKE = (("ʻ‘’ʼʹ`´", "'"), ("–—‑−", "-"), ("\u00a0\u202f\u3000", " "), ("İ", "i"), ("ōŌ", "o"), ("ūŪ", "u"))
_REPLACEMENTS = tuple((sign, plain) for signs, plain in _ALIKE for sign in signs)
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_HAS_FULL_WIDTH = re.compile("[\uff01-\uff5e]")


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


def fold(text: str) -> str:
    """`text` in lower case with one kind of apostrophe, dash, space and width; always as long as before."""
    if text.isascii():
        return text.replace("`", "'").lower()
    # Twenty searches by replace() cost a tenth of one translate() over a Cyrillic text.
    for sign, plain in _REPLACEMENTS:
        text = text.replace(sign, plain)
    return (text.translate(_FULL_WIDTH) if _HAS_FULL_WIDTH.search(text) else text).lower()
