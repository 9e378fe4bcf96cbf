"""The words of visible dates and the patterns made of them; what a match means is the matter of `dates.py`.

Pure, and the only importer of babel for dates. CLDR gives most month names; the forms it lacks, the case endings and
the small words around a date stand here as tables. All words are lower case with `'` as apostrophe, as `plain` and
`str.lower` make them. Each pattern is bounded, so that no text makes it slow.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from typing import TYPE_CHECKING, Literal

from babel.dates import get_day_names, get_month_names

from pipelines.months_beyond import FOREIGN_MONTHS, FOREIGN_WEEKDAYS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LANGUAGES = ("en", "ja", "ru", "kk", "uz", "uz_Cyrl", "ky", "tg", "tk")
_Width = Literal["wide", "abbreviated"]
_CONTEXTS: tuple[Literal["format", "stand-alone"], ...] = ("format", "stand-alone")
_WIDTHS: tuple[_Width, ...] = ("wide", "abbreviated")


def _words(row: str) -> list[str]:
    return row.split()


# What CLDR lacks, one row a month. Russian cases of May; Uzbek before 1995 (`sentyabr`); English `Sept`; Russian
# three-letter forms; Kazakh Latin of 2018 (egemen, aikyn), of 2021 and plain ASCII; Kazakh softens қыркүйек to
# қыркүйегі; Turkmen typed without ý; Kazakh in Arabic letters (pages for China).
EXTRA_MONTHS: dict[int, str] = {
    1: "янв qańtar qañtar qantar yanwar قاڭتار",
    2: "фев февр aqpan اقپان",
    3: "мар naýryz nauryz ناۋرىز",
    4: "апр sáýir säuır sáuir sauir ساۋىر",
    5: "мая маю мае маем mamyr may maý مامىر",
    6: "июн maýsym mausym iyun ماۋسىم",
    7: "июл shilde şılde iyul شىلدە",
    8: "авг tamyz awgust تامىز",
    9: "сен сент sept qyrkúıek qyrküiek qyrkuiek qyrkúiek sentyabr sentabr қыркүйег قىركۇيەك",
    10: "окт qazan oktyabr قازان",
    11: "ноя нояб qarasha qaraşa noyabr قاراشا",
    12: "дек jeltoqsan dekabr جەلتوقسان",
}
# The Turkmen months of 2002 to 2008; only with a year beside them, since most are plain words or names.
TURKMEN_2002: tuple[str, ...] = (
    *("türkmenbaşy", "baýdak", "nowruz", "gurbansoltan", "magtymguly", "oguz", "gorkut", "alparslan", "ruhnama"),
    *("garaşsyzlyk", "sanjar", "bitaraplyk"),
)
# Short names that are also everyday words (`там` there, `жел` wind, `sen` thou, `few`): no year, no time, no date.
DOUBTFUL: frozenset[str] = frozenset(_words("mar sen few там жел қар қыр қаз мау мам нау қаң шіл may march")) | {
    *TURKMEN_2002
}
ENGLISH: frozenset[str] = frozenset(
    _words(
        "january february march april may june july august september october november december"
        " jan feb mar apr jun jul aug sep sept oct nov dec"
    )
)

# Endings on a month name: `29-августу`, `30-avgustda`, `29-njy awgustynda`, `в августе`, `29 тамыздағы`.
CYRILLIC_ENDINGS = _words(
    "ь а я у ю е и ы і ү ом ем ём ро сы сі да де до та те то дан ден тан тен нан нен дын дин тын тин нын нин"
    " дың дің тың тің ның нің нинг ни га ға ге ында інде инде унда үндө сында сінде ынан інен унан ының інің унун"
    " ынын дагы тагы дағы дегі тағы тегі даги ындағы індегі гача ына іне уна"
)
LATIN_ENDINGS = _words(
    "i y da de ta te dan den tan ning ni ga dagi daky gacha ynda inde unda yndan inden yna ine yň iň nyň niň nyń niń"
    " ynyň iniň yndaky indäki dyń diń dağy daǵy"
)

YEAR_WORDS: tuple[str, ...] = (
    *("год", "года", "году", "г."),
    *("жыл", "жылы", "жылғы", "жылдың", "жылдын", "жылкы", "ж.", "jyl", "jyly", "jylǵy", "jylğy", "jyldyń", "جىلعى"),
    *("yil", "yili", "yilning", "yilgi", "yilda", "йил", "йили", "йилнинг", "йилги", "йилда"),
    *("ýyl", "ýyly", "ýylyň", "ýylda", "yylyn", "сол", "соли", "с.", "року", "р.", "m.", "gada"),
)
ORDINALS: tuple[str, ...] = (
    *("st", "nd", "rd", "th", "er", "го", "ое", "е", "nji", "njy", "nchi", "inchi", "нчи", "инчи", "чи", "чы", "чу"),
    *("чү", "ум", "уми", "юм", "юми", "шы", "ші"),
)
AT_WORDS: tuple[str, ...] = (
    *("в", "at", "on", "soat", "соат", "соати", "сағат", "саат", "sagat", "saǵat", "saat", "the", "of"),
)
ZONES: dict[str, int] = {
    "z": 0,
    "utc": 0,
    "gmt": 0,
    "ut": 0,
    "jst": 9,
    "kst": 9,
    "msk": 3,
    "мск": 3,
    "cet": 1,
    "cest": 2,
}
ZONES |= {"est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7}
RELATIVE: dict[str, int] = {
    **dict.fromkeys(("today", "сегодня", "бүгін", "búgin", "bügın", "bugun", "бугун", "бүгүн", "имрӯз", "имруз"), 0),
    **dict.fromkeys(("şu gün", "bu gün", "şugün", "今日", "本日", "きょう"), 0),
    **dict.fromkeys(("yesterday", "вчера", "кеше", "keshe", "kecha", "кеча", "кечээ", "дирӯз", "дируз", "düýn"), 1),
    **dict.fromkeys(("昨日", "きのう"), 1),
}
# Words that may stand in a date line beside the date.
FILLERS: frozenset[str] = frozenset(
    _words(
        "published publication posted updated update last modified date time views view comments comment read reading"
        " min mins minute minutes am pm et local time created first release released"
        " опубликовано опубликована опубликован обновлено обновлена обновлён обновлен дата публикации время просмотров"
        " просмотры просмотра просмотр комментариев комментарии комментарий размещено добавлено изменено последнее"
        " обновление создано от мин читать прочтений"
        " жарияланды жарияланған жаңартылды жаңартылған күні уақыты оқылды қаралды рет көрілді қарау пікір jarıalandy"
        " ret kórsetildi mın oqý úshin oqyldy qaraldy"
        " жарыяланды жарыяланган жаңыртылды жаңыланды көрүүлөр көрүлдү окулду убактысы күнү"
        " e'lon qilindi qilingan chop etilgan yangilandi yangilangan ko'rildi ko'rishlar o'qildi marta sana vaqti kuni"
        " эълон қилинди қилинган чоп этилган янгиланди янгиланган кўрилди кўришлар ўқилди марта сана вақти куни"
        " нашр шуд шуда нашршуда навсозӣ навшуда санаи сана соати дида дидан вақти тамошо"
        " çap edildi edilen täzelendi üýtgedildi görüldi görkezildi okaldy gezek senesi wagty"
        " 公開 公開日 公開日時 更新 更新日 更新日時 最終更新 最終更新日 掲載 掲載日 配信 配信日時 投稿 投稿日"
        " uhr stand veröffentlicht aktualisiert erstellt am um datum publié publiée modifié mis jour le à publicado"
        " actualizado"
        " el las fecha hora pubblicato aggiornato il alle ore data opublikowano aktualizacja dodano"
        " yayınlanma güncelleme"
        " tarihi gepubliceerd bijgewerkt publicerad uppdaterad kl publisert oppdatert опубліковано оновлено"
        " 作成日 発表日 日時 日付 時点 現在 閲覧数 作成 発行 発行日 登録日"
    )
)


def _cldr_months() -> Iterator[tuple[str, int, str, bool]]:
    for language in LANGUAGES:
        for width in _WIDTHS:
            for context in _CONTEXTS:
                names: dict[int, str] = dict(get_month_names(width, context, language))
                for month, name in names.items():
                    if not name[0].isdigit():  # 8月, also CLDR's own stand-in where a language has no such list
                        yield language, month, name.lower().rstrip("."), width == "wide"


def _cldr_weekdays() -> Iterator[str]:
    for language in LANGUAGES:
        for width in _WIDTHS:
            for name in get_day_names(width, "format", language).values():
                if len(name) > 1:  # one kanji is a weekday only in brackets, see _WEEKDAY
                    yield name.lower().rstrip(".")


def _month_table(cldr: Iterable[tuple[str, int, str, bool]]) -> dict[str, int]:
    """Every spelling of a month, lower case without dots, and its number; `cldr` is (language, month, name, wide)."""
    table = {word: month for month, words in EXTRA_MONTHS.items() for word in words.split()}
    table |= {word: month for month, word in enumerate(TURKMEN_2002, 1)}
    inflected = {word: month for word, month in table.items() if len(word) > 4}
    for language, month, name, wide in cldr:
        table[name] = month
        if wide and language != "en":
            inflected[name] = month
    return {**_inflect(inflected), **table}


def _inflect(names: dict[str, int]) -> dict[str, int]:
    """The names with each ending of their script; a final soft sign gives way to the ending."""
    return {
        name.removesuffix("ь") + ending: month
        for name, month in names.items()
        for ending in (LATIN_ENDINGS if name[0] < "\u0370" else CYRILLIC_ENDINGS)
    }


_NEAR = _month_table(_cldr_months())
# Read beside a year or a time only: many of their short forms are words.
FOREIGN = {word: month for month, words in FOREIGN_MONTHS.items() for word in words.split() if word not in _NEAR}
MONTHS = {**FOREIGN, **_NEAR}
WEEKDAYS = frozenset(_cldr_weekdays()) | frozenset(FOREIGN_WEEKDAYS.split())


def _any_of(words: Iterable[str]) -> str:
    return "(?:" + "|".join(map(re.escape, sorted(words, key=len, reverse=True))) + ")"


_NO_LETTER = r"(?![^\W\d_])"
_GAP = r"[ ,./-]{0,3}"
# A day may follow a time without a space (`21:4005.02.2022`), and a time a year (`20.11.202322:52`). The look back
# stands behind the first digit, since only patterns that begin with plain characters are searched for fast.
_OPENED = r"(?:(?<![0-9]{2})(?<![0-9][.,][0-9])|(?<=[0-9]:[0-9]{3}))"
_CLOSE = r"(?:(?![0-9])|(?=[0-9]{2}:[0-9]{2}))"
_YEAR = r"[12][0-9]{3}"
_ORDINAL = rf"(?:-?{_any_of(ORDINALS)}{_NO_LETTER})?"
_YEAR_WORD = rf"(?:[ -]?{_any_of(YEAR_WORDS)}{_NO_LETTER})"
_MONTH = r"[^\W\d_]{3,16}+"

DAY_MONTH_YEAR = re.compile(
    rf"(?P<d>[0-9]{_OPENED}[0-9]?){_ORDINAL}(?:(?P<dash>-)|{_GAP})(?:(?:of|de) )?(?P<m>{_MONTH})"
    rf"(?:{_GAP}(?:del? )?{_YEAR_WORD}?{_GAP}(?P<y>{_YEAR}){_CLOSE}{_YEAR_WORD}?"
    rf"|(?(dash)-(?P<yy>[0-9]{{2}})(?![0-9-])|(?!))|(?!{_GAP}{_YEAR}))"
)
MONTH_DAY_YEAR = re.compile(
    rf"(?<![^\W\d_])(?P<m>{_MONTH})\.?[ ,]{{0,2}}(?P<d>[0-9]{{1,2}}){_ORDINAL}"
    rf"(?:[ ,.]{{1,3}}(?P<y>{_YEAR}){_CLOSE}|(?![0-9:%]|[.,][0-9]|{_GAP}{_YEAR}))"
)
YEAR_DAY_MONTH = re.compile(
    rf"(?P<y>[12]{_OPENED}[0-9]{{3}})(?:-?nj[iy])?(?P<w>{_YEAR_WORD})?[ ,.-]{{1,3}}"
    rf"(?:(?P<d>[0-9]{{1,2}}){_ORDINAL}{_GAP}(?P<m>{_MONTH})|(?P<m2>{_MONTH}){_GAP}(?P<d2>[0-9]{{1,2}})(?![0-9:]))"
    rf"(?(w)|(?!{_GAP}{_YEAR}))"
)
DAY_FIRST = re.compile(
    rf"(?P<a>[0-9]{_OPENED}[0-9]?)(?:[ ]?(?P<s>[./-])[ ]?(?P<b>[0-9]{{1,2}})[ ]?(?P=s)[ ]?(?P<y>{_YEAR}){_CLOSE}"
    r"|(?<=[0-9]{2})(?P<t>[./])(?P<bb>[0-9]{2})(?P=t)(?P<yy>[0-9]{2})(?![0-9]|[./:][0-9]))"
)
YEAR_FIRST = re.compile(
    rf"(?P<y>[12]{_OPENED}[0-9]{{3}})[ ]?(?P<s>[./-])[ ]?(?P<m>[0-9]{{1,2}})[ ]?(?P=s)[ ]?(?P<d>[0-9]{{1,2}}){_CLOSE}"
)
_BRACKET = r"(?:[ ]?\([^()\n]{1,12}\))?"
JAPANESE = re.compile(
    rf"(?:(?:(?P<era>令和|平成|昭和|大正|明治)[ ]?(?P<n>元|[0-9]{{1,2}})|(?<![0-9])(?P<y>[0-9]{{4}}))"
    rf"{_BRACKET}[ ]?年{_BRACKET}[ ]?"
    r"|(?<![年)0-9])(?<!年 ))(?P<m>[0-9]{1,2})[ ]?月[ ]?(?P<d>[0-9]{1,2})[ ]?日"
)
MONTH_SLASH_DAY = re.compile(r"(?P<m>[0-9](?<![0-9/][0-9])[0-9]?)/(?P<d>[0-9]{1,2})(?=\([月火水木金土日])")
RELATIVE_DAY = re.compile(rf"(?<![^\W_])(?P<word>{_any_of(RELATIVE)})(?![^\W_])")
ALONE_BEFORE = re.compile(r"(?:\A|[\n|(•·/:])[ ]{0,3}\Z")
ALONE_AFTER = re.compile(r"[ ]{0,3}(?:\Z|[\n|)•·/])")

_WEEKDAY = rf"(?:{_any_of(WEEKDAYS)}{_NO_LETTER}|\([月火水木金土日](?:・?祝)?\))"
_ZONE = rf"(?:[ ]?\(?(?P<zone>{_any_of(ZONES)}){_NO_LETTER}(?:[ ]?(?P<off>[+-][01]?[0-9](?::?[0-5][0-9])?))?)"
_CLOCK = (
    r"(?:(?P<jp>午前|午後)[ ]?)?(?P<h>[0-9]{1,2})"
    r"(?:時(?:[ ]?(?P<jm>[0-9]{1,2})分)?|:(?P<mi>[0-9]{2})(?::(?P<s>[0-9]{2})(?:[.,][0-9]{1,9})?)?(?![0-9]))"
    rf"(?:[ ]?(?P<half>[ap])\.?m{_NO_LETTER}\.?)?"
)
# After ISO's T a minus is an offset; elsewhere `10:05-11:30` is a span of time.
ISO_CLOCK = re.compile(rf"t{_CLOCK}(?:[ ]?(?P<bare>[+-][01][0-9](?::?[0-5][0-9])?)(?![0-9])|{_ZONE})?")
_CLOCK_AND_ZONE = rf"{_CLOCK}(?:[ ]?(?P<bare>\+[01][0-9]:?[0-5][0-9])(?![0-9])|{_ZONE})?"
_AT = rf"(?:{_any_of(AT_WORDS)}[ ])?"
CLOCK_AFTER = re.compile(rf"[ ,.|/·•()@-]{{0,5}}(?:{_WEEKDAY}[ ,.|/()-]{{0,4}})?{_AT}{_CLOCK_AND_ZONE}")
CLOCK_BEFORE = re.compile(rf"(?<![0-9:.]){_CLOCK_AND_ZONE}[ ,|/·•()-]{{0,4}}{_AT}(?:{_WEEKDAY}[ ,.]{{0,3}})?\Z")

WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
DATE_LINE_WORDS = FILLERS | WEEKDAYS | {*AT_WORDS, *ZONES, *RELATIVE, *(word.rstrip(".") for word in YEAR_WORDS)}

# Declared dates. The offset may be `+5`, `+05`, `+0500` or `+05:00`, the T a space; MAIL is RFC 2822 (and the older
# `29-Aug-25`), SCRIPT what JavaScript prints: `Fri Aug 29 2025 09:12:44 GMT+0500 (Uzbekistan Standard Time)`.
_OFFSET = r"\s?(?P<zone>[A-Za-z]{1,4})?\s?(?P<off>[+-]\d{1,2}(?::?\d{2})?)?(?:\s?\([^()]{1,60}\)|\sUTC)?"
_DECLARED_CLOCK = rf"(?P<h>\d{{1,2}}):?(?P<mi>\d{{2}})(?::?(?P<s>\d{{2}})(?:[.,](?P<f>\d{{1,9}}))?|:\d)?{_OFFSET}"
_WEEKDAY_NAME = r"(?:[A-Za-z]{3,9},?\s{1,2})?"
_AFTER_DAY = rf"(?:(?:\s?T\s?|\s{{1,3}}){_DECLARED_CLOCK}|T|Z|[+-]\d{{2}}:\d{{2}})?"
ISO = re.compile(rf"(?P<y>\d{{4}})(?P<sep>[-/.])(?P<m>\d{{1,2}})(?P=sep)(?P<d>\d{{1,2}}){_AFTER_DAY}", re.ASCII)
COMPACT = re.compile(rf"(?P<y>\d{{4}})(?P<m>\d{{2}})(?P<d>\d{{2}}){_AFTER_DAY}", re.ASCII)
MAIL = re.compile(
    rf"{_WEEKDAY_NAME}(?P<d>\d{{1,2}})[\s-](?P<m>[A-Za-z]{{3,9}})[\s-](?P<y>\d{{4}}|\d{{2}})\s{{1,2}}{_DECLARED_CLOCK}",
    re.ASCII,
)
SCRIPT = re.compile(
    rf"{_WEEKDAY_NAME}(?P<m>[A-Za-z]{{3,9}})\s(?P<d>\d{{1,2}})\s(?P<y>\d{{4}})\s{_DECLARED_CLOCK}", re.ASCII
)
UNIX = re.compile(r"\d{10}(?:\d{3})?", re.ASCII)


def stated_offset(zone: str | None, digits: str | None) -> dt.timedelta | None:
    """The distance from UTC that `jst`, `+05`, `+0530`, `+5:30` or both (`gmt`, `+5`) mean; None for neither."""
    if not zone and not digits:
        return None
    number = int((digits or "+0")[1:].replace(":", ""))
    hours, minutes = divmod(number, 100) if number >= 100 or len(digits or "") > 3 else (number, 0)
    distance = dt.timedelta(hours=hours, minutes=minutes)
    return dt.timedelta(hours=ZONES[zone] if zone else 0) + (-distance if digits and digits[0] == "-" else distance)


_LOOKALIKES = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_LOOKALIKES |= dict.fromkeys("\u3000\u00a0\u202f\u2007\u2009\t\u200e\u200f", " ") | dict.fromkeys("‘’ʻʼ`´", "'")
_LOOKALIKES |= {"년": "年", "월": "月", "일": "日"}
for _zero in "\u0660\u06f0\u0966\u09e6":  # Arabic, Persian, Hindi, Bengali
    _LOOKALIKES |= {chr(ord(_zero) + digit): str(digit) for digit in range(10)}
_LOOKALIKES |= dict.fromkeys("–—−‑‐", "-") | {"İ": "i"}  # the only letter that grows when it becomes small
_LOOKALIKE = re.compile("[" + re.escape("".join(_LOOKALIKES)) + "]")
_CLUSTER = re.compile("[^\u0300-\u036f][\u0300-\u036f]*|[\u0300-\u036f]+")


def plain(text: str) -> tuple[str, list[int] | None]:
    """`text` composed, with ASCII digits and spaces; where that moved characters, the offset in `text` of each."""
    if text.isascii():
        return text.replace("\t", " ").replace("`", "'"), None
    offsets = None
    if not unicodedata.is_normalized("NFC", text):
        text, offsets = _compose(text)
    return _LOOKALIKE.sub(lambda match: _LOOKALIKES[match[0]], text), offsets


def _compose(text: str) -> tuple[str, list[int]]:
    pieces: list[str] = []
    offsets: list[int] = []
    for cluster in _CLUSTER.finditer(text):
        piece = unicodedata.normalize("NFC", cluster[0])
        last = len(cluster[0]) - 1
        pieces.append(piece)
        offsets.extend(cluster.start() + min(index, last) for index in range(len(piece)))
    return "".join(pieces), [*offsets, len(text)]
