"""A release gathered in ranges of ids: joined, they are what one machine gathers, whatever happens beside them."""

from __future__ import annotations

import datetime as dt
import json
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.blobs import LocalBlobs
from archive.errors import Malformed
from archive.faults import Fault, Kind
from archive.layout import FIRST_GENERATION, links_key
from archive.line_sort import LineSorter
from archive.tombstones import Purge, Tombstone, read_takedowns, write_tombstone
from pipelines.article import Label
from pipelines.dataset.errors import NotGathered
from pipelines.dataset.gather import Gathered, Part, gather, whole
from pipelines.dataset.parts import gather_part, remove_parts, spans_of, take_part, write_plan
from pipelines.dataset.spool import Spool
from pipelines.link_stage import write_links
from pipelines.mend import Mended, Mender
from pipelines.selection import Selection
from pipelines.takedown import Purger
from pipelines.tally import Tally
from pipelines.verify import verify_store
from tests.pipelines.synthetic import article, words, write_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RUN = "20261101T000000Zexport"
ALL = Selection()


@pytest.fixture
def store(tmp_path: Path) -> LocalBlobs:
    """Forty articles, three alike, one corrected, one taken down."""
    alike = [article(number, text=words(777, 120), host=f"{number}.example") for number in (50, 51, 52)]
    corrected = article(60, story=5, text=f"{words(5, 60)}\n\nA last word.")
    folder = write_store(tmp_path / "store", [*(article(number) for number in range(40)), *alike, corrected])
    blobs = LocalBlobs(folder)
    take_down(blobs, 7)
    return blobs


def take_down(blobs: LocalBlobs, number: int) -> None:
    hidden = article(number)
    stone = Tombstone(
        id=hidden["id"],
        urls=(hidden["url"],),
        record_ids=(),
        payload_digests=(),
        reason="asked",
        taken_down="2026-11-02",
    )
    write_tombstone(blobs, stone)


@contextmanager
def gathered(folder: Path) -> Iterator[Gathered]:
    """What nothing was put into yet."""
    with ExitStack() as stack:
        spools = {name: stack.enter_context(Spool(folder)) for name in ("candidates", "versions")}
        yield Gathered(**spools, clustered=stack.enter_context(LineSorter(folder=folder)))


def content(found: Gathered) -> dict[str, Any]:
    counts = {name: getattr(found, name) for name in ("days", "languages", "sources", "taken_down", "unlinked")}
    return {"candidates": list(found.candidates), "versions": list(found.versions), **counts,
            "clustered": list(found.clustered), "lines": (found.candidates.lines, found.versions.lines)}  # fmt: skip


def alone(blobs: LocalBlobs, wanted: Selection, folder: Path) -> dict[str, Any]:
    """What one machine gathers."""
    with gathered(folder) as found:
        part = whole(blobs, FIRST_GENERATION)
        gather(blobs, part, wanted, found, takedowns=read_takedowns(blobs), folder=folder)
        return content(found)


def joined(blobs: LocalBlobs, count: int, folder: Path) -> dict[str, Any]:
    """What the parts that were gathered hold together."""
    with gathered(folder) as found:
        for span in spans_of(count):
            take_part(blobs, RUN, span, found, takedowns=read_takedowns(blobs))
        return content(found)


@settings(max_examples=40)
@given(count=st.integers(-1, 300), article=st.text(alphabet="0123456789abcdef", min_size=16, max_size=16) | st.text())
def test_every_id_is_in_one_range(count: int, article: str) -> None:
    """Also one that is no digest, as a damaged line may have."""
    spans = spans_of(count)

    assert len(spans) == min(max(count, 1), 256)
    assert len({str(span) for span in spans}) == len(spans)
    parts = [Part(articles=(), links=None, begin=span.begin, end=span.end) for span in spans]
    assert sum(part.holds(article) for part in parts) == 1
    assert all(sum(part.holds(span.begin) for part in parts) == 1 for span in spans)


@pytest.mark.parametrize("count", [1, 2, 7])
@pytest.mark.parametrize(
    "wanted",
    [ALL, Selection(since=dt.date(2026, 1, 10), until=dt.date(2026, 3, 5), label=Label.CORE, language="en")],
    ids=["all", "some"],
)
def test_ranges_joined_are_what_one_machine_gathers(
    store: LocalBlobs, tmp_path: Path, count: int, wanted: Selection
) -> None:
    """Rows, versions, copies and counts, in the same order; done twice, a range is the same bytes."""
    write_plan(store, RUN, wanted, tmp_path)
    for span in reversed(spans_of(count)):
        assert gather_part(store, RUN, span, tmp_path)
    before = {info.key: store.get(info.key) for info in store.list("state/dataset/")}
    assert gather_part(store, RUN, spans_of(count)[0], tmp_path)

    found = joined(store, count, tmp_path)
    assert {info.key: store.get(info.key) for info in store.list("state/dataset/")} == before
    assert found == alone(store, wanted, tmp_path)
    assert found["candidates"]
    assert found["taken_down"] == 1
    assert (len(found["clustered"]), len(found["versions"])) == (3, 1)


