"""A limit on the CPU time that one document may cost the crawl, whoever wrote it.

Pages are read in processes of their own, which can be ended. Feeds, sitemaps and listings are read in the crawl itself,
and a parser that needs the square of what it reads would keep every other host waiting. A timer's signal ends it.
"""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

MAX_CPU_S = 20.0
_REPEAT_S = 1.0


class TookTooLongError(BaseException):
    """A document cost more CPU time than it may; no `Exception`, since parsers catch those to try something else."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"more than {seconds:g} s of CPU time")
        self.seconds = seconds


@contextmanager
def limited_cpu(seconds: float = MAX_CPU_S) -> Iterator[None]:
    """Run what is within; raises `TookTooLongError` there once the process has spent so many seconds of CPU time.

    Works in Python code of the main thread; elsewhere, and on Windows, nothing is limited. Not to be nested.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return
    is_within = True

    def end(_: int, __: FrameType | None) -> None:
        if is_within:
            raise TookTooLongError(seconds)

    signal.signal(signal.SIGPROF, end)
    try:
        signal.setitimer(signal.ITIMER_PROF, seconds, _REPEAT_S)
        yield
    finally:
        is_within = False  # a signal that is on its way finds nobody
        signal.setitimer(signal.ITIMER_PROF, 0)
