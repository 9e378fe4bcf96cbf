"""Which labels a store keeps articles of: what `--keep` set last, told by a small file beside the articles.

The WARCs hold every page whatever is kept; `process` makes articles of what a wider set lets in, and leaves out what a
narrower one does not. So nothing is lost by a change, and no page has to be fetched again.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archive.errors import BlobNotFound
from archive.layout import KEEP_KEY
from pipelines.article import EVERY_LABEL, STORED_LABELS, Label

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archive.blobs import BlobStore

Labels = frozenset[Label]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The labels that are kept now, and the sets that were before: older lines may follow one of these."""

    labels: Labels = STORED_LABELS
    former: tuple[Labels, ...] = ()

    @property
    def ever(self) -> Labels:
        """The labels that an article of the store may have."""
        return self.labels.union(*self.former)

    @property
    def always(self) -> Labels:
        """The labels for which no page was ever dropped."""
        return self.labels.intersection(*self.former)

    def followed_by(self, labels: Labels) -> Kept:
        """What is kept after a change to these labels."""
        sets = dict.fromkeys((*self.former, self.labels))
        return Kept(labels=labels, former=tuple(item for item in sets if item != labels))


def parse_labels(text: str) -> Labels:
    """The labels in `core,mention`, in any order; `all` is every one. Raises `ValueError` with what is expected."""
    names = [name.strip().lower() for name in text.split(",")]
    if names == ["all"]:
        return EVERY_LABEL
    known = {label.value for label in Label}
    wrong = [name for name in names if name not in known]
    if wrong:
        expected = f"expected some of {', '.join(label.value for label in Label)}, joined by commas, or all"
        raise ValueError(f"{expected}, got {wrong[0]!r}")
    return frozenset(map(Label, names))


def listed(labels: Iterable[Label]) -> list[str]:
    """The names of labels, from core to off."""
    chosen = set(labels)
    return [label.value for label in Label if label in chosen]


def kept_in(blobs: BlobStore) -> Kept:
    """What a store keeps; core and mention where nobody said otherwise, and where the file that says it is damaged."""
    try:
        found = json.loads(blobs.get(KEEP_KEY))
        former = tuple(frozenset(map(Label, names)) for names in found["former"])
        return Kept(labels=frozenset(map(Label, found["labels"])), former=former)
    except (BlobNotFound, ValueError, KeyError, TypeError):
        return Kept()


def keep_in(blobs: BlobStore, labels: Labels) -> Kept:
    """Have a store keep these labels from now on; nothing is written where it does already."""
    kept = kept_in(blobs)
    if labels == kept.labels:
        return kept
    kept = kept.followed_by(labels)
    values = {"labels": listed(kept.labels), "former": [listed(item) for item in kept.former]}
    blobs.put_bytes(KEEP_KEY, json.dumps(values).encode() + b"\n")
    return kept
