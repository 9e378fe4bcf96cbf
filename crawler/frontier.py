"""What the documents of a source announce, held until all are read: each page once, with all who announced it. Pure.

Only when every place is known can the record of a page name them all, the best of its addresses be taken, and the
newest come first. A crawl whose discovery takes long hands out what it has now and then; what is announced after its
page went out is too late to be named.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from crawler.doubles import better_spelling, doubles_among, identity_of, original_of
from crawler.rows import SHORTEST, Box, Row
from crawler.scope import classify
from crawler.spans import Days, days_of, is_within, moment_of
from crawler.traps import MAX_PAGES
from crawler.urls import BadUrl, normalise_url, target_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from crawler.discovery import Announcement
    from crawler.ledger import SourceLedger
    from crawler.sources import Source
    from crawler.visits import Visit


# A page on which so many articles have days shows days.
_DATED = 3
# So many known days tell whether the days of a map can be believed.
_TOLD = 3


@dataclass(slots=True)
class Held:
    """A page that was announced: under which addresses, by whom (with the id of their records), from when it may be.

    `blocks` are the parts of pages in which it stood. `spellings` are addresses of the page itself;
    `announced_as` is how the first announcement wrote it, which may be that
    of a double.
    """

    visit: Visit
    spellings: list[str] = field(default_factory=list)
    announced_as: str = ""
    blocks: set[str] = field(default_factory=set)
    via: dict[str, str] = field(default_factory=dict)
    said: list[Days] = field(default_factory=list)
    moment: dt.datetime | None = None


class Frontier:
    """The announced pages of one source. `days` is the range that is asked for."""

    def __init__(self, source: Source, days: Days) -> None:
        self._source = source
        self._days = days
        self._zone = ZoneInfo(source.timezone)
        self._held: dict[str, Held] = {}
        self._given: set[str] = set()
        self._asked_late = False
        self._out: set[str] = set()
        self._slashes = 0
        self._changed: dict[str, dt.date] = {}
        self._apart: list[int] = []
        self._boxes: dict[str, Box] = {}
        self._rows: list[Row] = []
        self._aside: dict[str, Held] = {}
        self._passed: dict[str, dt.date] = {}
        self.days_known: dict[str, dt.date] = {}

    def __len__(self) -> int:
        return len(self._held)

    def take_all(
        self, items: Sequence[Announcement], visit: Visit, announcer: tuple[str, str], ledger: SourceLedger
    ) -> tuple[dict[str, Announcement], list[str]]:
        """The articles that a document announces, by identity, and the addresses of those that are too many."""
        names: dict[str, Announcement] = {}
        too_many: list[str] = []
        doubles = doubles_among(items)
        for item in items:
            if self._is_double(item.url, doubles.get(item.url)):
                ledger.refuse("double")
                continue
            name, is_taken = self.take(item, visit, announcer, ledger)
            if name is not None:
                names.setdefault(name, item)
            if not is_taken:
                too_many.append(item.url)
        for block in {item.block for item in names.values() if item.block}:
            shown = frozenset(name for name, item in names.items() if item.block == block)
            others = [name for name in names if name not in shown]
            dated = sum(any(days_of(names[name], self._zone)) for name in others)
            if others:
                self._boxes.setdefault(block, Box()).add(shown, weight=2 if dated >= _DATED else 1)
        for name, item in names.items():
            if name in self._held:
                self._held[name].blocks.add(item.block)
        self._note_row(names)
        return names, too_many

    def _is_double(self, url: str, original: str | None) -> bool:
        """True for an article that a document announces beside its original, unless it was the original before."""
        return original is not None and self.is_article(original) and self.is_article(url) and not self.has(url)

    def _note_row(self, names: Mapping[str, Announcement]) -> None:
        """Keep the order of what the largest part of a document names, where some of it has no day."""
        blocks = Counter(item.block for item in names.values())
        main = max(blocks, key=lambda block: blocks[block], default="")
        row = tuple(name for name, item in names.items() if item.block == main)
        undated = [name for name in row if name in self._held and self._is_undated(name)]
        changed = {names[name].modified for name in undated}
        if self._days != Days() and len(row) >= SHORTEST and len(changed) == 1:
            self._rows.append(Row(row))

    def _is_undated(self, name: str) -> bool:
        return name not in self.days_known

    def _is_furniture(self, held: Held) -> bool:
        """True, where a range is asked for, for what stands without a day in a box on several pages: the most read."""
        is_dated = any(each.first is not None and each.first == each.last for each in held.said)
        is_boxed = all(block in self._boxes and self._boxes[block].is_same for block in held.blocks)
        return self._days != Days() and not is_dated and is_boxed and len(held.via) > 1

    def take(
        self, item: Announcement, visit: Visit, announcer: tuple[str, str], ledger: SourceLedger
    ) -> tuple[str | None, bool]:
        """The page's identity, None where the link is no article of the source; and False for one page too many.

        `announcer` is the document and the id of its record, `visit` the one to it. What is refused is counted in the
        ledger.
        """
        url = self._article(item.url, ledger)
        if url is None:
            return None, True
        name = identity_of(url)
        if name in self._given:
            return name, True
        said = list(days_of(item, self._zone))
        is_out = not is_within(said, self._days)
        exact = next((each.last for each in said if each.last is not None and each.first == each.last), None)
        if exact is not None:
            self.days_known[name] = exact
        if name not in self._held and (is_out or (name in self._out and not said)):
            self._out.add(name)
            ledger.refuse("out_of_range")
            return name, True
        if name not in self._held and len(self._held) + len(self._given) >= MAX_PAGES:
            return name, False
        self._out.discard(name)
        self._passed.pop(name, None)  # it stands at another place too
        self._hold(name, url, item, visit).via.setdefault(*announcer)
        return name, True

    def has(self, url: str) -> bool:
        """True for a page that a document of this run announced, whatever spelling of its address this is."""
        try:
            name = identity_of(original_of(self._source, normalise_url(url)))
        except BadUrl:
            return False
        return name in self._given or name in self._held

    def is_article(self, url: str) -> bool:
        """True when a normalised URL is that of an article of the source."""
        verdict = classify(self._source, url)
        return verdict.kind == "article" and verdict.refused is None

    def _article(self, url: str, ledger: SourceLedger) -> str | None:
        """The address of the page that a link leads to, None where that is no article of the source."""
        try:
            url = original_of(self._source, normalise_url(url))
        except BadUrl:
            ledger.refuse("bad_url")
            return None
        verdict = classify(self._source, url)
        if verdict.kind == "article" and verdict.refused is None:
            return url
        if verdict.kind != "listing":
            ledger.refuse(verdict.refused or "not_article")
        return None

    def _hold(self, name: str, url: str, item: Announcement, visit: Visit) -> Held:
        held = self._held.get(name)
        if held is None:
            held = self._aside.pop(name, Held(visit, announced_as=normalise_url(item.url)))
            self._held[name] = held
            self._slashes += 1 if target_of(url).partition("?")[0].endswith("/") else -1
        if url not in held.spellings:
            held.spellings.append(url)
        held.said += [days for days in days_of(item, self._zone) if days not in held.said]
        held.moment = held.moment or moment_of(item)
        return held

    def release(self, ledger: SourceLedger, *, is_end: bool = False, is_idle: bool = False) -> list[tuple[str, Held]]:
        """The pages that wait, each with its address: newest first, those without a day last.

        What stands in a row without days waits until others of it told theirs; `is_idle` says that none is under way.

        One that its dates put outside the range is refused and counted. What was changed after the range, and may be of
        it, waits until the days of other pages have told whether this site changes its pages later; at the end of the
        run nothing waits.
        """
        ready, late = [], []
        in_rows = {name for row in self._rows for name in row.names}
        for name, held in self._held.items():
            if not is_within(held.said, self._days):
                self._refuse(name, ledger)
            elif self._is_furniture(held):
                self._aside[name] = held  # a list may come to have it too
                ledger.refuse("out_of_range")
            elif not is_end and self._changed_after(held) is not None and name not in in_rows:
                late.append(name)
            else:
                ready.append(name)
        if late and not ready:
            late.sort(key=lambda name: self._changed_after(self._held[name]) or dt.date.max)
            ready, late = self._of_late(late, ledger)
        if self._rows and not is_end:
            ready, waiting = self._in_rows(ready, in_rows, ledger, is_idle=is_idle)
            late += waiting
        given = [self._give(name) for name in ready]
        self._held = {name: self._held[name] for name in late}
        return sorted(given, key=lambda page: -(page[1].moment.timestamp() if page[1].moment else 0.0))

    def _in_rows(
        self, ready: list[str], in_rows: AbstractSet[str], ledger: SourceLedger, *, is_idle: bool
    ) -> tuple[list[str], list[str]]:
        """Of the pages that are ready those to fetch now, and those that wait for the days of others in their rows."""
        now = [name for name in ready if name not in in_rows or not self._is_undated(name)]
        open_ = set(ready).difference(now)
        if not is_idle or not open_:
            return now, list(open_)
        turns = [row.direction(self.days_known) for row in self._rows]
        is_falling = -1 in turns and 1 not in turns
        ask: set[str] = set()
        out: dict[str, dt.date] = {}
        waits: set[str] = set()
        known = {**self._passed, **self.days_known}
        for row in self._rows:
            asked, passed = row.settle(known, open_, self._days, is_falling=is_falling)
            ask |= asked
            out |= passed
            waits |= set(row.names) - asked - passed.keys()
        for name in out.keys() - ask - waits:
            self._passed[name] = out[name]
            open_.discard(name)
            ledger.refuse("out_of_range")
        return now + [name for name in ready if name in ask], [name for name in ready if name in open_ - ask]

    def _of_late(self, late: list[str], ledger: SourceLedger) -> tuple[list[str], list[str]]:
        """Of the pages that were changed after the range, soonest first: those to fetch now, and those that wait on."""
        if len(self._apart) >= _TOLD:
            if max(self._apart) > 1:
                return late, []
            last = self._days.last or dt.date.max
            near = [name for name in late if self._apart_from(name, last) <= max(self._apart)]
            for name in late:
                if name not in near:
                    self._refuse(name, ledger)
            return near, []
        if self._asked_late:
            return late, []  # the pages say nothing of their days
        self._asked_late = True
        return late[:_TOLD], late[_TOLD:]

    def _apart_from(self, name: str, last: dt.date) -> int:
        return ((self._changed_after(self._held[name]) or dt.date.max) - last).days

    def _refuse(self, name: str, ledger: SourceLedger) -> None:
        self._out.add(name)
        ledger.refuse("out_of_range")

    def _give(self, name: str) -> tuple[str, Held]:
        held = self._held[name]
        self._given.add(name)
        url = better_spelling(held.spellings, with_slash=self._slashes > 0)
        changed = _changed_of(held)
        if changed is not None:
            self._changed[url] = changed
        return url, held

    def _changed_after(self, held: Held) -> dt.date | None:
        """The day after the range on which a page was changed last, where no more is known of its own; else None."""
        changed = _changed_of(held)
        return changed if changed and self._days.last is not None and changed > self._days.last else None

    def day_of(self, name: str) -> dt.date | None:
        """The day of a page by its identity; of one that was passed over that of its neighbour. None if not known."""
        return self.days_known.get(name) or self._passed.get(name)

    def note_day(self, url: str, published: dt.date) -> None:
        """Note what a page that was given out says of its own day."""
        self.days_known[identity_of(url)] = published
        changed = self._changed.pop(url, None)
        if changed is not None:
            self._apart.append(abs((changed - published).days))


def _changed_of(held: Held) -> dt.date | None:
    """The day on which a page was changed last, where that is all that is known of its day."""
    if any(each.first is not None and each.first == each.last for each in held.said):
        return None
    return min((each.last for each in held.said if each.first is None and each.last is not None), default=None)
