"""Pages of the kinds that cleaners damage, each in the shape of real ones, with a site around: the text is exact."""

from __future__ import annotations

import datetime as dt

import pytest

from pipelines import Article, extract_page

CRAWLED = dt.datetime(2026, 1, 10, 12, tzinfo=dt.UTC)


def page(title: str, article: str, *, head: str = "", lang: str = "en") -> str:
    """A page of a site: menu, article, teasers, a box to subscribe, footer."""
    menu = "".join(f"<li><a href=/{name}>{name.title()}</a></li>" for name in ("home", "news", "economy", "culture"))
    teasers = "".join(
        f"<div><a href=/n{number}><img src=/t{number}.jpg></a><h3><a href=/n{number}>{text}</a></h3></div>"
        for number, text in enumerate(("Wool prices rise for a third year", "New buses for Osh", "A bridge for Naryn"))
    )
    letter = "<div><h4>Sign up for our newsletter</h4><form><input type=email><button>Subscribe</button></form></div>"
    return (
        f"<!doctype html><html lang={lang}><head><title>{title} | Steppe Post</title>"
        f'<meta property="og:site_name" content="Steppe Post">{head}</head><body><header><ul>{menu}</ul></header>'
        f"<main><h1>{title}</h1>{article}</main><aside><h2>Most read</h2>{teasers}</aside>{letter}"
        "<footer><p>© 2026 Steppe Post. All rights reserved.</p><p><a href=/about>About us</a></p></footer></body></html>"
    )


def read(html: str, **options: object) -> Article:
    outcome = extract_page(html.encode(), captured_at=CRAWLED, **options)  # type: ignore[arg-type]
    assert isinstance(outcome, Article), outcome
    return outcome


