"""How the tables are read: which names a text has, and whether every form can be found at all."""

from __future__ import annotations

import re
from re import _parser
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines import scanner as scanning
from pipelines import terms_found
from pipelines.scanner import Match, Scanner
from pipelines.terms import Term, fold
from pipelines.terms_both import FORMATS, TRAPS
from pipelines.terms_ca import CENTRAL_ASIA, OWN_STATE
from pipelines.terms_found import find_hits
from pipelines.terms_jp import JAPAN
from pipelines.terms_others import THIRD_PARTIES
from pipelines.terms_sport import SPORT
from pipelines.terms_topics import CUES, NEUTRAL_BODIES, TIES, TOPICS

if TYPE_CHECKING:
    from collections.abc import Iterable

ALL = (
    *TRAPS, *FORMATS, *CENTRAL_ASIA, *JAPAN, *NEUTRAL_BODIES, *SPORT, *CUES, *TIES, *TOPICS, *THIRD_PARTIES, *OWN_STATE
)  # fmt: skip
_REPEATED_GAP = re.compile(r"~[?+{]")  # a gap that may be left out is `(~)?`
_PLAIN = re.compile(r"[^\W_][\w'.:・-]")


def test_every_form_begins_with_two_plain_signs_and_can_be_read():
    """A form is looked up by these two; one that begins otherwise, or is no expression, is never found or stops a run."""
    forms = [(term.name, form.lstrip("^=<")) for term in ALL for form in term.forms.split()]
    wrong = [(name, form) for name, form in forms if not _PLAIN.match(form) or _REPEATED_GAP.search(form)]

    assert not wrong
    re.compile("|".join(f"(?:{form.replace('*', '[a-z]{0,3}').replace('~', ' ')})" for _, form in forms))


@pytest.mark.parametrize(
    ("forms", "text", "found"),
    [
        ("abc*", "abcd abd", ["abcd"]),
        ("abc abd*", "abd abde abc", ["abd", "abde", "abc"]),
        ("abc?d", "abd abcd abcc", ["abd", "abcd"]),  # the third letter may be left out
        ("ab(?:c|d)e", "abce abde abe", ["abce", "abde"]),
        ("ab ab~c", "ab abx ab-c", ["ab", "ab"]),  # the earlier form wins
        ("ab~c ab", "ab abx ab-c", ["ab", "ab-c"]),
        ("=ab", "ab AB", ["AB"]),
    ],
)
def test_forms_of_one_beginning_are_told_apart_by_what_follows(forms: str, text: str, found: list[str]):
    scanner = Scanner([Term(name="x", side="jp", forms=forms)])

    assert [text[match.start : match.end] for match in scanner.find(text)] == found


_GAPS = ["", " ", "-", " - ", "  ", "    ", "'", "\u00a0", "»«", "`"]
_WORDS = [
    "in",
    "ca",
    "japan",
    "nara",
    "Nara",
    "ese",
    "s",
    "jad",
    "sakai",
    "toyota",
    "made",
    "bank",
    "банк",
    "日",
    "ōsaka",
]
_FORMS = (
    "in~(nara|sakai) in~nara japan japan~made japan(ese)?-made japan(ese|'s)?~bank ca~(ese~)?nara ca(~)?jad ca~jad*",
    "in~nara*|sakai japan* <日ja ca[sj]ad in~[ns]ara =ca~nara ^japan~(s)?bank банк(~)?банк in",
)


@settings(max_examples=300)
@given(st.lists(st.tuples(st.sampled_from(_WORDS), st.sampled_from(_GAPS)), max_size=8))
def test_what_follows_rules_out_no_form_that_is_there(pieces: list[tuple[str, str]]):
    """Each form is tried wherever its beginning is: the same matches as by trying only those that may follow."""
    text = "".join(word + gap for word, gap in pieces)
    table = [Term(name=forms, side="jp", forms=forms) for forms in _FORMS]
    quick, thorough = Scanner(table), Scanner(table)
    for number, (_, orders) in enumerate(thorough._literals):
        beginning = thorough._beginning(number)
        beginning.always, beginning.followed, beginning.apart = orders, {}, {}

    assert _places(quick.find(text)) == _places(thorough.find(text))


