"""Whether bytes read as an encoding of one byte a letter look like what people write. Pure.

Cyrillic encodings read as one another give letters all the same, only the rare ones, in capitals, or signs. Read as a
Western encoding, Cyrillic or Japanese gives long runs of accented letters, which no Western language has.
"""

from __future__ import annotations

import codecs
import re
from itertools import pairwise

_CYRILLIC = ("cp1251", "koi8-r", "iso8859-5", "cp866")
_KIN = {"koi8-u": "koi8-r", "mac-cyrillic": "cp1251"}
_WESTERN = frozenset(
    {"cp1252", "iso8859-1", "iso8859-15", "latin_1", "latin-1", "cp1250", "cp1254", "iso8859-9", "iso8859-2"}
)
# The letters of Russian by how often they come, which the neighbours of Russian share.
_BY_FREQUENCY = "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэф"
_WEIGHT = {letter: 1.0 - rank / len(_BY_FREQUENCY) for rank, letter in enumerate(_BY_FREQUENCY)}
_RUN = re.compile(rb"[\x80-\xff]+")
_SAMPLE = 20_000
_ENOUGH, _LEAD = 24, 0.12
_LONG_RUN = 4
_OWN_WRITING = 0.6
_PLAIN_RUSSIAN = 0.61
_HALF_WIDTH, _KANA = re.compile("[\uff61-\uff9f]"), re.compile("[\u3041-\u3096]")


def better_cyrillic(body: bytes, encoding: str) -> str | None:
    """The Cyrillic encoding in which these bytes read clearly better than in this one; None where they do not."""
    name = _name(encoding)
    declared = _KIN.get(name, name)
    sample = b" ".join(_RUN.findall(body))[:_SAMPLE]
    if declared not in _CYRILLIC or len(sample) < _ENOUGH:
        return None
    scores = {other: _legibility(sample.decode(other, "replace")) for other in _CYRILLIC}
    best = max(scores, key=lambda other: scores[other])
    return best if scores[best] > max(_PLAIN_RUSSIAN, scores[declared] + _LEAD) else None


def better_japanese(body: bytes, encoding: str) -> str | None:
    """EUC-JP for what is declared as Shift_JIS, and the other way round, where the bytes are that; else None."""
    other = {"cp932": "euc_jp", "shift_jis": "euc_jp", "euc_jp": "cp932"}.get(_name(encoding))
    try:
        text = body.decode(other or "ascii")
    except UnicodeDecodeError:
        return None
    shown = body.decode(encoding, "replace")
    is_garbled = "\N{REPLACEMENT CHARACTER}" in shown or len(_HALF_WIDTH.findall(shown)) > len(_KANA.findall(shown))
    return other if is_garbled and _KANA.search(text) else None


def is_western(encoding: str) -> bool:
    """True for an encoding of Western and Central European languages."""
    return _name(encoding) in _WESTERN


def is_cyrillic(encoding: str) -> bool:
    """True for an encoding of one byte a letter for Cyrillic."""
    name = _name(encoding)
    return name in _CYRILLIC or name in _KIN


def is_of_other_script(body: bytes) -> bool:
    """True where most letters above ASCII stand in runs of four and more: no text in Latin letters."""
    runs = _RUN.findall(body[: 10 * _SAMPLE])
    total = sum(map(len, runs))
    return total >= _ENOUGH and sum(len(run) for run in runs if len(run) >= _LONG_RUN) > total * _OWN_WRITING


def most_legible_cyrillic(body: bytes) -> str | None:
    """The encoding in which these bytes read like Russian, None where they do in none."""
    sample = b" ".join(_RUN.findall(body))[:_SAMPLE]
    scores = {other: _legibility(sample.decode(other, "replace")) for other in _CYRILLIC}
    best = max(scores, key=lambda other: scores[other])
    return best if scores[best] > _PLAIN_RUSSIAN else None


def _name(encoding: str) -> str:
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        return encoding


def _legibility(text: str) -> float:
    """How much this looks like running Cyrillic text: about 0.7 for such, less than half of it for other readings."""
    total = sum(not sign.isspace() for sign in text) or 1
    score = 0.0
    for before, sign in pairwise(" " + text):
        if sign.isspace():
            continue
        if sign in _WEIGHT:
            score += _WEIGHT[sign]
        elif sign.lower() in _WEIGHT:
            score += 0.5 if not before.isalpha() else -0.3  # a capital within a word
        elif not sign.isalpha():
            score -= 0.2
    return score / total
