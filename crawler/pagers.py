"""Where a list of an HTML page goes on: rel=next, words of eight languages, numbers, a button that loads more. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from crawler.discovery import resolve
from crawler.scope import is_media
from crawler.urls import host_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborHTMLParser, LexborNode

# Words that always mean the next page, and words that do so only in a pager.
_NEXT = re.compile(
    r"(next|older) (page|posts|entries|articles|news)|older posts|次の?ページ|次の\d+件|следующая страница|келесі бет"
    r"|keyingi (sahifa|bet)|кейинги (саҳифа|бет)|кийинки (барак|бет)|саҳифаи (навбатӣ|баъдӣ|оянда)|indiki sahypa",
)
_NEXT_IN_PAGER = re.compile(
    r"next|older|次へ?|следующ(ая|ие|ий|ее)|след\.?|дал[еь]е|дальше|вперед|вперёд|келесі(сі)?|алға|keyingi(si)?|кейинги(си)?"
    r"|кийинки(си)?|навбатӣ|баъдӣ|оянда|indiki|öňe|[›»→>]+",
)
_PAGER = re.compile(
    r"paginat|pager|paging|page-?nav|page-?num|page-?list|nav-?links|navigation|\bpages\b|страниц|ページ", re.IGNORECASE
)
PAGE_IN_URL = re.compile(
    r"(?<=[?&])(page|p|pg|paged|pagen_\d+|pageno|page_?num|start|offset|from|skip|sahifa|bet|sahypa)=\d+"
    r"|/(page|sahifa|bet)[/-]?\d+(?=[/.?]|\Z)|/p[/-]?\d{1,4}(?=[/.?]|\Z)",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"(load|show|see|view)[ -]?more|more (news|posts|stories|articles)|more|ещ[её]"
    r"|показать ещ[её]|загрузить ещ[её]|больше новостей"
    r"|тағы( жүктеу| көрсету)?|көбірек|yana( koʻrsatish| yuklash)?|ko[ʻ'’]proq|яна( кўрсатиш)?|дагы( көрсөтүү)?"
    r"|боз(?: ҳам)?|бештар"
    r"|ýene( görkez)?|has köp|もっと(見る|読む)|さらに(読み込む|見る|表示)",
    re.IGNORECASE,
)
_MORE_CLASS = re.compile(
    r"load-?_?more|show-?_?more|more-?_?(?:btn|button|news|link)|infinite|next-?page|ajax-?more", re.IGNORECASE
)
_ADDRESS_ATTRIBUTES = (
    "data-url", "data-href", "data-next-url", "data-next", "data-next-page", "data-ajax-url", "data-ajax", "data-api",
    "data-endpoint", "data-src", "data-action", "data-load-url", "data-load", "data-path", "data-link", "data-more-url",
    "data-more", "hx-get", "ic-get-from",
)  # fmt: skip
_METHODS = ("data-method", "data-type", "data-ajax-method", "data-http-method", "formmethod", "method")
_IN_SCRIPT = re.compile(
    r"""(?:next_?(?:page_?)?url|load_?more_?(?:url)?|more_?url|ajax_?url|endpoint|api_?url)["']?\s*[:=]\s*["']([^"'<>\s]{2,300})["']""",
    re.IGNORECASE,
)
# A script that asks for more: an address that ends, or goes on, with what the script counts.
_ASKS = re.compile(
    r"""(?:fetch|get|getJSON|ajax|axios|open|url)\s*[(:]\s*(?:["']GET["']\s*,\s*)?["'`]"""
    r"""(?P<head>/?[\w./-]*(?:\?[^"'`<>\s$]*)?)"""
    r"""(?:(?:\$\{[^}]{1,60}\}|["']\s*\+\s*[\w.]{1,60}\s*\+\s*["'])(?P<tail>[^"'`<>\s]{0,120})|["']\s*\+\s*[\w.]{1,60})""",
    re.IGNORECASE,
)
_SIZE = re.compile(r"(?:limit|size|count|per_?page|take)=(\d{1,3})", re.IGNORECASE)
_COUNTER = re.compile(
    r"(?<=[?&])(?:page|paged|p|pg|pageno|offset|start|skip|from|cursor|after|last_?id)=|/(?:page|more|load)/\d+",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d{1,6}")
MARKS = re.compile(r"\S*(?:\d|first|last|odd|even|active|current)\S*")


def next_page(tree: LexborHTMLParser, links: list[tuple[LexborNode, str]], base: str, own: str | None) -> str | None:
    """The address of the page after this one, None where it names none; `links` are its links with their targets."""
    for node in tree.css('link[rel~="next" i][href], a[rel~="next" i][href]'):
        target = resolve(base, node.attributes.get("href"))
        if target and target != own:
            return target
    if own is None:
        return None
    near = [(node, target) for node, target in links if host_of(target) == host_of(own)]
    return _by_words(near, own) or _by_number(tree, near, own) or _by_address(near, own) or _by_button(tree, base, own)


def _by_words(near: list[tuple[LexborNode, str]], own: str) -> str | None:
    for node, target in near:
        words = {_words(node.text()), _words(node.attributes.get("aria-label")), _words(node.attributes.get("title"))}
        if any(map(_NEXT.fullmatch, words)):
            return target
        if any(map(_NEXT_IN_PAGER.fullmatch, words)) and _is_paged(node, target, own):
            return target
    return None


def _by_number(tree: LexborHTMLParser, near: list[tuple[LexborNode, str]], own: str) -> str | None:
    current = _current_number(tree, own)
    if current is None:
        return None
    number = str(current + 1)
    return next(
        (target for node, target in near if node.text().strip() == number and _is_paged(node, target, own)), None
    )


def _by_address(near: list[tuple[LexborNode, str]], own: str) -> str | None:
    """Where the pager does not mark the page that is shown: the link that differs by the least greater number."""
    following: list[tuple[int, str]] = []
    for node, target in near:
        text = node.text().strip()
        if text.isdecimal() and len(text) < 6 and _without_page(target) == _without_page(own):
            here, there = _number_of(own), _number_of(target)
            if there > here:
                following.append((there, target))
    return min(following)[1] if following else None


def _number_of(url: str) -> int:
    match = PAGE_IN_URL.search(url)
    return int(_NUMBER.findall(match[0])[-1]) if match else -1


def _by_button(tree: LexborHTMLParser, base: str, own: str) -> str | None:
    """The endpoint of a button that loads more, or the one that a script of the page names."""
    endpoint = next((target for target, is_post in _endpoints(tree, base, own) if not is_post), None)
    if endpoint is not None:
        return endpoint
    for node in tree.css("script:not([src])"):
        for found in _IN_SCRIPT.findall(node.text() or ""):
            target = resolve(base, found.replace("\\/", "/"))
            if target and target != own and host_of(target) == host_of(own) and _COUNTER.search(target):
                return target
        for asks in _ASKS.finditer(node.text() or ""):
            target = resolve(base, _first_more(asks["head"], asks["tail"] or ""))
            if target and target != own and host_of(target) == host_of(own) and _COUNTER.search(target):
                return target
    return None


def posts_to(tree: LexborHTMLParser, base: str, own: str) -> str | None:
    """The endpoint of a button that loads more by POST, which nobody asks: None where there is none."""
    return next((target for target, is_post in _endpoints(tree, base, own) if is_post), None)


def _endpoints(tree: LexborHTMLParser, base: str, own: str) -> Iterator[tuple[str, bool]]:
    """What the buttons of a page ask for, and whether by POST."""
    for node in tree.css("a, button, div, span, section, ul, form"):
        attributes = node.attributes
        named = " ".join(filter(None, (attributes.get("class"), attributes.get("id"))))
        is_more = _MORE_CLASS.search(named) or (node.tag in {"a", "button"} and _MORE.fullmatch(_words(node.text())))
        values = [attributes.get(name) for name in _ADDRESS_ATTRIBUTES]
        # A link that is called "more" may lead to a section; as an endpoint it counts what it has given.
        values += [attributes.get("href")] if is_more and _COUNTER.search(attributes.get("href") or "") else []
        for value in values:
            if value and (is_more or _COUNTER.search(value)) and re.match(r"https?://|/|\?|[\w-]+[/.?]", value.strip()):
                target = resolve(base, value)
                if target and target != own and host_of(target) == host_of(own) and not is_media(target):
                    yield _completed(target, attributes), _is_post(node, base, target)


def _is_post(node: LexborNode, base: str, target: str) -> bool:
    """True where a button says so itself, or stands in a form that sends to the same address."""
    if any((node.attributes.get(name) or "").casefold() == "post" for name in _METHODS):
        return True
    forms = [each for each in [node, *ancestors(node, 3)] if each.tag == "form"]
    return any(
        (form.attributes.get("method") or "").casefold() == "post"
        and resolve(base, form.attributes.get("action")) == target
        for form in forms
    )


def _first_more(head: str, tail: str) -> str:
    """The address that a script asks for first: its second page, or what comes after as many items as it takes."""
    size = _SIZE.search(head + tail)
    is_offset = re.search(r"(?:offset|start|skip|from)=\Z", head, re.IGNORECASE)
    return f"{head}{(size[1] if size else 10) if is_offset else 2}{tail}"


def _completed(target: str, attributes: dict[str, str | None]) -> str:
    """An endpoint with the page or offset that stands beside it in attributes of their own."""
    if _COUNTER.search(target):
        return target
    for name in ("offset", "start", "page", "cursor"):
        value = attributes.get(f"data-{name}") or attributes.get(f"data-next-{name}")
        if value and value.strip().isdecimal():
            number = int(value)
            if name == "page" and f"data-next-{name}" not in attributes:
                number = max(2, number + (number == 1))
            sign = "&" if "?" in target else "?"
            limit = attributes.get("data-limit") or attributes.get("data-count") or attributes.get("data-per-page")
            size = f"&limit={limit}" if limit and limit.isdecimal() and name in {"offset", "start"} else ""
            return f"{target}{sign}{name}={number}{size}"
    return target


def _is_paged(node: LexborNode, target: str, own: str) -> bool:
    """True when the link stands in a pager, or differs from the page itself in the number of the page alone."""
    return _without_page(target) == _without_page(own) or any(map(_is_pager, ancestors(node, 5)))


def _is_pager(node: LexborNode) -> bool:
    return any(_PAGER.search(node.attributes.get(name) or "") for name in ("class", "id", "aria-label"))


def _current_number(tree: LexborHTMLParser, own: str) -> int | None:
    """The number of the page that is shown; None where its address counts something else and no pager marks it."""
    for node in tree.css("[aria-current], .current, .active, .is-active, .selected"):
        text = node.text().strip()
        if text.isdecimal() and len(text) < 6 and any(map(_is_pager, [node, *ancestors(node, 5)])):
            return int(text)
    match = PAGE_IN_URL.search(own)
    if match is None:
        return 1
    if re.match(r"start|offset|from|skip", match[0], re.IGNORECASE):
        return None
    return int(_NUMBER.findall(match[0])[-1])


def _without_page(url: str) -> str:
    return unquote(PAGE_IN_URL.sub("", url)).rstrip("?&/").replace("/?", "?")


def _words(text: str | None) -> str:
    """`text` in lower case without the arrows around it, unless it is nothing else."""
    text = " ".join((text or "").casefold().split())
    return text.strip("‹›«»←→<> .…+↓⌄") or text


def block_of(node: LexborNode) -> str:
    """The elements around a link, by name and class, without those that number or mark single items."""
    return "/".join(
        f"{around.tag}.{MARKS.sub('', around.attributes.get('class') or '')}" for around in ancestors(node, 5)
    )


def ancestors(node: LexborNode, limit: int) -> Iterator[LexborNode]:
    """The elements around one, from the nearest, so many of them."""
    parent = node.parent
    while parent is not None and limit:
        yield parent
        parent, limit = parent.parent, limit - 1
