"""One site in several languages: which links and heads lead from one edition to another, on which hosts. Pure.

An edition is known by what a page says of itself (hreflang), or by a link of the home page that is called by the name
of a language, or by nothing, and leads to a host named for one beside the site's own.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.head_links import links_of_head
from crawler.url_shapes import shape_of
from crawler.urls import host_of, target_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crawler.discovery import Announcement, Discovery

MAX_EDITIONS = 9
# What stands below the ending of a country for many: the name of a site is the piece before it.
_SHARED = frozenset({"ac", "co", "com", "edu", "go", "gov", "ne", "net", "or", "org", "mil", "info"})
_LANGUAGES = """
    en eng ja jp jpn ru rus kk kz kaz qaz uz uzb oz uzc ky kg kyr kgz tg tj taj tjk tm tk tkm zh cn ko kr tr ar fa de fr
    es it uk az tt mn
"""
_CODES = frozenset(_LANGUAGES.split())
_SHORT = frozenset({"рус", "қаз", "каз", "ўзб", "узб", "oʻz", "o‘z", "o'z", "кыр", "кырг", "тоҷ", "анг", "англ"})
_NAMES = re.compile(
    r"(?<!\w)(?:english|англ(?:\.|ийский)|русск(?:ий|ая|ом)|russian|по-русски|орысша|орусча|ruscha|русча"
    r"|қазақ(?:ша|\s+тіл\w*)|qazaq(?:sha|şa)"
    r"|казахский|kazakh|[oо][‘’ʻʼ'`ʹ]?zbek(?:cha)?|ўзбек(?:ча)?|узбекский|uzbek|кыргыз(?:ча)?|киргизский|kyrgyz(?:cha)?"
    r"|тоҷик[иӣ]|таджикский|tajik|türkmen(?:çe)?|туркменский|turkmen|日本語|japanese|японский|中文|简体|chinese|한국어"
    r"|türkçe|deutsch|français|español|العربية|فارسی|монгол|azərbaycan\w*)(?!\w)",
    re.IGNORECASE,
)
_LONGEST = 30
_HOST_LANGUAGE = re.compile(r"(?:www\.)?([a-z]{2,3})\.")
_PATH_LANGUAGE = re.compile(r"/([a-z]{2,3})(?:[-_][a-zA-Z]{2,4})?/?(?:index\.\w+|home/?|main/?)?")


def editions_of(page: Discovery, body: bytes, url: str, hosts: Iterable[str]) -> tuple[str, ...]:
    """The home pages of the other editions, as the home page at `url` names them; `hosts` are the site's own.

    A link counts whose words are the name or code of a language, and that leads to the top of a host of the same name
    as the site's or to the path of a language.
    """
    own = tuple(hosts)
    declared = [each for each in links_of_head(body, url)[1] if each != url]
    linked = [item.url for item in page.announcements if _is_switch(item, url, own)]
    return tuple(dict.fromkeys([*declared, *linked]))[:MAX_EDITIONS]


def _is_switch(item: Announcement, home: str, hosts: Iterable[str]) -> bool:
    host, path = host_of(item.url), target_of(item.url).partition("?")[0]
    words = " ".join((item.title or "").split())
    told = _HOST_LANGUAGE.match(host) if host not in hosts else None
    is_language_host = told is not None and told[1] in _CODES
    is_named = names_language(words) or (is_language_host and not words)
    if not is_named or item.url == home:
        return False
    in_path = _PATH_LANGUAGE.fullmatch(path)
    is_top = path == "/" or (in_path is not None and in_path[1] in _CODES)
    if host in hosts:
        return is_top and path != "/"
    return is_top and any(are_siblings(host, known) for known in hosts)


def names_language(text: str) -> bool:
    """True for a text that is the code of a language, or short and with the name of one."""
    text = text.strip(" .|/[]()·•")
    is_code = text.casefold() in _CODES | _SHORT
    return is_code or (len(text) <= _LONGEST and _NAMES.search(text) is not None)


def are_siblings(host: str, known: str) -> bool:
    """True for hosts below one name that can be registered, as far as that is told by the commonest endings."""
    return _registered(host) == _registered(known)


def _registered(host: str) -> str:
    name, sign, port = host.partition(":")
    labels = name.split(".")
    if labels[-1].isdecimal() or len(labels) == 1:
        return host
    country = len(labels[-1]) == 2
    count = 3 if country and len(labels) > 2 and labels[-2] in _SHARED else 2
    return ".".join(labels[-count:]) + sign + port


def like_article(article: str, alternates: Iterable[str]) -> Iterator[str]:
    """Those of the alternates of an article that may be articles too, by their shape: some name their home pages."""
    own = shape_of(article)
    for url in alternates:
        shape = shape_of(url)
        is_like = bool(shape.pieces) and shape.kinds[-1] == own.kinds[-1] and shape.keys == own.keys
        if is_like and shape.is_identified and not shape.is_never_article:
            yield url
