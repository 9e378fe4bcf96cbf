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
from pipelines.article import Removed
from pipelines.body import is_prose, weight
from pipelines.byline import is_name_above_biography, labelled_name, name_of_more_from
from pipelines.names import is_name
from pipelines.dates import is_date_line
from pipelines.keys import text_key

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from pipelines.page import Block
    from pipelines.rules import NoiseRule

_SAMPLE = 80
_SHORT = 120
_SENTENCE_END = re.compile(r"[.!?…。！？][»”\"’)）」』]*\s*$")
_LONG_CAPTION = 420


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """All that a rule may look at: the page's blocks, the title, the authors, and where the prose begins and ends."""

    blocks: tuple[Block, ...]
    chosen: frozenset[int]
    title_key: str
    headline: int | None
    author_keys: frozenset[str]
    first: int
    last: int
    captured_at: dt.datetime | None

    def is_before(self, block: Block) -> bool:
        """True above the first paragraph."""
        return block.index < self.first

    def is_behind(self, block: Block) -> bool:
        """True below the last paragraph."""
        return block.index > self.last


def clean(
    blocks: tuple[Block, ...],
    chosen: Sequence[int],
    *,
    title: str | None,
    headline: int | None,
    authors: Sequence[str],
    captured_at: dt.datetime | None,
    noise: Sequence[NoiseRule] = (),
) -> tuple[list[Block], list[Removed]]:
    """The blocks that stay, in order, and what was removed by which rule."""
    end, tail_kind = _end_of_article(blocks, chosen, authors)
    inside = [index for index in chosen if index < end]
    removed = [_removed(blocks[index], tail_kind, tail_kind) for index in chosen if index >= end]
    scene = _scene(blocks, inside, title, headline, authors, captured_at)
    kept: list[Block] = []
    for index in inside:
        block = blocks[index]
        verdict = _source_noise(block, noise, captured_at) or _judge(block, scene)
        if verdict is None:
            kept.append(block)
        else:
            removed.append(_removed(block, *verdict))
    return _without_loose_subheads(kept, removed)


def _scene(
    blocks: tuple[Block, ...],
    inside: Sequence[int],
    title: str | None,
    headline: int | None,
    authors: Sequence[str],
    captured_at: dt.datetime | None,
) -> Scene:
    prose = [index for index in inside if is_prose(blocks[index]) and not _is_noise_prose(blocks[index])]
    return Scene(
        blocks=blocks,
        chosen=frozenset(inside),
        title_key=text_key(title or ""),
        headline=headline,
        author_keys=frozenset(text_key(name) for name in authors),
        first=prose[0] if prose else (inside[0] if inside else 0),
        last=prose[-1] if prose else (inside[-1] if inside else 0),
        captured_at=captured_at,
    )


def _is_noise_prose(block: Block) -> bool:
    return (
        phrases.DISCLAIMER.search(block.text) is not None and block.text.startswith("*")
    ) or _caption(block, None) is not None or phrases.TICKER.fullmatch(block.text) is not None


def _removed(block: Block, rule: str, kind: str) -> Removed:
    return Removed(rule=rule, kind=kind, characters=len(block.text), sample=block.text[:_SAMPLE])


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


# --- where the article ends ---------------------------------------------------------------------------------------


def _end_of_article(blocks: tuple[Block, ...], chosen: Sequence[int], authors: Sequence[str]) -> tuple[int, str]:
    """The index of the block at which what follows is no longer the article, and what kind of thing begins there."""
    total = sum(weight(blocks[index].text) for index in chosen)
    author_keys = {text_key(name) for name in authors}
    inside = set(chosen)
    seen = 0
    for block in blocks[: (chosen[-1] + 1) if chosen else 0]:
        if total and seen >= total * 0.4:
            kind = _end_marker(blocks, block, author_keys, is_chosen=block.index in inside)
            if kind is not None and not _text_goes_on(blocks, block, chosen, total - seen, total):
                return block.index, kind
        if block.index in inside:
            seen += weight(block.text)
    return len(blocks), ""


def _end_marker(blocks: tuple[Block, ...], block: Block, author_keys: set[str], *, is_chosen: bool) -> str | None:
    text = block.text
    if len(text) > 400:
        return "biography" if is_chosen and _is_biography(block, author_keys) else None
    if phrases.AUTHOR_BOX.fullmatch(text) or name_of_more_from(text) is not None:
        return "biography"
    if phrases.RELATED.fullmatch(text) or phrases.FURNITURE.fullmatch(text):
        return "related"
    if phrases.COMMENT_RULE.search(text):
        return "comments"
    if is_name_above_biography(blocks, block) or (is_chosen and _is_biography(block, author_keys)):
        return "biography"
    return None


