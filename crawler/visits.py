"""Why a request is made and who asked for it: the value that travels with each Scrapy request. Pure."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

META_KEY = "kakehashi_visit"
STORED_KEY = "kakehashi_stored"


class Role(enum.StrEnum):
    """What a fetched page is to the crawl; written into the metadata record."""

    ARTICLE = "article"
    FEED = "feed"
    SITEMAP = "sitemap"
    LISTING = "listing"
    ROBOTS = "robots"
    # Where a redirect left the source's hosts: archived, but no article of ours.
    FOREIGN = "foreign"


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
