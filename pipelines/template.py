"""The lines that a site prints on its pages whatever the article: learned by counting, used by the cleaner. Pure.

Learned per host, from three pages on. Two articles may well quote the same paragraph, a third hardly ever does: so a
line counts as the site's from three pages that differ, and prose in the middle of an article never does (`clean.py`).
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipelines.keys import text_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LEAST_PAGES = 3
MOST_PAGES = 60
_LEAST_SHARE = 0.3
_SHORTEST_KEY = 3
_LONG_KEY = 60
_SAME_ARTICLE = 0.5
_DIGITS = re.compile(r"\d+")
_ONE_DIGIT = bytes.maketrans(b"123456789", b"0" * 9)


@dataclass(frozen=True, slots=True)
class Template:
    """What recurs over the pages of one host: the keys of lines that at least three pages show, and three in ten.

    `pages` is how many it was learned from. `digest` identifies the lines, for an article's provenance.
    """

    pages: int = field(compare=False)
    lines: frozenset[str] = field(repr=False)
    digest: str

    def recurs(self, text: str) -> bool:
        """True for a line that the site prints whatever the article."""
        return line_key(text) in self.lines


def template_of(pages: int, lines: Iterable[str]) -> Template:
    """The template with these line keys."""
    own = frozenset(lines)
    return Template(pages=pages, lines=own, digest=hashlib.sha256("\n".join(sorted(own)).encode()).hexdigest()[:16])


def host_of(url: str) -> str:
    """The host that a page's template belongs to, without `www.`; with its port where it is not the usual one."""
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    except ValueError:
        return ""
    return (parts.hostname or "").removeprefix("www.") + port


def line_key(text: str) -> str:
    """A line for counting: its letters, every number the same (days, views and comments differ between pages)."""
    key = text_key(text)
    if key.isalpha():
        return key
    if not key.isascii():
        return _DIGITS.sub("0", key)
    key = key.encode("ascii").translate(_ONE_DIGIT).decode("ascii")
    while "00" in key:
        key = key.replace("00", "0")
    return key


def page_keys(lines: Iterable[str]) -> frozenset[str]:
    """The keys of a page's lines: what `learn` needs of it."""
    return frozenset(key for key in map(line_key, lines) if len(key) >= _SHORTEST_KEY)


def learn(pages: Iterable[frozenset[str]]) -> Template | None:
    """What recurs over the pages of one host (the first sixty); None for fewer than three different pages.

    A page that repeats the article of an earlier one counts once.
    """
    read = _different(list(islice(pages, MOST_PAGES)))
    if len(read) < LEAST_PAGES:
        return None
    counts = Counter(key for keys in read for key in keys)
    least = max(LEAST_PAGES, len(read) * _LEAST_SHARE)
    return template_of(len(read), (key for key, count in counts.items() if count >= least))


def _different(pages: Sequence[frozenset[str]]) -> list[frozenset[str]]:
    """The pages whose own text, the long lines that fewer than half of the pages show, no earlier page has."""
    counts = Counter(key for keys in pages for key in keys if len(key) >= _LONG_KEY)
    kept: list[frozenset[str]] = []
    texts: list[set[str]] = []
    for keys in pages:
        own = {key for key in keys if 0 < counts[key] * 2 <= len(pages)}
        if own and not any(len(own & other) > len(own) * _SAME_ARTICLE for other in texts):
            kept.append(keys)
            texts.append(own)
    return kept
