"""Who wrote an article: people and agencies, never "Admin", a site's own name or a sentence of biography. Pure."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pipelines import phrases
from pipelines.body import is_prose
from pipelines.dates import find_dates
from pipelines.keys import text_key
from pipelines.names import AGENCY, is_name, people, split_names
from pipelines.names_cjk import signed_name, titled_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pipelines.page import Block, Page

_AUTHOR_METAS = frozenset({
    "author", "article:author", "parsely-author", "dc.creator", "dcterms.creator", "sailthru.author", "byl",
    "citation_author", "article:author_name", "og:article:author", "twitter:data1:author", "cxenseparse:author",
})  # fmt: skip
_SEPARATOR = re.compile(r"\s*[|·•]\s*|\s+[—–/-]\s+")
_COMPANY = re.compile(r"\s+(?:inc|ltd|gmbh|co|llc|staff|redaktion)\.?$", re.IGNORECASE)
_ONE_WORD_SENTENCE = re.compile(r"[^\W\d_]+ [\w-]+[.!]")  # `By Monday.`
_EDGE = " ,|·•-–—/"
_AUTHOR_PAGE = re.compile(
    r"/(?:authors?(?:-\w+)?|editors?|people|person|profiles?|staff|by|bylines?|journalists?|contributors?|writers?|reporters?|columnists?|"
    r"bloggers?|autor(?:en|es|i)?|auteurs?|verfasser|avtor[yi]?|redakteure?)/",
    re.IGNORECASE,
)
_BEFORE, _AFTER = 6, 10
_LONGEST = 160
_MAX_LINKED = 4


def find_authors(page: Page, *, headline: int | None, body: list[int], site: list[str]) -> tuple[str, ...]:
    """The bylines in the order of the page; empty when nobody signs.

    Declared authors come first, then a byline beside the headline, then names set apart behind the text.
    """
    site_keys = {text_key(name) for name in site}
    host = text_key(urlsplit(page.link("canonical") or page.meta("og:url") or "").hostname or "")
    for names in (
        _in_linked_data(page),
        (value for name, value in page.metas if name in _AUTHOR_METAS),
        (value for name, value in page.microdata if name == "author"),
        _beside_headline(page, headline, body),
        _behind_text(page, body),
        _linked_beside_headline(page, headline, body),
        _bare_beside_date(page, headline, body),
    ):
        found = [name for name in people(names, site_keys) if not _is_host(name, host)]
        if found:
            return tuple(_without_places(found))
    return tuple(_keepers_of_own_site(page))


def _without_places(names: list[str]) -> list[str]:
    """The names less single words beside full ones: where somebody writes from."""
    full = [name for name in names if not (name.isascii() and name.istitle() and name.isalpha())]
    return full if any(" " in name for name in full) else names


def _keepers_of_own_site(page: Page) -> Iterator[str]:
    """The people whose own name the site has: linked data give them a trade, or a page `/@name` as people have."""
    for item in page.linked_data:
        authors = item.get("author")
        for author in authors if isinstance(authors, list) else [authors]:
            if not isinstance(author, dict) or author.get("@type") != "Person":
                continue
            has_page = "/@" in str(author.get("url") or "")
            name = author.get("name")
            if (has_page or author.get("jobTitle")) and isinstance(name, str) and _is_full_name(name):
                yield name


def _is_host(name: str, host: str) -> bool:
    """True for a name that the address of the site is made of."""
    key = text_key(_COMPANY.sub("", name))
    return len(key) >= 3 and key in host


def _in_linked_data(page: Page) -> Iterator[str]:
    objects = {item["@id"]: item for item in page.linked_data if isinstance(item.get("@id"), str)}
    for item in page.linked_data:
        if "headline" in item or "articleBody" in item or "datePublished" in item:
            yield from _names_of(item.get("author"), objects)


def _names_of(value: Any, objects: dict[str, dict[str, Any]]) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _names_of(item, objects)
    elif isinstance(value, dict) and (_is_person(value) or _is_agency(value)):
        target = value if "name" in value else objects.get(str(value.get("@id")), {})
        yield from _names_of(target.get("name"), {}) if not isinstance(target.get("name"), dict) else ()


def _is_person(value: dict[str, Any]) -> bool:
    return not str(value.get("@type", "")).endswith("Organization")


def _is_agency(value: dict[str, Any]) -> bool:
    return isinstance(value.get("name"), str) and AGENCY.fullmatch(value["name"].strip()) is not None


def _near_headline(page: Page, headline: int | None, body: list[int]) -> tuple[Block, ...]:
    """The blocks around the headline, up to the first paragraph."""
    prose = [index for index in body if is_prose(page.blocks[index])]
    if headline is None and not prose:
        return ()
    anchor = headline if headline is not None else prose[0]
    below = [index for index in prose if index > anchor]
    # A standfirst may stand between headline and byline.
    has_standfirst = len(below) > 1 and below[0] + 1 < below[1] <= anchor + _AFTER
    end = below[1] if has_standfirst else below[0] if below else anchor + _AFTER
    return page.blocks[max(0, anchor - _BEFORE) : min(end, anchor + _AFTER) + 1]


def _beside_headline(page: Page, headline: int | None, body: list[int]) -> Iterator[str]:
    """The labelled byline nearest to the headline; where the label stands alone, the name below it."""
    near = _near_headline(page, headline, body)
    for block, following in zip(near, (*near[1:], None), strict=False):
        if (name := labelled_name(block)) is not None:
            yield name
            return
        if following is not None and phrases.BYLINE_LABEL.fullmatch(block.text) and is_name(following.text):
            yield following.text
            return


def _linked_beside_headline(page: Page, headline: int | None, body: list[int]) -> Iterator[str]:
    """Names beside the headline that link to a page on their author."""
    names = [name for name in page.signers if is_name(name)]
    for block in _near_headline(page, headline, body):
        if len(block.text) <= _LONGEST and any(_AUTHOR_PAGE.search(href) for href in block.hrefs):
            names += [part for part in (block.text, *block.parts) if _is_full_name(part)]
    yield from dict.fromkeys(names) if len(set(names)) <= _MAX_LINKED else ()


def _bare_beside_date(page: Page, headline: int | None, body: list[int]) -> Iterator[str]:
    """A name without a label right beside the day, below the headline; a section is also a link elsewhere."""
    near = [block for block in _near_headline(page, headline, body) if headline is None or block.index > headline]
    dated = [block.index for block in near if len(block.text) <= _LONGEST and find_dates(block.spaced)]
    linked = {text_key(block.text) for block in page.blocks if block.hrefs and len(block.text) <= _LONGEST}
    for block in near:
        if len(block.text) > _LONGEST or block.heading or not any(abs(block.index - index) <= 1 for index in dated):
            continue
        for part in dict.fromkeys((block.text, *block.parts, *_SEPARATOR.split(line_of(block)))):
            names = split_names(part)
            if names and all(_is_full_name(name) and text_key(name) not in linked for name in names):
                yield from names
                return


def _is_full_name(text: str) -> bool:
    return 2 <= len(text.split()) <= 4 and is_name(text) and phrases.SECTION.search(text) is None


def line_of(block: Block) -> str:
    """The block's line less dates and share words: what a byline that stands among them is left with."""
    line = block.spaced
    for date in reversed(find_dates(line)):
        line = line[: date.start].rstrip(_EDGE) + " | " + line[date.end :].lstrip(_EDGE)
    return phrases.SHARE_END.sub("", line.strip(_EDGE)).strip(_EDGE)


