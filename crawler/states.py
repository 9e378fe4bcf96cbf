"""What is known of each source, in the store: read, made again from ledgers where it is lost, and written."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

from archive.errors import BlobNotFound
from crawler.past import Past, look_of, past_from_json, past_to_json

if TYPE_CHECKING:
    from archive.blobs import BlobStore

logger = logging.getLogger(__name__)
FOLDER = "state/schedule/"
# So many of the last runs are read where a state is lost: weeks of a source that is looked at a few times a day.
_LEDGERS = 300


class States:
    """The states of the sources of one store. Each method raises `StoreNotUsable` when the store does not answer."""

    def __init__(self, blobs: BlobStore) -> None:
        self._blobs = blobs
        self._ledgers: list[dict[str, Any]] | None = None
        self._is_lost: bool | None = None

    def load(self, source: str) -> Past:
        """What is known of a source; an empty past for one that was never looked at.

        The ledgers are read only where no source has a state any more, or where this one is damaged: a source that is
        new must not cost hundreds of reads each time that somebody asks what is due.
        """
        key = f"{FOLDER}{source}.json"
        try:
            return past_from_json(json.loads(self._blobs.get(key)))
        except BlobNotFound:
            if not self._all_are_lost():
                return Past(source=source)
        except (ValueError, KeyError, TypeError) as error:
            logger.warning("%s is damaged and made again from the ledgers: %s", key, error)
        return self._again(source)

    def save(self, past: Past) -> None:
        """Write the state of a source; only the run that holds it may."""
        self._blobs.put_bytes(f"{FOLDER}{past.source}.json", _data(past))

    def rescue(self) -> None:
        """Where all states are lost, write down what the ledgers say, before the first new one is saved."""
        if self._all_are_lost():
            for name in {name for report in self._read_ledgers() for name in report["sources"]}:
                past = self._again(name)
                if past.looks:
                    self._blobs.put_bytes(f"{FOLDER}{name}.json", _data(past), if_absent=True)

    def _all_are_lost(self) -> bool:
        if self._is_lost is None:
            self._is_lost = next(iter(self._blobs.list(FOLDER)), None) is None
        return self._is_lost

    def _again(self, source: str) -> Past:
        past = Past(source=source)
        for report in self._read_ledgers():
            ledger = report["sources"].get(source)
            if ledger is not None and "seen" in ledger:
                past.add(look_of(report, ledger), ledger["seen"])
        return past

    def _read_ledgers(self) -> list[dict[str, Any]]:
        if self._ledgers is None:
            keys = sorted(info.key for info in self._blobs.list("runs/") if info.key.endswith(".json"))
            self._ledgers = [report for key in keys[-_LEDGERS:] if (report := self._read(key)) is not None]
        return self._ledgers

    def _read(self, key: str) -> dict[str, Any] | None:
        try:
            report: dict[str, Any] = json.loads(self._blobs.get(key))
        except (ValueError, BlobNotFound):
            return None  # `status` says so
        is_crawl = report.get("command") != "capture" and isinstance(report.get("sources"), dict)
        return report if is_crawl and {"run", "began_at", "seconds", "interrupted"} <= report.keys() else None


def _data(past: Past) -> bytes:
    return json.dumps(past_to_json(past), ensure_ascii=False, separators=(",", ":")).encode()
