"""When a source is looked at next: from how often it publishes, what its file says, what went wrong."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from crawler.past import COUNTS, Hole, Incident, Look, Past
from crawler.plan import plan, quiet_until, rhythm, spell
from crawler.sources import Schedule
from tests.crawler.sites import SOURCE

NOW = dt.datetime(2026, 11, 18, 9, 30, tzinfo=dt.UTC)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
AWAKE = replace(SOURCE, schedule=Schedule(quiet=()))


def look(hours_ago: float, *, new: int = 0, broken: int = 0, is_whole: bool = True) -> Look:
    counts = {**dict.fromkeys(COUNTS, 0), "new": new}
    at = NOW - hours_ago * HOUR
    return Look(run=f"r{hours_ago}", at=at, seconds=1, counts=counts, entries=1, broken=broken, is_whole=is_whole)


def past(*looks: Look, **more) -> Past:
    return Past(source="s", looks=list(looks), **more)


def of_rate(per_day: float) -> Past:
    """Ten days of a look every four hours."""
    return past(
        look(241), *(look(240 - 4 * n, new=round(per_day * (n + 1) / 6) - round(per_day * n / 6)) for n in range(60))
    )


@pytest.mark.parametrize(
    ("per_day", "every"),
    [
        (1000.0, dt.timedelta(minutes=10)),
        (48.0, HOUR),
        (12.0, 4 * HOUR),
        (2.0, 12 * HOUR),
        (1.0, 12 * HOUR),
        (0.25, 16 * HOUR),
        (0.01, 16 * HOUR),
    ],
)
def test_the_rhythm_follows_from_how_often_a_source_publishes(per_day: float, every: dt.timedelta) -> None:
    """Two new articles are worth a look; daily papers get two a day at least, all others that live three in two days."""
    assert rhythm(Schedule(), per_day)[0] == every
    assert rhythm(Schedule(every=HOUR), per_day) == (HOUR, "every 1 h, as its file says")


@pytest.mark.parametrize(("silent", "every"), [(27, 16 * HOUR), (32, 4 * DAY), (400, 7 * DAY)])
def test_a_source_that_sleeps_is_looked_at_seldom(silent: int, every: dt.timedelta) -> None:
    """After four weeks without anything new; a week is the longest. The dates of its entries say it of a new one."""
    assert rhythm(Schedule(), 0.04, silent * DAY)[0] == every
    days = {(NOW - n * DAY).date().isoformat(): {"new": int(n in (60, silent + 1))} for n in range(61)}
    looks = [look(24 * n) for n in range(60, -1, -1)]
    found = plan(AWAKE, past(*looks, days=days), NOW)
    assert abs(found.every - every) < 3 * HOUR or silent == 400
    new = past(look(72), look(0), days={"2026-11-15": {"new": 9}}, dated=[NOW - n * DAY for n in (silent + 9, silent)])
    assert abs(plan(AWAKE, new, NOW).every - every) < HOUR


def test_what_a_source_published_sets_its_rhythm() -> None:
    """Twelve a day: about four hours after the last look, and the plan says why."""
    found = plan(AWAKE, of_rate(12), NOW)

    assert found.per_day == pytest.approx(12, rel=0.05)
    assert 3.9 * HOUR < found.every < 4.2 * HOUR
    assert found.why.startswith("publishes 1")
    assert found.at >= NOW - 4 * HOUR + found.every


def test_the_first_look_is_now_and_dates_of_entries_are_a_first_guess() -> None:
    """Ten articles dated a day apart are a daily paper; nobody waits days on the word of one feed."""
    assert plan(AWAKE, past(), NOW).at == NOW
    dated = [NOW - n * HOUR for n in range(20)]
    assert 1.9 * HOUR < plan(AWAKE, past(look(1), dated=dated), NOW).every < 2.1 * HOUR
    seldom = [NOW - 30 * n * DAY for n in range(10)]
    assert plan(AWAKE, past(look(1), dated=seldom), NOW).every == 12 * HOUR


def test_missed_looks_are_made_up_for_once() -> None:
    """After a week without power one look is due now, and the next is counted from that one."""
    old = past(*(replace(item, at=item.at - 7 * DAY) for item in of_rate(12).looks))
    assert plan(AWAKE, old, NOW).is_due(NOW)
    again = past(*old.looks, look(0, new=9))
    assert not plan(AWAKE, again, NOW + HOUR).is_due(NOW + HOUR)


def test_a_look_that_was_broken_off_is_due_again() -> None:
    """Nothing was learned from it."""
    found = plan(AWAKE, past(*of_rate(12).looks, look(0, is_whole=False)), NOW)

    assert found.is_due(NOW)
    assert found.why == "the last look was broken off"


def test_what_could_not_be_read_is_tried_sooner_then_less_and_less() -> None:
    """A good hour, two, four; never later than its rhythm, and never given up."""
    waits = [plan(AWAKE, past(*of_rate(2).looks, *[look(0, broken=1)] * n), NOW).at - NOW for n in range(1, 9)]

    assert [dt.timedelta(minutes=70 * n) for n in (1, 2, 4)] == waits[:3]
    assert waits == sorted(waits)
    assert waits[-1] <= 12 * HOUR * 1.1


def test_suspicions_and_holes_are_looked_at_sooner() -> None:
    """What is believed only when met twice is to be met, or not, soon."""
    doubt = Incident(kind="entry_broken", since=NOW, saw="", expected="", example="")
    assert plan(AWAKE, past(*of_rate(2).looks, look(0), incidents={"x": doubt}), NOW).at == NOW + dt.timedelta(
        minutes=70
    )
    hole = Hole(since=NOW, cause="timeout")
    found = plan(AWAKE, past(*of_rate(2).looks, look(0), holes={"u": hole}), NOW)
    assert NOW < found.at <= NOW + 3 * HOUR
    assert found.why == "1 pages are still to be had"


def test_nobody_looks_in_the_quiet_hours_of_the_site() -> None:
    """01:00 to 05:00 in Tashkent is 20:00 to 00:00 UTC; what falls into it comes at its end."""
    hours = [(dt.time(1), dt.time(5))]
    zone = "Asia/Tashkent"
    assert quiet_until(hours, zone, NOW.replace(hour=21)) == NOW.replace(hour=0, minute=0) + DAY
    assert quiet_until(hours, zone, NOW.replace(hour=19, minute=59)) is None
    assert quiet_until(hours, zone, NOW.replace(hour=0, minute=0)) is None
    over_midnight = [(dt.time(22), dt.time(6))]
    assert quiet_until(over_midnight, zone, NOW.replace(hour=18)) == NOW.replace(hour=1, minute=0) + DAY
    assert quiet_until(over_midnight, zone, NOW.replace(hour=0, minute=10)) == NOW.replace(hour=1, minute=0)

    night = replace(SOURCE, schedule=Schedule(every=HOUR, quiet=tuple(hours)))
    found = plan(night, past(replace(look(0), at=NOW.replace(hour=19, minute=50))), NOW)
    assert found.at == NOW.replace(hour=0, minute=0) + DAY
    assert found.why == "every 1 h, as its file says; quiet hours until 05:00"


def test_spans_are_spelled_for_people() -> None:
    """Two units at most."""
    spans = [dt.timedelta(minutes=25), dt.timedelta(minutes=200), 2 * DAY + 4 * HOUR, 7 * DAY, dt.timedelta(0)]
    assert [spell(span) for span in spans] == ["25 min", "3 h 20 min", "2 d 4 h", "7 d", "0 min"]
