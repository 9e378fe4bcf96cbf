"""What the WARCs of a store say of each other: revisits and their originals, ids that nobody else may have."""

from __future__ import annotations

import dataclasses
import gzip
from typing import TYPE_CHECKING

import pytest

from archive.blobs import LocalBlobs
from archive.capture import Earlier
from archive.faults import Fault, Kind
from archive.verify import verify_archive
from tests.archive.samples import BEGAN, PAGE, Clock, exchange, members_of, open_writer

if TYPE_CHECKING:
    from pathlib import Path

    from archive.closed import ClosedWarc

KEY = "warc/2026/11/kakehashi-20261121T093000123Z-0000{}-testrun.warc.gz"


def two_warcs(folder: Path, **changes: object) -> list[ClosedWarc]:
    """A response in one WARC, its revisit in the next; fields of what the revisit says may be changed."""
    closed: list[ClosedWarc] = []
    known: list[Earlier] = []
    clock = Clock()
    writer = open_writer(folder, closed, now=clock, find_earlier=lambda _, __: known[0] if known else None)
    stored = writer.write(exchange(PAGE))
    earlier = Earlier(
        record_id=stored.record_id,
        url=stored.url,
        captured_at=stored.captured_at,
        payload_digest=stored.payload_digest,
    )
    known.append(dataclasses.replace(earlier, **changes))
    writer.close()
    writer.write(exchange(PAGE))
    writer.close()
    return closed


def faults_of(folder: Path) -> list[Fault]:
    return [item for item in verify_archive(LocalBlobs(folder)) if isinstance(item, Fault)]


def test_a_revisit_whose_original_is_in_another_warc_is_right(tmp_path: Path) -> None:
    """By URL, time, payload and id."""
    two_warcs(tmp_path)

    assert faults_of(tmp_path) == []


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        (
            {"url": "https://example.org/b"},
            "its original, https://example.org/b of 2026-11-21T09:30:00.123Z, is not in",
        ),
        (
            {"captured_at": BEGAN.replace(year=2025)},
            "its original, https://example.org/a of 2025-11-21T09:30:00.123Z, is",
        ),
        (
            {"record_id": "<urn:uuid:7>"},
            "its original, https://example.org/a of 2026-11-21T09:30:00.123Z, is <urn:uuid:",
        ),
    ],
)
def test_a_revisit_that_leads_nowhere_is_named(tmp_path: Path, changes: dict[str, object], problem: str) -> None:
    """By its place."""
    closed = two_warcs(tmp_path, **changes)
    (fault,) = faults_of(tmp_path)

    assert (fault.kind, fault.key, fault.offset) == (Kind.REVISIT, KEY.format(1), closed[1].entries[0].location.offset)
    assert fault.problem.startswith(problem)


def test_a_revisit_whose_original_is_lost_is_named(tmp_path: Path) -> None:
    """The WARC is not there, and then neither is the payload."""
    closed = two_warcs(tmp_path)
    closed[0].path.unlink()

    assert [fault.kind for fault in faults_of(tmp_path)] == [Kind.MISSING, Kind.REVISIT]


def test_a_revisit_of_another_payload_is_named(tmp_path: Path) -> None:
    """Its digest is not that of the record it refers to."""
    closed = two_warcs(tmp_path)
    data = closed[1].path.read_bytes()
    parts = [gzip.decompress(data[at : at + size]) for at, size in members_of(closed[1].path)]
    digest = closed[1].entries[0].payload_digest
    closed[1].path.write_bytes(
        b"".join(gzip.compress(part.replace(digest.encode(), b"sha1:" + b"A" * 32)) for part in parts)
    )

    found = [fault.problem for fault in faults_of(tmp_path) if fault.kind is Kind.REVISIT]

    assert len(found) == 1
    assert f"has another payload: {digest}, expected sha1:AAAA" in found[0]


def test_an_id_that_two_records_have_is_named(tmp_path: Path) -> None:
    """In whichever WARCs they lie."""
    closed = two_warcs(tmp_path)
    copy = closed[0].path.with_name(closed[0].path.name.replace("-00000-", "-00002-"))
    copy.write_bytes(closed[0].path.read_bytes())

    found = [fault for fault in faults_of(tmp_path) if fault.kind is Kind.DUPLICATE]

    assert {fault.key for fault in found} == {KEY.format(2)}
    assert len(found) == 4
