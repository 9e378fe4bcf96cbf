"""What an HTML listing announces: its links in order, and the page after it. Pure; no byte makes it raise.

The rules of `discovery` hold. A pager is known by rel=next, by words of eight languages or by its numbers; which link
is an article is for `scope` to say. The only importer of selectolax in the crawler.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from selectolax.lexbor import LexborHTMLParser, LexborNode
from w3lib.encoding import html_to_unicode

from crawler.discovery import Discovery, Gathering, one_line, read_time, resolve
from crawler.urls import host_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

# Real pages cost less than a tenth of this. A template that never closes its elements makes lexbor, like any HTML5
# parser, take minutes and gigabytes; a page made to hurt can still hide its cost, so the caller limits the body.
MAX_TREE_COST = 3_000_000
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
_FEED_TYPE = re.compile(r"(?i)rss|atom|rdf|feed\+json|/json")
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
    base = (resolve(url, base_tag.attributes.get("href")) if base_tag else None) or url
    own, found = resolve(url, url), Gathering(base, "link")
    links: list[tuple[LexborNode, str]] = []
    for node in tree.css("a[href]"):
        target = resolve(base, node.attributes.get("href"))
        if target and target != own:
            links.append((node, target))
            found.add(target, _label(node), _time_beside(node))
    problem = None if links else "expected an HTML page with links, got none"
    if len(start) < len(html):
        problem = "expected elements that are closed, got too many in each other; the start was read"
    return found.result(next_page=_next_page(tree, links, base, own), problem=problem)


def declared_feeds(body: bytes, *, url: str, encoding: str | None) -> tuple[str, ...]:
    """The feeds that the head of an HTML page names (rel=alternate with the type of one), in its order."""
    tree = LexborHTMLParser(_bounded(html_to_unicode(f"charset={encoding}" if encoding else None, body)[1]))
    links = (node.attributes for node in tree.css('link[rel~="alternate" i][href][type]'))
    found = (resolve(url, link.get("href")) for link in links if _FEED_TYPE.search(link.get("type") or ""))
    return tuple(dict.fromkeys(target for target in found if target))


def _next_page(tree: LexborHTMLParser, links: list[tuple[LexborNode, str]], base: str, own: str | None) -> str | None:
    for node in tree.css('link[rel~="next" i][href], a[rel~="next" i][href]'):
        target = resolve(base, node.attributes.get("href"))
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
    return one_line(node.text(separator=" ")) or one_line(spare or "")


def _time_beside(node: LexborNode) -> dt.datetime | None:
    """The time of the nearest list item or article around a link, where that holds exactly one."""
    for around in _ancestors(node, 6):
        if around.tag in {"article", "li"}:
            times = around.css("time[datetime]")
            return read_time(times[0].attributes.get("datetime")) if len(times) == 1 else None
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
