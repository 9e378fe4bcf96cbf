"""Sentences of an article that begin, end or sound like what sites print around articles: none of them goes."""

from __future__ import annotations

import datetime as dt
import html
import re

import pytest

from pipelines import Article, extract_page

TITLE = "Winter Roads of the Upper Valley"
SENTENCES = [
    "The road to the upper valley is closed for five months of the year, and the villages live on what they stored.",
    "A tunnel was promised in 2011 and again in 2019; the engineers who measured the slope have long since retired.",
    "“We were told to wait for the third survey,” said the head of the council, who keeps the first two in a drawer.",
    "In February a lorry with flour needed nine days for a distance that takes six hours in the summer months.",
    "The ministry answers that a new survey will be paid for from a loan which parliament is to ratify in autumn.",
]
CRAWLED = dt.datetime(2026, 1, 10, 12, tzinfo=dt.UTC)


def read(markup: str, place: int) -> list[str]:
    """The paragraphs of the article with something put before the sentence of this number."""
    around = [f"<p>{sentence}</p>" for sentence in SENTENCES]
    body = "".join([*around[:place], markup, *around[place:]])
    page = f"<html><head><title>{TITLE}</title></head><body><h1>{TITLE}</h1>{body}</body></html>"
    outcome = extract_page(page.encode(), captured_at=CRAWLED)
    assert isinstance(outcome, Article), outcome
    return outcome.text.split("\n\n")


SAID = [
    "Read also the ministry's letter of 3 May, which says the opposite, and the matter looks less simple.",
    "Also read at the ceremony was a letter from the emperor.",
    "Tags are used by herders in Naryn to tell one flock from another.",
    "Topics: water, energy and roads were all that the two presidents discussed on the first day.",
    "Sidebar talks between the two ministers lasted forty minutes.",
    "Share prices in Tokyo fell by two per cent on Friday.",
    "Latest figures show a rise of four per cent.",
    "Popular in Osh, the dish is unknown in Tokyo.",
    "Recommended by the bank, the plan was dropped.",
    "Search parties left at dawn.",
    "Reuters reported on Monday that the loan had been agreed.",
    "Author Chingiz Aitmatov was born in this village.",
    "By Monday, nobody in the valley believed it.",
    "By Monday.",
    "Images by satellite show that the lake has lost a third of its surface.",
    "Photos by residents showed smoke over the plant.",
    "The scandal hurt the ministry, image experts say.",
    "She had left behind a map of the dam, photographs and letters.",
    "The country has a self-image problem.",
    "“The agreement does not take effect until both parliaments ratify it,” the minister said.",
    "The minister's opinions expressed in the letter were not new.",
    "Some two million people subscribe to the service.",
    "More than 300 firms sign up to the scheme each year.",
    "The newsletter of the council goes to forty families.",
    "“Join the channel,” the officer told them, and they did.",
    "Cookies are small files, and the new law asks every site to name them.",
    "Copyright law in Kazakhstan was changed in 2019.",
    "Register with the police to continue the journey, the guide says.",
    "“We earn a small commission on each carpet,” said the trader.",
    "“I want to save my name,” he told the court.",
    "She asked the court to listen to this story before it judged her.",
    "USD 1 = KZT 512.3 was the rate at which the loan was paid out.",
    "(c) Cooperation in energy and water management;",
    "Back to work, the foreman said.",
    "Reporting by the station stopped in 1991.",
    "You must be logged in to see the map, the site told the herder.",
    "All rights reserved for the state, the constitution says of the land.",
    "“No.”",
    "OK.",
    "“Why now?”",
    "Фото с места встречи показывают, что министр держал в руках паспорт, фото детей и письмо.",
    "Выборы прошли в Оше, Аксы и Баткене.",
    "На встрече выступили старейшины, аксакалы и учителя.",
    "Об этом сообщил Мирлан Бакиров, фотограф из Бишкека.",
    "Компания не несёт ответственности за задержку, заявил на брифинге заместитель министра.",
    "Аудиторы нашли ошибку в отчёте министерства.",
    "Подписаться на облигации смогут только банки.",
    "Подписка на газету подорожала вдвое, и половина сельчан от неё отказалась.",
    "По теме: водные ресурсы и энергетика, сказал он, стороны говорили три часа без перерыва.",
    "Комментарии министра вызвали споры.",
    "Теги, которыми метят овец, стоят три сома.",
    "При использовании материалов из архива историк ошибся датой.",
    "Точка зрения автора письма осталась прежней.",
    "Курс доллара на торгах составил 512,3 тенге, евро подорожал до 558,1 тенге.",
    "— Японцы.",
    "編集部によると、写真は昨年の夏に撮影されたものだという。",
    "日本の著作権法では、写真の無断使用は罰せられる。",
    "在ウズベキスタン日本大使館は公式Xで、査証の手続きが変わると発表した。",
    "大使館の公式アカウントは同日、声明を投稿した。",
    "同社は月額千円で本が読み放題になるサービスを始めた。",
    "有料会員は三年で百万人に達した。",
    "このニュースレターは1998年から発行されている。",
    "おすすめの季節は五月だと案内人は言う。",
    "広告は1980年代に姿を消した。",
    "(c) 水資源の管理における協力",
    "2 双方は、エネルギー分野での協力を確認した。",
    "Кездесуге ақындар, суретшілер мен мұғалімдер қатысты.",
    "Сурет 1950 жылы түсірілген, дейді тарихшы.",
    "Бул тууралуу министрлик билдирди.",
    "Vazirlik bu haqda Telegramdagi kanalida xabar berdi.",
    "Suratlar 1950-yilda olingan, deydi tarixchi.",
    "Der Bahnhof ist verfügbar bis 3. Mai, sagt der Bürgermeister.",
    "Foto Hans Meier Berlin steht noch heute auf dem Schild.",
    "Lire aussi entre les lignes, voilà ce que fait le maire.",
    "تصاویر نشان می‌دهد که دریاچه کوچک شده است.",
]


