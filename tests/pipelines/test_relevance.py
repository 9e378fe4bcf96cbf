"""The judge says core, mention, sport or off for texts in eight languages, and shows the words that decided."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from babel import Locale
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.article import Label
from pipelines.language import detect_language
from pipelines.relevance import judge, may_concern_both
from pipelines.surrogates import whole
from pipelines.terms import fold

# fmt: off
CORE = (
    ("en", None, "Motegi and the five foreign ministers met for lunch and fixed the date of the summit."),
    ("ja", None, "経産相がアスタナで開かれた会議に出席し、協力を確認した。"),
    ("ru", None, "Toyota начнёт сборку внедорожников в Костанае."),
    ("ru", None, "Фермер из префектуры Аити учит выращивать клубнику в Алайском районе."),
    ("ru", None, "Театр Навои, который японцы строили в Ташкенте, выдержал землетрясение 1966 года."),
    ("en", None, "A Kazakh delegation visited Sapporo to study how Japanese farms keep seed potatoes through the winter."),
    ("en", "Yen loan for Tashkent power plant", "The government signed a 40 billion yen loan with JICA on Monday."),
    ("en", "Nagoya firm opens plant near Almaty", "The Japanese maker of pumps invested 12 million dollars in Kazakhstan."),
    ("en", None, "Students from Dushanbe won scholarships at the University of Tsukuba under a Japanese government programme."),
    ("en", None, "The foreign ministers adopted an action plan at the Central Asia plus Japan Dialogue; China was not mentioned."),
    ("en", "Tokyo sends condolences over Kyrgyz bus crash", "Prime Minister Ishiba wrote to President Japarov on Friday."),
    ("en", None, "Volunteers restored a cemetery of Japanese prisoners of war near Angren in Uzbekistan."),
    ("ja", None, "ウズベキスタンの看護学校と長野県の病院が、介護人材の受け入れに関する覚書を締結した。日本での就労は来春から。"),
    ("ja", "JICA、キルギスの酪農を支援", "国際協力機構は乳業の研修を始める。"),
    ("ja", None, "駐日トルクメニスタン大使が広島市長を訪問し、姉妹都市の交流について会談した。"),
    ("ja", None, "「中央アジア＋日本」対話の専門家会合が開かれ、水資源の管理を議論した。"),
    ("ru", "Японский грант для роддома в Нарыне", "Контракт подписали посол Японии и директор больницы."),
    ("ru", None, "В Самарканде открылась выставка японских кукол, её подготовило посольство Японии в Узбекистане."),
    ("ru", None, "Студенты из Ашхабада проведут семестр в университете Цукубы по программе обмена."),
    ("ru", None, "Министры обсудили итоги диалога «ЦА + Япония» и водную повестку."),
    ("kk", None, "Жапонияның елшісі Шымкенттегі мектепке жаңа жабдық табыстады, көмек Қазақстандағы 12 мектепке берілмек."),
    ("kk", "Алматыда жапон киносының апталығы өтті", "Шараны Жапония елшілігі мен Қазақ ұлттық университеті ұйымдастырды."),
    ("kk", None, "Qazaqstan men Japonıya arasynda ýnıversıtetter týraly kelisimge qol qoıyldy, Tokıoda kezdesý ótti."),
    ("uz", "Toshkentda yapon tili haftaligi", "Tadbirni Yaponiya elchixonasi va O‘zbekiston universitetlari o‘tkazdi."),
    ("uz", None, "O’zbekiston va Yaponiya hukumatlari suv ta’minoti loyihasi bo’yicha kelishuv imzoladi."),
    ("uz", None, "Ўзбекистон ёшлари Япония корхоналарида ишлаш учун япон тили курсларида ўқимоқда."),
    ("ky", None, "Жапония Кыргызстандын айыл мектептерине грант берди, келишимге элчи кол койду."),
    ("ky", "Япониянын элчиси Ошто", "Ал жердеги окуучулар менен жолугуп, жардам жөнүндө сүйлөштү."),
    ("tg", None, "Сафири Ҷопон дар Тоҷикистон бо роҳбари донишгоҳ дар бораи ҳамкорӣ гуфтушунид кард."),
    ("tg", "Кӯмаки Ҷопон ба беморхонаи Кӯлоб", "Ёддоштҳо дар Душанбе имзо шуданд."),
    ("tk", None, "Ýaponiýanyň kompaniýalary bilen Türkmenistanda täze gaz taslamasy barada gepleşikler geçirildi."),
    ("ru", None, "Президент Токаев направил премьеру Японии соболезнования после землетрясения на полуострове Ното."),
    ("ru", "Как пленные японцы строили театр", "Жители Ташкента вспоминают 1947 год."),
    ("ky", None, "Токиодо жашаган кыргыздар Нооруз майрамын белгилешти."),
    ("ja", "キルギスの蜂蜜、東京の店に", "一村一品運動で作られた蜂蜜が並んだ。"),
    ("tk", "Aşgabatda ýapon diliniň güni", "Çäre Ýaponiýanyň ilçihanasy bilen bilelikde guraldy."),
)
MENTION = (
    ("en", None, "Report on the death penalty: executions in Iran, Saudi Arabia and Japan; Kazakhstan struck it out of its code."),
    ("en", None, "Where to go next year: editors choose Hokkaido, the Pamirs, Oulu and Philadelphia."),
    ("en", None, "Kazakhstan's trade with China grew; other buyers of its oil were Italy, India, South Korea, Japan and Turkey."),
    ("en", "Strong quake hits northern Japan", "Two Uzbek nationals were slightly hurt by the earthquake, the consulate said."),
    ("en", "Passport index: Japan first again", "Kyrgyzstan is 80th in the Henley list and Tajikistan 83rd; Japan opens 190 doors."),
    ("ru", None, "Среди доноров Таджикистана названы Китай, Россия, США, Япония и Германия; больше всех дал Китай."),
    ("ru", "Праворульных машин в Бишкеке стало меньше", "Подержанные автомобили привозили из Японии и Кореи."),
    ("ru", None, "Посольство Казахстана сообщило, что среди пострадавших от землетрясения в Японии его граждан нет."),
    ("en", "Formats compared", "A scholar on Central Asia + China, Central Asia + Korea and Central Asia + Japan."),
    ("ja", None, "政府は首相の外遊日程を発表した。中国、韓国、インド、日本、カザフスタンの閣僚が会議に参加する。"),
)
SPORT = (
    ("en", "Davis Cup: Kazakhstan lead Japan", "Two rubbers are left on Sunday."),
    ("kk", None, "Айчи-Нагоя ойындарына қазақстандықтар дайын."),
    ("en", None, "Uzbekistan beat Japan 2-1 in the final of the Asian Cup for under-23 football teams in Doha."),
    ("en", "Kazakh judoka takes bronze in Tokyo", "She beat a Japanese opponent at the Grand Slam."),
    ("ru", None, "Сборная Таджикистана по футболу проиграла Японии со счётом 0:3 в отборочном турнире чемпионата мира."),
    ("ja", None, "サッカーの日本代表はアジア杯予選でキルギスに3-0で勝った。"),
    ("kk", None, "Қазақстан боксшысы Токио Олимпиадасында қола медаль жеңіп алды."),
    ("uz", None, "Дзюдо бўйича жаҳон чемпионатида Ўзбекистон вакили Япония спортчисини енгди ва олтин медаль олди."),
    ("tk", None, "Türkmenistanyň ýygyndy topary futbol boýunça Ýaponiýa 0:4 utuldy, türgenler indiki ýaryşa taýýarlanýar."),
    ("ky", None, "Кыргызстандын балбандары күрөш боюнча Азия чемпионатында Япониянын спортчуларын утту."),
)
OFF = (
    ("en", None, "Choose a language: English, Deutsch, 日本語, Русский. Software for customs brokers in Kazakhstan."),
    ("en", None, "Uzbekistan starts talks with Hyundai and KEPCO about a power plant after a visit of the Korean premier."),
    ("en", "Japarov signs budget", "President Sadyr Japarov signed the Kyrgyz budget in Bishkek; Zhaparov's office gave no figure."),
    ("ru", None, "Президент Жапаров встретился в Бишкеке с министром финансов; Садыр Жапаров обсудил бюджет страны."),
    ("tk", None, "Sadyr Žaparow bilen Serdar Berdimuhamedow Aşgabatda duşuşdylar."),
    ("en", None, "Baku hosted Japan's special representative for Central Asia, who spoke with Azerbaijani ministers on trade."),
    ("ru", None, "Спецпредставитель Японии по Центральной Азии побывал в Ереване и встретился с армянским министром."),
    ("en", None, "Masatsugu Asakawa, president of the Asian Development Bank, opened a road in Tajikistan."),
    ("en", "Mongolia and Japan agree on coking coal", "Ulaanbaatar and Tokyo signed a memorandum on Tuesday."),
    ("ja", None, "茂木外相はモンゴルの副首相と会談し、石炭の輸送で協力することで一致した。"),
    ("en", None, "Bishkek customs found three cars made in Japan hidden in a lorry with scrap metal."),
    ("ru", None, "Новый рынок открыли в Оше. English | Русский | Кыргызча | 日本語 | 中文 | Türkçe"),
    ("ru", None, "Терские казаки прошли маршем; в Токио тем временем открылась выставка японских вееров."),
    ("en", None, "The Tajik leader watched Beijing's parade for the anniversary of the victory over Japan."),
    ("en", None, "Toyota and Hyundai lead the sales of new cars in Kazakhstan."),
    ("en", None, "The Tokyo Olympics will be remembered in Japan for empty stands and a late opening."),
    ("en", None, "The Kyoto Protocol and the Sendai Framework guide the climate plans of Uzbekistan."),
    ("kk", None, "Қазақстанда көктемгі егіс басталды, Ақмола облысында тұқым жеткілікті."),
    ("uz", None, "Markaziy Osiyo – Xitoy sammiti oldidan O'zbekiston va Xitoy 12 hujjat imzoladi."),
    ("tg", None, "Дар Душанбе маҳфили китобхонӣ барои наврасон ифтитоҳ шуд."),
    ("ja", None, "中央アジアと中国の首脳がアスタナで会談し、鉄道の建設を確認した。"),
    ("kk", None, "Сеул – Кореяның астанасы, ал Токио – Жапония астанасы, онда 14 миллион адам тұрады."),
    ("en", None, "A drink with friends in a quiet street is all that one needs after work."),
)
# fmt: on


@pytest.mark.parametrize(
    ("expected", "language", "title", "text"),
    [
        (label, *case)
        for label, cases in ((Label.CORE, CORE), (Label.MENTION, MENTION), (Label.SPORT, SPORT), (Label.OFF, OFF))
        for case in cases
    ],
)
def test_a_short_text_gets_the_label_of_the_rule_sheet(expected, language, title, text):
    assert judge(title, text, language).label == expected


def own_set() -> list[tuple[str, str, str]]:
    """Language, label given by hand and label judged, of each item made up for this test in the shape of the set."""
    lines = (Path(__file__).parent / "relevance_set" / "items.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    tags = (detect_language(f"{row['title'] or ''}\n{row['text']}") for row in rows)
    return [
        (row["lang"], row["label"], judge(row["title"], row["text"], tag).label.value)
        for row, tag in zip(rows, tags, strict=True)
    ]


def f1(pairs: list[tuple[str, str, str]], wanted: set[str]) -> float:
    hits = sum(label in wanted and judged in wanted for _, label, judged in pairs)
    errors = sum((label in wanted) != (judged in wanted) for _, label, judged in pairs)
    return 2 * hits / (2 * hits + errors)


def test_what_must_be_shown_holds_on_made_up_items():
    """`core` and `core+mention` at 0.95, sport at 0.9, and `core` at 0.85 in each language of the archive."""
    pairs = own_set()
    by_language = {
        language: f1([pair for pair in pairs if pair[0] == language], {"core"})
        for language in ("en", "ru", "ja", "kk", "uz", "ky", "tg", "tk")
    }

    assert f1(pairs, {"core"}) >= 0.95
    assert f1(pairs, {"core", "mention"}) >= 0.95
    assert f1(pairs, {"sport"}) >= 0.9
    assert min(by_language.values()) >= 0.85, by_language


UZBEK_FILLER = (
    "The regional council spent the morning on the cotton harvest, the new school roofs and the price of diesel. "
    "Farmers asked for water in July and were told that the canal would be cleaned before the end of spring. "
)


def test_a_long_article_that_names_the_other_side_once_in_a_list_is_a_mention():
    """Nine hundred words on Uzbekistan with Japan among the guests are about Uzbekistan."""
    text = "Uzbekistan opened a forum in Tashkent. " + UZBEK_FILLER * 24 + "Guests came from India, Japan and Italy."

    assert judge("Uzbekistan counts its cotton", text).label is Label.MENTION


def test_a_long_article_that_keeps_both_sides_up_is_core_under_any_title():
    part = (
        "JICA engineers and Uzbek farmers repaired the canal. Japan paid, and Tashkent sent the stone. " + UZBEK_FILLER
    )

    assert judge("Water for July", part * 8).label is Label.CORE


@pytest.mark.parametrize("mark", ["\u02bb", "\u2018", "\u2019", "'"])
def test_each_apostrophe_of_uzbek_is_read(mark):
    result = judge(None, f"O{mark}zbekiston va Yaponiya elchilari Qo{mark}qonda uchrashdi.")

    assert result.label is Label.CORE
    assert f"O{mark}zbekiston" in {span.text for span in result.evidence}


@pytest.mark.parametrize(
    ("language", "title", "text", "expected"),
    [
        ("kk", None, "Сыртқы істер министрінің орынбасары жапон елшісін қабылдады.", Label.CORE),
        ("uz-Latn", None, "Vazir JICA vakillarini qabul qildi, ta'lim haqida so'z bordi.", Label.CORE),
        ("kk", None, "Жапонияда халық саны тағы азайды, деп хабарлады үкімет.", Label.OFF),
        ("kk", None, "Жапон елшісі Қытайда ант берді.", Label.OFF),
        ("ru", None, "Посол Японии вручил верительные грамоты.", Label.OFF),
        ("uz-Latn", "Yaponiyada saylov", "Hokimiyat partiyalari o'rtasida kelishuv yo'q.", Label.OFF),
    ],
)
def test_dealings_may_leave_the_own_country_unsaid_in_its_language(language, title, text, expected):
    """Not so the news from abroad, what a third party is in, and a language that is written elsewhere, too."""
    assert judge(title, text, language).label is expected


def test_a_meeting_of_others_is_no_relation():
    text = "Uzbekistan and Kyrgyzstan took part; a greeting went to the Expo in Osaka."

    assert judge("Turkic states meet in Gabala", text).label is Label.MENTION
    assert judge("Uzbekistan and Kyrgyzstan meet in Osaka", text).label is Label.CORE


def test_an_abbreviation_is_found_between_japanese_signs():
    """A word boundary would miss it: kana and kanji count as letters."""
    spans = {span.text for span in judge(None, "現地ではJICA北海道がキルギスの研修員を受け入れた。").evidence}

    assert {"JICA", "キルギス", "北海道"} <= spans


def test_the_cossack_is_a_kazakh_only_in_kyrgyz():
    text = "Бир казак Япониядан келди."

    assert judge(None, text, "ky").countries == ("JP", "KZ")
    assert judge(None, text, "ru").countries == ("JP",)
    assert judge(None, text).countries == ("JP",)


def test_a_quotation_mark_after_a_name_is_not_part_of_the_span():
    spans = [span.text for span in judge(None, "Readers of ‘Tashkent’ asked about ‘Japan’.").evidence]

    assert spans == ["Tashkent", "Japan"]


def test_countries_organisations_and_topics_are_told():
    result = judge(
        "JICA and JBIC finance Uzbek railway",
        "The loan for the Tashkent line was signed with UNDP and Mongolia's railway looking on; Kazakhstan sent experts.",
    )

    assert result.countries == ("JP", "KZ", "MN", "UZ")
    assert result.organisations == ("JICA", "JBIC", "UNDP")
    assert {"aid", "transport"} <= set(result.topics)


@pytest.mark.parametrize(
    "text",
    [
        "The Central Asia + Japan forum met.",
        "Форум «Центральная Азия плюс Япония» завершён.",
        "«Орталық Азия + Жапония» кездесуі өтті.",
        "“Марказий Осиё + Япония” мулоқоти бўлди.",
        "“Markaziy Osiyo + Yaponiya” muloqoti.",
        "«Борбор Азия – Жапония» жыйыны.",
        "Муколамаи «Осиёи Марказӣ + Ҷопон» шуд.",
        "«Merkezi Aziýa + Ýaponiýa» dialogy.",
        "「中央アジア＋日本」対話",
        "日本・中央アジア首脳会合",
        "The CA+JAD meeting is on Friday.",
        "C5+Japan met on Friday.",
    ],
)
def test_the_format_is_known_in_each_language(text):
    result = judge(None, text)

    assert result.label is Label.CORE
    assert "format" in {span.side for span in result.evidence}


@pytest.mark.parametrize("locale", ["en", "ja", "ru", "kk", "uz", "uz_Cyrl", "ky", "tg", "tk"])
def test_each_name_of_the_six_countries_in_cldr_is_known(locale):
    """A second opinion on the tables, which were written by hand."""
    names = Locale.parse(locale).territories
    for code in ("JP", "KZ", "KG", "TJ", "TM", "UZ"):
        assert judge(None, f"({names[code]})").countries == (code,)


def test_scores_follow_the_labels():
    texts = [cases[0][1:] for cases in (OFF, SPORT, MENTION, CORE)]
    scores = [judge(*case).score for case in texts]

    assert sorted(scores) == scores
    assert all(0 <= score <= 1 for score in scores)


def test_nothing_gives_off_and_no_evidence():
    result = judge(None, "")

    assert (result.label, result.score, result.evidence, result.countries) == (Label.OFF, 0.0, (), ())


PIECES = st.sampled_from(
    [text for cases in (CORE, MENTION, SPORT, OFF) for _, _, text in cases]
    + [
        "İstanbul",
        "ＪＩＣＡ",
        "ʻ",
        "’",
        " + ",
        "\n",
        " | ",
        "ß",
        "ﬁ",
        "Σ",
        "Japan",
        "日本",
        "O‘zbekiston",
        "казак",
        "чопон",
        "ЦА",
    ]
)
TEXTS = st.lists(PIECES | st.text(max_size=40), max_size=8).map("".join)


@settings(max_examples=150, deadline=None)
@given(title=st.none() | TEXTS, text=TEXTS, language=st.sampled_from([None, "ky", "tg", "ru", "uz-Latn"]))
def test_evidence_is_cut_from_where_it_says_and_the_cheap_test_never_loses_a_page(title, text, language):
    result = judge(title, text, language)

    for span in result.evidence:
        source = (title or "") if span.where == "title" else text
        assert source[span.start : span.end] == span.text
    assert len(result.evidence) <= 12
    assert result.label in (Label.OFF, Label.SPORT) or may_concern_both(title, text)


@given(TEXTS)
def test_folding_keeps_the_length(text):
    assert len(fold(text)) == len(text)


@settings(max_examples=30, deadline=None)
@given(st.text(alphabet="japnтокиоказ日中'’ -+~|,0", min_size=2000, max_size=5000))
def test_hostile_text_takes_no_more_than_a_moment(text):
    started = time.perf_counter()
    judge(text[:200], text)

    assert time.perf_counter() - started < 1


def test_an_article_takes_milliseconds():
    """A generous bound for a loaded machine; the benchmark prints the figure."""
    text = (" ".join(text for _, _, text in CORE) * 3)[:5000]
    judge(None, text)
    started = time.process_time()
    for _ in range(10):
        judge(None, text)

    assert (time.process_time() - started) / 10 < 0.03


def test_the_cheap_test_says_no_where_a_side_is_missing():
    assert not may_concern_both("Japarov signs budget", "The Kyrgyz president spoke in Bishkek.")
    assert not may_concern_both(None, "Tokyo and Osaka")
    assert may_concern_both("Tokyo", "Bishkek")


@given(st.text(st.characters() | st.sampled_from("\ud83d\ude00"), max_size=30), st.sampled_from(["\ud83d", "\ude00"]))
def test_half_a_sign_stops_nothing(noise: str, half: str) -> None:
    """JSON may hold one, where something cut a text within an emoji; spans are those of the text with whole signs."""
    title, text = f"Japan and Kazakhstan {half}", f"Tokyo {half} and Astana signed an agreement. {noise}"
    judged = judge(title, text, "en")

    assert judged == judge(whole(title), whole(text), "en")
    assert judged.label is Label.CORE
    texts = {"title": whole(title), "text": whole(text)}
    assert all(span.text == texts[span.where][span.start : span.end] for span in judged.evidence)
