"""The clock of the crawler room, and the names of runs that are made from it."""

from __future__ import annotations

import datetime as dt
import secrets


def utc_now() -> dt.datetime:
    """The present, aware, UTC, in milliseconds: what records hold."""
    now = dt.datetime.now(dt.UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def new_run_id(now: dt.datetime) -> str:
    """A name for a run that sorts by time and that no other run has."""
    return now.strftime("%Y%m%dT%H%M%SZ") + secrets.token_hex(3)
