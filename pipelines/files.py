"""WARC, WACZ and HTML files of any origin through the page stage, in input order; no store is touched.

Pages are derived in worker processes, a window of them at a time, so that memory stays flat however large the input
is; a lone HTML file is derived here, where starting processes would take longer than the page.
"""

from __future__ import annotations

import collections
import contextlib
import os
import sys
import tempfile
import zipfile
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast
from urllib.parse import urlsplit

from archive.reader import Finding, read_captures
from pipelines.article import Article, Dropped, Failed, Reason
from pipelines.capture_workers import CaptureWorkers
from pipelines.flow import extract_page
from pipelines.jsonl import format_article, format_dropped, format_failed
from pipelines.learning import Learned, learn_templates
from pipelines.mementos import ROLE, as_original
from pipelines.provenance import provenance_of_capture
from pipelines.rules import NO_RULES, PageRules
from pipelines.template import host_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from archive.capture import Capture

_GZIP = b"\x1f\x8b"
_ZIP = b"PK\x03\x04"
_ARCHIVES = (_GZIP, _ZIP, b"WARC/")
_ARCHIVE_NAMES = (".warc", ".warc.gz", ".wacz")
_WINDOW_PER_WORKER = 8
_PAGE_ROLES = frozenset({"article", ROLE, None})


@dataclass(frozen=True, slots=True, kw_only=True)
class Extracted:
    """One result: `kind` is article, dropped, failed or problem; `line` is its JSON, or for a problem the message."""

    kind: str
    line: str
    url: str = ""
    reason: str = ""
    detail: str = ""


def extract_files(
    paths: Sequence[str],
    *,
    url: str | None,
    rules: Mapping[str, PageRules],
    source_of: Callable[[str], str | None],
    processes: int | None = None,
    learns: bool = False,
) -> Iterator[Extracted]:
    """What each page of the files gave, in the order of the input.

    With `learns`, the template of each host is learned first from the input where that holds three pages of it: the
    archives among the files are read once more for it, standard input for itself.

    `source_of` names the source that owns a host, whose rules then hold. A file that is none of the three kinds, or
    is damaged, gives a problem and the next file follows.
    """
    workers = CaptureWorkers(rules, processes=processes or os.cpu_count() or 1)
    way = _Way(url=url, rules=rules, source_of=source_of, workers=workers, learned=Learned())
    try:
        if learns:
            way = replace(way, learned=learn_templates(lambda: _captures(paths), workers, way.source_of_page))
        for path in paths:
            try:
                with _opened(path) as (source, size):
                    if learns and path == "-":
                        way.learn_from(source, size)
                    yield from _extract(path, source, size, way)
            except Exception as error:  # noqa: BLE001
                # A file that cannot be read, an archive that is damaged, encrypted or packed in an unknown way: the
                # errors of zipfile are many, and none of them may cost the files after it.
                problem = getattr(error, "strerror", None) or str(error)
                yield Extracted(kind="problem", line=f"{path}: cannot be read: {problem}")
    finally:
        workers.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """How the files of one call are read: the address given, the rules, whose host is whose, and who does the work."""

    url: str | None
    rules: Mapping[str, PageRules]
    source_of: Callable[[str], str | None]
    workers: CaptureWorkers
    learned: Learned

    def rules_for(self, url: str | None) -> PageRules:
        name = self.source_of(urlsplit(url).netloc) if url else None
        return self.rules.get(name, NO_RULES) if name else NO_RULES

    def source_of_page(self, capture: Capture) -> str | None:
        return capture.fact("kakehashi-source") or self.source_of(urlsplit(capture.url).netloc)

    def learn_from(self, source: BinaryIO, size: int) -> None:
        """Learn from standard input, too."""
        self.learned.add(learn_templates(lambda: _captures_in("-", source, size), self.workers, self.source_of_page))
        source.seek(0)


def _captures(paths: Sequence[str]) -> Iterator[Capture]:
    """The captures of the archives among the files; what cannot be read is named when it is read in earnest."""
    for path in paths:
        if path == "-":
            continue
        with contextlib.suppress(Exception), _opened(path) as (source, size):
            yield from _captures_in(path, source, size)


def _captures_in(path: str, source: BinaryIO, size: int) -> Iterator[Capture]:
    source.seek(0)
    start = source.read(512)
    source.seek(0)
    with contextlib.suppress(Exception):
        for name, part, part_size in _archives(path, source, size) if start.startswith(_ARCHIVES) else ():
            for item in read_captures(part, warc=name, size=part_size):
                if not isinstance(item, Finding):
                    yield item


