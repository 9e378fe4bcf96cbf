"""One document as many pages: markups as differently built as the sites are that print such documents.

`RENDERINGS` is the registry. Every rendering is fair: whoever sees the page would take exactly the gold from it (a
caption stands at its picture, the biography follows the text and speaks of the author, the publication day is the
date nearest to the headline). Class names say nothing, or lie. No text of the document is changed, save for what
NFKC and the folding of white space undo (`&nbsp;`, hard-wrapped lines).
"""

from __future__ import annotations

import html
import json
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, replace
from html.entities import codepoint2name
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

Ink = Callable[[str, int], str]
"""Turns the text of the paragraph with this number into HTML that reads the same."""


# --- the values ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of the article in its order: paragraph, subhead, or the line below a picture."""

    kind: Literal["p", "h", "caption"]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """An article with everything that a site prints around it."""

    key: str
    family: Literal["magazine", "thinktank"]
    language: Literal["en", "ru", "ja"]
    url: str
    title: str
    published: dt.date
    crawl_day: dt.date
    authors: tuple[str, ...]
    bio: tuple[str, ...]
    blocks: tuple[Block, ...]
    site_name: str
    category: str
    teasers: tuple[str, ...]
    ticker: bool
    disclaimer: str | None = None


@dataclass(frozen=True, slots=True)
class Rendering:
    """A way to print a document; `encoding` is what the page declares, or leaves to be found out."""

    name: str
    render: Callable[[Document], str]
    encoding: str = "utf-8"

    def page(self, document: Document) -> bytes:
        """The page as bytes; what the encoding lacks becomes a character reference."""
        return self.render(document).encode(self.encoding, "xmlcharrefreplace")


RENDERINGS: dict[str, Rendering] = {}


def rendering(name: str, encoding: str = "utf-8") -> Callable[[Callable[[Document], str]], Callable[[Document], str]]:
    """Enters the decorated function into the registry under `name`."""

    def enter(render: Callable[[Document], str]) -> Callable[[Document], str]:
        RENDERINGS[name] = Rendering(name, render, encoding)
        return render

    return enter


# --- the words round an article, in the language of the site --------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a site of one language prints beside its articles."""

    months: tuple[str, ...]
    menu: tuple[str, ...]
    by: str
    both: str
    more_from: str
    suggested: str
    read_also: str
    sidebar: str
    most_read: str
    share: str
    letter: tuple[str, str]
    letter_button: str
    cookies: str
    accept: str
    comments: str
    one_comment: str
    comment_rule: str
    send: str
    rights: str
    about_author: str
    tags: str
    about_site: str
    read_more: str
    excerpt: str
    advertisement: str
    reader: tuple[str, str]


_EN_MONTHS = "January February March April May June July August September October November December"
_RU_MONTHS = "января февраля марта апреля мая июня июля августа сентября октября ноября декабря"

WORDS: dict[str, Words] = {
    "en": Words(
        months=tuple(_EN_MONTHS.split()),
        menu=("Home", "News", "Politics", "Business", "Travel", "About us", "Contact"),
        by="By {}",
        both=" and ",
        more_from="View more articles from",
        suggested="Suggested Articles",
        read_also="Read also:",
        sidebar="Sidebar",
        most_read="Most read",
        share="Share",
        letter=("Sign up for our newsletter", "One letter each Friday with the stories of the week, free of charge."),
        letter_button="Subscribe",
        cookies="We use cookies so that this site works and to count its readers. You may refuse the second kind.",
        accept="Accept all",
        comments="Leave a Reply",
        one_comment="One comment",
        comment_rule="Your email address will not be published. Required fields are marked *",
        send="Post Comment",
        rights="All rights reserved.",
        about_author="About the author",
        tags="Tags:",
        about_site="Founded in 2009 by four former correspondents, we are an independent publisher with readers in forty "
        "countries. We report on politics, business and daily life between the Caspian and the Pacific, in three "
        "languages and without a paywall. Letters, corrections and offers of articles reach us by the form on this site.",
        read_more="Read more",
        excerpt="The full story, with figures and with voices from the region, was the most discussed of the past week.",
        advertisement="Advertisement",
        reader=(
            "Gulnara K.",
            (
                "I have lived there for twenty years and never heard it told like this. Thank you, and please write about "
                "the schools next time, since nobody else does, and the parents would have a good deal to say."
            ),
        ),
    ),
    "ru": Words(
        months=tuple(_RU_MONTHS.split()),
        menu=("Главная", "Новости", "Политика", "Экономика", "Туризм", "О нас", "Контакты"),
        by="Автор: {}",
        both=", ",
        more_from="Все материалы автора",
        suggested="Рекомендуем почитать",
        read_also="Читайте также:",
        sidebar="Боковая панель",
        most_read="Самое читаемое",
        share="Поделиться",
        letter=("Подпишитесь на нашу рассылку", "Одно письмо в пятницу с главными материалами недели, бесплатно."),
        letter_button="Подписаться",
        cookies="Мы используем файлы cookie, чтобы сайт работал и чтобы считать посетителей. От вторых можно отказаться.",
        accept="Принять",
        comments="Оставить комментарий",
        one_comment="Один комментарий",
        comment_rule="Ваш адрес email не будет опубликован. Обязательные поля помечены *",
        send="Отправить комментарий",
        rights="Все права защищены.",
        about_author="Об авторе",
        tags="Теги:",
        about_site="Издание основано в 2009 году четырьмя бывшими корреспондентами и не зависит от партий и компаний. Мы "
        "пишем о политике, хозяйстве и повседневной жизни от Каспия до Тихого океана на трёх языках и не берём платы за "
        "чтение. Письма, поправки и предложения статей присылайте через форму на сайте.",
        read_more="Подробнее",
        excerpt="Этот материал с цифрами и голосами жителей региона чаще других обсуждали на прошлой неделе.",
        advertisement="Реклама",
        reader=(
            "Гульнара К.",
            (
                "Живу там двадцать лет и ни разу не слышала, чтобы об этом рассказывали так. Спасибо, а в следующий раз "
                "напишите, пожалуйста, о школах: больше никто о них не пишет, а родителям есть что сказать."
            ),
        ),
    ),
    "ja": Words(
        months=(),
        menu=("ホーム", "ニュース", "政治", "経済", "旅行", "当サイトについて", "お問い合わせ"),
        by="執筆者:{}",
        both="、",
        more_from="この執筆者の記事一覧",
        suggested="関連記事",
        read_also="あわせて読みたい:",
        sidebar="サイドバー",
        most_read="よく読まれている記事",
        share="シェアする",
        letter=("メールマガジンに登録", "毎週金曜日に今週の主な記事を無料でお届けします。"),
        letter_button="登録する",
        cookies="当サイトでは、動作の維持と閲覧数の集計のためにCookieを使用します。集計用のCookieは拒否できます。",
        accept="同意する",
        comments="コメントを残す",
        one_comment="コメント1件",
        comment_rule="メールアドレスが公開されることはありません。※が付いている欄は必須項目です",
        send="コメントを送信",
        rights="無断転載を禁じます。",
        about_author="筆者について",
        tags="タグ:",
        about_site="当サイトは2009年に四人の元特派員が創刊した独立系の媒体です。カスピ海から太平洋までの政治、経済、暮らしを"
        "三つの言語で伝え、購読料はいただいていません。ご意見、訂正のお申し出、寄稿のご相談は専用の書式からお寄せください。",
        read_more="続きを読む",
        excerpt="数字と現地の声を交えたこの記事は、先週もっとも多くの反響をいただきました。",
        advertisement="広告",
        reader=(
            "グルナラ",
            (
                "二十年住んでいますが、このように語られるのを聞いたのは初めてです。次はぜひ学校のことも書いてください。"
                "ほかに書いてくれる人がいませんし、親たちには言いたいことがたくさんあります。"
            ),
        ),
    ),
}

RATES = ("KGS/USD = 0.01144 0%", "KZT/USD = 0.00196 0%", "TJS/USD = 0.10769 -0.37%", "UZS/USD = 0.00008 -0%")
LAST_RATE = "TMT/USD = 0.28575 0%"
COPIES = 10


def words(document: Document) -> Words:
    """The words of the document's language."""
    return WORDS[document.language]


# --- small helpers ---------------------------------------------------------------------------------------------------


def esc(text: str) -> str:
    """The text as HTML content; quotes stay as they are."""
    return html.escape(text, quote=False)


def each(template: str, texts: Iterable[str], joint: str = "\n") -> str:
    """The template filled with each text in turn; the texts are escaped here."""
    return joint.join(template.format(esc(text)) for text in texts)


def day(document: Document, value: dt.date, style: str = "plain") -> str:
    """A day as people print it: `plain` 29 August 2025, `comma` 29 August, 2025, `us` August 29, 2025, `dots`."""
    if style == "dots":
        return f"{value:%Y.%m.%d}" if document.language == "ja" else f"{value:%d.%m.%Y}"
    if document.language == "ja":
        return f"{value.year}年{value.month}月{value.day}日"
    month = words(document).months[value.month - 1]
    if document.language == "ru":
        return f"{value.day} {month} {value.year}"
    comma = "," if style == "comma" else ""
    return f"{month} {value.day}, {value.year}" if style == "us" else f"{value.day} {month}{comma} {value.year}"


def published(document: Document, style: str = "plain") -> str:
    """The publication day, in the form that the family has unless a style is asked for."""
    return day(document, document.published, "comma" if document.family == "thinktank" and style == "plain" else style)


def today(document: Document, style: str = "plain") -> str:
    """The day of the crawl in the same form as the publication day."""
    return day(document, document.crawl_day, "comma" if document.family == "thinktank" and style == "plain" else style)


def byline(document: Document) -> str:
    """All authors as one text, without a word before them; empty without authors."""
    return words(document).both.join(document.authors)


def by(document: Document, template: str) -> str:
    """The byline with the language's "By" in a template; nothing for documents without authors."""
    return template.format(esc(words(document).by.format(byline(document)))) if document.authors else ""


def plain_ink(text: str, _number: int) -> str:
    """Text and nothing else."""
    return esc(text)


def middle_span(text: str, length: int = 3) -> tuple[int, int]:
    """Where a few words in the middle of a text begin and end; a few characters where words are not divided."""
    starts = [0, *(i + 1 for i, sign in enumerate(text) if sign == " ")]
    if len(starts) < 3 * length:
        return len(text) // 2, len(text) // 2 + 4
    first = len(starts) // 2
    return starts[first], starts[first + length] - 1


def linked_ink(text: str, number: int) -> str:
    """A link over some words of every paragraph, bold or slanted type in every other one."""
    start, end = middle_span(text)
    tag = ("em", "strong", "i")[number % 3]
    inner = f"<{tag}>{esc(text[start:end])}</{tag}>" if number % 2 else esc(text[start:end])
    return f'{esc(text[:start])}<a href="/topic/{number}/">{inner}</a>{esc(text[end:])}'


def wrapped_ink(text: str, _number: int) -> str:
    """Source lines of at most 64 characters, indented; text without spaces stays on one line."""
    lines = textwrap.wrap(text, 64, break_long_words=False, break_on_hyphens=False)
    return "\n          ".join(esc(line) for line in lines)


def entity_ink(text: str, _number: int) -> str:
    """Character references by name or number for all that is not ASCII, and `&nbsp;` for every ninth space."""
    pieces = esc(text).split(" ")
    joined = "".join(piece + ("&nbsp;" if i % 9 == 8 else " ") for i, piece in enumerate(pieces)).rstrip(" ")
    return "".join(sign if ord(sign) < 128 else reference(sign) for sign in joined)


def reference(sign: str) -> str:
    """One character as a reference."""
    name = codepoint2name.get(ord(sign))
    return f"&{name};" if name else f"&#{ord(sign)};"


def drop_cap_ink(text: str, number: int) -> str:
    """The first letter of the text in an element of its own, and a permitted break within its longest word."""
    word = max(text.split(" "), key=len)
    broken = esc(text).replace(esc(word), f"{esc(word[:4])}<wbr>{esc(word[4:])}", 1)
    return f"<span>{broken[0]}</span>{broken[1:]}" if number == 0 and broken[0].isalpha() else broken


