"""Why a request is made and who asked for it: the value that travels with each Scrapy request. Pure."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

META_KEY = "kakehashi_visit"
STORED_KEY = "kakehashi_stored"
# What robots.txt said to a request, with the id of its record; not there where it was not asked.
ROBOTS_KEY = "kakehashi_robots"
# Called right before a request goes out; what it raises ends the request.
LAST_CHECK_KEY = "kakehashi_last_check"
# Called with the response before the next request to its host goes out.
NOTE_KEY = "kakehashi_note"
ALTERNATES_KEY = "kakehashi_alternates"
"""The addresses of a page in other languages, as its head names them."""
ANNOUNCED_KEY = "kakehashi_announced"
"""The address under which a page was announced, where it is asked for under the form that the site writes."""
EARLIER_KEY = "kakehashi_earlier"
"""The record whose validators a request carries."""


class Role(enum.StrEnum):
    """What a fetched page is to the crawl; written into the metadata record."""

    ARTICLE = "article"
    FEED = "feed"
    SITEMAP = "sitemap"
    LISTING = "listing"
    ROBOTS = "robots"
    # What a web archive gave back, and its list of what it has.
    MEMENTO = "memento"
    CAPTURES = "captures"
    # What the server sent for a page that a browser is to make: the article is what the browser made of it.
    SHELL = "shell"
    # A picture, style, script, icon or font of a page: archived, so that the page replays as it looked.
    REQUISITE = "requisite"
    # Where a redirect left the source's hosts: archived, but no article of ours.
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Which page is visited, and why.

    `page` is the announced URL (redirects keep it), `via` the pages that announced it with the ids of their records,
    `hops` the path from the seed in Heritrix' letters (L link, R redirect, P prerequisite). `spare` is the address
    under which an article was announced, where the one that it should be found under is another. `is_revisit` is True
    where nobody announced the page, and it was due by its age.
    """

    role: Role
    page: str
    source: str | None
    via: tuple[tuple[str, str], ...] = ()
    hops: str = ""
    depth: int = 0
    keeps_all: bool = False
    spare: str | None = None
    is_revisit: bool = False

    def followed(self, page: str, role: Role, via: Iterable[tuple[str, str]], *, spare: str | None = None) -> Visit:
        """The visit to a page that this one announced; `via` are all documents that did, this one first."""
        return replace(
            self, role=role, page=page, via=tuple(via), hops=self.hops + "L", depth=self.depth + 1, spare=spare
        )

    def facts(self, redirected_from: Sequence[str] = ()) -> tuple[tuple[str, str], ...]:
        """The fields of the metadata record that tell how the URL was found; `redirected_from` are the hops so far."""
        fields: list[tuple[str, str]] = [("kakehashi-role", self.role.value)]
        if self.source:
            fields.append(("kakehashi-source", self.source))
        if self.keeps_all:
            fields.append(("kakehashi-asked-for", "yes"))
        if self.is_revisit:
            fields.append(("kakehashi-due-by-age", "yes"))
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
