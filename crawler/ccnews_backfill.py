"""A backfill from CC-NEWS: the reading led over the network, within an import."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crawler.ccnews import FIRST_MONTH
from crawler.ccnews_reading import CcNewsReading
from crawler.import_ledger import PageCounts
from crawler.importing import Importer
from crawler.ranges import fetch_parts

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from pathlib import Path

    from crawler.clustered import Clustered
    from crawler.config import Catalogue
    from crawler.options import FetchOptions
    from crawler.sources import Source


def backfill_ccnews(
    sources: Sequence[Source],
    *,
    base: str,
    catalogue: Catalogue,
    store: str,
    spool: Path | None,
    options: FetchOptions,
    since: dt.date,
    until: dt.date,
    limit: int | None = None,
    cluster: Clustered | None = None,
) -> dict[str, Any]:
    """Read the files of these days (UTC), import what is of the sources' hosts, and give the run's ledger.

    With `cluster` its workers read the files.

    Raises `Held` when another run has one of the sources, or imports, and `StoreNotUsable`; what was read is safe then.
    """
    importer = Importer(
        store,
        spool,
        rules={source.id: source.page_rules() for source in catalogue},
        command="backfill ccnews",
        sources=[source.id for source in sources],
        reserve=options.reserve,
    )
    for source in sources:
        importer.ledger.sources[source.id] = PageCounts()

    def work() -> bool:
        reading = CcNewsReading(importer, sources, base=base, since=max(since, FIRST_MONTH), until=until, limit=limit)
        try:
            if cluster is not None:
                from crawler.cluster_ccnews import read_over_cluster

                return read_over_cluster(importer, reading, cluster, options)
            return fetch_parts(reading.steps(), options)
        finally:
            importer.ledger.read = reading.as_json()

    return importer.import_while(work)
