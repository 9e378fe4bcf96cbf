"""The first pass of a release, shared out among machines: ranges of ids, a file each in the store, joined in order.

`plan.json` in the folder of an export says what all of them read, so that a crawl that goes on changes nothing for
those who begin later: the files of articles that there were, and a copy of the links. An export that is over has none.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import tempfile
from contextlib import ExitStack
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from archive.errors import BlobNotFound, Malformed
from archive.layout import RANGES_FOLDER
from archive.line_sort import LineSorter
from archive.tombstones import read_takedowns
from pipelines.article import Label
from pipelines.dataset.errors import NotGathered
from pipelines.dataset.gather import Gathered, Part, gather, generation_in, whole
from pipelines.dataset.spool import Spool
from pipelines.selection import Selection

if TYPE_CHECKING:
    from archive.blobs import BlobStore
    from archive.tombstones import Takedowns

_MOST = 256
_COUNTERS = ("days", "languages", "sources")
_NUMBERS = ("taken_down", "unlinked")


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The ids from `begin` up to before `end`, None: to the last. Ids are digests, so equal spans hold equal work."""

    begin: str
    end: str | None

    def __str__(self) -> str:
        return f"{self.begin or '00'}-{'ff' if self.end is None else f'{int(self.end, 16) - 1:02x}'}"


def spans_of(count: int) -> list[Span]:
    """All ids in so many spans, in their order; 256 at most."""
    count = min(max(count, 1), _MOST)
    edges = [f"{_MOST * number // count:02x}" for number in range(1, count)]
    return [Span(begin=begin, end=end) for begin, end in zip(["", *edges], [*edges, None], strict=True)]


def folder_of(run: str) -> str:
    """The folder of an export, with a slash at its end."""
    return f"{RANGES_FOLDER}{run}/"


def _plan_key(run: str) -> str:
    return f"{folder_of(run)}plan.json"


def remove_parts(blobs: BlobStore, run: str) -> None:
    """Remove the files of an export, the plan before the others are listed: a part that comes later removes itself."""
    blobs.delete(_plan_key(run))
    for info in list(blobs.list(folder_of(run))):
        blobs.delete(info.key)


def _part_key(run: str, span: Span) -> str:
    return f"{folder_of(run)}{span}.part"


def write_plan(blobs: BlobStore, run: str, wanted: Selection, folder: Path) -> None:
    """Write down what all parts of an export read; `folder` takes a copy of the links for a while."""
    now = whole(blobs, generation_in(blobs))
    links = None
    if now.links is not None:
        links = f"{folder_of(run)}links.jsonl"
        with tempfile.TemporaryDirectory(dir=folder) as name:
            path = Path(name) / "links"
            blobs.download(now.links, path)
            blobs.put_file(links, path)
    plan = {"schema_version": 1, "articles": now.articles, "links": links, "wanted": asdict(wanted)}
    blobs.put_bytes(_plan_key(run), (json.dumps(plan, default=str) + "\n").encode())


def gather_part(blobs: BlobStore, run: str, span: Span, folder: Path) -> bool:
    """Gather one part of an export into the store; `folder` is to work in. False where the export is over.

    A part that is gathered twice is the same bytes. Raises as `gather` does.
    """
    try:
        plan: dict[str, Any] = json.loads(blobs.get(_plan_key(run)))
    except BlobNotFound:
        return False
    part = Part(articles=plan["articles"], links=plan["links"], begin=span.begin, end=span.end)
    takedowns = read_takedowns(blobs)
    with ExitStack() as stack:
        gathered = Gathered(
            candidates=stack.enter_context(Spool(folder)),
            versions=stack.enter_context(Spool(folder)),
            clustered=stack.enter_context(LineSorter(folder=folder)),
        )
        gather(blobs, part, _selection(plan["wanted"]), gathered, takedowns=takedowns, folder=folder)
        path = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=folder))) / "part"
        with path.open("wb") as file:
            _write(gathered, takedowns, file, folder)
        if blobs.stat(_plan_key(run)) is None:
            return False
        blobs.put_file(_part_key(run, span), path)
    if blobs.stat(_plan_key(run)) is None:  # it ended meanwhile, and nobody looks for what came behind it
        blobs.delete(_part_key(run, span))
        return False
    return True


def take_part(blobs: BlobStore, run: str, span: Span, into: Gathered, *, takedowns: Takedowns) -> None:
    """Add a part that was gathered to what came before it.

    Raises `NotGathered` when it knew of other takedowns, `Malformed` when it is not whole, `BlobNotFound`.
    """
    key = _part_key(run, span)
    with blobs.open(key) as file:
        head = json.loads(_line(file, key))
        if head["takedowns"] != _digest(takedowns):
            raise NotGathered("something was taken down meanwhile, nothing was written: give the command again")
        for name in _COUNTERS:
            getattr(into, name).update(head[name])
        for name in _NUMBERS:
            setattr(into, name, getattr(into, name) + head[name])
        for _ in range(head["candidates"]):
            into.candidates.add_packed(_line(file, key))
        for _ in range(head["versions"]):
            into.versions.add_packed(_line(file, key))
        for _ in range(head["clustered"]):
            into.clustered.add(_line(file, key).removesuffix(b"\n"))


def _write(gathered: Gathered, takedowns: Takedowns, file: BinaryIO, folder: Path) -> None:
    with Spool(folder) as clustered:
        for line in gathered.clustered:
            clustered.add_packed(line + b"\n")
        head = {
            "takedowns": _digest(takedowns),
            **{name: getattr(gathered, name) for name in (*_COUNTERS, *_NUMBERS)},
            "candidates": gathered.candidates.lines,
            "versions": gathered.versions.lines,
            "clustered": clustered.lines,
        }
        file.write(json.dumps(head).encode() + b"\n")
        for spool in (gathered.candidates, gathered.versions, clustered):
            file.writelines(line.encode() + b"\n" for line in spool)


def _line(file: BinaryIO, key: str) -> bytes:
    line = file.readline()
    if not line.endswith(b"\n"):
        raise Malformed(key, None, "ends before its last line")
    return line


def _digest(takedowns: Takedowns) -> str:
    """What tells whether two machines hide the same."""
    stones = [(stone.id, stone.urls, stone.record_ids) for stone in takedowns.tombstones]
    return hashlib.sha256(json.dumps(stones).encode()).hexdigest()


def _selection(said: dict[str, Any]) -> Selection:
    values = {field.name: said[field.name] for field in fields(Selection)}
    for name in ("since", "until"):
        values[name] = dt.date.fromisoformat(values[name]) if values[name] else None
    values["label"] = Label(values["label"]) if values["label"] else None
    return Selection(**values)
