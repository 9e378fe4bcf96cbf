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

    def load(self, source: str) -> Past:
        """What is known of a source; an empty past for one that was never looked at."""
        key = f"{FOLDER}{source}.json"
        try:
            return past_from_json(json.loads(self._blobs.get(key)))
        except BlobNotFound:
            pass
        except (ValueError, KeyError, TypeError) as error:
            logger.warning("%s is damaged and made again from the ledgers: %s", key, error)
        return self._again(source)

    def save(self, past: Past) -> None:
        """Write the state of a source; only the run that holds it may."""
        data = json.dumps(past_to_json(past), ensure_ascii=False, separators=(",", ":")).encode()
        self._blobs.put_bytes(f"{FOLDER}{past.source}.json", data)

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
