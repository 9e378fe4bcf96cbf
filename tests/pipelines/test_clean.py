"""What is cut and what stays: by meaning and position, with the reason, and the same each time."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from pipelines import Article, extract_page
from pipelines.page import parse_page
from pipelines.rules import NO_RULES, NoiseRule, PageRules

TITLE = "Winter Roads of the Upper Valley"
SENTENCES = [
    "The road to the upper valley is closed for five months of the year, and the villages live on what they stored.",
    "A tunnel was promised in 2011 and again in 2019; the engineers who measured the slope have long since retired.",
    "“We were told to wait for the third survey,” said the head of the council, who keeps the first two in a drawer.",
    "In February a lorry with flour needed nine days for a distance that takes six hours in the summer months.",
    "The ministry answers that a new survey will be paid for from a loan which parliament is to ratify in autumn.",
]
CRAWLED = dt.datetime(2026, 1, 10, 12, tzinfo=dt.UTC)


def read(above: str = "", middle: str = "", below: str = "", *, rules: PageRules = NO_RULES) -> Article:
    half = len(SENTENCES) // 2
    paragraphs = [f"<p>{sentence}</p>" for sentence in SENTENCES]
    body = f"<h1>{TITLE}</h1>{above}{''.join(paragraphs[:half])}{middle}{''.join(paragraphs[half:])}{below}"
    page = f"<html><head><title>{TITLE}</title></head><body>{body}</body></html>"
    outcome = extract_page(page.encode(), captured_at=CRAWLED, rules=rules)
    assert isinstance(outcome, Article), outcome
    return outcome


def paragraphs(article: Article) -> list[str]:
    return article.text.split("\n\n")


NOISE_ABOVE = [
    "<p>KGS/USD = 0.01144 0% KZT/USD = 0.00196 -0.37%</p>",
    "<p>• KGS/USD = 0.01144 0% • TJS/USD = 0.10769 -0%</p>",
    "<p>USD 81.80</p><p>EUR 95.95</p>",
    "<p>89.12</p><p>94.98</p><p>0.95</p>",
    "<p>29 августа 2025</p><p>858</p>",
    "<p>2025年8月29日</p>",
    "<p>Поделиться</p><p>Печать</p>",
    "<p>シェアする</p>",
    "<p>By Olga Reed | 29 August 2025 | Share</p>",
    "<p>942 ret kórsetildi</p>",
    "<p>276 оқылды</p>",
    f"<p>{TITLE}</p>",
    "<p>Analysis</p>",
    "<img src=a.jpg><p>The closed road; photo: O. Reed</p>",
    "<figure><img src=a.jpg><figcaption>The road in March.</figcaption></figure>",
]
NOISE_WITHIN = [
    "<p><b>Read also:</b> <a href=/t>The bridge that nobody crossed</a></p>",
    "<p>Читайте также: <a href=/t>Мост, по которому никто не ездит</a></p>",
    "<p>あわせて読みたい:<a href=/t>誰も渡らない橋</a></p>",
    "<p>Shuningdek o‘qing: <a href=/t>Hech kim o‘tmaydigan ko‘prik</a></p>",
    "<div><h3>Sign up for our newsletter</h3><p>One letter each week.</p><form><input><button>Go</button></form></div>",
    "<div><h3>Подпишитесь на нашу рассылку</h3><p>Одно письмо в неделю.</p><p><a href=/s>Подписаться</a></p></div>",
    "<p>Advertisement</p>",
    "<p>Обуна бўлинг</p><p>Share</p>",
    "<img src=a.jpg><p><em>The closed road in March, seen from the pass</em></p>",
    "<p>Фото: О. Рид / Горный вестник</p>",
    "<p>写真:山岳通信</p>",
]
NOISE_BELOW = [
    "<p>♥ 14 · 3 комментария</p>",
    "<p>Ko‘rishlar: 300</p><p>2 izoh</p>",
    "<p>Қаралды: 391 · 4 пікір</p>",
    "<p>Көрүлдү: 55</p><p>Дида шуд: 18</p><p>Okaldy: 77</p>",
    "<p>いいね 12 コメント 3</p>",
    "<h3>Suggested Articles</h3><p><a href=/t>The bridge that nobody crossed</a></p>",
    "<p>Новости партнёров</p><p><a href=/t>Мост, по которому никто не ездит</a></p>",
    "<p>Ko‘proq yangiliklar:</p><p>Hech kim o‘tmaydigan ko‘prik</p>",
    "<h4>Olga Reed</h4><h4>Olga Reed</h4><p>Olga Reed is a reporter who covers roads.</p><p>She lives in Osh.</p>",
    "<h3>About the author</h3><p>Olga Reed covers roads and rivers for several magazines in the region.</p>",
    "<p>* The institute does not take institutional positions; the views are those of the author.</p>",
    "<p>※ 本稿は筆者個人の見解であり、当機関の公式見解ではありません。</p>",
    "<p>Teglar: yo‘l, tunnel</p>",
    "<p>#roads #tunnel #valley</p>",
    "<h3>Leave a Reply</h3><p>Your email address will not be published. Required fields are marked *</p>",
    "<p>Если вы нашли ошибку, выделите её и нажмите Ctrl+Enter.</p>",
    "<p>© 2025 Mountain Herald. All rights reserved.</p>",
    "<p>この記事は会員限定です。残り977文字</p>",
]


@pytest.mark.parametrize("noise", NOISE_ABOVE)
def test_noise_above_the_text_goes(noise: str) -> None:
    """Tickers, days, bylines, share words, captions and the title again."""
    assert paragraphs(read(above=noise)) == SENTENCES


@pytest.mark.parametrize("noise", NOISE_WITHIN)
def test_noise_within_the_text_goes(noise: str) -> None:
    """Links to other stories, calls to subscribe, advertisements, captions and credits."""
    assert paragraphs(read(middle=noise)) == SENTENCES


@pytest.mark.parametrize("noise", NOISE_BELOW)
def test_noise_below_the_text_goes(noise: str) -> None:
    """Related stories, biographies, disclaimers, tags and comment forms."""
    assert paragraphs(read(below=noise)) == SENTENCES


@pytest.mark.parametrize(
    "kept",
    [
        "<h2>Related Costs</h2>",
        "<p>What would a tunnel change for the villages?</p>",
        "<ul><li>flour, 40 tonnes</li><li>coal, 120 tonnes</li></ul>",
        "<blockquote><p>The snow does not read surveys.</p></blockquote>",
        "<p>1. The parties agreed to share the data of the third survey.</p>",
        "<table><tr><td>Flour</td><td>40 tonnes</td></tr></table>",
        "<p>The council has a newsletter, which forty families in the upper valley read to each other on Fridays.</p>",
        "<p>Share prices of the builder rose by 4% on 29 August 2025 and fell again within the week.</p>",
        "<p>According to the survey of 3 May 2019, USD 81.80 was paid for each metre of the old road.</p>",
    ],
)
def test_text_that_resembles_noise_stays(kept: str) -> None:
    """Subheads, questions, lists, quotations, points, tables, and sentences with the words of furniture."""
    said = [line for line in re.split(r"<[^>]+>", kept) if line]
    text = paragraphs(read(middle=kept))

    assert [line for line in said if line not in text] == []


def test_standfirst_stays() -> None:
    """A sentence between headline and text belongs to the text."""
    lead = (
        "Five months of snow, two surveys and no tunnel: the upper valley waits for a third promise from the capital."
    )

    assert paragraphs(read(above=f"<p>{lead}</p>")) == [lead, *SENTENCES]


def test_what_goes_is_listed_with_its_rule() -> None:
    """Nothing disappears without a reason."""
    removed = read(above="<p>KGS/USD = 0.01144 0%</p>", middle="<p>Advertisement</p>").removed

    assert {"ticker", "furniture"} <= {part.rule for part in removed}
    assert all(part.kind and part.characters >= len(part.sample) > 0 for part in removed)


def test_rule_of_a_source_holds_in_its_days_only() -> None:
    """A dated rule cuts what it names, and nothing on other days."""
    pattern = re.compile("The snow .+ surveys")
    line = "<p>The snow reads no surveys</p>"

    def left(since: dt.date) -> list[str]:
        rules = PageRules(noise=(NoiseRule(kind="slogan", pattern=pattern, since=since),))
        return paragraphs(read(middle=line, rules=rules))

    assert left(dt.date(2025, 1, 1)) == SENTENCES
    assert "The snow reads no surveys" in left(dt.date(2027, 1, 1))


def test_cleaning_is_deterministic() -> None:
    """The same page gives the same article."""
    page = (NOISE_ABOVE[0], NOISE_WITHIN[0], NOISE_BELOW[0])

    assert read(*page) == read(*page)


LINE = "The council keeps the first two surveys in a drawer."


@pytest.mark.parametrize(
    "noise",
    [
        "<p>Lesen Sie auch: <a href=/t>Die Brücke, über die niemand ging</a></p>",
        "<p>Lire aussi : <a href=/t>Le pont que personne ne traverse</a></p>",
        "<p><a href=/t>Lee también: el puente que nadie cruza</a></p>",
        "<h3>Mehr zum Thema</h3>",
        "<p>An dieser Stelle finden Sie einen externen Inhalt, der den Text ergänzt.</p>",
        "<p>This article contains affiliate links.</p>",
        "<p>Current Issue</p>",
        "<p>Folgen Sie uns auf WhatsApp.</p>",
    ],
)
def test_noise_of_other_languages_goes_from_the_middle(noise: str) -> None:
    """By what it says."""
    assert paragraphs(read(middle=noise)) == SENTENCES


def test_sentence_in_large_letters_goes_and_its_paragraph_stays() -> None:
    """A pull quote is printed twice."""
    quote = SENTENCES[3].removeprefix("In February ")
    assert paragraphs(read(middle=f"<blockquote>{quote}</blockquote>")) == SENTENCES


@pytest.mark.parametrize(
    "below",
    [
        "<p>@oreed_writes</p>",
        "<p>o.reed@example.org</p>",
        "<p>Fehler gefunden? Jetzt melden.</p>",
        "<p><a href=/p>Our principles: the Steppe House charter</a></p>",
    ],
)
def test_contact_and_house_lines_behind_the_text_go(below: str) -> None:
    """They belong to the house, not to the article."""
    assert paragraphs(read(below=below)) == SENTENCES


def test_heading_with_a_button_stays() -> None:
    """The button copies its link."""
    assert "What the loan pays" in paragraphs(
        read(middle="<h2>What the loan pays<div><button>Copy</button></div></h2>")
    )


def test_linked_heading_stays() -> None:
    """It leads to itself."""
    assert "What the loan pays" in paragraphs(read(middle="<h2><a href='#loan'>What the loan pays</a></h2>"))


def test_linked_sentence_stays() -> None:
    """A paragraph may be most of a link, as long as it is a sentence."""
    sentence = "In April <a href=/n>the ministry announced that the third survey would be paid for by the province</a>."
    assert len(paragraphs(read(middle=f"<p>{sentence}</p>"))) == len(SENTENCES) + 1


def test_list_and_question_below_a_picture_stay() -> None:
    """What stands below a picture need not be its caption."""
    middle = "<img src=a.jpg width=600><p><i>Were you told why?</i></p><img src=b.jpg width=600><ul><li>Credit risk</li><li>Slope</li></ul>"
    found = paragraphs(read(middle=middle))
    assert {"Were you told why?", "Credit risk", "Slope"} <= set(found)


def test_what_only_a_screen_reader_sees_is_no_text() -> None:
    """Said of a link, or hidden from the eye by a clip."""
    hidden = "<span style='position:absolute; clip: rect(0 0 0 0)'>, external</span>"
    linked = f"<p>The plan <a href=/p>is old<span> (opens in a new tab)</span>{hidden}</a>, and everybody in the valley knows its author.</p>"
    assert "The plan is old, and everybody in the valley knows its author." in paragraphs(read(middle=linked))


def test_elements_that_their_style_sets_apart_are_paragraphs() -> None:
    """A span that is displayed as a block reads like one; two empty spans are the end of a paragraph."""
    apart = f"<div><span style='display:block'>{LINE}</span><span style='display: block'>Nobody asks.</span></div>"
    empty = f"<div>{LINE}<span class=x></span><span class=x></span>Nobody asks.</div>"
    for markup in (apart, empty):
        page = parse_page(f"<html><body>{markup}</body></html>")
        assert page is not None
        assert [block.text for block in page.blocks] == [LINE, "Nobody asks."]


def test_caption_and_credit_that_touch_are_two() -> None:
    """Two elements without a space between them."""
    picture = (
        "<div><img src=/a.jpg width=600><div><span>Перевал утром.</span><span>Фото: А. Жумабаев</span></div></div>"
    )
    (image,) = read(middle=picture).images
    assert (image.caption, image.credit) == ("Перевал утром.", "Фото: А. Жумабаев")


@pytest.mark.parametrize(
    ("below", "is_walled"),
    [("<p>This article is for subscribers only.</p>", True), ("<p>残り 812文字</p>", True), ("<p>The end.</p>", False)],
)
def test_appeal_below_the_text_marks_a_paywall(below: str, is_walled: bool) -> None:
    """Declared or not."""
    assert read(below=below).paywalled is is_walled


@pytest.mark.parametrize(
    ("above", "below"),
    [
        ("<p>5. Januar 2026, 18:58 Uhr</p>", ""),
        ("<p><b>Olga Reed/Timur Saidov Aminov</b></p>", ""),
        ("", "<p>Additional reporting by Olga Reed in Khorog.</p>"),
        ("", "<p>The Steppe House's Olga Reed contributed to this report.</p>"),
        ("", "<p>Follow our full coverage of the winter roads here, with maps of each of the nine districts.</p>"),
    ],
)
def test_stamps_names_and_thanks_go_from_the_edges(above: str, below: str) -> None:
    """A day in a language without a table, names joined by a stroke, who else worked on it, where to read on."""
    assert paragraphs(read(above=above, below=below)) == SENTENCES


@pytest.mark.parametrize("inside", [True, False])
def test_numbers_in_a_table_stay(inside: bool) -> None:
    """Cells of numbers and shares are text within the article, also where the table has wrappers of its own."""
    table = "<table><tr><td>Naryn</td><td>63</td><td>85%</td></tr></table>"
    found = paragraphs(read(middle=f"<div><figure>{table}</figure></div>" if inside else table))
    assert [text for text in found if text not in SENTENCES] == ["Naryn", "63", "85%"]


def test_text_goes_on_behind_a_box_of_related_stories() -> None:
    """A box of its own near the end: the paragraphs below it, in the article's own container, are the article's."""
    box = "<div><h4>Read more</h4><h3><a href='/x'>Another story altogether about a bridge</a></h3></div>"
    last = "".join(f"<p>{LINE} The {place} road was the last to be cleared.</p>" for place in ("Osh", "Naryn", "Talas"))
    assert len(paragraphs(read(below=f"{box}{last}"))) == len(SENTENCES) + 3


def test_linked_items_of_a_list_of_text_stay() -> None:
    """One of three items is mostly a link: the list is one."""
    items = [
        "The mill stands still.",
        "As of May, <a href=/a>the old bridge is closed</a>.",
        "The school has no stove now.",
    ]
    listed = "".join(f"<li>{item}</li>" for item in items)
    assert "As of May, the old bridge is closed." in paragraphs(read(middle=f"<ul>{listed}</ul>"))
