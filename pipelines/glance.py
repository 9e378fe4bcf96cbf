"""A page looked at before it is read: what names one side at most is dropped before parser, extractor and classifier.

Pure. The whole page is looked at, its head, menus and scripts too, so that whatever title and text can come from is in
sight: this may let a page through, never lose one that the judge would keep.
"""

from __future__ import annotations

import html
import re

from pipelines.relevance import may_concern_both

ONE_SIDE = "title and text do not name both sides"
"""The detail of a page that is dropped for it, the same whether the page or its clean text was looked at."""
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_SCRIPTS = re.compile(r"<(script|style)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
# What may stand within a word or a name without being seen.
_INLINE = re.compile(r"</?(?:a|b|i|u|em|strong|span|font|mark|small|big|sup|sub|abbr|wbr|bdi)\b[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")
# With less than this a page shows no text: it may be broken, and the reader is to find out.
_LEAST_VISIBLE = 400


def may_be_on_topic(page: str) -> bool:
    """False only where a page, as decoded HTML, shows enough and nowhere names, or seems to name, both sides."""
    plain = _UNSEEN.sub("", html.unescape(page))
    if "\\u" in plain:  # JSON, where a title may stand
        plain = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), plain)
    if may_concern_both(None, plain):
        return True
    visible = _TAG.sub(" ", _INLINE.sub("", _SCRIPTS.sub(" ", plain)))
    return len(" ".join(visible.split())) < _LEAST_VISIBLE or may_concern_both(None, visible)
