"""Lines that belong to a picture: captions and credits. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines import phrases
from pipelines.sentences import ends_clause
from pipelines.told import is_told

if TYPE_CHECKING:
    from pipelines.page import Block

_LONGEST = 420
_LONG_LABEL = 200
_LONGEST_WITHOUT_CREDIT = 260
_SENTENCE_WORDS = 7
_NO_CAPTIONS = frozenset({"li", "blockquote", "dt", "dd", "pre"})


def in_picture(block: Block) -> bool:
    """True for text that the page puts inside a figure: its caption or a label, not a table nor whole paragraphs."""
    if not block.regions:
        return False
    if block.regions & {"figcaption", "caption"}:
        return True
    is_paragraph = len(block.text) > _LONG_LABEL and ends_clause(block.text)
    return "figure" in block.regions and "table" not in block.regions and not is_paragraph


def is_caption(block: Block) -> bool:
    """True for a line that stands at a picture or names who took it."""
    if in_picture(block):
        return True
    if len(block.text) > _LONGEST or block.heading:
        return False
    return _has_credit(block) or _stands_below_picture(block)


def _has_credit(block: Block) -> bool:
    text = block.text
    if (label := phrases.CREDIT.match(text)) is not None:
        is_sentence = len(text.split()) >= _SENTENCE_WORDS and ends_clause(text)
        is_named = len(text) < 160 and not (label["loose"] and is_sentence and not block.after_image)
        return is_named and not is_told(text)
    is_short = block.after_image or len(text) < _LONGEST_WITHOUT_CREDIT
    return is_short and phrases.CREDIT_TAIL.search(text) is not None and not is_told(text)


def _stands_below_picture(block: Block) -> bool:
    if (
        not block.after_image
        or block.is_strong
        or len(block.text) >= _LONGEST_WITHOUT_CREDIT
        or block.tag in _NO_CAPTIONS
    ):
        return False
    is_question = block.text.rstrip().endswith(("?", "？"))
    return (block.is_soft and not is_question) or not ends_clause(block.text)
