"""The day that a list shows beside each of its links: in a <time>, or as people write it. Pure.

It may end a list and keep an old page out of a crawl; the date of publication is what the page itself says.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.days_told import ToldDay, told_day
from crawler.discovery import read_time
from crawler.pagers import MARKS, ancestors

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from selectolax.lexbor import LexborNode

# An item of a list is no longer than a teaser and has few links beside its headline's.
_LONGEST_ITEM = 800
_LINKS_OF_ITEM = 4
_BESIDE = re.compile(r"(?:https?://[^/]+)?/(?:\w\w/)?(?:authors?|tags?|topics?|users?)/|#|javascript:", re.IGNORECASE)
_LONGEST_DATE = 60
# A day may stand over so many items of it.
_LONGEST_GROUP = 40
_HAS_YEAR = re.compile(r"(?:19|20)\d\d|\d\d[./-]\d\d[./-]\d\d|令和|平成")
_HAS_ZONE = re.compile(r"(?:Z|[+-]\d\d:?\d\d)\Z")
_WHOLE = {"body", "main", "ul", "ol", "dl", "table", "tbody", "html"}


@dataclass(frozen=True, slots=True)
class _Around:
    """What an element holds: its <time>s, and its text where it is as short as an item of a list."""

    times: tuple[str, ...]
    text: str | None
    lines: tuple[str, ...]


class DatesBeside:
    """Looks for the days beside the links of one page; each element is read once, however many links it is around."""

    def __init__(self, seen_at: dt.datetime | None = None) -> None:
        self._seen_at = seen_at
        self._seen: dict[int, _Around] = {}
        self._told: dict[str, ToldDay | None] = {}
        self._heading: dict[int, ToldDay | None] = {}

    def of(self, node: LexborNode, label: str) -> tuple[dt.datetime | None, str | ToldDay | None]:
        """The moment that stands beside a link, with its zone, or else its day, or a text in which that may stand."""
        own = self._in_lines(_read(node).lines)
        if own is not None:
            return None, own
        for around in ancestors(node, 6):
            if around.tag in _WHOLE:
                break
            found = self._look(around)
            if len(found.times) == 1:
                written = found.times[0]
                moment = read_time(written) if _HAS_ZONE.search(written) else None
                return moment, None if moment else written[:10]
            if found.times or found.text is None:
                break
            text = found.text.replace(label, " ", 1)
            if _HAS_YEAR.search(text):
                return None, text
            told = self._in_lines(found.lines)
            if told is not None:
                return None, told
        return None, self._before(node)

    def _in_lines(self, lines: tuple[str, ...]) -> ToldDay | None:
        """The day that one of some pieces of text is."""
        return next(filter(None, map(self._told_by, lines)), None)

    def _told_by(self, line: str) -> ToldDay | None:
        if line not in self._told:
            self._told[line] = told_day(line, self._seen_at)
        return self._told[line]

    def _before(self, node: LexborNode) -> ToldDay | None:
        """The day that stands as a line of its own before a link, or before what holds it, over one item or several."""
        for each in (node, *ancestors(node, 2)):
            before = each.prev
            for _ in range(_LONGEST_GROUP):
                if before is None:
                    break
                told = self._heads(before)
                if told is not None:
                    return told if _kind(_next_element(before)) == _kind(each) else None
                before = before.prev
        return None

    def _heads(self, node: LexborNode) -> ToldDay | None:
        """The day that an element is, None also for today: that stands on top of many pages, over no items."""
        key = node.mem_id
        if key not in self._heading:
            text = " ".join(node.text(separator=" ").split()) if node.tag != "-comment" else ""
            told = self._told_by(text) if 0 < len(text) <= _LONGEST_DATE else None
            is_today = told is not None and self._seen_at is not None and told.day == self._seen_at.date()
            is_link = told is not None and node.css_first("a[href]") is not None
            self._heading[key] = None if is_today or is_link else told
        return self._heading[key]

    def _look(self, node: LexborNode) -> _Around:
        key = node.mem_id
        if key not in self._seen:
            self._seen[key] = _read(node)
        return self._seen[key]


def _next_element(node: LexborNode) -> LexborNode | None:
    following = node.next
    while following is not None and (following.tag or "").startswith("-"):
        following = following.next
    return following


def _kind(node: LexborNode | None) -> str | None:
    """What items of one group have in common: a box of the most read stands after the last group, and is none of it."""
    return f"{node.tag}.{MARKS.sub('', node.attributes.get('class') or '')}" if node is not None else None


def _read(node: LexborNode) -> _Around:
    times = tuple(each.attributes.get("datetime") or "" for each in node.css("time[datetime]")[:2])
    links = {link.attributes.get("href") or "" for link in node.css("a[href]")}
    links = {href for href in links if not _BESIDE.match(href)}  # its author and tags
    text = " ".join(node.text(separator=" ").split()) if len(links) <= _LINKS_OF_ITEM else None
    text = text if text is not None and len(text) <= _LONGEST_ITEM else None
    return _Around(times, text, tuple(_lines_of(node)) if text else ())


def _lines_of(node: LexborNode) -> Iterator[str]:
    """The pieces of text in an element that are as short as a date."""
    for piece in node.traverse(include_text=True):
        if piece.tag == "-text" and piece.parent is not None and piece.parent.tag not in {"script", "style"}:
            text = " ".join(piece.text().split())
            if 2 < len(text) <= _LONGEST_DATE:
                yield text
