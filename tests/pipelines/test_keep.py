"""Which labels a store keeps: what was said last, and what may be left of before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from archive.blobs import LocalBlobs
from archive.layout import KEEP_KEY
from pipelines.article import EVERY_LABEL, STORED_LABELS, Label
from pipelines.keep import Kept, keep_in, kept_in, listed, parse_labels

if TYPE_CHECKING:
    from pathlib import Path

CORE = frozenset({Label.CORE})


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("core", CORE),
        ("mention, core", STORED_LABELS),
        ("all", EVERY_LABEL),
        ("core,mention,sport,off", EVERY_LABEL),
    ],
)
def test_labels_are_read(text, labels) -> None:
    assert labels == parse_labels(text)
    assert labels == parse_labels(",".join(listed(labels)))


@pytest.mark.parametrize("text", ["", "cor", "core,,mention", "all,core", "core;mention"])
def test_anything_else_is_named(text) -> None:
    with pytest.raises(ValueError, match="expected some of core, mention, sport, off"):
        parse_labels(text)


def test_a_store_keeps_what_was_said_last(tmp_path: Path) -> None:
    """And knows what was kept before; the same again writes nothing, and a damaged file is none."""
    blobs = LocalBlobs(tmp_path)
    assert kept_in(blobs) == Kept()

    keep_in(blobs, STORED_LABELS)
    assert blobs.stat(KEEP_KEY) is None

    keep_in(blobs, CORE)
    keep_in(blobs, EVERY_LABEL)
    kept = keep_in(blobs, CORE)
    assert kept == kept_in(blobs)
    assert (kept.labels, kept.always, kept.ever) == (CORE, CORE, EVERY_LABEL)

    blobs.put_bytes(KEEP_KEY, b'{"labels": ["cor')
    assert kept_in(blobs) == Kept()
