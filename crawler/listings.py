"""What a listing announces: the links of a web page in order, or of a piece of JSON. Pure; no byte makes it raise.

The rules of `discovery` hold. The page after it is found by `pagers`, JSON is read by `load_more`; which link is an
article is for `scope` to say. The only importer of selectolax in the crawler.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from selectolax.lexbor import LexborHTMLParser, LexborNode
from w3lib.encoding import html_to_unicode

from crawler.dates_beside import DatesBeside
from crawler.discovery import Discovery, Gathering, one_line, resolve
from crawler.load_more import is_json, read_json_list
from crawler.pagers import block_of, next_page, posts_to
from pipelines.charset import decode_page

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

# Real pages cost less than a tenth of this. A template that never closes its elements makes lexbor, like any HTML5
# parser, take minutes and gigabytes; a page made to hurt can still hide its cost, so the caller limits the body.
MAX_TREE_COST = 3_000_000
_FEW_BROKEN = 8
_REFRESH = re.compile(r"""(?i)\s*[0-5](?:\.\d+)?\s*[;,]\s*url\s*=\s*['"]?([^'"\s]+)['"]?\s*""")
_FEED_TYPE = re.compile(r"(?i)rss|atom|rdf|feed\+json|/json")
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)([^<>]*)")
_NEVER_NESTED = {"area", "base", "br", "col", "dd", "dt", "embed", "hr", "img", "input", "li", "link", "meta", "option"}
_NEVER_NESTED |= {"p", "param", "source", "tbody", "td", "tfoot", "th", "thead", "tr", "track", "wbr"}


def read_listing(
    body: bytes | str,
    *,
    url: str,
    encoding: str | None,
    seen_at: dt.datetime | None = None,
    like: Sequence[str] = (),
) -> Discovery:
    """The links of an HTML page in its order, and the page after it, where a pager or rel=next names one.

    `encoding` is what the response's header says, if anything; the page itself is asked otherwise. `seen_at` is when it
    was read, in the site's zone: without it `yesterday` and days without a year are no days. `like` are addresses of
    articles, for JSON that names its own by slug.
    """
    if isinstance(body, bytes) and is_json(body):
        return read_json_list(
            body, url=url, seen_at=seen_at, like=like,
            read_html=lambda html, base: read_listing(html, url=base, encoding=None, seen_at=seen_at),
        )  # fmt: skip
    html = body if isinstance(body, str) else _decoded(body, encoding)
    start = _bounded(html)
    tree = LexborHTMLParser(start)
    base_tag = tree.css_first("base[href]")
    base = (resolve(url, base_tag.attributes.get("href")) if base_tag else None) or url
    own, found = resolve(url, url), Gathering(base, "link")
    links: list[tuple[LexborNode, str]] = []
    dates = DatesBeside(seen_at)
    for node in tree.css("a[href]"):
        target = resolve(base, node.attributes.get("href"))
        if target and target != own:
            links.append((node, target))
            label = _label(node)
            moment, day = dates.of(node, label or "")
            found.add(target, label, moment, day=day, block=block_of(node))
    problem = None if links else "expected an HTML page with links, got none"
    if len(start) < len(html):
        problem = "expected elements that are closed, got too many in each other; the start was read"
    following = next_page(tree, links, base, own)
    by_post = posts_to(tree, base, own) if following is None and own else None
    return replace(found.result(next_page=following, problem=problem), by_post=by_post)


def _decoded(body: bytes, encoding: str | None) -> str:
    """The text of a page; where its header cannot be right, as the page itself says or looks."""
    html = html_to_unicode(f"charset={encoding}" if encoding else None, body)[1]
    if html.count("\ufffd") > _FEW_BROKEN:
        html = decode_page(body, None)[0]
    return html


def declared_feeds(body: bytes, *, url: str, encoding: str | None) -> tuple[str, ...]:
    """The feeds that the head of an HTML page names (rel=alternate with the type of one), in its order."""
    tree = LexborHTMLParser(_bounded(_decoded(body, encoding)))
    links = (node.attributes for node in tree.css('link[rel~="alternate" i][href][type]'))
    found = (resolve(url, link.get("href")) for link in links if _FEED_TYPE.search(link.get("type") or ""))
    return tuple(dict.fromkeys(target for target in found if target))


def refresh_of(body: bytes, *, url: str, encoding: str | None) -> str | None:
    """Where an HTML page sends its reader within five seconds (meta refresh), as a normalised URL."""
    tree = LexborHTMLParser(_bounded(_decoded(body, encoding)))
    for node in tree.css('meta[http-equiv="refresh" i][content]'):
        found = _REFRESH.fullmatch(node.attributes.get("content") or "")
        target = resolve(url, found[1]) if found else None
        if target is not None and target != resolve(url, url):
            return target
    return None


def _label(node: LexborNode) -> str | None:
    image = node.css_first("img[alt]")
    spare = node.attributes.get("title") or (image.attributes.get("alt") if image else None)
    return one_line(node.text(separator=" ")) or one_line(spare or "")


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
