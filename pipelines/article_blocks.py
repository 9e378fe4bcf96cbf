"""Which blocks of a page are the article: the cheap opinions first, the costly ones where those are in doubt. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines import extract
from pipelines.body import begins_earlier, choose, densest, prose_share, stands_alone
from pipelines.evident import evident_article

if TYPE_CHECKING:
    from pipelines.page import Page

_ENOUGH_PROSE = 0.5


def article_blocks(page: Page, headline: int | None) -> list[int]:
    """The indices of the article's blocks in page order, before cleaning; empty where the page shows no text.

    What is evident; else the extractor's choice, or one nearer to the headline where that misses most prose.
    """
    if (evident := evident_article(page.blocks, headline)) is not None:
        return evident
    quick = choose(page.blocks, extract.main_text(page.tree, is_fast=True), headline)
    if prose_share(page.blocks, quick) >= _ENOUGH_PROSE or stands_alone(page.blocks, quick, headline):
        return quick
    chosen = choose(page.blocks, extract.main_text(page.tree), headline)
    if prose_share(page.blocks, chosen) >= _ENOUGH_PROSE:
        return chosen
    blind = choose(page.blocks, extract.main_text(page.tree, is_blind_to_names=True), headline)
    wider = [
        other
        for other in (blind, densest(page.blocks, headline))
        if begins_earlier(page.blocks, other, chosen, headline)
    ]
    return max([chosen, *wider], key=lambda indices: prose_share(page.blocks, indices))
