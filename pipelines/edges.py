"""Short lines above the first paragraph of an article and behind its last: rules of `clean.py`. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipelines import phrases
from pipelines.body import is_subhead
from pipelines.names import is_name
from pipelines.sentences import ends_sentence

if TYPE_CHECKING:
    from pipelines.page import Block
    from pipelines.scene import Scene

_RUBRIC, _SHORT_STANDFIRST = 60, 40
_NOT_PLAIN = re.compile(r"[\d|/›»>·•@#]|\s[—–-]\s")


def above_text(block: Block, scene: Scene) -> str | None:
    """A short line above the first paragraph that is no sentence: a category, a rubric, a breadcrumb."""
    if scene.is_before(block) and block.heading == 1:
        return "title"  # the page's own words for what it declares otherwise
    if not scene.is_before(block) or (is_subhead(block) and _may_be_standfirst(block, scene)):
        return None
    limit = _SHORT_STANDFIRST if _is_plain_line(block, scene) else _RUBRIC
    is_line = block.weight < limit and not ends_sentence(block.text)
    return "rubric" if is_line and not _opens_list(block, scene) else None


def _may_be_standfirst(block: Block, scene: Scene) -> bool:
    """True for a subhead of some length that stands at the text, or between the headline and the text."""
    is_below = scene.headline is not None and scene.headline < block.index
    return len(block.text) > 25 and (
        block.index == scene.first - 1 or (is_below and len(block.text) > _SHORT_STANDFIRST)
    )


def _is_plain_line(block: Block, scene: Scene) -> bool:
    """True below the headline for words alone: no link, no number, no strokes of a breadcrumb."""
    is_below = scene.headline is not None and scene.headline < block.index
    return is_below and not block.hrefs and not block.heading and _NOT_PLAIN.search(block.text) is None


def _opens_list(block: Block, scene: Scene) -> bool:
    below = scene.blocks[block.index + 1 : block.index + 2]
    return block.text.endswith((":", "：")) and any(one.tag in ("li", "td", "th") for one in below)


def behind_text(block: Block, scene: Scene) -> str | None:
    """A stray word behind the last paragraph: an icon's name, a section, a signature."""
    if not scene.is_behind(block) or block.tag in ("li", "td", "th") or scene.is_list:
        return None
    if phrases.HANDLE.fullmatch(block.text):
        return "contact"
    is_line = block.weight < 40 and not ends_sentence(block.text)
    is_loose = bool(block.heading) and not _heads_lines(block, scene)
    return "navigation" if is_line and (block.link_share > 0.5 or is_name(block.text) or is_loose) else None


def _heads_lines(block: Block, scene: Scene) -> bool:
    """True for a heading with a plain line right below it, beside it."""
    below = next(iter(scene.blocks[block.index + 1 : block.index + 2]), None)
    return below is not None and below.container == block.container and not below.heading and not below.hrefs
