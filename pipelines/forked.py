"""Where page workers are forked from: a server that holds what they need, and not the program that wants them."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from multiprocessing.context import ForkServerContext, ForkServerProcess
from threading import Lock
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.process import BaseProcess

_launching = Lock()


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
