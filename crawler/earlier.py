"""What a run may refer to: the records of earlier captures whose pages need nothing more of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archive.errors import StoreNotUsable
from archive.layout import OWN_PREFIX, stem_of_key
from archive.originals import read_original
from archive.uri import target_uri

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from archive.blobs import BlobStore
    from archive.capture import Capture, Earlier
    from archive.known import KnownCaptures
    from pipelines.results import DroppedForTopic


class EarlierRecords:
    """Looks records up for revisits and for conditional requests.

    `off_topic` is given where pages are asked for by URL: what a crawl dropped for its topic is then no earlier record.
    """

    def __init__(self, known: KnownCaptures, blobs: BlobStore, folder: Path, off_topic: DroppedForTopic | None) -> None:
        self._known = known
        self._blobs = blobs
        self._folder = folder
        self._off_topic = off_topic

    def find(self, url: str, payload_digest: str) -> Earlier | None:
        """The record with this payload of this URL; None where there is none, or the page is to be stored whole."""
        return self._settled(self._known.find_earlier(url, payload_digest))

    def find_latest(self, url: str) -> Earlier | None:
        """The record that a request for a URL may ask about; None where it must ask for the page itself."""
        return self._settled(self._known.find_latest(target_uri(url)))

    def is_known(self, url: str) -> bool:
        """True when the store holds any whole answer of a URL."""
        return self._known.is_known(target_uri(url))

    def has_page(self, url: str) -> bool:
        """True when an address answered with 200 at its last visit, and all of the answer is in the store."""
        return self._known.has_page(target_uri(url))

    def seen_at(self, url: str) -> dt.datetime | None:
        """When a URL last answered 200 and came whole; None where it never did."""
        return self._known.seen_at(target_uri(url))

    def read(self, earlier: Earlier) -> Capture:
        """The capture that holds an earlier payload; any thread may ask. Raises as `archive.originals` says."""
        return read_original(self._blobs, self._folder, earlier)

    def _settled(self, earlier: Earlier | None) -> Earlier | None:
        """The record, unless there may be an article to be made of its page: then it is to be stored whole again."""
        stem = stem_of_key(earlier.warc or "") if earlier else None
        if earlier is None or stem is None or stem.prefix != OWN_PREFIX:
            return None
        try:
            is_off_topic = self._off_topic is not None and self._off_topic.has(earlier.record_id, earlier.warc)
        except StoreNotUsable:  # it is away, and the crawl goes on
            return None
        return None if is_off_topic else earlier
