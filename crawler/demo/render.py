"""Pages, feeds and sitemaps of the demo sites, as values: the same site and day give the same bytes.

The noise is the point. Each site repeats, in words of its own, what makes pages of real publishers hard to read:
tickers, the day of the crawl above the day of publication, biographies that name both sides, boxes inside the text.
`today` is passed in; nothing here reads a clock, a file or a socket.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from email.utils import format_datetime
from hashlib import sha256
from html import escape
from typing import TYPE_CHECKING
from zlib import crc32

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

_PAGE_SIZE = 5
_FEED_SIZE = 10
_NEWS_SIZE = 8
_HOME_SIZE = 6
_TEASERS = 3
_TRACKED = 2  # the entry, from 0, that carries a tracking parameter
_TICKERS = 10
_UZBEK_MONTHS = (
    "yanvar", "fevral", "mart", "aprel", "may", "iyun", "iyul", "avgust", "sentabr", "oktabr", "noyabr", "dekabr",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Page:
    """What a path answers; `etag` is weak: it stays when only counters and boxes of the page change."""

    content_type: str
    body: bytes
    etag: str
    modified: datetime


@dataclass(frozen=True, slots=True)
class _Words:
    home: str
    about: str
    about_text: str
    news: str
    topic: str
    further: str
    draft: str
    missing: str


@dataclass(frozen=True, slots=True)
class _Style:
    words: _Words
    header: Callable[[DemoSite, date], str]
    footer: Callable[[DemoSite], str]
    head: Callable[[DemoSite, DemoArticle], str]
    article: Callable[[DemoSite, DemoArticle, date], str]
    visible_date: Callable[[datetime], str]
    charset: str = "utf-8"
    declared: str = "UTF-8"
    feed: Callable[[DemoSite], str] | None = None
    feed_type: str = ""
    news_size: int | None = None  # None: no news sitemap


def pages(site: DemoSite, today: date) -> dict[str, Page]:
    """Every path of the site with its page; paths that are not here are not found."""
    style = _STYLES[site.id]
    found = {"/robots.txt": _page(site, "text/plain; charset=utf-8", robots(site).encode())}
    found |= {article.path: _article_page(site, article, today) for article in site.articles}
    found |= {path: _html(site, today, title, body) for path, (title, body) in _index_pages(site).items()}
    found |= _pictures(site)
    if style.feed:
        found[FEED] = _page(site, f"{style.feed_type}; charset=UTF-8", style.feed(site).encode())
    if style.news_size:
        found[NEWS_SITEMAP] = _page(site, "application/xml; charset=UTF-8", news_sitemap(site).encode())
    return found


def missing(site: DemoSite, today: date) -> Page:
    """The page that says a path is not found."""
    words = _STYLES[site.id].words
    return _html(site, today, words.missing, f'<h1>{words.missing}</h1><p><a href="/">{words.home}</a></p>')


def robots(site: DemoSite) -> str:
    """The robots.txt of the site."""
    rules = ["User-agent: *", "Crawl-delay: 0.2", f"Disallow: {FORBIDDEN}"]
    if _STYLES[site.id].news_size:
        rules += ["", f"Sitemap: {site.base}{NEWS_SITEMAP}"]
    return "\n".join(rules) + "\n"


def news_sitemap(site: DemoSite) -> str:
    """The news sitemap of the site, newest first; not every article unless the site has no feed."""
    style = _STYLES[site.id]
    articles = site.articles[: style.news_size]
    rows = [
        f"<url><loc>{escape(url)}</loc><news:news><news:publication><news:name>{_text(site.name)}</news:name>"
        f"<news:language>{site.language}</news:language></news:publication>"
        f"<news:publication_date>{article.published.isoformat()}</news:publication_date>"
        f"<news:title>{_text(article.title)}</news:title></news:news></url>"
        for article, url in zip(articles, _urls(articles, tracked=style.feed is None), strict=True)
    ]
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">\n' + "\n".join(rows) + "\n</urlset>\n"
    )


def rss(site: DemoSite) -> str:
    """An RSS 2.0 feed of the newest articles; one link carries a tracking parameter."""
    articles = site.articles[:_FEED_SIZE]
    items = [
        f"<item><title>{_text(article.title)}</title><link>{escape(url)}</link>"
        f'<guid isPermaLink="true">{article.url}</guid>'
        f"<pubDate>{format_datetime(article.published)}</pubDate>"
        + "".join(f"<dc:creator>{_text(author)}</dc:creator>" for author in article.authors)
        + f"<description>{_text(_first_sentence(article))}</description></item>"
        for article, url in zip(articles, _urls(articles, tracked=True), strict=True)
    ]
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        f'xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>{_text(site.name)}</title><link>{site.base}/</link>'
        f"<description>{_text(_STYLES[site.id].words.about_text)}</description><language>{site.language}</language>"
        f'<atom:link href="{site.base}{FEED}" rel="self" type="application/rss+xml"/>\n' + "\n".join(items)
        + "\n</channel></rss>\n"
    )  # fmt: skip


def atom(site: DemoSite) -> str:
    """An Atom feed of the newest articles; one link carries a tracking parameter."""
    articles = site.articles[:_FEED_SIZE]
    entries = [
        f'<entry><title>{_text(article.title)}</title><link rel="alternate" type="text/html" href="{escape(url)}"/>'
        f"<id>{article.url}</id><published>{article.published.isoformat()}</published>"
        f"<updated>{article.published.isoformat()}</updated>"
        + "".join(f"<author><name>{_text(author)}</name></author>" for author in article.authors)
        + f"<summary>{_text(_first_sentence(article))}</summary></entry>"
        for article, url in zip(articles, _urls(articles, tracked=True), strict=True)
    ]
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{site.language}">'
        f'<title>{_text(site.name)}</title><id>{site.base}/</id><link rel="self" href="{site.base}{FEED}"/>'
        f"<author><name>{_text(site.name)}</name></author><updated>{articles[0].published.isoformat()}</updated>\n"
        + "\n".join(entries) + "\n</feed>\n"
    )  # fmt: skip


# The frame of each page


def _page(
    site: DemoSite, content_type: str, body: bytes, etag_of: bytes = b"", modified: datetime | None = None
) -> Page:
    etag = f'W/"{sha256(etag_of or body).hexdigest()[:16]}"'
    return Page(content_type, body, etag, modified or site.articles[0].published)


def _html(site: DemoSite, today: date, title: str, body: str, head: str = "") -> Page:
    style = _STYLES[site.id]
    text = _document(site, today, title, head, body)
    return _page(site, f"text/html; charset={style.declared}", _encode(text, style.charset))


def _article_page(site: DemoSite, article: DemoArticle, today: date) -> Page:
    style = _STYLES[site.id]
    text = _document(site, today, article.title, style.head(site, article), style.article(site, article, today))
    body = _encode(text, style.charset)
    own = repr((article.title, article.published, article.body, article.figures)).encode()
    return _page(site, f"text/html; charset={style.declared}", body, own, article.published)


def _document(site: DemoSite, today: date, title: str, head: str, body: str) -> str:
    style = _STYLES[site.id]
    return (
        f'<!doctype html>\n<html lang="{site.language}"><head><meta charset="{style.declared}">'
        f"<title>{_text(title)} - {_text(site.name)}</title>\n{head}</head>\n"
        f"<body>{style.header(site, today)}\n{body}\n{style.footer(site)}</body></html>\n"
    )


def _encode(text: str, charset: str) -> bytes:
    # cp932 also takes a few characters, as U+301C, that come back as others: those need a reference as well.
    lossy = {ord(c): f"&#{ord(c)};" for c in set(text) if c.encode(charset, "xmlcharrefreplace").decode(charset) != c}
    return text.translate(lossy).encode(charset)


def _navigation(site: DemoSite) -> str:
    words = _STYLES[site.id].words
    links = [("/", words.home), (CATEGORY, words.news), (LISTING, words.topic), (ABOUT, words.about)]
    return "<nav>" + "".join(f'<a href="{path}">{_text(word)}</a>' for path, word in links) + "</nav>"


def _index_pages(site: DemoSite) -> dict[str, tuple[str, str]]:
    words = _STYLES[site.id].words
    draft = f'<p><a href="{DRAFT}">{words.draft}</a></p>'
    return {
        "/": (words.home, f"<h1>{_text(site.name)}</h1>{_links(site, site.articles[:_HOME_SIZE])}{draft}"),
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
        f'<li><a href="{article.path}">{_text(article.title)}</a> '
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
        _picture_path(article, number): _page(site, "image/svg+xml", drawing)
        for article in site.articles
        for number in range(len(article.figures))
    }


def _picture_path(article: DemoArticle, number: int) -> str:
    return f"/media/{article.slug}-{number + 1}.svg"


# The text of an article


def _body(article: DemoArticle, figure: Callable[[DemoFigure], str], subhead: str, boxes: Mapping[int, str]) -> str:
    after = dict(boxes)
    for number, picture in enumerate(article.figures):
        image = f'<img src="{_picture_path(article, number)}" alt="">'
        after[picture.after] = f"<figure>{image}{figure(picture)}</figure>\n" + after.get(picture.after, "")
    return "".join(
        _entry(article.body, index, subhead, after) + after.get(index, "") for index in range(len(article.body))
    )


def _entry(body: Sequence[str], index: int, subhead: str, after: Mapping[int, str]) -> str:
    entry = body[index]
    if entry.startswith("## "):
        return f"<{subhead}>{_text(entry[3:])}</{subhead}>\n"
    if not entry.startswith("- "):
        return f"<p>{_text(entry)}</p>\n"
    opens = index == 0 or not body[index - 1].startswith("- ") or index - 1 in after
    closes = index + 1 == len(body) or not body[index + 1].startswith("- ") or index in after
    return f"{'<ul>' if opens else ''}<li>{_text(entry[2:])}</li>{'</ul>' if closes else ''}\n"


def _caption(figure: DemoFigure) -> str:
    return f"<figcaption>{_text(figure.caption)}; image: {_text(figure.credit)}</figcaption>"


def _text(text: str) -> str:
    return escape(text, quote=False)


def _urls(articles: Sequence[DemoArticle], *, tracked: bool) -> list[str]:
    return [f"{a.url}?utm_source=feed" if tracked and i == _TRACKED else a.url for i, a in enumerate(articles)]


def _others(site: DemoSite, article: DemoArticle, today: date, count: int = _TEASERS) -> list[DemoArticle]:
    # The choice moves on each day, as such boxes do.
    start = site.articles.index(article) + today.toordinal()
    around = [site.articles[(start + step) % len(site.articles)] for step in range(count + 1)]
    return [other for other in around if other is not article][:count]


def _first_sentence(article: DemoArticle) -> str:
    return re.split(r"(?<=[.!?])\s+(?=[^a-zа-я])|(?<=。)", article.paragraphs[0])[0]


def _canonical(_site: DemoSite, article: DemoArticle) -> str:
    return f'<link rel="canonical" href="{article.url}">\n'


def _published_meta(site: DemoSite, article: DemoArticle) -> str:
    meta = f'<meta property="article:published_time" content="{article.published.isoformat()}">\n'
    return _canonical(site, article) + meta


# Magazine


def _english_date(day: date) -> str:
    return f"{day.day} {day:%B} {day.year}"


def _magazine_head(site: DemoSite, article: DemoArticle) -> str:
    if site.articles.index(article) % 2:
        return _canonical(site, article)
    facts = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": article.title,
        "datePublished": article.published.isoformat(),
        "author": [{"@type": "Person", "name": author} for author in article.authors],
        "publisher": {"@type": "Organization", "name": site.name},
    }
    script = json.dumps(facts, ensure_ascii=False).replace("</", "<\\/")
    return f'{_published_meta(site, article)}<script type="application/ld+json">{script}</script>\n'


def _magazine_header(site: DemoSite, today: date) -> str:
    move = f"{today.toordinal() % 7 - 3}.{today.toordinal() % 10}"
    rates = ("KGS/USD = 0.01144 0%", f"KZT/USD = 0.00196 {move}%", "TJS/USD = 0.10769 -0.37%", "UZS/USD = 0.00008 0%",
             "TMT/USD = 0.28575 0%")  # fmt: skip
    ticker = "<ul class='ticker'>" + "".join(f"<li>{rate}</li>" for rate in rates) + "</ul>"
    return (
        f'<div class="top-bar">{ticker * _TICKERS}</div>\n<header><div class="today">{_english_date(today)}</div>'
        f'<a class="logo" href="/">{_text(site.name)}</a>{_navigation(site)}</header>'
    )


def _magazine_article(site: DemoSite, article: DemoArticle, today: date) -> str:
    return (
        '<div class="content-area"><main><article class="post">'
        f'<span class="posted-on">{_english_date(article.published)}</span>'
        f'<h1 class="entry-title">{_text(article.title)}</h1>\n'
        f'<div class="entry-content">{_body(article, _caption, "h2", {})}</div>\n'
        f"{_author_box(article)}</article>\n{_suggested(_others(site, article, today))}</main>\n"
        '<aside><h2>Sidebar</h2><ul><li>Most read</li><li>Newsletter</li></ul></aside></div>'
    )  # fmt: skip


def _author_box(article: DemoArticle) -> str:
    if not article.authors:
        return ""
    name = _text(article.authors[0])
    biography = "".join(f"<p>{_text(paragraph)}</p>" for paragraph in article.author_bio)
    return (
        f'<div class="author-box"><h4>{name}</h4><h4>{name}</h4>{biography}'
        f'<a href="{ABOUT}">View more articles from{name}</a></div>'
    )


def _suggested(articles: Sequence[DemoArticle]) -> str:
    teasers = [
        f'<a href="{other.path}"><p>{_text(other.title)}</p></a><p>{_text(_first_sentence(other))}</p>'
        for other in articles
    ]
    return f'<section class="related"><h3>Suggested Articles</h3>{"".join(teasers)}</section>'


def _magazine_footer(site: DemoSite) -> str:
    return f"<footer>© {_text(site.name)}. All rights reserved.</footer>"


# Think tank


def _uzbek_date(day: date) -> str:
    return f"{day.day}-{_UZBEK_MONTHS[day.month - 1]}, {day.year}"


def _thinktank_header(site: DemoSite, _today: date) -> str:
    return f'<header><a href="/">{_text(site.name)}</a>{_navigation(site)}</header>'


def _thinktank_article(_site: DemoSite, article: DemoArticle, _today: date) -> str:
    share = f'<a class="share" href="{article.path}#ulashish">Ulashish</a>'
    authors = f'<span class="by">{_text(", ".join(article.authors))}</span>' if article.authors else ""
    return (
        f'<main><div class="page-head"><h1>{_text(article.title)}</h1><span>{_text(article.section)}</span>'
        f"<time>{_uzbek_date(article.published)}</time>{authors}{share}</div>\n"
        f"<article><h3>{_text(article.title)}</h3>\n{_body(article, _thinktank_caption, 'h4', {})}"
        "<p><em>* Institut hech qanday masala bo‘yicha rasmiy pozitsiyani bildirmaydi; bu yerda aytilgan fikrlar "
        "mualliflarning o‘ziga tegishli bo‘lib, institut qarashlariga mos kelmasligi mumkin.</em></p></article>\n"
        f"<p>{share}</p></main>"
    )


def _thinktank_caption(figure: DemoFigure) -> str:
    return f"<figcaption>{_text(figure.caption)} Foto: {_text(figure.credit)}</figcaption>"


def _thinktank_footer(site: DemoSite) -> str:
    return f"<footer><p>{_text(site.name)}, Toshkent shahri, Namuna ko‘chasi, 7-uy</p></footer>"


# Ministry


def _era_date(day: date) -> str:
    return f"令和{day.year - 2018}年{day.month}月{day.day}日"


def _ministry_header(site: DemoSite, _today: date) -> str:
    return (
        f'<div id="head"><a href="/">{_text(site.name)}</a>{_navigation(site)}</div>\n'
        '<div id="regions">アジア | 北米 | 中南米 | 欧州(コーカサスを含む) | 中東 | アフリカ</div>'
    )


def _ministry_article(_site: DemoSite, article: DemoArticle, _today: date) -> str:
    return (
        f'<div id="crumbs"><a href="/">トップページ</a> &gt; <a href="{CATEGORY}">報道発表</a> &gt; '
        f"{_text(article.title)}</div>\n"
        f'<div id="main"><p class="region">欧州</p>\n<h1>{_text(article.title)}</h1>\n'
        f'<p class="date">{_era_date(article.published)}</p>\n{_body(article, _ministry_caption, "h2", {})}'
        f'<p class="back"><a href="{LISTING}">欧州へ戻る</a></p></div>'
    )


def _ministry_caption(figure: DemoFigure) -> str:
    return f"<p>{_text(figure.caption)}(写真提供:{_text(figure.credit)})</p>"


def _ministry_footer(site: DemoSite) -> str:
    return (
        '<div id="foot"><p>PDF形式の資料を開くには閲覧用の無料ソフトが必要です。'
        f'<a href="{ABOUT}">PDF閲覧ソフトを入手</a></p>'
        f"<p>Copyright {_text(site.name)}</p></div>"
    )


# Agency


def _russian_time(moment: datetime) -> str:
    return f"{moment:%H:%M %d.%m.%Y}"


def _agency_header(site: DemoSite, _today: date) -> str:
    return f'<header><a href="/">{_text(site.name)}</a>{_navigation(site)}</header>'


def _agency_article(site: DemoSite, article: DemoArticle, today: date) -> str:
    others = _others(site, article, today)
    byline = f'<div class="by">Автор: {_text(", ".join(article.authors))}</div>' if article.authors else ""
    tags = " ".join("#" + tag.replace(" ", "_") for tag in article.tags)
    body = _body(article, _agency_caption, "h2", {_middle(article): _read_also(others[:1])})
    return (
        f'<main><article><div class="meta"><span>{_text(article.section)}</span> '
        f"<span>{_russian_time(article.published)}</span> "
        f"<span>{_views(article, today)}</span></div><h1>{_text(article.title)}</h1>\n<div>{body}</div>\n{byline}"
        f"{_read_also(others[1:])}<p>Главные новости региона раньше всех: подпишитесь на наш Telegram-канал.</p>"
        f"<p>Заметили опечатку? Выделите её и нажмите Ctrl+Enter.</p><p>Теги: {_text(tags)}</p></article></main>"
    )


def _agency_caption(figure: DemoFigure) -> str:
    return f"<figcaption>{_text(figure.caption)}Фото: {_text(figure.credit)}</figcaption>"


def _read_also(articles: Sequence[DemoArticle]) -> str:
    links = "".join(f'<p><a href="{other.path}">{_text(other.title)}</a></p>' for other in articles)
    return f'<div class="inset"><strong>Читайте также</strong>{links}</div>\n'


def _middle(article: DemoArticle) -> int:
    later = range(len(article.body) // 2, len(article.body))
    return next((index for index in later if not article.body[index].startswith("## ")), len(article.body) - 1)


def _views(article: DemoArticle, today: date) -> str:
    # More on each day: the page changes between two crawls though its text does not.
    age = max(0, (today - article.published.date()).days)
    return f"{crc32(article.slug.encode()) % 3000 + 7 * age + 900:,}".replace(",", " ")


def _agency_footer(site: DemoSite) -> str:
    return f"<footer><p>© {_text(site.name)}. При перепечатке ссылка на источник обязательна.</p></footer>"


_STYLES = {
    "demo-magazine": _Style(
        words=_Words(
            home="Home", about="About us", about_text="A made-up review for trying out Kakehashi.", news="News",
            topic="Topic: Asia", further="Older articles", draft="Draft of the yearly plan", missing="Page not found",
        ),
        header=_magazine_header, footer=_magazine_footer, head=_magazine_head, article=_magazine_article,
        visible_date=_english_date, feed=rss, feed_type="application/rss+xml", news_size=_NEWS_SIZE,
    ),
    "demo-thinktank": _Style(
        words=_Words(
            home="Bosh sahifa", about="Biz haqimizda", about_text="Kakehashi sinovi uchun o‘ylab topilgan institut.",
            news="Yangiliklar", topic="Mavzu: Osiyo", further="Avvalgi maqolalar", draft="Yillik reja loyihasi",
            missing="Sahifa topilmadi",
        ),
        header=_thinktank_header, footer=_thinktank_footer, head=_canonical, article=_thinktank_article,
        visible_date=_uzbek_date, feed=atom, feed_type="application/atom+xml",
    ),
    "demo-ministry": _Style(
        words=_Words(
            home="トップページ", about="このサイトについて", about_text="「架け橋」の試験用に作られた架空の省です。",
            news="報道発表", topic="テーマ:アジア", further="次のページ", draft="年次計画(案)",
            missing="ページが見つかりません",
        ),
        header=_ministry_header, footer=_ministry_footer, head=_canonical, article=_ministry_article,
        visible_date=_era_date, charset="cp932", declared="Shift_JIS", news_size=100,
    ),
    "demo-agency": _Style(
        words=_Words(
            home="Главная", about="О нас", about_text="Вымышленное агентство для проверки Kakehashi.", news="Новости",
            topic="Тема: Азия", further="Дальше", draft="Черновик годового плана", missing="Страница не найдена",
        ),
        header=_agency_header, footer=_agency_footer, head=_published_meta, article=_agency_article,
        visible_date=_russian_time, feed=rss, feed_type="application/rss+xml", news_size=_NEWS_SIZE,
    ),
}  # fmt: skip
