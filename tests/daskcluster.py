"""A real dask cluster on loopback: a scheduler, and workers that can be killed, each a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Self

from tests.commands import ROOT, clean_environ

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_READY_WITHIN_S = 60
_HOST = "127.0.0.1"


class DaskCluster:
    """Use it in a `with` block; `address` is the scheduler's. Workers run one job at a time."""

    def __init__(self, workers: int, env: Mapping[str, str] | None = None, *, host: str = _HOST) -> None:
        self._count = workers
        self._host = host
        self._env = clean_environ(**(env or {}))
        self._stack = ExitStack()
        self.workers: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        self._folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="kakehashi-dask-")))
        self.start_scheduler()
        for _ in range(self._count):
            self.add_worker()
        return self

    def __exit__(self, *_: object) -> None:
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()
        self._stack.close()

    def start_scheduler(self, port: int = 0) -> None:
        """Start the scheduler, at a port that was told before or at any."""
        told = self._folder / "scheduler.json"
        told.unlink(missing_ok=True)
        self.scheduler = self._start(
            "scheduler", "--host", self._host, "--port", str(port), "--scheduler-file", str(told)
        )
        until = time.monotonic() + _READY_WITHIN_S
        while not told.exists() or not told.read_text(encoding="utf-8").strip():
            assert self.scheduler.poll() is None, (self._folder / "scheduler.log").read_text(encoding="utf-8")
            assert time.monotonic() < until, "the scheduler did not start"
            time.sleep(0.1)
        self.address: str = json.loads(told.read_text(encoding="utf-8"))["address"]

    def add_worker(
        self, *before: str, host: str | None = None, env: Mapping[str, str] | None = None
    ) -> subprocess.Popen[bytes]:
        """One more worker, begun by the command `before` it, with more in its environment."""
        folder = self._folder / "work"
        options = ("--nthreads", "1", "--no-nanny", "--local-directory", str(folder), "--host", host or self._host)
        process = self._start("worker", self.address, *options, before=before, env=env)
        self.workers.append(process)
        return process

    def _start(
        self, what: str, *arguments: str, before: Sequence[str] = (), env: Mapping[str, str] | None = None
    ) -> subprocess.Popen[bytes]:
        with (self._folder / f"{what}.log").open("ab") as log:
            return subprocess.Popen(
                [*before, sys.executable, "-m", "dask", what, *arguments, "--no-dashboard"],
                cwd=ROOT, env={**self._env, **(env or {})}, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
