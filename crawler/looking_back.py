"""The end of a run: each source's state is brought up to date, and what is odd becomes an alarm."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from crawler.health import judge
from crawler.incidents import take_in
from crawler.ledger import Fate
from crawler.past import look_of
from crawler.states import States

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from archive.blobs import BlobStore
    from crawler.incidents import Alarm
    from crawler.ledger import SourceLedger
    from crawler.past import Past

logger = logging.getLogger(__name__)
_GOOD = frozenset({Fate.KEPT, Fate.UNCHANGED, Fate.DROPPED})


def look_back(
    blobs: BlobStore,
    report: Mapping[str, Any],
    ledgers: Mapping[str, SourceLedger],
    post: Callable[[Alarm], None],
) -> None:
    """Take a run into the states of its sources, and `post` what somebody should be told.

    Raises `StoreNotUsable`. A run that is broken off is noted, so that it is made up for, and judges nothing.
    """
    states = States(blobs)
    states.rescue()
    for name, ledger in ledgers.items():
        past = states.load(name)
        alarms = _take_in(past, report, ledger)
        states.save(past)
        for alarm in alarms:
            logger.log(logging.INFO if alarm.state == "over" else logging.WARNING, "alarm: %s", alarm)
            post(alarm)


def _take_in(past: Past, report: Mapping[str, Any], ledger: SourceLedger) -> list[Alarm]:
    data = ledger.as_json()
    look = look_of(report, data)
    missing = ledger.seen.missing
    if look.is_whole:
        filled = {url for url, fate in ledger.pages.items() if fate in _GOOD and url not in missing}
        past.note_holes(missing, filled | ledger.folded, look.at)
    verdicts = judge(past, look, data["seen"], ledger.seen.texts)
    alarms = take_in(past, verdicts, look.at, look.run)  # its pages have that time, too
    past.add(look, data["seen"])
    return alarms