def test_a_crawl_that_goes_on_is_in_no_range_or_in_all(store: LocalBlobs, tmp_path: Path) -> None:
    """What comes after the plan is not in the release: neither its articles nor what they change in the links."""
    before = alone(store, ALL, tmp_path)
    write_plan(store, RUN, ALL, tmp_path)
    spans = spans_of(2)
    gather_part(store, RUN, spans[0], tmp_path)
    more = [article(number, text=words(777, 120), host=f"later{number}.example") for number in range(70, 90)]
    lines = "".join(json.dumps(item, ensure_ascii=False) + "\n" for item in more)
    store.put_bytes(f"articles/{FIRST_GENERATION}/2026/12/later.jsonl", lines.encode())
    write_links(store, FIRST_GENERATION)
    gather_part(store, RUN, spans[1], tmp_path)

    assert joined(store, 2, tmp_path) == before


def test_a_store_without_links_has_its_articles_counted(store: LocalBlobs, tmp_path: Path) -> None:
    store.delete(links_key(FIRST_GENERATION))
    write_plan(store, RUN, ALL, tmp_path)
    for span in spans_of(3):
        gather_part(store, RUN, span, tmp_path)

    assert joined(store, 3, tmp_path) == alone(store, ALL, tmp_path)
    assert joined(store, 3, tmp_path)["unlinked"] == 42


def test_who_was_sent_by_an_export_that_is_over_writes_nothing(store: LocalBlobs, tmp_path: Path) -> None:
    assert not gather_part(store, RUN, spans_of(1)[0], tmp_path)
    assert not list(store.list("state/dataset/"))


def test_a_part_that_comes_when_its_export_has_just_ended_goes_again(
    store: LocalBlobs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def put_late(blobs: LocalBlobs, key: str, path: Path) -> None:
        remove_parts(blobs, RUN)
        put(blobs, key, path)

    write_plan(store, RUN, Selection(), tmp_path)
    put = LocalBlobs.put_file
    monkeypatch.setattr(LocalBlobs, "put_file", put_late)

    assert not gather_part(store, RUN, spans_of(1)[0], tmp_path)
    assert not list(store.list("state/dataset/"))


def test_what_is_taken_down_meanwhile_is_in_no_release(store: LocalBlobs, tmp_path: Path) -> None:
    write_plan(store, RUN, ALL, tmp_path)
    gather_part(store, RUN, spans_of(1)[0], tmp_path)
    take_down(store, 8)

    with pytest.raises(NotGathered, match="taken down meanwhile"):
        joined(store, 1, tmp_path)


def test_a_part_that_is_not_whole_is_not_taken(store: LocalBlobs, tmp_path: Path) -> None:
    write_plan(store, RUN, ALL, tmp_path)
    gather_part(store, RUN, spans_of(1)[0], tmp_path)
    key = f"state/dataset/{RUN}/00-ff.part"
    store.put_bytes(key, store.get(key)[:-20])

    with pytest.raises(Malformed, match="ends before its last line"):
        joined(store, 1, tmp_path)


def test_what_an_export_left_that_died_is_told_of_and_goes_with_a_purge(store: LocalBlobs) -> None:
    """No fault while it goes on, nor after; it has the text of what is purged."""
    key = f"state/dataset/{RUN}/00-ff.part"
    store.put_bytes(key, b"left")

    def found(*live: str) -> list[Fault]:
        return [fault for fault in verify_store(store, Tally(), live=live) if fault.key == key]

    (fault,) = found()
    assert (fault.kind, fault.is_wrong) == (Kind.LEFTOVER, False)
    assert fault.problem.startswith("was left by an export that died (4 bytes)")
    assert not found(RUN)

    stone = read_takedowns(store).tombstones[0]
    Purger(store, store.root).purge(replace(stone, purge=Purge(begun="2026-11-02T00:00:00Z")), "2026-11-02T00:00:01Z")
    assert not found()


def test_a_repair_removes_what_an_export_left(store: LocalBlobs) -> None:
    key = f"state/dataset/{RUN}/plan.json"
    store.put_bytes(key, b"{}")
    faults = [fault for fault in verify_store(store, Tally()) if fault.kind is Kind.LEFTOVER]
    mender = Mender(store, store.root, generation=FIRST_GENERATION, rules={}, processes=1)

    assert [(item.key, item.done) for item in mender.mend(faults) if isinstance(item, Mended)] == [(key, "removed")]
    assert store.stat(key) is None
