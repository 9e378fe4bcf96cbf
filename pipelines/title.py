"""The headline without the site's name, from what a page declares and what it shows. Pure."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

from pipelines.keys import text_key
from pipelines.wording import agreed_wording, first_wording

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipelines.page import Block, Page

_SIGNS = "|｜–—-‐·•»«:：/"
_SIGN = f"[{re.escape(_SIGNS)}]"
_SEPARATORS = re.compile(rf"\s+{_SIGN}+\s+|\s*[|｜]\s*|\s+::\s+| ?» ?")
_EDGE = rf"(?:\s|{_SIGN})+"
_SHORT_WORDS = 6
_LONGEST = 300
_SHORTEST_KEY = 4
_LONG_KEY = 20
_SHARED_START = 8
_LONG_WORD = re.compile(r"[^\W\d_]{5,}")
_FRONT_PAGE = re.compile(r"(?:https?://[^/]+)?/?(?:[a-z]{2}/?|index\.\w+)?")


def find_title(page: Page, url: str | None = None) -> tuple[str | None, int | None]:
    """The headline, and the index of the block that shows it (None where no block does).

    `url` is the address that the page was fetched by.
    """
    declared = list(_declared(page))
    shown = _shown_headline(page, declared)
    if shown is not None and not page.blocks[shown].heading and (broken := _broken_headline(page, declared, shown)):
        return broken
    if shown is not None:
        title = _bare(page, page.blocks[shown], declared)
        names = site_names(page)
        social, short, tag = (
            strip_site(text, names) if text else None
            for text in (page.meta("og:title"), page.meta("twitter:title"), page.title_tag)
        )
        first = first_wording(page, title, social, url)
        return first or agreed_wording(page, title, (social, short, tag)) or title, shown
    if not declared:
        return None, None
    title = strip_site(declared[0], site_names(page))
    return title, _first_block_of(page, title)


def _declared(page: Page) -> Iterator[str]:
    """The titles that a page declares, the most specific first."""
    for item in page.linked_data:
        headline = item.get("headline")
        if isinstance(headline, str) and headline.strip():
            yield " ".join(unescape(headline).split())  # JSON holds entities only where a site escaped twice
            break
    yield from (value for name, value in page.microdata if name == "headline")
    social = page.meta("og:title", "twitter:title")
    yield from (text for text in (social, page.title_tag) if text)


def _shown_headline(page: Page, declared: Sequence[str]) -> int | None:
    """The block that a declared title contains: of the long ones an h1 before other headings before plain text."""
    keys = {text_key(text) for text in declared}
    fitting = _without_site(page, _fitting(page, keys), keys)
    if fitting and all(_is_teaser(block) for block, _ in fitting) and (own := _own_heading(page, declared)) is not None:
        return own
    if fitting:
        longest = max(len(key) for _, key in fitting)
        if longest * 2 >= min(len(key) for key in keys if key) or any(block.heading == 1 for block, _ in fitting):
            whole = [block for block, key in fitting if key in keys and block.heading == 1]
            first = [block for block, key in fitting if block.heading == 1 and len(key) * 2 >= longest]
            long = whole or first or [block for block, key in fitting if len(key) * 10 >= longest * 7]
            return min(long, key=lambda block: (_rank(block), block.index)).index
    pieces = {text_key(piece) for text in declared for piece in _pieces(text)}
    if named := [block for block, key in fitting if block.heading and key in pieces]:
        return named[0].index
    return _own_heading(page, declared)


def _own_heading(page: Page, declared: Sequence[str]) -> int | None:
    """The one h1 that says what a declared title says in other words; of the page's only one a word will do."""
    h1 = [block for block in page.blocks if block.heading == 1 and len(block.text) <= _LONGEST and not _is_logo(block)]
    alike = [block for block in h1 if _resembles(block.text, declared)]
    if not alike and len(h1) == 1 and _is_kin(h1[0].text, declared):
        alike = h1
    return alike[0].index if len(alike) == 1 else None


def _is_teaser(block: Block) -> bool:
    """True for a link to a page, and for a line too short to be a headline."""
    return block.heading != 1 and (block.link_share > 0.9 or len(text_key(block.text)) < _LONG_KEY)


def _broken_headline(page: Page, declared: Sequence[str], shown: int) -> tuple[str, int] | None:
    """A declared title that two or three lines of the page show together; None where one line shows it all."""
    for text in declared:
        title = strip_site(text, site_names(page))
        if (
            len(text_key(page.blocks[shown].text)) < len(text_key(title))
            and (first := _first_block_of(page, title)) is not None
        ):
            return title, first
    return None


def _bare(page: Page, block: Block, declared: Sequence[str]) -> str:
    """The shown headline without an overline and without the site's name."""
    text = _without_kicker(block, declared)
    social = strip_site(page.meta("og:title") or "", site_names(page))
    # `Theme: Headline`, where the page calls itself by the headline alone.
    if _follows_theme(social, [text]):
        return social
    return strip_site(text, site_names(page), is_declared=True)


