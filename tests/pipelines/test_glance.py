"""A look at the whole page drops what cannot be on topic, and never what the judge would keep."""

from __future__ import annotations

import json

import pytest

from pipelines.glance import may_be_on_topic

FILLER = "<p>" + "The council spoke of roofs, roads and the price of bread all morning long. " * 12 + "</p>"


def page(body: str, head: str = "") -> str:
    return f"<!doctype html><html><head>{head}</head><body>{body}{FILLER}</body></html>"


@pytest.mark.parametrize(
    "html",
    [
        page("<p>Japan lends to Tashkent.</p>"),
        page("<p>&#1071;&#1087;&#1086;&#1085;&#1080;&#1103; и Казахстан</p>"),
        page("<p>J<b>apan</b> and Uzbek<wbr>istan; the Uz­bek side</p>"),
        page("<p>Japan</p><p><a href=/a>Central</a> <em>Asia</em></p>"),
        page("<p>Japan and Central&nbsp;Asia</p>"),
        page("<p>Bishkek</p>", head='<meta property="og:title" content="Tokyo lends again">'),
        page(
            "<p>Bishkek</p>",
            head=f'<script type="application/ld+json">{json.dumps({"headline": "日本の支援"})}</script>',
        ),
        page("<p>キルギスの花</p><footer>東京都</footer>"),
        page("<p>Bishkek customs found three cars made in Japan.</p>"),
        page("<p>Kinbozan of Kazakhstan won.</p>"),
    ],
)
def test_what_names_both_sides_anywhere_is_read(html: str) -> None:
    """In entities, in JSON, across tags and soft hyphens, in the head; and what only seems to name one."""
    assert may_be_on_topic(html)


@pytest.mark.parametrize(
    "html",
    [
        page("<p>Japarov signs the budget of Kyrgyzstan.</p>"),
        page("<p>Tokyo and Osaka have snow.</p>"),
        page("<p>A cheese fair in Normandy.</p>"),
    ],
)
def test_what_names_one_side_at_most_is_not(html: str) -> None:
    assert not may_be_on_topic(html)


def test_a_page_that_shows_no_text_is_read_all_the_same() -> None:
    """Its reason is to be that it holds no text: the site may be broken."""
    assert may_be_on_topic("<html><body><script>load('app.js')</script><p>Please wait</p></body></html>")


@pytest.mark.parametrize("escaped", ["\\ud83d\\ude00", "\\ud83d", "\\ude00\\ud83d", "\\u65e5"])
def test_signs_that_json_writes_as_two_halves_stop_nothing(escaped: str):
    data = f'<script type="application/ld+json">{{"headline": "{escaped} Japan"}}</script>'

    assert may_be_on_topic(f"<html><head>{data}</head><body><p>Kazakhstan</p></body></html>")
