"""The hits of one page and the sums that the rules of relevance are written in. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.terms_found import leaves_home_unsaid

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.terms_found import Hit

# A name below this weight cannot stand for its side: a make of car, the yen, one partner in a list.
STANDS = 0.5
SEVERAL = 2
TOP = ("title", "lead")
_ZONES = (*TOP, "body")
_BOTH = ("ca", "jp", "format")
# The side at which a language is at home, and nowhere else; Russian is written elsewhere, too.
_HOMES = {"ja": "jp", "kk": "ca", "ky": "ca", "uz": "ca", "tg": "ca", "tk": "ca"}
# Dealings that also fill pages on markets, cars and sport, and so cannot outweigh these.
LOOSE_TIES = frozenset({"trade and investment", "project", "visit", "summit", "meeting"})


class _Sum:
    """What the hits of one side in one zone come to."""

    def __init__(self) -> None:
        self.weight = 0.0
        self.best = 0.0
        self.names: set[str] = set()

    def add(self, hit: Hit) -> None:
        self.weight += hit.weight
        self.best = max(self.best, hit.weight)
        self.names.add(hit.term.name)


class Page:
    """The hits of one page and the sums the rules are written in, counted once. A format counts for both sides."""

    def __init__(self, hits: Sequence[Hit], title: str, text: str, language: str) -> None:
        self.hits = hits
        self.language = language
        self.characters = len(text)
        self.title = title
        self.text = text
        self.home = _HOMES.get(language)
        self.at_home = self.home == "ca" and leaves_home_unsaid(title, text)
        self._sums: dict[tuple[str, str], _Sum] = {}
        for hit in hits:
            for side in _BOTH if hit.side == "format" else (hit.side,):
                self._sum(side, hit.zone).add(hit)

    def _sum(self, side: str, zone: str) -> _Sum:
        key = side, zone
        found = self._sums.get(key)
        if found is None:
            found = self._sums[key] = _Sum()
        return found

    def weight(self, side: str, *zones: str) -> float:
        """The weights of a side; all zones where none is named."""
        return sum(self._sum(side, zone).weight for zone in zones or _ZONES)

    def best(self, side: str, *zones: str) -> float:
        """The weight of a side's strongest hit, 0 where it is absent."""
        return max(self._sum(side, zone).best for zone in zones)

    def names(self, side: str, *zones: str) -> set[str]:
        """The names of a side's terms that stand in the zones."""
        return set().union(*(self._sum(side, zone).names for zone in zones or _ZONES))

    def between(self, where: str, start: int, end: int) -> str:
        """What stands between two places of the title or of the text."""
        return (self.title if where == "title" else self.text)[start:end]

    @property
    def minor(self) -> float:
        """The weight of the side that is less present."""
        return min(self.weight("ca"), self.weight("jp"))


def has_both(page: Page) -> bool:
    """Both sides are named by a term that can stand for its side, if only in a list."""
    return all(any(stands_for(hit, side) and hit.term.weight >= STANDS for hit in page.hits) for side in ("ca", "jp"))


def stands_for(hit: Hit, side: str) -> bool:
    """A hit of the side, of a format, or of an athlete or a sport that the side has."""
    own = ("jp" if hit.term.country == "JP" else "ca") if hit.side == "sport" and hit.term.country else None
    return hit.side in {side, "format"} or own == side or (hit.side == "sport" and hit.term.seems == side)


def is_sport(page: Page) -> bool:
    """Words of sport outweigh those of dealings; the title counts twice."""
    sport = page.weight("sport") + page.weight("sport", "title")
    ties = [hit for hit in page.hits if hit.side == "tie" and hit.term.name not in LOOSE_TIES]
    return sport > len(ties) + sum(hit.zone == "title" for hit in ties)


def title_names_both(page: Page) -> bool:
    """Each side has a name in the title that can stand for it."""
    return min(page.best("ca", "title"), page.best("jp", "title")) >= STANDS