def span_ink(text: str, number: int) -> str:
    """Spans in spans as page builders leave them, some of them empty."""
    if not number % 2:
        return f"<span><span>{esc(text)}</span></span>"
    start, end = middle_span(text)
    return (
        f"<span><span>{esc(text[:start])}</span><span></span></span><span style='font-weight:bold'>"
        f"{esc(text[start:end])}</span><span>{esc(text[end:])}</span>"
    )


def blocks(document: Document, *, p: str, h: str, caption: str, ink: Ink = plain_ink) -> list[str]:
    """The article's blocks, each in the template of its kind."""
    templates = {"p": p, "h": h, "caption": caption}
    return [
        templates[block.kind].format(ink(block.text, number) if block.kind == "p" else esc(block.text))
        for number, block in enumerate(document.blocks)
    ]


def inserted(parts: Sequence[str], extra: str) -> list[str]:
    """The parts with something put between them at the middle."""
    half = len(parts) // 2 + 1
    return [*parts[:half], extra, *parts[half:]]


def picture_first(document: Document) -> Document:
    """The same document with its first picture above the first paragraph."""
    first = next((block for block in document.blocks if block.kind == "caption"), None)
    if first is None:
        return document
    return replace(document, blocks=(first, *(block for block in document.blocks if block is not first)))


def unique_id(document: Document, name: str) -> str:
    """A meaningless class name that differs from document to document."""
    return f"{name[0]}{sum(ord(sign) * (i + 7) for i, sign in enumerate(document.key + name)) % 99991:05x}"


# --- pieces of pages -------------------------------------------------------------------------------------------------


def rates() -> list[str]:
    """All lines of the ticker: ten copies."""
    return [*RATES, LAST_RATE] * COPIES


def ticker(document: Document, line: str, frame: str = "{}", joint: str = "") -> str:
    """The ticker of the sites that have one."""
    return frame.format(each(line, rates(), joint)) if document.ticker else ""


def menu(document: Document, line: str = '<a href="#">{}</a>', joint: str = "\n") -> str:
    """The site's navigation words."""
    return each(line, words(document).menu, joint)


def teasers(document: Document, line: str, heading: str) -> str:
    """The headlines of other stories below their heading."""
    return heading.format(esc(words(document).suggested)) + "\n" + each(line, document.teasers)


def author_box(document: Document, *, name: str, bio: str, more: str) -> str:
    """Each author's name twice, what is said of the author, and the link with the name glued to it."""
    parts: list[str] = []
    for author in document.authors:
        parts += [name.format(esc(author))] * 2
        parts += [bio.format(esc(text)) for text in document.bio]
        parts.append(more.format(esc(words(document).more_from + author)))
    return "\n".join(parts)


def disclaimer(document: Document, template: str) -> str:
    """The disclaimer, where the site has one."""
    return template.format(esc(document.disclaimer)) if document.disclaimer else ""


def letter_box(document: Document, template: str) -> str:
    """A call to subscribe: heading, sentence and button, in this order, in a template with three places."""
    w = words(document)
    return template.format(esc(w.letter[0]), esc(w.letter[1]), esc(w.letter_button))


def comments_form(document: Document) -> str:
    """The form at the end of a page."""
    w = words(document)
    return (
        f"<h3>{esc(w.comments)}</h3><form method=post><p>{esc(w.comment_rule)}</p>"
        f"<textarea name=comment></textarea><input type=submit value='{esc(w.send)}'></form>"
    )


def footer_line(document: Document) -> str:
    """The line of rights at the foot."""
    return f"© {document.crawl_day.year} {esc(document.site_name)}. {esc(words(document).rights)}"


def page_title(document: Document, joint: str = " - ") -> str:
    """The title element with the site's name behind the title."""
    return f"<title>{html.escape(document.title)}{joint}{html.escape(document.site_name)}</title>"


def og(document: Document) -> str:
    """Open Graph without a date."""
    return (
        f'<meta property="og:type" content="article">\n<meta property="og:site_name" content="'
        f'{html.escape(document.site_name)}">\n<meta property="og:title" content="{html.escape(document.title)}">\n'
        f'<meta property="og:url" content="{html.escape(document.url)}">'
    )


def published_meta(document: Document) -> str:
    """The publication time for machines, and the later time of a change."""
    return (
        f'<meta property="article:published_time" content="{document.published}T09:12:44+00:00">\n'
        f'<meta property="article:modified_time" content="{document.crawl_day}T04:00:09+00:00">'
    )


def news_article(document: Document, **more: object) -> dict[str, Any]:
    """schema.org's NewsArticle as sites fill it."""
    entry: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": document.title,
        "datePublished": f"{document.published}T09:12:44+00:00",
        "dateModified": f"{document.crawl_day}T04:00:09+00:00",
        "publisher": {"@type": "Organization", "name": document.site_name},
        "mainEntityOfPage": document.url,
    }
    if document.authors:
        entry["author"] = [{"@type": "Person", "name": author} for author in document.authors]
    return entry | more


def json_ld(value: object) -> str:
    """A script element with linked data."""
    return f'<script type="application/ld+json">{json.dumps(value, ensure_ascii=False)}</script>'


def page(document: Document, head: str, body: str, *, attributes: str = "") -> str:
    """A page of today around the two parts."""
    return (
        f'<!doctype html>\n<html lang="{document.language}"><head><meta charset="utf-8">\n{head}\n</head>\n'
        f"<body{attributes}>\n{body}\n</body></html>\n"
    )


# --- renderings: blogs and page builders -----------------------------------------------------------------------------


@rendering("wordpress-classic")
def wordpress_classic(document: Document) -> str:
    """A classic theme: ticker lists in a bar on top, captions in a div, author box, teasers in main, comments."""
    w = words(document)
    text = blocks(
        document,
        p="<p>{}</p>",
        h="<h2>{}</h2>",
        caption='<div class="wp-caption aligncenter"><img src="/u/a.jpg" alt=""><p class="wp-caption-text">{}</p></div>',
        ink=linked_ink,
    )
    box = author_box(document, name="<h4>{}</h4>", bio="<p>{}</p>", more='<a href="/author/x/">{}</a>')
    bar = ticker(document, "<li>{}</li>", '<div id="top"><ul>{}</ul></div>')
    return page(
        document,
        f"{page_title(document)}\n{published_meta(document)}",
        f"""{bar}<div id="wrapper"><div id="header"><div>{today(document)}</div><ul id="menu">
{menu(document, '<li><a href="#">{}</a></li>')}</ul></div>
<div id="content" role="main"><div class="hentry post"><div class="entry-meta">{published(document)}</div>
<h1 class="entry-title">{esc(document.title)}</h1><div class="entry-content">
{chr(10).join(text)}
{disclaimer(document, "<p><em>{}</em></p>")}</div>
<div id="entry-author-info">{box}</div></div>
<div class="rel">{teasers(document, '<a href="/t/"><p>{}</p></a>', "<h3>{}</h3>")}</div>
<div id="comments">{comments_form(document)}</div></div>
<div id="primary"><h3>{esc(w.sidebar)}</h3><ul><li>{esc(w.most_read)}</li></ul></div>
<div id="footer">{footer_line(document)}</div></div>""",
    )


@rendering("gutenberg")
def gutenberg(document: Document) -> str:
    """The block editor: figures, a linked-data graph, and the ticker inside main right above the title."""
    graph = {
        "@context": "https://schema.org",
        "@graph": [
            {"@type": "WebSite", "name": document.site_name, "dateModified": f"{document.crawl_day}"},
            news_article(document),
            {"@type": "BreadcrumbList", "itemListElement": [{"@type": "ListItem", "position": 1, "name": "Home"}]},
        ],
    }
    text = blocks(
        document,
        p="<p>{}</p>",
        h='<h2 class="wp-block-heading">{}</h2>',
        caption='<figure class="wp-block-image size-large"><img src="/u/b.jpg" alt=""/>'
        '<figcaption class="wp-element-caption">{}</figcaption></figure>',
        ink=linked_ink,
    )
    letter = letter_box(
        document, '<div class="wp-block-group"><h3>{}</h3><p>{}</p><div class="wp-block-button"><a>{}</a></div></div>'
    )
    box = author_box(
        document,
        name="<p>{}</p>",
        bio='<p class="wp-block-post-author-biography">{}</p>',
        more='<p><a href="/author/x/">{}</a></p>',
    )
    return page(
        document,
        f"{page_title(document)}\n{og(document)}\n{json_ld(graph)}",
        f"""<div class="wp-site-blocks"><header class="wp-block-template-part"><p>{esc(document.site_name)}</p><nav>
{menu(document)}</nav></header>
<main class="wp-block-group">{ticker(document, "<li>{}</li>", "<ul>{}</ul>")}
<h1 class="wp-block-post-title">{esc(document.title)}</h1>
<div class="wp-block-post-date"><time datetime="{document.published}T09:12:44+00:00">{published(document)}</time></div>
<div class="entry-content wp-block-post-content">{chr(10).join(inserted(text, letter))}
{disclaimer(document, '<p class="has-small-font-size">{}</p>')}</div>
<div class="wp-block-post-author">{box}</div>
<h2 class="wp-block-heading">{esc(words(document).suggested)}</h2>
<ul class="wp-block-latest-posts">{each('<li><a href="/t/">{}</a></li>', document.teasers)}</ul></main>
<footer class="wp-block-template-part"><p>{footer_line(document)}</p></footer></div>""",
    )


@rendering("elementor")
def elementor(document: Document) -> str:
    """Nested divs with numbers for names; ticker in a marquee, share bar as a list, captions in figcaption."""

    def widget(kind: str, inner: str) -> str:
        box = f'<div class="elementor-widget-container">{inner}</div>'
        return f'<div class="elementor-element elementor-widget elementor-widget-{kind}">{box}</div>'

    text = blocks(
        document,
        p=widget("text-editor", "<p>{}</p>"),
        h=widget("heading", '<h3 class="elementor-heading-title">{}</h3>'),
        caption=widget("image", "<figure><img src='/u/c.jpg'><figcaption>{}</figcaption></figure>"),
    )
    box = author_box(document, name="<div>{}</div>", bio="<div>{}</div>", more='<a href="/a">{}</a>')
    shares = widget("share-buttons", each("<li>{}</li>", ("Facebook", "X", "Telegram")))
    return page(
        document,
        f"{page_title(document)}\n{og(document)}\n{published_meta(document)}",
        f"""<div class="elementor elementor-location-header">{ticker(document, "<span>{}</span> ", "<marquee>{}</marquee>")}
{widget("nav-menu", f"<nav>{menu(document)}</nav>")}{widget("text-editor", today(document))}</div>
<div class="elementor elementor-location-single"><section class="elementor-section"><div class="elementor-container">
{widget("post-info", published(document))}{widget("theme-post-title", f"<h1>{esc(document.title)}</h1>")}
{widget("author", by(document, "<span>{}</span>"))}{shares}
{"".join(text)}{disclaimer(document, widget("text-editor", "<p><i>{}</i></p>"))}
{widget("author-box", box) if document.authors else ""}</div></section>
<section class="elementor-section">{widget("heading", f"<h2>{esc(words(document).suggested)}</h2>")}
{"".join(widget("posts", each("<h3><a href='/t/'>{}</a></h3>", [teaser])) for teaser in document.teasers)}</section></div>
<div class="elementor elementor-location-footer">{widget("text-editor", footer_line(document))}</div>""",
    )


