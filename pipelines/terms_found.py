"""What the tables find in a title and a text: hits with their zone and weight, formats joined, lists and menus seen.

Pure. This file says what stands where and how it stands (alone, in a list, in a menu); what follows from it for the
label is `relevance.py`.
"""

from __future__ import annotations

import itertools
import re
from typing import Final

from pipelines.japanese_names import japanese_names, kanji_names
from pipelines.literals import AnyOf
from pipelines.scanner import Match, Scanner
from pipelines.terms import Term, fold
from pipelines.terms_both import FORMATS, TRAPS
from pipelines.terms_ca import CENTRAL_ASIA, OWN_STATE
from pipelines.terms_jp import JAPAN
from pipelines.terms_others import THIRD_PARTIES
from pipelines.terms_sport import SPORT
from pipelines.terms_topics import CUES, NEUTRAL_BODIES, TIES, TOPICS
from pipelines.turkic_places import turkic_places

LEAD_CHARACTERS = 400

# Letters that only languages at home in Central Asia write: in them its own country may be left unsaid.
_HOME_LETTERS = tuple("әғқңөұүһіӯҳҷӣўýň")
_HOME_APOSTROPHES = re.compile("o'[abd-z]|g'[a-rt-z]")
_HOME_WORDS = (
    "bilan", "uchun", "haqida", "жана", "менен", "элчиси", "учун", "бул", "бир", "болду", "айтты", "боюнча",
    "министрлиги", "мамлекети", "oldi", "berdi", "keldi", "hamda", "yangi", "vaziri", "vazirligi",
)  # fmt: skip
_HOME_PARTS = AnyOf(("elchi", *_HOME_WORDS))
_HOME_WORD = re.compile(rf"elchi(?:si|xona|lik)|\b(?:{'|'.join(_HOME_WORDS)})\b")
_NAMES = Scanner((*TRAPS, *FORMATS, *CENTRAL_ASIA, *JAPAN, *(term for term in SPORT if term.country)))
_EVERYTHING = Scanner(
    (
        *TRAPS,
        *FORMATS,
        *CENTRAL_ASIA,
        *JAPAN,
        *NEUTRAL_BODIES,
        *SPORT,
        *CUES,
        *TIES,
        *TOPICS,
        *THIRD_PARTIES,
        *OWN_STATE,
    )
)
_SIDES = {
    "ca": frozenset({"ca"}), "region": frozenset({"ca"}), "jp": frozenset({"jp"}), "format": frozenset({"ca", "jp"})
}  # fmt: skip
_PARTIES = frozenset({"ca", "region", "jp", "other"})

_JOINED = re.compile(r"['\"»”」)]?\s{0,2}(?:\+|-|/|・|plus|плюс|プラス|plýus)\s{0,2}['\"«“「(]?")
_LISTED = re.compile(
    r"(?:[\s,、・;:/|+\-()%]|\d[\d.,]*|\b(?:and|or|the|и|или|va|ва|және|мен|жана|менен|we|hem|тыс|млн)\b|[やと]|及び|および)*"
)
_MENU = re.compile(r"[\s|/•·]+")
_LONGEST_JOINT: Final = 11  # of `_JOINED`
_LONGEST_GAP: Final = 24
_MENU_SIZE = 4
_FORMAT = FORMATS[0]
_LANGUAGES, _LANGUAGE_OF_JAPAN = "language names", "Japanese language"
_JAPANESE_NAME = Term(name="a Japanese name", side="jp", weight=0.6, forms="")
_TURKIC_PLACE = Term(name="a Turkic place", side="ca", weight=0.6, forms="")


