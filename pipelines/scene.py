"""What a rule of the cleaner may look at: the page's blocks and where the article stands among them. Pure."""

from __future__ import annotations

import datetime as dt  # noqa: TC003  (a field's type, which compiled code needs: CONTRIBUTING.md)
import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from pipelines import phrases
from pipelines.block import Block  # noqa: TC001  (the same)
from pipelines.body import is_prose
from pipelines.captions import is_caption
from pipelines.keys import text_key
from pipelines.told import is_told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.template import Template

_SMALL_BOX = 450
_BEFORE_CALL = ".!?:;…|»”\"'“–—-•▶►→,)"
_TO_READER = re.compile(r"\b(?:you|your|you['’]ll|our|us|please)\b", re.IGNORECASE)
_OPENS = (":", "：")
_LONG_ENOUGH = 80
_LONG_TAIL = 8  # more short blocks than that behind the last paragraph are a list, not furniture


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """The blocks, the title, the authors, where the prose begins and ends, and the boxes that call for subscribers."""

    blocks: tuple[Block, ...]
    title_key: str
    headline: int | None
    author_keys: frozenset[str]
    first: int
    last: int
    calls: frozenset[int]
    repeated: frozenset[str]
    recurring: frozenset[int]
    is_list: bool
    captured_at: dt.datetime | None

    def is_before(self, block: Block) -> bool:
        """True above the first paragraph."""
        return block.index < self.first

    def is_behind(self, block: Block) -> bool:
        """True below the last paragraph."""
        return block.index > self.last

    def is_announced(self, block: Block) -> bool:
        """True for an item of a list that a line with a colon opens: `Blocked were:`, then names of networks."""
        if block.tag not in ("li", "dd") or block.link_share > 0 or self.is_before(block):
            return False
        for above in reversed(self.blocks[: block.index]):
            if above.container != block.container:
                return above.text.endswith(_OPENS)
        return False

    def is_opened(self, block: Block, like: re.Pattern[str]) -> bool:
        """True for one of the lines of a kind that a paragraph of the article opens with a colon."""
        if not self.first < block.index:
            return False
        for above in reversed(self.blocks[self.first : block.index]):
            if like.fullmatch(above.text) is None:
                return above.text.endswith(_OPENS)
        return False


def set_scene(
    blocks: tuple[Block, ...],
    inside: Sequence[int],
    *,
    title: str | None,
    headline: int | None,
    authors: Sequence[str],
    captured_at: dt.datetime | None,
    template: Template | None = None,
) -> Scene:
    """The scene of a page whose article is made of the blocks `inside`."""
    calls = _calls(blocks, inside)
    recurring = frozenset(index for index in inside if template is not None and template.recurs(blocks[index].text))
    prose = [index for index in inside if _is_text(blocks[index]) and index not in calls | recurring]
    return Scene(
        blocks=blocks,
        title_key=text_key(title or ""),
        headline=headline,
        author_keys=frozenset(text_key(name) for name in authors),
        first=prose[0] if prose else (inside[0] if inside else 0),
        last=prose[-1] if prose else (inside[-1] if inside else 0),
        calls=calls,
        repeated=_repeated(blocks, inside),
        recurring=recurring if prose else frozenset(),
        is_list=sum(index > prose[-1] for index in inside) > _LONG_TAIL if prose else False,
        captured_at=captured_at,
    )


def _repeated(blocks: tuple[Block, ...], inside: Sequence[int]) -> frozenset[str]:
    long = (blocks[index] for index in inside if blocks[index].weight >= _LONG_ENOUGH)
    counts = Counter(text_key(block.text) for block in long if is_prose(block) and block.tag != "li")
    return frozenset(key for key, count in counts.items() if count >= 3)


def _is_text(block: Block) -> bool:
    if not is_prose(block) or is_caption(block) or is_call(block) or phrases.TICKER.fullmatch(block.text):
        return False
    return not block.text.startswith(("*", "※")) or phrases.DISCLAIMER.search(block.text) is None


@lru_cache(maxsize=2048)
def _call_in(text: str) -> re.Match[str] | None:
    return phrases.NEWSLETTER.search(text)


def is_call(block: Block) -> bool:
    """True for a line that asks the reader to subscribe, to follow or to join."""
    match = _call_in(block.text) if len(block.text) < 260 else None
    if match is None or is_told(block.text) or (match["call"] and not _is_addressed(block.text, match.start())):
        return False
    # A sentence of the article may well speak of a newsletter; a call to the reader stands first and is short.
    return match.start() < 40 or block.link_share > 0.3 or len(block.text) < 120


def _is_addressed(text: str, start: int) -> bool:
    """True where an English verb begins a sentence, or the text speaks to its reader: two million people subscribe."""
    before = text[:start].rstrip()
    return not before or before[-1] in _BEFORE_CALL or _TO_READER.search(text) is not None


def _calls(blocks: tuple[Block, ...], inside: Sequence[int]) -> frozenset[int]:
    """The blocks of boxes that begin with a call to subscribe, and those between such a call and its button."""
    around = blocks[inside[0] : inside[-1] + 1] if inside else ()
    sizes: Counter[int] = Counter()
    for block in around:
        sizes[block.container] += block.weight
    found: set[int] = set()
    for block in around:
        if is_prose(block) or not is_call(block):
            continue
        following = blocks[block.index : block.index + 4]
        button = next((one.index for one in following[1:] if phrases.BUTTON.fullmatch(one.text)), None)
        if button is not None:
            found.update(range(block.index, button + 1))
        elif sizes[block.container] < _SMALL_BOX:
            found.update(one.index for one in following if one.container == block.container)
    return frozenset(found)
