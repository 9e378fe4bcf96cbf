"""Leases: one holder at a time, and a dead one does not hold for long."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys

import pytest

from archive.blobs import open_blobs
from archive.leases import TTL, Held, Lease

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)


def test_a_second_run_is_told_who_holds_the_source(tmp_path):
    """While a run holds a source, another is refused, with the holder's run, machine and process in one line."""
    blobs = open_blobs(str(tmp_path))
    Lease(blobs, "timesca", "first").take(NOW)

    with pytest.raises(Held) as held:
        Lease(blobs, "timesca", "second").take(NOW)

    assert str(os.getpid()) in str(held.value)
    assert "run first" in str(held.value)
    assert "\n" not in str(held.value)


def test_a_released_source_is_free(tmp_path):
    """After the holder gave it back, the next run takes it."""
    blobs = open_blobs(str(tmp_path))
    first = Lease(blobs, "timesca", "first")
    first.take(NOW)
    first.release()

    Lease(blobs, "timesca", "second").take(NOW)


def test_other_sources_are_not_held(tmp_path):
    """A lease is on one source."""
    blobs = open_blobs(str(tmp_path))
    Lease(blobs, "timesca", "first").take(NOW)

    Lease(blobs, "iais", "second").take(NOW)


def test_a_silent_holder_elsewhere_loses_the_source_after_its_time(tmp_path):
    """A holder on another machine whose heartbeat stops holds for the lease's time and no longer."""
    blobs = open_blobs(str(tmp_path))
    record = {"run": "first", "host": "elsewhere", "pid": 1, "until": (NOW + TTL).isoformat()}
    blobs.put_bytes("state/leases/timesca.json", json.dumps(record).encode())

    with pytest.raises(Held):
        Lease(blobs, "timesca", "second").take(NOW + TTL - dt.timedelta(seconds=1))
    Lease(blobs, "timesca", "second").take(NOW + TTL)


def test_a_dead_process_on_this_machine_holds_nothing(tmp_path):
    """The next run on the machine takes over at once from a holder that was killed."""
    blobs = open_blobs(str(tmp_path))
    code = (
        "import datetime as dt, os, sys; from archive.blobs import open_blobs; from archive.leases import Lease;"
        "Lease(open_blobs(sys.argv[1]), 'timesca', 'first').take(dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC));"
        "os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)

    Lease(blobs, "timesca", "second").take(NOW)


def test_a_renewed_lease_lasts(tmp_path):
    """A heartbeat moves the end of the lease."""
    blobs = open_blobs(str(tmp_path))
    first = Lease(blobs, "timesca", "first")
    first.take(NOW)
    first.renew(NOW + dt.timedelta(seconds=40))

    with pytest.raises(Held):
        Lease(blobs, "timesca", "second").take(NOW + dt.timedelta(seconds=60))


def test_a_broken_lease_holds_nothing(tmp_path):
    """A lease blob that cannot be read is taken over."""
    blobs = open_blobs(str(tmp_path))
    blobs.put_bytes("state/leases/timesca.json", b"{")

    Lease(blobs, "timesca", "second").take(NOW)


def test_a_holder_that_was_cut_off_notices_that_it_lost_the_source(tmp_path):
    """When the lease ran out and another run took it, the next heartbeat says so instead of taking it back."""
    blobs = open_blobs(str(tmp_path))
    first = Lease(blobs, "timesca", "first", host="elsewhere")
    first.take(NOW)
    later = NOW + TTL + dt.timedelta(seconds=1)
    Lease(blobs, "timesca", "second").take(later)

    with pytest.raises(Held, match="run second"):
        first.renew(later)


def test_a_lease_that_ran_out_and_that_nobody_took_is_renewed(tmp_path):
    """A store that was away for a while costs no lease."""
    blobs = open_blobs(str(tmp_path))
    first = Lease(blobs, "timesca", "first", host="elsewhere")
    first.take(NOW)
    first.renew(NOW + TTL * 2)

    with pytest.raises(Held):
        Lease(blobs, "timesca", "second").take(NOW + TTL * 2)
