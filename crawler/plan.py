"""When a source is looked at next, and why: what is known of it in, a time and a sentence out. Pure.

Rule 1: what the source file says goes first. Rule 2: a source is looked at when about two new articles are to be
expected, between ten minutes and half a day after the last time; one that publishes less than daily every sixteen
hours, however seldom it is, so that with quiet hours and a failure nothing is missed that is up for a day. One that has
published nothing for four weeks sleeps: it is looked at after an eighth of its silence, a week at most. Rule 3: what
could not be read is tried sooner, at first, and then less and less often; it is never given up, since dead feeds come
back. Rule 4: in the quiet hours of the site nobody looks; what falls into them comes when they end. Rule 5: however
many times were missed, one look makes up for them.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.past import Past
    from crawler.sources import Schedule, Source

SHORTEST = dt.timedelta(minutes=10)
LONGEST = dt.timedelta(days=7)
_HALF_DAY = dt.timedelta(hours=12)
_WITHIN_A_DAY = dt.timedelta(hours=16)
_SLEEPS = dt.timedelta(days=28)
_OF_SILENCE = 8
# Nothing is known: often enough to learn the rhythm within a day.
_UNKNOWN = dt.timedelta(hours=3)
# An hour is what most faults of a server take.
_AGAIN = dt.timedelta(minutes=70)
_LONGEST_AGAIN = dt.timedelta(hours=12)
_EXPECTED = 2
_SUSPECTED = 3
_WINDOW = dt.timedelta(days=14)
_ENOUGH = dt.timedelta(days=2)
# The part of a rhythm over which the sources are spread, so that not all begin at the full hour.
_SPREAD = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The next look at a source: `at` (aware, UTC), the rhythm that it follows from, and why, in one line."""

    source: str
    at: dt.datetime
    every: dt.timedelta
    why: str
    per_day: float | None = None

    def is_due(self, now: dt.datetime) -> bool:
        """True when the time has come."""
        return self.at <= now


def plan(source: Source, past: Past, now: dt.datetime) -> Plan:
    """When a source is to be looked at next. What is overdue is due now, once."""
    rate = rate_of(past, now)
    every, why = rhythm(source.schedule, rate, silence_of(past, now))
    last = past.last
    if source.schedule.every is None and every > _HALF_DAY and not _is_known(past):
        every, why = _HALF_DAY, f"{why}; half a day until it was watched for two"  # the dates of entries are a guess
    if last is None:
        return Plan(source=source.id, at=now, every=every, why="never looked at", per_day=rate)
    if not last.is_whole:
        return Plan(source=source.id, at=now, every=every, why="the last look was broken off", per_day=rate)
    wait = every * (1 + _SPREAD * hashlib.sha256(source.id.encode()).digest()[0] / 256)
    again, reason = _sooner(past, every)
    if again is not None and again < wait:
        wait, why = again, reason
    at = last.at + wait
    if (end := quiet_until(source.schedule.quiet, source.timezone, at)) is not None:
        at, why = end, f"{why}; quiet hours until {end.astimezone(ZoneInfo(source.timezone)):%H:%M}"
    return Plan(source=source.id, at=at, every=every, why=why, per_day=rate)


def rhythm(schedule: Schedule, rate: float | None, silence: dt.timedelta = dt.timedelta()) -> tuple[dt.timedelta, str]:
    """How long to wait between two looks at a source of so many articles a day (None: not known), and why.

    `silence` is how long it has published nothing.
    """
    if schedule.every is not None:
        return schedule.every, f"every {spell(schedule.every)}, as its file says"
    if rate is None:
        return _UNKNOWN, "how often it publishes is not known yet"
    if silence >= _SLEEPS:
        return min(silence / _OF_SILENCE, LONGEST), f"has published nothing for {spell(silence)}"
    gap = dt.timedelta(days=1 / rate) if rate > 1 / 365 else dt.timedelta(days=365)
    every = min(_EXPECTED * gap, _HALF_DAY) if gap <= dt.timedelta(days=1) else _WITHIN_A_DAY
    every = max(every, SHORTEST)
    often = f"{rate:.1f} articles a day" if rate >= 1 else f"an article in {spell(gap)}"
    return every, f"publishes {often}"


