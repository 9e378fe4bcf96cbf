"""What a fetched page says of itself to the crawl: its canonical address, those in other languages, and its day.

Most pages say all of it in the head, at the beginning: then no more is decoded and searched, a twentieth of what a page
costs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.bodies import decoded_body
from crawler.declared_day import declared_day, named_day
from crawler.head_links import links_of_head

if TYPE_CHECKING:
    import datetime as dt
    from zoneinfo import ZoneInfo

    from scrapy.http import Response

# Of a body that is coded: some forty thousand decoded.
_FIRST_BYTES = 8192
_HEAD_END = b"</head>"


def said_of_itself(response: Response, url: str, zone: ZoneInfo) -> tuple[str | None, tuple[str, ...], dt.date | None]:
    """The canonical address, None where none is named; those in other languages; the day, None where none is declared.

    Raises `archive.coding.UndecodableError`.
    """
    beginning = decoded_body(response, first=_FIRST_BYTES)
    end = beginning.find(_HEAD_END)
    if end >= 0:
        head = beginning[:end]
        canonical, others = links_of_head(head, url)
        day = named_day(head, zone)
        if canonical is not None and day is not None:
            return canonical, others, day
    body = decoded_body(response)
    return *links_of_head(body, url), declared_day(body, zone)
