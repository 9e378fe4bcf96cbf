"""The heartbeat of a run's leases, in a thread of its own: a store that does not answer must not hold the crawl up."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from archive.errors import ArchiveError
from archive.leases import HEARTBEAT, Held

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from archive.leases import Leases

logger = logging.getLogger(__name__)


class Heartbeat:
    """Renews leases until it is stopped. `lost` is set when another run has one of them.

    A store that is away costs no lease at once: no other run can take it from a store that does not answer.
    """

    def __init__(self, leases: Leases, now: Callable[[], dt.datetime]) -> None:
        self._leases = leases
        self._now = now
        self._is_over = threading.Event()
        self._thread: threading.Thread | None = None
        self.lost: Held | None = None

    def start(self) -> None:
        """Begin; a daemon, since a process must be able to end while its store does not answer."""
        self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)
        self._thread.start()

    def look(self) -> None:
        """Raise `Held` when another run has one of the leases."""
        if self.lost is not None:
            raise self.lost

    def stop(self) -> None:
        """End; a renewal under way gets a second."""
        self._is_over.set()
        if self._thread is not None:
            self._thread.join(timeout=1)

    def _run(self) -> None:
        is_away = False
        while not self._is_over.wait(HEARTBEAT.total_seconds() / 3) and self.lost is None:
            try:
                self._leases.renew(self._now())
                is_away = False
            except Held as held:
                self.lost = held
            except (ArchiveError, OSError) as error:
                if not is_away:
                    logger.debug("the leases are not renewed: %s", error)
                is_away = True
