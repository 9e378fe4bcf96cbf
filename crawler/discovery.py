"""What a feed, a sitemap or a listing page announces: bytes in, Discovery out. Pure; no byte makes it raise.

A document that is not what it should be gives a `problem` in one line beside whatever could be read. A torn end is cut
back to the last whole item, since half a URL is a wrong URL. Nothing is expanded and nothing is fetched: documents come
from strangers. URLs come out normalised; a time without a zone is taken as UTC.
"""

from __future__ import annotations

import calendar
import datetime as dt
import json
import re
import zlib
from collections import Counter
from dataclasses import dataclass, replace
from io import BytesIO
from typing import TYPE_CHECKING, Any
from xml.sax import SAXParseException

import feedparser
from lxml import etree
from selectolax.lexbor import LexborHTMLParser, LexborNode
from w3lib.encoding import html_to_unicode

from crawler.urls import BadUrl, host_of, resolve_url, shorten

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MAX_DECODED_BYTES = 50_000_000  # the sitemap protocol's own limit
MAX_RATIO = 200
MAX_ELEMENTS = 1_000_000
# Real pages cost less than a tenth of this. A template that never closes its elements makes lexbor, like any HTML5
# parser, take minutes and gigabytes; a page made to hurt can still hide its cost, so the caller limits the body.
MAX_TREE_COST = 3_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """One URL that a document announces. `place` says where in it; times are aware, None where none is given.

    `published` is when the document says it was published; `modified` when it was last changed (Atom's `updated`, a
    sitemap's `lastmod`), which is never before `published`.
    """

    url: str
    title: str | None
    published: dt.datetime | None
    place: str
    modified: dt.datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """What was read: announcements in the order of the document, each URL once; child sitemaps; where it goes on."""

    announcements: tuple[Announcement, ...] = ()
    children: tuple[str, ...] = ()
    next_page: str | None = None
    problem: str | None = None


@dataclass(slots=True)
class _Found:
    """Announcements while they are gathered."""

    base: str
    noun: str
    by_url: dict[str, Announcement]
    seen: int = 0
    unusable: int = 0

    def add(self, href: object, title: object, published: Any = None, modified: Any = None) -> None:
        self.seen += 1
        url = _resolve(self.base, href)
        if url is None:
            self.unusable += 1
            return
        text = _one_line(title) if isinstance(title, str) else None
        place = f"{self.noun} {self.seen}"
        new = Announcement(url=url, title=text, published=published, place=place, modified=modified)
        old = self.by_url.setdefault(url, new)
        if old.title is None and text:  # the picture of a teaser stands before its headline
            self.by_url[url] = replace(old, title=text)

    def result(self, *, next_page: str | None = None, problem: str | None = None) -> Discovery:
        if self.unusable and not problem:
            problem = f"expected a URL in each {self.noun}, got none that can be used in {self.unusable} of {self.seen}"
        return Discovery(announcements=tuple(self.by_url.values()), next_page=next_page, problem=problem)


# --- feeds -------------------------------------------------------------------------------------------------------

_FEED = "a feed (RSS, Atom, RDF or JSON Feed)"
_HTML = re.compile(rb"(?i)(\xef\xbb\xbf)?\s*(<\?xml[^>]*>\s*)?(<!--[^>]*-->\s*)*<(!doctype\s+html|html|head|body)\b")


def read_feed(body: bytes, *, url: str, content_type: str | None) -> Discovery:
    """The items of an RSS, Atom, RDF or JSON feed that was served at `url`, and its next page where it names one."""
    if not body.strip():
        return Discovery(problem=f"expected {_FEED}, got an empty body")
    if _HTML.match(body[:4096]):
        return Discovery(problem=f"expected {_FEED}, got an HTML page")
    if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")):
        return _read_json_feed(body, url)
    return _read_xml_feed(body, url, content_type)


def _read_xml_feed(body: bytes, url: str, content_type: str | None) -> Discovery:
    body = _without_entities(_without_torn_end(body))
    if b"<!ENTITY" in body.replace(b"\0", b""):
        return Discovery(problem="expected a feed without entity declarations, got some")
    headers = {"content-location": url} | ({"content-type": content_type} if content_type else {})
    try:
        # BytesIO, since feedparser opens a string of bytes as a file name first.
        parsed = feedparser.parse(
            BytesIO(body), response_headers=headers, sanitize_html=False, resolve_relative_uris=True
        )
    except Exception as error:  # noqa: BLE001 (its loose parser can raise anything on garbage)
        return Discovery(problem=f"expected {_FEED}, got bytes that cannot be parsed ({type(error).__name__})")
    found = _Found(url, "item", {})
    version: str = parsed.get("version") or ""
    for entry in parsed["entries"]:
        modified = _utc(entry.get("updated_parsed")) if "updated_parsed" in entry else None
        # RSS 1.0 has one date, dc:date, which feedparser calls `updated`.
        published = _utc(entry.get("published_parsed")) or (modified if version.startswith("rss") else None)
        found.add(entry.get("feedburner_origlink") or entry.get("link"), entry.get("title"), published, modified)
    nexts = (link.get("href") for link in parsed["feed"].get("links", ()) if link.get("rel") == "next")
    return found.result(next_page=_resolve(url, next(nexts, None)), problem=_feed_problem(parsed, version))


