"""`python -m crawler.cluster_child ARGS…`: a command that a cluster's worker runs, and that ends when the worker does.

A worker that is killed cannot end its children; the kernel can: it sends SIGTERM, upon which every command stops
cleanly and lets go of its leases, so that the job can be done elsewhere.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

from crawler.__main__ import guarded, main
from crawler.cluster_jobs import STEPS

_PR_SET_PDEATHSIG = 1


def end_with_parent() -> None:
    """Ask for SIGTERM when the parent goes; where there is no such call (it is Linux's), nothing happens."""
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() == 1:  # it had gone before the question was put
        os.kill(os.getpid(), signal.SIGTERM)


def run(argv: list[str]) -> int:
    """Run a command, or a step of one; back comes its exit code."""
    if argv and argv[0] in STEPS:
        from crawler.cluster_steps import run_step

        return guarded(lambda: run_step(argv))
    return main(argv)


if __name__ == "__main__":
    end_with_parent()
    sys.exit(run(sys.argv[1:]))
