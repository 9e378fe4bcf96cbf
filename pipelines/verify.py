"""Every digest, index line, article, page and ledger of a store against the bytes that they were made from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archive.errors import BlobNotFound
from archive.faults import Fault, Kind
from archive.layout import CURRENT_GENERATION_KEY, FIRST_GENERATION, name_of_warc, templates_key
from archive.verify import run_of, verify_archive
from pipelines.results import current_generation
from pipelines.store_templates import format_templates, known_templates, read_templates
from pipelines.verify_deep import Deriver
from pipelines.verify_lines import Line, Lines
from pipelines.verify_links import check_links, stray_files
from pipelines.verify_lint import lint_store
from pipelines.verify_pages import Ledgers, Pages
from pipelines.verify_takedowns import check_takedowns
from pipelines.verify_text import check_texts, compare_texts

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from archive.blobs import BlobStore
    from archive.faults import CheckedWarc
    from pipelines.rules import PageRules
    from pipelines.tally import Tally


def verify_store(
    blobs: BlobStore,
    tally: Tally,
    *,
    live: Collection[str] = (),
    deep: Mapping[str, PageRules] | None = None,
    processes: int | None = None,
    lints: bool = False,
    on_warc: Callable[[], None] = lambda: None,
) -> Iterator[Fault]:
    """All faults of a store, found while iterating; `tally` counts along.

    `live` are the runs that go on. `deep` are the page rules of every source by its id: articles and dropped pages are
    then derived again. With `lints`, WARCs and indexes are also held against the rules of their formats. `on_warc` is
    called after each WARC. Raises `StoreNotUsable`.
    """
    again = _deriver(blobs, deep, tally, processes) if deep is not None else None
    for fault in _Verification(blobs, tally, live, again, on_warc).faults():
        yield _counted(fault, tally)
    if lints:
        for fault in lint_store(blobs, tally):
            yield _counted(fault, tally)


def _deriver(blobs: BlobStore, rules: Mapping[str, PageRules], tally: Tally, processes: int | None) -> Deriver:
    try:
        templates = known_templates(blobs, generation_of(blobs))
    except (ValueError, KeyError, TypeError):  # the checks tell of it
        templates = {}
    return Deriver(blobs, rules, tally, templates=templates, processes=processes)


def _counted(fault: Fault, tally: Tally) -> Fault:
    tally.faults += fault.is_wrong
    tally.unfinished += fault.kind is Kind.UNFINISHED
    tally.notes += not fault.is_wrong and fault.kind is not Kind.UNFINISHED
    return fault


def generation_of(blobs: BlobStore) -> str:
    """The generation in force. Raises `ValueError`, `KeyError` or `TypeError` when the file that says it is damaged."""
    try:
        raw = blobs.get(CURRENT_GENERATION_KEY)
    except BlobNotFound:
        raw = None
    generation = current_generation(raw)
    if not generation.isalnum():
        raise ValueError(f"{generation!r} is no generation")
    return generation


class _Verification:
    def __init__(
        self,
        blobs: BlobStore,
        tally: Tally,
        live: Collection[str],
        again: Deriver | None,
        on_warc: Callable[[], None],
    ) -> None:
        self._blobs = blobs
        self._tally = tally
        self._live = live
        self._again = again
        self._on_warc = on_warc
        self._ledgers = Ledgers(blobs)
        self._pages = Pages(self._ledgers)
        self._generation = FIRST_GENERATION
        self._folders: tuple[str, ...] = ()
        self._files: set[str] = set()
        self._texts: dict[str, int] = {}
        self._has_articles = False
        self._are_right = True

    def faults(self) -> Iterator[Fault]:
        yield from self._look()
        try:
            for item in verify_archive(self._blobs, self._live):
                if isinstance(item, Fault):
                    yield item
                else:
                    yield from self._check_warc(item)
                    self._on_warc()
        finally:
            if self._again is not None:
                self._again.close()
        for key in sorted((*self._files, *self._texts)):
            yield self._missing(key, "is made from a WARC that is not there")
        yield from self._pages.faults()
        self._tally.without_line += self._pages.excused
        yield from self._ledgers.check()
        if self._are_right and not self._live:  # a run publishes articles before it links them
            yield from check_links(self._blobs, self._generation)
        yield from check_takedowns(self._blobs, self._generation)
        yield from stray_files(self._blobs)

    def _look(self) -> Iterator[Fault]:
        try:
            self._generation = generation_of(self._blobs)
        except (ValueError, KeyError, TypeError) as error:
            problem = f"names no generation: {error}"
            yield Fault(kind=Kind.ARTICLE, key=CURRENT_GENERATION_KEY, offset=None, problem=problem)
        self._folders = (f"articles/{self._generation}/", f"dropped/{self._generation}/")
        listed = (info.key for folder in self._folders for info in self._blobs.list(folder))
        self._files = {key for key in listed if key.endswith(".jsonl")}
        self._has_articles = bool(self._files)
        if not self._files and next(self._blobs.list("articles/"), None) is not None:
            problem = f"generation {self._generation} is in force, and has no file of articles"
            yield Fault(kind=Kind.ARTICLE, key=CURRENT_GENERATION_KEY, offset=None, problem=problem)
        yield from self._check_templates()
        self._texts = {info.key: info.size for info in self._blobs.list("text/") if info.key.endswith(".warc.gz")}

    def _check_templates(self) -> Iterator[Fault]:
        key = templates_key(self._generation)
        try:
            templates = read_templates(self._blobs, self._generation)
            is_right = not templates or format_templates(templates) == self._blobs.get(key)
        except (ValueError, KeyError, TypeError, AttributeError):
            is_right = False
        if not is_right:
            problem = "is not what was written: templates and digests do not fit; `process --accept` learns them anew"
            yield Fault(kind=Kind.ARTICLE, key=key, offset=None, problem=problem)

    def _check_warc(self, warc: CheckedWarc) -> Iterator[Fault]:
        self._tally.warcs += 1
        self._tally.records += warc.records
        self._tally.captures += len(warc.captures)
        if not warc.has_articles:
            return
        lines = Lines(warc, self._tally, self._ledgers.software)
        is_whole = True
        for folder in self._folders:
            key = f"{folder}{name_of_warc(warc.key)}.jsonl"
            if key in self._files:
                self._files.remove(key)
                yield from self._check_lines(lines, key)
            elif self._has_articles:
                is_whole = False
                yield self._missing(key, f"is not there, but {warc.key} is")
        yield from lines.finish()
        # One wrong line must not be blamed on all that was made from it too.
        is_right = is_whole and lines.are_right
        self._are_right = self._are_right and is_right
        if is_right and self._has_articles and run_of(warc.key) not in self._live:
            self._pages.take(warc, lines.pages)
        yield from self._check_texts(warc, lines, is_right=is_right)

    def _check_lines(self, lines: Lines, key: str) -> Iterator[Fault]:
        for item in lines.check(self._blobs, key):
            if isinstance(item, Line):
                yield from self._again.take(item) if self._again is not None else ()
            else:
                yield item
        if self._again is not None:
            yield from self._again.finish()

    def _check_texts(self, warc: CheckedWarc, lines: Lines, *, is_right: bool) -> Iterator[Fault]:
        name = name_of_warc(warc.key)
        key = f"text/{name}.warc.gz"
        size = self._texts.pop(key, None)
        if size is not None:
            texts = lines.texts if is_right else None
            found = list(check_texts(self._blobs, key, size, warc=warc, texts=texts, tally=self._tally))
            if not found and is_right:
                articles = self._blobs.get(f"articles/{self._generation}/{name}.jsonl")
                found = list(compare_texts(self._blobs, key, size, articles))
            yield from found
        elif lines.texts:
            yield self._missing(key, f"is not there, but articles of {warc.key} are")

    def _missing(self, key: str, problem: str) -> Fault:
        is_note = run_of(key) in self._live
        return Fault(kind=Kind.MISSING, key=key, offset=None, problem=problem, is_note=is_note)
