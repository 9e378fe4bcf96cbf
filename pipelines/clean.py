"""What of the chosen blocks is the article: a decision for each block, with its reason. Pure.

Rules are about meaning (what a line says) and position (before the first paragraph, behind the last, below a
picture, above the headline), never about one page's class names. Each is a function `(block, scene) -> kind | None`;
the first that answers removes the block.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines import phrases
from pipelines.block import Block  # noqa: TC001  (a field's type, which compiled code needs: CONTRIBUTING.md)
from pipelines.body import is_linked_prose, is_own_subhead, is_prose, is_related
from pipelines.byline import labelled_name, line_of
from pipelines.captions import is_caption
from pipelines.dates import is_date_line
from pipelines.edges import above_text, behind_text
from pipelines.endings import end_of_article, is_biography
from pipelines.keys import text_key
from pipelines.leftovers import loose_subheads, pull_quotes, verses
from pipelines.names import is_name, split_names
from pipelines.scene import is_call, set_scene
from pipelines.sentences import ends_sentence
from pipelines.tickers import is_cell, rates, ticker
from pipelines.told import is_told

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from pipelines.rules import NoiseRule
    from pipelines.scene import Scene
    from pipelines.template import Template

_SHORT = 120
_NEAR = 4
_STAMP = 80
_LONGEST_THANKS = 240
_BARE_NUMBER = re.compile(r"\W*\d[\d\W]*")  # a cell of a table, the number of a chapter
_ALL_PIECES = re.compile(r"\s*[|·•]\s*|\s+[—–/-]\s+")


@dataclass(frozen=True, slots=True)
class Cut:
    """A block that was taken out, by which rule, and what it is."""

    block: Block
    rule: str
    kind: str


def clean(
    blocks: tuple[Block, ...],
    chosen: Sequence[int],
    *,
    title: str | None,
    headline: int | None,
    authors: Sequence[str],
    captured_at: dt.datetime | None,
    noise: Sequence[NoiseRule] = (),
    template: Template | None = None,
) -> tuple[list[Block], list[Cut]]:
    """The blocks that stay, in order, and those that were cut by which rule."""
    end, tail_kind = end_of_article(blocks, chosen, authors)
    inside = [index for index in chosen if index < end]
    cuts = [Cut(blocks[index], f"end_{tail_kind}", tail_kind) for index in chosen if index >= end]
    scene = set_scene(
        blocks,
        inside,
        title=title,
        headline=headline,
        authors=authors,
        captured_at=captured_at,
        template=template,
    )
    kept: list[Block] = []
    for index in inside:
        block = blocks[index]
        verdict = _source_noise(block, noise, captured_at) or _judge(block, scene)
        if verdict is None:
            kept.append(block)
        else:
            cuts.append(Cut(block, *verdict))
    poem = verses([cut.block for cut in cuts if cut.kind == "rubric"], scene)
    kept = sorted([*kept, *(blocks[index] for index in poem)], key=lambda block: block.index) if poem else kept
    cuts = [cut for cut in cuts if cut.block.index not in poem]
    for rule, kind, found in (("pull_quote", "repeat", pull_quotes), ("loose_subhead", "navigation", loose_subheads)):
        gone = found(kept, scene)
        cuts += [Cut(block, rule, kind) for block in kept if block.index in gone]
        kept = [block for block in kept if block.index not in gone]
    return kept, cuts


def _source_noise(block: Block, noise: Sequence[NoiseRule], captured_at: dt.datetime | None) -> tuple[str, str] | None:
    for number, rule in enumerate(noise):
        in_force = captured_at is None or rule.holds_on(captured_at.date())
        if in_force and rule.pattern.fullmatch(block.text):
            return f"source.noise[{number}]", rule.kind
    return None


def _judge(block: Block, scene: Scene) -> tuple[str, str] | None:
    for rule in _RULES:
        kind = rule(block, scene)
        if kind is not None:
            return rule.__name__.strip("_"), kind
    return None


# --- the rules ----------------------------------------------------------------------------------------------------


def _title_again(block: Block, scene: Scene) -> str | None:
    key = text_key(block.text) if len(block.text) <= 400 else ""
    if not scene.title_key or not key or (block.index > scene.first + 8 and not scene.is_behind(block)):
        return None
    is_part = scene.is_before(block) and len(key) >= 4 and key in scene.title_key
    is_title = key == scene.title_key or (len(key) > 20 and key in scene.title_key and block.heading == 1)
    return "title" if is_title or is_part or block.index == scene.headline else None


def _template(block: Block, scene: Scene) -> str | None:
    """A line that the site prints on its other pages too, unless it is prose in the middle of the article."""
    if block.index not in scene.recurring:
        return None
    is_inside = scene.first < block.index < scene.last
    return None if is_inside and (is_prose(block) or block.heading) else "template"


def _date_line(block: Block, scene: Scene) -> str | None:
    is_near = block.index <= scene.first + _NEAR and not block.heading and block.tag not in ("li", "td", "th")
    if scene.is_before(block) or scene.is_behind(block) or is_near:
        is_stamp = len(block.text) <= _STAMP and phrases.STAMP.search(block.spaced) is not None
        return "date" if is_stamp or is_date_line(block.spaced, captured_at=scene.captured_at) else None
    return None


def _share(block: Block, scene: Scene) -> str | None:
    if is_own_subhead(scene.blocks, block):
        return None
    is_number = _BARE_NUMBER.fullmatch(block.text) is not None and not scene.is_before(block)
    is_said = not scene.is_before(block) and block.text.endswith((".", "。"))  # `OK.` is an answer
    is_other = len(block.text) > 300 or is_number or is_said or is_cell(block, scene) or scene.is_announced(block)
    return "share" if not is_other and phrases.SHARE.fullmatch(block.spaced) else None


def _counts(block: Block, scene: Scene) -> str | None:
    if is_cell(block, scene) or scene.is_announced(block):
        return None
    return "counts" if len(block.text) <= 80 and phrases.COUNTS.fullmatch(block.spaced.strip(" |·•")) else None


def _thanks(block: Block, scene: Scene) -> str | None:
    """Who else worked on the text, behind it."""
    is_last = block.index >= scene.last and len(block.text) < _LONGEST_THANKS
    return "byline" if is_last and phrases.THANKS.search(block.text) else None


def _byline(block: Block, scene: Scene) -> str | None:
    if not scene.is_before(block) and not scene.is_behind(block):
        return "byline" if _is_author_line(block, scene) else None
    if labelled_name(block) is not None or phrases.BYLINE_LABEL.fullmatch(block.text):
        return "byline"
    if scene.is_before(block) and all(is_name(part) and " " in part for part in block.text.split("/")):
        return "byline"
    if len(block.text) > _SHORT or ends_sentence(block.text):
        return None
    line = line_of(block)
    if any(name and text_key(line).startswith(name) for name in scene.author_keys):
        return "byline"
    names = [name for part in _ALL_PIECES.split(line) for name in split_names(part)]
    return "byline" if names and all(text_key(name) in scene.author_keys for name in names) else None


def _is_author_line(block: Block, scene: Scene) -> bool:
    """True for a labelled name, between standfirst and text, that is one of the authors."""
    if block.index > scene.first + _NEAR or block.heading or block.tag == "li":
        return False
    names = split_names(labelled_name(block) or "")
    return bool(names) and all(text_key(name) in scene.author_keys for name in names)


def _biography_above(block: Block, scene: Scene) -> str | None:
    """The author is presented above the text: a card at the headline."""
    if block.index > scene.first + 1 or block.index >= scene.last:
        return None
    before = scene.blocks[block.index - 1] if block.index else block
    goes_on = phrases.PRONOUN_START.match(block.text) and before.container == block.container
    return "biography" if _presents_author(before if goes_on else block, scene) else None


def _presents_author(block: Block, scene: Scene) -> bool:
    is_first = block.index <= scene.first
    return is_first and is_biography(block, set(scene.author_keys)) and is_name_at(block, scene)


def is_name_at(block: Block, scene: Scene) -> bool:
    """True where the line above a block is the name of an author."""
    above = scene.blocks[block.index - 1] if block.index else None
    return above is not None and text_key(above.text) in scene.author_keys


def _caption(block: Block, _: Scene) -> str | None:
    return "caption" if is_caption(block) else None


def _disclaimer(block: Block, scene: Scene) -> str | None:
    is_set_apart = block.is_soft or block.text.lstrip().startswith(("*", "※", "(", "（", "["))
    is_last = block.index >= scene.last and (is_set_apart or len(block.text) < 400)
    if not is_last and not (scene.is_before(block) and is_set_apart):
        return None
    return "disclaimer" if phrases.DISCLAIMER.search(block.text) else None


def _newsletter(block: Block, scene: Scene) -> str | None:
    if block.in_widget and block.weight < 400:
        return "widget"
    return "newsletter" if block.index in scene.calls or is_call(block) else None


def _related(block: Block, scene: Scene) -> str | None:
    text = block.text
    if is_own_subhead(scene.blocks, block):
        return None
    is_announced = len(text) < 300 and phrases.RELATED_START.match(text) and text.count(". ") < 2 and not is_told(text)
    if is_related(text) or is_announced:
        return "related"
    is_text = is_prose(block) or (is_linked_prose(block) and not scene.is_behind(block))
    is_line = not is_text and not block.heading
    is_linked = block.link_share >= (0.5 if scene.is_behind(block) else 0.8) and is_line and len(text) >= 15
    return "related" if is_linked else None


def _teasers(block: Block, scene: Scene) -> str | None:
    """Lines below `Read also`: headlines, linked or unpunctuated, until a paragraph comes."""
    is_linked, are_linked = block.link_share > 0.5, False
    for before in reversed(scene.blocks[max(0, block.index - 6) : block.index]):
        is_open = not ends_sentence(block.text) and not block.heading and not are_linked
        if is_related(before.text):
            return "related" if is_linked or is_open else None
        if before.link_share <= 0.5 and ends_sentence(before.text):
            return None
        are_linked = are_linked or before.link_share > 0.5
    return None


def _repeated(block: Block, scene: Scene) -> str | None:
    """What the page says three times: a placeholder, a note at each picture."""
    return "template" if text_key(block.text) in scene.repeated else None


def _paywall(block: Block, _: Scene) -> str | None:
    is_appeal = len(block.text) < 300 and phrases.PAYWALL.search(block.text) is not None and not is_told(block.text)
    return "paywall" if is_appeal else None


def _tags(block: Block, scene: Scene) -> str | None:
    is_sentence = block.text.endswith(".") and not block.hrefs and not scene.is_behind(block)
    if len(block.text) > 300 or is_sentence:
        return None
    is_tags = phrases.TAGS_LINE.fullmatch(block.text) or phrases.HASHTAGS.fullmatch(block.text)
    return "tags" if is_tags else None


def _furniture(block: Block, scene: Scene) -> str | None:
    text = block.text
    if len(text) > 400:
        return None
    if (scene.is_before(block) or scene.is_behind(block)) and phrases.COOKIES.search(text):
        return "cookies"
    if phrases.EMBED.search(text) and not is_told(text):
        return "embed"
    if phrases.COMMENT_RULE.search(text) and not is_told(text):
        return "comments"
    if any(table.fullmatch(text) for table in (phrases.FURNITURE, phrases.NAVIGATION, phrases.INTERRUPTION)):
        return None if is_own_subhead(scene.blocks, block) or is_told(text) else "navigation"
    is_note = scene.is_behind(block) or (len(text) < 160 and not is_own_subhead(scene.blocks, block))
    return "copyright" if is_note and phrases.COPYRIGHT.match(text) else None


_RULES: tuple[Callable[[Block, Scene], str | None], ...] = (
    _title_again, _template, ticker, rates, _date_line, _share, _counts, _thanks, _byline, _biography_above, _caption,
    _disclaimer, _newsletter, _repeated, _paywall, _related, _teasers, _tags, _furniture, above_text, behind_text,
)  # fmt: skip
