"""The lines of an index against the captures of the WARC that they name. Pure."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from archive.cdxj import CdxEntry, format_line, parse_key, parse_line
from archive.dates import format_date
from archive.digests import is_equal
from archive.errors import Malformed
from archive.faults import CheckedWarc, Fault, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def check_index(key: str, lines: Iterable[bytes], warc: CheckedWarc) -> Iterator[Fault]:
    """What is wrong with the lines of the index `key`: each must name a capture as it is, each capture have a line."""
    named: set[int] = set()
    position, before = 0, b""
    for raw in lines:
        for problem in _problems_of_line(raw, before, warc, named):
            yield Fault(kind=Kind.INDEX, key=key, offset=position, problem=problem)
        position, before = position + len(raw), raw
    for offset, seen in warc.captures.items():
        if offset not in named:
            problem = f"has no line for the {seen.kind} of {seen.url} at byte {offset} of {warc.key}"
            yield Fault(kind=Kind.INDEX, key=key, offset=None, problem=problem)


def _problems_of_line(raw: bytes, before: bytes, warc: CheckedWarc, named: set[int]) -> Iterator[str]:
    if raw < before:
        yield "is not in the order of its bytes: readers will miss it"
    try:
        line = raw.decode("utf-8").removesuffix("\n")
        if not raw.endswith(b"\n"):
            yield "has no line end: the file is cut"
        entry = parse_line(line)
    except UnicodeDecodeError as error:
        yield f"is not UTF-8: {error}"
    except Malformed as error:
        yield error.problem
    else:
        named.add(entry.location.offset)
        problems = list(_differences(entry, warc))
        if parse_key(line) != (entry.key, entry.timestamp):
            problems.append(f"is filed under {parse_key(line)}, expected {(entry.key, entry.timestamp)}")
        yield from problems
        if not problems and warc.is_ours:
            yield from _spelling(line, entry, warc)


def _differences(entry: CdxEntry, warc: CheckedWarc) -> Iterator[str]:
    file_name, offset = warc.key.rsplit("/", 1)[-1], entry.location.offset
    if entry.location.warc.rsplit("/", 1)[-1] != file_name:
        yield f"points into {entry.location.warc}, expected {file_name}"
        return
    seen = warc.captures.get(offset)
    if seen is None:
        if warc.is_readable(offset):
            yield f"points to byte {offset} of {file_name}, where no capture begins ({entry.url})"
        return
    pairs: list[tuple[str, object, object]] = [
        ("length", entry.location.length, seen.length),
        ("url", entry.url, seen.entry.url),
        ("time", format_date(entry.captured_at), format_date(seen.captured_at)),
        ("record id", entry.record_id or seen.record_id, seen.record_id),
    ]
    yield from (
        f"says {what} {said!r}, the record at byte {offset} has {is_!r}" for what, said, is_ in pairs if said != is_
    )
    if seen.payload_digest is not None and not is_equal(entry.payload_digest, seen.payload_digest):
        yield f"says digest {entry.payload_digest}, the record at byte {offset} has {seen.payload_digest}"


def _spelling(line: str, entry: CdxEntry, warc: CheckedWarc) -> Iterator[str]:
    """What else differs from the line that the record gives: status, type, validators, and each byte of it."""
    seen = warc.captures.get(entry.location.offset)
    if seen is None:
        return
    # Without its record id where nothing may count as unchanged from it: its metadata was cut off.
    may_be = {format_line(seen.entry), format_line(replace(seen.entry, record_id=None))}
    if line not in may_be:
        said, right = json.loads(line.split(" ", 2)[2]), json.loads(format_line(seen.entry).split(" ", 2)[2])
        names = [name for name in {**right, **said} if said.get(name) != right.get(name)]
        what = ", ".join(names) or "its spelling"
        yield f"is not what the record at byte {entry.location.offset} gives: {what} differ"