@rendering("no-classes")
def no_classes(document: Document) -> str:
    """Semantic tags without one class: both days as bare text in the article, biography as its last paragraphs."""
    w = words(document)
    text = blocks(
        document, p="<p>{}</p>", h="<h2>{}</h2>", caption="<figure><img src=d.jpg><figcaption>{}</figcaption></figure>"
    )
    box = author_box(document, name="<p>{}</p>", bio="<p>{}</p>", more="<p><a href=/a>{}</a></p>")
    return page(
        document,
        page_title(document),
        f"""{ticker(document, "<p>{}</p>")}
<nav>{menu(document)}</nav>
<main><article>{today(document)}<br>{published(document)}
<h1>{esc(document.title)}</h1>
{chr(10).join(text)}
{disclaimer(document, "<p>{}</p>")}
{box}
</article>
{teasers(document, "<p><a href=/t>{}</a></p>", "<h3>{}</h3>")}
</main>
<aside><h2>{esc(w.sidebar)}</h2><p>{esc(w.most_read)}</p></aside>
<footer><p>{footer_line(document)}</p></footer>""",
    )


@rendering("hashed-app")
def hashed_app(document: Document) -> str:
    """An application's shell: hashed names, paragraphs as divs, the text once more as JSON in a script."""

    def name(part: str) -> str:
        return unique_id(document, part)

    text = blocks(
        document,
        p=f'<div class="{name("paragraph")}">{{}}</div>',
        h=f'<div class="{name("heading")}" role="heading" aria-level="2">{{}}</div>',
        caption=f'<div class="{name("media")}"><img src="/_next/e.jpg" alt=""><div class="{name("line")}">{{}}</div></div>',
        ink=linked_ink,
    )
    data = {"props": {"page": {"title": document.title, "text": [block.text for block in document.blocks]}}}
    box = author_box(document, name="<div>{}</div>", bio="<div>{}</div>", more='<div><a href="/a">{}</a></div>')
    buttons = "<button>Facebook</button><button>X</button><button>Telegram</button>"
    return page(
        document,
        f"{page_title(document)}\n{og(document)}\n{json_ld(news_article(document))}",
        f"""<div id="__next"><div class="{name("bar")}">{ticker(document, "<div>{}</div>")}<div>{today(document)}</div></div>
<div class="{name("navigation")}">{menu(document)}</div>
<div class="{name("article")}"><div class="{name("section")}">{esc(document.category)}</div>
<h1 class="{name("title")}">{esc(document.title)}</h1><div class="{name("day")}">{published(document)}</div>
<div class="{name("share")}"><button>{esc(words(document).share)}</button>{buttons}</div>
<div class="{name("text")}">{"".join(text)}{disclaimer(document, "<div>{}</div>")}</div>
<div class="{name("person")}">{box}</div></div>
<div class="{name("more")}">{teasers(document, "<div><a href='/t'>{}</a></div>", "<div>{}</div>")}</div>
<div class="{name("foot")}">{footer_line(document)}</div></div>
<script id="__NEXT_DATA__" type="application/json">{json.dumps(data, ensure_ascii=False)}</script>""",
    )


@rendering("misleading-classes")
def misleading_classes(document: Document) -> str:
    """Names that lie: the text stands in a comments area, teasers and menu in the article's body."""
    w = words(document)
    text = blocks(
        document,
        p='<p class="related-post">{}</p>',
        h='<h2 class="widget-title">{}</h2>',
        caption='<figure class="entry-content"><img src="/f.jpg"><figcaption class="article-text">{}</figcaption></figure>',
    )
    half = len(text) // 2
    box = author_box(
        document,
        name='<div class="subheading">{}</div>',
        bio='<p class="article-paragraph">{}</p>',
        more='<a class="article-paragraph" href="/a">{}</a>',
    )
    return page(
        document,
        f"{page_title(document)}\n{og(document)}",
        f"""<div class="article-body">{ticker(document, "<span>{}</span>")}<div class="post-date">{today(document)}</div>
<ul class="entry-content">{menu(document, '<li class="article-text"><a href="#">{}</a></li>')}</ul></div>
<div class="sidebar-content"><div class="advert">{published(document)}</div>
<h1 class="site-title">{esc(document.title)}</h1>
<div class="comments-area" id="comments">{chr(10).join(text[:half])}</div>
<div class="related" id="share">{chr(10).join(text[half:])}{disclaimer(document, '<p class="article-paragraph">{}</p>')}</div>
<div class="entry-content" id="content">{box}</div></div>
<div class="article-body" id="story">{teasers(document, '<p class="lead"><a href="/t">{}</a></p>', '<h3 class="title">{}</h3>')}
<div class="entry-content"><h2>{esc(w.sidebar)}</h2><p class="lead">{esc(w.most_read)}</p></div></div>
<div class="article-footer">{footer_line(document)}</div>""",
    )


# --- renderings: old and hand-made pages -----------------------------------------------------------------------------


@rendering("tables-2003", encoding="iso-8859-1")
def tables_2003(document: Document) -> str:
    """A layout of tables with uppercase tags and font elements, in Latin-1; pictures and captions in tables too."""
    text = blocks(
        document,
        p='<P ALIGN="JUSTIFY"><FONT FACE="Verdana" SIZE="2">{}</FONT></P>',
        h='<P><B><FONT FACE="Verdana" SIZE="3" COLOR="#003366">{}</FONT></B></P>',
        caption='<TABLE ALIGN="CENTER" WIDTH="320" BORDER="0"><TR><TD><IMG SRC="g.jpg" WIDTH="320"></TD></TR>'
        '<TR><TD><FONT SIZE="1">{}</FONT></TD></TR></TABLE>',
    )
    box = author_box(document, name="<P><B>{}</B></P>", bio="<P><I>{}</I></P>", more='<P><A HREF="a.htm">{}</A></P>')
    cells = ticker(document, "<TD NOWRAP><FONT SIZE=1>{}</FONT></TD>", "<TABLE WIDTH=100%><TR>{}</TR></TABLE>")
    side = menu(document, '<TR><TD BGCOLOR="#EEEEEE"><A HREF="#"><FONT SIZE="2">{}</FONT></A></TD></TR>')
    return f"""<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN">
<HTML><HEAD><META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=iso-8859-1">
{page_title(document)}</HEAD><BODY BGCOLOR="#FFFFFF">{cells}
<TABLE WIDTH="900" CELLPADDING="4"><TR><TD COLSPAN="2"><IMG SRC="logo.gif"> <FONT SIZE="1">{today(document)}</FONT></TD></TR>
<TR><TD WIDTH="150" VALIGN="TOP"><TABLE>{side}</TABLE></TD>
<TD VALIGN="TOP"><FONT SIZE="1">{published(document)}</FONT><BR>
<FONT SIZE="5"><B>{esc(document.title)}</B></FONT>
{by(document, '<P><FONT SIZE="2"><I>{}</I></FONT></P>')}
{chr(10).join(text)}
{disclaimer(document, "<P><FONT SIZE=1>{}</FONT></P>")}<HR>{box}
<HR><B>{esc(words(document).suggested)}</B><UL>{each('<LI><A HREF="t.htm">{}</A>', document.teasers)}</UL></TD></TR>
<TR><TD COLSPAN="2" ALIGN="CENTER"><FONT SIZE="1">{footer_line(document)}</FONT></TD></TR></TABLE></BODY></HTML>"""


@rendering("breaks-in-one-div")
def breaks_in_one_div(document: Document) -> str:
    """All text in one div, paragraphs divided by two line breaks, subheads in bold, captions below the picture."""
    text = blocks(document, p="{}", h="<b>{}</b>", caption='<img src="/h.jpg" alt=""><br><i>{}</i>', ink=linked_ink)
    box = author_box(document, name="{}<br>", bio="{}<br><br>", more='<a href="/a">{}</a><br>')
    bar = ticker(document, "{}", "<div>{}</div>", " • ")
    return page(
        document,
        f"{page_title(document, ' | ')}\n{published_meta(document)}",
        f"""<div id="head">{bar}<div>{today(document)}</div>{menu(document, joint=" | ")}</div>
<div id="main"><h1>{esc(document.title)}</h1>
<div>{published(document)}</div>
<div>{"<br><br>".join(text)}{disclaimer(document, "<br><br><small>{}</small>")}</div>
<div>{box}</div>
<div><b>{esc(words(document).suggested)}</b><br>{each('<a href="/t">{}</a><br>', document.teasers)}</div></div>
<div id="foot">{footer_line(document)}</div>""",
    )


@rendering("div-paragraphs")
def div_paragraphs(document: Document) -> str:
    """Paragraphs as divs with empty divs between, as mail editors leave them; no h1, the title in a div."""
    text = blocks(
        document,
        p='<div style="text-align:justify"><span style="font-size:16px">{}</span></div><div>&nbsp;</div>',
        h='<div><span style="font-size:20px"><b>{}</b></span></div><div><br></div>',
        caption='<div style="text-align:center"><img src="/i.jpg"></div><div style="text-align:center"><sub>{}</sub></div>',
        ink=linked_ink,
    )
    box = author_box(document, name="<div><b>{}</b></div>", bio="<div>{}</div>", more='<div><a href="/a">{}</a></div>')
    return page(
        document,
        f"{page_title(document)}",
        f"""<div>{ticker(document, "<div>{}</div>")}</div>
<div>{menu(document)}</div><div>{today(document)}</div>
<div><div>{published(document)}</div><div style="font-size:32px">{esc(document.title)}</div>
{by(document, "<div>{}</div>")}
{"".join(text)}{disclaimer(document, "<div><i>{}</i></div>")}
{box}</div>
<div>{teasers(document, "<div><a href='/t'>{}</a></div>", "<div><b>{}</b></div>")}</div>
<div>{footer_line(document)}</div>""",
    )


@rendering("strong-subheads")
def strong_subheads(document: Document) -> str:
    """Subheads as bold paragraphs; captions as plain paragraphs right below the picture, outside any figure."""
    text = blocks(
        document, p="<p>{}</p>", h="<p><strong>{}</strong></p>", caption='<p><img src="/j.jpg" alt=""></p>\n<p>{}</p>'
    )
    box = author_box(document, name="<p>{}</p>", bio="<p>{}</p>", more='<p><a href="/a">{}</a></p>')
    shares = f"<p>{esc(words(document).share)}</p>"
    return page(
        document,
        f"{page_title(document)}\n{og(document)}",
        f"""<header><p>{today(document)}</p><nav><ul>{menu(document, "<li><a href='#'>{}</a></li>")}</ul></nav></header>
<main>{ticker(document, "<p>• {}</p>")}<h1>{esc(document.title)}</h1>
<p>{esc(document.category)}</p><p>{published(document)}</p>{shares}
{by(document, "<p>{}</p>")}
{chr(10).join(text)}
{disclaimer(document, "<p><em>{}</em></p>")}
{box}
{teasers(document, "<p><a href='/t'>{}</a></p>", "<p><strong>{}</strong></p>")}
</main><footer><p>{footer_line(document)}</p></footer>""",
    )


@rendering("think-tank-site")
def think_tank_site(document: Document) -> str:
    """Title, category, day, "Share", the title again, the text, and the disclaimer; nothing for machines."""
    text = blocks(
        document, p="<p>{}</p><p>&nbsp;</p>", h="<h4>{}</h4>", caption="<p><img src='/k.png'></p><p><i>{}</i></p>"
    )
    box = author_box(document, name="<p>{}</p>", bio="<p>{}</p>", more="<p>{}</p>")
    return page(
        document,
        page_title(document, " | "),
        f"""<div class="nav">{menu(document, joint=" ")}<span>EN</span> <span>RU</span> <span>UZ</span></div>
{ticker(document, "<div>{}</div>")}
<div class="cover"><h1>{esc(document.title)}</h1><div>{esc(document.category)}</div><div>{published(document)}</div>
<div>{esc(words(document).share)}</div></div>
<div class="inner"><h2>{esc(document.title)}</h2>{by(document, "<p><strong>{}</strong></p>")}
{chr(10).join(text)}
{disclaimer(document, "<p>{}</p>")}{box}</div>
<div class="more">{teasers(document, "<h5><a href='/t'>{}</a></h5>", "<h4>{}</h4>")}</div>
<div class="foot">{footer_line(document)}</div>""",
    )