def rate_of(past: Past, now: dt.datetime) -> float | None:
    """The new articles a day of the last two weeks; at first as its entries date them; None when nothing says it."""
    looks = [look for look in past.looks if look.at > now - _WINDOW and not look.is_blind]
    if _is_known(past) and len(looks) > 1 and looks[-1].at - looks[0].at >= _ENOUGH / 2:
        # The first look brings what was published before anybody looked.
        new = sum(look.counts["new"] for look in looks[1:])
        return max(new, 0.5) / ((looks[-1].at - looks[0].at) / dt.timedelta(days=1))
    recent = sorted(moment for moment in past.dated if moment <= now)[-20:]
    if len(recent) < 3 or recent[-1] == recent[0]:
        return None
    # A source that has gone quiet is not to be asked at the rhythm of its best days.
    return (len(recent) - 1) / ((max(recent[-1], now - _WINDOW) - recent[0]) / dt.timedelta(days=1))


def silence_of(past: Past, now: dt.datetime) -> dt.timedelta:
    """How long a source has published nothing: since the last day with something new, or the newest that it dates."""
    if not past.days:
        return dt.timedelta()
    # The first look brings what was published before anybody looked.
    first, *later = sorted(past.days)
    dated = [moment for moment in past.dated if moment <= now]
    news = [day for day in later if past.days[day].get("new")]
    day = news[-1] if news else first
    last = dt.datetime.fromisoformat(day).replace(tzinfo=dt.UTC) + dt.timedelta(days=1)
    if not news and dated:
        last = dated[-1]
    return max(now - last, dt.timedelta())


def _is_known(past: Past) -> bool:
    """True when the source was watched for long enough to say how often it publishes."""
    return len(past.looks) > 1 and past.looks[-1].at - past.looks[0].at >= _ENOUGH


def _sooner(past: Past, every: dt.timedelta) -> tuple[dt.timedelta | None, str]:
    """A shorter wait where something is to be tried again, and why."""
    blind = 0
    for look in reversed(past.looks):
        if not look.broken:
            break
        blind += 1
    if blind:
        wait = min(_AGAIN * 2 ** (min(blind, 10) - 1), _LONGEST_AGAIN)
        times = "the last time" if blind == 1 else f"{blind} times in a row"
        return min(wait, every), f"could not be read {times}"
    # One that is neither met again nor over after three looks can wait for the next ones.
    suspicions = [item for item in past.incidents.values() if not item.is_told and item.times <= _SUSPECTED]
    if suspicions:
        return min(_AGAIN, every), f"to be seen again: {suspicions[0].kind.replace('_', ' ')}"
    fresh = [hole for hole in past.holes.values() if hole.tries <= 3]
    if fresh:
        return min(_AGAIN * 2 ** min(hole.tries for hole in fresh), every), f"{len(fresh)} pages are still to be had"
    return None, ""


def quiet_until(quiet: Sequence[tuple[dt.time, dt.time]], timezone: str, at: dt.datetime) -> dt.datetime | None:
    """The end (UTC) of the quiet hours that a time falls into; None where it falls into none."""
    local = at.astimezone(ZoneInfo(timezone))
    for begin, end in quiet:
        now = local.time()
        if not (begin <= now < end if begin < end else now >= begin or now < end):
            continue
        day = local.date() + dt.timedelta(days=now >= end)
        return dt.datetime.combine(day, end, tzinfo=ZoneInfo(timezone)).astimezone(dt.UTC)
    return None


def longest_gap(past: Past, now: dt.datetime, window: dt.timedelta) -> tuple[dt.timedelta | None, int]:
    """The longest time without a new article in a window that ends now, and how many times there were any."""
    times = [look.at for look in past.looks if look.counts["new"] and look.at > now - window]
    gaps = [after - before for before, after in pairwise(times)]
    return (max(gaps) if gaps else None), len(times)


def spell(span: dt.timedelta) -> str:
    """A time span for people: 25 min, 3 h 20 min, 2 d 4 h."""
    minutes = max(0, round(span.total_seconds() / 60))
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    parts = [(days, "d"), (hours, "h"), (minutes, "min")]
    while len(parts) > 1 and not parts[0][0]:
        parts.pop(0)
    return " ".join(f"{value} {unit}" for index, (value, unit) in enumerate(parts[:2]) if value or not index)
