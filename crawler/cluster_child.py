"""`python -m crawler.cluster_child WORKER ARGS…`: a command that process WORKER of a cluster runs, and ends with.

With `serve` it does step after step of commands, as they come on stdin, until nothing comes any more.

A worker that is killed cannot end its children; the kernel can: it sends SIGTERM, upon which every command stops
cleanly and lets go of its leases, so that the job can be done elsewhere.
"""

from __future__ import annotations

import ctypes
import io
import json
import os
import select
import signal
import sys
from contextlib import redirect_stderr, redirect_stdout

from crawler.__main__ import guarded, main
from crawler.cluster_jobs import STEPS
from crawler.cluster_worker import SERVE
from crawler.exits import Exit
from pipelines.blas import start_no_threads
from pipelines.collecting import few_collections

_PR_SET_PDEATHSIG = 1
_IDLE_S = 60.0


def end_with_parent(parent: int) -> None:
    """Ask for SIGTERM when the process `parent` goes; where there is no such call (it is Linux's), nothing happens."""
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # it had gone before the question was put; in a container the worker itself is process 1
        os.kill(os.getpid(), signal.SIGTERM)


def serve() -> int:
    """Do the steps that come, a line each, and answer each with exit code, stdout and stderr as a line of JSON."""
    from crawler.cluster_steps import Steps

    with Steps() as steps, few_collections():
        while select.select([sys.stdin], [], [], _IDLE_S)[0] and (line := sys.stdin.readline()):
            argv = json.loads(line)
            with redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()) as err:
                code = guarded(lambda: steps.run(argv))  # noqa: B023  (called at once)
            sys.stdout.write(json.dumps([int(code), out.getvalue(), err.getvalue()]) + "\n")
            sys.stdout.flush()
            if code == Exit.INTERRUPTED:
                break
    return Exit.DONE


def step(argv: list[str]) -> int:
    """Do one step; back comes the exit code."""
    from crawler.cluster_steps import Steps

    with Steps() as steps, few_collections():
        return steps.run(argv)


def run(argv: list[str]) -> int:
    """Run a command, or what a worker wants done; back comes the exit code."""
    start_no_threads()
    if argv == [SERVE]:
        return guarded(serve)
    return guarded(lambda: step(argv)) if argv and argv[0] in STEPS else main(argv)


if __name__ == "__main__":
    end_with_parent(int(sys.argv[1]))
    sys.exit(run(sys.argv[2:]))
