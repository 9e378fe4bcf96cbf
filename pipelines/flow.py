"""The page stage: `Capture -> Article | Dropped | Failed`. Pure: the same capture and rules give the same value.

Crawl, `process` and `extract` all call this and nothing else. There is no clock: now is the capture's time.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from archive.capture import MAX_PAGE_BYTES
from archive.coding import UndecodableError, decode_content
from pipelines.article import (
    STORED_LABELS,
    Article,
    Dropped,
    Failed,
    Label,
    NearMiss,
    Provenance,
    Reason,
    Relevance,
)
from pipelines.charset import decode_page
from pipelines.gate import challenge_in, codings_of, not_html, reject
from pipelines.glance import ONE_SIDE, may_be_on_topic
from pipelines.page import Page, lines_in, parse_page
from pipelines.page_article import Receipt, article_of
from pipelines.page_text import read_text, with_own_template
from pipelines.provenance import provenance_of_capture
from pipelines.relevance import is_near_miss, may_concern_both
from pipelines.rules import NO_RULES, PageRules
from pipelines.software import software

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from archive.capture import Capture

_MIN_TEXT = 40

Outcome = Article | Dropped | Failed


def derive(
    capture: Capture,
    rules: PageRules = NO_RULES,
    *,
    keep: frozenset[Label] = STORED_LABELS,
    on_page: Callable[[Page], None] = lambda _: None,
) -> Outcome:
    """The article of a capture, or why there is none. `keep` are the labels that are not dropped as off topic.

    Where they are core and mention at most, a page that cannot name both sides is dropped before it is read. `on_page`
    is as for `derive_any_topic`.
    """
    outcome = derive_any_topic(capture, rules, is_glanced_at=keep <= STORED_LABELS, on_page=on_page)
    return only_labels(outcome, keep) if isinstance(outcome, Article) else outcome


def derive_any_topic(
    capture: Capture,
    rules: PageRules = NO_RULES,
    *,
    is_glanced_at: bool = False,
    on_page: Callable[[Page], None] = lambda _: None,
) -> Outcome:
    """The article of a capture, whatever it is about, or why there is none.

    With `is_glanced_at` a page that cannot name both sides is dropped as soon as that is seen. `on_page` is given the
    page that was parsed, if it came to that.
    """
    provenance = _provenance(capture, rules)
    rules = with_own_template(rules, capture.url)
    rejected = reject(capture, provenance)
    if rejected is not None:
        return rejected
    try:
        body = decode_content(capture.payload, codings_of(capture), limit=MAX_PAGE_BYTES, must_be_whole=True)
    except UndecodableError as error:
        return Dropped(url=capture.url, reason=Reason.UNDECODABLE, detail=str(error), provenance=provenance)
    receipt = Receipt(
        url=capture.url,
        captured_at=capture.captured_at,
        headers=capture.headers,
        rules=rules,
        provenance=provenance,
    )
    return _extracted(body, capture.header("Content-Type"), receipt, is_glanced_at=is_glanced_at, on_page=on_page)


def extract_page(
    body: bytes,
    *,
    url: str | None = None,
    captured_at: dt.datetime | None = None,
    content_type: str | None = None,
    rules: PageRules = NO_RULES,
    headers: Sequence[tuple[str, str]] = (),
    is_glanced_at: bool = False,
    on_page: Callable[[Page], None] = lambda _: None,
) -> Article | Dropped:
    """The article in the bytes of an HTML page, whatever its topic; `Dropped` when the page holds none.

    `is_glanced_at` and `on_page` are as for `derive_any_topic`.
    """
    nowhere = Provenance(
        warc=None, offset=None, length=None, record_id=None, payload_digest=None, captured_at=None, software=software()
    )
    receipt = Receipt(url=url, captured_at=captured_at, headers=headers, rules=rules, provenance=nowhere)
    return _extracted(body, content_type, receipt, is_glanced_at=is_glanced_at, on_page=on_page)


def _extracted(
    body: bytes,
    content_type: str | None,
    receipt: Receipt,
    *,
    is_glanced_at: bool,
    on_page: Callable[[Page], None],
) -> Article | Dropped:
    url, provenance = receipt.url or "", receipt.provenance
    page = _opened(body, content_type, is_glanced_at=is_glanced_at)
    if not isinstance(page, Page):
        return Dropped(url=url, reason=page[0], detail=page[1], provenance=provenance)
    on_page(page)
    found = read_text(page, url=receipt.url, captured_at=receipt.captured_at, rules=receipt.rules)
    paragraphs = [block.text for block in found.kept]
    if sum(block.weight for block in found.kept) < _MIN_TEXT:
        detail = f"{sum(map(len, paragraphs))} characters of text were left"
        return Dropped(url=url, reason=Reason.NO_TEXT, detail=detail, provenance=provenance)
    text = "\n\n".join(paragraphs)
    if is_glanced_at and not may_concern_both(found.title, text):
        return Dropped(url=url, reason=Reason.ONE_SIDE, detail=ONE_SIDE, provenance=provenance)
    return article_of(page, found, text, receipt)


def _opened(body: bytes, content_type: str | None, *, is_glanced_at: bool) -> Page | tuple[Reason, str]:
    """The page in these bytes, parsed; or why there is none, the cheap reasons first."""
    if (reason := not_html(body, content_type)) is not None:
        return reason
    text, _ = decode_page(body, content_type)
    if (wall := challenge_in(text)) is not None:
        return Reason.CHALLENGE, wall
    if is_glanced_at and not may_be_on_topic(text):
        return Reason.ONE_SIDE, ONE_SIDE
    page = parse_page(text)
    if page is None or not page.blocks:
        return Reason.EMPTY, "the page shows no text"
    return page


def lines_of(capture: Capture) -> list[str]:
    """Every line that the page of a capture shows, for learning what recurs on its host; none where it holds none."""
    body = decode_content(capture.payload, codings_of(capture), limit=MAX_PAGE_BYTES)
    content_type = capture.header("Content-Type")
    return [] if not_html(body, content_type) else lines_in(decode_page(body, content_type)[0])


def _provenance(capture: Capture, rules: PageRules) -> Provenance:
    template = rules.template.digest if rules.template else None
    return replace(provenance_of_capture(capture), rules={"source": rules.digest, "template": template})


def only_labels(article: Article, keep: frozenset[Label]) -> Article | Dropped:
    """The article if its label is one of `keep`, else that it is dropped for its topic."""
    label = article.relevance.label
    if label in keep:
        return article
    reason = Reason.SPORT if label is Label.SPORT else Reason.OFF_TOPIC
    detail = f"{label} with a score of {article.relevance.score:.2f}: {_spans(article.relevance)}"
    near_miss = _near_miss(article) if is_near_miss(article.relevance) else None
    return Dropped(url=article.url, reason=reason, detail=detail, provenance=article.provenance, near_miss=near_miss)


def _near_miss(article: Article) -> NearMiss:
    found = article.relevance
    return NearMiss(
        title=article.title,
        language=article.language,
        label=found.label,
        score=found.score,
        evidence=found.evidence,
    )


def _spans(relevance: Relevance) -> str:
    named = sorted({f"{item.side} {item.term}" for item in relevance.evidence})
    return ", ".join(named[:6]) or "neither side is named"
