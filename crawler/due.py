"""Which sources are due: the plans of a catalogue, made from the states in a store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.plan import plan

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from crawler.plan import Plan
    from crawler.sources import Source
    from crawler.states import States


def plans_of(sources: Iterable[Source], states: States, now: dt.datetime) -> list[Plan]:
    """The next look at each source, the soonest first. Raises `StoreNotUsable`."""
    plans = [plan(source, states.load(source.id), now) for source in sources]
    return sorted(plans, key=lambda item: (item.at, item.source))
