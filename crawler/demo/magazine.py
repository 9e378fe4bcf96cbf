"""The demo magazine: English, with currency tickers, the day of the crawl above that of publication, and biographies.

Its texts are in `content/magazine.toml`, its headers on the wire in `manners`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from crawler.demo.furniture import (
    ABOUT,
    Style,
    Words,
    canonical,
    first_sentence,
    navigation,
    others_of,
    published_meta,
    render_body,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from crawler.demo.content import DemoArticle, DemoFigure, DemoSite

_TICKERS = 10
_WORDS = Words(
    home="Home", about="About us", about_text="A made-up review for trying out Kakehashi.", news="News",
    topic="Topic: Asia", further="Older articles", draft="Draft of the yearly plan", missing="Page not found",
)  # fmt: skip


def _english_date(day: date) -> str:
    return f"{day.day} {day:%B} {day.year}"


def _head(site: DemoSite, article: DemoArticle) -> str:
    if site.articles.index(article) % 2:
        return canonical(site, article)
    facts = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": article.title,
        "datePublished": article.published.isoformat(),
        "author": [{"@type": "Person", "name": author} for author in article.authors],
        "publisher": {"@type": "Organization", "name": site.name},
    }
    script = json.dumps(facts, ensure_ascii=False).replace("</", "<\\/")
    return f'{published_meta(site, article)}<script type="application/ld+json">{script}</script>\n'


def _header(site: DemoSite, today: date) -> str:
    move = f"{today.toordinal() % 7 - 3}.{today.toordinal() % 10}"
    rates = ("KGS/USD = 0.01144 0%", f"KZT/USD = 0.00196 {move}%", "TJS/USD = 0.10769 -0.37%", "UZS/USD = 0.00008 0%",
             "TMT/USD = 0.28575 0%")  # fmt: skip
    ticker = "<ul class='ticker'>" + "".join(f"<li>{rate}</li>" for rate in rates) + "</ul>"
    return (
        f'<div class="top-bar">{ticker * _TICKERS}</div>\n<header><div class="today">{_english_date(today)}</div>'
        f'<a class="logo" href="/">{text(site.name)}</a>{navigation(_WORDS)}</header>'
    )


def _article(site: DemoSite, article: DemoArticle, today: date) -> str:
    return (
        '<div class="content-area"><main><article class="post">'
        f'<span class="posted-on">{_english_date(article.published)}</span>'
        f'<h1 class="entry-title">{text(article.title)}</h1>\n'
        f'<div class="entry-content">{render_body(article, _caption, "h2", {})}</div>\n'
        f"{_author_box(article)}</article>\n{_suggested(others_of(site, article, today))}</main>\n"
        '<aside><h2>Sidebar</h2><ul><li>Most read</li><li>Newsletter</li></ul></aside></div>'
    )  # fmt: skip


def _caption(figure: DemoFigure) -> str:
    return f"<figcaption>{text(figure.caption)}; image: {text(figure.credit)}</figcaption>"


def _author_box(article: DemoArticle) -> str:
    if not article.authors:
        return ""
    name = text(article.authors[0])
    biography = "".join(f"<p>{text(paragraph)}</p>" for paragraph in article.author_bio)
    return (
        f'<div class="author-box"><h4>{name}</h4><h4>{name}</h4>{biography}'
        f'<a href="{ABOUT}">View more articles from{name}</a></div>'
    )


def _suggested(articles: Sequence[DemoArticle]) -> str:
    teasers = [
        f'<a href="{other.path}"><p>{text(other.title)}</p></a><p>{text(first_sentence(other))}</p>'
        for other in articles
    ]
    return f'<section class="related"><h3>Suggested Articles</h3>{"".join(teasers)}</section>'


def _footer(site: DemoSite) -> str:
    return f"<footer>© {text(site.name)}. All rights reserved.</footer>"


STYLE = Style(
    words=_WORDS,
    header=_header, footer=_footer, head=_head, article=_article,
    visible_date=_english_date, feed="rss", news_size=8, old_path="/old/{slug}/",
)  # fmt: skip
