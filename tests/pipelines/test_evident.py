"""When the page itself says which text is the article's, and when others are asked."""

from __future__ import annotations

from typing import Any

import pytest

from pipelines import extract
from pipelines.article_blocks import article_blocks
from pipelines.evident import evident_article
from pipelines.page import Page, parse_page

PARAGRAPHS = [
    "Engineers from Japan have begun to survey three old power stations on the Naryn river in Kyrgyzstan this week.",
    "The Kyrgyz energy ministry expects the Japanese team to report to Bishkek on the state of the turbines in spring.",
    "Tokyo pays for the survey from a fund for Central Asia, and a loan for the repairs may follow, officials say.",
    "The oldest of the stations has run since the seventies, and no turbine in it was ever replaced as a whole.",
]
STANDFIRST = (
    "What the three stations on the upper river need first is known in spring, and who pays for it in the summer."
)
TEXT = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
OPINIONS = (
    "This is what a reader of the page has to say about the dams and about those who built them in those days, not more.",
    "Another reader answers the first one that nobody asked for more dams, and that the river was there long before us.",
)


SERIES = "<p>More in <a href='/x'>our series</a></p>"
FACTS = "<ul>" + "".join(f"<li>Station {number} of the river</li>" for number in range(5)) + "</ul>"


def page_of(body: str) -> Page:
    page = parse_page(f"<html><body><h1>Japanese engineers survey the cascade</h1>{body}</body></html>")
    assert page is not None
    return page


def found(body: str) -> list[str] | None:
    page = page_of(body)
    chosen = evident_article(page.blocks, 0)
    return None if chosen is None else [page.blocks[index].text for index in chosen]


def test_one_box_of_prose_below_the_headline_is_the_article() -> None:
    menu = "<nav><ul><li><a href='/a'>World</a></li><li><a href='/b'>Sport</a></li></ul></nav>"
    assert found(f"{menu}<div>{TEXT}</div>{menu}") == PARAGRAPHS


def test_a_link_within_a_paragraph_is_no_doubt() -> None:
    linked = TEXT.replace("fund", "<a href='/fund'>fund</a>")
    assert found(f"<div>{linked}</div>") == PARAGRAPHS


def test_a_table_within_and_a_second_box_of_the_same_kind_belong_to_it() -> None:
    table = "<table><tr><td>Power</td><td>9 MW</td></tr></table>"
    texts = found(f"<div>{TEXT.replace('<p>Tokyo', f'{table}<p>Tokyo')}</div>")
    assert texts == [*PARAGRAPHS[:2], "Power", "9 MW", *PARAGRAPHS[2:]]
    assert found(f"<div><div>{TEXT}</div><div>ad</div><div>{TEXT}</div></div>") == PARAGRAPHS * 2


def test_a_line_of_links_behind_the_text_is_left_out() -> None:
    related = "<p>Read also: <a href='/x'>Dams of the Chu in pictures, then and now</a></p>"
    assert found(f"<div>{TEXT}{related}</div>") == PARAGRAPHS


@pytest.mark.parametrize(
    ("body", "count"),
    [
        pytest.param(f"<div><p>{PARAGRAPHS[0]}</p><p>{PARAGRAPHS[1]}</p></div>", 2, id="two paragraphs"),
        pytest.param(f"<div>{TEXT}{SERIES}</div>", 5, id="a line with a link at the edge"),
        pytest.param(f"<ul><li>3 May</li><li>Energy</li></ul><div>{TEXT}</div>", 4, id="day and section above"),
        pytest.param(f"<h2>{STANDFIRST}</h2><div>{TEXT}</div>", 4, id="a long heading"),
    ],
)
def test_a_little_beside_is_no_doubt_where_there_is_no_other_prose(body: str, count: int) -> None:
    texts = found(body)
    assert texts is not None
    assert texts[: min(count, 4)] == PARAGRAPHS[:count]
    assert len(texts) == count
    opinions = "".join(f"<section><p>{text}</p></section>" for text in OPINIONS)
    assert found(f"{body}{opinions}") is None


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(f"<div><p>{STANDFIRST}</p></div><div><article>{TEXT}</article></div>", id="standfirst"),
        pytest.param(f"<div>{TEXT}<ul><li><span>Toktogul</span></li><li>Uch-Kurgan</li></ul></div>", id="list behind"),
        pytest.param(f"<div><p>{PARAGRAPHS[0]}</p></div>", id="one paragraph"),
        pytest.param(
            f"<div>{TEXT}</div>" + "".join(f"<div><p>{text}</p></div>" for text in OPINIONS * 4), id="much prose beside"
        ),
        pytest.param(
            f"<div>{TEXT}{SERIES}</div><section><p>{STANDFIRST}</p></section>", id="links at the edge, and prose beside"
        ),
        pytest.param(f"{FACTS}<div>{TEXT}</div>", id="a list above"),
        pytest.param("<div><a href='/x'>World</a></div>", id="no prose"),
    ],
)
def test_what_may_be_elsewhere_is_doubt(body: str) -> None:
    assert found(body) is None


def test_nobody_is_asked_about_what_is_evident(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []

    def refuse(*_: Any, is_fast: bool = False, **__: Any) -> extract.Opinion:
        asked.append(is_fast)
        return extract.Opinion(lines=tuple(PARAGRAPHS))

    monkeypatch.setattr(extract, "main_text", refuse)
    assert len(article_blocks(page_of(f"<div>{TEXT}</div>"), 0)) == len(PARAGRAPHS)
    assert asked == []
    assert len(article_blocks(page_of(f"<div><p>{STANDFIRST}</p></div><div><div>{TEXT}</div></div>"), 0)) >= 4
    assert asked == [True]


def test_a_quick_opinion_that_ends_well_before_long_comments_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []

    def quick(*_: Any, is_fast: bool = False, **__: Any) -> extract.Opinion:
        asked.append(is_fast)
        return extract.Opinion(lines=(STANDFIRST, *PARAGRAPHS) if is_fast else OPINIONS)

    monkeypatch.setattr(extract, "main_text", quick)
    between = "".join(f"<p><a href='/{number}'>Other news {number}</a></p>" for number in range(14))
    comments = "".join(f"<section><p>{text}</p></section>" for text in OPINIONS * 6)
    page = page_of(f"<div><p>{STANDFIRST}</p></div><div><div>{TEXT}</div></div>{between}{comments}")
    texts = [page.blocks[index].text for index in article_blocks(page, 0)]
    assert asked == [True]
    assert texts[-4:] == PARAGRAPHS
    nearer = page_of(f"<div><p>{STANDFIRST}</p></div><div><div>{TEXT}</div></div>{comments}")
    article_blocks(nearer, 0)
    assert asked[:3] == [True, True, False]
