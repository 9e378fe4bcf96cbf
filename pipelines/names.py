"""What may be the name of an author, and lists of names taken apart. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipelines import phrases
from pipelines.keys import text_key

if TYPE_CHECKING:
    from collections.abc import Iterable

_AND = re.compile(
    r"\s*(?:,|;|、|，|・(?=\S{2,} )|\band\b|&|\bund\b|\bet\b|\bи\b|\bva\b|\bва\b|және|жана|\bwe\b)\s*", re.IGNORECASE
)
_ROLE = re.compile(r"\s*(?:[|/–—]|\s-\s|[（(]).*$|\s+in\s+[A-Z]\w+$|\s(?:Published|Posted|Updated)(?:\s.*)?$")
_BY = re.compile(
    r"^(?:by|автор|авторы|муаллиф|muallif|文|written by|text by|author|von|par)\s*[:：=]?\s+"
    r"|^(?:文|執筆|著者)[・:：＝=]\s*",
    re.IGNORECASE,
)
_LOWER_PARTS = frozenset(
    [
        "de",
        "da",
        "del",
        "della",
        "der",
        "den",
        "di",
        "du",
        "van",
        "von",
        "zu",
        "la",
        "le",
        "bin",
        "ibn",
        "al",
        "el",
        "ter",
        "dos",
        "das",
        "o‘g‘li",
        "qizi",
        "oglu",
        "ogly",
        "kyzy",
        "uulu",
    ]
)
_CJK_NAME = re.compile(
    r"[\u3400-\u9fff\u3040-\u30ff々ー]{2,6}(?:[\s\u3000・=＝][\u3400-\u9fff\u3040-\u30ff々ー]{1,8}){0,2}"
    r"|[\u30a0-\u30ff]{2,12}"
)
# Agencies that sign, many in small letters.
AGENCY = re.compile(
    r"dpa(?:[-/ ]\w+)?|afp|sda|apa|ap|reuters|rtr|kna|epd|sid|ansa|efe|pap|čtk|ctk|tass|тасс|риа новости|интерфакс|"
    r"keystone-sda|deutsche presse-agentur|(?:the )?associated press|agence france-presse|xinhua|"
    r"kyodo(?: news)?|jiji press|共同通信(?:社)?|時事通信(?:社)?|pti|ani|ians|kazinform|казинформ|кабар|kyodo news",
    re.IGNORECASE,
)
_ORGANISATION_BEHIND = re.compile(r"(?P<name>[^\s.]{2,} [^\s.]{2,})\.\s+\S.*")
_NOT_IN_NAMES = re.compile(r"(?<![A-Za-z])\d|\d{3}|[@/:!?<>{}#*\"“”«»]|https?|www\.|\.com")
_ARABIC_NAME = re.compile(r"[\u0600-\u06ff\u200c]{2,}(?: [\u0600-\u06ff\u200c]{2,}){1,4}")


def people(names: Iterable[str], site_keys: set[str]) -> list[str]:
    """The distinct names among these texts, in order, without the names of the site."""
    kept: dict[str, str] = {}
    for name in names:
        for part in split_names(name):
            if is_name(part) and text_key(part) not in site_keys:
                kept.setdefault(text_key(part), part)
    return list(kept.values())


def split_names(text: str) -> list[str]:
    """The single names in a byline, without label and role."""
    bare = _BY.sub("", " ".join(text.split()))
    if alone := _ORGANISATION_BEHIND.fullmatch(bare):
        bare = alone["name"]
    parts = [_ROLE.sub("", part).strip(" .,;:·•") for part in _AND.split(bare)]
    parts = [part for part in parts if part]
    # `NAME, City`: one word behind a full name is where or what somebody is.
    if parts and " " in parts[0] and parts[0].isascii() == parts[-1].isascii():
        return [part for part in parts if " " in part or AGENCY.fullmatch(part)]
    return parts


def is_name(text: str) -> bool:
    """True for what may be a person or a newsroom: a few capitalised words, or a Japanese or Arabic-script name."""
    if AGENCY.fullmatch(text):
        return True
    if not 2 <= len(text) <= 60 or _NOT_IN_NAMES.search(text):
        return False
    if any(table.fullmatch(text) for table in _NO_NAMES):
        return False
    if _CJK_NAME.fullmatch(text) or _ARABIC_NAME.fullmatch(text):
        return True
    words = text.split()
    capital = [word for word in words if word[0].isupper() or word.casefold() in _LOWER_PARTS]
    is_open = words[-1].islower() and words[-1] in _LOWER_PARTS  # `Publié le`
    return len(words) <= 6 and len(capital) == len(words) and not is_open and any(word[0].isupper() for word in words)


_NO_NAMES = (phrases.PLACEHOLDER_AUTHOR, phrases.SHARE, phrases.RELATED, phrases.FURNITURE, phrases.AUTHOR_BOX)
