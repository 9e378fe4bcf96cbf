"""Exit codes of every command: the contract in `docs/exit-codes.md`."""

from __future__ import annotations

import enum


class Exit(enum.IntEnum):
    """What a command ends with."""

    DONE = 0
    FAILURES = 1
    USAGE = 2
    CONFIGURATION = 3
    STORE = 4
    HELD = 5
    INTERRUPTED = 130
