"""What runs on a worker of a cluster: a job's command in a process of its own, its report sent back."""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.cluster_jobs import SOURCES_PLACE, Ended
from pipelines.software import software

if TYPE_CHECKING:
    from crawler.cluster_jobs import Job

_STDERR_KEPT = 4000
_running: dict[int, tuple[str, subprocess.Popen[str]]] = {}
_lock = threading.Lock()


def software_here() -> dict[str, str]:
    """Name to version of what makes articles on this machine: it must be the same everywhere."""
    return software()


def run_job(job: Job, batch: str) -> Ended:
    """Run the command of a job to its end; `batch` names all that was sent together. Raises OSError."""
    with tempfile.TemporaryDirectory(prefix="kakehashi-job-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        for file, text in job.files.items():
            (folder / file).write_text(text, encoding="utf-8")
        argv = [name if part == SOURCES_PLACE else part for part in job.argv]
        process = subprocess.Popen(  # noqa: S603  (this package, with arguments that the client gave)
            [sys.executable, "-m", "crawler.cluster_child", *argv],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8",
        )  # fmt: skip
        with _lock:
            _running[process.pid] = (batch, process)
        try:
            out, err = process.communicate()
        finally:
            with _lock:
                _running.pop(process.pid, None)
    return Ended(name=job.name, code=process.returncode, out=out, err=err[-_STDERR_KEPT:])


def stop_jobs(batch: str) -> int:
    """Ask the commands of a batch on this worker to stop, as SIGTERM does; how many there were."""
    with _lock:
        mine = [process for owner, process in _running.values() if owner == batch]
    for process in mine:
        process.send_signal(signal.SIGTERM)
    return len(mine)
