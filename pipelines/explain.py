"""Why a page became the article that it became: each block of it with the verdict and the rule behind it. Pure."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archive.coding import UndecodableError, decode_content
from pipelines.article import EVERY_LABEL, Article
from pipelines.charset import decode_page
from pipelines.flow import derive, extract_page
from pipelines.gate import codings_of, not_html
from pipelines.page import parse_page
from pipelines.page_text import read_text, with_own_template
from pipelines.rules import NO_RULES, PageRules

if TYPE_CHECKING:
    import datetime as dt

    from archive.capture import Capture
    from pipelines.article import Evidence
    from pipelines.flow import Outcome
    from pipelines.page import Block, Page
    from pipelines.page_text import PageText


class Verdict(enum.StrEnum):
    """What became of a block."""

    KEPT = "kept"
    HEADLINE = "headline"
    REMOVED = "removed"
    PASSED_OVER = "passed over"


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """A block of the page. `rule` and `kind` are those that cut it; both empty otherwise.

    `spans` are the (start, end, side, term) in its text that decided on the relevance.
    """

    text: str
    tag: str
    verdict: Verdict
    rule: str = ""
    kind: str = ""
    spans: tuple[tuple[int, int, str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """A page explained: the outcome as the pipeline gives it, and every block in page order.

    `blocks` is empty for a page that was turned away before it was read: the outcome says why.
    """

    outcome: Outcome
    blocks: tuple[Explained, ...]


def explain(capture: Capture, rules: PageRules = NO_RULES) -> Explanation:
    """The explanation of a capture, by the same functions that made its article, whatever its topic."""
    rules = with_own_template(rules, capture.url)
    outcome = derive(capture, rules, keep=EVERY_LABEL)
    try:
        body = decode_content(capture.payload, codings_of(capture))
    except UndecodableError:
        return Explanation(outcome=outcome, blocks=())
    return _explained(outcome, body, capture.header("Content-Type"), capture.captured_at, rules)


def explain_file(body: bytes, *, url: str | None = None, rules: PageRules = NO_RULES) -> Explanation:
    """The explanation of the bytes of an HTML file, as `extract` reads them."""
    return _explained(extract_page(body, url=url, rules=rules), body, None, None, rules)


def _explained(
    outcome: Outcome, body: bytes, content_type: str | None, captured_at: dt.datetime | None, rules: PageRules
) -> Explanation:
    page = None if not_html(body, content_type) else parse_page(decode_page(body, content_type)[0])
    if page is None:
        return Explanation(outcome=outcome, blocks=())
    found = read_text(page, url=outcome.url or None, captured_at=captured_at, rules=rules)
    return Explanation(outcome=outcome, blocks=tuple(_blocks(page, found, outcome)))


def _blocks(page: Page, found: PageText, outcome: Outcome) -> list[Explained]:
    starts = _starts(found) if isinstance(outcome, Article) else {}
    evidence = outcome.relevance.evidence if isinstance(outcome, Article) else ()
    cuts = {cut.block.index: cut for cut in found.cuts}
    explained = []
    for block in page.blocks:
        cut = cuts.get(block.index)
        explained.append(
            Explained(
                text=block.text,
                tag=block.tag,
                verdict=_verdict(block, found, is_cut=cut is not None, is_kept=block.index in starts),
                rule=cut.rule if cut else "",
                kind=cut.kind if cut else "",
                spans=_spans(block, starts.get(block.index), evidence),
            )
        )
    return explained


def _verdict(block: Block, found: PageText, *, is_cut: bool, is_kept: bool) -> Verdict:
    if is_kept:
        return Verdict.KEPT
    if block.index == found.headline:
        return Verdict.HEADLINE
    return Verdict.REMOVED if is_cut else Verdict.PASSED_OVER


def _starts(found: PageText) -> dict[int, int]:
    """Where each kept block begins in the article's text: paragraphs are two line ends apart."""
    starts, position = {}, 0
    for block in found.kept:
        starts[block.index] = position
        position += len(block.text) + 2
    return starts


def _spans(block: Block, start: int | None, evidence: tuple[Evidence, ...]) -> tuple[tuple[int, int, str, str], ...]:
    if start is None:
        return ()
    inside = [
        (item.start - start, item.end - start, item.side, item.term)
        for item in evidence
        if item.where == "text" and start <= item.start and item.end <= start + len(block.text)
    ]
    return tuple(sorted(set(inside)))
