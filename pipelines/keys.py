"""Texts made comparable: case, width, marks and white space folded away. Pure."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_NOT_WORD = re.compile(r"[\W_]+")


@lru_cache(maxsize=8192)
def text_key(text: str) -> str:
    """Letters and digits alone, NFKC and case-folded: equal for texts that read the same."""
    return _NOT_WORD.sub("", unicodedata.normalize("NFKC", text).casefold())