def p(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


LEAD = "The ministry of water signed the loan on Tuesday after eleven months of talks with the bank in Tokyo."
SECOND = "Engineers will measure the upper canal first, where a third of the water is lost before it reaches a field."
THIRD = "The farmers of the district had asked for a new gate in 2019 and were told to wait for a second survey."
FOURTH = "Work is to begin in March, when the snow has left the lower road and lorries can reach the old station."

INTERVIEW = [
    "The new head of the canal board spoke with us in his office, which has no heating and a view of the mountains.",
    "Why did you take this job?",
    "Nobody else wanted it.",
    "What will you do first?",
    "I will walk the canal, all of it, with the people who open the gates and know every hole in its banks.",
    "And then?",
    "Sleep.",
]
POINTS = [
    "On 3 March the two ministers met in Tashkent for about forty minutes. The outline of the meeting is as follows.",
    "1. Opening",
    "The minister welcomed his guest and thanked him for the help after the flood of last spring.",
    "2. Water and energy",
    "(1) The two ministers confirmed that the survey of the upper canal will begin in March.",
    "(2) They agreed to exchange data once a month.",
    "3. Other matters",
    "(a) Visas",
    "(b) Direct flights",
    "(c) Student exchange",
]
POEM = [
    "The poem below was written in the winter of 1934 and printed for the first time in a school paper of the town.",
    "Snow on the upper pass",
    "Nobody comes this way",
    "The dog beside the stove",
    "Counts every hour of day",
    "Its author taught in the school for thirty years and never published another line, in any of her three languages.",
]
JAPANESE = [
    "両国の外相は三日、東京で会談し、水資源の管理に関する協力計画に署名した。",
    "会談は二時間に及んだ。",
    "計画では、上流の水路を来春から調査し、老朽化した水門を三年かけて取り換える。",
    "「待っていた」",
    "農家の代表はそう話し、図面を何度も見返していた。",
]
PERSIAN = [
    "وزیران دو کشور روز سه‌شنبه در تهران دربارهٔ مدیریت آب گفت‌وگو کردند و برنامهٔ همکاری را امضا نمودند.",
    "این برنامه می‌گوید که کانال‌های بالادست از بهار آینده اندازه‌گیری می‌شوند و دریچه‌های کهنه عوض خواهند شد.",
    "کشاورزان می‌گویند سال‌هاست که منتظر این کار بوده‌اند.",
]
UZBEK = [
    "Ikki davlat vazirlari seshanba kuni Toshkentda suv xo‘jaligi bo‘yicha hamkorlik dasturini imzoladilar.",
    "Dasturga ko‘ra, yuqori kanal kelgusi bahordan boshlab o‘lchanadi va eski to‘g‘onlar uch yil ichida almashtiriladi.",
    "Fermerlar bu ishni ko‘pdan beri kutayotganlarini aytdilar, chunki suvning uchdan biri yo‘lda yo‘qoladi.",
]


def test_body_split_over_several_containers() -> None:
    """Advertisements and a box between sections of their own."""
    advertisement = "<div><span>Advertisement</span></div>"
    box = "<div><h4>Read also</h4><a href=/n9>How the canal was dug</a></div>"
    article = "".join(
        f"<section><div>{p(text)}</div></section>{between}"
        for text, between in ((LEAD, advertisement), (SECOND, box), (THIRD, advertisement), (FOURTH, ""))
    )
    assert read(page("Loan for the upper canal", article)).text.split("\n\n") == [LEAD, SECOND, THIRD, FOURTH]


@pytest.mark.parametrize("question", ["<p><strong>{}</strong></p>", "<h3>{}</h3>", "<p><em>{}</em></p>", "<p>{}</p>"])
def test_interview(question: str) -> None:
    """Questions in bold, as headings, in slanted type, or plain; answers of a word."""
    article = "".join(question.format(text) if text.endswith("?") else f"<p>{text}</p>" for text in INTERVIEW)
    assert read(page("A walk along the canal", article)).text.split("\n\n") == INTERVIEW


@pytest.mark.parametrize("form", ["paragraphs", "headings", "breaks", "lists"])
def test_numbered_points_of_a_ministry(form: str) -> None:
    """As paragraphs, with headings, in one element with line breaks, as lists."""
    if form == "breaks":
        article = f"<div>{'<br><br>'.join(POINTS)}</div>"
    elif form == "lists":
        inner = f"<ul><li>{'</li><li>'.join(POINTS[7:])}</li></ul>"
        article = p(*POINTS[:7]) + inner
    else:
        tag = "h3" if form == "headings" else "p"
        article = "".join(f"<{tag}>{text}</{tag}>" if text[1:2] == "." else f"<p>{text}</p>" for text in POINTS)
    assert read(page("Meeting of the two ministers", article)).text.split("\n\n") == POINTS


@pytest.mark.parametrize("form", ["paragraphs", "breaks", "quote"])
def test_poem(form: str) -> None:
    """A line of it is a line of the text."""
    lines = POEM[1:5]
    verses = p(*lines) if form == "paragraphs" else f"<p>{'<br>'.join(lines)}</p>"
    verses = f"<blockquote>{verses}</blockquote>" if form == "quote" else verses
    found = read(page("A poem from the valley", p(POEM[0]) + verses + p(POEM[5]))).text.split("\n\n")
    assert found == POEM


def test_japanese_with_readings() -> None:
    """No spaces between words, readings above them, paragraphs of ten letters and a quotation alone."""
    text = "".join(f"<p>　{line}</p>" for line in JAPANESE)
    ruby = text.replace("水門", "<ruby>水門<rp>(</rp><rt>すいもん</rt><rp>)</rp></ruby>")
    assert read(page("水資源の協力計画に署名", ruby, lang="ja")).text.split("\n\n") == JAPANESE


@pytest.mark.parametrize(("lang", "lines"), [("fa", PERSIAN), ("uz", UZBEK)])
def test_letters_that_some_cleaners_eat(lang: str, lines: list[str]) -> None:
    """U+200C within Persian words, U+2018 and U+02BB within Uzbek ones."""
    for letters in (lines, [line.replace("‘", "ʻ") for line in lines]):
        assert read(page(letters[0][:30], p(*letters), lang=lang)).text.split("\n\n") == letters


def test_live_blog() -> None:
    """Entries with their times, the newest first."""
    entries = [("14:40", FOURTH), ("13:55", THIRD), ("13:10", SECOND), ("12:05", LEAD)]
    article = "".join(f"<article><time>{clock}</time><p>{text}</p></article>" for clock, text in entries)
    found = read(page("Live: the loan for the canal", article))
    assert [(entry["time"], entry["text"]) for entry in found.live_entries] == entries
    assert all(text in found.text for _, text in entries)


def test_paywalled_page() -> None:
    """What is seen is the text, and the page is marked."""
    wall = "<div><p>This article is for subscribers only.</p><p><a href=/s>Subscribe</a> to continue reading.</p></div>"
    found = read(page("Loan for the upper canal", p(LEAD, SECOND) + wall))
    assert (found.text.split("\n\n"), found.paywalled) == ([LEAD, SECOND], True)


def test_table_quotation_list_and_subheads() -> None:
    """All in one article, with a picture and its caption, which is none of the text."""
    table = "<table><tr><th>Canal</th><th>Loss, %</th></tr><tr><td>Upper</td><td>34</td></tr></table>"
    picture = "<figure><img src=/a.jpg width=800><figcaption>The old gate. Photo: A. Reed</figcaption></figure>"
    quote = "“We have been patient for longer than the gate has stood,” said the oldest of them."
    article = (
        f"{p(LEAD)}{picture}<h2>What is lost</h2>{p(SECOND)}{table}<h2>Who waits</h2>{p(THIRD)}"
        f"<blockquote><p>{quote}</p></blockquote><ul><li>a gate</li><li>two pumps</li></ul>{p(FOURTH)}"
    )
    expected = [
        LEAD, "What is lost", SECOND, "Canal", "Loss, %", "Upper", "34", "Who waits", THIRD, quote, "a gate",
        "two pumps", FOURTH,
    ]  # fmt: skip
    assert read(page("Loan for the upper canal", article)).text.split("\n\n") == expected


@pytest.mark.parametrize(
    "line",
    [
        LEAD,
        "大統領は三日、東京に到着した。会談は四日に行われる予定だという。",
        "Президент Узбекистана прибыл в Токио во вторник с трёхдневным визитом.",
    ],
)
def test_short_piece(line: str) -> None:
    """One paragraph between menu and teasers."""
    assert read(page("The president is in Tokyo", f"<div><span>3 March 2025</span>{p(line)}</div>")).text == line


@pytest.mark.parametrize("tag", ["p", "h2", "div", "p><strong", "p><em"])
def test_standfirst(tag: str) -> None:
    """Below the headline, with a full stop or without, in any element."""
    end = "></".join(reversed(tag.split("><")))
    for lead in (LEAD, "Eleven months of talks end with a signature in Tokyo"):
        article = f"<{tag}>{lead}</{end}><div>3 March 2025</div>{p(SECOND, THIRD, FOURTH)}"
        assert read(page("Loan for the upper canal", article)).text.split("\n\n") == [lead, SECOND, THIRD, FOURTH]


RATES = ["Dollar", "512.3", "Euro", "558.1"]


def test_article_about_currencies() -> None:
    """Its rates are text; the ticker above the title is none."""
    ticker = "<p>USD/KZT = 512.3 0.2%</p><p>EUR/KZT = 558.1 -0.1%</p>" * 3
    table = (
        f"<table><tr><td>{RATES[0]}</td><td>{RATES[1]}</td></tr><tr><td>{RATES[2]}</td><td>{RATES[3]}</td></tr></table>"
    )
    first = "The tenge lost half a per cent against the dollar on Tuesday and stood at 512.3 when the market closed."
    html = page("Tenge falls again", p(first, SECOND) + table + p(FOURTH)).replace("<h1>", f"{ticker}<h1>")
    assert read(html).text.split("\n\n") == [first, SECOND, *RATES, FOURTH]


def test_article_about_newsletters_and_cookies() -> None:
    """It names what sites print."""
    lines = [
        "Two thirds of the country's news sites ask their readers to sign up for a newsletter before they show a text.",
        "“Subscribe to our newsletter” is the sentence that readers see most often, a study of the university found.",
        "The law on cookies, passed in May, obliges every site to say “We use cookies” and to name each one of them.",
        "Subscribers pay about two dollars a month, and the largest paper of the capital has forty thousand of them.",
    ]
    assert read(page("What news sites ask of readers", p(*lines))).text.split("\n\n") == lines
