"""Lists that come as JSON: what an endpoint for "load more" announces, and where it goes on. Pure; no byte raises.

Items are objects with an address, or pieces of HTML in a string. Where it goes on the answer says (an address, a
number, a cursor), or the address itself by its `page` or `offset`; an answer that announces nothing is the last.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from crawler.bases import against, base_among, bases_of
from crawler.discovery import Discovery, Gathering, one_line, read_time, resolve
from crawler.urls import target_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Sequence

_URL_KEYS = (
    "url", "link", "href", "permalink", "web_url", "weburl", "canonical_url", "canonical", "full_url", "path", "uri",
    "slug_url", "detail_url", "page_url", "absolute_url", "get_absolute_url", "article_url", "news_url", "post_url",
    "full_link", "share_url", "alias",
)  # fmt: skip
_TITLE_KEYS = ("title", "headline", "name", "caption", "heading", "text")
_HEADLINE_KEYS = ("title", "headline", "caption", "heading")
_DATE_KEYS = (
    "published_at", "date_published", "published", "publishedat", "publish_date", "pub_date", "pubdate", "date",
    "datetime", "created_at", "created", "time", "display_date",
)  # fmt: skip
_NEXT_URL_KEYS = re.compile(
    r"next|next_?(?:page_?)?(?:url|link|href)|more_?url|load_?more(?:_?url)?|next_?page", re.IGNORECASE
)
_CURSOR_KEYS = re.compile(
    r"next_?cursor|end_?cursor|cursor|after|next_?token|continuation|last_?id|next_?offset", re.IGNORECASE
)
_MORE_KEYS = re.compile(r"has_?more|has_?next(?:_?page)?|more|is_?more|more_?available", re.IGNORECASE)
_END_KEYS = re.compile(r"is_?last(?:_?page)?|last|finished|end|is_?end", re.IGNORECASE)
_PAGES_KEYS = re.compile(r"(?:total_?|last_?|max_?num_?)pages?|page_?count|last_page", re.IGNORECASE)
_TOTAL_KEYS = re.compile(r"total(?:_?count|_?items|_?results)?|found(?:_?posts)?|count_?all", re.IGNORECASE)
_PAGE_FIELD = re.compile(
    r"(?<=[?&])((?:page|paged|p|pg|pageno|page_?num(?:ber)?|pagen_\d+)=)(\d{1,6})(?=&|\Z)", re.IGNORECASE
)
_PAGE_STEP = re.compile(r"(/(?:page|p|more|load)/)(\d{1,6})(?=/|\Z|\?)", re.IGNORECASE)
_SKIP_FIELD = re.compile(r"(?<=[?&])((?:offset|start|skip|from|begin|first)=)(\d{1,8})(?=&|\Z)", re.IGNORECASE)
_SIZE_FIELD = re.compile(
    r"(?<=[?&])(?:limit|size|count|per_?page|rows|num|take|amount|length)=(\d{1,4})(?=&|\Z)", re.IGNORECASE
)
_CURSOR_FIELD = re.compile(
    r"(?<=[?&])((?:cursor|after|before|token|last_?id|max_id|since_id|continuation)=)([^&]*)", re.IGNORECASE
)
_ADDRESS = re.compile(r"https?://|//|/|[\w%.-]+[/.?]")
_SLUG_KEYS = ("slug", "alias", "code", "url_name", "uri", "path", "name")
_NUMBER_KEYS = ("id", "pk", "news_id", "article_id", "post_id")
_NUMBER_AT_END = re.compile(r"[-_](?=\d+\Z)")
_SLUG = re.compile(r"[\w%-]{3,200}")
_LINK = re.compile(r"""<a\s(?:[^>]*?\shref=|href=)["']?([^"'\s>]*)""", re.IGNORECASE)
_MAX_DEPTH = 12


def is_json(body: bytes) -> bool:
    """True for a body that begins like a JSON object or array."""
    return body[:64].lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"["))


