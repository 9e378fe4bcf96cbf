"""The pages of a WARC: of our own as the run that fetched them handed them to its workers, for the records say how."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from archive.layout import is_imported
from archive.reader import Finding, read_captures
from pipelines.article import Reason
from pipelines.imported_pages import UNKNOWN_ORIGIN, pages_of_import
from pipelines.mementos import ROLE
from pipelines.page_job import Derived, Job, dropped

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from archive.capture import Capture
    from pipelines.article import Label
    from pipelines.rules import PageRules


def pages_of(
    path: Path, warc: str, *, rules: Mapping[str, PageRules], keep: frozenset[Label], origin: str | None = None
) -> tuple[list[Job], list[Derived]]:
    """The jobs for the pages of the WARC at `path`, whose key is `warc`, and the outcomes that need no worker.

    Damaged records are passed over: `verify` tells of them. `keep` are the labels that are stored; `origin` is whose
    WARC it was, where it was imported.
    """
    if is_imported(warc):
        return pages_of_import(path, warc, rules=rules, keep=keep, origin=origin or UNKNOWN_ORIGIN)
    jobs: list[Job] = []
    done: list[Derived] = []
    with path.open("rb") as file:
        for capture in read_captures(file, warc=warc, size=path.stat().st_size):
            if isinstance(capture, Finding) or not _is_page(capture):
                continue
            if capture.fact("kakehashi-role") == "foreign":
                done.append(_foreign(capture, path))
            else:
                jobs.append(replace(_job(capture, path), keep=keep))
    return jobs, done


def _is_page(capture: Capture) -> bool:
    """True for what a run would have handed to its workers: a page fetched whole, as an article, and new."""
    is_ours = capture.fact("kakehashi-role") in ("article", "foreign", ROLE)
    is_page = is_ours and capture.record_type in ("response", "resource")
    return is_page and not capture.truncated and not 300 <= capture.status < 400


def _job(capture: Capture, path: Path) -> Job:
    return Job(
        path=str(path),
        location=capture.location,
        url=capture.url,
        source=capture.fact("kakehashi-source"),
        keeps_all=capture.fact("kakehashi-asked-for") == "yes",
        is_memento=capture.fact("kakehashi-role") == ROLE,
    )


def _foreign(capture: Capture, path: Path) -> Derived:
    return dropped(
        _job(capture, path),
        url=capture.url,
        reason=Reason.REDIRECT,
        detail=f"to {capture.url}",
        record_id=capture.record_id,
        digest=capture.payload_digest,
        captured_at=capture.captured_at,
    )
