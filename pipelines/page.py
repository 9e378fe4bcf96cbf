"""A page as what a reader sees: its blocks of text in order, each with its place, and what the head declares.

The one importer of lxml. Class names and ids are not looked at here nor anywhere behind it: rules are about meaning
and position, which other markup of the same page shares.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any

from lxml import etree, html

from pipelines.block import Block, Picture
from pipelines.head import linked_data, links, metas, microdata, words_in
from pipelines.lines import squeeze
from pipelines.walk import Walker

__all__ = ["Block", "Page", "Picture", "lines_in", "parse_page"]

_SMALL_REGIONS = ("aside", "nav", "footer", "header", "form")
_LONG, _ENOUGH = 80, 5
_LARGE = 500_000
_UNSEEN = ("script", "style", "svg", "template", "iframe", "canvas", "link")
# Characters that XML has no place for, as themselves or as references.
_CONTROLS = bytes([*range(0x09), 0x0B, *range(0x0E, 0x20)])
_NO_CHARACTERS = tuple((sign, sign.encode()) for sign in "\ufffe\uffff")
_CONTROL_REFERENCE = re.compile(rb"&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01])|[xX]0*(?:[0-8b-cB-Ce-fE-F]|1[0-9a-fA-F]));")
_NAME = re.compile(r"[A-Za-z][\w.-]*")
_PREFIX = re.compile(rb"<[A-Za-z]\w*:")
# lxml.html chooses a class for each element in Python, every time one is met; one class for all costs a tenth less.
_ONE_CLASS = etree.ElementDefaultClassLookup(element=html.HtmlElement)
# Attributes are found in a quarter of the time that a condition on each element takes.
_STYLES: Any = etree.XPath("//@style")
_HIDDEN: Any = etree.XPath("//@hidden")
_ITEMPROPS: Any = etree.XPath("boolean(//@itemprop)")
_TITLE_IN_HEAD: Any = etree.XPath("//head//title[1]//text()")
_TITLE: Any = etree.XPath("//title[1]//text()")
_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A parsed page. `metas` are (name or property, content) in order; `linked_data` the JSON-LD objects, flat.

    `microdata` are the (property, value) of the article's own microdata, `signers` the texts of links that say
    `rel=author`, `times` the (datetime, text) of time elements. `source` is the text that was parsed.
    """

    blocks: tuple[Block, ...]
    title_tag: str | None
    metas: tuple[tuple[str, str], ...]
    links: tuple[tuple[str, str], ...]
    linked_data: tuple[dict[str, Any], ...]
    microdata: tuple[tuple[str, str], ...]
    signers: tuple[str, ...]
    times: tuple[tuple[str, str], ...]
    pictures: tuple[Picture, ...]
    language: str | None
    tree: Any = field(repr=False, compare=False)
    source: str = field(repr=False, compare=False)

    def meta(self, *names: str) -> str | None:
        """The first non-empty value of the first of these meta names that the page has."""
        for name in names:
            for key, value in self.metas:
                if key == name and value:
                    return value
        return None

    def link(self, rel: str) -> str | None:
        """The href of the first `<link rel=…>` of this kind."""
        return next((href for name, href in self.links if name == rel), None)


def parse_page(text: str) -> Page | None:
    """The page in this HTML; None when there is no element in it."""
    tree = _parse(text)
    if tree is None:
        return None
    walker = Walker()
    walker.walk_all(tree, _styled(tree))
    page = Page(
        blocks=_with_true_regions(walker.blocks),
        title_tag=_title_tag(tree),
        metas=tuple(metas(tree)),
        links=tuple(links(tree)),
        linked_data=tuple(linked_data(tree)),
        microdata=tuple(microdata(tree)) if _ITEMPROPS(tree) else (),
        signers=tuple(words_in(node) for node in tree.iter("a") if "author" in (node.get("rel") or "")),
        times=tuple((node.get("datetime") or "", words_in(node)) for node in tree.iter("time")),
        pictures=tuple(walker.pictures),
        language=tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang"),
        tree=tree,
        source=text,
    )
    # What was read is not wanted any more, and the extractor copies the tree several times over.
    etree.strip_elements(tree, *_UNSEEN, with_tail=False)
    return page


def _styled(tree: Any) -> set[Any]:
    """The elements with a style, and those that say that they are hidden."""
    return {value.getparent() for value in (*_STYLES(tree), *_HIDDEN(tree))}


def lines_in(text: str) -> list[str]:
    """The texts of the blocks alone, without what the head declares; empty when there is no element in it."""
    tree = _parse(text)
    walker = Walker()
    if tree is not None:
        walker.walk_all(tree, _styled(tree))
    return [block.text for block in walker.blocks]


def _with_true_regions(blocks: list[Block]) -> tuple[Block, ...]:
    """The blocks less a region that holds most of the page's text: an element that nobody closed, a page-wide form."""
    long = [block for block in blocks if len(block.text) >= _LONG and block.link_share < 0.3]
    false = {
        region for region in _SMALL_REGIONS if sum(region in block.regions for block in long) * 2 > len(long) >= _ENOUGH
    }
    if not false:
        return tuple(blocks)
    return tuple(replace(block, regions=block.regions - false) for block in blocks)


def _title_tag(tree: Any) -> str | None:
    texts = _TITLE_IN_HEAD(tree) or _TITLE(tree)
    return squeeze(" ".join(texts)) or None


def _parse(text: str) -> Any:
    # lxml refuses a str with an encoding declaration, a NUL ends its text, and no control may be put into a tree again.
    if declaration := _DECLARATION.match(text):
        text = text[declaration.end() :]
    cleaned = text.encode("utf-8", "replace").replace(b"\f", b" ")
    if any(map(cleaned.__contains__, _CONTROLS)):  # to look for each is a tenth of the work of looking at all
        cleaned = cleaned.translate(None, _CONTROLS)
    for sign, coded in _NO_CHARACTERS:
        cleaned = cleaned.replace(coded, b"") if sign in text else cleaned
    if b"&#" in cleaned:
        cleaned = _CONTROL_REFERENCE.sub(b"", cleaned)
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=False)
    parser.set_element_class_lookup(_ONE_CLASS)
    try:
        tree = html.document_fromstring(cleaned, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        if len(cleaned) > _LARGE:  # the parser names no other reason when it is refused memory
            raise MemoryError(f"no memory to parse a page of {len(cleaned)} bytes") from error
        return None
    for node in tree.iter() if _PREFIX.search(cleaned) else ():  # XHTML prefixes: `html:p` is a p
        if isinstance(node.tag, str) and ":" in node.tag:
            bare = node.tag.rsplit(":", 1)[1]
            node.tag = bare if _NAME.fullmatch(bare) else "div"
    return tree
