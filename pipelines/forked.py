"""Where page workers are forked from: a server that holds what they need, and not the program that wants them."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from multiprocessing import forkserver
from multiprocessing.context import ForkServerContext, ForkServerProcess
from threading import Lock
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.process import BaseProcess

_launching = Lock()
# A page's tree is ten thousand small pieces, freed and wanted again with the next: kept at hand they cost a tenth less.
# mallopt(3) cannot say so of a process that runs; this (the glibc manual, "Memory Allocation Tunables") is read at its
# start. Other C libraries do not look.
_MALLOC = (
    "GLIBC_TUNABLES",
    "glibc.malloc.tcache_count=2000:glibc.malloc.mmap_threshold=4194304:glibc.malloc.trim_threshold=33554432",
)


class _Forked(ForkServerProcess):
    """A process that does not load its parent's main module before anything else, as multiprocessing has it.

    That is our command, or `scrapy`: up to a quarter of a second in each worker, for what none of them asks for.
    """

    @staticmethod
    def _Popen(process: BaseProcess) -> Any:  # noqa: N802  (multiprocessing's name for what starts a process)
        with _without_main_module():
            return ForkServerProcess._Popen(process)  # noqa: SLF001


@contextmanager
def _without_main_module() -> Iterator[None]:
    """While this lasts, nothing tells how this program was started: the child is told what is found here."""
    with _launching:
        own = sys.modules["__main__"]
        sys.modules["__main__"] = ModuleType("__main__")
        try:
            yield
        finally:
            sys.modules["__main__"] = own


class _Context(ForkServerContext):
    Process = _Forked


def server_context() -> ForkServerContext:
    """How processes are started here. A fork of the crawler would inherit its sockets and reactor."""
    context = _Context()
    context.set_forkserver_preload(["pipelines.warm"])
    return context


def ensure_server() -> None:
    """Start the server, unless it runs. Raises `OSError`."""
    with _environment(*_MALLOC):
        forkserver.ensure_running()


@contextmanager
def _environment(name: str, value: str) -> Iterator[None]:
    """While this lasts, programs that are started see this, unless the user says something else."""
    if name in os.environ:
        yield
        return
    os.environ[name] = value
    try:
        yield
    finally:
        del os.environ[name]
