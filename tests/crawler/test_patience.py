"""A document may cost so much CPU time, and what it costs above that is cut off."""

from __future__ import annotations

import signal
import threading
import time

import pytest

from crawler.patience import TookTooLongError, limited_cpu


def spin(seconds: float) -> None:
    """Uses the processor, and passes over every error as parsers do."""
    end = time.process_time() + seconds
    while time.process_time() < end:
        try:
            sum(range(1000))
        except Exception:  # noqa: BLE001
            continue


def test_what_costs_too_much_is_ended() -> None:
    """With an error that no parser catches, which says what the limit was."""
    with pytest.raises(TookTooLongError, match=r"more than 0\.1 s of CPU time"), limited_cpu(0.1):
        spin(30)


def test_what_costs_little_is_left_alone_then_and_later() -> None:
    """The timer ends with what it was for."""
    with limited_cpu(0.2):
        spin(0.01)
    spin(0.5)

    assert signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0)


def test_another_thread_is_not_limited() -> None:
    """Signals are for the main thread; elsewhere the limit is none, and no error."""
    done = []

    def work() -> None:
        with limited_cpu(0.01):
            spin(0.1)
        done.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()

    assert [True] == done
