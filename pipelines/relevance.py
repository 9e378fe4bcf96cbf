"""Whether a page is about relations between Japan and Central Asia, and by which words one sees it.

Pure: a function of the clean title and text. The rules, in order, after the rule sheet of the relevance set:

1. a side that is not named (traps and menus do not name): off;
2. sport outweighs dealings: sport;
3. a format that names both sides, both in the title, or both close together at the top and kept up through the text,
   or both dense in the body: core, unless a cue, a list or a third party speaks against it;
4. otherwise mention.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from typing import TYPE_CHECKING

from pipelines.article import Evidence, Label, Relevance
from pipelines.athletes import athletes_of
from pipelines.terms_found import Hit, find_hits, leaves_home_unsaid, may_name_both

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# A name below this weight cannot stand for its side: a make of car, the yen, one partner in a list.
_STANDS = 0.5
# The side at which a language is at home, and nowhere else; Russian is written elsewhere, too.
_HOMES = {"ja": "jp", "kk": "ca", "ky": "ca", "uz": "ca", "tg": "ca", "tk": "ca"}
_SHORT_TEXT = 1200
_NEAR_CHARACTERS = 200
_SEVERAL = 2
_EVIDENCE_SPANS = 12
_SPANS_PER_SIDE = 5
_TOP = ("title", "lead")
_ZONES = (*_TOP, "body")
_BANDS = {Label.OFF: (0.0, 0.2), Label.SPORT: (0.2, 0.4), Label.MENTION: (0.4, 0.7), Label.CORE: (0.7, 1.0)}
# Dealings that also fill pages on markets, cars and sport, and so cannot outweigh these.
_LOOSE_TIES = frozenset({"trade and investment", "project", "visit", "summit"})
# Meetings of others, to which Japan does not belong.
_CLUBS = frozenset({"SCO", "EAEU", "OTS", "CIS", "BRICS"})
# Bodies by which Japan is abroad.
_ENVOYS = frozenset({"JICA", "JETRO", "Japan Foundation", "JDS", "Kusanone"})
# Dealings that a paper would not report of two parties in Japan.
_HOME_TIES = frozenset({"cooperation", "agreement", "aid", "exchange", "education", "visa", "friendship"})
_DEALINGS_OF_MINISTRIES = _HOME_TIES | {"labour", "talks", "embassy", "condolence"}
_NAME_CHARACTERS = 45
_SENTENCE = re.compile(r"[.!?;](?=\s)|。")
_ALSO = re.compile(
    r"も|\b(?:also|too|as well|likewise|similar|также|тоже|аналогичн\w*|похож\w*|ұқса\w*|ham"
    r"|ҳам|да|де|низ|окшош\w*|hem)\b"
)
_ALSO_NEAR = 60
_LOCATIVE = re.compile(r"(?:[дт][аеоө]|d[ae]|^дар .*)$", re.IGNORECASE)
_BREAK = re.compile(r"[.,:;!?«»“”\n—–]")
# Dealings of states: not the embassy that counts its citizens after an earthquake, nor the students among them.
_STATE_TIES = frozenset(
    {"summit", "visit", "talks", "cooperation", "agreement", "aid", "condolence", "visa", "friendship"}
)


def judge(title: str | None, text: str, language: str | None = None) -> Relevance:
    """The label of the rule sheet with its score, countries, bodies, topics and the spans that decided.

    Bands of the score: off below 0.2, sport to 0.4, mention to 0.7, core above; see `is_near_miss` for what the upper
    half of a band means. `language` is a BCP 47 tag; it only
    settles words that mean different things in two languages (Kyrgyz `казак`, Kazakh; Russian `казак`, Cossack).
    """
    hits = find_hits(title, text, language)
    page = _Page(hits, title or "", text, (language or "").split("-")[0])
    label = _label(page)
    return Relevance(
        label=label,
        score=_score(page, label),
        countries=tuple(sorted({hit.term.country for hit in hits if _names_country(hit) and hit.term.country})),
        evidence=_evidence(title or "", text, hits, label),
        organisations=_first_names(hit.term.name for hit in hits if hit.term.organisation),
        topics=tuple(sorted({hit.term.topic for hit in hits if hit.term.topic})),
    )


def may_concern_both(title: str | None, text: str) -> bool:
    """False only if the label can be neither core nor mention: one pass over the names alone, ended when both are met.

    Sport in the language of one side, which leaves that side unsaid, is all that is missed.
    """
    return may_name_both(title, text)


def is_near_miss(relevance: Relevance) -> bool:
    """True where a little more would have given the next better label: the score is in the upper half of its band.

    Off: one side is named, and of the other there is a word too weak to stand for it (a make of car, the yen, a trap).
    Sport: dealings are spoken of, too, though less. Mention: both sides are named often.
    """
    low, high = _BANDS[relevance.label]
    return relevance.label is not Label.CORE and relevance.score >= (low + high) / 2


class _Page:
    """The hits of one page and the sums the rules are written in, counted once. A format counts for both sides."""

    def __init__(self, hits: Sequence[Hit], title: str, text: str, language: str) -> None:
        self.hits = hits
        self.language = language
        self.characters = len(text)
        self.title = title
        self.text = text
        self.home = _HOMES.get(language)
        self.at_home = self.home == "ca" and leaves_home_unsaid(title, text)
        self._weights: dict[tuple[str, str], float] = defaultdict(float)
        self._best: dict[tuple[str, str], float] = defaultdict(float)
        self._names: dict[tuple[str, str], set[str]] = defaultdict(set)
        for hit in hits:
            for side in ("ca", "jp", "format") if hit.side == "format" else (hit.side,):
                key = side, hit.zone
                self._weights[key] += hit.weight
                self._best[key] = max(self._best[key], hit.weight)
                self._names[key].add(hit.term.name)

    def weight(self, side: str, *zones: str) -> float:
        """The weights of a side; all zones where none is named."""
        return sum(self._weights[side, zone] for zone in zones or _ZONES)

    def best(self, side: str, *zones: str) -> float:
        """The weight of a side's strongest hit, 0 where it is absent."""
        return max(self._best[side, zone] for zone in zones)

    def names(self, side: str, *zones: str) -> set[str]:
        """The names of a side's terms that stand in the zones."""
        return set().union(*(self._names[side, zone] for zone in zones or _ZONES))

    def between(self, where: str, start: int, end: int) -> str:
        """What stands between two places of the title or of the text."""
        return (self.title if where == "title" else self.text)[start:end]

    @property
    def minor(self) -> float:
        """The weight of the side that is less present."""
        return min(self.weight("ca"), self.weight("jp"))


