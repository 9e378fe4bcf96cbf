"""One page to derive, and what it gave: a job names a record on disk, so that no page travels through a pipe.

What comes back is the line that will be stored.
"""

from __future__ import annotations

import errno
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from archive.errors import ArchiveError
from archive.layout import OPEN_SUFFIX
from archive.reader import read_capture_in
from pipelines.article import EVERY_LABEL, STORED_LABELS, Article, Dropped, Failed, Label, Reason
from pipelines.features import PageFeatures, features_of
from pipelines.jsonl import format_article, format_dropped, format_failed
from pipelines.mementos import as_original, memento_at
from pipelines.provenance import from_origin, provenance_of
from pipelines.rules import NO_RULES, PageRules
from pipelines.template import page_keys

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from archive.capture import Capture, Location
    from pipelines.page import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One page to derive: where its record lies, under whose rules.

    `path` is that of the finished WARC on disk, `location` its place in the store.
    `source` names the rules, `account` the ledger it is counted in. `keep` are the labels that are stored, all of them
    where somebody asked for the page by its URL (`keeps_all`). `origin` is whose WARC it was; None for our own.
    `is_memento` is for what a web archive gave back: the page is that of the address within its own. `captured_at` is
    for a record that stands for another one with the same payload: the page is read as one of that one's time.
    With `tells_lines` the outcome says which lines the page shows; with `is_whole` it is read whatever a glance says.
    """

    path: str
    location: Location
    url: str
    source: str | None
    account: str = "-"
    keeps_all: bool = False
    keep: frozenset[Label] = STORED_LABELS
    origin: str | None = None
    is_memento: bool = False
    captured_at: dt.datetime | None = None
    tells_lines: bool = False
    is_whole: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived:
    """What a page gave: `kind` is article, dropped or failed; `reason` the label, reason or cause; `line` its JSON.

    `features` are what the page says of its site, None where it says nothing. `lines` are the keys of all lines that
    the page shows, for learning a template, where the job asked for them and the page was read.
    """

    job: Job
    kind: str
    reason: str
    line: str
    detail: str = ""
    features: PageFeatures | None = None
    lines: frozenset[str] | None = None


def derive_job(job: Job, rules: Mapping[str, PageRules]) -> Derived:
    """Read the record of a job and run the page stage over it; any error of a page becomes its `failed` line."""
    # Here and not above: the process that crawls hands pages on and never derives one, so it loads no extractor.
    from pipelines.flow import derive_any_topic, only_labels

    pages: list[Page] = []
    try:
        capture, origin = _read(job), job.origin
        if job.is_memento and (memento := memento_at(capture.url)) is not None:
            capture, origin = as_original(capture), memento.origin
        if job.captured_at is not None:
            capture = replace(capture, captured_at=job.captured_at)
        keep = EVERY_LABEL if job.keeps_all else job.keep
        is_glanced_at = keep <= STORED_LABELS and not job.is_whole
        found = derive_any_topic(
            capture, rules.get(job.source or "", NO_RULES), is_glanced_at=is_glanced_at, on_page=pages.append
        )
        outcome = from_origin(only_labels(found, keep) if isinstance(found, Article) else found, origin)
    except (OSError, ArchiveError) as error:
        return failed(job, "unreadable", str(error))
    except Exception as error:  # noqa: BLE001  (the one broad catch: a page must not end the run)
        return failed(job, *error_cause(error))
    lines = page_keys(block.text for page in pages for block in page.blocks) if job.tells_lines and pages else None
    return _derived(job, outcome, features_of(found), lines)


def _read(job: Job) -> Capture:
    """The capture of a job; its WARC may have been closed, and lost its `.open`, while the job waited."""
    for path in (job.path + OPEN_SUFFIX, job.path):
        try:
            with open(path, "rb", buffering=0) as file:  # noqa: PTH123  (a plain read, thousands of times)
                file.seek(job.location.offset)
                return read_capture_in(file, job.location)
        except FileNotFoundError:
            continue
    raise FileNotFoundError(errno.ENOENT, "the WARC is not there", job.path)


def _derived(
    job: Job, outcome: Article | Dropped | Failed, features: PageFeatures | None, lines: frozenset[str] | None
) -> Derived:
    match outcome:
        case Article():
            kind, reason, detail, line = "article", outcome.relevance.label.value, "", format_article(outcome)
        case Dropped():
            kind, reason, detail, line = "dropped", outcome.reason.value, outcome.detail, format_dropped(outcome)
        case Failed():
            kind, reason, detail, line = "failed", outcome.cause, outcome.detail, format_failed(outcome)
    return Derived(job=job, kind=kind, reason=reason, line=line, detail=detail, features=features, lines=lines)


def error_cause(error: BaseException) -> tuple[str, str]:
    """Cause and detail of a page that raised this."""
    # What CPython 3.11 says of itself where it gets no memory for the frame of a call (its `CALL_PY_EXACT_ARGS`).
    if isinstance(error, SystemError) and "without exception set" in str(error):
        return "error_MemoryError", "no memory to call a function"
    return f"error_{type(error).__name__}", str(error)


def failed(job: Job, cause: str, detail: str) -> Derived:
    """The outcome of a page that could not be worked on."""
    value = Failed(url=job.url, cause=cause, detail=detail[:500], provenance=provenance_of(job.location))
    return Derived(job=job, kind="failed", reason=cause, line=format_failed(value), detail=detail[:500])


def dropped(
    job: Job,
    *,
    url: str,
    reason: Reason,
    detail: str,
    record_id: str | None,
    digest: str | None,
    captured_at: dt.datetime,
) -> Derived:
    """The outcome of a page that is dropped unread; `url` is the address that it was fetched from."""
    provenance = provenance_of(job.location, record_id, digest, captured_at)
    value = from_origin(Dropped(url=url, reason=reason, detail=detail, provenance=provenance), job.origin)
    return Derived(job=job, kind="dropped", reason=reason.value, line=format_dropped(value), detail=detail)
