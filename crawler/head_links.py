"""What the head of a page says of its own addresses: the canonical one, and those of it in other languages. Pure."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urljoin

from crawler.urls import BadUrl, normalise_url

_HEAD_BYTES = 200_000
_LINK = re.compile(rb"<link\b[^>]{0,2000}>", re.IGNORECASE)
_CANONICAL = re.compile(rb"""\brel\s*=\s*["']?[^"'>]*\bcanonical\b""", re.IGNORECASE)
_ALTERNATE = re.compile(rb"""\brel\s*=\s*["']?[^"'>]*\balternate\b""", re.IGNORECASE)
_HREFLANG = re.compile(rb"""\bhreflang\s*=\s*["']?([\w-]{2,35})""", re.IGNORECASE)
_HREF = re.compile(rb"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""", re.IGNORECASE)


def links_of_head(body: bytes, url: str) -> tuple[str | None, tuple[str, ...]]:
    """The canonical address that a page names, None where it names none, and those of it in other languages."""
    canonical: str | None = None
    others: list[str] = []
    for tag in _LINK.findall(body[:_HEAD_BYTES]):
        href = _HREF.search(tag)
        target = _resolve(url, next(filter(None, href.groups()), b"")) if href else None
        if target is None:
            continue
        if _CANONICAL.search(tag):
            canonical = canonical or target
        elif _ALTERNATE.search(tag) and _HREFLANG.search(tag):
            others.append(target)
    return canonical, tuple(dict.fromkeys(others))


def _resolve(url: str, href: bytes) -> str | None:
    try:
        return normalise_url(urljoin(url, unescape(href.decode("utf-8", "replace")).strip()))
    except (BadUrl, ValueError):
        return None
