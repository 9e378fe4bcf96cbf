"""The uploading thread: files go up one after the other, again and again until the store has them.

A store that is away stops nothing: files wait in the folder, and the thread tries again with growing pauses. What it
could not bring up when the run ends lies there for the next run.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections import deque
from typing import TYPE_CHECKING

from archive.errors import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from archive.blobs import BlobStore

logger = logging.getLogger(__name__)
PATIENCE_S = 60.0
"""How long a run waits at its end for a store that does not answer."""
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 1.0, 30.0
# A store that takes less than this for longer than the patience does not answer.
_LEAST_BYTES_A_SECOND = 64 * 1024
_LOOK_EVERY_S = 0.1


def pause_after(failures: int, chance: Callable[[], float] = random.random) -> float:
    """Seconds to wait after so many failures in a row: doubling, capped, and spread so that runs do not keep step."""
    longest = min(_LONGEST_PAUSE_S, _FIRST_PAUSE_S * 2.0 ** min(failures - 1, 16))
    return longest * (0.5 + chance() / 2)


class Uploads:
    """Files below `folder` on their way into a store, each verified there before the copy here goes.

    `reopen` gives the store anew after a failure, so that credentials that were renewed meanwhile are found.
    """

    def __init__(
        self, folder: Path, blobs: BlobStore, reopen: Callable[[], BlobStore], *, patience_s: float = PATIENCE_S
    ) -> None:
        self._folder = folder
        self._blobs = blobs
        self._reopen = reopen
        self._patience_s = patience_s
        self._changed = threading.Condition()
        self._waiting: deque[str] = deque()
        self._thread: threading.Thread | None = None
        self._trouble: Exception | None = None
        self._is_pausing = False
        self._wake = threading.Event()
        self._progress_at = time.monotonic()

    def add(self, keys: list[str]) -> None:
        """Upload the files of these keys, in this order and after those added before; never blocks."""
        with self._changed:
            self._waiting.extend(keys)
            if self._thread is None:
                # A daemon: a process that has waited long enough must be able to end.
                self._thread = threading.Thread(target=self._run, name="upload", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    @property
    def trouble(self) -> Exception | None:
        """What the last attempt failed with, None when it did not."""
        return self._trouble

    def drain(self, is_hurried: Callable[[], bool] = lambda: False) -> Exception | None:
        """Wait until all that was added is in the store; None then.

        Back comes what stands in the way when the store has not answered for the patience, or somebody is in a hurry;
        the thread still goes on.
        """
        began = time.monotonic()
        self._wake.set()
        while self._waiting:
            waited = time.monotonic() - max(self._progress_at, began)
            if is_hurried() or waited > self._patience_now():
                return self._trouble or TimeoutError("the store takes no bytes")
            with self._changed:
                self._changed.wait(_LOOK_EVERY_S)
        return None

    def _patience_now(self) -> float:
        """While an attempt lasts, the time that its file may take comes on top."""
        return self._patience_s + (0 if self._is_pausing else self._size_of_first() / _LEAST_BYTES_A_SECOND)

    def _size_of_first(self) -> int:
        try:
            return (self._folder / self._waiting[0]).stat().st_size
        except (IndexError, OSError):
            return 0

    def left(self) -> tuple[int, int]:
        """How many of the files are still to be uploaded, and their bytes."""
        sizes = []
        for key in list(self._waiting):
            try:
                sizes.append((self._folder / key).stat().st_size)
            except FileNotFoundError:
                continue
        return len(sizes), sum(sizes)

    def _run(self) -> None:
        failures = 0
        while True:
            with self._changed:
                while not self._waiting:
                    self._changed.wait()
                key = self._waiting[0]
            if self._try(key):
                failures = 0
            else:
                failures += 1
                self._pause(pause_after(failures))

    def _pause(self, seconds: float) -> None:
        self._is_pausing = True
        self._wake.clear()
        self._wake.wait(seconds)  # who begins to wait for the store wants one more attempt at once
        self._is_pausing = False

    def _try(self, key: str) -> bool:
        try:
            self._upload(key)
        except Exception as error:  # noqa: BLE001  (whatever it is, the file stays and is tried again)
            self._note(error)
            return False
        with self._changed:
            if self._trouble is not None:
                logger.info("the store takes files again")
            self._trouble = None
            self._progress_at = time.monotonic()
            self._waiting.popleft()
            self._changed.notify_all()
        return True

    def _upload(self, key: str) -> None:
        path = self._folder / key
        if self._trouble is not None:
            self._blobs = self._reopen()
        if path.exists():
            self._blobs.put_file(key, path)
            path.unlink(missing_ok=True)
            logger.debug("uploaded %s", key)

    def _note(self, error: Exception) -> None:
        if self._trouble is None:
            why = str(error) if isinstance(error, ArchiveError) else f"{type(error).__name__}: {error}"
            logger.warning("%s; files wait in %s and are tried again", why, self._folder)
        with self._changed:
            self._trouble = error
            self._changed.notify_all()
