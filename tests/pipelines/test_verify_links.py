"""Every file that the layout names is one of an archive; any other is named."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from archive import layout
from archive.blobs import LocalBlobs
from pipelines.verify_links import stray_files

if TYPE_CHECKING:
    from pathlib import Path

STEM = layout.Stem(began_at=dt.datetime(2026, 1, 5, tzinfo=dt.UTC), serial=0, run="20260105T000000Zabcdef")
OF_A_WARC = (layout.warc_key, layout.cdxj_key, layout.manifest_key, layout.text_key)
OF_A_GENERATION = (layout.links_key, layout.link_memory_key, layout.templates_key)


def test_what_the_layout_names_is_no_stray(tmp_path: Path) -> None:
    """Also what a `process` leaves that was stopped, or whose outcome nobody has accepted yet."""
    keys = [layout.CURRENT_GENERATION_KEY, layout.STAGED_GENERATION_KEY, layout.KEEP_KEY, layout.run_key(STEM.run)]
    keys += [key(STEM) for key in OF_A_WARC] + [key("0002") for key in OF_A_GENERATION]
    keys += [layout.articles_key(STEM, "0002"), layout.dropped_key(STEM, "0002"), f"{layout.RANGES_FOLDER}part"]
    blobs = LocalBlobs(tmp_path)
    for key in [*keys, "articles/notes.json"]:
        blobs.put_bytes(key, b"{}")

    assert [fault.key for fault in stray_files(blobs)] == ["articles/notes.json"]
