"""What a page declares for machines: meta elements, links, linked data, microdata. Pure; works on a parsed tree."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from pipelines.lines import squeeze

if TYPE_CHECKING:
    from collections.abc import Iterator

_PLAIN = re.compile(r'"(datePublished|dateModified|headline)"\s*:\s*"([^"\\\n]{4,300})"')
_MICRODATA = frozenset({"datepublished", "datemodified", "headline", "author", "datecreated"})


def metas(tree: Any) -> Iterator[tuple[str, str]]:
    """(name or property, content) of the meta elements; those of microdata only where they are the article's own."""
    alone: list[Any] | None = None
    for node in tree.iter("meta"):
        name = node.get("property") or node.get("name")
        if not name and (item := node.get("itemprop")):
            scope = next((up for up in node.iterancestors() if up.get("itemscope") is not None), None)
            alone = _lone_scopes(tree) if alone is None else alone
            name = item if scope is None or scope in alone else None
        if name and node.get("content"):
            yield name.strip().lower(), squeeze(node.get("content"))


def _lone_scopes(tree: Any) -> list[Any]:
    """The microdata objects that are the only one of their type: a page with many articles has none of its own."""
    scopes: dict[str, list[Any]] = {}
    for node in tree.xpath("//*[@itemscope]"):
        scopes.setdefault((node.get("itemtype") or "").rsplit("/", 1)[-1], []).append(node)
    return [nodes[0] for nodes in scopes.values() if len(nodes) == 1]


def microdata(tree: Any) -> Iterator[tuple[str, str]]:
    """(property, value) of microdata outside meta elements, lower case, of objects that stand alone."""
    alone = _lone_scopes(tree)
    for node in tree.xpath("//*[@itemprop][not(self::meta)]") if alone else ():
        name = node.get("itemprop").strip().lower()
        scope = next((up for up in node.iterancestors() if up.get("itemscope") is not None), None)
        if name in _MICRODATA and (scope is None or scope in alone):
            value = node.get("content") or node.get("datetime") or words_in(node)
            yield name, value


def words_in(node: Any) -> str:
    """The text of an element with all in it; where that is no other element, the costly search is not needed."""
    return squeeze(node.text_content() if len(node) else node.text or "")


def links(tree: Any) -> Iterator[tuple[str, str]]:
    """(rel, href) of the link elements, one for each word of rel."""
    for node in tree.iter("link"):
        if node.get("href"):
            for rel in (node.get("rel") or "").lower().split():
                yield rel, node.get("href").strip()


def linked_data(tree: Any) -> Iterator[dict[str, Any]]:
    """The JSON-LD objects of the page, graphs and lists taken apart."""
    for node in tree.iter("script"):
        if "ld+json" in (node.get("type") or "").lower():
            text = _bare(node.text_content())
            try:
                yield from _flatten(json.loads(text, strict=False))
            except (ValueError, RecursionError):
                yield from _salvaged(text)


def _salvaged(text: str) -> Iterator[dict[str, Any]]:
    """What a block of broken JSON says of its article, where it says each thing once."""
    found = dict(_PLAIN.findall(text))
    if found and len(set(_PLAIN.findall(text))) == len(found):
        yield {"@type": "Article", **found}


def _bare(text: str) -> str:
    """The JSON without the comment or CDATA marks that hide it from old browsers."""
    text = text.strip().removeprefix("//").strip().removeprefix("<![CDATA[").removeprefix("<!--")
    return text.removesuffix("-->").removesuffix("]]>").rstrip("/ \n").strip().rstrip(";")


def _flatten(data: Any) -> Iterator[dict[str, Any]]:
    if isinstance(data, list):
        for item in data:
            yield from _flatten(item)
    elif isinstance(data, dict):
        yield data
        for key in ("@graph", "mainEntity"):
            if key in data:
                yield from _flatten(data[key])
