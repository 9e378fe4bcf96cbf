"""What the head of a page says of its own addresses: the canonical one, and those of it in other languages. Pure."""

from __future__ import annotations

import re
from html import unescape

from crawler.urls import BadUrl, resolve_url

# The name for the page that is shown to readers of no language that a site has.
DEFAULT = "x-default"
_HEAD_BYTES = 200_000
_LINK = re.compile(rb"<link\b[^>]{0,2000}>", re.IGNORECASE)
_CANONICAL = re.compile(rb"""\brel\s*=\s*["']?[^"'>]*\bcanonical\b""", re.IGNORECASE)
_ALTERNATE = re.compile(rb"""\brel\s*=\s*["']?[^"'>]*\balternate\b""", re.IGNORECASE)
_HREFLANG = re.compile(rb"""\bhreflang\s*=\s*["']?([\w-]{2,35})""", re.IGNORECASE)
_BASE = re.compile(rb"<base\b[^>]{0,2000}>", re.IGNORECASE)
_HREF = re.compile(rb"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""", re.IGNORECASE)


def links_of_head(body: bytes, url: str) -> tuple[str | None, tuple[str, ...]]:
    """The canonical address that a page names, None where it names none, and those of it in other languages.

    The one for all other languages (`x-default`) is one of these, or chooses among them: it counts where it is alone.
    """
    canonical: str | None = None
    others: dict[str, bool] = {}
    head = body[:_HEAD_BYTES]
    based = _BASE.search(head)
    base = (_target(url, based[0]) if based else None) or url
    for tag in _LINK.findall(head):
        target = _target(base, tag)
        if target is None:
            continue
        language = _HREFLANG.search(tag)
        if _CANONICAL.search(tag):
            canonical = canonical or target
        elif _ALTERNATE.search(tag) and language:
            others[target] = others.get(target, False) or language[1].lower() != DEFAULT.encode()
    return canonical, tuple(target for target, is_named in others.items() if is_named or not any(others.values()))


def _target(base: str, tag: bytes) -> str | None:
    href = _HREF.search(tag)
    return _resolve(base, next(filter(None, href.groups()), b"")) if href else None


def _resolve(url: str, href: bytes) -> str | None:
    try:
        return resolve_url(url, unescape(href.decode("utf-8", "replace")))
    except BadUrl:
        return None
