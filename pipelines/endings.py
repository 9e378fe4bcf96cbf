"""Where an article ends: at the biography, the related stories, the comments or the disclaimer behind it. Pure."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from pipelines import phrases
from pipelines.body import is_marker, is_own_subhead, is_prose
from pipelines.byline import is_name_above_biography, name_in_biography, name_of_more_from
from pipelines.keys import text_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.page import Block

_EARLIEST = 0.4
_APPENDIX = 0.3  # of the whole text: what follows the biography is no box
_GOES_ON = 240  # more than a note behind the related stories has
_LONGEST_LINE = 400
_ROLE_WORDS = 3  # the role may stand before the name
_SURE_NAME = 10
_CJK_NAME = re.compile(r"[\u3400-\u9fff\u3040-\u30ff々ー\s]{2,16}?(?=[はがも（(、])")


def end_of_article(blocks: tuple[Block, ...], chosen: Sequence[int], authors: Sequence[str]) -> tuple[int, str]:
    """The index of the block at which what follows is no longer the article, and what kind of thing begins there."""
    total = sum(blocks[index].weight for index in chosen)
    author_keys = {text_key(name) for name in authors}
    inside = set(chosen)
    seen = 0
    for block in blocks[: (chosen[-1] + 1) if chosen else 0]:
        if total and seen >= total * _EARLIEST:
            kind = _marker(blocks, block, author_keys, is_chosen=block.index in inside)
            if kind is not None and not _text_goes_on(blocks, block, chosen, total, kind):
                return block.index, kind
        if block.index in inside:
            seen += block.weight
    return len(blocks), ""


def _marker(blocks: tuple[Block, ...], block: Block, author_keys: set[str], *, is_chosen: bool) -> str | None:
    if is_chosen and (is_biography(block, author_keys) or phrases.BIOGRAPHY_CJK.match(block.text)):
        return "biography"
    return _marker_line(blocks, block) if len(block.text) <= _LONGEST_LINE else None


def _marker_line(blocks: tuple[Block, ...], block: Block) -> str | None:
    if phrases.AUTHOR_BOX.fullmatch(block.text) or any(map(name_of_more_from, (block.text, *block.parts))):
        return "biography"
    if is_marker(block.text) and not is_own_subhead(blocks, block):
        return "related"
    if phrases.COMMENT_RULE.search(block.text) or phrases.COMMENTS_HEADING.fullmatch(block.text):
        return "comments"
    if is_name_above_biography(blocks, block):
        return "biography"
    return "disclaimer" if block.text.startswith(("*", "※")) and phrases.DISCLAIMER.search(block.text) else None


def is_biography(block: Block, author_keys: set[str]) -> bool:
    """True for a paragraph that begins with the author's own name and goes on to tell who that is."""
    words = block.text[:_LONGEST_LINE].split(maxsplit=_ROLE_WORDS + 7)[: _ROLE_WORDS + 7]
    head = text_key(" ".join(words)) if author_keys else ""
    for start in range(_ROLE_WORDS) if any(name[-4:] in head for name in author_keys) else ():
        for count in range(1, 7):
            bare = " ".join(words[start : start + count]).rstrip(",:—–-(")
            if _is_author(text_key(bare), author_keys):
                rest = block.text[block.text.find(bare) + len(bare) :]
                return phrases.BIO_VERB.match(rest) is not None
    name = _CJK_NAME.match(block.text)
    return name is not None and text_key(name[0]) in author_keys


def _is_author(key: str, author_keys: set[str]) -> bool:
    """True for a name of the author, also one with the first name cut short."""
    if key in author_keys:
        return True
    return len(key) >= _SURE_NAME and any(name[:4] == key[:4] and name[-6:] == key[-6:] for name in author_keys)


def _text_goes_on(blocks: tuple[Block, ...], marker: Block, chosen: Sequence[int], total: int, kind: str) -> bool:
    """True when the marker only interrupts: more prose of the article's kind follows than an ending ever has."""
    before = [blocks[index] for index in chosen if index < marker.index and is_prose(blocks[index])]
    boxes = {block.container for block in before}
    paths = {block.path for block in before}
    after = [blocks[index] for index in chosen if index > marker.index and is_prose(blocks[index])]
    following = [
        block for block in after if block.link_share < 0.2 and (block.container in boxes or block.path in paths)
    ]
    home = Counter(block.container for block in before).most_common(1)
    is_boxed = kind == "related" and bool(home) and marker.container != home[0][0]
    at_home = sum(block.weight for block in following if home and block.container == home[0][0])
    if is_boxed and at_home >= _GOES_ON:  # a box amid the paragraphs: what follows in theirs is the article again
        return True
    if kind == "biography" and _weight_behind(blocks, marker, chosen, home) > total * _APPENDIX:
        return True
    if kind == "biography" and any(name_in_biography(block) for block in blocks[marker.index : marker.index + 3]):
        return sum(block.weight for block in following) > total * 0.5
    least = 0.45 if kind in ("comments", "biography") else 0.2 if marker.heading else 0.12
    return sum(block.weight for block in following) > total * least


def _weight_behind(
    blocks: tuple[Block, ...], marker: Block, chosen: Sequence[int], home: Sequence[tuple[int, int]]
) -> int:
    """How much of any kind, links apart, follows a marker where the article's paragraphs stand."""
    if not home or marker.container != home[0][0]:
        return 0
    behind = [blocks[index] for index in chosen if index > marker.index]
    return sum(block.weight for block in behind if block.outer == marker.outer and block.link_share < 0.2)
