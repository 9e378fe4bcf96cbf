"""The ledger of a run as plain JSON values: what `runs/<run>.json` holds and `--json` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipelines.keep import listed
from pipelines.software import software

if TYPE_CHECKING:
    import datetime as dt

    from crawler.run import Run


def report_of(run: Run, ended: dt.datetime) -> dict[str, Any]:
    """The ledger of the run as it stands; `ended` is now, in UTC."""
    sources = {name: ledger.as_json() for name, ledger in sorted(run.ledgers.items())}
    return {
        "schema_version": 1,
        "run": run.id,
        "command": run.command,
        "began_at": run.began_at.isoformat().replace("+00:00", "Z"),
        "ended_at": ended.isoformat().replace("+00:00", "Z"),
        "seconds": round((ended - run.began_at).total_seconds(), 3),
        "software": software(),
        "store": run.store,
        "keep": listed(run.keep),
        "warcs": run.warcs,
        "bytes": run.wire_bytes,
        "backlog": run.backlog,
        "sources": sources,
        "adds_up": all(ledger.adds_up for ledger in run.ledgers.values()),
        "interrupted": run.interrupted,
    }
