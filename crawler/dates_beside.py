"""The day that a list shows beside each of its links: in a <time>, or as people write it. Pure.

It may end a list and keep an old page out of a crawl; the date of publication is what the page itself says.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.discovery import read_time
from crawler.pagers import ancestors

if TYPE_CHECKING:
    import datetime as dt

    from selectolax.lexbor import LexborNode

# An item of a list is no longer than a teaser and has few links beside its headline's.
_LONGEST_ITEM = 800
_LINKS_OF_ITEM = 4
_LONGEST_DATE = 60
_HAS_YEAR = re.compile(r"(?:19|20)\d\d|\d\d[./-]\d\d[./-]\d\d|令和|平成")
_HAS_ZONE = re.compile(r"(?:Z|[+-]\d\d:?\d\d)\Z")
_WHOLE = {"body", "main", "ul", "ol", "dl", "table", "tbody", "html"}


@dataclass(frozen=True, slots=True)
class _Around:
    """What an element holds: its <time>s, and its text where it is as short as an item of a list."""

    times: tuple[str, ...]
    text: str | None


class DatesBeside:
    """Looks for the days beside the links of one page; each element is read once, however many links it is around."""

    def __init__(self) -> None:
        self._seen: dict[int, _Around] = {}

    def of(self, node: LexborNode, label: str) -> tuple[dt.datetime | None, str | None]:
        """The moment that stands beside a link, with its zone, or else a text in which its day may stand."""
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
        return None, _before(node)

    def _look(self, node: LexborNode) -> _Around:
        key = node.mem_id
        if key not in self._seen:
            self._seen[key] = _read(node)
        return self._seen[key]


def _read(node: LexborNode) -> _Around:
    times = tuple(each.attributes.get("datetime") or "" for each in node.css("time[datetime]")[:2])
    links = {link.attributes.get("href") for link in node.css("a[href]")}
    text = " ".join(node.text(separator=" ").split()) if len(links) <= _LINKS_OF_ITEM else None
    return _Around(times, text if text is not None and len(text) <= _LONGEST_ITEM else None)


def _before(node: LexborNode) -> str | None:
    """The text of the element before a link, or before what holds it, where that is a date and little else (dt, dd)."""
    for each in (node, *ancestors(node, 2)):
        before = each.prev
        while before is not None and before.tag == "-text" and not before.text().strip():
            before = before.prev
        text = " ".join(before.text(separator=" ").split()) if before is not None else ""
        if text:
            is_date = len(text) <= _LONGEST_DATE and _HAS_YEAR.search(text)
            return text if is_date and (before is None or before.css_first("a[href]") is None) else None
    return None
