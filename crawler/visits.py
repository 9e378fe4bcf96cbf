"""Why a request is made and who asked for it: the value that travels with each Scrapy request. Pure."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

META_KEY = "kakehashi_visit"
STORED_KEY = "kakehashi_stored"
# What robots.txt said to a request, with the id of its record; not there where it was not asked.
ROBOTS_KEY = "kakehashi_robots"
EARLIER_KEY = "kakehashi_earlier"
"""The record whose validators a request carries."""

_AGES_H = (1, 3, 6, 12, 24, 48, 96, 24 * 14, 24 * 60)


class Role(enum.StrEnum):
    """What a fetched page is to the crawl; written into the metadata record."""

    ARTICLE = "article"
    FEED = "feed"
    SITEMAP = "sitemap"
    LISTING = "listing"
    ROBOTS = "robots"
    # Where a redirect left the source's hosts: archived, but no article of ours.
    FOREIGN = "foreign"


def urgency(published: dt.datetime | None, now: dt.datetime) -> int:
    """The priority of a page's request, 0 to 9: the newest first; what is announced without a date is as if a day old.

    Entries are asked for before any page.
    """
    age_h = (now - published).total_seconds() / 3600 if published is not None else 24.0
    return sum(age_h <= limit for limit in _AGES_H)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Which page is visited, and why.

    `page` is the announced URL (redirects keep it), `via` the pages that announced it with the ids of their records,
    `hops` the path from the seed in Heritrix' letters (L link, R redirect, P prerequisite).
    """

    role: Role
    page: str
    source: str | None
    via: tuple[tuple[str, str], ...] = ()
    hops: str = ""
    depth: int = 0
    keeps_all: bool = False

    def followed(self, page: str, role: Role, record_id: str | None, announcer: str) -> Visit:
        """The visit to a page that this one announced."""
        return replace(
            self,
            role=role,
            page=page,
            via=((announcer, record_id or ""),),
            hops=self.hops + "L",
            depth=self.depth + 1,
        )

    def facts(self, redirected_from: Sequence[str] = ()) -> tuple[tuple[str, str], ...]:
        """The fields of the metadata record that tell how the URL was found; `redirected_from` are the hops so far."""
        fields: list[tuple[str, str]] = [("kakehashi-role", self.role.value)]
        if self.source:
            fields.append(("kakehashi-source", self.source))
        if self.keeps_all:
            fields.append(("kakehashi-asked-for", "yes"))
        fields += [("via", url) for url in (*redirected_from[-1:], *(url for url, _ in self.via))][:1]
        fields += [("kakehashi-announced-by", f"{url} {record_id}".strip()) for url, record_id in self.via]
        fields += [("kakehashi-redirected-from", url) for url in redirected_from[-1:]]
        fields.append(("hopsFromSeed", self.hops + "R" * len(redirected_from)))
        return tuple(fields)


def is_robots_txt(url: str, redirected_from: Sequence[str] = ()) -> bool:
    """True when the request was for a robots.txt, wherever redirects led it since."""
    return urlsplit(redirected_from[0] if redirected_from else url).path == "/robots.txt"


def facts_of_request(
    url: str,
    *,
    redirected_from: Sequence[str] = (),
    referer: str | None = None,
    depth: int | None = None,
    is_for_engine: bool = False,
) -> tuple[tuple[str, str], ...]:
    """The fields of the metadata record for a request that carries no `Visit`: what Scrapy itself knows of it.

    `depth` is how many links lie between it and a start URL, None where nobody counts. `is_for_engine` is True for a
    request without a callback: robots.txt, or what a media pipeline fetches for an item.
    """
    is_robots = is_for_engine and is_robots_txt(url, redirected_from)
    fields = [("kakehashi-role", Role.ROBOTS.value)] if is_robots else []
    fields += [("via", announcer) for announcer in (*redirected_from[-1:], *filter(None, [referer]))][:1]
    fields += [("kakehashi-redirected-from", hop) for hop in redirected_from[-1:]]
    links = depth if depth is not None else bool(referer)
    hops = ("P" if is_robots else "E") if is_for_engine else "L" * links
    return (*fields, ("hopsFromSeed", hops + "R" * len(redirected_from)))