class Hit:
    """A term found at `start` to `end` of the title or the text. `zone` is title, lead or body.

    `side` is the term's, with the region counted as Central Asia.
    `weight` is the term's own, less where the name is only one of a list of partners; `joined` is True where the next
    name is the other side's, joined by a dash (`Kazakh-Japanese`).
    """

    def __init__(self, start: int, end: int, term: Term, *, zone: str, side: str, weight: float) -> None:
        self.start = start
        self.end = end
        self.term = term
        self.zone = zone
        self.side = side
        self.weight = weight
        self.joined = False

    @property
    def where(self) -> str:
        """`title` or `text`: which of the two the offsets count in."""
        return "title" if self.zone == "title" else "text"


def find_hits(title: str | None, text: str, language: str | None = None) -> list[Hit]:
    """All hits of the title, then of the text, each in order; menus left out."""
    hits = [*_find(title or "", language, in_title=True), *_find(text, language, in_title=False)]
    # The presidents of banks and the officials of the United Nations have such names, too (rule sheet R11).
    if any(hit.side == "organisation" for hit in hits):
        return [hit for hit in hits if hit.term is not _JAPANESE_NAME]
    return hits


def may_name_both(title: str | None, text: str) -> bool:
    """False only if title and text hold nothing that names, or seems to name, one of the two sides.

    The language of a Central Asian country names it: `leaves_home_unsaid`.
    Stops at the first name of the second side. Two athletes are a match, which one of their countries may leave unsaid;
    such a page is sport at most.
    """
    sides: set[str] = set()
    for match in itertools.chain(_NAMES.find(title or "", "mul"), _NAMES.find(text, "mul")):
        sides |= _sides_of(match.term)
        if {"ca", "jp"} <= sides:
            return True
    if "ca" not in sides and (
        leaves_home_unsaid(title, text) or any(any(turkic_places(part)) for part in (title or "", text))
    ):
        sides.add("ca")
    if {"ca", "jp"} <= sides:
        return True
    return "ca" in sides and any(
        any(names(part)) for names in (japanese_names, kanji_names) for part in (title or "", text)
    )


def leaves_home_unsaid(title: str | None, text: str) -> bool:
    """True where letters show a language whose papers need not name their own country: Kazakh, Tajik and others."""
    return any(_is_of_home(fold(part)) for part in (title or "", text) if part)


def _is_of_home(folded: str) -> bool:
    """Looked for sign by sign, then by parts of words, which is ten times as fast as one expression for all."""
    if any(map(folded.__contains__, _HOME_LETTERS)):
        return True
    if ("o'" in folded or "g'" in folded) and _HOME_APOSTROPHES.search(folded):
        return True
    return _HOME_PARTS.is_in(folded) and _HOME_WORD.search(folded) is not None


def _sides_of(term: Term) -> frozenset[str]:
    """The sides that a term of `_NAMES` names, or seems to."""
    if term.side == "sport":
        return frozenset({"jp" if term.country == "JP" else "ca", term.seems}) - {""}
    return _SIDES.get(term.side, frozenset({term.seems}))


def _find(text: str, language: str | None, *, in_title: bool) -> list[Hit]:
    folded = fold(text)
    in_tables = _EVERYTHING.find_folded(text, folded, language)
    matches = _with_names(text, in_tables, language)
    parties = [match for match in matches if match.term.side in _PARTIES]
    menu = set() if in_title else _in_menu(folded, parties)
    if menu:
        parties = [match for match in parties if match.start not in menu]
    factors = dict.fromkeys(menu, 0.0)
    listed = [match for match in matches if _may_be_listed(match, menu)]
    for group in _groups(folded, listed, _LISTED):
        if len(group) > 1:
            factors.update(_list_factors(group))
    hits = [hit for match in matches if (hit := _hit(match, factors.get(match.start, 1.0), in_title)).weight]
    joined = _joined(folded, parties, in_title)
    if joined or matches is not in_tables:  # else they do not overlap, and are in order
        hits = sorted([*hits, *joined], key=lambda hit: (hit.start, -hit.end))
    return hits


def _may_be_listed(match: Match, menu: set[int]) -> bool:
    side = match.term.side
    return side == "organisation" or (side in _PARTIES and match.start not in menu)


