"""Which text of a page is the article, by trafilatura and its search for dates: their one importer.

What comes back is its opinion as lines of text; the blocks, their order and their spelling are the page's own.
Both are loaded when a page first needs them, 0.2 s: many pages need neither.
"""

from __future__ import annotations

import copy
import datetime as dt
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What the extractor takes for the article: lines in its order; empty when it found none."""

    lines: tuple[str, ...]

    @property
    def characters(self) -> int:
        """The length of all lines together."""
        return sum(map(len, self.lines))


def main_text(tree: Any, *, is_fast: bool = False, is_blind_to_names: bool = False) -> Opinion:
    """The extractor's opinion on a parsed page, which stays as it is.

    `is_fast` leaves out the other algorithms that it compares its own with, which take half of its time.
    `is_blind_to_names` takes class names and ids away first: a second opinion for pages where they mislead it.
    """
    import trafilatura
    from trafilatura.settings import Extractor

    work = tree  # the extractor works on a copy of its own
    if is_blind_to_names:
        work = copy.deepcopy(tree)
        for node in work.iter():
            for name in ("class", "id"):
                if isinstance(node.tag, str) and name in node.attrib:
                    del node.attrib[name]
    options = Extractor(
        output_format="python", comments=False, tables=True, dedup=False, with_metadata=False, fast=is_fast
    )
    if is_fast:
        # "balanced" alone reads a page that gave little once more; the caller judges for himself what is little.
        options.focus = "plain"
    document = trafilatura.bare_extraction(work, options=options)
    body = getattr(document, "body", None)
    return Opinion(lines=() if body is None else tuple(line for line in _lines(body) if line))


def searched_day(tree: Any, latest: dt.date | None) -> dt.date | None:
    """The day that the extractor's own search finds in a parsed page; slow, and often wrong: the last resort."""
    from htmldate import find_date

    found = find_date(
        copy.deepcopy(tree), extensive_search=False, original_date=True, max_date=latest.isoformat() if latest else None
    )
    return dt.date.fromisoformat(found) if found else None


def _lines(body: Any) -> list[str]:
    texts = ("".join(node.itertext()) for node in body.iter("p", "head", "item", "quote", "cell", "code", "ab"))
    loose = [body.text or ""] + [node.tail or "" for node in body.iter()]
    loose += [node.text or "" for node in body.iter() if node.find("lb") is not None]  # the line before the first break
    return [" ".join(line.split()) for text in (*texts, *loose) for line in text.split("\n")]
