"""Every article of the demo sites comes out of its page as it was written, rendered here without a socket."""

from __future__ import annotations

import datetime as dt
from itertools import chain

import pytest

from crawler.demo.content import DemoArticle, DemoSite, load_sites
from crawler.demo.render import pages
from pipelines import Article, extract_page

TODAY = dt.date(2026, 11, 22)
SITES = load_sites()
PAGES = {site.id: pages(site, TODAY) for site in SITES}
EVERY_ARTICLE = pytest.mark.parametrize(
    ("site", "article"),
    list(chain.from_iterable([(site, article) for article in site.articles] for site in SITES)),
    ids=[f"{site.id}-{article.slug}" for site in SITES for article in site.articles],
)


def found(site: DemoSite, article: DemoArticle, *, known: bool) -> Article:
    page = PAGES[site.id][article.path]
    noon = dt.datetime.combine(TODAY, dt.time(12), dt.UTC)
    way = {"url": article.url, "captured_at": noon, "content_type": page.content_type} if known else {}
    outcome = extract_page(page.body, **way)
    assert isinstance(outcome, Article), outcome
    return outcome


@pytest.mark.parametrize("known", [False, True], ids=["bare", "known"])
@EVERY_ARTICLE
def test_text_is_the_gold_paragraph_by_paragraph(site: DemoSite, article: DemoArticle, known: bool) -> None:
    """Ticker, captions, boxes and biographies go; subheads and lists stay."""
    text = found(site, article, known=known).text

    assert list(article.paragraphs) == text.split("\n\n")


@EVERY_ARTICLE
def test_title_day_and_authors_are_exact(site: DemoSite, article: DemoArticle) -> None:
    """The day is that of publication, never the day of the crawl."""
    outcome = found(site, article, known=True)

    assert article.title == outcome.title
    assert article.published.date().isoformat() == (outcome.published or "")[:10]
    assert tuple(article.authors) == outcome.authors
