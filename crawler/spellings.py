"""Addresses that differ in `www.` or the final slash alone, kind by kind: which spelling a site leads on from. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from crawler.doubles import identity_of
from crawler.url_shapes import Shape, shape_of
from crawler.urls import host_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from collections.abc import Set as AbstractSet

    _Kind = tuple[str, Shape]


def unproven(articles: Iterable[str], asked: AbstractSet[str]) -> list[str]:
    """An article of each kind that has a like in another spelling, where none of the kind was `asked` for."""
    return [urls[0] for urls in _with_a_like(articles) if asked.isdisjoint(urls)]


def misspelled(articles: Iterable[str], asked: AbstractSet[str], moved: Mapping[str, str]) -> set[str]:
    """The articles of such kinds of which all that were asked for had `moved` to the other spelling."""
    wrong: set[str] = set()
    for urls in _with_a_like(articles):
        known = [url for url in urls if url in asked]
        if known and all(identity_of(moved.get(url, "")) == identity_of(url) for url in known):
            wrong.update(urls)
    return wrong


def bare(host: str) -> str:
    """The host without `www.`."""
    return host.removeprefix("www.")


def _with_a_like(articles: Iterable[str]) -> list[list[str]]:
    """The articles by host and shape, of those kinds alone whose pages may be there in another spelling, too."""
    kinds: dict[_Kind, list[str]] = {}
    for url in sorted(articles):
        kinds.setdefault((host_of(url), shape_of(url)), []).append(url)
    counts = Counter(map(_without_spelling, kinds))
    return [urls for kind, urls in kinds.items() if counts[_without_spelling(kind)] > 1]


def _without_spelling(kind: _Kind) -> _Kind:
    return bare(kind[0]), replace(kind[1], has_slash=False)
