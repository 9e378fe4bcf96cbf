"""`sources --probe`: check-ups of many sources at once, each as polite as its file asks for."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from crawler.asking import ask
from crawler.checkup import Check, check_up
from crawler.clock import utc_now
from crawler.terms import settings_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from crawler.options import FetchOptions
    from crawler.sources import Source
    from pipelines.article import Article, Dropped
    from pipelines.rules import PageRules


def probe(sources: Iterable[Source], options: FetchOptions) -> dict[str, tuple[Check, ...]]:
    """What works of each source, by its id, in the order in which they were given.

    Where the time was over before a source was tried, that is its problem. Raises `KeyboardInterrupt` when it was asked
    to stop.
    """
    every = list(sources)
    # Scrapy takes the delay of a host from here; hosts of no source have the usual one.
    slots = {
        host: {"delay": source.politeness.delay, "concurrency": 1} for source in every for host in source.scope.hosts
    }
    interviews = {
        source.id: check_up(source, read_page=partial(_read_page, rules=source.page_rules()), today=_today(source))
        for source in every
    }
    results = ask(interviews, options, slots=slots, more=settings_of(every))
    return {source.id: _checks(source, results.get(source.id)) for source in every}


def _today(source: Source) -> dt.date:
    return utc_now().astimezone(ZoneInfo(source.timezone)).date()


def _checks(source: Source, result: object) -> tuple[Check, ...]:
    if isinstance(result, tuple):
        return result
    problem = f"the check-up broke: {type(result).__name__}: {result}" if result else "not tried: the time was over"
    return (Check(what="probe", url=source.entries[0].url, problem=" ".join(problem.split()), detail=""),)


def _read_page(body: bytes, url: str, content_type: str | None, *, rules: PageRules) -> Article | Dropped:
    from pipelines.flow import extract_page  # loads the extractor, which takes a second

    return extract_page(body, url=url, captured_at=utc_now(), content_type=content_type, rules=rules)
