"""The address as the site itself writes it, learned from its redirects: scheme, `www.`, final slash.

A site whose links say `http://`, the other host or the other slash sends each reader on, which costs a request a page.
After two redirects of one kind the right form is asked for at once. Sites have exceptions: where a learned form is not
there, or leads elsewhere, the page is asked for as it was announced, and what was learned counts for less.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any, Self

from scrapy.exceptions import IgnoreRequest

from crawler.claims import KnownPageError
from crawler.politeness import StoppedError
from crawler.urls import BadUrl, host_of, normalise_url, resolve_url, target_of
from crawler.visits import ANNOUNCED_KEY, LAST_CHECK_KEY, META_KEY, NOTE_KEY, Role

if TYPE_CHECKING:
    from collections.abc import Callable

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawler.visits import Visit

# So many redirects of one kind tell how the site writes its addresses, and so many more after each exception.
_ENOUGH, _AFTER_EXCEPTION = 2, 4
# What answered so often is believed when a feed, map or list is not there.
_SURE = 5
# http with www. to https with it, and on without it.
_STEPS = 3
_ROLES = (Role.ARTICLE, Role.FEED, Role.SITEMAP, Role.LISTING)
_MOVED = {301, 302, 303, 307, 308}
_FILE = re.compile(r"\.\w{2,5}\Z")
# An address as it was announced: not to be changed again.
_PLAIN_KEY = "kakehashi_plain"
# One way in which two spellings of an address differ.
Change = tuple[str, str, str]


class Doors:
    """What the redirects of one source taught. `owns` says of an address whether it is the source's."""

    def __init__(self, owns: Callable[[str], bool]) -> None:
        self._owns = owns
        self._seen: Counter[Change] = Counter()
        self._exceptions: Counter[Change] = Counter()

    def note(self, url: str, form: str) -> None:
        """Note that a page is found under another spelling of its address; any other redirect tells nothing."""
        if self._owns(form):
            self._seen.update(changes(url, form))

    def note_exception(self, url: str, form: str) -> None:
        """Note that a page is there under `url` and not under the form that was learned."""
        self._exceptions.update(changes(url, form))

    def form_of(self, url: str) -> str:
        """The address under which the site has a page; `url` where nothing else was learned."""
        if not self._seen:  # as on most sites
            return url
        origin, target = _parts(url)
        learned = self._learned()
        for _ in range(_STEPS):
            origin = next((after for kind, before, after in learned if (kind, before) == ("origin", origin)), origin)
        path, sign, query = target.partition("?")
        other = _other_slash(path)
        if other is not None and _slash(url, path) in learned:
            path = other
        return origin + path + sign + query

    def is_sure(self, url: str, form: str) -> bool:
        """True where the ways in which two spellings differ were met often, and without exception."""
        return all(self._seen[each] >= _SURE and not self._exceptions[each] for each in changes(url, form))

    def _learned(self) -> list[Change]:
        seen = self._seen.most_common()
        return [each for each, count in seen if count >= _ENOUGH + _AFTER_EXCEPTION * self._exceptions[each]]


def changes(url: str, form: str) -> list[Change]:
    """How two spellings of one address differ in scheme, `www.` and final slash; empty for two addresses."""
    (origin, target), (other_origin, other_target) = _parts(url), _parts(form)
    (path, _, query), (other_path, _, other_query) = target.partition("?"), other_target.partition("?")
    is_same = path.rstrip("/") == other_path.rstrip("/") and query == other_query
    if not is_same or host_of(url).removeprefix("www.") != host_of(form).removeprefix("www."):
        return []
    found = [("origin", origin, other_origin)] if origin != other_origin else []
    return found + ([_slash(url, path)] if other_path == _other_slash(path) else [])


def _parts(url: str) -> tuple[str, str]:
    target = target_of(url)
    return url[: len(url) - len(target)], target


def _slash(url: str, path: str) -> Change:
    """The final slash that is put to addresses like this one, or taken from them."""
    last = path.rstrip("/").rpartition("/")[2]
    kind = f"{'file' if _FILE.search(last) else 'page'}{'?' if '?' in url else ''}"
    return ("slash", host_of(url).removeprefix("www."), f"{'-' if path.endswith('/') else '+'}{kind}")


def _other_slash(path: str) -> str | None:
    if not path.strip("/"):
        return None
    return path.removesuffix("/") if path.endswith("/") else f"{path}/"


class _OtherFormError(IgnoreRequest):
    """`request` is to be made in the place of another, under the form that was learned."""

    def __init__(self, request: Request) -> None:
        super().__init__(f"asked for as {request.url}")
        self.request = request