def _places(matches: Iterable[Match]) -> list[tuple[int, int, str]]:
    return [(match.start, match.end, match.term.name) for match in matches]


@settings(max_examples=100)
@given(st.lists(st.tuples(st.sampled_from(_WORDS), st.sampled_from(_GAPS)), max_size=8), st.integers(1, 9))
def test_a_text_read_in_pieces_has_the_same_terms(pieces: list[tuple[str, str]], size: int):
    text = "".join(word + gap for word, gap in pieces)
    scanner = Scanner([Term(name=forms, side="jp", forms=forms) for forms in _FORMS])
    folded = scanning._plain(fold(text))
    found: list[Match] = []
    for begin in range(0, len(text), size):
        end = found[-1].end if found else 0
        found += scanner._found(text, folded, begin, begin + size, end=end, language="")

    assert _places(found) == _places(scanner.find(text)) == _places(scanner.find_folded(text, fold(text)))


@pytest.mark.parametrize(("rest", "letters"), scanning._ENDINGS.items())
@settings(max_examples=150)
@given(text=st.text("az`'ßяéԯ԰÷ 9-", max_size=8) | st.text("a`я-", min_size=12, max_size=22), at=st.integers(0, 3))
def test_an_ending_is_what_its_expression_finds(rest: str, letters: int, text: str, at: int):
    at = min(at, len(text))
    match = re.compile(rest).match(text, at)

    assert scanning._word_end(text, at, letters) == (-1 if match is None else match.end())


def test_a_long_text_is_read_to_its_end():
    text = "Sakai in Japan. " * 1000
    scanner = Scanner([Term(name=forms, side="jp", forms=forms) for forms in _FORMS])

    assert len(_places(scanner.find(text))) == 2000
    assert _places(scanner.find(text)) == _places(scanner.find_folded(text, fold(text)))


@pytest.mark.parametrize(
    ("form", "literal"),
    [
        ("тойот[аы]~(?:motors?|g[ro]up)*", "тойот"),  # brackets within brackets
        ("abcd(e(f|g)|h)", "abcd"),
        ("abcd[e|f]", "abcd"),
        ("abcd|efgh", "ab"),
        ("abcd(e)|fg(h)", "ab"),
    ],
)
def test_a_form_that_is_no_choice_is_looked_for_by_all_it_begins_with(form: str, literal: str):
    assert scanning._parts_of(form)[0] == literal


def test_what_joins_two_names_is_no_longer_than_is_looked_at():
    assert _parser.parse(terms_found._JOINED.pattern).getwidth()[1] == terms_found._LONGEST_JOINT


def test_the_tables_leave_most_forms_untried():
    """What may follow is known of nearly every form that goes on behind a gap."""
    rests = [scanning._parts_of(form)[2] for term in ALL for form in term.forms.split()]
    apart = [rest for rest in rests if rest.startswith(f"(?:{scanning._GAP}")]

    assert len(apart) > 500
    assert sum(bool(scanning._follows(rest).signs) for rest in apart) > 0.9 * len(apart)


def test_forte_bank_is_one_word_or_two():
    hits = find_hits("ForteBank and Forte Bank", "ФортеБанк, Форте Банк", "en")

    assert [hit.term.name for hit in hits].count(hits[0].term.name) == 4


def test_japan_in_one_sign_leaves_the_other_name_to_be_found():
    hits = find_hits(None, "日タジキスタン租税条約が発効", "ja")

    assert [(hit.side, hit.start, hit.end) for hit in hits if hit.side in {"ca", "jp"}] == [("jp", 0, 1), ("ca", 1, 7)]
