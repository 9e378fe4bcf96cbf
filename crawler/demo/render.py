"""Pages of the demo sites, as values: the same site and day give the same bytes.

The noise is the point. Each site repeats, in words of its own, what makes pages of real publishers hard to read:
tickers, the day of the crawl above the day of publication, biographies that name both sides, boxes inside the text.
`today` is passed in; nothing here reads a clock, a file or a socket. Here is which pages there are and their common
frame; what all sites share inside it is in `furniture`, what is a site's own in the module of the site, and how a page
gets onto the wire in `manners`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING

from crawler.demo import agency, announcements, magazine, ministry, thinktank
from crawler.demo.furniture import ABOUT, CATEGORY, DRAFT, FEED, LISTING, NEWS_SITEMAP, picture_path, text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from crawler.demo.content import DemoArticle, DemoSite

_PAGE_SIZE = 5
_HOME_SIZE = 6
_STYLES = {
    "demo-magazine": magazine.STYLE,
    "demo-thinktank": thinktank.STYLE,
    "demo-ministry": ministry.STYLE,
    "demo-agency": agency.STYLE,
}


@dataclass(frozen=True, slots=True)
class Page:
    """What a path answers; `etag` is weak: it stays when only counters and boxes of the page change.

    `moved_to` is where the page stands now, for an old address that only points there; else None.
    """

    content_type: str
    body: bytes
    etag: str
    modified: datetime
    moved_to: str | None = None


def pages(site: DemoSite, today: date) -> dict[str, Page]:
    """Every path of the site with its page; paths that are not here are not found."""
    style = _STYLES[site.id]
    found = {"/robots.txt": _page(site, "text/plain; charset=utf-8", announcements.robots(site, style).encode())}
    found |= {article.path: _article_page(site, article, today) for article in site.articles}
    found |= {path: _html(site, today, title, body) for path, (title, body) in _index_pages(site).items()}
    found |= _pictures(site)
    if style.feed == "rss":
        found[FEED] = _page(site, "application/rss+xml; charset=UTF-8", announcements.rss(site, style).encode())
    if style.feed == "atom":
        found[FEED] = _page(site, "application/atom+xml; charset=UTF-8", announcements.atom(site).encode())
    if style.news_size:
        sitemap = announcements.news_sitemap(site, style)
        found[NEWS_SITEMAP] = _page(site, "application/xml; charset=UTF-8", sitemap.encode())
    if style.old_path:
        article = site.articles[-1]
        found[style.old_path.format(slug=article.slug)] = _moved_page(site, article, today)
    return found


def missing(site: DemoSite, today: date) -> Page:
    """The page that says a path is not found."""
    words = _STYLES[site.id].words
    return _html(site, today, words.missing, f'<h1>{words.missing}</h1><p><a href="/">{words.home}</a></p>')


def _page(
    site: DemoSite, content_type: str, body: bytes, etag_of: bytes = b"", modified: datetime | None = None
) -> Page:
    etag = f'W/"{sha256(etag_of or body).hexdigest()[:16]}"'
    return Page(content_type, body, etag, modified or site.articles[0].published)


def _html(site: DemoSite, today: date, title: str, body: str, head: str = "") -> Page:
    style = _STYLES[site.id]
    document = _document(site, today, title, head, body)
    return _page(site, f"text/html; charset={style.declared}", _encode(document, style.charset))


def _article_page(site: DemoSite, article: DemoArticle, today: date) -> Page:
    style = _STYLES[site.id]
    document = _document(site, today, article.title, style.head(site, article), style.article(site, article, today))
    body = _encode(document, style.charset)
    own = repr((article.title, article.published, article.body, article.figures)).encode()
    return _page(site, f"text/html; charset={style.declared}", body, own, article.published)


def _moved_page(site: DemoSite, article: DemoArticle, today: date) -> Page:
    link = f'<h1><a href="{article.path}">{text(article.title)}</a></h1>'
    return replace(_html(site, today, article.title, link), moved_to=article.url)


def _document(site: DemoSite, today: date, title: str, head: str, body: str) -> str:
    style = _STYLES[site.id]
    return (
        f'<!doctype html>\n<html lang="{site.language}"><head><meta charset="{style.declared}">'
        f"<title>{text(title)} - {text(site.name)}</title>\n{head}</head>\n"
        f"<body>{style.header(site, today)}\n{body}\n{style.footer(site)}</body></html>\n"
    )


def _encode(document: str, charset: str) -> bytes:
    # cp932 also takes a few characters, as U+301C, that come back as others: those need a reference as well.
    lossy = {c for c in set(document) if c.encode(charset, "xmlcharrefreplace").decode(charset) != c}
    return document.translate({ord(c): f"&#{ord(c)};" for c in lossy}).encode(charset)


def _index_pages(site: DemoSite) -> dict[str, tuple[str, str]]:
    words = _STYLES[site.id].words
    draft = f'<p><a href="{DRAFT}">{words.draft}</a></p>'
    return {
        "/": (words.home, f"<h1>{text(site.name)}</h1>{_links(site, site.articles[:_HOME_SIZE])}{draft}"),
        ABOUT: (words.about, f"<h1>{words.about}</h1><p>{words.about_text}</p>"),
        CATEGORY: (words.news, f"<h1>{words.news}</h1>{_links(site, site.articles[:_PAGE_SIZE])}"),
        DRAFT: (words.draft, f"<h1>{words.draft}</h1><p>{words.about_text}</p>"),
        **_listing(site),
    }


def _listing(site: DemoSite) -> dict[str, tuple[str, str]]:
    words = _STYLES[site.id].words
    parts = [site.articles[start : start + _PAGE_SIZE] for start in range(0, len(site.articles), _PAGE_SIZE)]
    paths = [LISTING, *(f"{LISTING}page/{number}/" for number in range(2, len(parts) + 1))]
    following = [f'<a rel="next" href="{path}">{words.further}</a>' for path in paths[1:]] + [""]
    return {
        path: (words.topic, f"<h1>{words.topic}</h1>{_links(site, part)}<p>{link}</p>")
        for path, part, link in zip(paths, parts, following, strict=True)
    }


def _links(site: DemoSite, articles: Sequence[DemoArticle]) -> str:
    style = _STYLES[site.id]
    rows = [
        f'<li><a href="{article.path}">{text(article.title)}</a> '
        f"<span>{style.visible_date(article.published)}</span></li>"
        for article in articles
    ]
    return f"<ul>{''.join(rows)}</ul>"


def _pictures(site: DemoSite) -> dict[str, Page]:
    drawing = (
        b'<svg xmlns="http://www.w3.org/2000/svg" width="640" height="360">'
        b'<rect width="640" height="360" fill="#d8d4c8"/>'
        b'<path d="M0 330 200 130 300 240 420 90 640 330Z" fill="#8a9a8e"/></svg>\n'
    )
    return {
        picture_path(article, number): _page(site, "image/svg+xml", drawing)
        for article in site.articles
        for number in range(len(article.figures))
    }