def _label(page: _Page) -> Label:
    if not _has_both(page):
        if _is_home_sport(page) or _is_match(page):
            return Label.SPORT
        return Label.CORE if _is_home_story(page) else Label.OFF
    if _is_sport(page):
        return Label.SPORT
    return Label.CORE if _is_core(page) else Label.MENTION


def _has_both(page: _Page) -> bool:
    """Both sides are named by a term that can stand for its side, if only in a list."""
    return all(any(_stands_for(hit, side) and hit.term.weight >= _STANDS for hit in page.hits) for side in ("ca", "jp"))


def _stands_for(hit: Hit, side: str) -> bool:
    """A hit of the side, of a format, or of an athlete or a sport that the side has."""
    own = ("jp" if hit.term.country == "JP" else "ca") if hit.side == "sport" and hit.term.country else None
    return hit.side in {side, "format"} or own == side or (hit.side == "sport" and hit.term.seems == side)


def _is_home_sport(page: _Page) -> bool:
    """Papers do not name their own country over each athlete: in its language, no third party by, it is understood."""
    away = {"ca": "jp", "jp": "ca"}.get(page.home or "")
    if away is None or page.weight(str(page.home)):
        return False
    # One third party may be the town of the next games.
    others = len(page.names("other"))
    if others >= _SEVERAL or (page.names("other", "title") and page.weight("sport") < _SEVERAL):
        return False
    return page.weight(away) > _STANDS and _is_sport(page)


def _is_match(page: _Page) -> bool:
    """One side named, and an athlete whose surname speaks for the other."""
    named = {side for side in ("ca", "jp") if page.weight(side) > _STANDS or _plays(page, side)}
    if not _is_sport(page) or len(page.names("other")) >= _SEVERAL:
        return False
    return named | athletes_of(f"{page.title}\n{page.text}") == {"ca", "jp"}


def _plays(page: _Page, side: str) -> bool:
    return any(_stands_for(hit, side) and hit.side == "sport" for hit in page.hits)


