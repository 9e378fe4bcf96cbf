"""Whether the page stage runs compiled, and in a checkout whether what was compiled is what the sources say today.

`make fast` puts compiled modules beside their sources, and Python prefers those: whoever edits a source then would run
the old one. With them comes a list of what they were made from; an installed package has none, since nobody edits it.
"""

from __future__ import annotations

import os
from importlib.machinery import EXTENSION_SUFFIXES
from importlib.util import find_spec

_FOLDER = os.path.dirname(__file__)  # noqa: PTH120  (looked at by every start of every command)
_SOURCES = os.path.join(_FOLDER, f"compiled__mypyc{EXTENSION_SUFFIXES[0]}.sources")  # noqa: PTH118


def is_compiled() -> bool:
    """True when the page stage is machine code here."""
    spec = find_spec("pipelines.walk")
    return spec is not None and not (spec.origin or "").endswith(".py")


def how_it_runs() -> str:
    """`compiled` or `plain Python`, for the heads of benchmarks."""
    return "compiled" if is_compiled() else "plain Python"


def refuse_stale() -> None:
    """Nothing, or `ImportError` where a source is another than the one that was compiled in place."""
    try:
        with open(_SOURCES, encoding="utf-8") as file:  # noqa: PTH123
            lines = file.read().splitlines()
    except FileNotFoundError:
        return
    for line in lines:
        digest, modified, name = line.split(" ")
        path = os.path.join(_FOLDER, name)  # noqa: PTH118
        if not _is_same(path, digest, int(modified)):
            raise ImportError(
                f"{path} is not what was compiled: run `make fast` to compile it anew, or `make plain` to run sources"
            )


def _is_same(path: str, digest: str, modified: int) -> bool:
    try:
        if os.stat(path).st_mtime_ns == modified:  # noqa: PTH116
            return True
        from hashlib import sha256

        with open(path, "rb") as file:  # noqa: PTH123
            return sha256(file.read()).hexdigest() == digest
    except FileNotFoundError:
        return False