def _is_biography(block: Block, author_keys: set[str]) -> bool:
    """True for a paragraph that begins with the author's own name and goes on to tell who that is."""
    for words in range(1, 7):
        start = " ".join(block.text.split()[:words])
        bare = start.rstrip(",:—–-(")
        if text_key(bare) in author_keys:
            return phrases.BIO_VERB.match(block.text[len(bare) :]) is not None
    name = re.match(r"[\u3400-\u9fff\u3040-\u30ff々ー\s]{2,16}?(?=[はがも（(、])", block.text)
    return name is not None and text_key(name[0]) in author_keys


def _text_goes_on(blocks: tuple[Block, ...], marker: Block, chosen: Sequence[int], left: int, total: int) -> bool:
    """True when the marker only interrupts the article: as much prose of the same box follows as an ending never has."""
    boxes: dict[int, int] = {}
    for index in chosen:
        if index < marker.index and is_prose(blocks[index]):
            boxes[blocks[index].container] = boxes.get(blocks[index].container, 0) + 1
    following = [
        blocks[index]
        for index in chosen
        if index > marker.index and is_prose(blocks[index]) and blocks[index].container in boxes and blocks[index].link_share < 0.2
    ]
    heavy = sum(weight(block.text) for block in following)
    is_strong_marker = bool(marker.heading) or phrases.FURNITURE.fullmatch(marker.text) is not None or name_of_more_from(marker.text) is not None
    return heavy > total * (0.45 if is_strong_marker else 0.12)


# --- the rules ----------------------------------------------------------------------------------------------------


def _title_again(block: Block, scene: Scene) -> str | None:
    key = text_key(block.text)
    if not scene.title_key or block.index > scene.first + 8 and not scene.is_behind(block):
        return None
    is_title = key == scene.title_key or (len(key) > 20 and key in scene.title_key and block.heading == 1)
    return "title" if is_title or block.index == scene.headline else None


def _ticker(block: Block, _: Scene) -> str | None:
    return "ticker" if phrases.TICKER.fullmatch(block.text) else None


def _rates_above(block: Block, scene: Scene) -> str | None:
    if not scene.is_before(block) and not scene.is_behind(block):
        return None
    is_rate = phrases.RATE_LINE.fullmatch(block.text) or phrases.BARE_NUMBERS.fullmatch(block.text)
    return "ticker" if is_rate or phrases.WEATHER.fullmatch(block.text) else None


def _date_line(block: Block, scene: Scene) -> str | None:
    if scene.is_before(block) or scene.is_behind(block):
        return "date" if is_date_line(block.text, captured_at=scene.captured_at) else None
    return None


def _share(block: Block, _: Scene) -> str | None:
    return "share" if len(block.text) <= 300 and phrases.SHARE.fullmatch(block.text) else None


def _counts(block: Block, _: Scene) -> str | None:
    return "counts" if len(block.text) <= 80 and phrases.COUNTS.fullmatch(block.text.strip(" |·•")) else None


def _byline(block: Block, scene: Scene) -> str | None:
    if not scene.is_before(block) and not scene.is_behind(block):
        return None
    if labelled_name(block) is not None:
        return "byline"
    key = text_key(block.text)
    is_author = key in scene.author_keys or (
        len(block.text) <= _SHORT and any(name and key.startswith(name) for name in scene.author_keys)
    )
    if is_author and not _SENTENCE_END.search(block.text):
        return "byline"
    parts = [text_key(part) for part in re.split(r",|;|、|\band\b|\bи\b|&", block.text)]
    return "byline" if all(part in scene.author_keys for part in parts if part) and any(parts) else None


def _caption(block: Block, _: Scene | None) -> str | None:
    text = block.text
    if "figcaption" in block.regions or "caption" in block.regions:
        return "caption"
    if len(text) > _LONG_CAPTION or block.heading:
        return None
    if "figure" in block.regions:
        return "caption"
    if phrases.CREDIT_TAIL.search(text) and (block.after_image or len(text) < 260):
        return "caption"
    if phrases.CREDIT.match(text) and len(text) < 160:
        return "caption"
    if block.after_image and len(text) < 260 and (block.is_soft or not _SENTENCE_END.search(text)):
        return "caption"
    return None


