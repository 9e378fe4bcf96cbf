"""Which software made an article: names and versions, part of its provenance."""

from __future__ import annotations

import functools
from importlib.metadata import PackageNotFoundError, version


@functools.cache
def _versions() -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    for name in ("kakehashi", "trafilatura", "lxml", "py3langid"):
        try:
            found.append((name, version(name)))
        except PackageNotFoundError:  # a checkout that is not installed
            found.append((name, "0"))
    return tuple(found)


def software() -> dict[str, str]:
    """Name to version, the same for every article of a process."""
    return dict(_versions())
