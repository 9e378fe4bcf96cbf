"""What was seen of one address of a site, and whether what it was called by is a headline. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from crawler.urls import host_of

HEADLINE = 24
"""Letters that a headline has at least."""
_HEADLINE_CJK = 10
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")


@dataclass(slots=True)
class Seen:
    """What was seen of one address: who names it, with which words, in which `blocks` of pages."""

    is_announced: bool = False
    in_sitemap: bool = False
    pages: set[str] = field(default_factory=set)
    titles: list[str] = field(default_factory=list)
    blocks: set[str] = field(default_factory=set)

    @property
    def is_headline(self) -> bool:
        """True when a link calls it by as many words as a headline has."""
        return any(is_headline(title) for title in self.titles)


def is_headline(title: str) -> bool:
    """True for a text as long as a headline."""
    return len(title) >= (_HEADLINE_CJK if _CJK.search(title) else HEADLINE)


def spread(seen: Seen, host: str) -> int:
    """On how many pages of a host something stands."""
    return sum(host_of(page) == host for page in seen.pages)