@rendering("unclosed-tags")
def unclosed_tags(document: Document) -> str:
    """HTML 3 by hand: uppercase tags, no closing of P and LI, line ends within paragraphs."""
    text = blocks(
        document,
        p="<P>{}",
        h="<H3>{}</H3>",
        caption="<P ALIGN=center><IMG SRC=l.gif><BR><SMALL>{}</SMALL>",
        ink=wrapped_ink,
    )
    box = author_box(document, name="<P>{}", bio="<P>{}", more="<P><A HREF=a.html>{}</A>")
    return f"""<HTML><HEAD><META CHARSET=utf-8>{page_title(document, " | ")}
<BODY>{ticker(document, "<LI>{}", "<UL>{}</UL>")}
{menu(document, "[<A HREF=#>{}</A>]")}
<P>{today(document)}
<HR><P>{published(document)}
<H1>{esc(document.title)}</H1>
{by(document, "<P><I>{}</I>")}
{chr(10).join(text)}
{disclaimer(document, "<P><I>{}</I>")}
<HR>{box}
<H3>{esc(words(document).suggested)}</H3><UL>{each("<LI><A HREF=t.html>{}</A>", document.teasers)}</UL>
<HR><ADDRESS>{footer_line(document)}</ADDRESS>
"""


# --- renderings: declared formats ------------------------------------------------------------------------------------


@rendering("amp")
def amp(document: Document) -> str:
    """An accelerated page: own elements for pictures and menu, linked data, the day in a time element."""
    text = blocks(
        document,
        p="<p>{}</p>",
        h="<h2>{}</h2>",
        caption='<figure><amp-img src="/m.jpg" width="800" height="450" layout="responsive"></amp-img>'
        "<figcaption>{}</figcaption></figure>",
        ink=linked_ink,
    )
    box = author_box(document, name="<h3>{}</h3>", bio="<p>{}</p>", more='<p><a href="/a">{}</a></p>')
    return f"""<!doctype html><html amp lang="{document.language}"><head><meta charset="utf-8">
<script async src="https://cdn.ampproject.org/v0.js"></script>{page_title(document)}
<link rel="canonical" href="{document.url}">{json_ld(news_article(document))}
<style amp-boilerplate>body{{visibility:hidden}}</style></head><body>
<amp-sidebar id="menu" layout="nodisplay"><ul>{menu(document, "<li><a href='#'>{}</a></li>")}</ul></amp-sidebar>
<header>{esc(document.site_name)} {today(document)}</header>
<article class="amp-wp-article"><header>{ticker(document, "<span>{}</span> ")}<h1>{esc(document.title)}</h1>
{by(document, "<div>{}</div>")}<time datetime="{document.published}T09:12:44+00:00">{published(document)}</time>
<amp-social-share type="twitter"></amp-social-share></header>
<div>{chr(10).join(inserted(text, '<amp-ad width="300" height="250" type="x"></amp-ad>'))}
{disclaimer(document, "<p>{}</p>")}</div>
<footer>{box}</footer></article>
<section>{teasers(document, "<h3><a href='/t/amp/'>{}</a></h3>", "<h2>{}</h2>")}</section>
<footer>{footer_line(document)}</footer></body></html>"""


@rendering("xhtml-namespaces", encoding="utf-8-sig")
def xhtml_namespaces(document: Document) -> str:
    """XHTML with an XML declaration, namespaces, a byte order mark and scripts in CDATA sections."""
    text = blocks(
        document, p="<p>{}</p>", h="<h4>{}</h4>", caption='<p><img src="/n.jpg" alt="" /><br /><em>{}</em></p>'
    )
    box = author_box(document, name="<h5>{}</h5>", bio="<p>{}</p>", more='<p><a href="/a">{}</a></p>')
    meta = og(document).replace('">', '" />')
    return f"""<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:og="http://ogp.me/ns#" xml:lang="{document.language}"><head>
<meta http-equiv="Content-Type" content="application/xhtml+xml; charset=utf-8" />
{page_title(document, " :: ")}
{meta}<script type="text/javascript">//<![CDATA[
var page = "<p>{esc(document.site_name)}</p>";
//]]></script></head><body>
<div id="page"><div id="banner">{ticker(document, "<li>{}</li>", "<ul>{}</ul>")}<p>{today(document)}</p></div>
<ul id="nav">{menu(document, '<li><a href="/">{}</a></li>')}</ul>
<div id="story"><p>{published(document)}</p><h2>{esc(document.title)}</h2>{by(document, "<p>{}</p>")}
{chr(10).join(text)}
{disclaimer(document, "<p>{}</p>")}
<hr />{box}</div>
<div id="others">{teasers(document, '<p><a href="/t">{}</a></p>', "<h3>{}</h3>")}</div>
<div id="footer"><p>{footer_line(document)}</p></div></div></body></html>"""


@rendering("microdata")
def microdata(document: Document) -> str:
    """schema.org in attributes: the same names on the article, the author and every teaser; subheads as h3."""
    text = blocks(
        document,
        p="<p>{}</p>",
        h="<h3>{}</h3>",
        caption='<div itemprop="image" itemscope itemtype="https://schema.org/ImageObject"><img src="/o.jpg">'
        '<span itemprop="caption">{}</span></div>',
        ink=linked_ink,
    )
    box = author_box(
        document,
        name='<span itemprop="name">{}</span>',
        bio='<div itemprop="description">{}</div>',
        more='<a itemprop="url" href="/a">{}</a>',
    )
    person = f'<div itemprop="author" itemscope itemtype="https://schema.org/Person">{box}</div>' if box else ""
    cards = each(
        '<li itemprop="itemListElement" itemscope itemtype="https://schema.org/NewsArticle"><meta itemprop='
        f'"datePublished" content="{document.crawl_day}"><a itemprop="headline" href="/t">{{}}</a></li>',
        document.teasers,
    )
    return page(
        document,
        page_title(document),
        f"""<div>{ticker(document, "<li>{}</li>", "<ol>{}</ol>")}<time datetime="{document.crawl_day}">{today(document)}</time></div>
<nav>{menu(document)}</nav>
<div itemscope itemtype="https://schema.org/NewsArticle"><meta itemprop="mainEntityOfPage" content="{document.url}">
<h1 itemprop="headline">{esc(document.title)}</h1>
<time itemprop="datePublished" datetime="{document.published}">{published(document)}</time>
<div itemprop="articleBody">{chr(10).join(text)}</div>{disclaimer(document, "<p><small>{}</small></p>")}
{person}</div>
<h3>{esc(words(document).suggested)}</h3><ul itemscope itemtype="https://schema.org/ItemList">{cards}</ul>
<footer>{footer_line(document)}</footer>""",
    )


@rendering("hard-wrapped")
def hard_wrapped(document: Document) -> str:
    """Source lines broken and indented within paragraphs, title and byline; the title's element is an h2."""
    text = blocks(
        document,
        p="        <p>\n          {}\n        </p>",
        h="        <h3>\n          {}\n        </h3>",
        caption="        <figure>\n          <img src='/p.jpg'>\n          <figcaption>\n            {}\n"
        "          </figcaption>\n        </figure>",
        ink=wrapped_ink,
    )
    box = author_box(
        document,
        name="        <p>\n          {}\n        </p>",
        bio="        <p>\n{}\n        </p>",
        more="        <p>{}</p>",
    )
    return page(
        document,
        f"<title>\n  {esc(document.title)}\n  – {esc(document.site_name)}\n</title>",
        f"""{ticker(document, "  <div>{}</div>", joint=chr(10))}
  <p>{today(document)}</p>
  <p>{published(document)}</p>
  <div>
      <h2>
        {wrapped_ink(document.title, 0)}
      </h2>
      <div>
{chr(10).join(text)}
{disclaimer(document, "        <p>{}</p>")}
{box}
      </div>
  </div>
{teasers(document, "  <p><a href='/t'>{}</a></p>", "  <h4>{}</h4>")}
  <p>{footer_line(document)}</p>""",
    )


@rendering("entities-1251", encoding="windows-1251")
def entities_1251(document: Document) -> str:
    """Named and numeric references and `&nbsp;` in the text, in a one-byte encoding that only a meta declares."""
    text = blocks(
        document,
        p="<p>{}</p>",
        h="<h3>{}</h3>",
        caption='<div align="center"><img src="/q.jpg"><br><font size="1">{}</font></div>',
        ink=entity_ink,
    )
    box = author_box(document, name="<p>{}</p>", bio="<p>{}</p>", more='<p><a href="/a">{}</a></p>')
    return f"""<html><head><meta http-equiv="content-type" content="text/html; charset=windows-1251">
{page_title(document, " &raquo; ")}{published_meta(document)}</head><body>
{ticker(document, "<td>{}</td>", "<table><tr>{}</tr></table>")}<div>{today(document)} | {menu(document, joint=" | ")}</div>
<div class="c1"><h1>{entity_ink(document.title, 0)}</h1><div>{published(document)}&nbsp;&nbsp;{by(document, "{}")}</div>
{chr(10).join(text)}
{disclaimer(document, "<p><i>{}</i></p>")}{box}</div>
<div class="c2">{teasers(document, "<div><a href='/t'>{}</a></div>", "<h4>{}</h4>")}</div>
<div class="c3">{footer_line(document)}</div></body></html>"""


# --- renderings: where things stand ----------------------------------------------------------------------------------


@rendering("everything-paragraphs")
def everything_paragraphs(document: Document) -> str:
    """One column of plain paragraphs, noise and text alike: only the words and their places tell them apart."""
    w = words(document)
    text = blocks(
        picture_first(document), p="<p>{}</p>", h="<p><b>{}</b></p>", caption="<p><img src=r.jpg></p>\n<p>{}</p>"
    )
    box = author_box(document, name="<p>{}</p>", bio="<p>{}</p>", more="<p><a href=/a>{}</a></p>")
    return page(
        document,
        page_title(document),
        f"""{ticker(document, "<p>{}</p>", joint=chr(10))}
<p>{today(document)}</p>
<p>{published(document)}</p>
<h1>{esc(document.title)}</h1>
{chr(10).join(text)}
{disclaimer(document, "<p>{}</p>")}
{box}
{teasers(document, "<p><a href=/t>{}</a></p>", "<p>{}</p>")}
<p>{esc(w.sidebar)}</p>""",
    )


@rendering("bullets-above-title")
def bullets_above_title(document: Document) -> str:
    """The ticker as one long text with bullets inside main, the two days below it, the title, the first picture."""
    text = blocks(
        picture_first(document),
        p="<p>{}</p>",
        h="<h3>{}</h3>",
        caption='<img src="/s.jpg" alt=""><div class="small">{}</div>',
        ink=linked_ink,
    )
    box = author_box(document, name="<strong>{}</strong>", bio="<p>{}</p>", more='<a href="/a">{}</a>')
    return page(
        document,
        f"{page_title(document)}\n{og(document)}",
        f"""<header><nav>{menu(document)}</nav></header>
<main><article>{ticker(document, "• {}", "<p>{}</p>", " ")}
<p>{today(document)}</p><p>{published(document)}</p>
<h1>{esc(document.title)}</h1>
{chr(10).join(text)}
{disclaimer(document, "<p>{}</p>")}
<div>{box}</div>
{teasers(document, "<h4><a href='/t'>{}</a></h4>", "<h3>{}</h3>")}
</article></main>
<div><h4>{esc(words(document).sidebar)}</h4></div><footer>{footer_line(document)}</footer>""",
    )


@rendering("ticker-tables")
def ticker_tables(document: Document) -> str:
    """Ten small tables of rates in the article above the title; days in the form 29.08.2025 beside each other."""
    row = "".join(f"<tr><td>{esc(line)}</td></tr>" for line in (*RATES, LAST_RATE))
    tables = f"<table>{row}</table>\n" * COPIES if document.ticker else ""
    text = blocks(
        document,
        p="<div><p>{}</p></div>",
        h="<h2>{}</h2>",
        caption="<table><tr><td><img src='/t.jpg'></td></tr><tr><td>{}</td></tr></table>",
    )
    box = author_box(document, name="<td>{}</td>", bio="<td>{}</td>", more='<td><a href="/a">{}</a></td>')
    return page(
        document,
        page_title(document),
        f"""<div>{menu(document)}</div>
<section>{tables}
<table><tr><td>{today(document, "dots")}</td></tr><tr><td>{published(document, "dots")}</td></tr></table>
<h1>{esc(document.title)}</h1>
{chr(10).join(text)}
{disclaimer(document, "<div><p>{}</p></div>")}
<table><tr>{box}</tr></table></section>
<section>{teasers(document, "<p><a href='/t'>{}</a></p>", "<h3>{}</h3>")}</section>
<div>{footer_line(document)}</div>""",
    )


