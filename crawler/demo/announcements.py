"""What the demo sites announce: robots.txt, news sitemaps and feeds, as texts.

Listings are pages and stand in `render`; the bytes around these texts too. Which site announces what is in its style.
"""

from __future__ import annotations

from email.utils import format_datetime
from html import escape
from typing import TYPE_CHECKING

from crawler.demo.furniture import FEED, FORBIDDEN, NEWS_SITEMAP, first_sentence, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.demo.content import DemoArticle, DemoSite
    from crawler.demo.furniture import Style

_FEED_SIZE = 10
_TRACKED = 2  # the entry, from 0, that carries a tracking parameter


def robots(site: DemoSite, style: Style) -> str:
    """The robots.txt of the site."""
    rules = ["User-agent: *", "Crawl-delay: 0.2", f"Disallow: {FORBIDDEN}"]
    if style.news_size:
        rules += ["", f"Sitemap: {site.base}{NEWS_SITEMAP}"]
    return "\n".join(rules) + "\n"


def news_sitemap(site: DemoSite, style: Style) -> str:
    """The news sitemap of the site, newest first; not every article unless the site has no feed."""
    articles = site.articles[: style.news_size]
    rows = [
        f"<url><loc>{escape(url)}</loc><news:news><news:publication><news:name>{text(site.name)}</news:name>"
        f"<news:language>{site.language}</news:language></news:publication>"
        f"<news:publication_date>{article.published.isoformat()}</news:publication_date>"
        f"<news:title>{text(article.title)}</news:title></news:news></url>"
        for article, url in zip(articles, _urls(articles, tracked=style.feed is None), strict=True)
    ]
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">\n' + "\n".join(rows) + "\n</urlset>\n"
    )


def rss(site: DemoSite, style: Style) -> str:
    """An RSS 2.0 feed of the newest articles; one link carries a tracking parameter."""
    articles = site.articles[:_FEED_SIZE]
    items = [
        f"<item><title>{text(article.title)}</title><link>{escape(url)}</link>"
        f'<guid isPermaLink="true">{article.url}</guid>'
        f"<pubDate>{format_datetime(article.published)}</pubDate>"
        + "".join(f"<dc:creator>{text(author)}</dc:creator>" for author in article.authors)
        + f"<description>{text(first_sentence(article))}</description></item>"
        for article, url in zip(articles, _urls(articles, tracked=True), strict=True)
    ]
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        f'xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>{text(site.name)}</title><link>{site.base}/</link>'
        f"<description>{text(style.words.about_text)}</description><language>{site.language}</language>"
        f'<atom:link href="{site.base}{FEED}" rel="self" type="application/rss+xml"/>\n' + "\n".join(items)
        + "\n</channel></rss>\n"
    )  # fmt: skip


def atom(site: DemoSite) -> str:
    """An Atom feed of the newest articles; one link carries a tracking parameter."""
    articles = site.articles[:_FEED_SIZE]
    entries = [
        f'<entry><title>{text(article.title)}</title><link rel="alternate" type="text/html" href="{escape(url)}"/>'
        f"<id>{article.url}</id><published>{article.published.isoformat()}</published>"
        f"<updated>{article.published.isoformat()}</updated>"
        + "".join(f"<author><name>{text(author)}</name></author>" for author in article.authors)
        + f"<summary>{text(first_sentence(article))}</summary></entry>"
        for article, url in zip(articles, _urls(articles, tracked=True), strict=True)
    ]
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{site.language}">'
        f'<title>{text(site.name)}</title><id>{site.base}/</id><link rel="self" href="{site.base}{FEED}"/>'
        f"<author><name>{text(site.name)}</name></author><updated>{articles[0].published.isoformat()}</updated>\n"
        + "\n".join(entries) + "\n</feed>\n"
    )  # fmt: skip


def _urls(articles: Sequence[DemoArticle], *, tracked: bool) -> list[str]:
    return [f"{a.url}?utm_source=feed" if tracked and i == _TRACKED else a.url for i, a in enumerate(articles)]