def _feed_problem(parsed: feedparser.FeedParserDict, version: str) -> str | None:
    error = parsed.get("bozo_exception")
    broken = f"{error.getMessage()} in line {error.getLineNumber()}" if isinstance(error, SAXParseException) else None
    if not version and not parsed["entries"]:
        return f"expected {_FEED}, got {'something else' if broken is None else f'no feed: {_one_line(broken)}'}"
    if broken:
        return f"expected well-formed XML, got {_one_line(broken)}; {len(parsed['entries'])} items read"
    return None if parsed["entries"] else "expected a feed with items, got an empty one"


def _read_json_feed(body: bytes, url: str) -> Discovery:
    try:
        feed = json.loads(body)
    except (ValueError, RecursionError) as error:
        return Discovery(problem=f"expected a JSON Feed, got broken JSON: {_one_line(str(error))}")
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list):
        return Discovery(problem="expected a JSON Feed, got JSON without items")
    found = _Found(url, "item", {})
    for item in items:
        item = item if isinstance(item, dict) else {}  # noqa: PLW2901
        dates = _read_time(item.get("date_published")), _read_time(item.get("date_modified"))
        found.add(item.get("url") or item.get("external_url"), item.get("title"), *dates)
    next_page = _resolve(url, feed.get("next_url"))
    return found.result(next_page=next_page, problem=None if items else "expected a feed with items, got an empty one")


def _without_entities(body: bytes) -> bytes:
    """`body` without the internal part of its DTD, where that declares entities: feedparser would expand them."""
    start = body.find(b"<!DOCTYPE")
    end = re.compile(rb"\]\s*>").search(body, start) if start >= 0 and b"<!ENTITY" in body else None
    return body[:start] + body[end.end() :] if end else body


def _utc(parsed: Any) -> dt.datetime | None:
    try:
        return dt.datetime.fromtimestamp(calendar.timegm(parsed), dt.UTC) if parsed else None
    except (ValueError, TypeError, OverflowError, OSError):
        return None


# --- sitemaps ----------------------------------------------------------------------------------------------------

_BARE_AMPERSAND = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)")


