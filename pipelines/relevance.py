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
from typing import TYPE_CHECKING

from pipelines.article import Evidence, Label, Relevance
from pipelines.relevance_page import STANDS, Page, has_both, is_sport, stands_for
from pipelines.relevance_subject import is_core
from pipelines.relevance_unsaid import is_home_sport, is_home_story, is_match
from pipelines.surrogates import whole
from pipelines.terms_found import find_hits, may_name_both

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipelines.terms_found import Hit

_EVIDENCE_SPANS = 12
_SPANS_PER_SIDE = 5
_BANDS = {Label.OFF: (0.0, 0.2), Label.SPORT: (0.2, 0.4), Label.MENTION: (0.4, 0.7), Label.CORE: (0.7, 1.0)}


def judge(title: str | None, text: str, language: str | None = None) -> Relevance:
    """The label of the rule sheet with its score, countries, bodies, topics and the spans that decided.

    Bands of the score: off below 0.2, sport to 0.4, mention to 0.7, core above; see `is_near_miss` for what the upper
    half of a band means. `language` is a BCP 47 tag, None where it is not known; it only settles words that mean
    different things in two languages (Kyrgyz `казак`, Kazakh; Russian `казак`, Cossack). Spans of a text with halves
    of signs (surrogates) are those of the text with whole ones, and so is its label.
    """
    try:
        hits = find_hits(title, text, language)
    except UnicodeEncodeError:
        return judge(whole(title) if title else title, whole(text), language)
    page = Page(hits, title or "", text, (language or "").split("-")[0])
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


def _label(page: Page) -> Label:
    if not has_both(page):
        if is_home_sport(page) or is_match(page):
            return Label.SPORT
        return Label.CORE if is_home_story(page) else Label.OFF
    if is_sport(page):
        return Label.SPORT
    return Label.CORE if is_core(page) else Label.MENTION


def _score(page: Page, label: Label) -> float:
    """A number in the label's band, higher the more both sides are there; see `is_near_miss` for off and sport."""
    low, high = _BANDS[label]
    present = page.minor if label is not Label.OFF else max(page.weight("ca"), page.weight("jp")) / 4
    if label in (Label.OFF, Label.SPORT):
        middle = (low + high) / 2
        low, high = (middle, high) if _is_nearly_more(page, label) else (low, middle)
    return round(low + (high - low) * 0.99 * (1 - math.exp(-present / 3)), 4)


def _is_nearly_more(page: Page, label: Label) -> bool:
    if label is Label.SPORT:
        return has_both(page) and page.weight("sport") <= 2 * sum(hit.side == "tie" for hit in page.hits)
    seen = {side for side in ("ca", "jp") if page.weight(side)}
    seeming = seen | {hit.term.seems for hit in page.hits if hit.side == "trap"}
    stands = any(stands_for(hit, side) and hit.term.weight >= STANDS for hit in page.hits for side in ("ca", "jp"))
    return stands and {"ca", "jp"} <= seeming


def _names_country(hit: Hit) -> bool:
    return hit.side in {"ca", "jp", "format", "other"} and hit.term.weight >= STANDS


def _first_names(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _evidence(title: str, text: str, hits: Sequence[Hit], label: Label) -> tuple[Evidence, ...]:
    """The first span of each term that decided, formats first in rank, in the order of the page."""
    sides: tuple[str, ...] = ("sport", "ca", "jp") if label is Label.SPORT else ("format", "ca", "jp")
    if label is Label.CORE and not any(hit.side in {"ca", "format"} for hit in hits):
        sides = ("own", "jp")
    chosen: list[Hit] = []
    shown: dict[str, list[Hit]] = {side: [] for side in sides}
    for hit in hits:
        side = _side_shown(hit, label)
        if side in shown:
            shown[side].append(hit)
    for side in sides:
        firsts = {hit.term.name: hit for hit in reversed(shown[side])}
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
        side={"trap": hit.term.seems, "own": "ca"}.get(hit.side, hit.side),
        term=hit.term.name,
    )
