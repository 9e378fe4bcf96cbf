"""The text of a parsed page: which blocks are the article's, cleaned, with title and authors. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from pipelines.article import Removed
from pipelines.article_blocks import article_blocks
from pipelines.byline import find_authors
from pipelines.clean import clean
from pipelines.rules import NO_RULES, PageRules
from pipelines.template import host_of
from pipelines.title import find_title, site_names

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from pipelines.clean import Cut
    from pipelines.page import Block, Page
    from pipelines.template import Template

_SAMPLE = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class PageText:
    """What the cleaner makes of a page: the blocks kept and cut, those chosen before, with title and authors.

    `template` is the one that decided on a block, None where none did.
    """

    title: str | None
    headline: int | None
    authors: tuple[str, ...]
    kept: tuple[Block, ...]
    cuts: tuple[Cut, ...]
    chosen: tuple[int, ...]
    template: Template | None = None

    @property
    def removed(self) -> tuple[Removed, ...]:
        """What was cut, as an article tells it."""
        return tuple(
            Removed(rule=cut.rule, kind=cut.kind, characters=len(cut.block.text), sample=cut.block.text[:_SAMPLE])
            for cut in self.cuts
        )


def read_text(
    page: Page, *, captured_at: dt.datetime | None, url: str | None = None, rules: PageRules = NO_RULES
) -> PageText:
    """The article's blocks of a parsed page, cleaned, with title and authors."""
    title, headline = find_title(page, url)
    chosen = article_blocks(page, headline)
    site = [*site_names(page), *([rules.publisher] if rules.publisher else [])]
    authors = find_authors(page, headline=headline, body=chosen, site=site)
    authored = partial(
        clean, page.blocks, chosen, title=title, headline=headline, authors=authors, captured_at=captured_at,
        noise=rules.noise,
    )  # fmt: skip
    kept, cuts = authored(template=rules.template)
    deciding = rules.template
    for template in rules.templates.values() if rules.template is None else ():
        if any(template.recurs(page.blocks[index].text) for index in chosen):
            with_it = authored(template=template)
            if with_it[0] != kept and _size(with_it[0]) * 2 >= _size(kept):  # it cuts edges, no article
                (kept, cuts), deciding = with_it, template
    return PageText(
        title=title,
        headline=headline,
        authors=authors,
        kept=tuple(kept),
        cuts=tuple(cuts),
        chosen=tuple(chosen),
        template=deciding,
    )


def _size(blocks: Sequence[Block]) -> int:
    return sum(len(block.text) for block in blocks)


def with_own_template(rules: PageRules, url: str) -> PageRules:
    """The rules with no other host's template than that of the page."""
    if rules.template is not None or not rules.templates:
        return rules
    host = host_of(url)
    return replace(rules, templates={host: rules.templates[host]} if host in rules.templates else {})
