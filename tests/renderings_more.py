"""More ways to print a document; importing this module enters them into the registry of `tests.renderings`."""

from __future__ import annotations

from tests.renderings import (
    Document,
    author_box,
    blocks,
    by,
    disclaimer,
    each,
    esc,
    footer_line,
    inserted,
    json_ld,
    linked_ink,
    news_article,
    og,
    page,
    page_title,
    published,
    published_meta,
    rendering,
    teasers,
    ticker,
    today,
    words,
)


def both_days(document: Document, tag: str = "div") -> str:
    """The day of the crawl right above the day of publication."""
    return f"<{tag}>{today(document)}</{tag}><{tag}>{published(document)}</{tag}>"


@rendering("biography-twice")
def biography_twice(document: Document) -> str:
    """The author's card with the biography stands above the text and once more below it."""
    w = words(document)
    text = blocks(
        document, p="<p>{}</p>", h="<h3>{}</h3>", caption="<figure><img src=/a.jpg><figcaption>{}</figcaption></figure>"
    )
    box = author_box(document, name="<h4>{}</h4>", bio="<p>{}</p>", more="<p><a href=/a>{}</a></p>")
    return page(
        document,
        page_title(document),
        f"""<div>{ticker(document, "<p>{}</p>")}</div>{both_days(document)}<article><h1>{esc(document.title)}</h1><div>{box}</div>
<div>{"".join(text)}{disclaimer(document, "<p>{}</p>")}</div><div>{box}</div></article><aside><h3>{esc(w.sidebar)}</h3>{teasers(document, "<p><a href=/t>{}</a></p>", "<h4>{}</h4>")}</aside><footer>{footer_line(document)}</footer>""",
    )


@rendering("rows-of-a-table")
def rows_of_a_table(document: Document) -> str:
    """Each paragraph is a row of a table."""
    text = blocks(
        document,
        p="<tr><td><p>{}</p></td></tr>",
        h="<tr><td><b>{}</b></td></tr>",
        caption="<tr><td><img src=/a.jpg><br><i>{}</i></td></tr>",
    )
    box = author_box(
        document,
        name="<tr><td><b>{}</b></td></tr>",
        bio="<tr><td>{}</td></tr>",
        more="<tr><td><a href=/a>{}</a></td></tr>",
    )
    return page(
        document,
        page_title(document),
        f"""<table>{ticker(document, "<tr><td>{}</td></tr>")}<tr><td>{today(document)}</td></tr><tr><td>{published(document)}</td></tr><tr><td><h1>{esc(document.title)}</h1></td></tr>{by(document, "<tr><td>{}</td></tr>")}
{"".join(text)}{disclaimer(document, "<tr><td><i>{}</i></td></tr>")}{box}<tr><td><b>{esc(words(document).suggested)}</b></td></tr>{each("<tr><td><a href=/t>{}</a></td></tr>", document.teasers)}<tr><td>{footer_line(document)}</td></tr></table>""",
    )


@rendering("single-breaks")
def single_breaks(document: Document) -> str:
    """One line break after each paragraph, none twice."""
    text = blocks(document, p="{}<br>", h="<b>{}</b><br>", caption="<img src=/a.jpg><br><i>{}</i><br>")
    box = author_box(document, name="<b>{}</b><br>", bio="{}<br>", more="<a href=/a>{}</a><br>")
    return page(
        document,
        page_title(document),
        f"""<div>{ticker(document, "{}<br>")}</div>{both_days(document)}<h2>{esc(document.title)}</h2>{by(document, "<div>{}</div>")}<div>{chr(10).join(text)}{disclaimer(document, "<i>{}</i><br>")}</div><div>{box}</div><div>{teasers(document, "<a href=/t>{}</a><br>", "<b>{}</b><br>")}</div><div>{footer_line(document)}</div>""",
    )


