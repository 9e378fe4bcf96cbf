"""A store, or chosen records of it, as one WACZ 1.1.1 for players such as ReplayWeb.page.

Nothing in it depends on a clock or on chance: the same records and pages are the same bytes. Records are copied as they
lie, by ranges, from a folder or from S3, and no more than a piece of them is ever in memory.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from archive.chosen import Chosen, copy_chosen, copy_entries
from archive.dates import format_date
from archive.durable import replacing
from archive.layout import Stem
from archive.line_sort import LineSorter
from archive.player_index import add_lines, read_index
from archive.tombstones import read_takedowns
from archive.wacz_file import WaczFile
from archive.zipnum import write_blocks

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable
    from pathlib import Path

    from archive.blobs import BlobStore
    from archive.capture import Location
    from archive.signing import Signer
    from archive.wacz_file import WaczMember

_STEP = 4 * 1024 * 1024
_INDEX = "index.cdx.gz"
_FIRST_LINE = b'{"format": "json-pages-1.0", "id": "pages", "title": "Articles", "hasText": true}'


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a WACZ is to hold: `pages` are the lines of pages.jsonl behind its first, without line ends.

    `records` are the places of the wanted responses, those of a WARC together, in the order of their offsets; None
    stands for all WARCs, whole. `latest` is the time of the last capture; `title` and `software` describe the file, and
    `signer` signs it.
    """

    pages: Iterable[bytes]
    records: Iterable[Location] | None
    latest: dt.datetime
    title: str
    software: str
    signer: Signer | None = None


@dataclass(slots=True)
class WaczReport:
    """What went in: `warcs` and `captures` are counts; `problems` say what could not, one clause each."""

    warcs: int = 0
    captures: int = 0
    problems: list[str] = field(default_factory=list)


def write_wacz(path: Path, blobs: BlobStore, contents: Contents) -> WaczReport:
    """Write the file whole or not at all.

    What an index promises and the store does not have is a problem in the report, and everything else goes in. Raises
    `OSError` when `path` cannot be written, `StoreNotUsable`, and `Malformed` when a file of the store gets shorter
    while it is read.
    """
    report = WaczReport()
    with replacing(path) as temporary, LineSorter() as sorter, WaczFile(temporary, when=contents.latest) as wacz:
        if contents.records is None:
            _copy_whole(wacz, blobs, sorter, report)
        else:
            _copy_chosen(wacz, blobs, contents, sorter, report)
        _add_index(wacz, sorter)
        with wacz.adding("pages/pages.jsonl") as member:
            for line in itertools.chain([_FIRST_LINE], contents.pages):
                member.write(line + b"\n")
        created, software, signer = _second(contents.latest), contents.software, contents.signer
        sign = partial(signer.signed_data, created=created, software=software) if signer is not None else None
        wacz.describe({"title": contents.title, "created": created, "software": software}, sign=sign)
    return report


def _second(when: dt.datetime) -> str:
    return f"{format_date(when)[:19]}Z"  # the examples of the specification have no fractions here


def _add_index(wacz: WaczFile, sorter: LineSorter) -> None:
    with wacz.adding(f"indexes/{_INDEX}") as member:
        blocks = list(write_blocks(sorter, member, filename=_INDEX))
    with wacz.adding("indexes/index.idx") as member:
        for block in blocks:
            member.write(block + b"\n")


def _copy_whole(wacz: WaczFile, blobs: BlobStore, sorter: LineSorter, report: WaczReport) -> None:
    takedowns = read_takedowns(blobs)
    for warc in blobs.list("warc/"):
        index = read_index(blobs, warc)
        hidden = {entry.location.offset for entry in index.entries if takedowns.hides_capture(entry)}
        with wacz.adding(f"archive/{warc.key.rsplit('/', 1)[-1]}") as member:
            if hidden:
                shown = {entry.location.offset for entry in index.entries} - hidden
                index = replace(index, entries=copy_entries(blobs, warc, index, shown, member))
            else:
                _copy_file(blobs, warc.key, member)
        report.warcs += 1
        report.problems += index.problems
        report.captures += add_lines(index, sorter)


def _copy_file(blobs: BlobStore, key: str, member: WaczMember) -> None:
    with blobs.open(key) as source:
        while part := source.read(_STEP):
            member.write(part)


def _copy_chosen(wacz: WaczFile, blobs: BlobStore, contents: Contents, sorter: LineSorter, report: WaczReport) -> None:
    assert contents.records is not None
    report.warcs = 1
    name = f"{Stem(began_at=contents.latest, serial=0, run='export')}.warc.gz"
    chosen = Chosen(
        records=contents.records, latest=contents.latest, title=contents.title, software=contents.software,
        problems=report.problems,
    )  # fmt: skip
    with wacz.adding(f"archive/{name}") as member:
        for index in copy_chosen(blobs, chosen, member):
            report.captures += add_lines(index, sorter)
