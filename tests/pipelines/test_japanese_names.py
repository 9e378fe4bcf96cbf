"""Japanese names are found in the spelling of each language, and words that only look like them are not."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.article import Label
from pipelines.japanese_names import _ENVOY, japanese_names, kanji_names
from pipelines.relevance import judge, may_concern_both
from pipelines.romaji import forms_of, key_of
from pipelines.scanner import Match, Scanner
from pipelines.terms import Term
from pipelines.terms_found import _with_names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Посол Наоки Ито принял гостей", ["Наоки Ито"]),
        ("Рахмон принял Акихико Танаку", ["Акихико Танаку"]),
        ("Иидзима Ясумаса и Ясумаса Ииджима", ["Иидзима Ясумаса", "Ясумаса Ииджима"]),
        ("Ёшимаса Ҳаяшӣ ба Душанбе омад", ["Ёшимаса Ҳаяшӣ"]),
        ("Ýumi Ýoşikawa bilen duşuşdy", ["Ýumi Ýoşikawa"]),
        ("Yoko Kamikava bilan uchrashdi", ["Yoko Kamikava"]),
        ("Министр Эдил Байсалов Тацуро Тосака менен жолукту", ["Тацуро Тосака"]),
        ("Ambassador Goda cut the ribbon", ["Goda"]),
        ("элчи Хирата мектепке барды", ["Хирата"]),
        ("Shavkat Mirziyoyev, Kassym-Jomart Tokayev, Sara Mori and Ken Livingstone", []),
        ("Айбек Самаров и Нурлан Тургунбеков; Иван Накамура", []),
        ("Naoki, Ito", []),
    ],
)
def test_a_given_name_beside_a_family_name_is_found(text, names):
    """In either order, in the spelling of Polivanov or after English, with the ending of a case; never one alone."""
    assert [text[start:end] for start, end in japanese_names(text)] == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("越前市の職人が訪れた", ["越前市"]),
        ("富山県立大学と鳥取大学がアスタナで", ["鳥取大学"]),
        ("河村建夫氏が出席した", ["河村建夫氏"]),
        ("北京市の会合で習近平氏と、同市の大学", []),
        ("首都の都市の地方の町の国立大学", []),
    ],
)
def test_towns_universities_and_people_in_chinese_characters(text, names):
    found = [text[start:end] for start, end in kanji_names(text)]
    assert [name for name in found if name in names or not names] == names


@pytest.mark.parametrize("word", ["Иидзима", "Ииджима", "Iijima", "Иижима"])
def test_spellings_of_a_name_have_one_key(word):
    assert key_of(word) == key_of("iijima")


@pytest.mark.parametrize(
    ("romaji", "words"),
    [
        ("nagoya", "Nagoya Nagoýada Нагоя Нагое Нагоей Нағояда"),
        ("hiroshima", "Hiroshima Hirosima Xirosimada Хиросимы Хирошимадан Ҳирошима"),
        ("osaka", "Osakada Осаке Осакадағы осакский"),
        ("nagasaki", "Nagasaki Нагасакиден Нагасаки"),
    ],
)
def test_a_place_is_found_in_each_script_and_case(romaji, words):
    scanner = Scanner([Term(name=romaji, side="jp", forms=forms_of(romaji))])
    missed = [word for word in words.split() if not list(scanner.find(word))]
    assert missed == []


def test_a_name_speaks_for_japan_but_not_at_a_bank():
    """Rule sheet R11: the presidents of the Asian Development Bank have Japanese names."""
    project = "{} opened a school for nurses in Dushanbe and spoke with the minister of health."
    assert judge(None, project.format("Takeo Kawamura"), "en").label is Label.CORE
    assert judge(None, project.format("Takeo Kawamura of the Asian Development Bank"), "en").label is Label.OFF
    assert may_concern_both(None, project.format("Takeo Kawamura"))


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Вазирлик: Японияга 500 нафар ҳамшира юборилади.", Label.CORE),
        ("Өкмөт Япониянын гранты боюнча келишимди бекитти.", Label.CORE),
        ("Япония Таълим вазирлиги ёрдам пули ажратади.", Label.OFF),
        ("Вазорати маорифи Ҷопон барномаи нави таълимро эълон кард.", Label.OFF),
        ("Японияда туғилиш камайди, ҳукумат оилаларга ёрдам ажратмоқда.", Label.OFF),
    ],
)
def test_a_ministry_of_nobodys_is_the_readers_own(text, label):
    """Unless Japan's name stands right by it, or Japan is only where it happens."""
    languages = {"В": "uz-Cyrl", "Ө": "ky", "Я": "uz-Cyrl"}
    language = "tg" if "кард" in text else languages[text[0]]
    assert judge(None, text, language).label is label


def test_a_name_may_stand_where_another_term_stands() -> None:
    """A firm that is named like a man: both are kept, in an order."""
    firm = Term(name="a firm", side="organisation", forms="")

    found = _with_names("Taro Yamada opened in Tashkent.", [Match(0, 11, firm)], "en")

    assert [(match.start, match.end) for match in found] == [(0, 11), (0, 11)]


_TITLES = (
    "ambassador", "Speaker", "foreign minister", "PRIME MINISTER", "finance minister", "trade minister", "premier",
    "economy minister", "defence minister", "defense minister", "envoy", "посол", "послу", "спикеру", "министр",
    "премьер", "премьер-министра", "Елші", "элчиси", "сафири", "elchi", "Ilçisi", "vaziri", "bosh vazir", "БОШ ВАЗИРИ",
)  # fmt: skip


@settings(max_examples=100)
@given(st.lists(st.sampled_from([*_TITLES, "Goda", "Танака", "ſpeaker", "ılçi", "x", "ministry"]), max_size=6))
def test_the_first_letter_rules_out_no_envoy(words: list[str]):
    text = " ".join(words)
    plain = re.compile(re.sub(r"\(\?=\[\w+\]\)", "", _ENVOY.pattern, count=1), re.IGNORECASE)

    assert plain.pattern != _ENVOY.pattern
    assert [match.span() for match in plain.finditer(text)] == [match.span() for match in _ENVOY.finditer(text)]


@pytest.mark.parametrize("title", _TITLES)
def test_each_envoy_is_looked_for(title: str):
    assert [f"{title} Tanaka"[start:end] for start, end in japanese_names(f"{title} Tanaka")] == ["Tanaka"]
