"""What was made of a store a moment ago, here or on other machines, for who goes on with it.

Of each WARC what its lines were, so that they need not be made again; and what its pages showed, so that templates are
learned without reading them again.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left, insort
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from archive.layout import articles_key, dropped_key, warc_key
from pipelines.mementos import memento_at
from pipelines.store_templates import shows_template
from pipelines.template import MOST_PAGES, host_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from archive.layout import Stem
    from pipelines.one_warc import WarcResult
    from pipelines.page_job import Derived, Job

_MOST_SHOWN = 5000  # pages whose lines are kept: some ten kilobytes each
_MOST_SENT = 600  # pages of one WARC whose lines are sent
_MOST_LETTERS = 50_000  # of the lines of a page: one in thousands has more


class MadeWarc(NamedTuple):
    """What was made of a WARC: how many pages went to a worker, and the digest of the lines that they gave."""

    pages: int
    digest: str

    def is_still(self, articles: Iterable[bytes], dropped: Iterable[bytes]) -> bool:
        """Whether these are the lines that it gave."""
        return self.digest == _digest(articles, dropped)


def made_in(folder: Path, stem: Stem, generation: str, pages: int) -> MadeWarc:
    """What was made of a WARC of so many pages, whose files lie under `folder`."""
    kept, others = folder / articles_key(stem, generation), folder / dropped_key(stem, generation)
    with kept.open("rb") as articles, others.open("rb") as dropped:
        return MadeWarc(pages, _digest(articles, dropped))


def _digest(articles: Iterable[bytes], dropped: Iterable[bytes]) -> str:
    return f"{_sha256(articles)} {_sha256(dropped)}"


def _sha256(lines: Iterable[bytes]) -> str:
    found = hashlib.sha256()
    for line in lines:
        found.update(line)
    return found.hexdigest()


class ShownPage(NamedTuple):
    """The lines (`keys`) of the page at an offset of a WARC; pages sort as templates are learned: articles first."""

    is_dropped: bool
    offset: int
    host: str
    keys: frozenset[str]


def shown_by(derived: Derived) -> ShownPage | None:
    """What a page shows; None where it was not asked, shows too much, or where no template is learned from it."""
    reason = None if derived.kind == "article" else derived.reason
    if derived.lines is None or not shows_template(reason) or sum(map(len, derived.lines)) > _MOST_LETTERS:
        return None
    return ShownPage(derived.kind == "dropped", derived.job.location.offset, _host_of(derived.job), derived.lines)


def _host_of(job: Job) -> str:
    """The host that a page's template belongs to; of what a web archive gave back, that of the address within."""
    memento = memento_at(job.url) if job.is_memento else None
    return host_of(memento.original if memento else job.url)


def asking(jobs: Iterable[Job], asked: Counter[str], most: int) -> list[Job]:
    """The jobs, the first of each host asked for the lines of their pages, `most` in all; `asked` counts by host."""
    found: list[Job] = []
    for job in jobs:
        host = _host_of(job)
        is_wanted = most > 0 and asked[host] < MOST_PAGES
        asked[host] += is_wanted
        most -= is_wanted
        found.append(replace(job, tells_lines=True) if is_wanted else job)
    return found


def asking_one(jobs: Iterable[Job]) -> list[Job]:
    """As `asking`, for the jobs of one WARC that is derived by itself: as many as may be sent."""
    return asking(jobs, Counter(), _MOST_SENT)


def pack_shown(pages: Iterable[ShownPage]) -> list[Any]:
    """As JSON values: the pages of a host share many of their lines, so each line stands there once."""
    found = sorted(pages, key=lambda page: page.offset)
    lines = sorted({key for page in found for key in page.keys})
    at = {key: number for number, key in enumerate(lines)}
    rows = [[page.is_dropped, page.offset, page.host, sorted(at[key] for key in page.keys)] for page in found]
    return [lines, rows]


def unpack_shown(values: Sequence[Any]) -> tuple[ShownPage, ...]:
    """The pages in what `pack_shown` gave. Raises `ValueError`, `TypeError` or `IndexError` for other values."""
    lines, rows = values
    return tuple(
        ShownPage(is_dropped, offset, host, frozenset(lines[number] for number in numbers))
        for is_dropped, offset, host, numbers in rows
    )


class _Place(NamedTuple):
    """Where a page stands in the order in which templates are learned."""

    stem: str
    is_dropped: bool
    offset: int
    host: str
    warc: str


@dataclass(slots=True)
class Made:
    """What a backlog made, here or elsewhere.

    `warcs` are those without a page that failed; `shown` are the keys of the lines that the first pages of each host
    show, by WARC and offset. Which ones are kept does not depend on the order in which they come.
    """

    warcs: dict[str, MadeWarc] = field(default_factory=dict)
    shown: dict[tuple[str, int], frozenset[str]] = field(default_factory=dict)
    _asked: Counter[str] = field(default_factory=Counter)
    _places: list[_Place] = field(default_factory=list)
    _by_host: defaultdict[str, list[_Place]] = field(default_factory=lambda: defaultdict(list))

    def asking(self, jobs: Iterable[Job]) -> list[Job]:
        """The jobs, the first of each host asked for the lines of their pages; in all as many as memory is to hold."""
        return asking(jobs, self._asked, _MOST_SHOWN - len(self.shown))

    def take(self, stem: Stem, result: WarcResult) -> None:
        """Take in what a WARC gave."""
        if result.made is not None and not result.kinds["failed"]:
            self.warcs[str(stem)] = result.made
        for page in result.shown:
            self.keep_lines(stem, page)

    def keep_lines(self, stem: Stem, page: ShownPage | None) -> None:
        """Take in what a page shows; the last ones go where there are too many of its host, or in all."""
        if page is None:
            return
        place = _Place(str(stem), page.is_dropped, page.offset, page.host, warc_key(stem))
        if (place.warc, place.offset) in self.shown:
            return
        self.shown[place.warc, place.offset] = page.keys
        near = self._by_host[page.host]
        insort(near, place)
        insort(self._places, place)
        if len(near) > MOST_PAGES:
            del self._places[bisect_left(self._places, near[-1])]
            self._forget(near.pop())
        elif len(self._places) > _MOST_SHOWN:
            self._forget(self._by_host[self._places.pop().host].pop())

    def _forget(self, place: _Place) -> None:
        del self.shown[place.warc, place.offset]