def read_sitemap(body: bytes, *, url: str) -> Discovery:
    """The pages of a urlset (with the titles and dates of a news sitemap) or the children of a sitemapindex."""
    body, problem = _decompress(body)
    body = _without_torn_end(body.lstrip())
    if b"<![CDATA[" not in body and b"\0" not in body[:200]:
        body, repaired = _BARE_AMPERSAND.subn(b"&amp;", body)
        problem = problem or ("expected &amp; in URLs, got a bare &; read as &amp;" if repaired else None)
    parser = etree.XMLPullParser(
        ("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        recover=True,
        remove_comments=True,
        remove_pis=True,
    )
    pages, children = _Found(url, "url", {}), _Found(url, "sitemap", {})
    wrong = _gather(_elements(parser, body), pages, children)
    empty = None if pages.seen or children.seen else "expected a sitemap with URLs, got an empty one"
    problem = wrong or problem or _xml_problem(parser) or empty
    result = pages.result(problem=problem or children.result().problem)
    return Discovery(announcements=result.announcements, children=tuple(children.by_url), problem=result.problem)


def _elements(parser: Any, body: bytes) -> Iterator[tuple[str, Any]]:
    """The parser's events, piece by piece, so that what stops early never parses the rest."""
    for start in range(0, len(body), 65536):
        parser.feed(body[start : start + 65536])
        yield from parser.read_events()
    try:
        parser.close()
    except etree.XMLSyntaxError:
        return  # nothing at all was read, or what is left is in the error log
    yield from parser.read_events()


def _gather(events: Iterable[tuple[str, Any]], pages: _Found, children: _Found) -> str | None:
    """Fills `pages` and `children`; what is wrong with the document as a whole, if anything."""
    seen = 0
    for seen, (event, element) in enumerate(events, start=1):
        name = _local(element)
        if seen == 1 and name not in {"urlset", "sitemapindex"}:
            return f"expected a sitemap (urlset or sitemapindex), got <{shorten(name)[1:-1]}>"
        if seen > 2 * MAX_ELEMENTS:
            return f"expected at most {MAX_ELEMENTS} elements, got more"
        if event == "end" and name in {"url", "sitemap"}:
            _add_location(element, children if name == "sitemap" else pages)
            element.clear()
    if not seen:
        return "expected a sitemap (urlset or sitemapindex), got no XML"
    return None


def _add_location(element: Any, found: _Found) -> None:
    texts: dict[str, str] = {}
    for child in element.iter():
        # An image or a translation has a <loc> or <title> of its own.
        is_own = child.getparent() is element or _local(child.getparent()) == "news"
        if is_own and not len(child) and child.text and isinstance(child.tag, str):
            texts.setdefault(_local(child), child.text)
    published, modified = _read_time(texts.get("publication_date")), _read_time(texts.get("lastmod"))
    found.add(texts.get("loc"), texts.get("title"), published, modified)


def _local(element: Any) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _xml_problem(parser: Any) -> str | None:
    error = next(iter(parser.feed_error_log), None)
    return f"expected well-formed XML, got {_one_line(error.message)} in line {error.line}" if error else None


def _decompress(body: bytes) -> tuple[bytes, str | None]:
    """`body`, unzipped where it is gzip, cut at the limits; and what is wrong with it."""
    limit = min(MAX_DECODED_BYTES, len(body) * MAX_RATIO)
    parts: list[bytes] = []
    rest, problem = (body, None) if body.startswith(b"\x1f\x8b") else (b"", None)
    while rest.startswith(b"\x1f\x8b") and limit >= 0 and problem is None:
        member = zlib.decompressobj(wbits=31)
        try:
            parts.append(member.decompress(rest, limit + 1))
        except zlib.error as error:
            return b"".join(parts), f"expected gzip, got {_one_line(str(error))}"
        limit -= len(parts[-1])
        if limit >= 0 and not member.eof:
            problem = "expected a whole gzip file, got a torn one"
        rest = member.unused_data
    decoded = b"".join(parts) if parts else body
    if limit < 0 or len(decoded) > MAX_DECODED_BYTES:
        problem = f"expected at most {MAX_DECODED_BYTES} bytes and {MAX_RATIO}:1, got more; the start was read"
    return decoded[:MAX_DECODED_BYTES], problem


# --- listings ----------------------------------------------------------------------------------------------------

# Words that always mean the next page, and words that do so only in a pager.
_NEXT = re.compile(
    r"(next|older) (page|posts|entries|articles)|older posts|次の?ページ|次の\d+件|следующая страница|келесі бет"
    r"|keyingi (sahifa|bet)|кейинги (саҳифа|бет)|кийинки (барак|бет)|саҳифаи (навбатӣ|баъдӣ|оянда)|indiki sahypa",
)
_NEXT_IN_PAGER = re.compile(
    r"next|older|次へ?|следующ(ая|ие|ий|ее)|дал[еь]е|дальше|вперед|вперёд|келесі(сі)?|алға|keyingi(si)?|кейинги(си)?"
    r"|кийинки(си)?|навбатӣ|баъдӣ|оянда|indiki|öňe|[›»→>]+",
)
_PAGER = re.compile(
    r"paginat|pager|paging|page-?nav|page-?num|page-?list|nav-?links|\bpages\b|страниц|ページ", re.IGNORECASE
)
_PAGE_IN_URL = re.compile(
    r"(?<=[?&])(page|p|pg|paged|pagen_\d+|pageno|sahifa|bet|sahypa)=\d+|/(page|sahifa|bet|p)[/-]\d+", re.IGNORECASE
)
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)([^<>]*)")
_NEVER_NESTED = {"area", "base", "br", "col", "dd", "dt", "embed", "hr", "img", "input", "li", "link", "meta", "option"}
_NEVER_NESTED |= {"p", "param", "source", "tbody", "td", "tfoot", "th", "thead", "tr", "track", "wbr"}


def read_listing(body: bytes | str, *, url: str, encoding: str | None) -> Discovery:
    """The links of an HTML page in its order, and the page after it, where a pager or rel=next names one.

    `encoding` is what the response's header says, if anything; the page itself is asked otherwise.
    """
    html = body if isinstance(body, str) else html_to_unicode(f"charset={encoding}" if encoding else None, body)[1]
    start = _bounded(html)
    tree = LexborHTMLParser(start)
    base_tag = tree.css_first("base[href]")
    base = (_resolve(url, base_tag.attributes.get("href")) if base_tag else None) or url
    own, found = _resolve(url, url), _Found(base, "link", {})
    links: list[tuple[LexborNode, str]] = []
    for node in tree.css("a[href]"):
        target = _resolve(base, node.attributes.get("href"))
        if target and target != own:
            links.append((node, target))
            found.add(target, _label(node), _time_beside(node))
    problem = None if links else "expected an HTML page with links, got none"
    if len(start) < len(html):
        problem = "expected elements that are closed, got too many in each other; the start was read"
    return found.result(next_page=_next_page(tree, links, base, own), problem=problem)


