"""The rules of WARC and CDXJ over all files of a store, or over files that were named."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from archive.faults import Fault, Kind
from archive.layout import is_imported, stem_of_key
from archive.lint import Breach, lint_index, lint_warc

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archive.blobs import BlobStore
    from pipelines.tally import Tally

_WARCS = (".warc.gz", ".warc")


def lint_store(blobs: BlobStore, tally: Tally) -> Iterator[Fault]:
    """What breaks a rule in `warc/`, `text/` and `cdxj/`. Warnings, and what other people's WARCs broke, are notes."""
    for folder in ("warc/", "text/", "cdxj/"):
        for info in blobs.list(folder):
            if not info.key.endswith((*_WARCS, ".cdxj")):
                continue
            tally.linted += 1
            is_theirs = folder == "warc/" and is_imported(info.key)
            is_ours = stem_of_key(info.key) is not None and not is_theirs
            with blobs.open(info.key) as file:
                for breach in _lint(file, info.key, info.size):
                    yield _fault(breach, is_note=not is_ours or not breach.is_error)


def lint_files(paths: Sequence[str], tally: Tally) -> Iterator[Fault]:
    """What breaks a rule in WARC and CDXJ files of no store. Raises `OSError` for one that cannot be read."""
    for path in map(Path, paths):
        tally.linted += 1
        with path.open("rb") as file:
            for breach in _lint(file, str(path), path.stat().st_size):
                fault = _fault(breach, is_note=not breach.is_error)
                tally.faults += fault.is_wrong
                tally.notes += fault.is_note
                yield fault


def _lint(file: BinaryIO, name: str, size: int) -> Iterator[Breach]:
    return lint_index(file, name=name) if name.endswith(".cdxj") else lint_warc(file, name=name, size=size)


def _fault(breach: Breach, *, is_note: bool) -> Fault:
    record = f" [{breach.record_id}]" if breach.record_id else ""
    problem = f"{breach.rule.code} ({breach.rule.section}): {breach.problem}{record}"
    return Fault(kind=Kind.LINT, key=breach.file, offset=breach.offset, problem=problem, is_note=is_note)
