"""CPU time and resident memory of a process with all that descend from it, read from Linux's /proc."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_SAMPLE_S = 0.1
_TICK_S = 1 / os.sysconf("SC_CLK_TCK")
_PAGE_MB = os.sysconf("SC_PAGE_SIZE") / 1e6


def tree_of(pid: int) -> Iterator[int]:
    """The process and all that descend from it, as far as they are still there."""
    yield pid
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found = children.read_text().split()
        except OSError:  # the thread has ended
            continue
        for child in found:
            yield from tree_of(int(child))


def cpu_seconds(pid: int) -> float:
    """User and system time of the tree so far, with that of children that have ended and were waited for."""
    return sum(sum(map(int, fields[11:15])) for fields in map(_stat, tree_of(pid)) if fields) * _TICK_S


def _stat(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return []


def resident_mb(pid: int) -> float:
    """Resident memory of the tree; pages that processes share count in each of them."""
    return sum(map(_resident_pages, tree_of(pid))) * _PAGE_MB


def _resident_pages(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except OSError:
        return 0


class Sampler(threading.Thread):
    """Looks at the tree's memory a few times a second until it is stopped; `peak_mb` is the most it saw."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.peak_mb = 0.0
        self._pid = pid
        self._is_over = threading.Event()

    def run(self) -> None:
        """Look until it is over."""
        while not self._is_over.wait(_SAMPLE_S):
            self.peak_mb = max(self.peak_mb, resident_mb(self._pid))

    def stop(self) -> None:
        """Look no more."""
        self._is_over.set()
        self.join()
