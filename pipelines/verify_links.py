"""Links against the articles that they are made from, and files that nobody knows."""

from __future__ import annotations

import json
import re
import tempfile
from typing import TYPE_CHECKING, BinaryIO

from archive.errors import BlobNotFound
from archive.faults import Fault, Kind
from archive.layout import links_key
from pipelines.link_stage import linked, read_lines
from pipelines.links import format_link

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archive.blobs import BlobStore

_KNOWN = re.compile(
    r"warc/.+\.warc(\.gz)?|cdxj/[^/]+\.cdxj|manifest/.+\.json|articles/(current|keep|staged)\.json|"
    r"(articles|dropped|links)/[^/]+/.+\.jsonl?|templates/[^/]+\.json|text/.+\.warc\.gz|runs/[^/]+\.json|"
    r"takedowns/[^/]+\.json|state/.+"
)


def check_links(blobs: BlobStore, generation: str) -> Iterator[Fault]:
    """The links that are not what the articles give: nothing where an article cannot be read, that is said elsewhere.

    In memory are digests and sketches, as when the links were made.
    """
    key = links_key(generation)
    with tempfile.TemporaryFile() as expected:
        try:
            articles = (json.loads(line) for line in read_lines(blobs, generation))
            expected.writelines(format_link(item).encode() for item in linked(articles))
        except (ValueError, KeyError, TypeError, AttributeError):
            return
        expected.seek(0)
        yield from _compare(blobs, key, expected)


def _compare(blobs: BlobStore, key: str, expected: BinaryIO) -> Iterator[Fault]:
    try:
        stored = blobs.open(key)
    except BlobNotFound:
        if expected.readline():
            yield Fault(kind=Kind.MISSING, key=key, offset=None, problem="is not there, but articles are")
        return
    position = 0
    with stored:
        for raw in stored:
            if raw != (right := expected.readline() or None):
                expected.seek(0)
                known = {json.loads(line)["record_id"] for line in expected}
                yield Fault(kind=Kind.LINKS, key=key, offset=position, problem=_problem(raw, right, known))
                return  # every line behind an odd one would be named too
            position += len(raw)
    if right := expected.readline():
        problem = f"ends, where {json.loads(right)['record_id']} should follow"
        yield Fault(kind=Kind.LINKS, key=key, offset=position, problem=problem)


def _problem(raw: bytes, right: bytes | None, known: set[str]) -> str:
    try:
        said = json.loads(raw)["record_id"]
    except (ValueError, KeyError, TypeError):
        return "is no link"
    if said not in known:
        return f"names {said!r}, which no article has"
    return "should not be there" if right is None else f"is not what the articles give: {right.decode().strip()}"


def stray_files(blobs: BlobStore) -> Iterator[Fault]:
    """The files of a store that are none of an archive: worth saying, and no fault."""
    for info in blobs.list(""):
        if _KNOWN.fullmatch(info.key) is None:
            yield Fault(
                kind=Kind.STRAY, key=info.key, offset=None, problem=f"is no file of an archive ({info.size} bytes)"
            )
