"""Lines derived again from their records, and compared byte for byte with those that are stored."""

from __future__ import annotations

import collections
import json
import os
from typing import TYPE_CHECKING

from archive.capture import Location
from archive.errors import BlobNotFound, Malformed
from archive.faults import Fault, Kind
from archive.layout import is_imported
from archive.reader import read_capture
from pipelines.article import EVERY_LABEL, Article, Dropped, Failed, Label, Reason
from pipelines.capture_workers import CaptureWorkers
from pipelines.imported_pages import NOT_WHOLE, is_memento, source_of_url
from pipelines.jsonl import format_article, format_dropped
from pipelines.keep import kept_in
from pipelines.mementos import as_original
from pipelines.provenance import from_origin
from pipelines.rules import NO_RULES
from pipelines.software import software
from pipelines.template import host_of
from pipelines.verify_lines import ASKED_FOR

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from concurrent.futures import Future

    from archive.blobs import BlobStore
    from archive.capture import Capture
    from pipelines.flow import Outcome
    from pipelines.rules import PageRules
    from pipelines.tally import Tally
    from pipelines.template import Template
    from pipelines.verify_lines import Line

_WINDOW_PER_WORKER = 8
_MAX_OTHERS = 200
_FOR_TOPIC = {Reason.OFF_TOPIC, Reason.ONE_SIDE, Reason.SPORT}


