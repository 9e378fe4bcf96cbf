"""Rates, tickers and the weather, told from the figures of an article: rules of `clean.py`. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines import phrases

if TYPE_CHECKING:
    from pipelines.page import Block
    from pipelines.scene import Scene


def ticker(block: Block, scene: Scene) -> str | None:
    """Lines of currency pairs; the figures that a line of the article opens with a colon stay."""
    if not phrases.TICKER.fullmatch(block.text) or is_cell(block, scene):
        return None
    if scene.is_opened(block, phrases.TICKER):
        return None
    is_share = "/" not in block.text and not scene.is_before(block)  # `0.3%`: of a rate, or a figure of the article
    return None if is_share and not any("/" in text for text in _tickers_beside(block, scene)) else "ticker"


def _tickers_beside(block: Block, scene: Scene) -> list[str]:
    beside = scene.blocks[max(0, block.index - 1) : block.index + 2]
    return [one.text for one in beside if phrases.TICKER.fullmatch(one.text)]


def is_cell(block: Block, scene: Scene) -> bool:
    """True for a cell of a table that stands in the article or ends it."""
    return block.tag in ("td", "th") and scene.first <= block.index


def rates(block: Block, scene: Scene) -> str | None:
    """Rates, bare numbers and degrees above the first paragraph or behind the last."""
    is_outside = scene.is_before(block) or scene.is_behind(block)
    if not is_outside or is_cell(block, scene):
        return None
    is_rate = phrases.RATE_LINE.fullmatch(block.text) or phrases.BARE_NUMBERS.fullmatch(block.text)
    return "ticker" if is_rate or phrases.WEATHER.fullmatch(block.text) else None
