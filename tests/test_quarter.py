"""Months of scheduled crawls, simulated: each incident is told soon, hardly anything else is, and nothing is missed.

CI plays a week, which a `kill -9` breaks in the middle; `make prove` a quarter, and then two weeks at a fixed half-hour
rhythm beside it. What is real in it stands in `tests/simulation.py`.
"""

from __future__ import annotations

import json
import os
import signal
import time
from typing import TYPE_CHECKING, Any

import pytest

from tests import commands

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.xdist_group("quarter")


def simulate(store: Path, *args: str) -> dict[str, Any]:
    """The report of a simulation, which goes on where it was killed."""
    done = commands.run(store, *args, module="tests.simulation", timeout=6000)
    assert done.code == 0, done.err
    return json.loads(done.out)


def killed(store: Path, *args: str, at: str) -> None:
    """A simulation that is killed when its world has come to an hour."""
    process = commands.start(store, *args, module="tests.simulation", new_session=True)
    now = store / "now"
    while process.poll() is None and (not now.exists() or now.read_text() < at):
        time.sleep(0.005)
    assert process.poll() is None, process.communicate()[1]
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def soon(found: dict[str, Any]) -> list[dict[str, Any]]:
    """The incidents that were not told by the first run that could tell them (docs/schedule.md, Alarms), if any."""
    return [item for item in found["incidents"] if item["able"] is None or item["able"] > 1 or item["runs"] > 6]


def test_a_week_with_a_kill_in_the_middle(tmp_path: Path) -> None:
    """Five incidents in three newspapers, each told within one run; no false alarm, no double, no article missed."""
    short = ("--short", "--days", "6.6")
    killed(tmp_path / "store", *short, at="2026-03-05T14")
    found = simulate(tmp_path / "store", *short)

    assert soon(found) == []
    assert len(found["incidents"]) == 5
    assert found["false_alarms"] == []
    assert found["doubles"] == []
    assert found["missed"] == []
    assert found["up_for_a_day"] > 100
    assert found["adds_up"]
    assert found["requests_an_article"] < 20  # those that are announced are asked for again


@pytest.mark.long
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("seed", ["", "second"], ids=["first", "second"])
def test_a_quarter(tmp_path: Path, capsys: pytest.CaptureFixture[str], seed: str) -> None:
    """Twelve incidents in six newspapers; one false alarm at most; no article missed that was up for a day.

    Of faults that pass within the hour each source tells of each kind once: errors of an entry, of robots.txt.
    """
    quarter = simulate(tmp_path / "quarter", "--days", "91", "--seed", seed)
    with capsys.disabled():
        print(  # noqa: T201  (the figures of the proof)
            f"\n{quarter['looks']} looks, {quarter['articles']} articles, {quarter['requests_an_article']} requests each; "
            f"false alarms {len(quarter['false_alarms'])}, faults that passed {len(quarter['passing'])}; "
            + ", ".join(f"{item['trouble']} {item['runs']} runs" for item in quarter["incidents"])
        )

    assert soon(quarter) == []
    assert len(quarter["incidents"]) == 12
    assert len(quarter["false_alarms"]) <= 1
    faults = [(alarm["source"], alarm["example"], alarm["saw"]) for alarm in quarter["passing"]]
    assert len(faults) == len(set(faults)) <= 15
    assert [quarter["doubles"], quarter["missed"], quarter["adds_up"]] == [[], [], True]


@pytest.mark.long
@pytest.mark.timeout(7200)
def test_two_weeks_killed_and_at_a_fixed_rhythm(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Killed three times or not, the same articles and alarms; every half hour costs three times the requests."""
    short = ("--days", "14")
    whole, fixed = simulate(tmp_path / "whole", *short), simulate(tmp_path / "fixed", *short, "--every", "30m")
    for day in (3, 6, 11):
        killed(tmp_path / "killed", *short, at=f"2026-03-{day + 2:02}T11")
    broken = simulate(tmp_path / "killed", *short)
    with capsys.disabled():
        print(  # noqa: T201  (the figures of the proof)
            f"\nin {short[1]} days {whole['requests_an_article']} requests an article, every half hour "
            f"{fixed['requests_an_article']}"
        )

    assert broken["held"] == whole["held"]
    assert broken["alarms"] == whole["alarms"]
    assert fixed["requests_an_article"] > 3 * whole["requests_an_article"]