class Deriver:
    """Derives articles and dropped pages again in worker processes, a window of them at a time: memory stays flat.

    `rules` are the page rules of every source by its id, `templates` those in force by host. What other rules or
    software made is only counted, unless its neighbours are ours and it differs from what is derived in one bit: no
    rules do that.
    """

    def __init__(
        self,
        blobs: BlobStore,
        rules: Mapping[str, PageRules],
        tally: Tally,
        *,
        templates: Mapping[str, Template] | None = None,
        processes: int | None = None,
    ) -> None:
        self._blobs = blobs
        self._rules = rules
        self._kept = kept_in(blobs)
        self._templates = templates or {}
        self._tally = tally
        self._workers = CaptureWorkers(rules, processes=processes or os.cpu_count() or 1)
        self._window: collections.deque[tuple[Line, Future[Outcome]]] = collections.deque()
        self._others: list[Line] = []
        self._has_ours = False

    def take(self, line: Line) -> Iterator[Fault]:
        """Begin with a line; back come the faults of earlier ones that are ready."""
        if line.seen is None:  # within damage, which is named
            return
        if _is_imported(line) and line.seen.is_cut:
            yield from self._compare_cut(line)
        elif line.seen.fact("kakehashi-role") == "foreign":
            yield from self._compare_foreign(line)
        elif self._is_ours(line):
            self._has_ours = True
            yield from self._derive(line)
            if len(self._window) > self._workers.processes * _WINDOW_PER_WORKER:
                yield from self._compare(*self._window.popleft())
        else:
            self._tally.other_rules += 1
            if len(self._others) < _MAX_OTHERS:
                self._others.append(line)

    def finish(self) -> Iterator[Fault]:
        """The faults of all lines of a file that are still under way."""
        while self._window:
            yield from self._compare(*self._window.popleft())
        others, self._others = self._others, []
        for line in others if self._has_ours else ():
            yield from self._derive(line)
        while self._window:
            line, future = self._window.popleft()
            if _is_one_bit_off(self._line_of(line, future.result()), line.raw):
                yield _fault(line, "derived again, it differs in one bit of what made it")
        self._has_ours = False

    def close(self) -> None:
        """End the processes."""
        self._workers.close()

    def _derive(self, line: Line) -> Iterator[Fault]:
        try:
            capture = self._capture(line)
        except (Malformed, BlobNotFound, ValueError, TypeError) as error:
            yield _fault(line, f"its record cannot be read: {error}")
            return
        # What was dropped at a glance is looked at as it was then; all else is read, whatever its topic.
        keep = frozenset[Label]() if _is_dropped_for(line, {Reason.ONE_SIDE}) else EVERY_LABEL
        # A line that names no template came the same without one: where one decides, it is named.
        template = self._template_of(line) if line.value.provenance.rules.get("template") else None
        self._window.append((line, self._workers.submit(capture, self._source_of(line), template, keep=keep)))

    def _template_of(self, line: Line) -> Template | None:
        return self._templates.get(host_of(line.value.url))

    def _source_of(self, line: Line) -> str | None:
        if _is_imported(line):
            return source_of_url(self._rules, line.value.url)
        return line.seen.fact("kakehashi-source") if line.seen else None

    def _is_ours(self, line: Line) -> bool:
        source = self._source_of(line)
        if source is not None and source not in self._rules:
            return False
        digest = self._rules.get(source or "", NO_RULES).digest
        provenance = line.value.provenance
        named, template = provenance.rules.get("template"), self._template_of(line)
        is_in_force = named is None or (template is not None and template.digest == named)
        is_same = provenance.rules.get("source") == digest and is_in_force
        return is_same and provenance.software == software()

    def _capture(self, line: Line) -> Capture:
        place = line.value.provenance
        location = Location(warc=place.warc or "", offset=place.offset or 0, length=place.length or 0)
        capture = read_capture(self._blobs.get_range(location.warc, location.offset, location.length), location)
        return as_original(capture) if line.seen is not None and is_memento(line.seen) else capture

    def _compare_foreign(self, line: Line) -> Iterator[Fault]:
        self._tally.derived += 1
        value = line.value
        is_right = (
            isinstance(value, Dropped)
            and value.reason is Reason.REDIRECT
            and value.detail.split("#", 1)[0] == f"to {value.url}"
            and f"{format_dropped(value)}\n".encode() == line.raw
        )
        if not is_right:
            yield _fault(line, "is not the line of a page that a redirect led away from its source")

    def _compare_cut(self, line: Line) -> Iterator[Fault]:
        self._tally.derived += 1
        value = line.value
        is_right = (
            isinstance(value, Dropped)
            and (value.reason, value.detail) == (Reason.TRUNCATED, NOT_WHOLE)
            and f"{format_dropped(value)}\n".encode() == line.raw
        )
        if not is_right:
            yield _fault(line, "is not the line of a page that did not come whole")

    def _compare(self, line: Line, future: Future[Outcome]) -> Iterator[Fault]:
        outcome = future.result()
        self._tally.derived += 1
        again = self._line_of(line, outcome)
        if again == line.raw:
            return
        if isinstance(outcome, Failed):
            yield _fault(line, f"derived again, it fails: {outcome.cause}: {outcome.detail}")
            return
        judged = self._judged(line, outcome)
        if isinstance(judged, Dropped) and isinstance(line.value, Article):
            yield _fault(line, f"derived again, it is dropped: {judged.reason}: {judged.detail}")
        elif isinstance(judged, Article) and isinstance(line.value, Dropped):
            yield _fault(line, "derived again, it is an article")
        else:
            yield _fault(line, f"derived again, it differs in {_different(again, line.raw)}")

    def _judged(self, line: Line, outcome: Article | Dropped) -> Article | Dropped:
        """The outcome by the labels that were kept when the line was made, as far as that can be told."""
        is_asked_for = line.seen is not None and ASKED_FOR in line.seen.facts and not _is_imported(line)
        keep = self._kept.always if _is_dropped_for(line, _FOR_TOPIC) else self._kept.ever
        # What it says of whose WARC it was has been compared with the manifest, or with the address of its record.
        is_of_others = _is_imported(line) or (line.seen is not None and is_memento(line.seen))
        origin = line.value.provenance.origin if is_of_others else None
        outcome = from_origin(outcome, origin)
        if not isinstance(outcome, Article):
            return outcome
        from pipelines.flow import only_labels  # here: who verifies or processes loads no extractor, its workers do

        return only_labels(outcome, EVERY_LABEL if is_asked_for else keep)

    def _line_of(self, line: Line, outcome: Outcome) -> bytes:
        if isinstance(outcome, Failed):
            return b""
        judged = self._judged(line, outcome)
        text = format_article(judged) if isinstance(judged, Article) else format_dropped(judged)
        return text.encode() + b"\n"


def _is_imported(line: Line) -> bool:
    return is_imported(line.value.provenance.warc or "")


def _is_dropped_for(line: Line, reasons: set[Reason]) -> bool:
    return isinstance(line.value, Dropped) and line.value.reason in reasons


def _is_one_bit_off(again: bytes, stored: bytes) -> bool:
    if len(again) != len(stored):
        return False
    return (int.from_bytes(again) ^ int.from_bytes(stored)).bit_count() == 1


def _fault(line: Line, problem: str) -> Fault:
    return Fault(kind=Kind.DERIVATION, key=line.key, offset=line.position, problem=f"{problem} ({line.value.url})")


def _different(again: bytes, stored: bytes) -> str:
    new, old = json.loads(again), json.loads(stored)
    names = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    return ", ".join(names) or "its spelling"
