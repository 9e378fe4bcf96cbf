"""Which blocks of a page make up the article, before cleaning: the extractor's opinion laid over the page's order.

Pure. The extractor says which text is the article's; the page says where it stands. What stands between two
paragraphs of the article, in the same kind of box, belongs to it even if the extractor passed it over.
"""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from pipelines import phrases
from pipelines.captions import in_picture
from pipelines.keys import text_key
from pipelines.lines import CJK
from pipelines.sentences import ends_full, ends_loosely

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipelines.extract import Opinion
    from pipelines.page import Block

_SURE_KEY = 24
_ANCHOR_KEY = 40
OUTSIDE = frozenset({"nav", "aside", "footer", "form"})
_LISTED = frozenset({"li", "p", "dd", "dt", "td", "th", "blockquote", "pre"})
_LONGEST_LIST = 60
_REACH = 12
_GAP = 4
_FAR = 25
_WRAPPERS = 2
_ENOUGH = 300
_LONGEST_MARKER = 80
_LONGEST_RELATED = 200  # far longer than any, with all that may stand around it
_KEPT = 4096  # lines that are asked about more than once, by one rule after the other
LINKED = 0.6
_ALL_LINK = 0.97


def is_prose(block: Block) -> bool:
    """True for a block that reads like a paragraph: long enough, ending like a sentence, not made of links."""
    if block.is_prose is None:
        block.is_prose = _is_prose(block)
    return block.is_prose


def _is_prose(block: Block) -> bool:
    return (
        block.weight >= 60
        and block.link_share < 0.5
        and not block.heading
        and ends_loosely(block.text)
        and not block.in_widget
        and not block.regions & OUTSIDE
        and not in_picture(block)
    )


def is_linked_prose(block: Block) -> bool:
    """True for a paragraph that is one sentence, most of it a link: a teaser is all link, or no sentence."""
    return (
        block.tag == "p"
        and block.link_share < _ALL_LINK
        and block.weight >= 60
        and ends_full(block.text)
        and phrases.RELATED_START.match(block.text) is None
    )


def is_subhead(block: Block) -> bool:
    """True for a heading below the first rank, and for a short bold line that is no sentence."""
    is_bold_line = block.is_strong and block.weight < 120 and not ends_loosely(block.text)
    return block.heading > 1 or is_bold_line


def is_own_subhead(blocks: Sequence[Block], block: Block) -> bool:
    """True for a subhead in a word that sites print as well, with a paragraph beside it above and right below."""
    if block.link_share > 0 or not is_subhead(block) or phrases.SUBHEAD_TOO.fullmatch(block.text) is None:
        return False
    above = blocks[max(0, block.index - _REACH) : block.index]
    below = blocks[block.index + 1 : block.index + 2]
    return all(
        any(one.container == block.container and is_prose(one) and one.link_share < 0.2 for one in near)
        for near in (above, below)
    )


def prose_share(blocks: Sequence[Block], chosen: Iterable[int]) -> float:
    """How much of the page's prose was chosen, 0 to 1; 1 for a page without any."""
    inside = set(chosen)
    total = sum(block.weight for block in blocks if is_prose(block))
    if not total:
        return 1.0
    return sum(block.weight for block in blocks if block.index in inside and is_prose(block)) / total


def begins_earlier(blocks: Sequence[Block], other: Sequence[int], chosen: Sequence[int], headline: int | None) -> bool:
    """True when one choice has prose between the headline and the first prose of another: comments have not."""
    starts = [next((index for index in group if is_prose(blocks[index])), len(blocks)) for group in (other, chosen)]
    return (headline or 0) <= starts[0] < starts[1]


def stands_alone(blocks: Sequence[Block], chosen: Sequence[int], headline: int | None) -> bool:
    """True for a choice that begins with the first prose below the headline and ends well before any other.

    What prose the page has besides is further down: comments, other articles.
    """
    if headline is None:
        return False
    prose = [block.index for block in blocks[headline + 1 :] if is_prose(block)]
    own = set(chosen).intersection(prose)
    if not own or prose[0] not in own or sum(blocks[index].weight for index in own) < _ENOUGH:
        return False
    last = max(own)
    return all(index <= last or index - last >= _REACH for index in prose)


