"""The day of a page as lists tell it: without a year, as `yesterday, 14:20`, or as `3 hours ago`. Pure.

Such a day has a meaning only with the moment at which the list was read, in the site's own zone.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from pipelines.dates import find_dates, is_date_line

_LONGEST = 60
_UNITS = {
    dt.timedelta(seconds=1): r"sec(?:ond)?s?|сек(?:унд[аы]?)?|секунд|soniya|сония|sekunt|秒",
    dt.timedelta(minutes=1): r"min(?:ute)?s?|мин(?:ут[аыу]?)?|daqiqa|дақиқа|мүнөт|minut|分",
    dt.timedelta(hours=1): r"h(?:ou)?rs?|h|час(?:а|ов)?|ч|сағат|soat|соат|саат|sagat|時間",
    dt.timedelta(days=1): r"days?|d|дн(?:я|ей)?|день|күн|kun|кун|рӯз|руз|gün|日",
}
_UNIT = {re.compile(f"(?:{words})\\.?"): span for span, words in _UNITS.items()}
_WORDS = "|".join(_UNITS.values())
_AGO = re.compile(
    rf"(?P<n>\d{{1,3}}|an?|one|bir|бир|бір|як)?\s*(?P<unit>{_WORDS})\.?\s*"
    r"(?:ago|назад|бұрын|oldin|avval|олдин|аввал|илгари|мурун|мурда|пеш|қабл|öň|ozal|前)(?=\W|\Z)"
)
_NUMBERS = re.compile(r"(?P<d>[0-3]?\d)\.(?P<m>[01]\d)\.?,?\s+(?=\d{1,2}:\d\d)")
_NOW = re.compile(r"(?:just now|только что|たった今|hozirgina|ҳозиргина|жаңа ғана|азыр эле|ҳозир|şu wagt)(?=\W|\Z)")


@dataclass(frozen=True, slots=True)
class ToldDay:
    """A day, and by how many days it may be too late, since an age is rounded down."""

    day: dt.date
    off: int = 0


def told_day(text: str, seen_at: dt.datetime | None) -> ToldDay | None:
    """The day that a text names which is a date and little else; None where it is not that.

    `seen_at` is when it was read, in the site's zone; without it only a date with its year counts.
    """
    text = " ".join(text.split())
    if not text or len(text) > _LONGEST:
        return None
    if seen_at is not None and (age := _age(text.casefold())) is not None:
        low, latest = age
        latest_day, first_day = (seen_at - low).date(), (seen_at - latest).date()
        return ToldDay(latest_day, (latest_day - first_day).days)
    if not any(map(str.isdigit, text)) and seen_at is None:
        return None
    if seen_at is not None:
        text = _NUMBERS.sub(lambda match: f"{match['d']}.{match['m']}.{_year(match, seen_at.date())} ", text, count=1)
    found = find_dates(text, captured_at=seen_at)
    return ToldDay(found[0].day) if found and is_date_line(text, captured_at=seen_at) else None


def _year(match: re.Match[str], today: dt.date) -> int:
    """The year of the last such day."""
    return today.year - ((int(match["m"]), int(match["d"])) > (today.month, today.day))


def _age(text: str) -> tuple[dt.timedelta, dt.timedelta] | None:
    """The least and the most time that has passed by a text as `3 hours ago`."""
    if _NOW.match(text):
        return dt.timedelta(), dt.timedelta()
    match = _AGO.match(text.lstrip("~≈ ")) or _AGO.search(text)
    if match is None:
        return None
    number = int(match["n"]) if match["n"] and match["n"].isdecimal() else 1
    span = next(span for unit, span in _UNIT.items() if unit.fullmatch(match["unit"]))
    return number * span, (number + 1) * span
