"""Which wording of a headline came first, where a page that was reworded still names it to machines. Pure.

Newsrooms reword the headline that a page shows, for search engines or as a story goes on. Its address keeps the words
of the day of publication, and on some sites the linked data keep the whole line.
"""

from __future__ import annotations

import re
import unicodedata
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from pipelines.keys import text_key

if TYPE_CHECKING:
    from pipelines.page import Page

_WORD = re.compile(r"[^\W\d_]{2,}")
_SPELT_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "å": "aa", "ø": "oe", "æ": "ae"})
_APOSTROPHES = re.compile("['’‘ʻ]")
_LEAST_WORDS, _LEAST_LEAD = 5, 0.3


def first_wording(page: Page, shown: str) -> str | None:
    """The headline of the linked data where the address has its words and clearly fewer of the shown one; else None."""
    address = _words_of_address(page.link("canonical") or page.meta("og:url") or "")
    if len(address) < _LEAST_WORDS:
        return None
    for item in page.linked_data:
        headline = item.get("headline")
        if not isinstance(headline, str) or not str(item.get("@type")).endswith(("Article", "Posting")):
            continue
        text = " ".join(unescape(headline).split())
        if _is_part(text_key(shown), text_key(text)):
            continue
        if _share(text, address) - _share(shown, address) >= _LEAST_LEAD:
            return text
    return None


def _is_part(one: str, other: str) -> bool:
    return one in other or other in one


def _share(title: str, address: frozenset[str]) -> float:
    """The part of the address's words, 0 to 1, that a title has."""
    return len(address & _words(title)) / len(address)


def _words(text: str) -> frozenset[str]:
    plain = _APOSTROPHES.sub("", text.casefold()).translate(_SPELT_OUT)
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(sign))
    return frozenset(_WORD.findall(bare))


def _words_of_address(url: str) -> frozenset[str]:
    """The words of the part of an address that is made of most words."""
    try:
        path = unquote(urlsplit(url).path)
    except ValueError:
        return frozenset()
    parts = (part.rsplit(".", 1)[0] for part in path.split("/"))
    return max((_words(part) for part in parts), key=len, default=frozenset())
