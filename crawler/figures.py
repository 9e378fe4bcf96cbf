"""A source against its own history, in a few figures. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crawler.past import Past

_WEEK = 7
_BEFORE = 28


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Sums over some days; each share and mean is None where there is nothing to divide by.

    `new` articles a day, `failed` and `dropped` as shares of the pages asked for, `characters` of a text on average,
    `saved` as the share of requests that brought no body, `covered` as that of the announced pages that are stored.
    """

    days: int
    new: float
    failed: float | None
    dropped: float | None
    characters: float | None
    saved: float | None
    covered: float | None

    def as_json(self) -> dict[str, Any]:
        """The figures as JSON values, rounded."""
        names = ("new", "failed", "dropped", "characters", "saved", "covered")
        values = {name: getattr(self, name) for name in names}
        return {name: value if value is None else round(value, 3) for name, value in values.items()}


def last_week(past: Past, today: dt.date) -> Figures:
    """The last seven days, today included."""
    return _figures(past, (today - dt.timedelta(days=back) for back in range(_WEEK)))


def weeks_before(past: Past, today: dt.date) -> Figures:
    """The four weeks before those seven days."""
    return _figures(past, (today - dt.timedelta(days=back) for back in range(_WEEK, _WEEK + _BEFORE)))


def _figures(past: Past, days: Iterable[dt.date]) -> Figures:
    found = [past.days[day.isoformat()] for day in days if day.isoformat() in past.days]
    sums: dict[str, int] = {}
    for day in found:
        for name, value in day.items():
            sums[name] = sums.get(name, 0) + value
    pages = sums.get("fetched", 0) + sums.get("failed", 0)
    announced = sums.get("announced", 0)
    stored = sum(sums.get(name, 0) for name in ("kept", "unchanged", "dropped"))
    return Figures(
        days=len(found),
        new=sums.get("new", 0) / max(1, len(found)),
        failed=_share(sums.get("failed", 0), pages),
        dropped=_share(sums.get("dropped", 0), pages),
        characters=_share(sums.get("characters", 0), sums.get("pages", 0)),
        saved=_share(sums.get("not_modified", 0), sums.get("requests", 0)),
        covered=_share(stored, announced),
    )


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def compared(past: Past, today: dt.date) -> str:
    """The last week beside the weeks before, in one line for people."""
    now, before = last_week(past, today), weeks_before(past, today)
    if not before.days:
        return f"{now.new:.1f} new a day; no history yet"
    parts = [f"{now.new:.1f} new a day (before {before.new:.1f})"]
    for name, label in (("failed", "failed"), ("dropped", "dropped")):
        one, other = getattr(now, name), getattr(before, name)
        if one is not None and other is not None:
            parts.append(f"{100 * one:.0f} % {label} ({100 * other:.0f} %)")
    if now.characters is not None and before.characters is not None:
        parts.append(f"{now.characters:.0f} characters ({before.characters:.0f})")
    return ", ".join(parts)
