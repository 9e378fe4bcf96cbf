"""Copies of the demo's texts, made as papers make them, and the pairs of articles that belong together."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from crawler.demo.content import DemoArticle, load_sites

_CYRILLIC = (
    ("yo'", "йў"), ("yo‘", "йў"), ("yo", "ё"), ("yu", "ю"), ("ya", "я"), ("ye", "е"), ("sh", "ш"), ("ch", "ч"),
    ("o'", "ў"), ("o‘", "ў"), ("oʻ", "ў"), ("o’", "ў"), ("g'", "ғ"), ("g‘", "ғ"), ("gʻ", "ғ"), ("g’", "ғ"),
    ("a", "а"), ("b", "б"), ("d", "д"), ("e", "е"), ("f", "ф"), ("g", "г"), ("h", "ҳ"), ("i", "и"), ("j", "ж"),
    ("k", "к"), ("l", "л"), ("m", "м"), ("n", "н"), ("o", "о"), ("p", "п"), ("q", "қ"), ("r", "р"), ("s", "с"),
    ("t", "т"), ("u", "у"), ("v", "в"), ("x", "х"), ("y", "й"), ("z", "з"), ("’", "ъ"), ("ʼ", "ъ"), ("'", "ъ"),
)  # fmt: skip
TRANSLATIONS = (
    (
        "The ministers of Uzbekistan and Japan agreed in Tashkent on a loan for the railways. The money is meant for new "
        "carriages and for the training of two hundred engineers, who will spend a year in Osaka."
    ),
    (
        "Министры Узбекистана и Японии договорились в Ташкенте о кредите для железных дорог. Деньги предназначены для новых "
        "вагонов и для обучения двухсот инженеров, которые проведут год в Осаке."
    ),
    (
        "Oʻzbekiston va Yaponiya vazirlari Toshkentda temir yoʻllar uchun kredit haqida kelishib oldi. Mablagʻ yangi "
        "vagonlar va bir yil Osakada oʻqiydigan ikki yuz muhandisni tayyorlash uchun moʻljallangan."
    ),
    "ウズベキスタンと日本の閣僚はタシケントで鉄道への借款に合意した。資金は新しい車両と、一年間大阪で学ぶ二百人の技術者の研修に充てられる。",
)
KAZAKH = (
    (
        "Қазақстан мен Жапония министрлері Астанада кездесіп, теміржол саласындағы ынтымақтастық туралы келісімге қол қойды. "
        "Жаңа жоба бойынша екі жүз маман Осака қаласында бір жыл бойы оқиды және елге оралған соң жұмыс істейді."
    ),
    (
        "Qazaqstan men Japoniia ministrleri Astanada kezdesip, temirjol salasyndağy yntymaqtastyq turaly kelisimge qol qoidy. "
        "Jaña joba boiynşa eki jüz maman Osaka qalasynda bir jyl boiy oqidy jäne elge oralğan soñ jūmys isteidi."
    ),
)

# What papers put around an agency's text: a lede of their own, the credit of their photograph, their share lines.
OWN_LINES = {
    "en": (
        "Readers of this paper have waited for the news since spring, and our correspondent followed it from the gallery.",
        "Photo: A. Petrov / Daily Steppe, 2026", "Share: Facebook | Telegram | X", "Source: Kyodo",
    ),
    "ru": (
        "Этого решения в городе ждали с весны, и наш корреспондент следил за ним с самого начала.",
        "Фото: А. Петров, «Вечерняя степь»", "Поделиться: Telegram | WhatsApp", "Источник: ТАСС",
    ),
    "uz": (
        "Bu xabarni tahririyatimiz bahordan beri kutayotgan edi, muxbirimiz voqealarni joyidan kuzatib bordi.",
        "Surat: A. Karimov, «Shahar oqshomi»", "Ulashish: Telegram | Facebook", "Manba: O‘zA",
    ),
    "uz-Cyrl": (
        "Бу хабарни таҳририятимиз баҳордан бери кутаётган эди, мухбиримиз воқеаларни жойидан кузатиб борди.",
        "Сурат: А. Каримов, «Шаҳар оқшоми»", "Улашиш: Telegram | Facebook", "Манба: ЎзА",
    ),
    "ja": (
        "春から待たれていた知らせを、本紙記者が現地で追った。",
        "写真：本紙・山田撮影", "シェア Facebook X LINE", "（時事）",
    ),
}  # fmt: skip


@dataclass(slots=True)
class Copies:
    """Articles, oldest first, and which of them belong together: the ids of each kind of copy with their original's."""

    articles: list[dict[str, Any]] = field(default_factory=list)
    pairs: dict[str, set[frozenset[str]]] = field(default_factory=dict)
    families: dict[str, str] = field(default_factory=dict)

    def add(self, id_: str, text: str, *, of: str | None = None, kind: str = "", host: str = "first.example") -> None:
        """An article; with `of` a copy of that one."""
        at = len(self.articles)
        place = {"captured_at": f"2026-11-21T{at // 3600:02d}:{at // 60 % 60:02d}:{at % 60:02d}.000Z"}
        self.articles.append(
            {
                "id": id_, "url": f"https://{host}/{id_}", "source": None, "title": f"Headline of {id_}", "text": text,
                "provenance": {**place, "record_id": f"<urn:uuid:{id_}>"},
            }
        )  # fmt: skip
        self.families[id_] = of or id_
        if of is not None:
            self.pairs.setdefault(kind, set()).add(frozenset((id_, of)))

    def true_pairs(self) -> set[frozenset[str]]:
        """Every two articles of one text."""
        return {
            frozenset(pair) for pair in combinations(self.families, 2) if len({self.families[i] for i in pair}) == 1
        }


