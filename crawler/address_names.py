"""What the names in an address tell: whose host it is, and which page, or the double of which. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler import spellings
from crawler.doubles import identity_of, simpler
from crawler.urls import target_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crawler.url_shapes import Shape

_MOBILE = re.compile(r"(?:m|amp|mobile|wap|print)\.")
_CODE = re.compile(r"\d\D*\d")


def is_mobile(host: str) -> bool:
    """True for a host that serves the pages of another to small screens or to printers, by its name."""
    return _MOBILE.match(host) is not None


def matches(patterns: Iterable[str], url: str) -> bool:
    """True when one of the expressions matches."""
    return any(re.search(pattern, target_of(url)) for pattern in patterns)


def last_name(url: str) -> str:
    """The last piece of an address that names something: what the doubles of an article share."""
    names = [name for name in target_of(url).partition("?")[0].split("/") if name]
    names = [name for name in names if name.lower() not in {"amp", "print", "amp.html", "index.html", "mobile"}]
    return re.sub(r"(?:\.amp)?\.[a-z]{2,5}\Z", "", names[-1]) if names else ""


def names_same(one: str, other: str) -> bool:
    """True for addresses that end with the same name, or have the same query: those of a page and of its double."""
    queries = [target_of(url).partition("?")[2] for url in (one, other)]
    return last_name(one) == last_name(other) != "" or queries[0] == queries[1] != ""


def has_simpler(url: str, names: set[str]) -> bool:
    """True where an address of which this may be the edition for printers, or for small screens, was seen too."""
    own = identity_of(url)
    return any(name in names and name != own for name in map(identity_of, simpler(url)))


def are_identified(shape: Shape, urls: Sequence[str]) -> bool:
    """True where a number, a date, a slug or a code of letters and digits tells one page from another."""
    coded = sum(_CODE.search(last_name(url)) is not None for url in urls)
    return shape.is_identified or coded * 2 > len(urls)


def folder_of(url: str) -> str:
    """The path of an address without its last piece and without what follows it."""
    return target_of(url).partition("?")[0].rstrip("/").rpartition("/")[0]


def are_kin(host: str, known: str) -> bool:
    """True for the same host, or one below the other, `www.` aside."""
    one, other = spellings.bare(host), spellings.bare(known)
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")


def is_part(host: str, known: str) -> bool:
    """True for a host below another or above it, `www.` aside."""
    return are_kin(host, known) and spellings.bare(host) != spellings.bare(known)
