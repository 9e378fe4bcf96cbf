"""The demo agency: Russian, with glued photo credits, boxes inside the text, counters and invitations.

Its texts are in `content/agency.toml`, its headers on the wire in `manners`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from zlib import crc32

from crawler.demo.furniture import Style, Words, navigation, others_of, published_meta, render_body, text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from crawler.demo.content import DemoArticle, DemoFigure, DemoSite

_WORDS = Words(
    home="Главная", about="О нас", about_text="Вымышленное агентство для проверки Kakehashi.", news="Новости",
    topic="Тема: Азия", further="Дальше", draft="Черновик годового плана", missing="Страница не найдена",
)  # fmt: skip


def _russian_time(moment: datetime) -> str:
    return f"{moment:%H:%M %d.%m.%Y}"


def _header(site: DemoSite, _today: date) -> str:
    return f'<header><a href="/">{text(site.name)}</a>{navigation(_WORDS)}</header>'


def _article(site: DemoSite, article: DemoArticle, today: date) -> str:
    others = others_of(site, article, today)
    byline = f'<div class="by">Автор: {text(", ".join(article.authors))}</div>' if article.authors else ""
    tags = " ".join("#" + tag.replace(" ", "_") for tag in article.tags)
    body = render_body(article, _caption, "h2", {_middle(article): _read_also(others[:1])})
    return (
        f'<main><article><div class="meta"><span>{text(article.section)}</span> '
        f"<span>{_russian_time(article.published)}</span> "
        f"<span>{_views(article, today)}</span></div><h1>{text(article.title)}</h1>\n<div>{body}</div>\n{byline}"
        f"{_read_also(others[1:])}<p>Главные новости региона раньше всех: подпишитесь на наш Telegram-канал.</p>"
        f"<p>Заметили опечатку? Выделите её и нажмите Ctrl+Enter.</p><p>Теги: {text(tags)}</p></article></main>"
    )


def _caption(figure: DemoFigure) -> str:
    return f"<figcaption>{text(figure.caption)}Фото: {text(figure.credit)}</figcaption>"


def _read_also(articles: Sequence[DemoArticle]) -> str:
    links = "".join(f'<p><a href="{other.path}">{text(other.title)}</a></p>' for other in articles)
    return f'<div class="inset"><strong>Читайте также</strong>{links}</div>\n'


def _middle(article: DemoArticle) -> int:
    later = range(len(article.body) // 2, len(article.body))
    return next((index for index in later if not article.body[index].startswith("## ")), len(article.body) - 1)


def _views(article: DemoArticle, today: date) -> str:
    # More on each day: the page changes between two crawls though its text does not.
    age = max(0, (today - article.published.date()).days)
    return f"{crc32(article.slug.encode()) % 3000 + 7 * age + 900:,}".replace(",", " ")


def _footer(site: DemoSite) -> str:
    return f"<footer><p>© {text(site.name)}. При перепечатке ссылка на источник обязательна.</p></footer>"


STYLE = Style(
    words=_WORDS,
    header=_header, footer=_footer, head=published_meta, article=_article,
    visible_date=_russian_time, feed="rss", news_size=8,
)  # fmt: skip
