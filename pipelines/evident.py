"""The article of a page that leaves no doubt which of its blocks that is: no other opinion is asked for there. Pure.

Most of the page's prose stands in one box below the headline, and nothing near it could be a part of the article that
stands elsewhere: no standfirst in a box of its own, no list, no second box of the same kind. Where hardly any other
prose is on the page, a line or two of that may be there: it weighs little, and the extractor's choice is no better.
"""

from __future__ import annotations

from collections import Counter
from itertools import takewhile
from typing import TYPE_CHECKING

from pipelines.body import LINKED, OUTSIDE, around, is_marker, is_prose
from pipelines.captions import in_picture
from pipelines.sentences import ends_loosely

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipelines.page import Block

_MOST = 0.5
_ENOUGH, _FEWEST = 3, 2
_BEHIND = 3
_LONG, _SENTENCE = 100, 60
_SOME_LINK = 0.2
# What may stand near the article and be no part of it, where hardly any other prose is on the page.
_MISSED, _LISTED, _ELSEWHERE = 0.1, 4, 0.2
_ITEMS = frozenset({"li", "dd", "td"})
_BOXES = frozenset({"li", "table", "blockquote"})


def evident_article(blocks: Sequence[Block], headline: int | None) -> list[int] | None:
    """The indices of the article's blocks in page order; None where that is in doubt."""
    prose = [block for block in blocks if is_prose(block)]
    below = [block for block in prose if headline is None or block.index > headline] or prose
    weights: Counter[int] = Counter()
    for block in below:
        weights[block.container] += block.weight
    if not weights:
        return None
    ((box, most),) = weights.most_common(1)
    members = [block.index for block in below if block.container == box]
    if len(members) < _FEWEST or most < _MOST * weights.total():
        return None
    chosen = around(blocks, [block.index for block in blocks if block.container == box and _is_text(block)], headline)
    return None if _is_in_doubt(blocks, chosen, members, below, headline) else chosen


def _is_in_doubt(
    blocks: Sequence[Block], chosen: Sequence[int], members: Sequence[int], prose: Sequence[Block], headline: int | None
) -> bool:
    """True where something of the article may have been left out, or a line of links may have come in at its edge."""
    first, last, inside = members[0], members[-1], set(chosen)
    paths = {blocks[index].path for index in members}
    outside = [block for block in prose if block.index not in inside]
    if any(block.path in paths for block in outside):
        return True
    start = 0 if headline is None else headline + 1
    behind = takewhile(lambda block: not is_marker(block.text), blocks[last + 1 : last + _BEHIND + 1])
    near = [*blocks[start : last + 1], *behind]
    missed = [block for block in near if block.index not in inside and _is_text(block)]
    long = [block for block in missed if _is_long(block)]
    listed = [block for block in missed if _is_listed(block, blocks)]
    is_linked = any(blocks[index].link_share >= _SOME_LINK for index in chosen if not first <= index < last)
    if not long and not listed and not is_linked and len(members) >= _ENOUGH:
        return False
    total = _weight(blocks[index] for index in chosen)
    return (
        len(listed) > _LISTED
        or any(block.index > first for block in listed)  # above the text are its day, its tags, ways to share it
        or _weight(outside) > _ELSEWHERE * total
        or _weight(block for block in long if not block.heading) > _MISSED * total
    )


def _weight(blocks: Iterable[Block]) -> int:
    return sum(block.weight for block in blocks)


def _is_text(block: Block) -> bool:
    is_outside = block.in_widget or bool(block.regions & OUTSIDE) or in_picture(block)
    return not is_outside and block.link_share < LINKED


def _is_long(block: Block) -> bool:
    """True for what is long enough to be a paragraph, and for a shorter sentence."""
    length = block.weight
    return length >= _LONG or (length >= _SENTENCE and ends_loosely(block.text))


def _is_listed(block: Block, blocks: Sequence[Block]) -> bool:
    """True for a part of a list or table that does not follow a link: the day and section of a teaser do."""
    is_teaser = block.index > 0 and blocks[block.index - 1].link_share >= LINKED
    return not is_teaser and (block.tag in _ITEMS or not _BOXES.isdisjoint(block.regions))
