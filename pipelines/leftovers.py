"""What is found wrong only when all blocks were judged: sentences printed twice, subheads with nothing below. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.body import is_subhead
from pipelines.keys import text_key
from pipelines.sentences import ends_sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.page import Block
    from pipelines.scene import Scene

_LEAST_QUOTE, _LONGEST_QUOTE = 40, 400
_FEW = 2
_VERSES = 4
_NO_QUOTES = frozenset({"li", "td", "th", "pre", "code"})


def pull_quotes(kept: Sequence[Block], scene: Scene) -> set[int]:
    """The sentences that stand once more beside the text, in large letters; those inside their paragraphs stay."""
    keys = [text_key(block.text) for block in kept]
    whole = "\n".join(keys)
    return {
        block.index
        for block, key in zip(kept, keys, strict=True)
        if _is_quotable(block, key, scene) and whole.count(key) > keys.count(key)
    }


def _is_quotable(block: Block, key: str, scene: Scene) -> bool:
    is_line = not block.heading and block.tag not in _NO_QUOTES and block.index > scene.first
    return is_line and _LEAST_QUOTE <= len(key) <= _LONGEST_QUOTE and ends_sentence(block.text)


def verses(blocks: Sequence[Block], scene: Scene) -> set[int]:
    """Of the lines cut above the text those that stand together: a poem, which a paragraph on it follows."""
    runs: list[list[Block]] = []
    for block in blocks:
        if scene.headline is None or block.index <= scene.headline or block.hrefs or len(block.text.split()) < _FEW:
            continue
        before = runs[-1][-1] if runs else None
        if before is not None and before.index + 1 == block.index and before.container == block.container:
            runs[-1].append(block)
        else:
            runs.append([block])
    return {block.index for run in runs if len(run) >= _VERSES for block in run}


def loose_subheads(kept: Sequence[Block], _: Scene) -> set[int]:
    """Subheads behind the last text: they announced something that was cut. More than two are the end of a list."""
    tail = next((count for count, block in enumerate(reversed(kept)) if not is_subhead(block)), 0)
    return {block.index for block in kept[-tail:]} if 0 < tail <= _FEW else set()
