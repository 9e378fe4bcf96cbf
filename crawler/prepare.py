"""Before a run begins: what runs that were killed left behind is finished and uploaded."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from archive.errors import BlobNotFound
from archive.layout import CURRENT_GENERATION_KEY
from pipelines.backlog import Backlog
from pipelines.results import current_generation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from archive.blobs import BlobStore
    from crawler.publish import Publisher
    from crawler.room import Room
    from crawler.workplace import Workplace
    from pipelines.rules import PageRules

logger = logging.getLogger(__name__)


def generation_in(blobs: BlobStore) -> str:
    """The generation of articles that is current in a store. Raises `StoreNotUsable`."""
    try:
        return current_generation(blobs.get(CURRENT_GENERATION_KEY))
    except BlobNotFound:
        return current_generation(None)


def finish_backlog(
    blobs: BlobStore,
    place: Workplace,
    *,
    generation: str,
    rules: Mapping[str, PageRules],
    processes: int,
    publisher: Publisher,
    room: Room,
) -> dict[str, Any]:
    """Close, index, derive, publish and upload what ended runs left; back come its counts as JSON values.

    Raises `StoreNotUsable`; what was done until then need not be done again.
    """
    backlog = Backlog(
        blobs, place.folder, generation=generation, rules=rules, is_live=place.is_live, processes=processes
    )
    try:
        room.check()
        report = backlog.finish()
        publisher.complete_ledgers(place.is_live)
        publisher.upload_leftovers(place.is_live)
    except OSError as error:
        place.leave()
        raise room.refusal(error) from error
    except BaseException:
        place.leave()
        raise
    if report.has_news:
        logger.info("%s", report)
    return report.as_json()