@dataclass(frozen=True, slots=True)
class _Ground:
    """Where the article's sure paragraphs stand: their boxes, the boxes around those, and the tags of the way there."""

    boxes: frozenset[int]
    outers: frozenset[int]
    paths: frozenset[str]
    anchors: frozenset[int]
    lists: frozenset[int]

    def holds(self, block: Block) -> bool:
        """True for a block that stands where the sure paragraphs do."""
        is_cell = block.tag in ("td", "th") and self._holds_table(block.path.split("/table", 1)[0])
        is_listed = is_cell or (block.outer in self.boxes and block.tag in _LISTED)
        return is_listed or block.container in self.boxes or block.outer in self.outers or block.path in self.paths

    def _holds_table(self, path: str) -> bool:
        """True where a table stands beside the paragraphs, or in a wrapper or two of its own."""
        ways = [path]
        while len(ways) <= _WRAPPERS and ways[-1].endswith(("/div", "/figure")):
            ways.append(ways[-1].rsplit("/", 1)[0])
        return any(way in self.paths for way in ways)


def choose(blocks: Sequence[Block], opinion: Opinion, headline: int | None = None) -> list[int]:
    """The indices of the article's blocks in page order; empty when the extractor found nothing of the page."""
    return around(blocks, _matched(blocks, opinion), headline)


def around(blocks: Sequence[Block], matched: Sequence[int], headline: int | None) -> list[int]:
    """The indices of the article's blocks in page order, where these are known to be of it."""
    anchors = [index for index in matched if _is_anchor(blocks[index])]
    if not anchors:
        return list(matched)
    anchors = _below_headline(blocks, _without_strays(blocks, anchors), headline)
    floor = headline if headline is not None and headline <= anchors[0] else 0
    ground = _ground(blocks, anchors)
    first = _grow(blocks, anchors[0], -1, ground, floor)
    last = _grow(blocks, anchors[-1], 1, ground, floor)
    near = _chain(matched, first, -1, floor) | _chain(matched, last, 1, floor)
    inside = near | {index for index in range(first, last + 1) if _belongs(blocks, index, ground)}
    return sorted(inside | _closing_list(blocks, max(inside), ground))


def _closing_list(blocks: Sequence[Block], last: int, ground: _Ground) -> set[int]:
    """The list or table that the last line opens with a colon: extractors leave short items at the end out."""
    if not blocks[last].text.rstrip().endswith((":", "：")):
        return set()
    following = blocks[last + 1 : last + 1 + _LONGEST_LIST]
    items = itertools.takewhile(lambda block: block.tag in _LISTED - {"p"} and ground.holds(block), following)
    own = [block.index for block in items if not block.in_widget and not block.regions & OUTSIDE]
    return set(own) if all(blocks[index].link_share < LINKED for index in own) else set()


def densest(blocks: Sequence[Block], headline: int | None = None) -> list[int]:
    """The run of prose that weighs most: the last resort where the extractor misses nearly all of a page's text."""
    prose = [block for block in blocks[headline or 0 :] if is_prose(block)]
    weights: Counter[int | str] = Counter()
    box: int | str
    for block in prose:
        for box in (block.container, block.outer, block.path):
            weights[box] += block.weight
    if not weights:
        return []
    best = max(weights, key=lambda box: (weights[box], isinstance(box, int)))
    members = [block.index for block in prose if best in (block.container, block.outer, block.path)]
    ground = _ground(blocks, members)
    return [index for index in range(members[0], members[-1] + 1) if _belongs(blocks, index, ground)]


def _ground(blocks: Sequence[Block], anchors: Sequence[int]) -> _Ground:
    paths = Counter(blocks[index].path for index in anchors)
    return _Ground(
        boxes=frozenset(blocks[index].container for index in anchors),
        outers=frozenset(blocks[index].outer for index in anchors),
        paths=frozenset(path for path, count in paths.items() if count > 1 or len(anchors) == 1),
        anchors=frozenset(anchors),
        lists=_text_lists(blocks[anchors[0] : anchors[-1] + 1]),
    )


def _text_lists(blocks: Sequence[Block]) -> frozenset[int]:
    """The lists most of whose items are text: one that is a link belongs to them."""
    linked: Counter[int] = Counter()
    plain: Counter[int] = Counter()
    for block in blocks:
        if block.tag == "li" and not block.regions & OUTSIDE:
            (linked if block.link_share >= LINKED else plain)[block.container] += 1
    return frozenset(number for number, count in plain.items() if count >= max(2, linked[number]))