@rendering("items-of-a-list")
def items_of_a_list(document: Document) -> str:
    """The text is a list: each paragraph an item."""
    text = blocks(
        document,
        p="<li>{}</li>",
        h="<li><h2>{}</h2></li>",
        caption="<li><figure><img src=/a.jpg><figcaption>{}</figcaption></figure></li>",
    )
    box = author_box(document, name="<h4>{}</h4>", bio="<p>{}</p>", more="<a href=/a>{}</a>")
    return page(
        document,
        f"{page_title(document)}{published_meta(document)}",
        f"""<ul>{ticker(document, "<li>{}</li>")}</ul>{both_days(document)}<h1>{esc(document.title)}</h1>{by(document, "<p>{}</p>")}<ul>{"".join(text)}</ul>{disclaimer(document, "<p>{}</p>")}<div>{box}</div><div>{teasers(document, "<p><a href=/t>{}</a></p>", "<h3>{}</h3>")}</div><footer>{footer_line(document)}</footer>""",
    )


@rendering("quoted-whole")
def quoted_whole(document: Document) -> str:
    """The whole text in a blockquote, as boards print what somebody copied."""
    text = blocks(document, p="<p>{}</p>", h="<p><b>{}</b></p>", caption="<p><img src=/a.jpg><br><em>{}</em></p>")
    box = author_box(document, name="<p><b>{}</b></p>", bio="<p>{}</p>", more="<p><a href=/a>{}</a></p>")
    return page(
        document,
        page_title(document, " :: "),
        f"""<div>{ticker(document, "<span>{}</span> ")}</div>{both_days(document)}<h1>{esc(document.title)}</h1>{by(document, "<p>{}</p>")}<blockquote>{"".join(text)}{disclaimer(document, "<p>{}</p>")}{box}</blockquote><div>{teasers(document, "<p><a href=/t>{}</a></p>", "<p><b>{}</b></p>")}</div><p>{footer_line(document)}</p>""",
    )


@rendering("tickers-all-over")
def tickers_all_over(document: Document) -> str:
    """The ticker above the title, in the middle of the text and below it; "Sidebar" beside each."""
    w = words(document)
    bar = ticker(document, "<li>{}</li>", "<ul>{}</ul>")
    side = f"<div><h4>{esc(w.sidebar)}</h4><ul><li><a href=/m>{esc(w.most_read)}</a></li></ul></div>"
    text = inserted(
        blocks(
            document,
            p="<p>{}</p>",
            h="<h2>{}</h2>",
            caption="<figure><img src=/a.jpg><figcaption>{}</figcaption></figure>",
            ink=linked_ink,
        ),
        f"<div>{bar}</div>{side}",
    )
    box = author_box(document, name="<h4>{}</h4>", bio="<p>{}</p>", more="<a href=/a>{}</a>")
    return page(
        document,
        f"{page_title(document)}{og(document)}",
        f"""{bar}{both_days(document, "p")}{side}<main><h1>{esc(document.title)}</h1>{by(document, "<p>{}</p>")}<div>{"".join(text)}</div>{disclaimer(document, "<p>{}</p>")}{bar}<div>{box}</div>{teasers(document, "<p><a href=/t>{}</a></p>", "<h3>{}</h3>")}</main>{side}<footer>{footer_line(document)}</footer>""",
    )


@rendering("print-version")
def print_version(document: Document) -> str:
    """A version for printing: address, day of printing, rules between the parts, no link but one."""
    text = blocks(
        document,
        p="<p align=justify>{}</p>",
        h="<p align=center><b>{}</b></p>",
        caption="<center><img src=/a.jpg><br><small>{}</small></center>",
    )
    box = author_box(document, name="<p><b>{}</b></p>", bio="<p>{}</p>", more="<p>{}</p>")
    return page(
        document,
        page_title(document),
        f"""<p>{esc(document.site_name)}</p><p>{today(document)}</p><hr>{ticker(document, "<p>{}</p>")}<p>{published(document)}</p><center><h2>{esc(document.title)}</h2></center>{by(document, "<p align=right>{}</p>")}<hr>{"".join(text)}{disclaimer(document, "<p><i>{}</i></p>")}<hr>{box}<hr><p>{esc(document.url)}</p><p>{footer_line(document)}</p>""",
    )


