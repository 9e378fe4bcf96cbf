"""What linking needs to know of each article by itself, found here or by worker processes where there are many.

Half of what linking costs is to read the articles and to make numbers of their texts. Whoever does it, the same comes
out.
"""

from __future__ import annotations

import json
import logging
from collections import deque
from concurrent.futures import Future
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from pipelines.links import Mention, mention_of
from pipelines.near import Sketch, sketches_of
from pipelines.not_started import WorkersNotStarted
from pipelines.shingles import units_of
from pipelines.worker import has_server, leave_pool, start_pool

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pebble import ProcessPool

    from pipelines.shingles import Units

logger = logging.getLogger(__name__)
_Item = TypeVar("_Item")
# A call of the sketching library costs as much as sketching twenty texts.
_AT_ONCE = 256
_LOTS_UNDER_WAY = 2
_LOT_SECONDS = 300.0
# Workers are worth while from so many bytes of articles on: to start them takes two seconds, a tenth where their server
# has been started already.
_WORTH, _WORTH_SERVED = 48 * 1024 * 1024, 2 * 1024 * 1024


class Part(NamedTuple):
    """An article as the link stage sees it, and its text as numbers; None for one too short to be like another."""

    mention: Mention
    sketch: Sketch | None


def processes_for(size: int, processes: int) -> int:
    """How many of `processes` are worth while for so many bytes of articles."""
    return processes if processes > 1 and size >= (_WORTH_SERVED if has_server() else _WORTH) else 1


def parts_of(lines: Iterable[bytes], processes: int = 1) -> Iterator[Part | str]:
    """What each line of `articles/` gives, in their order; why not, where it cannot be read. Few are held at a time."""
    lots = _lots(lines)
    pool = _pool_of(processes)
    if pool is None:
        for lot in lots:
            yield from _parts(lot)
        return
    under_way: deque[tuple[list[bytes], Future[list[Part | str]]]] = deque()
    try:
        for lot in lots:
            under_way.append((lot, _handed_out(pool, lot)))
            if len(under_way) >= processes * _LOTS_UNDER_WAY:
                yield from _answer(*under_way.popleft())
        while under_way:
            yield from _answer(*under_way.popleft())
    finally:
        leave_pool(pool)


def _pool_of(processes: int) -> ProcessPool | None:
    """A pool where several processes are wanted and can be had; this one does the same alone."""
    try:
        return start_pool({}, processes) if processes > 1 else None
    except WorkersNotStarted as problem:
        logger.warning("linked by one process: %s", problem)
        return None


def parts_of_articles(articles: Iterable[dict[str, Any]]) -> Iterator[Part]:
    """The same of articles given as the JSON values of their lines."""
    for lot in _lots(articles):
        units = [units_of(article["text"]) for article in lot]
        mentions = [mention_of(article, own) for article, own in zip(lot, units, strict=True)]
        yield from map(Part, mentions, sketches_of(units))


def _lots(items: Iterable[_Item]) -> Iterator[list[_Item]]:
    left = iter(items)
    while lot := list(islice(left, _AT_ONCE)):
        yield lot


def _handed_out(pool: ProcessPool, lot: list[bytes]) -> Future[list[Part | str]]:
    try:
        future: Future[list[Part | str]] = pool.schedule(_parts, args=[lot], timeout=_LOT_SECONDS)
    except RuntimeError as broken:  # the pool takes nothing more
        future = Future()
        future.set_exception(broken)
    return future


def _answer(lot: list[bytes], future: Future[list[Part | str]]) -> list[Part | str]:
    """What a worker found; where it did not survive, this process finds it."""
    return future.result() if future.exception() is None else _parts(lot)


def _parts(lines: Sequence[bytes]) -> list[Part | str]:
    found: list[tuple[Mention, Units] | str] = [_read(line) for line in lines]
    sketches = iter(sketches_of([one[1] for one in found if not isinstance(one, str)]))
    return [one if isinstance(one, str) else Part(one[0], next(sketches)) for one in found]


def _read(line: bytes) -> tuple[Mention, Units] | str:
    try:
        article = json.loads(line)
        if not isinstance(article["text"], str):
            return f"text is {article['text']!r}, expected words"
        units = units_of(article["text"])
        return mention_of(article, units), units
    except (ValueError, KeyError, TypeError) as error:
        return str(error)
