"""A document read for what it announces, by the reader of its kind; it is judged by what it holds. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.discovery import Discovery, read_feed
from crawler.listings import read_listing
from crawler.sitemaps import read_sitemap

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from crawler.sources import EntryType

_IS_FEED = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:rss|feed|rdf:RDF)\b", re.DOTALL)


def read_body(
    kind: EntryType,
    body: bytes,
    *,
    url: str,
    content_type: str | None,
    charset: str | None,
    seen_at: dt.datetime | None = None,
    like: Sequence[str] = (),
) -> Discovery:
    """What a document of a kind announces. A sitemap may be a feed too, as its protocol allows.

    `seen_at` is when it was read, in the zone of its site; `like` are addresses of articles.
    """
    if kind == "feed" or (kind == "sitemap" and _IS_FEED.match(body[:2000])):
        return read_feed(body, url=url, content_type=content_type, like=like)
    if kind == "sitemap":
        return read_sitemap(body, url=url)
    return read_listing(body, url=url, encoding=charset, seen_at=seen_at, like=like)
