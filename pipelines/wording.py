"""Which wording of a headline came first, where a page that was reworded still names it to machines. Pure.

Newsrooms reword the headline that a page shows, for search engines or as a story goes on. Its address keeps the words
of the day of publication, and on some sites the linked data or `og:title` keep the whole line.
"""

from __future__ import annotations

import re
import unicodedata
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from pipelines.keys import text_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipelines.page import Page

_WORD = re.compile(r"[^\W\d_]{2,}")
_SPELT_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "å": "aa", "ø": "oe", "æ": "ae"})
_APOSTROPHES = re.compile("['’‘ʻ]")
_ALNUM = re.compile(r"[^\W_]+")
_SUFFIX = re.compile(r"\.[a-z]{2,5}$")
_COUNTER = re.compile(r"(?:^|[-_.,])(?:\d{5,}|[a-f]*\d[a-f0-9]{7,})(?=$|[-_.,])")
_LEAST_WORDS, _LEAST_LEAD, _LEAST_TITLE = 5, 0.3, 4


def first_wording(page: Page, shown: str, social: str | None, url: str | None = None) -> str | None:
    """The headline of the linked data where the address has its words and clearly fewer of the shown one; else None.

    Where the address is that headline word for word, or `social`, the page's `og:title` without the site, it counts
    even if the shown one shares most words with it. `url` is the address that the page was fetched by.
    """
    canonical = page.link("canonical") or page.meta("og:url") or ""
    words = {one: _words_of_address(one) for one in dict.fromkeys((canonical, url or ""))}
    addresses = [one for one in words if len(words[one]) >= _LEAST_WORDS]
    if not addresses:
        return None
    address = words[addresses[0]]
    headlines = [text for text in _headlines(page) if not _is_part(text_key(shown), text_key(text))]
    for text in headlines:
        if _share(text, address) - _share(shown, address) >= _LEAST_LEAD:
            return text
    others = [*headlines, *([social] if social and not _is_part(text_key(shown), text_key(social)) else [])]
    if not others:
        return None
    spelt = {_spelt(_slug(one)) for one in addresses}
    if _spelt(_plain(shown)) in spelt:
        return None
    return next((text for text in others if _spelt(_plain(text)) in spelt), None)


def agreed_wording(page: Page, shown: str, declared: Sequence[str | None]) -> str | None:
    """What `og:title`, `twitter:title` and the page's title all say in other words than the shown headline; else None.

    Only where no linked data have a headline of their own.
    """
    keys = {text_key(text) for text in declared if text}
    if len(keys) != 1 or not all(declared) or any(True for _ in _headlines(page)):
        return None
    text = unescape(declared[0] or "")
    is_whole = len(text.split()) >= _LEAST_TITLE and "|" not in text  # what stands behind a stroke may be the site
    return text if is_whole and not _is_part(text_key(shown), text_key(text)) else None


def _headlines(page: Page) -> Iterator[str]:
    """The headlines of the articles in the linked data."""
    for item in page.linked_data:
        headline = item.get("headline")
        if isinstance(headline, str) and str(item.get("@type")).endswith(("Article", "Posting")):
            yield " ".join(unescape(headline).split())


def _is_part(one: str, other: str) -> bool:
    return one in other or other in one


def _share(title: str, address: frozenset[str]) -> float:
    """The part of the address's words, 0 to 1, that a title has."""
    return len(address & _words(title)) / len(address)


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(_plain(text)))


def _plain(text: str) -> str:
    """A text in small letters without marks, as addresses spell it."""
    plain = _APOSTROPHES.sub("", text.casefold())
    if plain.isascii():
        return plain
    plain = plain.translate(_SPELT_OUT)
    return "".join(sign for sign in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(sign))


def _spelt(plain: str) -> str:
    return "".join(_ALNUM.findall(plain))


def _slug(url: str) -> str:
    """The longest part of an address, without numbers that only count."""
    try:
        path = unquote(urlsplit(url).path)
    except ValueError:
        return ""
    parts = [_SUFFIX.sub("", part) for part in _plain(path).split("/")]
    return _COUNTER.sub(" ", max(parts, key=lambda part: len(_WORD.findall(part)), default=""))


def _words_of_address(url: str) -> frozenset[str]:
    """The words of the part of an address that is made of most words."""
    try:
        path = unquote(urlsplit(url).path)
    except ValueError:
        return frozenset()
    parts = (part.rsplit(".", 1)[0] for part in path.split("/"))
    return max((_words(part) for part in parts), key=len, default=frozenset())