def labelled_name(block: Block) -> str | None:
    """The name in `By NAME`, `Автор: NAME` or `文・NAME`, alone or among day and share words; else None."""
    if len(block.text) > _LONGEST or _ONE_WORD_SENTENCE.fullmatch(block.text):
        return None
    line = line_of(block)
    for part in (line, *_SEPARATOR.split(line), *block.parts):
        match = phrases.BYLINE.fullmatch(part.strip(_EDGE))
        if match is not None and (names := split_names(match["name"])) and all(is_name(name) for name in names):
            return match["name"]
        if (found := titled_name(part.strip(_EDGE))) is not None:
            return found
    for label, name in pairwise(block.parts):
        if phrases.BYLINE_LABEL.fullmatch(label) and _is_full_name(name.strip(_EDGE)):
            return name.strip(_EDGE)
    return None


def _behind_text(page: Page, body: list[int]) -> Iterator[str]:
    """Names behind the middle of the text: a link to more of theirs, a box about them, a signature, a biography."""
    prose = [index for index in body if is_prose(page.blocks[index])]
    if not prose:
        return
    blocks = page.blocks[prose[len(prose) // 2] :]
    ways = (
        signed_name([page.blocks[index].text for index in prose]),
        [name for block in blocks for part in _parts(block) if (name := name_of_more_from(part)) is not None],
        [block.text for block in blocks[:-1] if is_name_above_biography(page.blocks, block)],
        _signatures(blocks, prose[-1]),
        [name for block in blocks if (name := name_in_biography(block)) is not None],
    )
    yield from next((names for names in ways if names), [])


def _parts(block: Block) -> tuple[str, ...]:
    return (block.text, *block.parts) if len(block.text) < 3 * _LONGEST else ()


def _signatures(blocks: Iterable[Block], last: int) -> Sequence[str]:
    named = ((block, labelled_name(block)) for block in blocks if block.index <= last + 3)
    return [name for block, name in named if name is not None and not is_prose(block)][:1]


def name_of_more_from(text: str) -> str | None:
    """The name in `View more articles from NAME`, None for any other text."""
    if len(text) > 120:
        return None
    match = phrases.MORE_FROM.fullmatch(text) or phrases.MORE_FROM_TAIL.fullmatch(text)
    name = match["name"] if match else None
    return name if name is not None and is_name(name) else None


def is_name_above_biography(blocks: tuple[Block, ...], block: Block) -> bool:
    """True for a name on a line of its own that the lines below take up: again, in a link to more, in a biography."""
    if block.index + 1 >= len(blocks) or not is_name(block.text):
        return False
    below = [following.text for following in blocks[block.index + 1 : block.index + 4]]
    if text_key(below[0]) == text_key(block.text):
        return any(text.startswith(block.text) or name_of_more_from(text) for text in below[1:])
    return below[0].startswith(block.text) and name_in_biography(blocks[block.index + 1]) is not None


def name_in_biography(block: Block) -> str | None:
    """The name that opens a paragraph which says what its bearer does for a living, None for any other text."""
    match = phrases.BIOGRAPHY.match(block.text)
    return match["name"] if match is not None and is_name(match["name"]) else None
