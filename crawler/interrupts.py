"""Signals that ask a command to stop: SIGINT, SIGTERM, and SIGHUP like them.

Until the crawl begins they end the command where it is, by `KeyboardInterrupt`; nothing is open then that the next run
does not finish. While it crawls the first one stops the intake and lets what is open end; the second one, or one that
comes while the run is being finished, says not to wait for anything.
"""

from __future__ import annotations

import signal
import time
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

_SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
GRACE_S = 5.0
"""How long responses that are on their way may still take once the crawl was asked to stop."""


class Interrupts:
    """Counts the signals while it is entered, in the main thread; afterwards they do again what they did before.

    Where there were any, the command is about to end, and more of them are ignored.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.count = 0
        self._clock = clock
        self._first_at = 0.0
        self._before: dict[int, signal._HANDLER] = {}

    def __enter__(self) -> Self:
        for number in _SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:  # nohup and the like mean it
                self._before[number] = signal.signal(number, self._note)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            # Who asked already gets what was asked for: the last lines are not broken off by one more signal.
            signal.signal(number, signal.SIG_IGN if self.count else handler)

    def _note(self, _: int, __: FrameType | None) -> None:
        if not self.count:
            self._first_at = self._clock()
        self.count += 1

    @property
    def is_asked(self) -> bool:
        """True when the crawl is to stop."""
        return self.count > 0

    @property
    def is_patience_over(self) -> bool:
        """True when responses that are on their way are not to be waited for."""
        return self.count > 1 or (self.count > 0 and self._clock() - self._first_at > GRACE_S)

    def hurry(self) -> Callable[[], bool]:
        """A question that says yes once nothing is to be waited for any more; asked from the end of the crawl on."""
        limit = 2 if self.count else 1
        return lambda: self.count >= limit


def ignore_signals() -> None:
    """Let no more signals break off the last lines of a command that ends anyway."""
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def raise_on_signals() -> None:
    """Let SIGTERM and SIGHUP end a command as SIGINT does, by `KeyboardInterrupt`; ignored ones stay ignored."""
    for number in _SIGNALS:
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)
