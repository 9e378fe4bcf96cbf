"""A page looked at before it is read: what names one side at most is dropped before parser, extractor and classifier.

Pure. The whole page is looked at, its head, menus and linked data too, so that whatever title and text can come from is
in sight: this may let a page through, never lose one that the judge would keep.
"""

from __future__ import annotations

import html
import re

from pipelines.relevance import may_concern_both
from pipelines.surrogates import whole

ONE_SIDE = "title and text do not name both sides"
"""The detail of a page that is dropped for it, the same whether the page or its clean text was looked at."""
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_SCRIPT = re.compile(r"<(?=script\b|style\b)", re.IGNORECASE)
_LINKED_DATA = re.compile(r"script\b[^>]{0,200}ld\+json", re.IGNORECASE)
_SCRIPT_END = re.compile(r"</(?:script|style)\b[^>]{0,20}>", re.IGNORECASE)
# What may stand within a word or a name without being seen, and what may stand between two words of one.
_INLINE = re.compile(r"</?(?:a|b|i|u|em|strong|span|font|mark|small|big|sup|sub|abbr|wbr|bdi)\b[^<>]*>", re.IGNORECASE)
_BREAK = re.compile(r"</?(?:br|p|div|li|td|th|tr|h[1-6])\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
# With less than this a page shows no text: it may be broken, and the reader is to find out.
_LEAST_VISIBLE = 400


def may_be_on_topic(page: str) -> bool:
    """False only where a page, as decoded HTML, shows enough and nowhere names, or seems to name, both sides."""
    head_end = page.find("</head>")
    if head_end > 0 and may_concern_both(None, _plain(page[:head_end])):  # most that are on topic say so there
        return True
    plain = _plain(page)
    return may_concern_both(None, plain) or len(" ".join(_TAG.sub(" ", plain).split())) < _LEAST_VISIBLE


def _plain(page: str) -> str:
    plain = _UNSEEN.sub("", html.unescape(_without_scripts(page)))
    if "\\u" in plain:  # JSON
        plain = whole(_ESCAPED.sub(lambda found: chr(int(found[1], 16)), plain))
    return _BREAK.sub(" ", _INLINE.sub("", plain))  # attributes of other elements stay: a title may stand in one


def _without_scripts(page: str) -> str:
    """The page without its scripts and styles, but for linked data, where a title may stand."""
    before, *pieces = _SCRIPT.split(page)
    kept = [before]
    for piece in pieces:
        end = None if _LINKED_DATA.match(piece) else _SCRIPT_END.search(piece)
        kept.append(piece[end.end() :] if end else piece)
    return " ".join(kept)
