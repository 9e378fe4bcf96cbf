"""crawler.days_told: the days of a list without a year, by a word, by an age, in all our languages."""

from __future__ import annotations

import datetime as dt

import pytest

from crawler.days_told import ToldDay, told_day

NOW = dt.datetime(2026, 11, 22, 3, 30, tzinfo=dt.timezone(dt.timedelta(hours=5)))


@pytest.mark.parametrize(
    ("text", "day", "off"),
    [
        ("20 ноября, 14:30", "2026-11-20", 0),
        ("20-noyabr, 14:30", "2026-11-20", 0),
        ("20 қараша", "2026-11-20", 0),
        ("20 noýabr, 10:00", "2026-11-20", 0),
        ("11月20日 09:00", "2026-11-20", 0),
        ("Nov 20", "2026-11-20", 0),
        ("21 декабря", "2025-12-21", 0),  # not yet this year
        ("20.11 14:30", "2026-11-20", 0),
        ("30.12 14:30", "2025-12-30", 0),
        ("20 ноября | Политика", "2026-11-20", 0),
        ("Сегодня, 01:20", "2026-11-22", 0),
        ("вчера, 18:00", "2026-11-21", 0),
        ("Кеше, 18:30", "2026-11-21", 0),
        ("Düýn 12:00", "2026-11-21", 0),
        ("昨日", "2026-11-21", 0),
        ("Just now", "2026-11-22", 0),
        ("только что", "2026-11-22", 0),
        ("5 minutes ago", "2026-11-22", 0),
        ("an hour ago", "2026-11-22", 0),
        ("2 soat oldin", "2026-11-22", 0),
        ("3 часа назад", "2026-11-22", 1),  # at 23:31 yesterday it was not yet four
        ("3時間前", "2026-11-22", 1),
        ("5 sagat öň", "2026-11-21", 0),
        ("2 дн. назад", "2026-11-20", 1),
        ("1 күн бұрын", "2026-11-21", 1),
        ("Политика, 10 мүнөт мурун", "2026-11-22", 0),
    ],
)
def test_a_day_is_told_by_the_time_of_reading(text: str, day: str, off: int) -> None:
    """An age is rounded down, so the day may be one before."""
    assert ToldDay(dt.date.fromisoformat(day), off) == told_day(text, NOW)


@pytest.mark.parametrize(
    "text",
    ["", "14:30", "12", "Politics", "89.12", "5 min read", "Президент 5 мая принял послов Японии и Кореи в столице",
     "Years ago there was a railway here, and more"],
)  # fmt: skip
def test_what_is_no_line_of_a_date_tells_none(text: str) -> None:
    """A clock alone, a rate, a headline with a day in it."""
    assert told_day(text, NOW) is None


def test_without_the_time_of_reading_only_a_year_counts() -> None:
    """Nobody knows which yesterday is meant."""
    assert ToldDay(dt.date(2026, 11, 20)) == told_day("20 ноября 2026", None)
    assert told_day("20 ноября", None) is None
    assert told_day("вчера", None) is None
