"""The stories of a made-up site: titles, dates and texts in eight languages, from a seed. Pure."""

from __future__ import annotations

import datetime as dt
import random
import re
import unicodedata
from dataclasses import dataclass

NEWEST = dt.datetime(2026, 11, 20, 9, 0)  # noqa: DTZ001 (local to each site)

# language: (words of titles and texts, what its places are called)
_WORDS = {
    "en": "railway loan water student exchange uranium tourist museum earthquake trade mission solar park visa harvest glacier border power university delegation forum agreement export cotton bridge hospital teacher training budget reform",
    "ru": "железная дорога кредит вода студенты обмен уран туристы музей землетрясение торговля миссия солнечный парк виза урожай ледник граница энергия университет делегация форум соглашение экспорт хлопок мост больница учитель бюджет реформа",
    "kk": "теміржол несие суы студенттер алмасу уран туристер мұражай жер сілкінісі сауда миссия күн саябағы виза егін мұздық шекара қуат университет делегация форум келісім экспорт мақта көпір аурухана мұғалім бюджет реформа",
    "uz": "temir yoʻl kredit suv talabalar almashinuv uran sayyohlar muzey zilzila savdo missiya quyosh bogʻi viza hosil muzlik chegara quvvat universitet delegatsiya forum kelishuv eksport paxta koʻprik shifoxona oʻqituvchi budjet islohot",
    "uz-Cyrl": "темир йўл кредит сув талабалар алмашинув уран сайёҳлар музей зилзила савдо миссия қуёш боғи виза ҳосил музлик чегара қувват университет делегация форум келишув экспорт пахта кўприк шифохона ўқитувчи бюджет ислоҳот",
    "ky": "темир жол насыя суу студенттер алмашуу уран туристтер музей жер титирөө соода миссия күн паркы виза түшүм мөңгү чек ара кубат университет делегация форум макулдашуу экспорт пахта көпүрө оорукана мугалим бюджет реформа",
    "tg": "роҳи оҳан қарз об донишҷӯён мубодила уран сайёҳон осорхона заминҷунбӣ савдо намояндагӣ офтобӣ боғ раводид ҳосил пирях сарҳад нерӯ донишгоҳ ҳайат форум созишнома содирот пахта пул беморхона омӯзгор буҷет ислоҳот",
    "tk": "demir ýol karz suw talyplar alyş-çalyş uran syýahatçylar muzeý ýer titremesi söwda wekilçilik gün seýilgähi wiza hasyl buzluk serhet kuwwat uniwersitet delegasiýa forum ylalaşyk eksport pagta köpri hassahana mugallym býujet reforma",
    "ja": "鉄道 融資 水資源 留学生 交流 ウラン 観光客 博物館 地震 貿易 使節団 太陽光 公園 査証 収穫 氷河 国境 電力 大学 代表団 会議 協定 輸出 綿花 橋 病院 教員 研修 予算 改革",
}  # fmt: skip
_LEADS = {
    "en": "Japan and Kyrgyzstan on", "ru": "Япония и Казахстан:", "kk": "Жапония мен Қазақстан:", "uz": "Yaponiya va Oʻzbekiston:",
    "uz-Cyrl": "Япония ва Ўзбекистон:", "ky": "Жапония менен Кыргызстан:", "tg": "Ҷопон ва Тоҷикистон:", "tk": "Ýaponiýa we Türkmenistan:",
    "ja": "日本と中央アジア、",
}  # fmt: skip
_LATIN = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюяқғңүұһөәіўҳӯӣҷ",
        "a b v g d e yo zh z i y k l m n o p r s t u f kh ts ch sh shch _ y _ e yu ya q gh ng u u h o a i o h u i j".replace(
            "_", "-"
        ).split(),
        strict=False,
    )
)


@dataclass(frozen=True, slots=True)
class Story:
    """One article: `number` counts from the newest, `published` is local to the site."""

    number: int
    title: str
    published: dt.datetime
    section: int
    is_topic: bool
    paragraphs: tuple[str, ...]

    @property
    def slug(self) -> str:
        """The title in Latin letters, as an address writes it."""
        return slug_of(self.title) or f"story-{self.number}"


def slug_of(text: str) -> str:
    """Latin letters, digits and hyphens; nothing of what cannot be written so."""
    latin = "".join(_LATIN.get(sign, sign) for sign in text.lower()).replace("ʻ", "").replace("-ara", "ara")
    plain = unicodedata.normalize("NFKD", latin).encode("ascii", "ignore").decode()
    return "-".join(re.findall(r"[a-z0-9]+", plain))


def stories(
    language: str, *, seed: int, count: int, hours: float, sections: int, newest: dt.datetime = NEWEST
) -> list[Story]:
    """So many stories, newest first, about `hours` apart; a third of them of our region."""
    chance = random.Random(f"{seed} {language} {count} {sections}")
    words = _WORDS[language].split()
    found = []
    published = newest.replace(microsecond=0) - dt.timedelta(minutes=chance.randrange(200))
    for number in range(count):
        is_topic = number % 3 == 1
        glue = "" if language == "ja" else " "
        what = glue.join(chance.sample(words, 5))
        lead = _LEADS[language] + glue if is_topic else ""
        title = f"{lead}{what}{glue}{1000 + number * 7 % 900}"
        title = title[0].upper() + title[1:]
        paragraphs = tuple(_paragraph(chance, words, glue) for _ in range(4))
        found.append(Story(number, title, published, chance.randrange(max(1, sections)), is_topic, paragraphs))
        published -= dt.timedelta(hours=hours * chance.uniform(0.6, 1.4))
    return found


def _paragraph(chance: random.Random, words: list[str], glue: str) -> str:
    sentences = []
    for _ in range(4):
        text = glue.join(chance.choices(words, k=11))
        sentences.append(text[0].upper() + text[1:] + ("。" if not glue else "."))
    return glue.join(sentences)
