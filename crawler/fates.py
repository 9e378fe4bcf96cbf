"""What becomes of a page that was fetched, or that could not be: one fate in the ledger, or a job for the workers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.causes import NotArchivedError, describe
from crawler.claims import KnownPageError
from crawler.ledger import Fate
from crawler.politeness import RobotsForbiddenError, RobotsUnreachableError, StoppedError
from crawler.visits import META_KEY, Role

if TYPE_CHECKING:
    from scrapy import Request
    from twisted.python.failure import Failure

    from archive.capture import Stored
    from crawler.ledger import SourceLedger
    from crawler.run import Run
    from crawler.visits import Visit


def hand_over(run: Run, stored: Stored, visit: Visit, *, account: str) -> None:
    """Give a fetched page to the workers, or settle it at once when nothing about it is new.

    A server's error that reads like the one before is no unchanged page: it has failed again.
    """
    is_error = stored.status >= 500 or stored.status == 429
    if stored.is_revisit and not is_error:
        run.ledger(account).settle(visit.page, Fate.UNCHANGED)
    elif stored.is_revisit:
        run.ledger(account).settle(visit.page, Fate.FAILED, f"http_{stored.status}", "as at the last visit")
    else:
        run.derive(
            stored,
            url=visit.page,
            source=visit.source,
            account=account,
            keeps_all=visit.keeps_all,
            is_memento=visit.role is Role.MEMENTO,
        )


def was_stopped(error: BaseException | None) -> bool:
    """True when a request, or that for its robots.txt, was given up since the crawl is being stopped."""
    return isinstance(error.cause if isinstance(error, RobotsUnreachableError) else error, StoppedError)


def settle_failure(ledger: SourceLedger, failure: Failure) -> None:
    """Close a page that could not be fetched: dropped when robots.txt forbids it, else failed with the cause."""
    request: Request = failure.request  # type: ignore[attr-defined]
    page = request.meta[META_KEY].page
    error = failure.value
    if not ledger.is_open(page) or was_stopped(error):
        return  # what was not asked for stays open, and is deferred
    if isinstance(error, KnownPageError):
        ledger.fold(page)
        return
    cause, detail = describe(error, request.url)
    if isinstance(error, RobotsForbiddenError):
        ledger.settle(page, Fate.DROPPED, "robots", detail)
    elif isinstance(error, NotArchivedError):  # of a page that nobody fetched then, nothing is known: it has not failed
        ledger.settle(page, Fate.DROPPED, cause, detail)
    else:
        ledger.settle(page, Fate.FAILED, cause, detail)
