"""Against what the relative links of a feed, or of a list as JSON, are meant. Pure.

No rule says it: readers take the page of the channel, the top of the site or the document itself, and each publisher
tested with one of them. So the addresses that are known tell; where none does, the page of the channel comes first.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from crawler.url_shapes import shape_of
from crawler.urls import BadUrl, host_of, resolve_url

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_ABSOLUTE = re.compile(r"\s*(?:[a-z][a-z0-9+.-]*:|//)", re.IGNORECASE)
# So many links tell as much as all.
_SOME = 20


def bases_of(url: str, hrefs: Iterable[object], home: object = None) -> tuple[list[str], list[str]]:
    """The relative ones of `hrefs` in the document at `url`, and the bases they may have, the likeliest first.

    `home` is the page of the channel as the document names it, if it does.
    """
    relative = [href.strip() for href in hrefs if isinstance(href, str) and href.strip() and not _ABSOLUTE.match(href)]
    page = urljoin(url, home.strip()) if isinstance(home, str) and home.strip() else None
    page = page if page is not None and urlsplit(page).netloc else None
    tops = [urljoin(each, "/") for each in (page, url) if each is not None]
    is_rooted = all(href.startswith("/") for href in relative)
    ordered = [url, page] if is_rooted else [page, *tops, url]
    return relative[:_SOME], list(dict.fromkeys(each for each in ordered if each is not None))


def base_among(bases: Sequence[str], relative: Sequence[str], like: Iterable[str]) -> tuple[str, bool]:
    """The base under which the relative links are known addresses, or the likest of such; and whether that is told.

    `like` are normalised addresses of the site, those of its articles among them.
    """
    targets = {base: [_resolved(base, href) for href in relative] for base in bases}
    if all(found == targets[bases[0]] for found in targets.values()):
        return bases[0], True
    known = set(like)
    shapes = {(host_of(url), shape_of(url)) for url in known}
    forms = {(host_of(url), shape_of(url).form) for url in known}

    def weight(base: str) -> tuple[int, int, int]:
        found = [target for target in targets[base] if target is not None]
        return (
            sum(url in known for url in found),
            sum((host_of(url), shape_of(url)) in shapes for url in found),
            sum((host_of(url), shape_of(url).form) in forms for url in found),
        )

    weights = {base: weight(base) for base in bases}
    best = max(bases, key=lambda base: weights[base])  # the first of several that are equal
    return best, len({*weights.values()}) > 1


def is_plain(href: object) -> bool:
    """True for an address that is the same against each page of a site: whole, or from its top."""
    return isinstance(href, str) and (_ABSOLUTE.match(href) is not None or href.strip().startswith("/"))


def _resolved(base: str, href: str) -> str | None:
    try:
        return resolve_url(base, href)
    except BadUrl:
        return None


def against(base: str, url: str, href: object) -> object:
    """`href` against `base` where it is relative; any other as it is, for the document at `url`."""
    if not isinstance(href, str) or _ABSOLUTE.match(href) or base == url:
        return href
    return urljoin(base, href.strip())