class _opened:  # noqa: N801  (used as a function)
    """A file by its path, or standard input spooled to disk; gives it with its size in bytes."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._file: BinaryIO | None = None

    def __enter__(self) -> tuple[BinaryIO, int]:
        self._file = Path(self._path).open("rb") if self._path != "-" else _spooled_stdin()
        size = self._file.seek(0, os.SEEK_END)
        self._file.seek(0)
        return self._file, size

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()


def _spooled_stdin() -> BinaryIO:
    # Closed by _opened.
    spool = cast("BinaryIO", tempfile.SpooledTemporaryFile(max_size=16 * 1024 * 1024))  # noqa: SIM115
    while part := sys.stdin.buffer.read(1024 * 1024):
        spool.write(part)
    return spool


def _extract(path: str, source: BinaryIO, size: int, way: _Way) -> Iterator[Extracted]:
    start = source.read(512)
    source.seek(0)
    if not start.strip():
        yield Extracted(kind="problem", line=f"{path}: the file is empty, expected a WARC, WACZ or HTML file")
    elif start.startswith(_ZIP):
        yield from _wacz(path, source, way)
    elif start.startswith((_GZIP, b"WARC/")):
        yield from _warc(path, source, size, way)
    elif path.lower().endswith(_ARCHIVE_NAMES):
        yield Extracted(kind="problem", line=f"{path}: it begins {start[:8]!r}, expected a WARC or WACZ by its name")
    else:
        yield _html(path, source.read(), way)


def _html(path: str, body: bytes, way: _Way) -> Extracted:
    outcome = extract_page(body, url=way.url, rules=way.rules_for(way.url))
    if way.url is None and isinstance(outcome, Article):  # the page itself says whose it is
        own_rules = way.rules_for(outcome.canonical_url)
        outcome = extract_page(body, rules=own_rules) if own_rules is not NO_RULES else outcome
    if isinstance(outcome, Dropped) and outcome.reason is Reason.NOT_HTML:
        return Extracted(kind="problem", line=f"{path}: {outcome.detail}")
    extracted = to_extracted(outcome)
    return replace(extracted, url=extracted.url or path)  # a page without an address is named by its file


def _wacz(path: str, source: BinaryIO, way: _Way) -> Iterator[Extracted]:
    try:
        archive = zipfile.ZipFile(source)
    except zipfile.BadZipFile as error:
        yield Extracted(kind="problem", line=f"{path}: not a WACZ: {error}")
        return
    count = 0
    for name, member, size in _members(path, archive):
        count += 1
        yield from _warc(name, member, size, way)
    if not count:
        yield Extracted(kind="problem", line=f"{path}: a ZIP without archive/, expected a WACZ")


def _archives(path: str, source: BinaryIO, size: int) -> Iterator[tuple[str, BinaryIO, int]]:
    """The WARCs of a file that is one, or holds some."""
    if source.read(4) == _ZIP:
        yield from _members(path, zipfile.ZipFile(source))
    else:
        source.seek(0)
        yield path, source, size


def _members(path: str, archive: zipfile.ZipFile) -> Iterator[tuple[str, BinaryIO, int]]:
    for info in archive.infolist():
        if info.filename.startswith("archive/") and not info.is_dir():
            with archive.open(info) as member:
                yield f"{path}!{info.filename}", cast("BinaryIO", member), info.file_size


def _warc(name: str, source: BinaryIO, size: int, way: _Way) -> Iterator[Extracted]:
    window: collections.deque[Extracted | Future[Article | Dropped | Failed]] = collections.deque()
    for item in read_captures(source, warc=name, size=size):
        if isinstance(item, Finding):
            window.append(Extracted(kind="problem", line=str(item)))
        else:
            window.append(_started(item, way))
        while len(window) > way.workers.processes * _WINDOW_PER_WORKER:
            yield _finished(window.popleft())
    while window:
        yield _finished(window.popleft())


def _started(capture: Capture, way: _Way) -> Extracted | Future[Article | Dropped | Failed]:
    rejected = not_a_page(capture)
    if rejected is not None:
        return to_extracted(rejected)
    known = way.learned.outcome_of(capture)
    if known is not None:
        return to_extracted(known)
    if capture.fact("kakehashi-role") == ROLE:
        capture = as_original(capture)
    return way.workers.submit(capture, way.source_of_page(capture), way.learned.templates.get(host_of(capture.url)))


def not_a_page(capture: Capture) -> Dropped | None:
    """Why a capture is not to be read as an article at all: a revisit, or a page that the crawl used to find others."""
    role = capture.fact("kakehashi-role")
    if capture.record_type == "revisit":
        return _dropped(capture, Reason.REVISIT, "the payload is that of an earlier record")
    if role not in _PAGE_ROLES:
        return _dropped(capture, Reason.NOT_A_PAGE, f"fetched as {role}")
    return None


def _dropped(capture: Capture, reason: Reason, detail: str) -> Dropped:
    provenance = provenance_of_capture(capture)
    return Dropped(url=capture.url, reason=reason, detail=detail, provenance=provenance)


def _finished(item: Extracted | Future[Article | Dropped | Failed]) -> Extracted:
    return to_extracted(item.result()) if isinstance(item, Future) else item


def to_extracted(outcome: Article | Dropped | Failed) -> Extracted:
    """An outcome of the page stage as a line of output."""
    match outcome:
        case Article():
            return Extracted(kind="article", line=format_article(outcome), url=outcome.url)
        case Dropped():
            line = format_dropped(outcome)
            return Extracted(
                kind="dropped", line=line, url=outcome.url, reason=outcome.reason.value, detail=outcome.detail
            )
        case Failed():
            line = format_failed(outcome)
            return Extracted(kind="failed", line=line, url=outcome.url, reason=outcome.cause, detail=outcome.detail)
