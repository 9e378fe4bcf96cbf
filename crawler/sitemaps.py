"""What a sitemap announces: pages with their dates, or other sitemaps. Pure; no byte makes it raise.

The rules of `discovery` hold: what is wrong becomes a `problem`, nothing is expanded, nothing is fetched; a gzip bomb
and a document without end are cut. Following the children is the spider's. The only importer of lxml in the crawler.
"""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING, Any

from lxml import etree

from crawler.discovery import Discovery, Gathering, one_line, read_time, without_torn_end
from crawler.head_links import DEFAULT
from crawler.urls import shorten

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MAX_DECODED_BYTES = 50_000_000  # the sitemap protocol's own limit
MAX_RATIO = 200
MAX_ELEMENTS = 1_000_000
MAX_URLS = 100_000  # twice what the protocol allows: some writers cannot count

_BARE_AMPERSAND = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)")


def read_sitemap(body: bytes, *, url: str) -> Discovery:
    """The pages of a urlset (with the titles and dates of a news sitemap) or the children of a sitemapindex."""
    body, problem = _decompress(body)
    body = without_torn_end(body.lstrip())
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
    pages, children = Gathering(url, "url"), Gathering(url, "sitemap")
    wrong = _gather(_elements(parser, body), pages, children)
    empty = None if pages.seen or children.seen else "expected a sitemap with URLs, got an empty one"
    problem = wrong or problem or _xml_problem(parser) or empty
    result = pages.result(problem=problem or children.result().problem)
    return Discovery(
        announcements=result.announcements,
        children=tuple(children.by_url),
        changed={item.url: item.modified for item in children.by_url.values() if item.modified is not None},
        problem=result.problem,
    )


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


def _gather(events: Iterable[tuple[str, Any]], pages: Gathering, children: Gathering) -> str | None:
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
        if pages.seen + children.seen > MAX_URLS:
            return f"expected at most {MAX_URLS} URLs, got more; the first were read"
    if not seen:
        return "expected a sitemap (urlset or sitemapindex), got no XML"
    return None


def _add_location(element: Any, found: Gathering) -> None:
    texts: dict[str, str] = {}
    for child in element.iter():
        # An image or a translation has a <loc> or <title> of its own.
        is_own = child.getparent() is element or _local(child.getparent()) == "news"
        if is_own and not len(child) and child.text and isinstance(child.tag, str):
            texts.setdefault(_local(child), child.text)
    published, modified = read_time(texts.get("publication_date")), read_time(texts.get("lastmod"))
    found.add(texts.get("loc"), texts.get("title"), published, modified)
    # The page in other languages (hreflang), which may be announced nowhere else; that for all others is one of them.
    others = [child for child in element if _local(child) == "link" and child.get("rel") == "alternate"]
    named = [child for child in others if (child.get("hreflang") or DEFAULT).lower() != DEFAULT]
    for child in named or [child for child in others if child.get("hreflang")]:
        found.add(child.get("href"), None, published, modified)


def _local(element: Any) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _xml_problem(parser: Any) -> str | None:
    error = next(iter(parser.feed_error_log), None)
    return f"expected well-formed XML, got {one_line(error.message)} in line {error.line}" if error else None


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
            return b"".join(parts), f"expected gzip, got {one_line(str(error))}"
        limit -= len(parts[-1])
        if limit >= 0 and not member.eof:
            problem = "expected a whole gzip file, got a torn one"
        rest = member.unused_data
    decoded = b"".join(parts) if parts else body
    if limit < 0 or len(decoded) > MAX_DECODED_BYTES:
        problem = f"expected at most {MAX_DECODED_BYTES} bytes and {MAX_RATIO}:1, got more; the start was read"
    return decoded[:MAX_DECODED_BYTES], problem
