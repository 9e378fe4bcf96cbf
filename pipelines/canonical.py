"""The URL that names an article, whatever address it was fetched by; and the id made from it. Pure."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from w3lib.url import canonicalize_url, url_query_cleaner

if TYPE_CHECKING:
    from pipelines.page import Page

TRACKING = (
    "utm_source",
    "utm_medium",
    "utm_campaign",
    "utm_term",
    "utm_content",
    "utm_id",
    "utm_name",
    "utm_reader",
    "fbclid",
    "gclid",
    "dclid",
    "yclid",
    "msclkid",
    "mc_cid",
    "mc_eid",
    "igshid",
    "_openstat",
    "ysclid",
    "twclid",
    "ref_src",
)


def normalise(url: str) -> str:
    """The URL without fragment and tracking parameters, its query sorted, its escapes in one spelling."""
    cleaned = url_query_cleaner(url, TRACKING, remove=True, unique=False) if "?" in url else url
    return canonicalize_url(cleaned)


def canonical_url(page: Page, url: str | None) -> str | None:
    """What the page declares as its canonical address if that is believable, else the fetched one, normalised.

    A declaration is believed when it stays on the host and does not send an article to a front page, which some
    templates do for every page.
    """
    declared = page.link("canonical") or page.meta("og:url")
    if declared is None:
        return normalise(url) if url else None
    absolute = urljoin(url or "", declared.strip())
    if url is None:
        return normalise(absolute) if absolute.startswith(("http://", "https://")) else None
    return normalise(absolute if _is_believable(absolute, url) else url)


def _is_believable(declared: str, fetched: str) -> bool:
    try:
        theirs, ours = urlsplit(declared), urlsplit(fetched)
    except ValueError:
        return False
    same_host = (theirs.hostname or "").removeprefix("www.") == (ours.hostname or "").removeprefix("www.")
    is_front = theirs.path in ("", "/") and not theirs.query
    return theirs.scheme in ("http", "https") and same_host and not (is_front and ours.path not in ("", "/"))


def article_id(canonical: str) -> str:
    """16 hex digits of the SHA-256 of the canonical URL, its scheme aside: http and https name one article."""
    return hashlib.sha256(canonical.split("://", 1)[-1].encode()).hexdigest()[:16]
