"""One article under several addresses: for small screens, for printers, marked with where the reader came from. Pure.

An address is made simpler step by step. A simpler one stands for all when it is that of an article of the source: then
it is fetched, once, and the others never. What `urls` normalises is the same on every server; what is here is the
same on nearly every news site, and is asked of the source's own pattern.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.scope import classify
from crawler.urls import host_of, target_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crawler.discovery import Announcement
    from crawler.sources import Source

_SIDES = re.compile(r"(?:www\d?|m|mobile|amp|wap|print)\.(?=[^.]+\.)")
_EDITION = r"amp|amphtml|print|printable|print-version|printversion|version-print|mobile|m"
_FIRST = re.compile(rf"\A/(?:{_EDITION})(?=/.)", re.IGNORECASE)
_INNER = re.compile(r"/(?:amp|amphtml|print)(?=/.)", re.IGNORECASE)
_LAST = re.compile(rf"/(?:{_EDITION})(?:\.html?)?/?\Z", re.IGNORECASE)
_ENDING = re.compile(r"[._](?:amp|print)(?=\.[a-z]{2,5}\Z)|\.amp\Z", re.IGNORECASE)
_INDEX = re.compile(r"/(?:index|default)\.(?:x?html?|php\d?|aspx?|jsp|shtml)\Z", re.IGNORECASE)
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z]{2,4})?", re.IGNORECASE)
# Parameters that choose an edition of the page, or say where its reader came from. They count as such only where the
# page is an article without them.
_EDITION_NAMES = re.compile(
    r"amp|print|printable|print_?version|version|output(?:type)?|view|format|mode|tmpl|mobile", re.IGNORECASE
)
_EDITION_VALUES = re.compile(r"|1|y|yes|true|amp|print|printable|mobile|component", re.IGNORECASE)
_CAME_FROM = re.compile(
    r"ref|referr?er|from|src|source|via|share|shared|rss|feed|cmpid?|campaign|spm|at_(?:medium|campaign)|ns_\w+|ito|rel|back|hl_from"
    r"|tracking|click|clickid|partner|pk_\w+|mtm_\w+|wt_\w+|xtor|smid|nocache",
    re.IGNORECASE,
)


def simpler(url: str) -> Iterator[str]:
    """The addresses that a normalised URL may be a double of, the simplest first; not itself."""
    origin, target = url[: -len(target_of(url))], target_of(url)
    path, _, query = target.partition("?")
    plain = _plain_query(query)
    paths = dict.fromkeys([_plain_path(path), path])
    for each in paths:
        for kept in dict.fromkeys([plain, query]):
            found = origin + (each or "/") + (f"?{kept}" if kept else "")
            if found != url:
                yield found


def _plain_path(path: str) -> str:
    path = _INDEX.sub("/", path)
    for pattern in (_FIRST, _INNER, _LAST, _ENDING):
        shorter = pattern.sub("/" if pattern is _LAST and path.endswith("/") else "", path, count=1)
        path = shorter if shorter.strip("/") else path
    return path


def _plain_query(query: str) -> str:
    fields = [field.partition("=") for field in query.split("&") if field]
    kept = [
        f"{name}{sign}{value}"
        for name, sign, value in fields
        if not _CAME_FROM.fullmatch(name) and not (_EDITION_NAMES.fullmatch(name) and _EDITION_VALUES.fullmatch(value))
    ]
    return "&".join(kept)


def original_of(source: Source, url: str) -> str:
    """The simplest address that a normalised `url` is a double of, by the source's own pattern; `url` where it is none.

    A host that is not the source's, but with or without `www.` would be, or for small screens is a part of one that is,
    is read as that; http and https are one where the entries name the host.
    """
    url = _at_home(source, url)
    for each in simpler(url):
        if _is_article(source, each):
            return each
    path, sign, query = target_of(url).partition("?")
    if len(path) > 1 and not _is_article(source, url):
        # The pattern may have been learned from addresses with a final slash, or without one.
        other = url[: -len(target_of(url))] + (path.rstrip("/") if path.endswith("/") else f"{path}/") + sign + query
        return other if _is_article(source, other) else url
    return url


def _is_article(source: Source, url: str) -> bool:
    verdict = classify(source, url)
    return verdict.kind == "article" and verdict.refused is None


def _at_home(source: Source, url: str) -> str:
    host = host_of(url)
    hosts = source.scope.hosts
    if host not in hosts:
        bare = _SIDES.sub("", host, count=1)
        twin = next((each for each in (bare, f"www.{bare}") if each in hosts), None)
        if twin is None:
            return url
        host = twin
    homes = {host_of(entry.url): entry.url.partition("://")[0] for entry in source.entries}
    scheme = homes.get(host, url.partition("://")[0])
    return f"{scheme}://{host}{target_of(url)}"


def doubles_among(items: Iterable[Announcement]) -> dict[str, str]:
    """Of what one document announces the addresses of doubles, each with its original: a name was put before its path.

    They stand beside each other under the same words: `/mirror/news/5` and `/news/5`; a language is no such name.
    """
    titles = {item.url: item.title for item in items if item.title}
    found = {}
    for url, title in titles.items():
        target = target_of(url)
        name, _, rest = target[1:].partition("/")
        original = f"{url[: -len(target)]}/{rest}"
        if rest and titles.get(original) == title and not _LANGUAGE.fullmatch(name):
            found[url] = original
    return found


def identity_of(url: str) -> str:
    """What all spellings of a page's address share: without scheme, `www.`, default document and final slash."""
    path, _, query = target_of(url).partition("?")
    path = _INDEX.sub("/", path).rstrip("/")
    return _SIDES.sub("", host_of(url), count=1) + path + (f"?{query}" if query else "")


def better_spelling(spellings: list[str], *, with_slash: bool) -> str:
    """Of the spellings under which a page was announced the one to fetch: as the site writes most of its addresses."""

    def rank(url: str) -> tuple[bool, bool, int]:
        path = target_of(url).partition("?")[0]
        return _INDEX.search(path) is not None, path.endswith("/") is not with_slash, len(url)

    return min(dict.fromkeys(spellings), key=rank)
