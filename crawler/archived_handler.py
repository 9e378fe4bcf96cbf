"""The net of a rehearsal: each request is answered with the record that answered it then, and nobody is waited for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from scrapy.http import Headers
from scrapy.responsetypes import responsetypes

from archive.capture import Earlier, Stored
from archive.errors import ArchiveError, StoreNotUsable
from crawler.causes import ArchivedFailureError, NotArchivedError, cause_of
from crawler.politeness import OneAtATimeDownloader
from crawler.tap import PARTIAL
from crawler.visits import META_KEY, STORED_KEY, Role

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from archive.cdxj import CdxEntry
    from archive.past import Recalled
    from crawler.archived_runs import ArchivedRun
    from crawler.ledger import SourceLedger
    from crawler.rehearsal import Rehearsal
    from crawler.visits import Visit

_HEAD_BYTES = 2 * 1024 * 1024
_HANDLER = "crawler.archived_handler.ArchivedHandler"
REHEARSAL_SETTINGS: dict[str, Any] = {
    "DOWNLOAD_HANDLERS": {"http": _HANDLER, "https": _HANDLER, **dict.fromkeys(("file", "ftp", "data", "s3"))},
    "DOWNLOADER": "crawler.archived_handler.InstantDownloader",
    "DOWNLOAD_DELAY": 0.0,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
    # The record says what a conditional request was answered with; nobody is asked again.
    "KAKEHASHI_CONDITIONAL": False,
    # They are no pages, and discovery does not depend on them.
    "KAKEHASHI_REQUISITES": False,
    # What a browser made of a page then is in the archive.
    "KAKEHASHI_RENDER": False,
}


class InstantDownloader(OneAtATimeDownloader):
    """A downloader that waits for nobody: what robots.txt and Retry-After ask for was granted when it was fetched."""

    def pause(self, host: str, seconds: float) -> float:  # noqa: ARG002
        """Nothing; 0 seconds are added."""
        return 0.0

    def slow_down(self, host: str, delay: float) -> None:
        """Nothing."""


class ArchivedHandler:
    """Download handler for http and https that answers from the archive of the spider's rehearsal.

    Raises `NotArchivedError` for what it does not hold, `ArchivedFailureError` for what had failed then.
    """

    lazy = False

    def __init__(self, crawler: Crawler) -> None:
        spider = cast("Any", crawler.spider)
        self._run: Rehearsal = spider.run
        self._ledger: SourceLedger = spider.ledger
        self._archived: ArchivedRun = self._run.archived[self._ledger.source]
        self._memory = crawler.settings.getint("KAKEHASHI_MEMORY_BYTES")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ArchivedHandler:
        """The handler of a spider in a rehearsal."""
        return cls(crawler)

    async def download_request(self, request: Request) -> Response:
        """The response as it was; its record stands in the request's meta, as after a live fetch."""
        request.meta.pop(STORED_KEY, None)
        while True:
            entry, is_own, is_new = self._archived.next_of(request.url)
            if entry is None or not is_new:
                self._fail_as_then(request)
            if entry is None:
                return self._missing(request, "no capture of it is in the archive")
            recalled = self._recall(request, entry)
            if recalled is None:
                return self._missing(request, f"its record in {entry.location.warc} cannot be read")
            self._count(recalled)
            self._ledger.not_modified += recalled.is_not_modified and is_own
            if not is_own:
                self._note_elsewhere(request)
            if recalled.capture.fact("kakehashi-error") is None:
                return self._response(request, entry, recalled, is_own=is_own)
            if not self._has_more(request.url):
                raise _failure(recalled)

    async def close(self) -> None:
        """Nothing is open."""

    def _recall(self, request: Request, entry: CdxEntry) -> Recalled | None:
        limit = int(request.meta.get("download_memory", self._memory)) + _HEAD_BYTES
        try:
            return self._archived.past.recall(entry, limit=limit)
        except StoreNotUsable as error:
            self._run.fail(error)
            raise
        except ArchiveError as error:
            self._ledger.note_problem(request.url, f"{error}")
            return None

    def _note_elsewhere(self, request: Request) -> None:
        visit: Visit | None = request.meta.get(META_KEY)
        if visit is not None and visit.role is Role.ARTICLE:
            self._archived.elsewhere.add(visit.page)

    def _has_more(self, url: str) -> bool:
        return self._archived.asked[url] < len(self._archived.captures(url)[0])

    def _count(self, recalled: Recalled) -> None:
        self._ledger.requests += 1
        self._ledger.wire_bytes += recalled.wire_bytes
        self._run.wire_bytes += recalled.wire_bytes

    def _fail_as_then(self, request: Request) -> None:
        """Raise what a page failed with where nothing came over the wire: no record tells of it, the ledger does."""
        visit: Visit | None = request.meta.get(META_KEY)
        if self._archived.run is None or visit is None:
            return
        failed = self._archived.run.failure(self._archived.source, visit.page)
        if failed is not None:
            raise ArchivedFailureError(*failed)

    def _missing(self, request: Request, why: str) -> Response:
        visit: Visit | None = request.meta.get(META_KEY)
        if visit is not None and visit.role is Role.ROBOTS:  # nobody is asked now, so nobody can forbid it
            return _make(request, 404, [], b"")
        if visit is not None and visit.role is Role.ARTICLE:
            self._run.not_archived[self._ledger.source].add(visit.page)
        raise NotArchivedError(why)

    def _response(self, request: Request, entry: CdxEntry, recalled: Recalled, *, is_own: bool) -> Response:
        capture = recalled.capture
        request.meta[STORED_KEY] = _stored(entry, recalled, is_own=is_own)
        response = _make(request, capture.status, list(capture.headers), capture.payload)
        visit: Visit | None = request.meta.get(META_KEY)
        if not recalled.is_complete and visit is not None and visit.role is not Role.ARTICLE:
            self._ledger.note_problem(request.url, "a revisit, and the record with its payload is not in the archive")
        if capture.left_out is not None:
            response.flags.append(PARTIAL)
        return response


def _failure(recalled: Recalled) -> ArchivedFailureError:
    name, _, text = (recalled.capture.fact("kakehashi-error") or "").partition(": ")
    return ArchivedFailureError(cause_of(name), text)


def _make(request: Request, status: int, fields: list[tuple[str, str]], body: bytes) -> Response:
    headers = Headers()
    for name, value in fields:
        headers.appendlist(name, value.encode("latin-1", "replace"))
    kind = responsetypes.from_args(headers=headers, url=request.url, body=body)
    return kind(url=request.url, status=status, headers=headers, body=body, request=request)


def _stored(entry: CdxEntry, recalled: Recalled, *, is_own: bool) -> Stored:
    """The record as a run would have told of it; one of another run is no earlier visit, but the page itself."""
    capture = recalled.capture
    refers_to = None
    if is_own and recalled.is_revisit:
        refers_to = Earlier(
            record_id=recalled.original_id or "",
            url=entry.url,
            captured_at=entry.captured_at,
            payload_digest=entry.payload_digest,
        )
    return Stored(
        url=entry.url,
        captured_at=entry.captured_at,
        location=capture.location,
        record_id=capture.record_id or "",
        payload_digest=entry.payload_digest,
        status=entry.status,
        mime=entry.mime,
        truncated=None,
        refers_to=refers_to,
    )