def _without_kicker(block: Block, declared: Sequence[str]) -> str:
    """The shown headline less an overline in an element of its own, where a declared title does without it."""
    if len(block.parts) < 2:
        return block.text
    rests = [" ".join(block.parts[count:]) for count in range(1, len(block.parts))]
    keys = {text_key(title) for title in declared}
    found = next((rest for rest in rests if text_key(rest) in keys), None)
    if found is None and not re.search(r"\w", block.parts[1]):
        found = next((rest for rest in rests[1:] if _follows_theme(rest, _of_other_themes(block, declared))), None)
    if found is None and text_key(block.text) not in keys:
        found = next((rest for rest in rests if _follows_theme(rest, declared)), None)
    return found or block.text


def _of_other_themes(block: Block, declared: Sequence[str]) -> list[str]:
    """The declared titles that do not begin with the block's overline."""
    return [title for title in declared if not title.startswith(block.parts[0])]


def _follows_theme(text: str, declared: Sequence[str]) -> bool:
    """True where a declared title is another theme, a colon and this."""
    is_long = len(text_key(text)) >= _LONG_KEY
    return is_long and any(title.endswith(text) and title[: -len(text)].rstrip().endswith(":") for title in declared)


def _rank(block: Block) -> int:
    return (block.heading != 1) + (not block.heading)


def _fitting(page: Page, keys: set[str]) -> list[tuple[Block, str]]:
    """Blocks whose text a declared title contains, with their keys."""
    found = []
    whole = "\n".join(keys)  # no key has a line break
    for block in page.blocks:
        if len(block.text) <= _LONGEST:
            key = text_key(block.text)
            if len(key) >= _SHORTEST_KEY and key in whole:
                found.append((block, key))
    return found


def _without_site(page: Page, fitting: list[tuple[Block, str]], keys: set[str]) -> list[tuple[Block, str]]:
    """The blocks that do not show the site's name: what a declared title has beside the shown headline."""
    names = {text_key(name) for name in site_names(page)}
    shown = {key for _, key in fitting}
    headings = {key for block, key in fitting if block.heading == 1 and not _is_logo(block)}
    for key in shown - headings:
        for declared in keys:
            rest = declared.removesuffix(key) if declared.endswith(key) else declared.removeprefix(key)
            if rest != declared and rest in shown and len(rest) > len(key):
                names.add(key)
    return [(block, key) for block, key in fitting if key not in names and not _is_logo(block)]


def _is_logo(block: Block) -> bool:
    return block.link_share > 0.9 and len(block.hrefs) == 1 and _FRONT_PAGE.fullmatch(block.hrefs[0]) is not None


def _resembles(text: str, declared: Sequence[str]) -> bool:
    """True where nothing is declared, or half of the words are shared with a declared title."""
    words = set(re.findall(r"\w+", text.casefold()))
    theirs = [set(re.findall(r"\w+", title.casefold())) for title in declared]
    return not declared or any(len(words & other) * 2 >= max(len(words), 3) for other in theirs)


def _is_kin(text: str, declared: Sequence[str]) -> bool:
    """True for a headline of several words that shares a long one, or its first words, with a declared title."""
    words = set(_LONG_WORD.findall(text.casefold()))
    begins = text_key(text)[:_SHARED_START]
    return len(text_key(text)) >= _LONG_KEY and any(
        words & set(_LONG_WORD.findall(title.casefold())) or text_key(title).startswith(begins) for title in declared
    )


def _first_block_of(page: Page, title: str) -> int | None:
    """The block that shows a title, or the first of two or three that show it together."""
    key = text_key(title)
    keys = [text_key(block.text) if len(block.text) <= _LONGEST else "" for block in page.blocks]
    for count in (1, 2, 3):
        for index in range(len(keys) - count + 1):
            if key and all(keys[index : index + count]) and "".join(keys[index : index + count]) == key:
                return index
    return None


def site_names(page: Page) -> list[str]:
    """What the site calls itself, as far as the page says."""
    names = [page.meta("og:site_name"), page.meta("application-name"), page.meta("twitter:site")]
    for item in page.linked_data:
        publisher = item.get("publisher")
        if isinstance(publisher, dict) and isinstance(publisher.get("name"), str):
            names.append(publisher["name"])
    return [name.lstrip("@") for name in names if name]


def strip_site(title: str, names: list[str], *, is_declared: bool = False) -> str:
    """The title without the site's name at either end, cut only at a separator that stands apart.

    With `is_declared` only a name that the page declares is cut, no short ending that may be one.
    """
    pieces = _pieces(title)
    if len(pieces) == 1:
        return title
    keys = {text_key(name) for name in names if text_key(name)}
    head, tail = title, pieces[-1]
    cut = title[: title.rfind(tail)] if tail else title
    if text_key(tail) in keys or (not keys and not is_declared and _is_name_like(tail, title)):
        head = re.sub(f"{_EDGE}$", "", cut)
    first = pieces[0]
    if text_key(first) in keys and len(pieces) > 1:
        head = re.sub(f"^{_EDGE}", "", head[len(first) :])
    return head or title


def _pieces(title: str) -> list[str]:
    """What stands between the separators of a title."""
    return _SEPARATORS.split(title) if any(map(title.__contains__, _SIGNS)) else [title]


def _is_name_like(piece: str, title: str) -> bool:
    is_short = len(piece.split()) <= _SHORT_WORDS and len(piece) <= 40
    return is_short and len(piece) * 1.2 < len(title) - len(piece)