@rendering("custom-elements")
def custom_elements(document: Document) -> str:
    """Every paragraph is an element of the site's own making; counts of views and comments round the title."""
    text = blocks(
        document,
        p="<x-par>{}</x-par>",
        h="<x-head><h2>{}</h2></x-head>",
        caption="<x-pic><img src=/a.jpg><x-cap><small>{}</small></x-cap></x-pic>",
    )
    box = author_box(document, name="<h4>{}</h4>", bio="<x-par>{}</x-par>", more="<a href=/a>{}</a>")
    return page(
        document,
        f"{page_title(document)}{published_meta(document)}",
        f"""<x-top>{ticker(document, "<x-rate>{}</x-rate>")}</x-top><x-day>{today(document)}</x-day><x-main><x-meta><span>{published(document)}</span><span>1 204</span><span>0</span></x-meta><h1>{esc(document.title)}</h1>{by(document, "<x-by>{}</x-by>")}<x-body>{"".join(text)}{disclaimer(document, "<x-par><em>{}</em></x-par>")}</x-body><x-author>{box}</x-author><x-more>{teasers(document, "<a href=/t>{}</a>", "<h3>{}</h3>")}</x-more></x-main><x-foot>{footer_line(document)}</x-foot>""",
    )


@rendering("related-between")
def related_between(document: Document) -> str:
    """A linked card of another story between the paragraphs, thrice."""
    w = words(document)
    cards = [f"<div><a href=/t><img src=/t.jpg><div>{esc(text)}</div></a></div>" for text in document.teasers]
    text = blocks(
        document, p="<p>{}</p>", h="<h2>{}</h2>", caption="<figure><img src=/a.jpg><figcaption>{}</figcaption></figure>"
    )
    parts: list[str] = []
    for number, part in enumerate(text):
        parts.append(part)
        if cards and number in (1, 3, 5):
            parts.append(f"<p>{esc(w.read_also)}</p>{cards[number % len(cards)]}")
    box = author_box(document, name="<h4>{}</h4>", bio="<p>{}</p>", more="<a href=/a>{}</a>")
    return page(
        document,
        page_title(document) + json_ld(news_article(document)),
        f"""{both_days(document)}{ticker(document, "<div>{}</div>")}<article><h1>{esc(document.title)}</h1><div>{"".join(parts)}</div>{disclaimer(document, "<p>{}</p>")}<div>{box}</div></article><footer>{footer_line(document)}</footer>""",
    )


@rendering("one-paragraph-a-section")
def one_paragraph_a_section(document: Document) -> str:
    """A section, a wrapper and an inner wrapper for each paragraph, as builders of long reads make them."""
    text = blocks(
        document,
        p="<section><div><div><p>{}</p></div></div></section>",
        h="<section><div><h2>{}</h2></div></section>",
        caption="<section><figure><img src=/a.jpg><figcaption>{}</figcaption></figure></section>",
    )
    box = author_box(document, name="<h4>{}</h4>", bio="<p>{}</p>", more="<a href=/a>{}</a>")
    return page(
        document,
        page_title(document) + og(document),
        f"""<section>{ticker(document, "<p>{}</p>")}</section><section>{both_days(document, "p")}</section><section><h1>{esc(document.title)}</h1></section>{by(document, "<section><p>{}</p></section>")}{"".join(text)}{disclaimer(document, "<section><p><em>{}</em></p></section>")}<section>{box}</section><section>{teasers(document, "<p><a href=/t>{}</a></p>", "<h3>{}</h3>")}</section><footer>{footer_line(document)}</footer>""",
    )