@rendering("aside-first")
def aside_first(document: Document) -> str:
    """Two columns with the aside before the article: dated headlines, a paragraph on the site; cookie banner on top."""
    w = words(document)
    text = blocks(
        document,
        p="<p>{}</p>",
        h="<h3>{}</h3>",
        caption="<figure><img src='/u.jpg'><figcaption>{}</figcaption></figure>",
    )
    box = author_box(document, name="<h4>{}</h4>", bio="<p>{}</p>", more='<a href="/a">{}</a>')
    cards = each(f"<li><time>{today(document)}</time> <a href='/t'>{{}}</a></li>", document.teasers)
    return page(
        document,
        f"{page_title(document)}\n{published_meta(document)}",
        f"""<div role="dialog" class="x"><p>{esc(w.cookies)}</p><button>{esc(w.accept)}</button></div>
<header>{ticker(document, "<li>{}</li>", "<ul>{}</ul>")}<ul><li>English</li><li>Русский</li><li>日本語</li><li>Oʻzbekcha</li></ul>
<nav>{menu(document)}</nav></header>
<div style="display:flex"><aside><h2>{esc(w.most_read)}</h2><ul>{cards}</ul><h2>{esc(w.menu[5])}</h2>
<p>{esc(w.about_site)}</p></aside>
<main><nav><a href="/">{esc(w.menu[0])}</a> › <a href="/c">{esc(document.category)}</a> › {esc(document.title)}</nav>
<article><header><h1>{esc(document.title)}</h1><p>{published(document)}</p>{by(document, "<p>{}</p>")}</header>
{chr(10).join(text)}
{disclaimer(document, "<p>{}</p>")}
<footer>{box}</footer></article></main></div>
<footer><p>{esc(w.about_site)}</p><p>{footer_line(document)}</p></footer>""",
    )


@rendering("logo-heading")
def logo_heading(document: Document) -> str:
    """The site's name is the h1; the title stands in the page's title with the name behind it, and in a div."""
    text = blocks(document, p="<p>{}</p>", h="<h2>{}</h2>", caption="<p class=z><img src='/v.jpg'><span>{}</span></p>")
    box = author_box(document, name="<div>{}</div>", bio="<p>{}</p>", more='<div><a href="/a">{}</a></div>')
    return page(
        document,
        page_title(document, " | "),
        f"""<h1><a href="/">{esc(document.site_name)}</a></h1>
{ticker(document, "<span>{}</span>", "<div>{}</div>", " ")}<div>{today(document)}</div>
<div>{menu(document)}</div>
<div><div class="a1">{esc(document.title)}</div><div class="a2">{esc(document.category)}</div>
<div class="a2">{published(document)}</div><div class="a2">{esc(words(document).share)}</div>
<div class="a3">{chr(10).join(text)}
{disclaimer(document, "<p>{}</p>")}</div><div class="a4">{box}</div></div>
<div>{teasers(document, "<div><a href='/t'>{}</a></div>", "<h2>{}</h2>")}</div><div>{footer_line(document)}</div>""",
    )


@rendering("byline-above-title")
def byline_above_title(document: Document) -> str:
    """Category and byline above the title, the days on both sides of it, list of share targets; no author box."""
    text = blocks(
        document,
        p="<p>{}</p>",
        h="<h2>{}</h2>",
        caption="<figure><picture><source srcset='/w.webp'><img src='/w.jpg'></picture><figcaption><p>{}</p></figcaption></figure>",
        ink=drop_cap_ink,
    )
    bio = each("<p>{}</p>", document.bio)
    return page(
        document,
        f"{page_title(document)}\n{og(document)}",
        f"""<div><span>{today(document, "us")}</span> <nav>{menu(document)}</nav></div>
{ticker(document, "<b>{}</b> ", "<div>{}</div>")}
<article><a href="/c">{esc(document.category)}</a>{by(document, "<div>{}</div>")}
<h1>{esc(document.title)}</h1><div>{published(document, "us")}</div>
<ul><li><a href="#f">Facebook</a></li><li><a href="#x">X</a></li><li><a href="#t">Telegram</a></li></ul>
{chr(10).join(text)}
{disclaimer(document, "<p><em>{}</em></p>")}
{bio}
</article>
<section>{teasers(document, "<p><a href='/t'>{}</a></p>", "<h2>{}</h2>")}</section>
<footer>{footer_line(document)}</footer>""",
    )


@rendering("byline-after-text")
def byline_after_text(document: Document) -> str:
    """The author is named only after the text, in slanted type; a heading "About the author" opens the biography."""
    w = words(document)
    text = blocks(
        document,
        p="<p>{}</p>",
        h="<h3>{}</h3>",
        caption="<div><img src='/x.jpg'></div><div><small>{}</small></div>",
        ink=linked_ink,
    )
    about = f"<h3>{esc(w.about_author)}</h3>{each('<p>{}</p>', document.bio)}" if document.bio else ""
    return page(
        document,
        f"{page_title(document)}\n{published_meta(document)}",
        f"""<header>{esc(document.site_name)} · {today(document)}</header>{ticker(document, "<li>{}</li>", "<ul>{}</ul>")}
<div role="main"><h1>{esc(document.title)}</h1><p>{published(document)}</p>
<div>{chr(10).join(text)}
{by(document, "<p><em>{}</em></p>")}
{disclaimer(document, "<p>{}</p>")}
{about}
<p>{esc(w.tags)} <a href="/tag">{esc(document.category)}</a></p>
<p>{esc(w.share)}: <a href="#f">Facebook</a> <a href="#x">X</a> <a href="#t">Telegram</a></p>
{teasers(document, "<h3><a href='/t'>{}</a></h3>", "<h2>{}</h2>")}</div>
<footer>{footer_line(document)}</footer>""",
    )


@rendering("letter-in-text")
def letter_in_text(document: Document) -> str:
    """A box to subscribe and a linked headline of another story ("Read also") between the paragraphs."""
    w = words(document)
    text = blocks(
        document,
        p="<p>{}</p>",
        h="<h4>{}</h4>",
        caption="<figure><img src='/y.jpg'><figcaption>{}</figcaption></figure>",
    )
    letter = letter_box(document, "<div><h3>{}</h3><p>{}</p><form><input type=email><button>{}</button></form></div>")
    text = inserted(text, letter)
    if document.teasers:
        text.insert(2, f'<p><strong>{esc(w.read_also)}</strong> <a href="/t">{esc(document.teasers[-1])}</a></p>')
    box = author_box(document, name="<p><b>{}</b></p>", bio="<p>{}</p>", more='<p><a href="/a">{}</a></p>')
    return page(
        document,
        f"{page_title(document)}\n{json_ld(news_article(document))}",
        f"""{ticker(document, "<p>{}</p>")}
<p>{today(document)}</p><nav>{menu(document)}</nav>
<article><h1>{esc(document.title)}</h1><p><time datetime="{document.published}">{published(document)}</time></p>
{chr(10).join(text)}
{disclaimer(document, "<p>{}</p>")}{box}</article>
<aside>{teasers(document, "<p><a href='/t'>{}</a></p>", "<h3>{}</h3>")}</aside>
<footer>{footer_line(document)}</footer>""",
    )


@rendering("section-per-subhead")
def section_per_subhead(document: Document) -> str:
    """A section for each subhead with an advertisement between them; the title is broken over two lines."""
    text = blocks(
        document,
        p="<p>{}</p>",
        h="</section><div class='k'><span>" + esc(words(document).advertisement) + "</span></div><section><h2>{}</h2>",
        caption="<div><img src='/z.jpg'><p>{}</p></div>",
        ink=linked_ink,
    )
    start, _ = middle_span(document.title, 1)
    broken = start and document.title[start - 1] == " "
    title = f"{esc(document.title[: start - 1])}<br>{esc(document.title[start:])}" if broken else esc(document.title)
    box = author_box(document, name="<h3>{}</h3>", bio="<p>{}</p>", more='<a href="/a">{}</a>')
    return page(
        document,
        f"{page_title(document)}\n{og(document)}\n{published_meta(document)}",
        f"""<header>{ticker(document, "<li>{}</li>", "<ul>{}</ul>")}{today(document)}{menu(document)}</header>
<main><header><h1>{title}</h1><time datetime="{document.published}">{published(document)}</time></header>
<section>{chr(10).join(text)}
{disclaimer(document, "<p>{}</p>")}</section>
<section>{box}</section>
<section>{teasers(document, "<article><h3><a href='/t'>{}</a></h3></article>", "<h2>{}</h2>")}</section></main>
<footer>{footer_line(document)}</footer>""",
    )


@rendering("article-cards")
def article_cards(document: Document) -> str:
    """Every teaser is an article element with a day, a headline and an excerpt, before and after the real one."""
    w = words(document)
    text = blocks(
        document,
        p="<p>{}</p>",
        h="<h2>{}</h2>",
        caption="<figure><img src='/aa.jpg'><figcaption>{}</figcaption></figure>",
    )
    card = (
        f"<article><span>{today(document)}</span><h2><a href='/t'>{{}}</a></h2><p>{esc(w.excerpt)}</p>"
        f"<a href='/t'>{esc(w.read_more)}</a></article>"
    )
    box = author_box(document, name="<h3>{}</h3>", bio="<p>{}</p>", more='<a href="/a">{}</a>')
    return page(
        document,
        f"{page_title(document)}\n{og(document)}",
        f"""<header>{menu(document)}</header>{ticker(document, "<div>{}</div>")}
<div>{each(card, document.teasers[:1])}</div>
<article><h1>{esc(document.title)}</h1><span>{published(document)}</span>{by(document, "<span>{}</span>")}
{chr(10).join(text)}
{disclaimer(document, "<p>{}</p>")}
<div>{box}</div></article>
<div><h2>{esc(w.suggested)}</h2>{each(card, document.teasers[1:])}</div>
<footer>{footer_line(document)}</footer>""",
    )


@rendering("reader-comments")
def reader_comments(document: Document) -> str:
    """Comments of readers below the text, long enough to look like paragraphs, then the form."""
    w = words(document)
    text = blocks(
        document,
        p="<p>{}</p>",
        h="<p><b>{}</b></p>",
        caption="<p><img src='/bb.jpg'><br><em>{}</em></p>",
        ink=linked_ink,
    )
    box = author_box(document, name="<h4>{}</h4>", bio="<p>{}</p>", more='<a href="/a">{}</a>')
    comment = f"<li><b>{esc(w.reader[0])}</b> <time>{today(document)}</time><p>{esc(w.reader[1])}</p></li>"
    return page(
        document,
        f"{page_title(document)}\n{og(document)}",
        f"""<div>{ticker(document, "<li>{}</li>", "<ul>{}</ul>")}</div><nav>{menu(document)}</nav>
<div><h1>{esc(document.title)}</h1><p>{published(document)}</p>
{chr(10).join(text)}
{disclaimer(document, "<p><i>{}</i></p>")}
{box}
<h3>{esc(w.suggested)}</h3><ul>{each("<li><a href='/t'>{}</a></li>", document.teasers)}</ul>
<h3>{esc(w.one_comment)}</h3><ol>{comment}</ol>{comments_form(document)}</div>
<footer>{footer_line(document)}</footer>""",
    )


# --- renderings: other systems ---------------------------------------------------------------------------------------


