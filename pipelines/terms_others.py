"""Third parties, for lists of partners and for pages whose subject is somebody else.

The names come from CLDR (through babel) in all our languages, cut to a stem where the language inflects; capitals,
adjectives and common short names stand here by hand. Read once, at import.
"""

from __future__ import annotations

import re

from babel import Locale

from pipelines.terms import Term

_LOCALES = ("en", "ja", "ru", "kk", "uz", "uz_Cyrl", "ky", "tg", "tk")
_COUNTRIES = (
    "AE AF AM AT AU AZ BD BE BR BY CA CH CN CZ DE DK EG ES FI FR GB GE GR HU ID IE IL IN IQ IR IT KH KP KR"
    " KW LA LK LT"
    " LV MM MN MX MY NG NL NO NP NZ PH PK PL PT QA RO RS RU SA SE SG SK SY TH TR TW UA US VN ZA"
    " AL AR BA BG BH CL CO CY DZ EE ET HR IS JO KE LB LK MA MD MK MT SI TN TZ VA VE"
)
_ENDING_VOWELS = re.compile("[аяеиоуыьйӣaeiouyýiı]$")

# Beside the CLDR name: adjectives, capitals, abbreviations. `=` asks for capitals, as `us` and `ес` are words.
_BY_HAND = {
    "CN": "chinese китайск* beijing пекин* pekin* xi~jinping си~цзиньпин* ^чин ^чинӣ 中国 中華 北京 習近平 中文",
    "RU": "russian* российск* русск* moscow kremlin москв* кремл* putin* путин* русия* moskva* モスクワ プーチン",
    "KR": "south~korean* korean* koreya* korea южнокоре* южн*~коре* корейск* коре[яию] корея* seoul сеул* 韓国 ソウル",
    "KP": "north~korea* северн*~коре* кндр dprk 北朝鮮",
    "US": "american* =us =usa washington* america white~house trump* сша ақш aqsh америк* вашингтон* трамп*"
    " amerika*"
    " =abş アメリカ 米国 トランプ 米政権",
    "TR": "turkey turkish ankara erdo[gğ]an* турецк* анкар* эрдоган* türkiye* turkiya*",
    "MN": "mongolian* монгол* moğol* mo'g'ul* ulaanbaatar* улан-батор* モンゴル",
    "AZ": "azerbaijani* aliyev* алиев* азербайдж* baku баку アゼルバイジャン",
    "AM": "armenian* армянск*",
    "GE": "georgian* грузинск* тбилиси",
    "AF": "afghan* афган* ауған* афғон* kabul кабул* taliban* талиб* アフガン タリバン",
    "IN": "indian* индийск* ^modi ^моди new~delhi インド(?!ネシア|太平洋|洋)",
    "ID": "indonesian* インドネシア",
    "IR": "iranian* иранск* tehran тегеран*",
    "PK": "pakistani*",
    "GB": "british starmer* стармер* britain =uk великобритан* британск* london лондон* 英国",
    "DE": "german* немецк* merz scholz мерц[аеу]? шольц* germaniýa* berlin берлин*",
    "FR": "french французск* macron* макрон* париж* paris",
    "IT": "italian* итальянск* meloni* мелони rome",
    "ES": "spanish испанск*",
    "UA": "ukrainian* украинск* zelensk* зеленск* ウクライナ",
    "VN": "vietnamese вьетнамск*",
    "MY": "malaysian*",
    "AU": "australian* австралийск*",
    "SG": "singaporean*",
    "AE": "uae emirates =оаэ эмират*",
    "SA": "saudi* саудовск*",
}
_UNIONS = (
    Term(
        name="EU",
        side="other",
        forms="european~union =eu brussels europe european евросоюз* =ес европейск* yevropa* европа*"
        " ýewropa* аврупо*"
        " zentralasien-eu 欧州 ブリュッセル",
    ),
    Term(name="ASEAN", side="other", forms="asean асеан* アセアン 東南アジア"),
    Term(name="NATO", side="other", forms="=nato нато 北大西洋条約"),
    Term(name="GUAM and Caucasus", side="other", forms="=guam caucasus кавказ* コーカサス"),
    # Menus of languages: with these beside it, `日本語` or `Қазақша` is a link and not a subject.
    Term(
        name="language names", side="other", forms="english deutsch français español italiano türkçe українська 한국어"
    ),
    Term(name="Africa", side="other", forms="africa* африк* アフリカ"),
)


def _stem(word: str, locale: str) -> str:
    """The word as a form: exact in English and Japanese, else without its last vowel and with a short ending."""
    if locale == "ja":
        return word
    if locale == "en":
        return f"{word}(?:'s)?"
    bare = _ENDING_VOWELS.sub("", word) if len(word) > 4 else word
    return f"{bare}[а-яёіїўқғҳңөүұәҷӣӯa-zäçöüýžşň']{{0,5}}"


def _forms(code: str) -> str:
    """All forms of a country's name; words in brackets are left out (`Myanmar (Burma)`)."""
    forms = []
    for locale in _LOCALES:
        name = re.sub(r"\s*[(（].*", "", Locale.parse(locale).territories.get(code, ""))
        # Short names such as Чад or Lao are too often words or beginnings of words.
        if len(name) > 3 or (locale == "ja" and len(name) > 1):
            # A capital is asked for: Turkic белги, a sign, is not Belgium.
            mark = "" if locale == "ja" else "^"
            forms.append(mark + "~".join(_stem(word.lower(), locale) for word in name.split()))
    return " ".join(dict.fromkeys(forms))


def _country(code: str) -> Term:
    name = Locale.parse("en").territories[code]
    forms = f"{_BY_HAND.get(code, '')} {_forms(code)}"
    return Term(name=name, side="other", country=code, forms=forms)


THIRD_PARTIES = (*(_country(code) for code in _COUNTRIES.split()), *_UNIONS)
