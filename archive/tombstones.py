"""What was taken down, and why: a small file each, which every reader of a store asks before it shows anything.

A tombstone names the article, the addresses and records that it was captured from, and the day and reason. It holds no
word of what it hides. It is no derived file: `manifest/takedowns/` has its size and sha256.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from archive.errors import Malformed
from archive.fixity import manifest_of
from archive.surt import surt

if TYPE_CHECKING:
    from archive.blobs import BlobStore
    from archive.cdxj import CdxEntry

FOLDER = "takedowns/"
_LISTS = ("urls", "record_ids", "payload_digests", "quoted_by", "sentences")


@dataclass(frozen=True, slots=True, kw_only=True)
class Purge:
    """The removal of the payloads: when it began and ended, RFC 3339 UTC; `finished` is None while it is under way.

    `files` has, for each WARC that was or will be rewritten, its sha256 `before` and `after`.
    """

    begun: str
    finished: str | None = None
    files: dict[str, dict[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tombstone:
    """One article that was taken down: `urls` and `record_ids` are those of all its captures.

    `payload_digests` are those of the captures that the article was made from, which may lie under other addresses too.
    `purge` is None where the captures are sealed and kept. After one, `quoted_by` are the addresses of other pages that
    have sentences of the article and stay, and `sentences` the digests by which a later purge knows its text again.
    """

    id: str
    urls: tuple[str, ...]
    record_ids: tuple[str, ...]
    payload_digests: tuple[str, ...]
    reason: str
    taken_down: str
    purge: Purge | None = None
    quoted_by: tuple[str, ...] = ()
    sentences: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Where it lies."""
        return f"{FOLDER}{self.id}.json"

    def public(self) -> dict[str, str | bool]:
        """What a release says of it."""
        return {"id": self.id, "date": self.taken_down[:10], "reason": self.reason, "purged": self.purge is not None}


class Takedowns:
    """All tombstones of a store."""

    def __init__(self, tombstones: tuple[Tombstone, ...]) -> None:
        self.tombstones = tombstones
        self._ids = frozenset(stone.id for stone in tombstones)
        self._records = frozenset(record for stone in tombstones for record in stone.record_ids)
        self._digests = frozenset(digest for stone in tombstones for digest in stone.payload_digests)
        self._addresses = frozenset(surt(url) for stone in tombstones for url in stone.urls)

    def __bool__(self) -> bool:
        """True when anything was taken down."""
        return bool(self.tombstones)

    def hides(self, article_id: str, url: str, record_id: str | None) -> bool:
        """True for an article that is not to be shown, by its id, its address or the record it was made from."""
        return bool(self) and (article_id in self._ids or record_id in self._records or self.hides_url(url))

    def hides_url(self, url: str) -> bool:
        """True for an address that was taken down, however it is spelt."""
        return bool(self) and surt(url) in self._addresses

    def hides_capture(self, entry: CdxEntry) -> bool:
        """True for a line of an index that no player may have."""
        return bool(self) and (
            entry.record_id in self._records or entry.payload_digest in self._digests or self.hides_url(entry.url)
        )


def read_takedowns(blobs: BlobStore) -> Takedowns:
    """The tombstones of a store. Raises `Malformed` for one that is damaged: nobody knows then what it hides."""
    return Takedowns(tuple(read_tombstone(blobs, info.key) for info in blobs.list(FOLDER)))


def read_tombstone(blobs: BlobStore, key: str) -> Tombstone:
    """The tombstone at a key. Raises `Malformed`, `BlobNotFound`."""
    try:
        said: dict[str, Any] = json.loads(blobs.get(key))
        if said.pop("schema_version") != 1:
            raise ValueError("expected 1 as schema_version")  # noqa: TRY301
        purge = said.pop("purge")
        lists: dict[str, Any] = {name: tuple(map(str, said.pop(name, ()))) for name in _LISTS}
        return Tombstone(**said, **lists, purge=Purge(**purge) if purge else None)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Malformed(key, None, f"no tombstone: {type(error).__name__}: {error}") from error


def write_tombstone(blobs: BlobStore, stone: Tombstone) -> None:
    """Write a tombstone, then its manifest. Raises `StoreNotUsable`."""
    data = (json.dumps({"schema_version": 1, **asdict(stone)}, ensure_ascii=False, indent=1) + "\n").encode()
    blobs.put_bytes(stone.key, data)
    blobs.put_bytes(manifest_key(stone.key), manifest_of(stone.key, data))


def manifest_key(key: str) -> str:
    """Where size and sha256 of the tombstone at a key are kept."""
    return f"manifest/{key}"
