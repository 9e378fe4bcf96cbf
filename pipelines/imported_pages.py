"""The pages of somebody else's WARC: which of its captures are pages, and by whose rules each is read.

There is no crawl whose records say it, so the capture itself does: HTML that was answered whole, with a status of
success. Where our own metadata is there all the same, feeds and listings are told by it. A revisit is no page: the
capture that holds its payload is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from archive.blobs import LocalBlobs
from archive.capture import Location
from archive.errors import BlobNotFound
from archive.fixity import read_promises
from archive.layout import manifest_key, stem_of_key
from archive.uri import target_uri
from archive.warc_check import read_warc
from pipelines.article import Reason
from pipelines.mementos import ROLE, memento_at
from pipelines.page_job import Derived, Job, dropped

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from archive.blobs import BlobStore
    from archive.faults import CheckedWarc, SeenCapture
    from archive.layout import Stem
    from pipelines.article import Label
    from pipelines.rules import PageRules

UNKNOWN_ORIGIN = "imported"
"""Whose WARC it was where its manifest is lost."""
NOT_WHOLE = "the body is not whole, and nobody can fetch it again"
_HTML = frozenset({"text/html", "application/xhtml+xml", None})
_PAGE_ROLES = frozenset({"article", ROLE, None})
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}


def is_imported_page(seen: SeenCapture) -> bool:
    """True for a capture of an imported WARC that has a line, whatever comes of it."""
    return what_is(seen) == "page"


def what_is(seen: SeenCapture) -> str:
    """`page`, or why a capture is none: `revisit`, `redirect`, `status`, `not_html` or `role`."""
    if seen.kind == "revisit":
        return "revisit"
    status = seen.status if seen.kind == "response" else 200
    if not 200 <= status < 300:
        return "redirect" if 300 <= status < 400 else "status"
    if seen.entry.mime not in _HTML:
        return "not_html"
    return "page" if seen.fact("kakehashi-role") in _PAGE_ROLES else "role"


def is_memento(seen: SeenCapture) -> bool:
    """True for what a web archive gave back: the page is that of the address within its own."""
    return seen.fact("kakehashi-role") == ROLE and memento_at(seen.url) is not None


def url_of_page(seen: SeenCapture) -> str:
    """The address of the page that a capture holds: of a memento the original's."""
    memento = memento_at(seen.url) if is_memento(seen) else None
    return memento.original if memento else seen.url


def source_of_url(rules: Mapping[str, PageRules], url: str) -> str | None:
    """The source that owns the host of a URL, the first by id where several share it; None for a stranger's."""
    try:
        parts = urlsplit(target_uri(url))
    except ValueError:
        return None
    host = parts.netloc.rsplit("@", 1)[-1].lower().removesuffix(_DEFAULT_PORTS.get(parts.scheme.lower(), ":"))
    return min((name for name, own in rules.items() if host in own.hosts), default=None)


def pages_in(
    warc: CheckedWarc, path: Path, *, rules: Mapping[str, PageRules], keep: frozenset[Label], origin: str
) -> tuple[list[Job], list[Derived]]:
    """The jobs for the pages of a WARC that was read, which lies at `path`, and the outcomes that need no worker.

    `keep` are the labels that are stored.
    """
    jobs: list[Job] = []
    done: list[Derived] = []
    sources: dict[str, str | None] = {}
    for offset, seen in warc.captures.items():
        if not is_imported_page(seen):
            continue
        url = url_of_page(seen)
        site = "/".join(url.split("/", 3)[:3])
        if site not in sources:
            sources[site] = source_of_url(rules, url)
        source = sources[site]
        job = Job(
            path=str(path),
            location=Location(warc=warc.key, offset=offset, length=seen.length),
            url=seen.url,
            source=source,
            account=source or "-",
            keep=keep,
            origin=origin,
            is_memento=is_memento(seen),
        )
        if seen.is_cut:
            done.append(cut_page(job, seen))
        else:
            jobs.append(job)
    return jobs, done


def cut_page(job: Job, seen: SeenCapture) -> Derived:
    """The outcome of a page that is not whole: in a crawl it fails and is fetched again, here nobody can."""
    return dropped(
        job,
        url=seen.url,
        reason=Reason.TRUNCATED,
        detail=NOT_WHOLE,
        record_id=seen.record_id,
        digest=seen.payload_digest,
        captured_at=seen.captured_at,
    )


def pages_of_import(
    path: Path, warc: str, *, rules: Mapping[str, PageRules], keep: frozenset[Label], origin: str
) -> tuple[list[Job], list[Derived]]:
    """As `pages_in`, of the WARC at `path` whose key is `warc`. Damaged records are passed over: `verify` tells."""
    read = read_warc(LocalBlobs(path.parent), path.name, path.stat().st_size)
    read.key = warc
    return pages_in(read, path, rules=rules, keep=keep, origin=origin)


def origin_in(blobs: BlobStore, stem: Stem) -> str:
    """Whose WARC it was, as its manifest in the store says."""
    try:
        promises = read_promises(blobs, manifest_key(stem))
    except (ValueError, KeyError, TypeError, RecursionError, BlobNotFound):
        return UNKNOWN_ORIGIN
    return next((promise.origin for promise in promises.values() if promise.origin), UNKNOWN_ORIGIN)


def origin_of(warc: CheckedWarc) -> str | None:
    """Whose WARC it was that is being verified; None for our own."""
    if not warc.is_imported or stem_of_key(warc.key) is None:
        return None
    return warc.origin or UNKNOWN_ORIGIN