@rendering("drupal-fields")
def drupal_fields(document: Document) -> str:
    """Fields within fields: breadcrumb with the title, the title twice, a linked paragraph that asks to subscribe."""
    w = words(document)

    def field(inner: str) -> str:
        return f'<div class="field field--item"><div class="field__item">{inner}</div></div>'

    text = blocks(
        document,
        p="<p>{}</p>",
        h="<h3>{}</h3>",
        caption='<div data-embed-button="media"><article class="media"><img src="/cc.jpg"></article><div>{}</div></div>',
        ink=linked_ink,
    )
    letter = f'<p><a href="/letter">{esc(w.letter[0])}: {esc(w.letter[1])}</a></p>'
    box = author_box(document, name=field("{}"), bio=field("<p>{}</p>"), more=field("<a href='/a'>{}</a>"))
    return page(
        document,
        f"{page_title(document, ' | ')}\n{og(document)}",
        f"""<div class="dialog-off-canvas-main-canvas"><header role="banner">{ticker(document, field("{}"))}
<ul><li>English</li><li>Русский</li><li>Тоҷикӣ</li></ul><nav>{menu(document)}</nav></header>
<main role="main"><nav><ol><li><a href="/">{esc(w.menu[0])}</a></li><li>{esc(document.title)}</li></ol></nav>
<h1 class="page-header"><span>{esc(document.title)}</span></h1>
<article class="node"><h2><a href="{document.url}"><span>{esc(document.title)}</span></a></h2>
{field(esc(document.category))}{field(f'<time datetime="{document.published}T12:00:00Z">{published(document)}</time>')}
{by(document, field("{}"))}
<div class="field field--text">{chr(10).join(inserted(text, letter))}</div>{disclaimer(document, field("<p>{}</p>"))}
{box}<ul class="links inline"><li>Facebook</li><li>X</li><li>Telegram</li></ul></article>
<div class="views-element-container">{teasers(document, field("<a href='/t'>{}</a>"), "<h2>{}</h2>")}</div></main>
<footer role="contentinfo">{field(footer_line(document))}</footer></div>""",
    )


@rendering("blogger")
def blogger(document: Document) -> str:
    """A blog host: the day as a heading above the post, divs with line breaks, caption tables, links to neighbors."""
    w = words(document)
    text = blocks(
        document,
        p='<div dir="ltr">{}</div><div dir="ltr"><br /></div>',
        h='<div dir="ltr"><b><u>{}</u></b></div><div><br /></div>',
        caption='<table class="tr-caption-container"><tbody><tr><td><a href="/dd.jpg"><img src="/dd.jpg" /></a></td></tr>'
        '<tr><td class="tr-caption">{}</td></tr></tbody></table><br />',
        ink=linked_ink,
    )
    box = author_box(document, name="<span>{}</span>", bio="<div>{}</div>", more='<a href="/a">{}</a>')
    neighbors = each('<a href="/t">← {}</a><br />', document.teasers[:1])
    return page(
        document,
        f"<title>{esc(document.site_name)}: {esc(document.title)}</title>\n{og(document)}",
        f"""<div class="header"><h1 class="title">{esc(document.site_name)}</h1></div>{ticker(document, "<div>{}</div>")}
<div class="main section"><div>{today(document)}</div>
<div class="date-outer"><h2 class="date-header"><span>{published(document)}</span></h2>
<div class="post"><h3 class="post-title">{esc(document.title)}</h3><div class="post-body" dir="ltr">
{"".join(text)}{disclaimer(document, "<div><i>{}</i></div>")}</div>
<div class="post-footer">{by(document, "<span>{}</span>")}<br />{box}</div></div></div>
<div class="blog-pager">{neighbors}</div>{comments_form(document)}</div>
<div class="sidebar section"><h2>{esc(w.suggested)}</h2><ul>{each("<li>{}</li>", document.teasers)}</ul></div>
<div class="footer">{footer_line(document)}</div>""",
    )


@rendering("spans-builder")
def spans_builder(document: Document) -> str:
    """A page builder with spans in spans; the title only in the page's title and in a paragraph; no h1 at all."""
    text = blocks(
        document,
        p="<p class='f8'>{}</p><p class='f8'><span>\u200b</span></p>",
        h="<h6 class='f7'><span><span>{}</span></span></h6>",
        caption="<wow-image><img src='/ee.jpg'></wow-image><p class='f9'><span>{}</span></p>",
        ink=span_ink,
    )
    box = author_box(
        document,
        name="<p><span>{}</span></p>",
        bio="<p><span>{}</span></p>",
        more='<p><a href="/a"><span>{}</span></a></p>',
    )
    return page(
        document,
        page_title(document, " | "),
        f"""<div id="SITE_CONTAINER"><div id="c1">{ticker(document, "<p><span>{}</span></p>")}<p><span>{today(document)}</span></p>
{menu(document, "<div><a href='#'><p>{}</p></a></div>")}</div>
<div id="c2"><div><p style="font-size:44px"><span>{esc(document.title)}</span></p></div>
<div><p><span>{published(document)}</span></p></div>{by(document, "<div><p><span>{}</span></p></div>")}
<div>{chr(10).join(text)}{disclaimer(document, "<p><span>{}</span></p>")}</div><div>{box}</div></div>
<div id="c3">{teasers(document, "<div><p><a href='/t'>{}</a></p></div>", "<p><span>{}</span></p>")}</div>
<div id="c4"><p>{footer_line(document)}</p></div></div>""",
    )


@rendering("stacked-records")
def stacked_records(document: Document) -> str:
    """A builder of stacked blocks: each a record with its own text div, line breaks within; no main, no article."""

    def record(number: int, inner: str) -> str:
        return f'<div id="rec{481516 + number}" class="r t-rec"><div class="t-container">{inner}</div></div>'

    text = blocks(
        document,
        p='<div class="t-text">{}<br /></div>',
        h='<h3 class="t-heading">{}</h3>',
        caption='<div class="t-img"><img data-original="/ff.jpg" src="/ff-small.jpg"><div class="t-descr">{}</div></div>',
        ink=linked_ink,
    )
    box = author_box(document, name="<div>{}</div>", bio="<div>{}</div>", more="<div><a href='/a'>{}</a></div>")
    w = words(document)
    records = [
        menu(document) + today(document),
        ticker(document, "{}", "<div>{}</div>", " • "),
        f"<h1>{esc(document.title)}</h1><div>{published(document)}</div>{by(document, '<div>{}</div>')}",
        *text,
        disclaimer(document, "<div>{}</div>"),
        box,
        letter_box(document, "<h2>{}</h2><div>{}</div><button>{}</button>"),
        teasers(document, "<div><a href='/t'>{}</a></div>", "<h2>{}</h2>"),
        f"<div>{footer_line(document)}</div><div>{esc(w.cookies)} <button>{esc(w.accept)}</button></div>",
    ]
    body = "\n".join(record(number, inner) for number, inner in enumerate(records) if inner)
    return page(document, f"<title>{esc(document.title)}</title>\n{og(document)}", f'<div id="allrecords">{body}</div>')


@rendering("web-components")
def web_components(document: Document) -> str:
    """Elements of the site's own making, rendered on the server, with hidden menu and search; linked data."""
    text = blocks(
        document,
        p="<story-text><p>{}</p></story-text>",
        h="<story-subhead><h2>{}</h2></story-subhead>",
        caption="<story-image><img src='/gg.jpg'><story-caption>{}</story-caption></story-image>",
        ink=linked_ink,
    )
    box = author_box(
        document,
        name="<author-name>{}</author-name>",
        bio="<author-bio><p>{}</p></author-bio>",
        more='<a href="/a">{}</a>',
    )
    w = words(document)
    return page(
        document,
        f"{page_title(document)}\n{json_ld(news_article(document))}",
        f"""<app-root ng-version="17.0.1"><site-header><div style="display:none">{menu(document)}<p>{esc(w.about_site)}</p></div>
{ticker(document, "<ticker-item>{}</ticker-item>", "<site-ticker>{}</site-ticker>")}<site-day>{today(document)}</site-day></site-header>
<router-outlet></router-outlet><story-page><story-head><h1>{esc(document.title)}</h1>
<story-day>{published(document)}</story-day><share-bar><button>{esc(w.share)}</button></share-bar></story-head>
{chr(10).join(text)}{disclaimer(document, "<story-note><p>{}</p></story-note>")}
<story-author>{box}</story-author></story-page>
<story-more>{teasers(document, "<story-card><a href='/t'><p>{}</p></a></story-card>", "<h2>{}</h2>")}</story-more>
<site-footer>{footer_line(document)}</site-footer></app-root><noscript>JavaScript</noscript>""",
    )


@rendering("letter-platform")
def letter_platform(document: Document) -> str:
    """A newsletter host: calls to subscribe above and within, lazy pictures with a noscript copy, initials."""
    text = blocks(
        document,
        p="<p>{}</p>",
        h='<h4 class="header-anchor-post">{}<div class="pencraft"><div></div></div></h4>',
        caption='<div class="captioned-image-container"><figure><a href="/hh.jpg"><img data-src="/hh.jpg"><noscript>'
        '<img src="/hh.jpg"></noscript></a><figcaption class="image-caption">{}</figcaption></figure></div>',
        ink=drop_cap_ink,
    )
    letter = letter_box(document, "<div class='subscription-widget'><h3>{}</h3><p>{}</p><button>{}</button></div>")
    box = author_box(document, name="<a href='/@a'>{}</a>", bio="<div>{}</div>", more='<a href="/a">{}</a>')
    return page(
        document,
        f"{page_title(document, ' - ')}\n{og(document)}\n{json_ld(news_article(document))}",
        f"""<div id="entry"><div class="topbar">{esc(document.site_name)}<button>{esc(words(document).letter_button)}</button>
{ticker(document, "<span>{}</span> ", "<div>{}</div>")}</div>
<article class="typography"><div class="post-header"><h1>{esc(document.title)}</h1>
{f"<div><a href='/@a'>{esc(byline(document))}</a></div>" if document.authors else ""}<div>{published(document, "us")}</div>
<div><a>12</a><a>3</a><button>{esc(words(document).share)}</button></div></div>
<div class="available-content"><div class="body markup">{chr(10).join(inserted(text, letter))}
{disclaimer(document, "<p><em>{}</em></p>")}</div></div>{letter}
<div class="profile">{box}</div></article>
<div class="portable-archive-list">{teasers(document, "<div><a href='/t'>{}</a></div>", "<h4>{}</h4>")}</div>
<div class="footer-wrap">{footer_line(document)}</div></div>""",
    )


@rendering("web-forms")
def web_forms(document: Document) -> str:
    """A server page of the kind that puts everything into one form, with spans and numbered ids; a state field."""
    text = blocks(
        document,
        p="<p class='MsoNormal'><span lang=X>{}<o:p></o:p></span></p>",
        h="<p class='MsoNormal'><b><span>{}<o:p></o:p></span></b></p>",
        caption="<p class='MsoNormal' align=center><img src='ii.jpg'></p><p class='MsoNormal' align=center><i>{}</i></p>",
        ink=wrapped_ink,
    )
    box = author_box(
        document, name="<p class=MsoNormal>{}</p>", bio="<p class=MsoNormal>{}</p>", more="<p class=MsoNormal>{}</p>"
    )
    return page(
        document,
        page_title(document),
        f"""<form method="post" action="News.aspx?id=77" id="aspnetForm"><input type="hidden" name="__VIEWSTATE" value="d0XzXz4K">
<div id="ctl00_top">{ticker(document, "<span>{}</span><br>")}<span id="ctl00_lblToday">{today(document)}</span></div>
<table id="ctl00_menu"><tr>{menu(document, "<td><a href='#'>{}</a></td>")}</tr></table>
<div id="ctl00_main"><span id="ctl00_main_lblDate">{published(document)}</span><br>
<span id="ctl00_main_lblTitle" style="font-size:x-large">{esc(document.title)}</span>
{by(document, "<br><span id='ctl00_main_lblAuthor'>{}</span>")}
<div id="ctl00_main_lblText">{chr(10).join(text)}{disclaimer(document, "<p class=MsoNormal>{}</p>")}</div>
<div>{box}</div></div>
<div id="ctl00_right">{teasers(document, "<p><a href='News.aspx?id=78'>{}</a></p>", "<span>{}</span>")}</div>
<div id="ctl00_bottom">{footer_line(document)}</div></form>""",
    )


