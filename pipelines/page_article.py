"""The article that a page and its cleaned text make: every field of the contract, from its own rule. Pure.

There is no clock: now is the capture's time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from pipelines import extract
from pipelines.article import Article
from pipelines.canonical import article_id, canonical_url
from pipelines.language import detect_language
from pipelines.live_blog import live_entries
from pipelines.published import find_modified, find_published
from pipelines.relevance import judge
from pipelines.signs import agency_of, dateline_of, images_of, is_paywalled, rights_of, section_of, tags_of
from pipelines.title import site_names

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from pipelines.article import Image, Provenance
    from pipelines.page import Page
    from pipelines.page_text import PageText
    from pipelines.rules import PageRules
    from pipelines.template import Template


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What is known of a page beside its markup: where and when it was got (UTC), None where nobody says.

    `headers` are those of its response, `rules` those of its source, `provenance` is where its bytes lie.
    """

    url: str | None
    captured_at: dt.datetime | None
    headers: Sequence[tuple[str, str]]
    rules: PageRules
    provenance: Provenance


def article_of(page: Page, found: PageText, text: str, receipt: Receipt) -> Article:
    """The article of a page with this text, which `found` tells more of."""
    url, captured_at, rules = receipt.url, receipt.captured_at, receipt.rules
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
        rights=rights_of(page, receipt.headers),
        dateline=dateline,
        agency=agency_of(text),
        relevance=judge(found.title, text, language),
        duplicates=None,
        removed=found.removed,
        provenance=_naming(found.template, receipt.provenance) if found.template else receipt.provenance,
    )


def _absolute(images: Sequence[Image], url: str | None) -> list[Image]:
    return [replace(image, url=urljoin(url or "", image.url)) for image in images]


def _utc(when: dt.datetime | None) -> str | None:
    return when.isoformat(timespec="milliseconds").replace("+00:00", "Z") if when else None


def _naming(template: Template, provenance: Provenance) -> Provenance:
    """The provenance, naming the store's template, which decided on a block: elsewhere the same came without it."""
    named = provenance.rules.get("template") or template.digest
    return replace(provenance, rules={**provenance.rules, "template": named})
