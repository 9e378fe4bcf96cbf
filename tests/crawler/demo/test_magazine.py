"""crawler.demo.magazine: its pages make the noise that they are to make."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.crawler.demo.client import of_site, parsed, read

if TYPE_CHECKING:
    from crawler.demo.server import DemoSites


def test_magazine_prints_ten_tickers_and_the_day_of_the_crawl_first(sites: DemoSites) -> None:
    """The first date of the form is the day of the crawl, the second the day of publication."""
    for article in of_site(sites, "demo-magazine"):
        page = read(sites, article.url)
        assert page.count("KGS/USD = 0.01144 0%") == 10
        texts = [text for text in parsed(page).texts if re.fullmatch(r"\d+ [A-Z][a-z]+ \d{4}", text)]
        published = f"{article.published.day} {article.published:%B %Y}"
        assert texts == ["22 November 2026", published]
        assert texts[0] != texts[1]


def test_magazine_has_a_machine_readable_date_on_half_of_its_pages(sites: DemoSites) -> None:
    """Every other page carries the published_time and JSON-LD, the rest no date but the visible one."""
    pages = {article: read(sites, article.url) for article in of_site(sites, "demo-magazine")}
    dated = [page for article, page in pages.items() if article.published.isoformat() in page]
    assert len(dated) == 8
    assert all("article:published_time" in page and "NewsArticle" in page for page in dated)


def test_magazine_repeats_its_author_and_suggests_three_articles(sites: DemoSites) -> None:
    """Name twice, two paragraphs of biography, the glued link and the teasers surround the text."""
    article = of_site(sites, "demo-magazine")[0]
    page = read(sites, article.url)
    assert page.count(f"<h4>{article.authors[0]}</h4>") == 2
    assert f"View more articles from{article.authors[0]}<" in page
    assert len(article.author_bio) == 2
    related = page.partition("Suggested Articles")[2].partition("</section>")[0]
    assert related.count("<a ") == 3
    assert article.path not in related