def _disclaimer(block: Block, scene: Scene) -> str | None:
    is_set_apart = block.is_soft or block.text.lstrip().startswith(("*", "※", "(", "（", "["))
    if phrases.DISCLAIMER.search(block.text) is None:
        return None
    is_last = block.index >= scene.last
    return "disclaimer" if is_last and (is_set_apart or len(block.text) < 400) or scene.is_before(block) and is_set_apart else None


def _newsletter(block: Block, _: Scene) -> str | None:
    if block.in_widget and weight(block.text) < 400:
        return "widget"
    is_call = len(block.text) < 260 and phrases.NEWSLETTER.search(block.text) is not None
    return "newsletter" if is_call and _is_own_line(block) else None


def _is_own_line(block: Block) -> bool:
    # A sentence of the article may well speak of a newsletter; a call to the reader stands first and is short.
    match = phrases.NEWSLETTER.search(block.text)
    return match is not None and (match.start() < 40 or block.link_share > 0.3 or len(block.text) < _SHORT)


def _related(block: Block, _: Scene) -> str | None:
    text = block.text
    if phrases.RELATED.fullmatch(text) or (len(text) < 300 and phrases.RELATED_START.match(text) and text.count(". ") < 2):
        return "related"
    if block.link_share >= 0.8 and not is_prose(block) and len(text) >= 15 and not block.heading:
        return "related"
    return None


def _teasers(block: Block, scene: Scene) -> str | None:
    """Lines below `Read also`: headlines, linked or unpunctuated, until a paragraph comes."""
    for before in reversed(scene.blocks[max(0, block.index - 6) : block.index]):
        if phrases.RELATED.fullmatch(before.text):
            return "related" if block.link_share > 0.5 or not _SENTENCE_END.search(block.text) and not block.heading else None
        if not (before.link_share > 0.5 or not _SENTENCE_END.search(before.text)):
            return None
    return None


def _tags(block: Block, _: Scene) -> str | None:
    if len(block.text) > 300:
        return None
    is_tags = phrases.TAGS_LINE.fullmatch(block.text) or phrases.HASHTAGS.fullmatch(block.text)
    return "tags" if is_tags else None


def _furniture(block: Block, scene: Scene) -> str | None:
    text = block.text
    if len(text) > 400:
        return None
    if phrases.COOKIES.search(text) and (scene.is_before(block) or scene.is_behind(block)):
        return "cookies"
    if phrases.COMMENT_RULE.search(text):
        return "comments"
    if phrases.FURNITURE.fullmatch(text) or phrases.NAVIGATION.fullmatch(text):
        return "navigation"
    if phrases.COPYRIGHT.match(text) and (scene.is_behind(block) or len(text) < 160):
        return "copyright"
    return None


def _above_text(block: Block, scene: Scene) -> str | None:
    """A short line above the first paragraph that is no sentence: a category, a rubric, a breadcrumb."""
    if not scene.is_before(block) or block.heading > 1 and block.index == scene.first - 1 and len(block.text) > 25:
        return None
    is_line = weight(block.text) < 60 and not _SENTENCE_END.search(block.text)
    return "rubric" if is_line else None


def _behind_text(block: Block, scene: Scene) -> str | None:
    """A stray word behind the last paragraph: an icon's name, a section, a signature."""
    if not scene.is_behind(block) or block.tag == "li":
        return None
    is_line = weight(block.text) < 40 and not _SENTENCE_END.search(block.text)
    return "navigation" if is_line and (block.link_share > 0.5 or is_name(block.text) or bool(block.heading)) else None


_RULES: tuple[Callable[[Block, Scene], str | None], ...] = (
    _title_again, _ticker, _rates_above, _date_line, _share, _counts, _byline, _caption, _disclaimer, _newsletter,
    _related, _teasers, _tags, _furniture, _above_text, _behind_text,
)  # fmt: skip


def _without_loose_subheads(kept: list[Block], removed: list[Removed]) -> tuple[list[Block], list[Removed]]:
    """A subhead with nothing below it announced something that was cut."""
    while kept and kept[-1].heading and len(kept) > 1:
        removed.append(_removed(kept.pop(), "loose_subhead", "navigation"))
    return kept, removed