def _with_names(text: str, matches: list[Match], language: str | None) -> list[Match]:
    """The matches, with names of Japan and Turkic places; of a name that a table knows the table's stands."""
    japanese = kanji_names(text) if language == "ja" else japanese_names(text)
    found = [Match(start, end, _JAPANESE_NAME) for start, end in japanese]
    found += [Match(start, end, _TURKIC_PLACE) for start, end in turkic_places(text)]
    names = [name for name in found if not any(_is_within(match, name) for match in matches)]
    return sorted([*matches, *names], key=_place) if names else matches


def _is_within(match: Match, name: Match) -> bool:
    """A party begins or ends in the name."""
    return (name.start <= match.start <= name.end or name.start <= match.end <= name.end) and (
        match.term.side in _PARTIES
    )


def _place(match: Match) -> tuple[int, int]:
    """Two terms may have one place: a firm that is named like a man."""
    return match.start, match.end


def _hit(match: Match, factor: float, in_title: bool) -> Hit:
    term = match.term
    side = "ca" if term.side == "region" else term.side
    return Hit(match.start, match.end, term, zone=_zone(match, in_title), side=side, weight=term.weight * factor)


def _zone(match: Match, in_title: bool) -> str:
    if in_title:
        return "title"
    return "lead" if match.start < LEAD_CHARACTERS else "body"


def _groups(text: str, parties: list[Match], separator: re.Pattern[str]) -> list[list[Match]]:
    """Runs of names that follow each other with nothing but separators between them."""
    groups: list[list[Match]] = []
    end = -_LONGEST_GAP - 1
    for match in parties:
        if match.start - end <= _LONGEST_GAP and separator.fullmatch(text[end : match.start]):
            groups[-1].append(match)
        else:
            groups.append([match])
        end = match.end
    return groups


def _in_menu(text: str, parties: list[Match]) -> set[int]:
    """The starts of names in a menu of languages or countries: many in a row, and not a comma between them."""
    menus = [group for group in _groups(text, parties, _MENU) if len(group) >= _MENU_SIZE]
    return {match.start for group in menus for match in group}


def _list_factors(group: list[Match]) -> dict[int, float]:
    """How much the names in a list of partners still count: half beside one other party, little among more."""
    others = len({match.term.name for match in group if match.term.side == "other"})
    bodies = len({match.term.name for match in group if match.term.side == "organisation"})
    others += bodies if bodies > 1 else 0  # one of them spends Japan's money
    ours = len({match.term.name for match in group if match.term.side in {"ca", "region"}})
    listed = {"jp"} if ours >= others else {"jp", "ca", "region"}
    if not others:
        return {}
    if any(match.term.name == _LANGUAGES for match in group):
        return {match.start: 0.0 for match in group if match.term.name == _LANGUAGE_OF_JAPAN}
    return {match.start: 0.5 if others == 1 else 0.2 for match in group if match.term.side in listed}


def _joined(text: str, parties: list[Match], in_title: bool) -> list[Hit]:
    """`Central Asia + Japan` as the format, `Kazakh-Japanese` as a pair, `Central Asia + Korea` as a rival format."""
    joined = []
    for left, right in itertools.pairwise(parties):
        if left.term.side == right.term.side or right.start - left.end > _LONGEST_JOINT:
            continue
        kinds = {left.term.side, right.term.side}
        if kinds & {"ca", "region"} and _JOINED.fullmatch(text[left.end : right.start]):
            term = _joint_term(kinds, f"{left.term.name}-{right.term.name}")
            hit = _hit(Match(left.start, right.end, term), 1.0, in_title)
            hit.joined = term is not _FORMAT
            joined.append(hit)
    return joined


def _joint_term(kinds: set[str], name: str) -> Term:
    if kinds == {"region", "jp"}:
        return _FORMAT
    return Term(name=name, side="format" if "jp" in kinds else "rival", forms="", weight=0.8)