@pytest.mark.parametrize("sentence", SAID)
def test_sentence_in_the_words_of_furniture_stays(sentence: str) -> None:
    """In the middle and at the end, in eight languages and more."""
    markup = f"<p>{html.escape(sentence, quote=False)}</p>"

    assert read(markup, 2) == [*SENTENCES[:2], sentence, *SENTENCES[2:]]
    assert read(markup, 5) == [*SENTENCES, sentence]


@pytest.mark.parametrize(
    "heading",
    [
        "Back to the Soviet Past", "Discussion", "Home", "Latest", "Popular", "Facebook", "X", "Share", "Search", "Copyright Reform",
        "Обсуждение", "Реклама", "Вернуться домой", "広告", "おすすめ", "ランキング", "3 May 2019", "1",
    ],
)  # fmt: skip
def test_subhead_in_a_word_of_furniture_stays_with_what_follows(heading: str) -> None:
    """A paragraph stands beside it, above and right below: it heads that."""
    for place in (2, 4):
        expected = [*SENTENCES[:place], heading, *SENTENCES[place:]]
        assert read(f"<h2>{heading}</h2>", place) == expected


@pytest.mark.parametrize(
    "markup",
    [
        "<p>The services blocked on that day:</p><ul><li>Facebook</li><li>Telegram</li><li>X</li></ul>",
        "<p>By car it takes:</p><ul><li>15 min</li><li>20 min</li></ul>",
        "<p>The projects are:</p><ul><li>a tunnel</li><li>a bridge</li><li>two schools</li></ul>",
        "<p>The rates of the day:</p><p>USD/KZT = 512.3</p><p>EUR/KZT = 558.1</p>",
        "<p>The rates were:</p><table><tr><th>Currency</th><th>Rate</th></tr><tr><td>Dollar</td><td>512.3</td></tr></table>",
        "<table><tr><td>Osh</td><td>15 min</td></tr><tr><td>Naryn</td><td>OK</td></tr></table>",
        "<p>(a) energy;</p><p>(b) water;</p><p>(c) transport.</p>",
        "<p>1 エネルギー</p><p>2 水資源</p><p>3 運輸</p>",
        "<p>Snow on the pass</p><p>nobody comes</p><p>the dog by the stove</p><p>counts the hours</p>",
        "<p>Snow on the pass<br>Nobody comes<br>The dog by the stove<br>Counts the hours</p>",
        "<p><em>Why was it never built?</em></p><p>Nobody asked.</p>",
        "<p>100%</p><p>of the firms had no insurance when the bridge fell into the river in the spring of 2019.</p>",
    ],
)
def test_short_lines_that_belong_together_stay(markup: str) -> None:
    """Lists that a colon opens, tables, points, poems, questions: in the middle and at the end of a text."""
    lines = [line for line in re.split(r"<[^>]+>", markup) if line]
    for place in (2, 5):
        assert read(markup, place) == [*SENTENCES[:place], *lines, *SENTENCES[place:]]
