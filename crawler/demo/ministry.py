"""The demo ministry: Japanese in Shift_JIS, with years of the era and the region of the world above each title.

Its texts are in `content/ministry.toml`, its headers on the wire in `manners`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.demo.furniture import (
    ABOUT,
    CATEGORY,
    LISTING,
    Style,
    Words,
    canonical,
    navigation,
    render_body,
    text,
)

if TYPE_CHECKING:
    from datetime import date

    from crawler.demo.content import DemoArticle, DemoFigure, DemoSite

_WORDS = Words(
    home="トップページ", about="このサイトについて", about_text="「架け橋」の試験用に作られた架空の省です。",
    news="報道発表", topic="テーマ:アジア", further="次のページ", draft="年次計画(案)",
    missing="ページが見つかりません",
)  # fmt: skip


def _era_date(day: date) -> str:
    return f"令和{day.year - 2018}年{day.month}月{day.day}日"


def _header(site: DemoSite, _today: date) -> str:
    return (
        f'<div id="head"><a href="/">{text(site.name)}</a>{navigation(_WORDS)}</div>\n'
        '<div id="regions">アジア | 北米 | 中南米 | 欧州(コーカサスを含む) | 中東 | アフリカ</div>'
    )


def _article(_site: DemoSite, article: DemoArticle, _today: date) -> str:
    return (
        f'<div id="crumbs"><a href="/">トップページ</a> &gt; <a href="{CATEGORY}">報道発表</a> &gt; '
        f"{text(article.title)}</div>\n"
        f'<div id="main"><p class="region">欧州</p>\n<h1>{text(article.title)}</h1>\n'
        f'<p class="date">{_era_date(article.published)}</p>\n{render_body(article, _caption, "h2", {})}'
        f'<p class="back"><a href="{LISTING}">欧州へ戻る</a></p></div>'
    )


def _caption(figure: DemoFigure) -> str:
    return f"<p>{text(figure.caption)}(写真提供:{text(figure.credit)})</p>"


def _footer(site: DemoSite) -> str:
    return (
        '<div id="foot"><p>PDF形式の資料を開くには閲覧用の無料ソフトが必要です。'
        f'<a href="{ABOUT}">PDF閲覧ソフトを入手</a></p>'
        f"<p>Copyright {text(site.name)}</p></div>"
    )


STYLE = Style(
    words=_WORDS,
    header=_header, footer=_footer, head=canonical, article=_article,
    visible_date=_era_date, charset="cp932", declared="Shift_JIS", news_size=100,
)  # fmt: skip