def read_json_list(
    body: bytes,
    *,
    url: str,
    read_html: Callable[[str, str], Discovery],
    seen_at: dt.datetime | None = None,
    like: Sequence[str] = (),
) -> Discovery:
    """What the JSON served at `url` announces, and the address that goes on.

    `read_html` reads pieces of HTML, with the base of their links.

    `like` are addresses of articles: where items have a slug or a number in the place of an address, it is put together
    as those are.
    """
    try:
        data = json.loads(body)
    except (ValueError, RecursionError) as error:
        return Discovery(problem=f"expected a list as JSON, got broken JSON: {one_line(str(error))}")
    found, pieces = Gathering(url, "item", seen_at), []
    values = list(_walk(data))
    hrefs = [_href(value) for value in values if isinstance(value, dict)]
    hrefs += [href for value in values if isinstance(value, str) for href in _LINK.findall(value)]
    # Links in a piece of HTML are those of the page that takes it in, and not of where it comes from.
    relative, bases = bases_of(url, hrefs)
    base, _ = base_among(bases, relative, like)
    for value in values:
        if isinstance(value, dict):
            _add_item(found, value, like, base)
        elif _LINK.search(value):
            pieces.append(read_html(value, base))
    items = {
        item.url: item for item in (*found.by_url.values(), *(item for piece in pieces for item in piece.announcements))
    }
    result = found.result()
    next_page = _next(data, url, len(items)) if items else None
    return Discovery(
        announcements=tuple(items.values()), next_page=next_page, problem=None if items else result.problem
    )


def _walk(value: Any, depth: int = 0) -> Iterator[dict[str, Any] | str]:
    """Every object and every text below a value, in order."""
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, dict):
        yield value
        for each in value.values():
            yield from _walk(each, depth + 1)
    elif isinstance(value, list):
        for each in value:
            yield from _walk(each, depth + 1)
    elif isinstance(value, str):
        yield value


def _href(item: dict[str, Any]) -> str | None:
    """The address that an item names, as it is written there."""
    lowered = {str(key).lower(): value for key, value in item.items()}
    texts = (lowered[key] for key in _URL_KEYS if isinstance(lowered.get(key), str))
    return next((text for text in texts if _ADDRESS.match(text.strip())), None)


def _add_item(found: Gathering, item: dict[str, Any], like: Sequence[str], base: str) -> None:
    lowered = {str(key).lower(): value for key, value in item.items()}
    title = next((_text(lowered[key]) for key in _TITLE_KEYS if _text(lowered.get(key))), None)
    href = _href(item)
    href = str(against(base, found.base, href)) if href else (_named(lowered, like) if title and like else None)
    if href is None:
        return
    written = next((lowered[key] for key in _DATE_KEYS if lowered.get(key)), None)
    found.add(href, title, read_time(written), day=written if isinstance(written, str) else None)


def _named(item: dict[str, Any], like: Sequence[str]) -> str | None:
    """The address of an item by its slug or number, as those of others are; None where theirs differ in more."""
    folders = {url.partition("?")[0].rstrip("/").rpartition("/")[0] for url in like}
    slug = next((item[key] for key in _SLUG_KEYS if isinstance(item.get(key), str) and _SLUG.fullmatch(item[key])), "")
    number = next((str(item[key]) for key in _NUMBER_KEYS if str(item.get(key, "")).isdecimal()), "")
    if len(folders) != 1 or any("?" in url for url in like):
        return None
    folder = folders.pop()
    rest = like[0][len(folder) + 1 :]
    name = re.sub(r"(?:\.[a-z]{2,5})?/?\Z", "", rest)
    tail = rest[len(name) :]
    if name.isdecimal():
        return f"{folder}/{number}{tail}" if number else None
    # Who wrote it, and what it is filed under, have a name and a slug too.
    if not slug or not any(item.get(key) for key in (*_HEADLINE_KEYS, *_DATE_KEYS)):
        return None
    if re.fullmatch(r"\d+-.*", name) and number and not slug.startswith(number):
        slug = f"{number}-{slug}"
    elif number and (end := _NUMBER_AT_END.search(name)) and not _NUMBER_AT_END.search(slug):
        slug = f"{slug}{end[0]}{number}"
    return f"{folder}/{slug}{tail}"