@rendering("image-lists")
def image_lists(document: Document) -> str:
    """Both days and the biography as list items, captions as a definition; no machine-readable day."""
    text = blocks(
        document,
        p="<div><div>{}</div></div>",
        h="<div><h3>{}</h3></div>",
        caption="<dl><dt><img src='/jj.jpg'></dt><dd>{}</dd></dl>",
        ink=linked_ink,
    )
    box = author_box(document, name="<li>{}</li>", bio="<li>{}</li>", more="<li><a href='/a'>{}</a></li>")
    return page(
        document,
        page_title(document),
        f"""<ul>{menu(document, "<li><a href='#'>{}</a></li>")}</ul>
<main>{ticker(document, "<ul><li>{}</li></ul>")}<ul><li>{today(document)}</li><li>{published(document)}</li></ul>
<h1>{esc(document.title)}</h1>
<ul><li>Facebook</li><li>X</li><li>Telegram</li></ul>
{chr(10).join(text)}
{disclaimer(document, "<div><div>{}</div></div>")}
<ul>{box}</ul>
<ul>{teasers(document, "<li><a href='/t'>{}</a></li>", "<li>{}</li>")}</ul></main>
<div>{footer_line(document)}</div>""",
    )


@rendering("two-times-in-article")
def two_times_in_article(document: Document) -> str:
    """Two time elements without names in the article, the day of the crawl right above the publication day."""
    text = blocks(
        document, p="<p>{}</p>", h="<h2>{}</h2>", caption="<p><img src='/kk.jpg'></p><p><small>{}</small></p>"
    )
    box = author_box(document, name="<p>{}</p>", bio="<p>{}</p>", more='<p><a href="/a">{}</a></p>')
    return page(
        document,
        f"{page_title(document)}\n{og(document)}",
        f"""<nav>{menu(document)}</nav>
<article>{ticker(document, "<p>{}</p>")}
<time datetime="{document.crawl_day}">{today(document)}</time>
<time datetime="{document.published}">{published(document)}</time>
<h1>{esc(document.title)}</h1>
{chr(10).join(text)}
{disclaimer(document, "<p>{}</p>")}
{box}
{teasers(document, "<p><a href='/t'>{}</a></p>", "<h3>{}</h3>")}
<p>{esc(words(document).sidebar)}</p></article>
<footer>{footer_line(document)}</footer>""",
    )


@rendering("bare-text-nodes")
def bare_text_nodes(document: Document) -> str:
    """The text lies bare in a div, divided by empty paragraphs; links and bold words within."""
    text = blocks(
        document,
        p="{}<p></p>",
        h="<b>{}</b><p></p>",
        caption="<img src='/ll.jpg'><br><small>{}</small><p></p>",
        ink=linked_ink,
    )
    box = author_box(document, name="{}<p></p>", bio="{}<p></p>", more='<a href="/a">{}</a><p></p>')
    return page(
        document,
        page_title(document),
        f"""<div>{ticker(document, "{}", joint="<br>")}</div><div>{menu(document, joint=" · ")}</div>
<div>{today(document)}<p></p>
{published(document)}<p></p>
<h1>{esc(document.title)}</h1>
{chr(10).join(text)}
{disclaimer(document, "{}<p></p>")}
{box}</div>
<div>{teasers(document, "<a href='/t'>{}</a><br>", "<b>{}</b><br>")}</div>
<div>{footer_line(document)}</div>""",
    )


@rendering("minified")
def minified(document: Document) -> str:
    """No white space between elements; paragraphs that open with a quotation mark stand in a blockquote."""
    text = [
        f"<blockquote>{part}</blockquote>" if part.startswith(("<p>“", "<p>«")) else part
        for part in blocks(
            document,
            p="<p>{}</p>",
            h="<h2>{}</h2>",
            caption="<figure><img src=/mm.jpg><figcaption>{}</figcaption></figure>",
        )
    ]
    box = author_box(document, name="<h4>{}</h4>", bio="<p>{}</p>", more="<a href=/a>{}</a>")
    whole = page(
        document,
        page_title(document),
        f"""<header>{ticker(document, "<li>{}", "<ul>{}</ul>")}<div>{today(document)}</div><nav>{menu(document)}</nav></header>
<main><div><h1>{esc(document.title)}</h1><span>{esc(document.category)}</span><time>{published(document)}</time>
<a href=#>{esc(words(document).share)}</a></div>
<article>{"".join(text)}{disclaimer(document, "<p><em>{}</em></p>")}<div>{box}</div></article>
<section>{teasers(document, "<a href=/t><p>{}</p></a>", "<h3>{}</h3>")}</section></main>
<footer>{footer_line(document)}</footer>""",
    )
    return whole.replace("\n", "")


@rendering("indented-breaks")
def indented_breaks(document: Document) -> str:
    """One cell of text; each paragraph begins after one line break with an indent of non-breaking spaces."""
    indent = "&nbsp;&nbsp;&nbsp;&nbsp;"
    text = blocks(
        document,
        p=indent + "{}<br>",
        h="<br><b>{}</b><br><br>",
        caption="<center><img src=nn.jpg><br><i>{}</i></center>",
    )
    box = author_box(document, name="<b>{}</b><br>", bio=indent + "{}<br>", more="<a href=a.html>{}</a><br>")
    return f"""<html><head><meta charset="utf-8">{page_title(document, " | ")}</head><body>
<table width=100%><tr><td>{ticker(document, "{}", joint=" | ")}</td><td>{today(document)}</td></tr>
<tr><td width=20%>{menu(document, "<a href=#>{}</a><br>")}</td>
<td><font size=5>{esc(document.title)}</font><br>{published(document)}<br>{by(document, "{}<br>")}<hr>
{chr(10).join(text)}
{disclaimer(document, "<br><small>{}</small><br>")}<hr>{box}<hr>
<b>{esc(words(document).suggested)}</b><br>{each("<a href=t.html>{}</a><br>", document.teasers)}</td></tr>
<tr><td colspan=2>{footer_line(document)}</td></tr></table></body></html>"""


@rendering("hidden-copies")
def hidden_copies(document: Document) -> str:
    """Title, day and byline twice for two widths of screen, menu and search hidden; subheads as h5."""
    w = words(document)
    text = blocks(
        document, p="<p>{}</p>", h="<h5>{}</h5>", caption="<div><img src='/oo.jpg'><em>{}</em></div>", ink=linked_ink
    )
    head = f"<div>{esc(document.title)}</div><div>{published(document)}</div>{by(document, '<div>{}</div>')}"
    box = author_box(document, name="<h5>{}</h5>", bio="<p>{}</p>", more='<a href="/a">{}</a>')
    return page(
        document,
        f"{page_title(document)}\n{published_meta(document)}",
        f"""<div hidden>{menu(document)}<p>{esc(w.about_site)}</p></div>
<div>{ticker(document, "<i>{}</i> ")}{today(document)}</div>
<main><div class="d-md-none">{head}</div><div class="d-none d-md-block" style="display:none">{head}</div>
{chr(10).join(text)}
{disclaimer(document, "<p>{}</p>")}
{box}
<ul aria-label="{esc(w.share)}"><li><a>Facebook</a></li><li><a>X</a></li><li><a>Telegram</a></li></ul>
{teasers(document, "<h5><a href='/t'>{}</a></h5>", "<h4>{}</h4>")}
<div aria-hidden="true" style="display:none"><p>{esc(w.excerpt)}</p></div></main>
<footer><p>{esc(w.about_site)}</p>{footer_line(document)}</footer>""",
    )


# --- renderings: hand-made pages of other kinds ------------------------------------------------------------------------


@rendering("breaks-everywhere")
def breaks_everywhere(document: Document) -> str:
    """The whole page is one div with line breaks: ticker, days, title, text and teasers; only links and pictures in it."""
    text = blocks(document, p="{}<br><br>", h="<b>{}</b><br><br>", caption='<img src="/pp.jpg"><br>{}<br><br>')
    box = author_box(document, name="{}<br>", bio="{}<br><br>", more='<a href="/a">{}</a><br>')
    return page(
        document,
        page_title(document, " | "),
        f"""<div>{menu(document, joint=" | ")}<br>{ticker(document, "{}<br>")}{today(document)}<br>
{published(document)}<br><br><big>{esc(document.title)}</big><br><br>
{by(document, "{}<br><br>")}{"".join(text)}{disclaimer(document, "{}<br><br>")}{box}<br>
{esc(words(document).suggested)}<br>{each('<a href="/t">{}</a><br>', document.teasers)}<br>{footer_line(document)}</div>""",
    )


@rendering("one-line-head")
def one_line_head(document: Document) -> str:
    """Section, day, byline and share word in one line of text below the title; plain biography; plain teasers."""
    w = words(document)
    text = blocks(
        document, p="<p>{}</p>", h="<h3>{}</h3>", caption="<p><img src='/qq.jpg'></p><p>{}</p>", ink=linked_ink
    )
    line = " | ".join(filter(None, (esc(document.category), published(document), by(document, "{}"), esc(w.share))))
    bio = each("<p>{}</p>", document.bio)
    return page(
        document,
        page_title(document),
        f"""<div>{today(document)} {ticker(document, "{}", joint=" ")}</div>{menu(document, "<p><a href='#'>{}</a></p>")}
<div><h1>{esc(document.title)}</h1><p>{line}</p>
{chr(10).join(text)}
{disclaimer(document, "<p>{}</p>")}{bio}
<p>{esc(w.suggested)}</p>{each("<p>{}</p>", document.teasers)}</div><p>{footer_line(document)}</p>""",
    )


@rendering("spans-in-a-row")
def spans_in_a_row(document: Document) -> str:
    """Day, byline and share stand in spans that touch; the title is cut into spans of single words."""
    w = words(document)
    title = " ".join(f"<span>{esc(word)}</span>" for word in document.title.split(" "))
    text = blocks(
        document,
        p="<p>{}</p>",
        h="<h2>{}</h2>",
        caption="<span><img src='/rr.jpg'></span><p><em>{}</em></p>",
        ink=span_ink,
    )
    names = "".join(f"<span>{esc(w.by.format(byline(document)))}</span>" for _ in document.authors[:1])
    box = author_box(document, name="<span>{}</span>", bio="<span>{}</span><br>", more="<span>{}</span>")
    return page(
        document,
        page_title(document, " – "),
        f"""<div><span>{today(document)}</span><span>{esc(document.site_name)}</span>{menu(document, "<span>{}</span>")}</div>
{ticker(document, "<span>{}</span>", "<div>{}</div>")}
<div><h1>{title}</h1><div><span>{published(document)}</span>{names}<span>{esc(w.share)}</span><span>Facebook</span></div>
{chr(10).join(text)}{disclaimer(document, "<p><span>{}</span></p>")}<div>{box}</div></div>
<div><span>{esc(w.suggested)}</span>{each("<span><a href='/t'>{}</a></span>", document.teasers)}</div>
<div><span>{footer_line(document)}</span></div>""",
    )


@rendering("definition-lists")
def definition_lists(document: Document) -> str:
    """Subheads are terms and paragraphs their definitions; the day and the byline are a list of terms as well."""
    w = words(document)
    text = blocks(
        document, p="<dd>{}</dd>", h="<dt>{}</dt>", caption="<dd><img src='/ss.jpg'></dd><dd><small>{}</small></dd>"
    )
    box = author_box(document, name="<dt>{}</dt>", bio="<dd>{}</dd>", more="<dd><a href='/a'>{}</a></dd>")
    return page(
        document,
        page_title(document),
        f"""<dl>{menu(document, "<dd><a href='#'>{}</a></dd>")}</dl><dl>{ticker(document, "<dd>{}</dd>")}<dt>{today(document)}</dt></dl>
<h2>{esc(document.title)}</h2>
<dl><dt>{published(document)}</dt>{by(document, "<dt>{}</dt>")}</dl>
<dl>{chr(10).join(text)}{disclaimer(document, "<dd>{}</dd>")}</dl>
<dl>{box}</dl>
<dl><dt>{esc(w.suggested)}</dt>{each("<dd><a href='/t'>{}</a></dd>", document.teasers)}</dl><p>{footer_line(document)}</p>""",
    )


