"""What `parse_page` and `extract_page` make of markup: blocks, their places, and no crash on anything."""

from __future__ import annotations

import datetime as dt
import random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines import Article, Dropped, extract_page
from pipelines.keys import text_key
from pipelines.page import Page, parse_page

SENTENCE = "The reservoir above the town was filled again after the second dry winter in a row, officials said."
TAGS = [
    "p",
    "div",
    "span",
    "b",
    "i",
    "em",
    "a",
    "br",
    "hr",
    "h1",
    "h2",
    "h3",
    "li",
    "ul",
    "table",
    "tr",
    "td",
    "figure",
    "figcaption",
    "time",
    "article",
    "main",
    "aside",
    "form",
    "img",
    "dl",
    "dd",
]
WORDS = st.sampled_from(
    [
        SENTENCE,
        "Share",
        "12 March 2025",
        "By Olga Reed",
        "関連記事",
        "Читайте также",
        "USD/KZT = 0.2 1%",
        "©",
        "",
        "x" * 300,
    ]
)


def blocks(html: str) -> list[str]:
    page = parse_page(html)
    assert page is not None
    return [block.text for block in page.blocks]


def page_of(html: str) -> Page:
    page = parse_page(html)
    assert page is not None
    return page


def article(body: str, head: str = "") -> Article:
    outcome = extract_page(f"<html><head>{head}</head><body>{body}</body></html>".encode())
    assert isinstance(outcome, Article), outcome
    return outcome


def test_two_breaks_end_a_paragraph() -> None:
    """Text between pairs of `br` is a block of its own."""
    assert blocks("<div>One.<br><br>Two.<br> <br/>Three.</div>") == ["One.", "Two.", "Three."]


def test_lines_wrapped_by_hand_are_one_block() -> None:
    """Lines of like length that stop in mid-sentence are one paragraph."""
    lines = [
        "the first of the lines that somebody broke by",
        "hand so that no line was longer than the narrow",
        "window of an old mail program",
    ]

    assert blocks(f"<p>{'<br>'.join(lines)}</p>") == [" ".join(lines)]


def test_japanese_lines_are_joined_without_a_space() -> None:
    """A break within a Japanese sentence leaves no gap."""
    assert blocks("<p>会談は首都で、<br>予定どおり開かれた。</p>") == ["会談は首都で、予定どおり開かれた。"]


def test_letters_in_elements_of_their_own_make_one_word() -> None:
    """A drop cap is no word."""
    assert blocks("<p><span>T</span>he dam held.</p>") == ["The dam held."]


def test_touching_elements_are_told_apart_in_spaced() -> None:
    """`spaced` shows what a style sheet would set apart."""
    block = page_of("<div><span>12 March 2025</span><span>By Olga Reed</span></div>").blocks[0]

    assert block.text == "12 March 2025By Olga Reed"
    assert block.spaced == "12 March 2025 By Olga Reed"


def test_hidden_text_is_not_seen() -> None:
    """What the markup hides is no block, unless it is the page itself."""
    assert blocks("<p>seen</p><div hidden>a</div><p style='display: none'>b</p><script>c</script>") == ["seen"]
    assert blocks("<div hidden><main><p>shown by a script</p></main></div>") == ["shown by a script"]


def test_persian_joiners_and_uzbek_letters_stay() -> None:
    """U+200C and U+02BB belong to words."""
    assert blocks("<p>می\u200cخواهم Oʻzbekiston</p>") == ["می\u200cخواهم Oʻzbekiston"]


def test_region_of_most_of_the_text_is_none() -> None:
    """A form or aside round the whole page says nothing."""
    page = page_of(f"<form><input><div>{f'<p>{SENTENCE}</p>' * 9}</div></form>")

    assert not any("form" in block.regions or block.in_widget for block in page.blocks)


def test_microdata_of_many_articles_is_nobodys() -> None:
    """A day in one of several article objects is not the page's."""
    card = "<div itemscope itemtype='https://schema.org/NewsArticle'><meta itemprop=datePublished content=2024-01-0{}></div>"

    assert page_of(f"<body>{card.format(1)}</body>").meta("datepublished") == "2024-01-01"
    assert page_of(f"<body>{card.format(1)}{card.format(2)}</body>").meta("datepublished") is None


def test_lists_and_quotations_between_paragraphs_stay() -> None:
    """Nothing of the article is lost between two of its paragraphs."""
    items = [f"point number {word} of the agreement, as the ministry put it" for word in ("one", "two", "three")]
    body = f"<h1>Dams and Debts</h1><p>{SENTENCE} It began.</p><ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>"
    body += f"<blockquote><p>“{SENTENCE} We waited.”</p></blockquote><p>{SENTENCE} It ended.</p><p>{SENTENCE} It rained.</p>"

    text = article(body, "<title>Dams and Debts</title>").text

    assert all(item in text for item in items)
    assert "We waited." in text


def test_page_without_an_article_is_dropped() -> None:
    """A page of two words holds none."""
    assert isinstance(extract_page(b"<p>Not found</p>"), Dropped)


@given(
    st.binary(max_size=600),
    st.sampled_from([None, "text/html", "text/html; charset=shift_jis", "text/html; charset=no-such"]),
)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_bytes_raise(body: bytes, content_type: str | None) -> None:
    """Whatever a server sends, an outcome comes back."""
    assert isinstance(extract_page(body, content_type=content_type), Article | Dropped)


@st.composite
def soups(draw: st.DrawFn) -> str:
    """Tags and texts in any order, closed or not."""
    parts = draw(
        st.lists(
            st.one_of(WORDS, st.sampled_from(TAGS).map("<{}>".format), st.sampled_from(TAGS).map("</{}>".format)),
            max_size=60,
        )
    )
    return "".join(parts)


@given(soups())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_kept_paragraphs_are_the_pages_own_words(soup: str) -> None:
    """No text is invented: every kept paragraph stands on the page; and the same page gives the same article."""
    noon = dt.datetime(2025, 4, 1, 12, tzinfo=dt.UTC)
    first = extract_page(soup.encode(), url="https://example.org/a", captured_at=noon)

    assert first == extract_page(soup.encode(), url="https://example.org/a", captured_at=noon)
    if isinstance(first, Article):
        page = parse_page(soup)
        assert page is not None
        whole = text_key(page.tree.text_content())
        assert all(text_key(paragraph) in whole for paragraph in first.text.split("\n\n"))


def test_control_characters_are_no_part_of_a_page() -> None:
    texts = [f"{SENTENCE.replace('town', 'to&#1;wn&#x0F;')} It was year {year}\x01.\x00\x0c" for year in (1, 2, 3)]
    soup = "<o:1p\x02>x</o:1p><p title='\x1f'>" + "</p><p>".join(texts)
    outcome = extract_page(soup.encode(), url="https://example.org/a", content_type="text/html")

    assert isinstance(outcome, Article)
    assert f"{SENTENCE} It was year 2." in outcome.text.split("\n\n")


def test_noise_that_says_it_is_a_page_is_no_error() -> None:
    noise = random.Random(1).randbytes(100_000)

    assert isinstance(extract_page(noise, url="https://example.org/a", content_type="text/html"), Article | Dropped)
