"""The ledger of a rehearsal against that of the crawl it replays: counts that differ, pages more and fewer. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_COUNTS = ("announced", "kept", "unchanged", "deferred", "requests", "fetched", "bytes")
_BY_REASON = ("dropped", "failed", "refused", "labels")
# What is transferred says nothing of discovery, and an answer that became a revisit is smaller in the archive.
_SILENT = frozenset({"bytes", "requests", "fetched"})


def compare(before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, list[int]]:
    """What differs between two ledgers of a source, as `kept` or `dropped.off_topic`: the count then, and now."""
    found: dict[str, list[int]] = {}
    for name in _COUNTS:
        if before.get(name, 0) != now.get(name, 0) and name not in _SILENT:
            found[name] = [before.get(name, 0), now.get(name, 0)]
    for name in _BY_REASON:
        then, today = before.get(name, {}), now.get(name, {})
        for reason in sorted({*then, *today}):
            if then.get(reason, 0) != today.get(reason, 0):
                found[f"{name}.{reason}"] = [then.get(reason, 0), today.get(reason, 0)]
    return found


def sentences(name: str, compared: Mapping[str, Any], *, listed: int) -> Iterable[str]:
    """The comparison of a source in lines for people; at most `listed` URLs of each kind."""
    run = compared["run"]
    if run is None:
        yield f"{name}: the archive holds no ledger of it, so there is nothing to compare with"
    elif not compared["differs"]:
        yield f"{name}: the same as in run {run}"
    else:
        changes = (f"{what} {then} -> {now}" for what, (then, now) in compared["differs"].items())
        yield f"{name} against run {run}: {', '.join(changes)}"
    for kind, meaning in (
        ("new", "was not asked for then"), ("gone", "is not asked for now"), ("not_archived", "is not in the archive"),
    ):  # fmt: skip
        urls = compared[kind]
        for url in urls[:listed]:
            yield f"  {meaning}: {url}"
        if len(urls) > listed:
            yield f"  {meaning}: {len(urls) - listed} more, see --json"
