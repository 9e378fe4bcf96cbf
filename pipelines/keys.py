"""Texts made comparable: case, width, marks and white space folded away. Pure."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_NOT_WORD = re.compile(r"[\W_]+")
_ASCII_KEY = {code: chr(code).lower() if chr(code).isalnum() else None for code in range(128)}


@lru_cache(maxsize=8192)
def text_key(text: str) -> str:
    """Letters and digits alone, NFKC and case-folded: equal for texts that read the same."""
    if text.isascii():
        return text.translate(_ASCII_KEY)
    return _NOT_WORD.sub("", unicodedata.normalize("NFKC", text).casefold())
