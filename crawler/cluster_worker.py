"""What runs on a worker of a cluster: a job's command in a process of its own, its report sent back.

A step of a command (see `crawler.cluster_steps`) is done by a process that stays for the next one, since most WARCs
are small and starting takes seconds; it ends by itself when nothing comes.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from crawler.cluster_jobs import SOURCES_PLACE, STAYING, Ended
from pipelines.software import software

if TYPE_CHECKING:
    from crawler.cluster_jobs import Job

_STDERR_KEPT = 4000
_CHILD = [sys.executable, "-m", "crawler.cluster_child"]  # then the number of the process that it ends with
SERVE = "serve"
_running: dict[int, tuple[str, subprocess.Popen[str]]] = {}
_lock = threading.Lock()


def software_here() -> dict[str, str]:
    """Name to version of what makes articles on this machine: it must be the same everywhere."""
    return software()


def run_job(job: Job, batch: str) -> Ended:
    """Run the command of a job to its end; `batch` names all that was sent together. Raises OSError."""
    with tempfile.TemporaryDirectory(prefix="kakehashi-job-") as name:
        folder = Path(name)
        for file, text in job.files.items():
            (folder / file).write_text(text, encoding="utf-8")
        argv = [name if part == SOURCES_PLACE else part for part in job.argv]
        code, out, err = (_step if job.argv[0] in STAYING else _command)(argv, batch)
    return Ended(name=job.name, code=code, out=out, err=err[-_STDERR_KEPT:])


def _command(argv: list[str], batch: str) -> tuple[int, str, str]:
    process = subprocess.Popen(  # noqa: S603  (this package, with arguments that the client gave)
        [*_CHILD, str(os.getpid()), *argv],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8",
    )  # fmt: skip
    with _at_work(process, batch):
        out, err = process.communicate()
    return process.returncode, out, err


class _at_work:  # noqa: N801  (a context manager that reads as words)
    """A process that works for a batch in the block, and can be told to stop."""

    def __init__(self, process: subprocess.Popen[str], batch: str) -> None:
        self._process = process
        self._batch = batch

    def __enter__(self) -> None:
        with _lock:
            _running[self._process.pid] = (self._batch, self._process)

    def __exit__(self, *_: object) -> None:
        with _lock:
            _running.pop(self._process.pid, None)


@dataclass(frozen=True, slots=True)
class _Server:
    """A process that does step after step; `said` is the file of what it writes on stderr."""

    process: subprocess.Popen[str]
    said: BinaryIO


_idle: list[_Server] = []


def _step(argv: list[str], batch: str) -> tuple[int, str, str]:
    """How a step ended; one whose process had just gone home is done by another."""
    while True:
        server = _a_server()
        with _at_work(server.process, batch):
            answer = _ask(server.process, argv)
        if answer is not None:
            with _lock:
                _idle.append(server)
            return answer
        code = server.process.wait()
        server.said.seek(0)
        said = server.said.read().decode("utf-8", "replace")
        server.said.close()
        if code != 0:
            return code, "", said


def _a_server() -> _Server:
    with _lock:
        while _idle:
            server = _idle.pop()
            if server.process.poll() is None:
                return server
            server.said.close()
    said = tempfile.TemporaryFile()  # noqa: SIM115  (it lives as long as the process)
    process = subprocess.Popen(  # noqa: S603
        [*_CHILD, str(os.getpid()), SERVE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=said,
        text=True,
        encoding="utf-8",
    )
    return _Server(process, said)


def _ask(process: subprocess.Popen[str], argv: list[str]) -> tuple[int, str, str] | None:
    """The exit code, stdout and stderr of a step; None where the process has ended."""
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(json.dumps(argv) + "\n")
        process.stdin.flush()
        line = process.stdout.readline()
    except OSError:
        return None
    if not line.endswith("\n"):
        return None
    code, out, err = json.loads(line)
    return code, out, err


def stop_jobs(batch: str) -> int:
    """Ask the commands of a batch on this worker to stop, as SIGTERM does; how many there were."""
    with _lock:
        mine = [process for owner, process in _running.values() if owner == batch]
    for process in mine:
        process.send_signal(signal.SIGTERM)
    return len(mine)
