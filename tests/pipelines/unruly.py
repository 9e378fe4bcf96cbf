"""Page rules that misbehave when a worker reads them: the page stage asks each page's rules for their digest.

They travel to the workers as any rules do, so that no hook is needed in the code under test.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import time
from dataclasses import dataclass

from pipelines.rules import PageRules


@dataclass(frozen=True)
class Unruly(PageRules):
    """Rules whose digest does harm: `how` is spin, exit, segfault, sleep, raise or swallow."""

    how: str = ""

    def __reduce__(self) -> tuple[object, ...]:
        return make, (object.__getattribute__(self, "how"),)  # to be pickled is no harm yet

    def __getattribute__(self, name: str) -> object:
        if name == "digest":
            _HARM[object.__getattribute__(self, "how")]()
        return object.__getattribute__(self, name)


def make(how: str) -> Unruly:
    """Rules that do this harm."""
    return Unruly(source=how, how=how)


def _spin() -> None:
    while True:
        pass


def _swallow() -> None:
    while True:  # as a parser does that catches whatever happens in it
        with contextlib.suppress(Exception):
            _spin()


def _raise() -> None:
    raise RecursionError("too deep")


_HARM = {
    "spin": _spin,
    "swallow": _swallow,
    "exit": lambda: os._exit(7),
    "segfault": lambda: ctypes.string_at(0),
    "sleep": lambda: time.sleep(60),
    "raise": _raise,
}
