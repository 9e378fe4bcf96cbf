"""When an article was published and modified. Pure; the present is the capture's time.

Precedence: what the page declares, the visible date beside the headline, the URL.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable  # noqa: TC003  (as in dates.py)
from typing import TYPE_CHECKING, Any

from pipelines.dates import find_dates, parse_declared
from pipelines.keys import text_key
from pipelines.moments import day_in_url, day_of, written
from pipelines.visible_date import LONGEST_LINE, visible_date

if TYPE_CHECKING:
    from pipelines.page import Page

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
_WEST, _EAST = 12, 14  # hours that clocks may be behind and ahead of UTC
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
            lambda: visible_date(page, headline, body, captured_at, zone),
        ),
        lambda: visible_date(page, headline, body, captured_at, zone),
        lambda: day_in_url(url),
        lambda: _elsewhere(page),
        search,
    )
    for way in ways:
        found = way()
        if found is not None and (latest is None or day_of(found) <= latest):
            return written(found, zone)
    return None


def _on_the_spot(declared: dt.date | None, visible: Callable[[], str | None]) -> dt.date | str | None:
    """The declared moment; where it is in UTC and the page shows the day before or after, what the page shows.

    Only a distance that a time zone explains counts: the place of the paper had another day than Greenwich.
    """
    if not isinstance(declared, dt.datetime) or declared.utcoffset() != dt.timedelta():
        return declared
    shown = visible()
    distance = (day_of(shown) - declared.date()).days if shown else 0
    is_explained = (distance == -1 and declared.hour < _WEST) or (distance == 1 and declared.hour >= 24 - _EAST)
    return shown if is_explained and shown is not None and not shown.endswith("+00:00") else declared


def _elsewhere(page: Page) -> dt.date | None:
    """What is left when no date stands where dates stand: a day that the page names only once, else that of change."""
    for days_in in (_in_times, _in_labels, _in_scripts):
        group = days_in(page)
        if group and len({day_of(moment) for moment in group}) == 1:
            return group[0]
    return _declared(page, None, "dateModified", _MODIFIED_METAS)


def _in_times(page: Page) -> list[dt.date]:
    return [parsed for value, _ in page.times if (parsed := parse_declared(value)) is not None]


def _in_labels(page: Page) -> list[dt.date]:
    labelled = (_DATE_LABEL.fullmatch(block.text) for block in page.blocks if len(block.text) <= LONGEST_LINE)
    return [found[0].day for label in labelled if label is not None and (found := find_dates(label["date"]))]


def _in_scripts(page: Page) -> list[dt.date]:
    found = (parse_declared(match["date"]) for match in _IN_SCRIPT.finditer(page.source))
    return [parsed for parsed in found if parsed is not None]


def find_modified(page: Page, *, zone: str | None) -> str | None:
    """When the page says that it was last changed, None when it does not."""
    found = _declared(page, None, "dateModified", _MODIFIED_METAS)
    return None if found is None else written(found, zone)


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
