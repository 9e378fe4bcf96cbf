"""What an address of the room asks for: its query, checked. Pure."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from reading.shelves import Question
from reading.wanted import LONGEST, parse_wanted

if TYPE_CHECKING:
    from collections.abc import Mapping

_MONTH = re.compile(r"[12][0-9]{3}-(?:0[1-9]|1[0-2])")
_SORTS = ("best", "newest", "oldest")
_LABELS = ("", "core", "mention", "sport", "off")
_LAST_PAGE = 100_000


class BadQuestion(Exception):  # noqa: N818  (it says what is wrong)
    """A query that means nothing: the message says which value, and what was expected."""


def parse_question(query: Mapping[str, str]) -> Question:
    """Which articles are asked for. Raises `BadQuestion`."""
    return Question(
        wanted=parse_wanted(query.get("q", "")),
        source=query.get("source", ""),
        language=query.get("language", ""),
        label=_one_of(query, "label", _LABELS),
        since=parse_day(query, "since"),
        until=parse_day(query, "until"),
        sort=_one_of(query, "sort", _SORTS),
        page=_page(query.get("page", "1")),
    )


def typed(query: Mapping[str, str]) -> str:
    """What was typed into the search field, as far as it is read."""
    return query.get("q", "")[:LONGEST].strip()


def parse_day(query: Mapping[str, str], name: str) -> str:
    """An ISO date, empty where none is given. Raises `BadQuestion`."""
    text = query.get(name, "")
    try:
        return dt.date.fromisoformat(text).isoformat() if text else ""
    except ValueError:
        raise BadQuestion(f"{name}: expected a day such as 2026-11-21, got {text[:40]!r}") from None


def parse_month(query: Mapping[str, str]) -> str | None:
    """A month such as `2026-11`, None where none is given. Raises `BadQuestion`."""
    text = query.get("month", "")
    if text and not _MONTH.fullmatch(text):
        raise BadQuestion(f"month: expected one such as 2026-11, got {text[:40]!r}")
    return text or None


def _one_of(query: Mapping[str, str], name: str, known: tuple[str, ...]) -> str:
    text = query.get(name) or known[0]
    if text not in known:
        raise BadQuestion(f"{name}: expected one of {', '.join(filter(None, known))}, got {text[:40]!r}")
    return text


def _page(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 7 and 1 <= int(text) <= _LAST_PAGE):
        raise BadQuestion(f"page: expected a number from 1 to {_LAST_PAGE}, got {text[:40]!r}")
    return int(text)
