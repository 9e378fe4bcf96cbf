"""When an article was published and modified. Pure; the present is the capture's time.

Precedence: what the page declares, the visible date beside the headline, the URL. A day that some sites print on every
page, the day of the crawl, is never earlier than the day of publication: of date lines that stand together the
earliest counts.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable  # noqa: TC003  (as in dates.py)
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from pipelines.body import is_prose
from pipelines.byline import line_of
from pipelines.dates import FoundDate, find_dates, is_date_line, localise, parse_declared
from pipelines.keys import text_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipelines.page import Block, Page

_PUBLISHED_METAS = (
    "article:published_time",
    "og:article:published_time",
    "datepublished",
    "article.published",
    "date.published",
    "dc.date.issued",
    "dcterms.created",
    "dc.date",
    "dcterms.date",
    "publishdate",
    "publish_date",
    "pubdate",
    "parsely-pub-date",
    "sailthru.date",
    "citation_publication_date",
    "cxenseparse:recs:publishtime",
    "date",
    "og:published_time",
    "published_time",
    "article:created",
    "cxenseparse:publishtime",
    "datecreated",
    "last-published",
    "published_at",
    "article:published",
    "published",
    "publication_date",
    "release_date",
    "dc.date.created",
    "dcterms.issued",
    "og:pubdate",
    "article_date_original",
    "originalpublicationdate",
)
_MODIFIED_METAS = (
    "article:modified_time",
    "og:updated_time",
    "datemodified",
    "last-modified",
    "dcterms.modified",
    "article.updated",
)
_UPDATED = re.compile(
    r"updated|modified|обновлено|изменено|更新|янгиланди|yangilandi|жаңартылды|жаңыланды", re.IGNORECASE
)
_PUBLISHED = re.compile(
    r"publish|posted|опубликовано|公開|掲載|配信|投稿|e['’]?lon qilin|жарияланған|жарыяланган", re.IGNORECASE
)
_URL_DAY = re.compile(r"(?<!\d)(?P<y>(?:19|20)\d\d)[/_-]?(?P<m>0[1-9]|1[0-2])[/_-]?(?P<d>0[1-9]|[12]\d|3[01])(?!\d)")
_URL_DAY_SPLIT = re.compile(r"/(?P<y>(?:19|20)\d\d)/(?P<m>\d{1,2})/(?P<d>\d{1,2})(?:/|$)")
_ABOVE, _BELOW, _BEHIND = 8, 12, 5
_LINE = 160
_WEST, _EAST = 12, 14  # hours that clocks may be behind and ahead of UTC
_AFTERMATH = dt.timedelta(days=60)
_DATE_LABEL = re.compile(
    r"(?:datum|date|published(?: on)?|posted(?: on)?|publication date|date published|veröffentlicht(?: am)?|"
    r"erschienen(?: am)?|"
    r"publié le|date de publication|fecha|publicado(?: el)?|data|pubblicato(?: il)?|дата(?: публикации)?|опубликовано|"
    r"公開日|掲載日|配信日|日付|発行日|投稿日|жарияланған|sana|сана)\s*[:：]?\s*(?P<date>.*\d.*)",
    re.IGNORECASE,
)
# `"publishedAt": "2020-04-17…"`, `showDate("2020/04/17 01:43:09")`
_IN_SCRIPT = re.compile(
    r"(?:publish\w*|pub_?date|posted\w*|created?_?(?:at|date|time)|show_?date)[\"']?\s*[:=(]\s*[\"']"
    r"(?P<date>(?:19|20)\d\d[-/.]?\d\d?[-/.]?\d\d?(?:[T ][\d:.]{5,12}(?:Z|[+-]\d\d:?\d\d)?)?)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    """A date that a block near the article shows; `is_pure` when the block is little but the date."""

    index: int
    day: dt.date
    text: str
    is_pure: bool
    is_update: bool


def find_published(
    page: Page,
    *,
    url: str | None,
    headline: int | None,
    body: list[int],
    captured_at: dt.datetime | None,
    zone: str | None,
    search: Callable[[], dt.date | None] = lambda: None,
) -> str | None:
    """The day or instant of publication as RFC 3339, a plain ISO date where no time or zone is known; else None.

    `headline` is the block that shows the title, `body` the blocks of the article. A date after the capture (by more
    than a day, for zones) is never believed. `search` is asked when nothing else has given a day.
    """
    latest = None if captured_at is None else (captured_at + dt.timedelta(days=1)).date()
    ways: tuple[Callable[[], dt.date | str | None], ...] = (
        lambda: _on_the_spot(
            _declared(page, headline, "datePublished", _PUBLISHED_METAS),
            lambda: _visible(page, headline, body, captured_at, zone),
        ),
        lambda: _visible(page, headline, body, captured_at, zone),
        lambda: _in_url(url),
        lambda: _elsewhere(page),
        search,
    )
    for way in ways:
        found = way()
        if found is not None and (latest is None or _day_of(found) <= latest):
            return _format(found, zone)
    return None


def _on_the_spot(declared: dt.date | None, visible: Callable[[], str | None]) -> dt.date | str | None:
    """The declared moment; where it is in UTC and the page shows the day before or after, what the page shows.

    Only a distance that a time zone explains counts: the place of the paper had another day than Greenwich.
    """
    if not isinstance(declared, dt.datetime) or declared.utcoffset() != dt.timedelta():
        return declared
    shown = visible()
    distance = (_day_of(shown) - declared.date()).days if shown else 0
    is_explained = (distance == -1 and declared.hour < _WEST) or (distance == 1 and declared.hour >= 24 - _EAST)
    return shown if is_explained and shown is not None and not shown.endswith("+00:00") else declared


def _elsewhere(page: Page) -> dt.date | None:
    """What is left when no date stands where dates stand: a day that the page names only once, else that of change."""
    for days_in in (_in_times, _in_labels, _in_scripts):
        group = days_in(page)
        if group and len({_day_of(moment) for moment in group}) == 1:
            return group[0]
    return _declared(page, None, "dateModified", _MODIFIED_METAS)


def _in_times(page: Page) -> list[dt.date]:
    return [parsed for value, _ in page.times if (parsed := parse_declared(value)) is not None]


def _in_labels(page: Page) -> list[dt.date]:
    labelled = (_DATE_LABEL.fullmatch(block.text) for block in page.blocks if len(block.text) <= _LINE)
    return [found[0].day for label in labelled if label is not None and (found := find_dates(label["date"]))]


def _in_scripts(page: Page) -> list[dt.date]:
    found = (parse_declared(match["date"]) for match in _IN_SCRIPT.finditer(page.source))
    return [parsed for parsed in found if parsed is not None]


def find_modified(page: Page, *, zone: str | None) -> str | None:
    """When the page says that it was last changed, None when it does not."""
    found = _declared(page, None, "dateModified", _MODIFIED_METAS)
    return None if found is None else _format(found, zone)


def _day_of(found: dt.date | str) -> dt.date:
    if isinstance(found, str):
        return dt.date.fromisoformat(found[:10])
    return found.date() if isinstance(found, dt.datetime) else found


def _format(found: dt.date | str, zone: str | None) -> str:
    if isinstance(found, str):
        return found
    if isinstance(found, dt.datetime):
        if found.tzinfo is not None:
            return found.isoformat(timespec="seconds")
        return localise(found.date(), found.time(), None, zone)
    return found.isoformat()


def _declared(page: Page, headline: int | None, key: str, metas: tuple[str, ...]) -> dt.date | None:
    title = text_key(page.blocks[headline].text) if headline is not None else ""
    items = sorted(filter(_is_article, page.linked_data), key=lambda item: text_key(str(item.get("headline"))) != title)
    values: list[Any] = [item.get(key) for item in items]
    values += [value for name, value in page.microdata if name == key.lower()]
    values += [value for name in metas if (value := page.meta(name))]
    texts = [value for value in values if isinstance(value, str)]
    for text in texts:
        if (parsed := parse_declared(text)) is not None:
            return parsed
    return next((found[0].day for text in texts if (found := find_dates(text))), None)


def _is_article(item: dict[str, object]) -> bool:
    kinds = item.get("@type")
    names = kinds if isinstance(kinds, list) else [kinds]
    return any(isinstance(name, str) and name.endswith(("Article", "Posting", "WebPage", "Report")) for name in names)


def _visible(
    page: Page, headline: int | None, body: list[int], captured_at: dt.datetime | None, zone: str | None
) -> str | None:
    """The date line beside the headline: below it before above it, and both before one behind the text."""
    prose = [index for index in body if is_prose(page.blocks[index])]
    first = prose[0] if prose else (body[0] if body else headline)
    anchor = headline if headline is not None else first
    if anchor is None or first is None:
        return None
    now = _Now(captured_at, cache(lambda: _lived_until(page, captured_at)), zone)
    # A standfirst may stand above the date; lines below the first paragraph have to be dates alone.
    near = [
        index
        for index in range(anchor + 1, min(anchor + _BELOW, len(page.blocks)))
        if index <= max(first, anchor) or is_date_line(page.blocks[index].spaced, captured_at=captured_at)
    ]
    above = range(anchor - 1, max(-1, anchor - _ABOVE - 1), -1)
    behind = range(prose[-1] + 1, prose[-1] + 1 + _BEHIND) if prose else range(0)
    return _best(_groups(page, near, above, behind, now), captured_at.date() if captured_at else None)


def _best(groups: Iterable[Iterator[_Candidate]], today: dt.date | None) -> str | None:
    """The date of the group that tells most: no day of the crawl, no update, a line of its own; of equals the first.

    Groups are looked at only until one is found that no later one can be better than.
    """
    found = []
    for candidates in groups:
        if group := _together(candidates):
            one = min(group, key=lambda one: (one.is_update, one.day))
            if one.is_pure and not one.is_update and one.day != today:
                return one.text
            found.append(one)
    best = min(found, key=lambda one: (one.day == today, one.is_update, not one.is_pure), default=None)
    return None if best is None else best.text


def _groups(
    page: Page, near: Iterable[int], above: Iterable[int], behind: Iterable[int], now: _Now
) -> Iterator[Iterator[_Candidate]]:
    """The candidates in the order that decides between equals; each is looked for when it is asked for."""
    for places in (near, above):
        lines = _lines(page, places, now)
        yield _dated(page, [block for block, is_pure in lines if is_pure], now, is_pure=True)
        yield _dated(page, [block for block, is_pure in lines if not is_pure], now, is_pure=False)
    yield _dated(page, [block for block, is_pure in _lines(page, behind, now) if is_pure], now, is_pure=True)


def _together(found: Iterable[_Candidate]) -> list[_Candidate]:
    """The candidates that stand at the first one, without a gap."""
    group: list[_Candidate] = []
    for one in found:
        if group and abs(one.index - group[-1].index) > 1:
            break
        group.append(one)
    return group


@dataclass(frozen=True, slots=True)
class _Now:
    """When the page was captured, how to find the last day of a date without a year, and the zone of its source."""

    captured_at: dt.datetime | None
    last_day: Callable[[], dt.date | None]
    zone: str | None


def _lived_until(page: Page, captured_at: dt.datetime | None) -> dt.date | None:
    """The last day for a date without a year, where the addresses on the page all are older than its capture.

    Somebody kept the page and had it captured later. None where nothing speaks for that.
    """
    hrefs = (href for block in page.blocks for href in block.hrefs)
    days = [day for href in (*hrefs, *(picture.src for picture in page.pictures)) if (day := _in_url(href)) is not None]
    if not days:
        return None
    until = max(days) + _AFTERMATH
    return until if captured_at is None or until < captured_at.date() else None


def _lines(page: Page, places: Iterable[int], now: _Now) -> list[tuple[Block, bool]]:
    """The blocks that may show the date, each with whether it is little else."""
    lines = []
    for index in places:
        if not 0 <= index < len(page.blocks):
            continue
        block = page.blocks[index]
        is_line = len(block.text) <= _LINE and block.heading != 1 and block.link_share < 0.9
        if not is_line or block.regions & {"figure", "figcaption"}:
            continue
        # The dates of a line are looked for only where its length leaves it open.
        is_short = not block.after_image and not is_prose(block) and len(line_of(block)) <= 60
        is_pure = is_short or is_date_line(block.spaced, captured_at=now.captured_at)
        if is_pure or not is_prose(block):
            lines.append((block, is_pure))
    return lines


def _dated(page: Page, blocks: list[Block], now: _Now, *, is_pure: bool) -> Iterator[_Candidate]:
    """The candidates among these blocks, each read when it is asked for."""
    for block in blocks:
        if (found := _dates_of(page, block, now)) is not None:
            is_update = _UPDATED.search(block.text) is not None and _PUBLISHED.search(block.text) is None
            yield _Candidate(index=block.index, day=found[1], text=found[0], is_pure=is_pure, is_update=is_update)


def _dates_of(page: Page, block: Block, now: _Now) -> tuple[str, dt.date] | None:
    """The earliest date of a line that its words do not call an update, with the machine's form where there is one."""
    line = block.spaced
    dates = find_dates(line, captured_at=now.captured_at, last_day=now.last_day)
    own = [date for date in dates if not _is_updated(line, date)] or dates
    shown = min(own, key=lambda date: date.day, default=None)
    exact = [
        parsed for value, text in page.times if text and text in line and (parsed := parse_declared(value)) is not None
    ]
    for moment in sorted(exact, key=lambda moment: 0 if shown is None else abs(_day_of(moment) - shown.day).days):
        if shown is None or abs(_day_of(moment) - shown.day).days <= 1:
            return _format(moment, now.zone), _day_of(moment)
    return None if shown is None else (localise(shown.day, shown.time, shown.offset, now.zone), shown.day)


def _is_updated(line: str, date: FoundDate) -> bool:
    return _UPDATED.search(line[max(0, date.start - 20) : date.start]) is not None


def _in_url(url: str | None) -> dt.date | None:
    if url is None:
        return None
    for pattern in (_URL_DAY_SPLIT, _URL_DAY):
        if match := pattern.search(url):
            try:
                return dt.date(int(match["y"]), int(match["m"]), int(match["d"]))
            except ValueError:
                continue
    return None
