"""One WARC of somebody else's taken in, its pages derived, all of it published: the piece that an import is made of."""

from __future__ import annotations

import logging
from itertools import chain
from typing import TYPE_CHECKING

from archive.closed import manifest_text
from archive.durable import make_folder, sync, write_atomically
from archive.intake import Original, measure, take_in
from archive.layout import cdxj_key, manifest_key, warc_key
from archive.reindex import index_again
from crawler.import_ledger import ImportLedger, PageCounts
from crawler.incoming import UNREADABLE
from pipelines.imported_pages import pages_in
from pipelines.results import PendingResults
from pipelines.worker import Workers, start_server

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from archive.intake import Taken
    from archive.layout import Stem
    from crawler.incoming import Incoming
    from pipelines.article import Label
    from pipelines.rules import PageRules

logger = logging.getLogger(__name__)


class OneImport:
    """Takes in one WARC after the other; its page workers start with the first page. `abandon` it when done.

    A file grows below `staging`, and gets its names below `folder`; then `publish(stem, derived)` is called with the
    keys of what was made of its pages. `read_with` gives the rules with the templates in force, `origin` says whose the
    WARCs are, None: each says it itself. `check_room(size)` raises where there is no room for so many bytes.
    """

    def __init__(
        self,
        folder: Path,
        staging: Path,
        *,
        rules: Mapping[str, PageRules],
        read_with: Callable[[], Mapping[str, PageRules]],
        generation: str,
        keep: frozenset[Label],
        origin: str | None,
        processes: int,
        check_room: Callable[[int], None],
        publish: Callable[[Stem, list[str]], None],
    ) -> None:
        self._folder = folder
        self._staging = staging
        self._rules = rules
        self._read_with = read_with
        self._generation = generation
        self._keep = keep
        self._origin = origin
        self._processes = processes
        self._check_room = check_room
        self._publish_all = publish
        self._workers: Workers | None = None

    def abandon(self) -> None:
        """End the processes."""
        if self._workers is not None:
            self._workers.abandon()

    def take(
        self,
        incoming: Incoming,
        stem: Stem,
        known: Mapping[str, str],
        *,
        origin: str | None = None,
        extract: Mapping[str, object] | None = None,
    ) -> ImportLedger:
        """Import a WARC under a name, unless its sha256 is `known` as that of one with a key; back comes its ledger.

        Raises `StoreNotUsable`, `OSError`.
        """
        ledger = ImportLedger()
        try:
            with incoming.open() as source:
                size, sha256 = measure(source)
        except UNREADABLE as error:
            ledger.refuse(incoming.name, f"cannot be read: {getattr(error, 'strerror', None) or error}")
            return ledger
        original = Original(name=incoming.name, size=size, sha256=sha256)
        if sha256 in known:
            ledger.known_already(original, known[sha256])
            return ledger
        self._check_room(size)
        if self._workers is None:
            start_server()  # while the file is read
        with incoming.open() as source:
            taken = take_in(source, self._staging, warc_key(stem))
        if not taken.warc.records:
            (self._staging / warc_key(stem)).unlink()
            ledger.refuse(original.name, f"holds no WARC record: {taken.faults[0].problem}")
            return ledger
        origin = origin or self._origin or taken.origin or original.name.rsplit("/", 1)[-1]
        pages, pending = self._derive(taken, stem, origin)
        facts = taken.manifest_facts(original, origin) | ({"extract": dict(extract)} if extract else {})
        self._publish(taken, stem, facts, pending)
        ledger.imported(original, taken, origin, pages)
        count = sum(counts.announced for counts in pages.values())
        logger.info("%s: %d records, %d pages", original.name, taken.warc.records, count)
        return ledger

    def _derive(self, taken: Taken, stem: Stem, origin: str) -> tuple[dict[str, PageCounts], PendingResults]:
        path = self._staging / warc_key(stem)
        jobs, done = pages_in(taken.warc, path, rules=self._rules, keep=self._keep, origin=origin)
        pending = PendingResults.under(self._folder, taken.warc.key)
        pages: dict[str, PageCounts] = {}
        if jobs and self._workers is None:
            self._workers = Workers(self._read_with(), processes=self._processes)
        for derived in chain(done, self._workers.derive_all(jobs) if self._workers else ()):
            pending.add(derived)
            pages.setdefault(derived.job.account, PageCounts()).settle(derived)
        return pages, pending

    def _publish(self, taken: Taken, stem: Stem, facts: Mapping[str, object], pending: PendingResults) -> None:
        """Give everything its final name, the WARC after what only belongs to it, the articles last."""
        key, records = warc_key(stem), taken.warc.records
        manifest = manifest_text(key=key, size=taken.size, sha256=taken.sha256, records=records, imported=facts)
        write_atomically(self._folder / manifest_key(stem), manifest)
        write_atomically(self._folder / cdxj_key(stem), index_again(taken.warc))
        final = self._folder / key
        make_folder(final.parent)
        (self._staging / key).rename(final)
        sync(final.parent)
        self._publish_all(stem, pending.publish(self._folder, stem, self._generation))
