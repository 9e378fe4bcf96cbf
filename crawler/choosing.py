"""Which of all that a survey found is needed: as few entries as show every article. Pure.

A list that goes on shows, on its first page, the newest of what it reaches. So it reaches all that another shows where
it has the newest of that, and misses only what is older than its first page; a feed beside such a list is a request
for nothing. What is not reached by what was chosen is chosen too.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crawler.archives import has_days, template_of
from crawler.doubles import identity_of, simpler
from crawler.urls import target_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from crawler.findings import Findings, Found

# One item in so many may stand out of order: it is pinned, or came between two requests.
_STRAY = 8
_MOST = 0.5
_COMMON = 4
# So many articles in common tell that lists show the same.
_TELLING = 2
# So many of the newest tell that one list has what another shows, and so many where lists overlap.
_SURE, _MANY = 3, 12
# So many for lists that differ in their last name alone: two of them, tags above all, may share their newest by chance.
_ALIKE = 6
_TAG = re.compile(r"/(?:tags?|topics?|themes?|keywords?|labels?|metki|teg)(?:/|=)", re.IGNORECASE)
# The rank of what is used where nothing else goes on.
_SPARE = 0


@dataclass(slots=True)
class Choice:
    """Something that may be an entry, with the articles that it was seen to show, newest first as it has them.

    `near_shows` is what those pages show that were read one after the other from its first, `near` are their days,
    `trail` those of the largest part of these pages in its order.
    """

    found: Found
    shows: tuple[str, ...]
    goes_on: bool
    rank: int
    days: dict[str, dt.date] = field(default_factory=dict)
    near: dict[str, dt.date] = field(default_factory=dict)
    near_shows: frozenset[str] = frozenset()
    trail: tuple[dt.date, ...] = ()

    def reaches(self, other: Choice) -> bool:
        """True when what the other shows is here too, as far as can be seen; what ends never reaches what goes on."""
        if self.found.kind == "archive":
            return not set(self.shows).isdisjoint(other.shows)
        if other.goes_on and not self.goes_on:
            return False
        known = frozenset(self.shows)
        if self.goes_on and self.is_dated and len(other.days) * 2 > len(other.shows):
            is_told = known.issuperset(other.shows) or self._has_the_newest_of(other, known)
            if is_told or len(other.days) == len(other.shows):
                return is_told
        if self.found.is_index and self.goes_on:
            return begins_in(other.shows, known)
        # Lists that are no like of each other are told by a third of what one shows.
        least = self._least(other)
        least = min(least, len(other.shows)) if least > _SURE else min(least, (len(other.shows) + 2) // 3)
        if known.issuperset(other.shows):
            return True
        return is_reached(other.shows, self.near_shows, goes_on=self.goes_on, least=least)

    @property
    def is_dated(self) -> bool:
        """True where most of what its first pages show has a day; an old one may show none."""
        return len(self.near) * 2 > len(self.near_shows)

    def _least(self, other: Choice) -> int:
        return enough_to_tell(self.found.url, other.found.url)

    def _has_the_newest_of(self, other: Choice, known: AbstractSet[str]) -> bool:
        """True when all that the other shows of the days that were read here is known; of what is older nothing is."""
        newer = [name for name, day in other.days.items() if day > self.horizon]
        is_enough = len(newer) >= (min(self._least(other), len(other.days)) if other.goes_on else 1)
        return is_enough and sum(name not in known for name in newer) <= len(newer) // _STRAY

    @property
    def horizon(self) -> dt.date:
        """The oldest day to which it was read: the end of its longest falling row, without what is pinned between."""
        best: list[list[dt.date]] = []
        for day in self.trail:
            row = max((row for row in best if row[-1] >= day), key=len, default=[])
            best.append([*row, day])
        return max(best, key=len)[-1] if best else dt.date.max


def is_reached(shows: Sequence[str], known: AbstractSet[str], *, goes_on: bool, least: int = 1) -> bool:
    """True when each of `shows` is known; where what is known goes on, when the newest are and the others follow.

    So many of the newest as `least` are needed to tell that.
    """
    flags = [url in known for url in shows]
    if all(flags):
        return True
    if not goes_on or not flags[0]:
        return False
    hits = sum(flags)
    if hits < least:
        return False
    return sum(flags[:hits]) >= hits - hits // _STRAY


def begins_in(shows: Sequence[str], known: AbstractSet[str]) -> bool:
    """True when the newest of `shows` are known, of which only some were read: of the newest days, and the oldest."""
    flags = [name in known for name in shows]
    begins = next((place for place, flag in enumerate(flags) if not flag), len(flags))
    return begins >= min(_SURE, (len(flags) + 2) // 3)


def choose(findings: Findings, articles: AbstractSet[str]) -> tuple[list[Found], list[Found]]:
    """What is needed, in the order in which a person would look, and what is not but shows articles too.

    First come maps of the whole site and lists of news, then what may add to them: archives, lists of one topic, feeds
    and news sitemaps, the home page.
    """
    choices = _choices(findings, articles)
    lists = [
        choice for choice in choices if choice.goes_on and choice.found.kind == "listing" and choice.rank != _SPARE
    ]
    is_tagged = _share_some(lists)
    chosen: list[Choice] = []
    for rank in sorted({choice.rank for choice in choices}, reverse=True):
        left = [choice for choice in choices if choice.rank == rank]
        if rank == _SPARE and any(choice.goes_on for choice in chosen):
            break
        while left := [
            choice for choice in left if choice not in chosen and not _are_reached(choice, chosen, is_tagged=is_tagged)
        ]:
            # A page of a month that shows no more than those of its days only leads to them.
            chosen.append(max(left, key=lambda each: _worth(each, left, findings)))
    chosen = [each for each in chosen if not _is_part(each, chosen)]
    order = {"feed": 0, "sitemap": 1, "archive": 2, "listing": 3}
    needed = sorted(
        chosen, key=lambda choice: (order[choice.found.kind], not choice.found.is_topic, -len(choice.shows))
    )
    spare = [choice.found for choice in choices if choice not in chosen]
    return [choice.found for choice in needed], spare


def _is_part(choice: Choice, chosen: Sequence[Choice]) -> bool:
    """True for a list that ends, and of which another that was chosen has all and more."""
    if choice.goes_on or choice.found.is_topic:
        return False
    return any(len(each.shows) > len(choice.shows) and set(each.shows).issuperset(choice.shows) for each in chosen)


def _worth(choice: Choice, left: Sequence[Choice], findings: Findings) -> tuple[int, bool, int, bool]:
    """What makes one choice better than the others that are left: what it reaches, then how much it shows."""
    is_home = choice.found.url in (findings.home, *findings.editions)
    return sum(map(choice.reaches, left)), not is_home, len(choice.shows), has_days(choice.found.url)


def _are_reached(choice: Choice, chosen: list[Choice], *, is_tagged: bool) -> bool:
    """True when the chosen ones have, one or together, what a choice shows."""
    if any(each.reaches(choice) for each in chosen):
        return True
    going = [each for each in chosen if each.goes_on]
    if choice.found.kind == "archive":
        return bool(going) and _share(choice, going) == 1
    is_tagged = is_tagged or any(are_alike(choice.found.url, each.found.url) for each in going)
    if _is_reached_by_all(choice, going, is_tagged=is_tagged):
        return True
    if choice.goes_on and not choice.found.is_topic:
        return False
    # Lists end their first pages at different days, so together they miss one here and there.
    is_mixed = len(chosen) > 1 and bool(going) and not is_tagged and _share(choice, chosen) >= _MOST
    return is_mixed or (_share(choice, chosen) == 1 and not choice.goes_on)


def _is_reached_by_all(choice: Choice, going: list[Choice], *, is_tagged: bool) -> bool:
    """True when lists that go on, read together, have all that a choice shows of the days to which each was read."""
    dated = [each for each in going if each.found.kind == "listing" and each.is_dated]
    horizon = max((each.horizon for each in dated), default=dt.date.max)
    known: frozenset[str] = frozenset().union(*(each.shows for each in going))
    newer = [name for name, day in choice.days.items() if day > horizon]
    # Sections have each article once, and all of them; of tags that share some nobody knows what has none of them.
    return len(newer) >= (_MANY if is_tagged else _TELLING) and known.issuperset(newer)


def enough_to_tell(one: str, other: str) -> int:
    """How many of the newest of one list tell, where another has them, that it has all that the one shows."""
    if not are_alike(one, other):
        return _SURE
    return _MANY if _TAG.search(target_of(one)) else _ALIKE


def are_alike(one: str, other: str) -> bool:
    """True for addresses that differ in their last name alone: a tag is no part of what its like show."""
    names = [re.sub(r"[^/?&=]+/?\Z", "", target_of(url)) for url in (one, other)]
    return names[0] == names[1] != "/"


def _share_some(lists: Sequence[Choice]) -> bool:
    """True for lists of which several have the same articles, as tags have; those of our region are held against none.

    Where all are of our region, they are tags.
    """
    others = [each for each in lists if not each.found.is_topic]
    counts = Counter(name for each in others for name in each.shows)
    return (len(lists) > 1 and not others) or sum(count > 1 for count in counts.values()) >= _TELLING


def _share(choice: Choice, chosen: list[Choice]) -> float:
    known: frozenset[str] = frozenset().union(*(each.shows for each in chosen))
    return sum(name in known for name in choice.shows) / len(choice.shows)


def names_of(found: Found, articles: AbstractSet[str]) -> tuple[str, ...]:
    """What tells the articles apart that were found, in their order: the same for every address of one."""
    return tuple(_blocks_of(found, articles))


def _blocks_of(found: Found, articles: AbstractSet[str]) -> dict[str, str]:
    """The articles that were found, each with the block of the page in which it stands."""
    known = {identity_of(url) for url in articles}
    blocks: dict[str, str] = {}
    for item in found.items:
        name = _name(item.url, known)
        if name is not None:
            blocks.setdefault(name, item.block)
    return blocks


def _name(url: str, articles: AbstractSet[str]) -> str | None:
    """The identity of the article at an address, or of the one that it is a double of; None where there is none."""
    return next((name for name in map(identity_of, (*simpler(url), url)) if name in articles), None)


def _common(findings: Findings, articles: AbstractSet[str]) -> set[tuple[str, str]]:
    """What stands in the same block of most pages, beside whatever they list: it tells nothing of their reach."""
    pages = [_blocks_of(found, articles) for found in findings.found if found.kind in {"listing", "archive"}]
    counts = Counter(pair for blocks in pages for pair in blocks.items())
    return {pair for pair, count in counts.items() if count >= _COMMON and count * 4 >= 3 * len(pages)}


def _choices(findings: Findings, articles: AbstractSet[str]) -> list[Choice]:
    further = {found.next_page for found in findings.of("listing") if found.next_page}
    is_mapped = findings.is_mapped() and (findings.map_tells_days() or not findings.has_dated_lists())
    common = _common(findings, articles)
    made: dict[tuple[str, str], Choice] = {}
    for found in findings.found:
        if found.is_further or (found.kind == "listing" and found.url in further):
            continue
        shows = tuple(name for name, block in _blocks_of(found, articles).items() if (name, block) not in common)
        for other in findings.found:
            if found.kind == "listing" and other.first == found.url:
                pairs = _blocks_of(other, articles).items()
                shows += tuple(name for name, block in pairs if (name, block) not in common)
        if _is_index(found, findings):
            continue
        if not shows or (found.kind == "listing" and len(shows) < 2 and not found.is_topic and not found.label):
            continue
        old = made.get((found.kind, found.url))
        if old is not None:
            old.shows += shows
            continue
        weight = _weight(found, findings, is_mapped=is_mapped)
        made[found.kind, found.url] = Choice(found, tuple(dict.fromkeys(shows)), *weight)
    for choice in made.values():
        pages = [choice.found, *(found for found in findings.found if found.first == choice.found.url)]
        days = {identity_of(url): day for found in pages for url, day in found.days_shown().items()}
        choice.days = {name: days[name] for name in choice.shows if name in days}
        row = _in_a_row(pages)
        near = {identity_of(url) for found in row for url in found.days_shown()}
        choice.near = {name: day for name, day in choice.days.items() if name in near}
        blocks = {name: block for found in reversed(row) for name, block in _blocks_of(found, articles).items()}
        choice.near_shows = frozenset(blocks.keys() & set(choice.shows))
        counts = Counter(blocks[name] for name in choice.near)
        main = max(counts, key=lambda block: counts[block], default="")
        choice.trail = tuple(day for name, day in choice.near.items() if blocks[name] == main)
    return list(made.values())


def _in_a_row(pages: Sequence[Found]) -> list[Found]:
    """Of the pages of a list its first, and those that follow one after the other: not its last, read for itself."""
    if pages[0].kind != "listing":
        return list(pages)
    by_url = {found.url: found for found in pages[1:]}
    row = [pages[0]]
    while row[-1].next_page in by_url and by_url[row[-1].next_page] not in row:
        row.append(by_url[row[-1].next_page])
    return row


def _is_index(found: Found, findings: Findings) -> bool:
    """True for a page that leads to those of an archive, and is neither the home page nor goes on."""
    if found.kind != "listing" or found.next_page is not None or found.url == findings.home:
        return False
    templates = Counter(template_of(item.url) for item in found.items)
    return any(templates[archive.url] >= _TELLING for archive in findings.of("archive"))


def _weight(found: Found, findings: Findings, *, is_mapped: bool) -> tuple[bool, int]:
    """Whether something goes on behind what was seen of it; and how much it is preferred where two reach as much."""
    if found.kind == "sitemap":
        is_whole = is_mapped and not found.is_news
        if not is_whole and not found.is_news and findings.is_mapped():
            return False, _SPARE  # it says of no day, and the lists do
        return is_whole, 9 if is_whole else 3
    if found.kind == "archive":
        return True, 5
    if found.kind == "feed":
        return found.next_page is not None, 2
    goes_on = found.next_page is not None
    if found.url in (findings.home, *findings.editions):
        rank = 7 if goes_on else 1
    elif findings.evidence.is_side(found.url):
        rank = _SPARE
    else:
        rank = 4 if found.is_topic else 7 if goes_on else 6
    return goes_on, rank