def _next_page(tree: LexborHTMLParser, links: list[tuple[LexborNode, str]], base: str, own: str | None) -> str | None:
    for node in tree.css('link[rel~="next" i][href], a[rel~="next" i][href]'):
        target = _resolve(base, node.attributes.get("href"))
        if target and target != own:
            return target
    if own is None:
        return None
    near = [(node, target) for node, target in links if host_of(target) == host_of(own)]
    for node, target in near:
        words = {_words(node.text()), _words(node.attributes.get("aria-label")), _words(node.attributes.get("title"))}
        if any(map(_NEXT.fullmatch, words)):
            return target
        if any(map(_NEXT_IN_PAGER.fullmatch, words)) and _is_paged(node, target, own):
            return target
    number = str(_current_number(tree, own) + 1)
    numbered = (target for node, target in near if node.text().strip() == number and _is_paged(node, target, own))
    return next(numbered, None)


def _is_paged(node: LexborNode, target: str, own: str) -> bool:
    """True when the link stands in a pager, or differs from the page itself in the number of the page alone."""
    return _without_page(target) == _without_page(own) or any(map(_is_pager, _ancestors(node, 5)))


def _is_pager(node: LexborNode) -> bool:
    return any(_PAGER.search(node.attributes.get(name) or "") for name in ("class", "id", "aria-label"))


def _current_number(tree: LexborHTMLParser, own: str) -> int:
    for node in tree.css("[aria-current], .current, .active, .is-active, .selected"):
        text = node.text().strip()
        if text.isdecimal() and len(text) < 6 and any(map(_is_pager, [node, *_ancestors(node, 5)])):
            return int(text)
    match = _PAGE_IN_URL.search(own)
    return int(re.findall(r"\d{1,6}", match[0])[-1]) if match else 1


def _without_page(url: str) -> str:
    return _PAGE_IN_URL.sub("", url).rstrip("?&/").replace("/?", "?")


def _words(text: str | None) -> str:
    """`text` in lower case without the arrows around it, unless it is nothing else."""
    text = " ".join((text or "").casefold().split())
    return text.strip("‹›«»←→<> .…") or text


def _label(node: LexborNode) -> str | None:
    image = node.css_first("img[alt]")
    spare = node.attributes.get("title") or (image.attributes.get("alt") if image else None)
    return _one_line(node.text(separator=" ")) or _one_line(spare or "")


def _time_beside(node: LexborNode) -> dt.datetime | None:
    """The time of the nearest list item or article around a link, where that holds exactly one."""
    for around in _ancestors(node, 6):
        if around.tag in {"article", "li"}:
            times = around.css("time[datetime]")
            return _read_time(times[0].attributes.get("datetime")) if len(times) == 1 else None
    return None


def _ancestors(node: LexborNode, limit: int) -> Iterator[LexborNode]:
    parent = node.parent
    while parent is not None and limit:
        yield parent
        parent, limit = parent.parent, limit - 1


def _bounded(html: str) -> str:
    """`html` up to where its tree would cost too much: each tag costs as many steps as elements seem open."""
    opened: Counter[str] = Counter()
    depth = cost = 0
    for tag in _TAG.finditer(html):
        name = tag[2].lower()
        if not tag[1] and name not in _NEVER_NESTED and not tag[3].endswith("/"):
            opened[name] += 1
            depth += 1
        elif tag[1] and opened[name]:
            opened[name] -= 1
            depth -= 1
        cost += depth
        if cost > MAX_TREE_COST:
            return html[: tag.start()]
    return html


# --- all ---------------------------------------------------------------------------------------------------------


_ROOT_END = re.compile(rb"</(?:[\w-]+:)?(?:rss|feed|RDF|urlset|sitemapindex)\s*>")
_ITEM_ENDS = (b"</item>", b"</entry>", b"</url>", b"</sitemap>")


def _without_torn_end(body: bytes) -> bytes:
    """`body` up to the end of its last whole item when the end of its root is missing."""
    if _ROOT_END.search(body[-4096:]):
        return body
    cut = max(body.rfind(end) + len(end) if end in body else 0 for end in _ITEM_ENDS)
    return body[:cut] if cut else body


def _resolve(base: str, href: object) -> str | None:
    if not isinstance(href, str) or not href.strip():
        return None
    try:
        return resolve_url(base, href)
    except BadUrl:
        return None


def _read_time(text: object) -> dt.datetime | None:
    try:
        time = dt.datetime.fromisoformat(text.strip()) if isinstance(text, str) else None
    except ValueError:
        return None
    return time.replace(tzinfo=dt.UTC) if time and time.tzinfo is None else time


def _one_line(text: str) -> str | None:
    """`text` with its white space collapsed, cut to 300 characters; None when nothing is left."""
    return " ".join(text.split())[:300] or None
