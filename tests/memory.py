"""How much memory a process took at most, watched from outside."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import subprocess


def watched(process: subprocess.Popen[bytes], *, timeout: float = 500) -> tuple[bytes, bytes, int]:
    """What a process wrote to stdout and stderr, and its peak of resident memory in MiB; children are not counted."""
    peak = [0]

    def look() -> None:
        while process.returncode is None:
            peak[0] = max(peak[0], _high_water(process.pid))
            time.sleep(0.02)

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    out, err = process.communicate(timeout=timeout)
    watcher.join()
    return out, err, peak[0]


def _high_water(pid: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) // 1024
    return 0
