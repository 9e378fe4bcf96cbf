"""Is this URL ours, and what is it? A decision over one source and one URL. Pure.

The order of the questions: is it a URL at all, is the host ours, does it look like a trap, is it media, is it excluded,
is it an article, is it a listing. The first that decides gives the reason.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from crawler.traps import MAX_URL_CHARS, is_trap
from crawler.urls import BadUrl, host_of, normalise_url, target_of

if TYPE_CHECKING:
    from crawler.sources import Source

Kind = Literal["article", "listing", "media", "other"]
Refusal = Literal["foreign_host", "excluded", "media", "not_article", "bad_url", "too_long", "trap"]

_MEDIA = re.compile(
    r"\.(?:jpe?g|jpe|png|gif|webp|avif|svg|ico|bmp|tiff?|heic|mp[34]|m4[av]|og[gav]|wav|flac|aac|webm|mov|avi|mkv|mpe?g"
    r"|flv|m3u8|ts|pdf|docx?|xlsx?|pptx?|od[tsp]|rtf|epub|djvu|zip|rar|7z|t?gz|tar|bz2|xz|exe|apk|dmg"
    r"|css|m?js|map|json|woff2?|[to]tf|eot|ics)\Z",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a URL is for a source. `refused` is None when it may be fetched, else the reason why not."""

    kind: Kind
    refused: Refusal | None = None


def classify(source: Source, url: str) -> Verdict:
    """What `url` is for `source`; articles and listings are never refused for their kind.

    Where the article and the listing patterns both match, it is an article.
    """
    if len(url) > MAX_URL_CHARS:
        return Verdict(kind="other", refused="too_long")
    try:
        url = normalise_url(url)
    except BadUrl:
        return Verdict(kind="other", refused="bad_url")
    kind: Kind = "media" if is_media(url) else "other"
    if refused := _refusal(source, url, kind):
        return Verdict(kind=kind, refused=refused)
    return _wanted(source, url)


def _refusal(source: Source, url: str, kind: Kind) -> Refusal | None:
    if len(url) > MAX_URL_CHARS:  # percent-encoding makes it longer
        return "too_long"
    if host_of(url) not in source.scope.hosts:
        return "foreign_host"
    if is_trap(url):
        return "trap"
    if kind == "media":
        return "media"
    return "excluded" if source.scope.is_excluded(url) else None


def _wanted(source: Source, url: str) -> Verdict:
    if source.scope.is_article(url):
        return Verdict(kind="article")
    if source.scope.is_listing(url):
        return Verdict(kind="listing")
    return Verdict(kind="other", refused="not_article")


def is_media(url: str) -> bool:
    """True for the address of a picture, a recording, a document to load or a part of a page, by its ending."""
    return _MEDIA.search(target_of(url).partition("?")[0]) is not None
