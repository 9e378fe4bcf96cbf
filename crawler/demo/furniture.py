"""What the pages of all demo sites are made of: addresses, words and style as values, and the parts of an article.

A site's own furniture, its header and its way to set an article, stands in the module of the site; which pages there
are and the frame around them is in `render`; feeds, sitemaps and robots.txt are in `announcements`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date, datetime

    from crawler.demo.content import DemoArticle, DemoFigure, DemoSite

FORBIDDEN = "/private/"
DRAFT = "/private/draft-annual-plan/"
FEED = "/feed/"
NEWS_SITEMAP = "/sitemap-news.xml"
LISTING = "/tag/japan/"
CATEGORY = "/category/news/"
ABOUT = "/about/"

_TEASERS = 3


@dataclass(frozen=True, slots=True)
class Words:
    """What a site calls its own pages."""

    home: str
    about: str
    about_text: str
    news: str
    topic: str
    further: str
    draft: str
    missing: str


@dataclass(frozen=True, slots=True)
class Style:
    """How a site looks: its words, its furniture, its encoding, and what it announces."""

    words: Words
    header: Callable[[DemoSite, date], str]
    footer: Callable[[DemoSite], str]
    head: Callable[[DemoSite, DemoArticle], str]
    article: Callable[[DemoSite, DemoArticle, date], str]
    visible_date: Callable[[datetime], str]
    charset: str = "utf-8"
    declared: str = "UTF-8"
    feed: Literal["rss", "atom"] | None = None
    news_size: int | None = None  # None: no news sitemap
    old_path: str | None = None  # where the oldest article stood before the site moved; linked from nowhere


def navigation(words: Words) -> str:
    """The links to the main pages of a site."""
    links = [("/", words.home), (CATEGORY, words.news), (LISTING, words.topic), (ABOUT, words.about)]
    return "<nav>" + "".join(f'<a href="{path}">{text(word)}</a>' for path, word in links) + "</nav>"


def picture_path(article: DemoArticle, number: int) -> str:
    """Where a picture of an article lies."""
    return f"/media/{article.slug}-{number + 1}.svg"


def render_body(
    article: DemoArticle, figure: Callable[[DemoFigure], str], subhead: str, boxes: Mapping[int, str]
) -> str:
    """The text of an article with its pictures; `boxes` says what stands after which entry."""
    after = dict(boxes)
    for number, picture in enumerate(article.figures):
        image = f'<img src="{picture_path(article, number)}" alt="">'
        after[picture.after] = f"<figure>{image}{figure(picture)}</figure>\n" + after.get(picture.after, "")
    return "".join(
        _entry(article.body, index, subhead, after) + after.get(index, "") for index in range(len(article.body))
    )


def _entry(body: Sequence[str], index: int, subhead: str, after: Mapping[int, str]) -> str:
    entry = body[index]
    if entry.startswith("## "):
        return f"<{subhead}>{text(entry[3:])}</{subhead}>\n"
    if not entry.startswith("- "):
        return f"<p>{text(entry)}</p>\n"
    opens = index == 0 or not body[index - 1].startswith("- ") or index - 1 in after
    closes = index + 1 == len(body) or not body[index + 1].startswith("- ") or index in after
    return f"{'<ul>' if opens else ''}<li>{text(entry[2:])}</li>{'</ul>' if closes else ''}\n"


def text(plain: str) -> str:
    """Plain text as it stands in HTML, not in an attribute."""
    return escape(plain, quote=False)


def others_of(site: DemoSite, article: DemoArticle, today: date, count: int = _TEASERS) -> list[DemoArticle]:
    """Other articles of the site, as a box beside this one names them."""
    # The choice moves on each day, as such boxes do.
    start = site.articles.index(article) + today.toordinal()
    around = [site.articles[(start + step) % len(site.articles)] for step in range(count + 1)]
    return [other for other in around if other is not article][:count]


def first_sentence(article: DemoArticle) -> str:
    """Where a teaser ends."""
    return re.split(r"(?<=[.!?])\s+(?=[^a-zа-я])|(?<=。)", article.paragraphs[0])[0]


def canonical(_site: DemoSite, article: DemoArticle) -> str:
    """The head of a page that names its address and nothing else."""
    return f'<link rel="canonical" href="{article.url}">\n'


def published_meta(site: DemoSite, article: DemoArticle) -> str:
    """The head of a page that also names its time of publication."""
    meta = f'<meta property="article:published_time" content="{article.published.isoformat()}">\n'
    return canonical(site, article) + meta
