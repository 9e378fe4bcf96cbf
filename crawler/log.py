"""The log of a command: plain lines on stderr; libraries speak only when something is wrong."""

from __future__ import annotations

import logging
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_LIBRARIES = ("scrapy", "twisted", "boto3", "botocore", "s3transfer", "urllib3", "htmldate", "asyncio", "py.warnings")


def set_up_log(*, verbose: int, quiet: bool) -> None:
    """Log to stderr: warnings when quiet, what a person wants of each run by default, each page when verbose."""
    level = logging.WARNING if quiet else (logging.INFO, logging.DEBUG)[min(verbose, 1)]
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    logging.captureWarnings(capture=True)
    hush_libraries(verbose=verbose)


@contextmanager
def without_greeting(*, verbose: int) -> Iterator[None]:
    """Scrapy sets its levels and tells its version and settings in one breath: nothing below a warning in between."""
    if verbose < 2:
        logging.disable(logging.INFO)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)
    hush_libraries(verbose=verbose)


def hush_libraries(*, verbose: int = 0) -> None:
    """Set the levels of the libraries' loggers; again after Scrapy has set its own."""
    for name in _LIBRARIES:
        logging.getLogger(name).setLevel(logging.DEBUG if verbose > 1 else logging.WARNING)
    # trafilatura calls a page that it finds empty an error; here such a page is dropped with a reason.
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    # What a retry gave up on is a failed page or a problem, listed with its cause at the end.
    logging.getLogger("scrapy.downloadermiddlewares.retry").setLevel(logging.DEBUG if verbose > 1 else logging.CRITICAL)
