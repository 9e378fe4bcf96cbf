"""The lines of a WARC's pages are written in the order of their records, whole or not at all."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from archive.capture import Location
from archive.layout import parse_stem
from pipelines.page_job import Derived, Job
from pipelines.results import PendingResults, current_generation

if TYPE_CHECKING:
    from pathlib import Path

STEM = parse_stem("kakehashi-20261121T093000123Z-00000-20261121T093000Zabcdef")


def derived(offset: int, kind: str) -> Derived:
    """An outcome at an offset."""
    job = Job(path="", location=Location(warc="w", offset=offset, length=1), url=f"u{offset}", source=None)
    provenance = {"record_id": f"<urn:x:{offset}>", "captured_at": "2026-11-21T09:30:00Z", "software": {}, "rules": {}}
    page = {"at": offset, "url": "http://e.x/", "source": None, "text": f"橋 {offset}", "provenance": provenance}
    return Derived(job=job, kind=kind, reason="r", line=json.dumps(page, ensure_ascii=False))


def texts_of(path: Path) -> list[str]:
    """The blocks of the conversions in a WARC, in its order."""
    with path.open("rb") as file:
        records = ((record.rec_type, record.content_stream().read()) for record in ArchiveIterator(file))
        return [block.decode() for kind, block in records if kind == "conversion"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(st.dictionaries(st.integers(0, 10_000), st.sampled_from(["article", "dropped", "failed"])), st.randoms())
def test_lines_stand_in_the_order_of_the_offsets(tmp_path: Path, kinds: dict[int, str], random: object) -> None:
    """However the workers answered, the files are the same; failed pages have no line."""
    assert STEM is not None
    pending = PendingResults.under(tmp_path, "warc/w.warc.gz")
    order = list(kinds)
    random.shuffle(order)
    for offset in order:
        pending.add(derived(offset, kinds[offset]))
    dropped, *texts, articles = pending.publish(tmp_path, STEM, "0001")

    kept = sorted(offset for offset in kinds if kinds[offset] == "article")
    assert texts == ([f"text/2026/11/{STEM}.warc.gz"] if kept else [])
    assert [f"橋 {offset}" for offset in kept] == [text for key in texts for text in texts_of(tmp_path / key)]
    for key, kind in ((articles, "article"), (dropped, "dropped")):
        found = [json.loads(line)["at"] for line in (tmp_path / key).read_text().splitlines()]
        assert sorted(offset for offset in kinds if kinds[offset] == kind) == found
    assert [] == list((tmp_path / "state" / "pending").iterdir())
    assert ("articles/0001/2026/11/", "dropped/0001/2026/11/") == (articles[:22], dropped[:21])


def test_the_articles_are_the_last_to_be_written(tmp_path: Path) -> None:
    """A crash in between leaves a WARC without articles file, which the next run finds; never the other way round."""
    assert STEM is not None
    pending = PendingResults.under(tmp_path, "w")
    pending.add(derived(1, "article"))
    (tmp_path / "articles").write_text("a file in the way")
    with contextlib.suppress(OSError):
        pending.publish(tmp_path, STEM, "0001")

    assert [path.name for path in (tmp_path / "dropped").rglob("*.jsonl")] == [f"{STEM}.jsonl"]
    assert ["橋 1"] == [text for path in (tmp_path / "text").rglob("*.warc.gz") for text in texts_of(path)]


def test_two_runs_may_finish_one_warc_at_one_time(tmp_path: Path) -> None:
    """Both found it without articles when they began: neither takes a line away from the other."""
    assert STEM is not None
    first = PendingResults.under(tmp_path, "w")
    for offset in (1, 22, 333):
        first.add(derived(offset, "article"))
    second = PendingResults.under(tmp_path, "w")
    second.add(derived(333, "article"))
    for pending, left in ((first, ()), (second, (22, 1))):
        for offset in left:
            pending.add(derived(offset, "article"))
        *_, articles = pending.publish(tmp_path, STEM, "0001")
        assert [1, 22, 333] == [json.loads(line)["at"] for line in (tmp_path / articles).read_text().splitlines()]


def test_the_generation_is_the_first_until_a_file_names_another() -> None:
    """`articles/current.json` decides."""
    assert ("0001", "0007") == (current_generation(None), current_generation(b'{"generation": "0007"}'))