class DoorMiddleware:
    """Asks for pages and documents as the site writes their addresses, and again as announced where that fails."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The middleware; a spider without doors is left alone."""
        return cls(crawler)

    def process_request(self, request: Request) -> Request | None:
        """The request under the form that was learned; where none was, it is looked at again when its turn comes."""
        doors, visit = self._doors, request.meta.get(META_KEY)
        if doors is None or visit is None or visit.role not in _ROLES:
            return None
        if (other := self._other(request)) is not None:
            return other
        # What `claims` put there for this request stays; what an earlier form of it left does not.
        first = request.meta.get(LAST_CHECK_KEY) if visit.role is Role.ARTICLE else None
        request.meta[LAST_CHECK_KEY] = partial(self._check, request, first)
        then = request.meta.get(NOTE_KEY) if visit.role is Role.ARTICLE else None
        request.meta[NOTE_KEY] = partial(self._note, request, then)
        return None

    def process_response(self, request: Request, response: Response) -> Request | Response:
        """The response; where a learned form is not there or leads elsewhere, a request for what was announced."""
        announced, doors = request.meta.get(ANNOUNCED_KEY), self._doors
        if doors is None:
            return response
        if announced is None or request.meta.get("redirect_urls"):
            plain = request.meta.get(_PLAIN_KEY)
            if plain is not None and response.status == 200 and request.url != plain:
                doors.note_exception(_first(request), plain)
            return response
        if 200 <= response.status < 300 or response.status == 304:
            doors.note(announced, request.url)
        elif self._is_elsewhere(request, response, announced):
            return self._as_announced(request)
        return response

    def process_exception(self, request: Request, exception: Exception) -> Request | None:
        """A request for the form that was learned meanwhile, or for what was announced where that one fails."""
        if isinstance(exception, _OtherFormError):
            return exception.request
        is_final = isinstance(exception, (StoppedError, KnownPageError))
        if is_final or ANNOUNCED_KEY not in request.meta or request.meta.get("redirect_urls"):
            return None
        return self._as_announced(request)

    @property
    def _doors(self) -> Doors | None:
        return getattr(self._crawler.spider, "doors", None)

    def _other(self, request: Request) -> Request | None:
        """The request under its learned form; None where that is the one it has, or it was given up."""
        is_settled = any(key in request.meta for key in (ANNOUNCED_KEY, _PLAIN_KEY, "redirect_urls"))
        form = request.url if is_settled or self._doors is None else self._doors.form_of(request.url)
        if form == request.url:
            return None
        return request.replace(
            url=form, meta={**request.meta, ANNOUNCED_KEY: request.url}, priority=request.priority + 1
        )

    def _as_announced(self, request: Request) -> Request:
        meta = {**request.meta, _PLAIN_KEY: request.url}
        announced = meta.pop(ANNOUNCED_KEY)
        return request.replace(url=announced, meta=meta, priority=request.priority + 1)

    def _is_elsewhere(self, request: Request, response: Response, announced: str) -> bool:
        """True where a learned form is not there, or leads to what is no article: the page may have another address."""
        assert self._doors is not None
        visit: Visit = request.meta[META_KEY]
        spider: Any = self._crawler.spider
        if response.status in _MOVED:
            target = _target(request, response)
            if target is not None and changes(request.url, target):
                self._doors.note_exception(announced, request.url) if target == announced else None
                return False
            return visit.role is Role.ARTICLE and (target is None or not spider.frontier.is_article(target))
        is_missing = 400 <= response.status < 500 and response.status != 429
        return is_missing and (visit.role is Role.ARTICLE or not self._doors.is_sure(announced, request.url))

    def _check(self, request: Request, first: Callable[[], None] | None) -> None:
        if first is not None:
            first()
        if (other := self._other(request)) is not None:
            raise _OtherFormError(other)

    def _note(self, request: Request, then: Callable[[Response], None] | None, response: Response) -> None:
        if response.status in _MOVED and self._doors is not None:
            target = _target(request, response)
            if target is not None and request.meta.get(ANNOUNCED_KEY) != target:
                self._doors.note(request.url, target)
        if then is not None:
            then(response)


def _first(request: Request) -> str:
    return next(iter(request.meta.get("redirect_urls", [])), request.url)


def _target(request: Request, response: Response) -> str | None:
    """Where a redirect leads, as a normalised URL; None where it leads nowhere."""
    location = (response.headers.get("Location") or b"").decode("latin-1")
    try:
        return resolve_url(normalise_url(request.url), location)
    except BadUrl:
        return None
