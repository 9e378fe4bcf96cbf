"""The language of articles and headlines, Uzbek with its script, and what a page's claim can do."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines import language
from pipelines.language import detect_language
from tests.pipelines.language_set import SHORT_TEXTS
from tests.pipelines.language_set_shortest import SHORTEST_TEXTS

ARTICLES = (
    ("en", "The bridge over the river was opened on Monday, and the first lorries crossed it before noon."),
    ("ja", "川に架かる新しい橋が月曜日に開通し、正午前には最初のトラックが渡りました。"),
    ("ja", "日本商工会議所の視察団が出発した。"),
    ("ru", "Новый мост через реку открыли в понедельник, и первые грузовики проехали по нему ещё до полудня."),
    ("kk", "Өзен үстіндегі жаңа көпір дүйсенбіде ашылып, алғашқы жүк көліктері түске дейін өтіп кетті."),
    ("kk", "Ózen ústindegi jańa kópir dúısenbide ashylyp, alǵashqy júk kólikteri túske deıin ótip ketti."),
    ("uz-Latn", "Daryo ustidagi yangi ko‘prik dushanba kuni ochildi, birinchi yuk mashinalari tushgacha o‘tdi."),
    ("uz-Latn", "Daryo ustidagi yangi ko'prik dushanba kuni ochildi va birinchi mashinalar tushgacha o'tib ketdi."),
    ("uz-Cyrl", "Дарё устидаги янги кўприк душанба куни очилди, биринчи юк машиналари тушгача ўтди."),
    ("ky", "Дарыянын үстүндөгү жаңы көпүрө дүйшөмбү күнү ачылып, биринчи жүк ташуучу унаалар түшкө чейин өттү."),
    ("tg", "Пули нав аз болои дарё рӯзи душанбе кушода шуд ва мошинҳои аввалини боркаш то нисфирӯзӣ гузаштанд."),
    ("tk", "Derýanyň üstündäki täze köpri duşenbe güni açyldy, ilkinji ýük ulaglary günortana çenli geçdi."),
    ("tr", "Nehrin üzerindeki yeni köprü pazartesi günü açıldı ve ilk kamyonlar öğleden önce geçti."),
    ("de", "Die neue Brücke über den Fluss wurde am Montag eröffnet, und die ersten Lastwagen fuhren vor Mittag."),
    ("zh", "横跨河流的新桥于星期一通车，第一批卡车在中午之前驶过了这座桥。"),
    ("bg", "Новият мост над реката беше открит в понеделник и първите камиони преминаха преди обяд."),
    ("uk", "Новий міст через річку відкрили в понеділок, і перші вантажівки проїхали ним ще до полудня."),
)
# Few words and many names: where the classifier alone is weakest.
HEADLINES = (
    ("en", "Tokyo and Tashkent sign rail pact"),
    ("en", "Kazakh envoy on Caspian cargo route"),
    ("ru", "Кыргызский депутат о поездке в Токио"),
    ("ru", "Министр Базарбаев рассказал о дорогах"),
    ("kk", "Тоқаев Токиода келіссөз жүргізді"),
    ("kk", "Tokıodaǵy kezdesýde jańa kelisimge qol qoıyldy"),
    ("ky", "Өлкө башчысы Токиого учуп кетти"),
    ("tg", "Вохӯрӣ дар Токио баргузор шуд"),
    ("tk", "Ýaponiýada täze duşuşyk geçirildi"),
    ("uz-Cyrl", "Тошкентда янги кўприк очилди"),
    ("uz-Latn", "Toshkentda yangi koʻprik ochildi"),
)


@pytest.mark.parametrize(("expected", "text"), [*ARTICLES, *HEADLINES])
def test_the_language_is_known_without_a_claim(expected, text):
    assert detect_language(text) == expected


@pytest.mark.parametrize(("expected", "text"), ARTICLES)
@pytest.mark.parametrize("claimed", ["ru", "en", "kk-KZ", "uz_Latn", "ja", "nonsense", ""])
def test_a_false_claim_does_not_change_an_article(expected, text, claimed):
    """Sites of the region say `ru` or `en` on every page, whatever its language."""
    assert detect_language(text * 2, claimed=claimed) == expected


def test_a_claim_breaks_a_near_tie():
    """These names are written alike in Russian and Kyrgyz."""
    assert detect_language("Садыр Жапаров Токиодо", claimed="ky-KG") == "ky"
    assert detect_language("Садыр Жапаров Токио", claimed="ru") == "ru"


@pytest.mark.parametrize("text", ["", "  \n", "2025-12-20, 19:30", "!? — «»", "___"])
def test_text_without_letters_has_no_language(text):
    assert detect_language(text, claimed="ru") is None


def test_a_japanese_name_in_a_western_text_is_not_japanese():
    text = "The dialogue, called カジャッド in Tokyo, brings six ministers to one table each year in a new city."

    assert detect_language(text) == "en"


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200), st.none() | st.text(max_size=8))
def test_any_text_gives_a_tag_or_none(text, claimed):
    tag = detect_language(text, claimed=claimed)

    assert tag is None or tag in {"uz-Latn", "uz-Cyrl"} or len(tag) == 2


@pytest.mark.parametrize("texts_of", [SHORT_TEXTS, SHORTEST_TEXTS])
def test_a_title_and_a_first_sentence_are_enough(texts_of):
    """At least 0.98 over the languages of the archive and their neighbours, none of them below 0.9."""
    wrong = {
        (language, text): found
        for language, texts in texts_of.items()
        for text in texts
        if (found := detect_language(text)) != language
    }
    counts = {language: len(texts) for language, texts in texts_of.items()}
    misses = Counter(language for language, _ in wrong)

    assert min(counts.values()) >= 20
    assert len(wrong) <= 0.02 * sum(counts.values()), wrong
    assert all(misses[language] <= 0.1 * count for language, count in counts.items()), wrong


ENGLISH = (
    "The ministers of transport of both countries met on Monday and agreed that the new line would be opened in spring. "
    "They were shown a model of the station, which has been built with money from a bank in Tokyo; its roof is “as "
    "light as a leaf”, said one of the engineers who have worked on it for six years."
)
# Three hundred letters each without a sign of their own, with small words that English has, too, or English names.
LIKE_ENGLISH = (
    (
        "De minister van vervoer was in juni in Almaty en had het over de nieuwe lijn: of die er komt is nog niet bekend, "
        "want de bank in Tokio wil eerst een plan zien. Het station is in maart af, en als alles goed gaat is het op tijd "
        "klaar voor de winter. He, was de reactie in de stad, is dat nu alles na zes jaar? Was het maar zo dat we het "
        "wisten."
    ),
    (
        "Der Minister war im Juni in Almaty und sprach mit den Leuten von The Kazakh Herald and Post, an der Strecke stand "
        "in der Nacht ein Zug, der am Morgen nach Taschkent fuhr, als es hell war. So war es auch in Tokio, wo er in der "
        "Stadt das alte Haus sah, in dem der Dichter als Kind mit den Eltern gewohnt hatte, und in dem er starb."
    ),
    (
        "Vazir iyun oyida Olmaotaga bordi va The Times of Central Asia bilan suhbatda yangi temir yol haqida gapirdi. Bank "
        "Tokioda reja tayyor bolsa pul beradi, stansiya esa mart oyida bitadi. And Company degan firma ishni olti yil oldin "
        "boshlagan edi, lekin at va arava bilan emas, balki yangi mashinalar bilan, deb aytdi uning rahbari kecha kechqurun."
    ),
)


def test_plain_english_is_known_by_its_small_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the classifier; it is asked for any other text, and says the same of this one."""
    assert detect_language(ENGLISH[: language._ENOUGH_CHARACTERS[0]]) == "en"  # not longer, so it was asked
    monkeypatch.setattr(language, "ranked", lambda _: pytest.fail("the classifier was asked"))
    assert detect_language(ENGLISH) == "en"


@pytest.mark.parametrize("text", LIKE_ENGLISH)
def test_what_only_resembles_english_is_not_taken_for_it(text: str) -> None:
    assert text.isascii()
    assert not language._is_plainly_english(text[: language._ENOUGH_CHARACTERS[0]])
    assert detect_language(text) != "en"


@pytest.mark.parametrize("texts_of", [SHORT_TEXTS, SHORTEST_TEXTS])
def test_no_other_language_of_the_set_is_plainly_english(texts_of: dict[str, tuple[str, ...]]) -> None:
    for tag, texts in texts_of.items():
        assert not any(map(language._is_plainly_english, texts)) or tag == "en"
