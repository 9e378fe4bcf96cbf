"""What looks endless and is not followed: addresses that repeat or grow, listings that show nothing new. Pure.

Ids of sessions, which give one page endless addresses, are taken out of them in `urls`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crawler.urls import target_of

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_URL_CHARS = 2000
MAX_PATH_DEPTH = 12
MAX_SAME_SEGMENTS = 2
MAX_PARAMETERS = 8
# What one source may announce and how many of its sitemaps are read in one run: each costs memory, or a request.
MAX_PAGES = 100_000
MAX_SITEMAPS = 2000
# So many pages of a listing in a row may show nothing that the pages before it did not: a calendar has no last month.
MAX_QUIET_PAGES = 2


def is_trap(url: str) -> bool:
    """True when a normalised `url` looks endless: too deep, a segment over and over, or too many parameters."""
    path, _, query = target_of(url).partition("?")
    segments = [segment for segment in path.split("/") if segment]
    if len(segments) > MAX_PATH_DEPTH or query.count("&") >= MAX_PARAMETERS:
        return True
    return any(count > MAX_SAME_SEGMENTS for count in Counter(segments).values())


@dataclass(slots=True)
class ListingTrail:
    """What a listing has shown so far, page after page, and how many of its last pages showed nothing new."""

    shown: set[str] = field(default_factory=set)
    last: frozenset[str] = frozenset()
    quiet_pages: int = 0

    def add(self, urls: Iterable[str]) -> bool:
        """Take in what the next page announces; False when too many pages in a row announced nothing new.

        A page that shows just what the one before it did is the last, given again under another number.
        """
        now = frozenset(urls)
        is_new = not now <= self.shown
        is_repeated = bool(now) and now == self.last
        self.shown |= now
        self.last = now
        self.quiet_pages = 0 if is_new else self.quiet_pages + 1
        return not is_repeated and self.quiet_pages <= MAX_QUIET_PAGES