def _text(value: Any) -> str | None:
    """A text, also where it is wrapped as WordPress does."""
    if isinstance(value, dict):
        value = value.get("rendered")
    return value if isinstance(value, str) and value.strip() else None


def _next(data: Any, url: str, count: int) -> str | None:
    said = [(str(key), value) for item in _envelopes(data) for key, value in item.items()]
    if any(_MORE_KEYS.fullmatch(key) and value in (False, 0, "0", "false") for key, value in said):
        return None
    if any(_END_KEYS.fullmatch(key) and value is True for key, value in said):
        return None
    given = _given_next(said, url)
    return given[0] if given else _counted_next(said, url, count)


def _envelopes(data: Any) -> Iterator[dict[str, Any]]:
    """The objects around the items: not the items themselves, which may have a `next` of their own."""
    if not isinstance(data, dict):
        return
    yield data
    for value in data.values():
        if isinstance(value, dict) and not any(key in value for key in ("title", "headline")):
            yield from _envelopes(value)


def _given_next(said: list[tuple[str, Any]], url: str) -> tuple[str | None] | None:
    """Where the answer itself says that it goes on: (address,), (None,) for the end, None where it says nothing."""
    is_end = False
    for key, value in said:
        is_cursor = _CURSOR_KEYS.fullmatch(key) is not None
        if not is_cursor and not _NEXT_URL_KEYS.fullmatch(key):
            continue
        if value is None or value is False or value == "":
            is_end = True
        elif isinstance(value, dict):
            value = value.get("href") or value.get("url")  # noqa: PLW2901
        if isinstance(value, str) and not is_cursor and re.match(r"https?://|/|\?", value):
            return (resolve(url, value),)
        following = (
            _with(url, str(value), is_cursor=is_cursor) if isinstance(value, str | int) and value is not True else None
        )
        if value and following:
            return (following,)
    return (None,) if is_end else None


def _with(url: str, value: str, *, is_cursor: bool) -> str | None:
    """`url` with a number or cursor put where the one of this answer stands."""
    fields = (
        (_CURSOR_FIELD, _SKIP_FIELD, _PAGE_FIELD)
        if is_cursor
        else (_PAGE_FIELD, _PAGE_STEP, _SKIP_FIELD, _CURSOR_FIELD)
    )
    for field in fields:
        if field in (_PAGE_FIELD, _PAGE_STEP, _SKIP_FIELD) and not value.isdecimal():
            continue
        if field.search(url):
            return resolve(url, field.sub(lambda match: match[1] + quote(unquote(value), safe="-._~"), url, count=1))
    if is_cursor and value:
        return resolve(url, f"{url}{'&' if '?' in target_of(url) else '?'}cursor={quote(value, safe='-._~')}")
    return None


def _counted_next(said: list[tuple[str, Any]], url: str, count: int) -> str | None:
    """The address one page on, unless the answer counts its pages or items and this was the last."""
    totals = [value for key, value in said if _TOTAL_KEYS.fullmatch(key) and isinstance(value, int) and value > 0]
    last = [value for key, value in said if _PAGES_KEYS.fullmatch(key) and isinstance(value, int)]
    if skip := _SKIP_FIELD.search(url):
        size = _SIZE_FIELD.search(url)
        following = int(skip[2]) + (int(size[1]) if size else count)
        is_short = size is not None and count < int(size[1])
        if is_short or (totals and following >= max(totals)):
            return None
        return _SKIP_FIELD.sub(lambda match: f"{match[1]}{following}", url, count=1)
    for field in (_PAGE_FIELD, _PAGE_STEP):
        if page := field.search(url):
            number = int(page[2]) + 1
            if last and number > max(last):
                return None
            return field.sub(lambda match: f"{match[1]}{number}", url, count=1)  # noqa: B023
    return None
