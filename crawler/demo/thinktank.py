"""The demo think tank: Uzbek, with the title twice, dates in words and a disclaimer after a star.

Its texts are in `content/thinktank.toml`, its headers on the wire in `manners`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.demo.furniture import Style, Words, canonical, navigation, render_body, text

if TYPE_CHECKING:
    from datetime import date

    from crawler.demo.content import DemoArticle, DemoFigure, DemoSite

_UZBEK_MONTHS = (
    "yanvar", "fevral", "mart", "aprel", "may", "iyun", "iyul", "avgust", "sentabr", "oktabr", "noyabr", "dekabr",
)  # fmt: skip
_WORDS = Words(
    home="Bosh sahifa", about="Biz haqimizda", about_text="Kakehashi sinovi uchun o‘ylab topilgan institut.",
    news="Yangiliklar", topic="Mavzu: Osiyo", further="Avvalgi maqolalar", draft="Yillik reja loyihasi",
    missing="Sahifa topilmadi",
)  # fmt: skip


def _uzbek_date(day: date) -> str:
    return f"{day.day}-{_UZBEK_MONTHS[day.month - 1]}, {day.year}"


def _header(site: DemoSite, _today: date) -> str:
    return f'<header><a href="/">{text(site.name)}</a>{navigation(_WORDS)}</header>'


def _article(_site: DemoSite, article: DemoArticle, _today: date) -> str:
    share = f'<a class="share" href="{article.path}#ulashish">Ulashish</a>'
    authors = f'<span class="by">{text(", ".join(article.authors))}</span>' if article.authors else ""
    return (
        f'<main><div class="page-head"><h1>{text(article.title)}</h1><span>{text(article.section)}</span>'
        f"<time>{_uzbek_date(article.published)}</time>{authors}{share}</div>\n"
        f"<article><h3>{text(article.title)}</h3>\n{render_body(article, _caption, 'h4', {})}"
        "<p><em>* Institut hech qanday masala bo‘yicha rasmiy pozitsiyani bildirmaydi; bu yerda aytilgan fikrlar "
        "mualliflarning o‘ziga tegishli bo‘lib, institut qarashlariga mos kelmasligi mumkin.</em></p></article>\n"
        f"<p>{share}</p></main>"
    )


def _caption(figure: DemoFigure) -> str:
    return f"<figcaption>{text(figure.caption)} Foto: {text(figure.credit)}</figcaption>"


def _footer(site: DemoSite) -> str:
    return f"<footer><p>{text(site.name)}, Toshkent shahri, Namuna ko‘chasi, 7-uy</p></footer>"


STYLE = Style(
    words=_WORDS,
    header=_header, footer=_footer, head=canonical, article=_article,
    visible_date=_uzbek_date, feed="atom",
)  # fmt: skip
