"""A store, or chosen records of it, as one WACZ 1.1.1 for players such as ReplayWeb.page.

Nothing in it depends on a clock or on chance: the same records and pages are the same bytes. Records are copied as they
lie, by ranges, from a folder or from S3, and no more than a piece of them is ever in memory.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from archive.capture import Location
from archive.conversions import derived_id
from archive.dates import format_date
from archive.durable import replacing
from archive.errors import Malformed
from archive.layout import Stem
from archive.line_sort import LineSorter
from archive.player_index import add_lines, read_index
from archive.records import RecordWriter
from archive.wacz_file import WaczFile
from archive.zipnum import write_blocks

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable
    from pathlib import Path

    from archive.blobs import BlobStore
    from archive.cdxj import CdxEntry
    from archive.keys import BlobInfo
    from archive.player_index import IndexOfWarc
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
    for warc in blobs.list("warc/"):
        index = read_index(blobs, warc)
        with wacz.adding(f"archive/{warc.key.rsplit('/', 1)[-1]}") as member, blobs.open(warc.key) as source:
            while part := source.read(_STEP):
                member.write(part)
        report.warcs += 1
        report.problems += index.problems
        report.captures += add_lines(index, sorter)


def _copy_chosen(wacz: WaczFile, blobs: BlobStore, contents: Contents, sorter: LineSorter, report: WaczReport) -> None:
    assert contents.records is not None
    report.warcs = 1
    name = f"{Stem(began_at=contents.latest, serial=0, run='export')}.warc.gz"
    with wacz.adding(f"archive/{name}") as member:
        fields = [
            ("software", contents.software),
            ("format", "WARC File Format 1.1"),
            ("conformsTo", "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"),
            (
                "description",
                f"{contents.title}; further warcinfo records are those of the WARCs they lay in",
            ),
        ]
        record_id = derived_id(name, repr(fields))
        RecordWriter(member).write_warcinfo(filename=name, when=contents.latest, fields=fields, record_id=record_id)
        for key, places in itertools.groupby(contents.records, key=lambda place: place.warc):
            offsets = {place.offset for place in places}
            warc = blobs.stat(key)
            if warc is None:
                report.problems.append(f"{key}: is not in the store, {len(offsets)} articles were made from it")
                continue
            index = read_index(blobs, warc)
            report.problems += index.problems
            missing = offsets - {entry.location.offset for entry in index.entries}
            report.problems += [f"{key} at byte {offset}: no index line points to it" for offset in sorted(missing)]
            copied = replace(index, entries=_copy(blobs, warc, index, offsets, member))
            report.captures += add_lines(copied, sorter)


def _copy(
    blobs: BlobStore, warc: BlobInfo, index: IndexOfWarc, offsets: set[int], member: WaczMember
) -> tuple[CdxEntry, ...]:
    """Copy the warcinfo of a WARC, then what belongs to the responses at the offsets; back come their new entries.

    A response reaches to the next one: its request and metadata lie between them.
    """
    starts = [entry.location.offset for entry in index.entries]
    ends = [*starts[1:], warc.size]
    wanted = [(entry, end) for entry, end in zip(index.entries, ends, strict=True) if entry.location.offset in offsets]
    if wanted:
        _copy_range(blobs, warc.key, 0, starts[0], member)
    copied: list[CdxEntry] = []
    for entry, end in wanted:
        place = Location(warc=member.filename, offset=member.size, length=entry.location.length)
        _copy_range(blobs, warc.key, entry.location.offset, end, member)
        copied.append(replace(entry, location=place))
    return tuple(copied)


def _copy_range(blobs: BlobStore, key: str, start: int, end: int, member: WaczMember) -> None:
    while start < end:
        part = blobs.get_range(key, start, min(_STEP, end - start))
        if not part:
            raise Malformed(key, start, f"the file ends here, {end} bytes were expected")
        member.write(part)
        start += len(part)
