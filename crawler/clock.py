"""The clock of the crawler room, and the names of runs that are made from it.

One clock for everything that decides or records by the time of day. It can be moved, so that months can be played in
minutes: a process whose `KAKEHASHI_CLOCK` names an instant begins there, and goes on at the usual speed. Pauses and
time limits are measured, not told: they use the monotonic clock, which nobody moves.
"""

from __future__ import annotations

import datetime as dt
import logging
import secrets

logger = logging.getLogger(__name__)
_shift = dt.timedelta(0)


def utc_now() -> dt.datetime:
    """The present, aware, UTC, in milliseconds: what records hold."""
    now = exact_now()
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def exact_now() -> dt.datetime:
    """The present, aware, UTC, as fine as the system tells it: for what is measured between two instants."""
    return dt.datetime.now(dt.UTC) + _shift


def move_to(instant: dt.datetime) -> None:
    """Let the present be `instant` (aware) from now on, in this process; loudly, since records will say so."""
    global _shift  # noqa: PLW0603  (the one clock)
    _shift = instant - dt.datetime.now(dt.UTC)
    logger.warning("the clock of this process was moved to %s", instant.isoformat())


def new_run_id(now: dt.datetime) -> str:
    """A name for a run that sorts by time and that no other run has."""
    return now.strftime("%Y%m%dT%H%M%SZ") + secrets.token_hex(3)