def _is_home_story(page: _Page) -> bool:
    """Nor over each minister: an envoy of Japan, or several dealings, in a language of Central Asia, is core."""
    if not page.at_home or page.weight("ca") or page.names("other") or page.names("rival") or page.names("cue"):
        return False
    ties = page.names("tie", *_TOP)
    is_dealt_with = (
        "embassy" in ties
        or bool(page.names("jp", *_TOP) & _ENVOYS)
        or (len(ties - _LOOSE_TIES) >= _SEVERAL and bool(ties & _HOME_TIES))
        or (bool(ties & _DEALINGS_OF_MINISTRIES) and _names_own_state(page))
    )
    return page.best("jp", *_TOP) > _STANDS and is_dealt_with and not _is_sport(page)


def _names_own_state(page: _Page) -> bool:
    """A president, as Japan has none, or a ministry that is not called Japan's, where Japan is more than the place."""
    japan = [hit for hit in page.hits if hit.side == "jp"]
    own = [hit for hit in page.hits if hit.side == "own" and hit.zone in _TOP]
    if any(hit.term.name == "a president" for hit in own):
        return True
    is_place = all(_is_place_of_it(page, hit) for hit in japan if hit.zone in _TOP)
    return not is_place and any(not any(_are_one_name(page, hit, body) for hit in japan) for body in own)


def _is_place_of_it(page: _Page, hit: Hit) -> bool:
    """`Японияда`, `дар Ҷопон`: in Japan."""
    return _LOCATIVE.search(page.between(hit.where, max(0, hit.start - len("дар ")), hit.end)) is not None


def _are_one_name(page: _Page, japan: Hit, body: Hit) -> bool:
    """Not a comma between them, and not far: `Япония Ташқи ишлар вазирлиги`, in Tajik `Вазорати хориҷии Ҷопон`."""
    if japan.where != body.where or (japan.start > body.start and page.language != "tg"):
        return False
    start, end = min(japan.end, body.end), max(japan.start, body.start)
    return end - start <= _NAME_CHARACTERS and not _BREAK.search(page.between(japan.where, start, end))


def _is_sport(page: _Page) -> bool:
    """Words of sport outweigh those of dealings; the title counts twice."""
    sport = page.weight("sport") + page.weight("sport", "title")
    ties = [hit for hit in page.hits if hit.side == "tie" and hit.term.name not in _LOOSE_TIES]
    return sport > len(ties) + sum(hit.zone == "title" for hit in ties)


def _is_core(page: _Page) -> bool:
    if _is_dense(page):
        return True
    return not _speaks_against(page) and (_format_leads(page) or _title_names_both(page) or _top_names_both(page))


def _format_leads(page: _Page) -> bool:
    return any(hit.side == "format" and not hit.joined and hit.zone in _TOP for hit in page.hits)


def _title_names_both(page: _Page) -> bool:
    return min(page.best("ca", "title"), page.best("jp", "title")) >= _STANDS


def _top_names_both(page: _Page) -> bool:
    """Both sides at the top, close together or one in the title, in a text that keeps both up."""
    if min(page.best("ca", *_TOP), page.best("jp", *_TOP)) <= _STANDS:
        return False
    in_title = max(page.best("ca", "title"), page.best("jp", "title")) >= _STANDS
    # Without a third party the two names are dealing enough: no list of words for dealings is ever complete.
    deals = bool(page.names("tie")) or not page.names("other")
    return (in_title or _are_near(page)) and _is_kept_up(page) and deals


def _are_near(page: _Page) -> bool:
    """A name of each side within a sentence's length of the other, in the lead."""
    sides = {side: [hit for hit in page.hits if hit.side == side and hit.zone == "lead"] for side in ("ca", "jp")}
    return any(
        max(one.start, two.start) - min(one.end, two.end) <= _NEAR_CHARACTERS
        for one in sides["ca"]
        for two in sides["jp"]
    )


def _is_kept_up(page: _Page) -> bool:
    """The side that is less present comes back often enough for the length of the text."""
    return page.characters <= _SHORT_TEXT or page.minor >= max(2.0, 0.6 * page.characters / 1000)


def _is_dense(page: _Page) -> bool:
    """Both sides often, and neither a footnote of the other: a long text on relations under any title."""
    major = max(page.weight("ca"), page.weight("jp"))
    return page.characters > _SHORT_TEXT and page.minor >= max(4.0, page.characters / 1000, 0.2 * major)


def _speaks_against(page: _Page) -> bool:
    if page.names("organisation", "title") & _CLUBS and not _title_names_both(page):
        return True
    rivals = page.names("rival", *_TOP)
    return len(rivals) >= _SEVERAL or _cue_leads(page) or _third_party_leads(page)