def _matched(blocks: Sequence[Block], opinion: Opinion) -> list[int]:
    lines = {text_key(line) for line in opinion.lines}
    whole = "".join(text_key(line) for line in opinion.lines)
    matched: list[int] = []
    for block in blocks:
        key = text_key(block.text)
        if key and (key in lines or (len(key) >= _SURE_KEY and key in whole)):
            matched.append(block.index)
    return matched


def _is_anchor(block: Block) -> bool:
    size = len(text_key(block.text))
    is_long = size >= _ANCHOR_KEY or (size * 2 >= _ANCHOR_KEY and CJK.search(block.text) is not None)
    return is_long and block.link_share < 0.5


def _without_strays(blocks: Sequence[Block], anchors: list[int]) -> list[int]:
    """Anchors less those far away from the rest: a teaser that repeats a sentence of the article."""
    total = sum(blocks[index].weight for index in anchors)
    while len(anchors) > 2:
        if anchors[1] - anchors[0] > _FAR and blocks[anchors[0]].weight < total * 0.15:
            anchors = anchors[1:]
        elif anchors[-1] - anchors[-2] > _FAR and blocks[anchors[-1]].weight < total * 0.15:
            anchors = anchors[:-1]
        else:
            return anchors
    return anchors


def _below_headline(blocks: Sequence[Block], anchors: list[int], headline: int | None) -> list[int]:
    """Anchors less those above the headline, where most of the text stands below it."""
    below = [index for index in anchors if headline is None or index > headline]
    boxes = {blocks[index].container for index in below}
    if any(blocks[index].container in boxes for index in set(anchors) - {headline, *below}):
        return anchors
    weights = [sum(blocks[index].weight for index in group) for group in (below, anchors)]
    return below if weights[0] > weights[1] * 0.7 else anchors


def _belongs(blocks: Sequence[Block], index: int, ground: _Ground) -> bool:
    block = blocks[index]
    if block.in_widget or block.regions & OUTSIDE or in_picture(block):
        return False
    below = range(index + 1, min(index + _GAP, len(blocks)))
    if block.link_share >= LINKED:
        if block.tag == "li" and block.container in ground.lists:
            return ground.holds(block)
        announces = block.heading > 1 or block.text.rstrip().endswith((":", "："))
        is_text = is_linked_prose(block) or (announces and any(near in ground.anchors for near in below))
        return is_text and ground.holds(block)
    if ground.holds(block):
        return True
    # A builder puts each heading into boxes of its own.
    return is_subhead(block) and any(near in ground.anchors or ground.holds(blocks[near]) for near in below)


@lru_cache(maxsize=_KEPT)
def is_related(text: str) -> bool:
    """True for a line that only announces other articles."""
    return len(text) < _LONGEST_RELATED and phrases.RELATED.fullmatch(text) is not None


@lru_cache(maxsize=_KEPT)
def is_marker(text: str) -> bool:
    """True for a line that only says what comes next: related stories, comments, the author, a site's furniture."""
    if len(text) >= _LONGEST_MARKER:
        return False
    is_other = phrases.FURNITURE.fullmatch(text) or phrases.AUTHOR_BOX.fullmatch(text)
    return is_related(text) or is_other is not None


def _chain(matched: Sequence[int], start: int, step: int, floor: int) -> set[int]:
    """What the extractor took in one direction, as long as no wide gap comes."""
    found, reached = set(), start
    for index in sorted(matched, reverse=step < 0):
        is_ahead = (index - start) * step >= 0 and index >= floor
        if is_ahead and abs(index - reached) <= _REACH:
            found.add(index)
            reached = index
    return found | {index for index in matched if min(start, reached) <= index <= max(start, reached)}


def _grow(blocks: Sequence[Block], start: int, step: int, ground: _Ground, floor: int) -> int:
    """The last block, in one direction, of the prose that goes on where the sure paragraphs stand."""
    reached, index = start, start + step
    while floor <= index < len(blocks) and abs(index - reached) <= _GAP:
        block = blocks[index]
        if is_marker(block.text) or (block.heading == 1 and step < 0):
            break
        if is_prose(block) and (block.container in ground.boxes or block.path in ground.paths):
            reached = index
        index += step
    return reached