@rendering("list-layout")
def list_layout(document: Document) -> str:
    """Every paragraph is a list item, and so are menu, ticker, days and teasers."""
    w = words(document)
    text = blocks(
        document,
        p="<li>{}</li>",
        h="<li><b>{}</b></li>",
        caption="<li><img src='/tt.jpg'></li><li><i>{}</i></li>",
        ink=linked_ink,
    )
    box = author_box(document, name="<li>{}</li>", bio="<li>{}</li>", more="<li><a href='/a'>{}</a></li>")
    return page(
        document,
        f"{page_title(document)}\n{og(document)}",
        f"""<ul>{menu(document, "<li><a href='#'>{}</a></li>")}</ul><ul>{ticker(document, "<li>{}</li>")}<li>{today(document)}</li></ul>
<h1>{esc(document.title)}</h1><ul><li>{published(document)}</li>{by(document, "<li>{}</li>")}<li>{esc(w.share)}</li></ul>
<ul>{"".join(text)}{disclaimer(document, "<li>{}</li>")}</ul><ul>{box}</ul>
<h3>{esc(w.suggested)}</h3><ul>{each("<li><a href='/t'>{}</a></li>", document.teasers)}</ul><p>{footer_line(document)}</p>""",
    )


@rendering("row-per-paragraph")
def row_per_paragraph(document: Document) -> str:
    """Nested tables: each paragraph is a row, the picture and its caption a table in a row, font elements round all."""
    w = words(document)
    text = blocks(
        document,
        p="<tr><td colspan=2><font size=2 face=Arial>{}</font></td></tr>",
        h="<tr><td colspan=2><font size=3><b>{}</b></font></td></tr>",
        caption="<tr><td colspan=2><table><tr><td><img src=uu.jpg></td></tr><tr><td><font size=1>{}</font></td></tr></table></td></tr>",
    )
    box = author_box(
        document,
        name="<tr><td><font size=2><b>{}</b></font></td></tr>",
        bio="<tr><td><font size=1>{}</font></td></tr>",
        more="<tr><td><a href=a.html>{}</a></td></tr>",
    )
    return f"""<html><head><meta charset="utf-8">{page_title(document)}</head><body><table><tr><td>
<table><tr>{menu(document, "<td><a href=#><font size=2>{}</font></a></td>")}</tr></table></td></tr>
<tr><td><font size=1>{ticker(document, "{}", joint=" • ")}</font></td></tr><tr><td><font size=1>{today(document)}</font></td></tr>
<tr><td><table><tr><td colspan=2><font size=5>{esc(document.title)}</font></td></tr>
<tr><td><font size=1>{published(document)}</font></td><td>{by(document, "<font size=1>{}</font>")}</td></tr>
{chr(10).join(text)}{disclaimer(document, "<tr><td><font size=1>{}</font></td></tr>")}</table></td></tr>
<tr><td><table>{box}</table></td></tr>
<tr><td><table><tr><td><b>{esc(w.suggested)}</b></td></tr>{each("<tr><td><a href=t.html>{}</a></td></tr>", document.teasers)}</table></td></tr>
<tr><td><font size=1>{footer_line(document)}</font></td></tr></table></body></html>"""


@rendering("font-soup")
def font_soup(document: Document) -> str:
    """Divs within font elements within centre elements, no headings at all; colours change within the paragraphs."""
    w = words(document)

    def ink(text: str, number: int) -> str:
        start, end = middle_span(text)
        colour = f'<font color="#{number:06d}">{esc(text[start:end])}</font>'
        return f"<font size=2>{esc(text[:start])}{colour}{esc(text[end:])}</font>"

    text = blocks(
        document,
        p="<font face=Tahoma><div>{}</div></font>",
        h="<center><font size=4><b>{}</b></font></center>",
        caption="<center><img src=vv.gif><br><font size=1>{}</font></center>",
        ink=ink,
    )
    box = author_box(
        document,
        name="<font size=2><div>{}</div></font>",
        bio="<font size=2><div>{}</div></font>",
        more="<div>{}</div>",
    )
    return f"""<html><head><meta charset="utf-8">{page_title(document, " » ")}</head><body>
<center><font size=1>{menu(document, joint=" ")}</font></center><font size=1>{ticker(document, "<div>{}</div>")}</font>
<font size=1><div>{today(document)}</div></font>
<center><font size=6>{esc(document.title)}</font></center><font size=1><div>{published(document)}</div></font>
{by(document, "<font size=1><div>{}</div></font>")}
{chr(10).join(text)}{disclaimer(document, "<font size=1><div>{}</div></font>")}{box}
<font size=3><div>{esc(w.suggested)}</div></font>{each("<font size=2><div><a href=t>{}</a></div></font>", document.teasers)}
<center><font size=1>{footer_line(document)}</font></center></body></html>"""


@rendering("plain-divs")
def plain_divs(document: Document) -> str:
    """Nothing but divs and text, flat: no links, no headings, no bold; the title only in the head and in a div."""
    w = words(document)
    text = blocks(document, p="<div>{}</div>", h="<div>{}</div>", caption="<div><img src='/ww.jpg'></div><div>{}</div>")
    box = author_box(document, name="<div>{}</div>", bio="<div>{}</div>", more="<div>{}</div>")
    return page(
        document,
        page_title(document),
        f"""{ticker(document, "<div>{}</div>")}<div>{today(document)}</div><div>{published(document)}</div>
<div>{esc(document.title)}</div>{by(document, "<div>{}</div>")}
{"".join(text)}{disclaimer(document, "<div>{}</div>")}{box}
<div>{esc(w.suggested)}</div>{each("<div>{}</div>", document.teasers)}<div>{esc(w.sidebar)}</div><div>{footer_line(document)}</div>""",
    )


@rendering("columns-before-and-after")
def columns_before_and_after(document: Document) -> str:
    """Three columns of equal boxes: site's words and latest stories with days left, calls and teasers right."""
    w = words(document)
    text = blocks(document, p="<p>{}</p>", h="<h4>{}</h4>", caption="<div><img src='/xx.jpg'><br>{}</div>")
    box = author_box(document, name="<p>{}</p>", bio="<p>{}</p>", more="<p><a href='/a'>{}</a></p>")
    latest = each(f"<p>{today(document)}</p><p><a href='/t'>{{}}</a></p>", document.teasers)
    letter = letter_box(document, "<p><b>{}</b></p><p>{}</p><p><a href='/s'>{}</a></p>")
    return page(
        document,
        page_title(document),
        f"""<table><tr><td><p>{esc(document.site_name)}</p><p>{esc(w.about_site)}</p><p>{esc(w.most_read)}</p>{latest}
{menu(document, "<p><a href='#'>{}</a></p>")}</td>
<td>{ticker(document, "<p>{}</p>")}<h2>{esc(document.title)}</h2><p>{published(document)} {by(document, "{}")}</p>
{chr(10).join(text)}{disclaimer(document, "<p>{}</p>")}{box}</td>
<td>{letter}<p>{esc(w.suggested)}</p>{each("<p><a href='/t'>{}</a></p>", document.teasers)}<p>{esc(w.excerpt)}</p></td></tr></table>
<p>{footer_line(document)}</p>""",
    )


@rendering("excerpt-teasers")
def excerpt_teasers(document: Document) -> str:
    """Below the text stand teasers with excerpts as paragraphs like those of the text, unlinked, under a heading."""
    w = words(document)
    text = blocks(
        document,
        p="<p>{}</p>",
        h="<h2>{}</h2>",
        caption="<figure><img src='/yy.jpg'><figcaption>{}</figcaption></figure>",
    )
    cards = each(f"<h3>{{}}</h3><p>{esc(w.excerpt)}</p>", document.teasers)
    box = author_box(document, name="<p>{}</p>", bio="<p>{}</p>", more="<p><a href='/a'>{}</a></p>")
    return page(
        document,
        f"{page_title(document)}\n{published_meta(document)}",
        f"""<div>{menu(document)}</div>{ticker(document, "<p>{}</p>")}<p>{today(document)}</p>
<h1>{esc(document.title)}</h1><p>{published(document)}</p>
<p>{esc(w.share)}: Facebook, X, Telegram</p>
{chr(10).join(text)}{disclaimer(document, "<p>{}</p>")}
{box}
<h2>{esc(w.suggested)}</h2>{cards}
<h2>{esc(w.one_comment)}</h2><p>{esc(w.reader[0])}</p><p>{esc(w.reader[1])}</p>{comments_form(document)}
<p>{footer_line(document)}</p>""",
    )


@rendering("title-in-two-lines")
def title_in_two_lines(document: Document) -> str:
    """The title is broken over two lines of a div, the byline stands bare between title and text, the day behind it."""
    start, _ = middle_span(document.title, 1)
    broken = start and document.title[start - 1] == " "
    title = f"{esc(document.title[: start - 1])}<br>{esc(document.title[start:])}" if broken else esc(document.title)
    text = blocks(document, p="<p>{}</p>", h="<p><b>{}</b></p>", caption="<p><img src='/zz.jpg'><br><i>{}</i></p>")
    box = author_box(document, name="<p>{}</p>", bio="<p>{}</p>", more="<p>{}</p>")
    bare = f"<div>{esc(byline(document))}</div>" if document.authors else ""
    return page(
        document,
        page_title(document),
        f"""<div>{esc(document.site_name)}</div><div>{menu(document)}</div>{ticker(document, "<div>{}</div>")}
<div>{title}</div>{bare}<div>{published(document)}</div>
{chr(10).join(text)}{disclaimer(document, "<p>{}</p>")}{box}
{teasers(document, "<p><a href='/t'>{}</a></p>", "<p>{}</p>")}<div>{footer_line(document)}</div>""",
    )


@rendering("divs-in-a-form")
def divs_in_a_form(document: Document) -> str:
    """Paragraphs in a fieldset of a page-wide form, each text with a button beside it; the comment box in it too."""
    w = words(document)
    text = blocks(
        document,
        p="<div><p>{}</p></div>",
        h="<div><h3>{}</h3></div>",
        caption="<div><img src='/ab.jpg'><div>{}</div></div>",
    )
    box = author_box(document, name="<p>{}</p>", bio="<p>{}</p>", more="<p><a href='/a'>{}</a></p>")
    return page(
        document,
        page_title(document),
        f"""<form><input name=q><button>Go</button>{ticker(document, "<p>{}</p>")}<p>{today(document)}</p>
<div>{menu(document)}</div><fieldset><h1>{esc(document.title)}</h1><p>{published(document)}</p>{by(document, "<p>{}</p>")}
{chr(10).join(text)}{disclaimer(document, "<p>{}</p>")}{box}</fieldset>
<h3>{esc(w.comments)}</h3><p>{esc(w.comment_rule)}</p><textarea></textarea><button>{esc(w.send)}</button>
{teasers(document, "<p><a href='/t'>{}</a></p>", "<h3>{}</h3>")}<p>{footer_line(document)}</p></form>""",
    )


@rendering("utf-16", encoding="utf-16")
def utf_16(document: Document) -> str:
    """A short page in UTF-16 with a byte order mark: headline, day, byline, text; a quotation in a blockquote."""
    text = blocks(document, p="<p>{}</p>", h="<h2>{}</h2>", caption="<p><img src=cd.jpg> {}</p>", ink=linked_ink)
    box = author_box(document, name="<p><b>{}</b></p>", bio="<p>{}</p>", more="<p><a href=/a>{}</a></p>")
    return f"""<html><head>{page_title(document)}</head><body>{ticker(document, "<p>{}</p>")}<p>{today(document)}</p>
<h1>{esc(document.title)}</h1><p>{published(document)}</p>{by(document, "<p>{}</p>")}{"".join(text)}
{disclaimer(document, "<p>{}</p>")}{box}{teasers(document, "<p><a href=/t>{}</a></p>", "<h3>{}</h3>")}
<p>{footer_line(document)}</p></body></html>"""