def _cue_leads(page: _Page) -> bool:
    """A subject that needs no dealings stands at the top, and no dealings beside it (rule sheet R5, R9, R12)."""
    cues = page.names("cue", *_TOP)
    if "passport index" in cues:
        return True
    if page.names("cue", "title"):
        return not page.names("tie", "title") & _STATE_TIES
    deals_in_title = _title_names_both(page) and page.names("tie", "title")
    return bool(cues) and not (page.names("tie", *_TOP) & _STATE_TIES or deals_in_title)


def _third_party_leads(page: _Page) -> bool:
    """Somebody else is the subject: named in the title or first, while one of the sides is hardly there (R6)."""
    if _title_names_both(page) or not page.names("other", *_TOP):
        return False
    if _comes_second(page):
        return True
    if page.minor >= 2 * _STANDS + 0.5:
        return False
    if page.names("other", "title"):
        return True
    first = {hit.side: index for index, hit in reversed(list(enumerate(page.hits)))}
    lesser = min(("ca", "jp"), key=lambda side: (page.weight(side), -first.get(side, 0)))
    return len(page.names("other")) > 1 and first["other"] < first.get(lesser, 0)


def _comes_second(page: _Page) -> bool:
    """The first sentence is on dealings of one side with somebody else; the other side is said to have some, too.

    Where it is on a club to which Japan does not belong, nothing need be said.
    """
    end = _SENTENCE.search(page.text)
    if end is None or page.weight("format"):
        return False
    begun = [hit for hit in page.hits if hit.where == "title" or hit.end <= end.start()]
    first = {hit.side for hit in begun}
    absent = {"ca", "jp"} - first
    also = [hit for hit in page.hits if hit.side in absent]
    if absent == {"jp"} and {hit.term.name for hit in begun} & _CLUBS:
        return len(also) < _SEVERAL
    return (
        len(absent) == 1
        and "other" in first
        and _ALSO.search(page.text[end.end() : also[0].end + _ALSO_NEAR]) is not None
    )


def _score(page: _Page, label: Label) -> float:
    """A number in the label's band, higher the more both sides are there; see `is_near_miss` for off and sport."""
    low, high = _BANDS[label]
    present = page.minor if label is not Label.OFF else max(page.weight("ca"), page.weight("jp")) / 4
    if label in (Label.OFF, Label.SPORT):
        middle = (low + high) / 2
        low, high = (middle, high) if _is_nearly_more(page, label) else (low, middle)
    return round(low + (high - low) * 0.99 * (1 - math.exp(-present / 3)), 4)


def _is_nearly_more(page: _Page, label: Label) -> bool:
    if label is Label.SPORT:
        return _has_both(page) and page.weight("sport") <= 2 * sum(hit.side == "tie" for hit in page.hits)
    seen = {side for side in ("ca", "jp") if page.weight(side)}
    seeming = seen | {hit.term.seems for hit in page.hits if hit.side == "trap"}
    stands = any(_stands_for(hit, side) and hit.term.weight >= _STANDS for hit in page.hits for side in ("ca", "jp"))
    return stands and {"ca", "jp"} <= seeming


def _names_country(hit: Hit) -> bool:
    return hit.side in {"ca", "jp", "format", "other"} and hit.term.weight >= _STANDS


def _first_names(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _evidence(title: str, text: str, hits: Sequence[Hit], label: Label) -> tuple[Evidence, ...]:
    """The first span of each term that decided, formats first in rank, in the order of the page."""
    sides = ("sport", "ca", "jp") if label is Label.SPORT else ("format", "ca", "jp")
    chosen: list[Hit] = []
    for side in sides:
        firsts = {hit.term.name: hit for hit in reversed(hits) if _side_shown(hit, label) == side}
        chosen.extend(sorted(firsts.values(), key=_position)[:_SPANS_PER_SIDE])
    spans = [_span(title if hit.where == "title" else text, hit) for hit in chosen[:_EVIDENCE_SPANS]]
    return tuple(sorted(spans, key=lambda span: (span.where != "title", span.start, span.end)))


def _side_shown(hit: Hit, label: Label) -> str:
    """The side that a hit is evidence of; why a page is off is also told by what only seems to name a side."""
    return hit.term.seems if hit.side == "trap" and label is Label.OFF else hit.side


def _position(hit: Hit) -> tuple[bool, int]:
    return hit.where != "title", hit.start


def _span(source: str, hit: Hit) -> Evidence:
    return Evidence(
        where=hit.where,
        start=hit.start,
        end=hit.end,
        text=source[hit.start : hit.end],
        side=hit.term.seems if hit.side == "trap" else hit.side,
        term=hit.term.name,
    )