def edited(text: str, share: float, others: str, chance: random.Random) -> str:
    """The text with this share of its words exchanged for words of other texts, wherever chance falls."""
    if is_spaceless(text):
        return _edited_runs(text, share, others, chance)
    words, pool = text.split(" "), others.split()
    for place in chance.sample(range(len(words)), round(len(words) * share)):
        words[place] = chance.choice(pool)
    return " ".join(words)


def _edited_runs(text: str, share: float, others: str, chance: random.Random) -> str:
    """Words of a language without spaces are runs of one to four characters."""
    runs, place = [], 0
    while place < len(text):
        size = chance.randint(1, 4)
        runs.append(text[place : place + size])
        place += size
    for number in chance.sample(range(len(runs)), round(len(runs) * share)):
        start = chance.randrange(len(others) - 4)
        runs[number] = others[start : start + len(runs[number])]
    return "".join(runs)


def rewritten(text: str, share: float, others: str, chance: random.Random) -> str:
    """The text with at most this share of its sentences, counted in characters, exchanged for others of their length."""
    sentences, pool = sentences_of(text), sentences_of(others)
    left = len(text) * share
    for place in chance.sample(range(len(sentences)), len(sentences)):
        size, taken = len(sentences[place]), ""
        if size > left:
            continue
        left -= size
        while len(taken) < size:
            taken += chance.choice(pool) + " "
        sentences[place] = taken[:size]
    return " ".join(sentences)


def sentences_of(text: str) -> list[str]:
    """The sentences of a text."""
    return [part for part in re.split(r"(?<=[.!?…])\s+|(?<=[。！？])|\n+", text) if part]


def is_spaceless(text: str) -> bool:
    """True for Japanese."""
    return len(re.findall(r"[ぁ-ヿ一-鿿]", text)) * 3 > len(text)


def in_cyrillic(text: str) -> str:
    """Uzbek in Latin letters, as it is written in Cyrillic."""
    out = text.lower()
    out = re.sub(r"\be", "э", out)
    for latin, cyrillic in _CYRILLIC:
        out = out.replace(latin, cyrillic)
    return out


def text_of(article: DemoArticle) -> str:
    """The clean text of a demo article."""
    return "\n\n".join(article.paragraphs)


def as_a_paper_runs_it(article: DemoArticle, share: float) -> str:
    """An agency's text with a lede, credits and share lines of a paper, cut at the end by this share of its sentences."""
    lede, credit, shares, source = OWN_LINES[article.language]
    kept = round(len(sentences_of(text_of(article))) * (1 - share))
    body: list[str] = []
    for paragraph in article.paragraphs:
        sentences = sentences_of(paragraph)[:kept]
        kept -= len(sentences)
        body.append(("" if is_spaceless(paragraph) else " ").join(sentences))
    return "\n\n".join([lede, credit, *filter(None, body), source, shares])


def make_copies(seed: int = 1) -> Copies:
    """The set: originals, copies of every kind, and what is none: rewritings by half, quotes, translations."""
    chance = random.Random(seed)
    copies = Copies()
    sites = load_sites()
    for site in sites:
        for article in site.articles:
            copies.add(article.slug, text_of(article))
    for site in sites:
        texts = {article.slug: text_of(article) for article in site.articles}
        for article in site.articles:
            others = "\n\n".join(text for slug, text in texts.items() if slug != article.slug)
            _add_copies(copies, article, others, chance)
        for quoting, quoted in zip(site.articles, site.articles[1:], strict=False):
            longest = max(quoted.paragraphs, key=len)
            copies.add(f"{quoting.slug}-quotes", f"{text_of(quoting)}\n\n{longest}", of=quoting.slug, kind="extended")
            own = max((text for text in quoting.paragraphs), key=len)
            copies.add(f"{quoting.slug}-short-quotes", f"{own}\n\n{longest}")
    for number, text in enumerate(TRANSLATIONS):
        copies.add(f"translation-{number}", text)
    copies.add("kazakh", KAZAKH[0])
    copies.add("kazakh-latin", KAZAKH[1], of="kazakh", kind="script")
    return copies


def _add_copies(copies: Copies, article: DemoArticle, others: str, chance: random.Random) -> None:
    slug, text = article.slug, text_of(article)
    copies.add(f"{slug}-same", text.replace("\n\n", "\n"), of=slug, kind="exact")
    counted = f"21.11.2026 10:15\n\n{text.upper()}\n\n1 234"
    copies.add(f"{slug}-counted", counted, of=slug, kind="exact")
    copies.add(f"{slug}-agency", text, of=slug, kind="syndicated", host="paper.example")
    for share in (0, 15, 30, 45):
        run = as_a_paper_runs_it(article, share / 100)
        copies.add(
            f"{slug}-agency-cut-{share}", run, of=slug, kind=f"agency, cut by {share} %", host=f"p{share}.example"
        )
    if article.language == "uz":
        copies.add(f"{slug}-cyrillic", in_cyrillic(text), of=slug, kind="script")
    for share in (1, 5, 20):
        for make in (edited, rewritten):
            made = make(text, share / 100, others, chance)
            copies.add(f"{slug}-{make.__name__}-{share}", made, of=slug, kind=f"{make.__name__}-{share}")
    for make in (edited, rewritten):
        made = make(text, 0.5, others, chance)
        copies.add(f"{slug}-{make.__name__}-50", made)
