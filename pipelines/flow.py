"""The page stage: `Capture -> Article | Dropped | Failed`. Pure: the same capture and rules give the same value.

Crawl, `process` and `extract` all call this and nothing else. There is no clock: now is the capture's time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from archive.capture import MAX_PAGE_BYTES
from archive.coding import UndecodableError, decode_content
from pipelines import extract
from pipelines.article import (
    STORED_LABELS,
    Article,
    Dropped,
    Failed,
    Image,
    Label,
    NearMiss,
    Provenance,
    Reason,
    Relevance,
    Removed,
)
from pipelines.article_blocks import article_blocks
from pipelines.byline import find_authors
from pipelines.canonical import article_id, canonical_url
from pipelines.charset import decode_page
from pipelines.clean import clean
from pipelines.gate import challenge_in, codings_of, not_html, reject
from pipelines.glance import ONE_SIDE, may_be_on_topic
from pipelines.language import detect_language
from pipelines.live_blog import live_entries
from pipelines.page import Page, lines_in, parse_page
from pipelines.provenance import provenance_of_capture
from pipelines.published import find_modified, find_published
from pipelines.relevance import is_near_miss, judge, may_concern_both
from pipelines.rules import NO_RULES, PageRules
from pipelines.signs import agency_of, dateline_of, images_of, is_paywalled, rights_of, section_of, tags_of
from pipelines.software import software
from pipelines.template import host_of
from pipelines.title import find_title, site_names

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from archive.capture import Capture
    from pipelines.clean import Cut
    from pipelines.page import Block
    from pipelines.template import Template

_MIN_TEXT = 40
_SAMPLE = 80

Outcome = Article | Dropped | Failed


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
    outcome = extract_page(
        body,
        url=capture.url,
        captured_at=capture.captured_at,
        content_type=capture.header("Content-Type"),
        rules=rules,
        headers=capture.headers,
        is_glanced_at=is_glanced_at,
        on_page=on_page,
    )
    return replace(outcome, provenance=_naming_template(provenance, outcome.provenance))


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
    provenance = Provenance(
        warc=None, offset=None, length=None, record_id=None, payload_digest=None, captured_at=None, software=software()
    )
    page = _opened(body, content_type, is_glanced_at=is_glanced_at)
    if not isinstance(page, Page):
        return Dropped(url=url or "", reason=page[0], detail=page[1], provenance=provenance)
    on_page(page)
    found = read_text(page, url=url, captured_at=captured_at, rules=rules)
    paragraphs = [block.text for block in found.kept]
    if sum(block.weight for block in found.kept) < _MIN_TEXT:
        detail = f"{sum(map(len, paragraphs))} characters of text were left"
        return Dropped(url=url or "", reason=Reason.NO_TEXT, detail=detail, provenance=provenance)
    text = "\n\n".join(paragraphs)
    if is_glanced_at and not may_concern_both(found.title, text):
        return Dropped(url=url or "", reason=Reason.ONE_SIDE, detail=ONE_SIDE, provenance=provenance)
    return _article(
        page,
        found,
        text,
        url=url,
        captured_at=captured_at,
        rules=rules,
        headers=headers,
        provenance=provenance,
    )


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


def lines_of(capture: Capture) -> list[str]:
    """Every line that the page of a capture shows, for learning what recurs on its host; none where it holds none."""
    body = decode_content(capture.payload, codings_of(capture), limit=MAX_PAGE_BYTES)
    content_type = capture.header("Content-Type")
    return [] if not_html(body, content_type) else lines_in(decode_page(body, content_type)[0])


def with_own_template(rules: PageRules, url: str) -> PageRules:
    """The rules with no other host's template than that of the page."""
    if rules.template is not None or not rules.templates:
        return rules
    host = host_of(url)
    return replace(rules, templates={host: rules.templates[host]} if host in rules.templates else {})


def _naming_template(provenance: Provenance, read: Provenance) -> Provenance:
    """The provenance, naming the store's template where it decided on a block: elsewhere the same came without it."""
    named = provenance.rules.get("template") or read.rules.get("template")
    return replace(provenance, rules={**provenance.rules, "template": named})


def _article(
    page: Page,
    found: PageText,
    text: str,
    *,
    url: str | None,
    captured_at: dt.datetime | None,
    rules: PageRules,
    headers: Sequence[tuple[str, str]],
    provenance: Provenance,
) -> Article:
    canonical = canonical_url(page, url) or url or ""
    body = [block.index for block in found.kept]
    language = detect_language(f"{found.title or ''}\n{text}", claimed=page.language)
    dateline = dateline_of(text)
    return Article(
        id=article_id(canonical),
        version=1,
        url=url or canonical,
        canonical_url=canonical,
        source=rules.source,
        publisher=rules.publisher or next(iter(site_names(page)), None),
        title=found.title,
        authors=found.authors,
        published=find_published(
            page,
            url=url,
            headline=found.headline,
            body=body,
            captured_at=captured_at,
            zone=rules.timezone,
            search=lambda: extract.searched_day(page.tree, captured_at.date() if captured_at else None),
        ),
        modified=find_modified(page, zone=rules.timezone),
        fetched=_utc(captured_at),
        language=language,
        text=text,
        section=section_of(page),
        tags=tags_of(page),
        images=tuple(_absolute(images_of(page, body), url)),
        paywalled=is_paywalled(page, body),
        live_entries=live_entries(page, found.kept, captured_at=captured_at, zone=rules.timezone),
        rights=rights_of(page, headers),
        dateline=dateline,
        agency=agency_of(text),
        relevance=judge(found.title, text, language),
        duplicates=None,
        removed=found.removed,
        provenance=replace(provenance, rules={"template": found.template.digest}) if found.template else provenance,
    )


def _absolute(images: Sequence[Image], url: str | None) -> list[Image]:
    return [replace(image, url=urljoin(url or "", image.url)) for image in images]


def _utc(when: dt.datetime | None) -> str | None:
    return when.isoformat(timespec="milliseconds").replace("+00:00", "Z") if when else None


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
