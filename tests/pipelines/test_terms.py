"""How the tables are read: which names a text has, and whether every form can be found at all."""

from __future__ import annotations

import re

import pytest

from pipelines.terms import Scanner, Term
from pipelines.terms_both import FORMATS, TRAPS
from pipelines.terms_ca import CENTRAL_ASIA, OWN_STATE
from pipelines.terms_found import find_hits
from pipelines.terms_jp import JAPAN
from pipelines.terms_others import THIRD_PARTIES
from pipelines.terms_sport import SPORT
from pipelines.terms_topics import CUES, NEUTRAL_BODIES, TIES, TOPICS

ALL = (
    *TRAPS, *FORMATS, *CENTRAL_ASIA, *JAPAN, *NEUTRAL_BODIES, *SPORT, *CUES, *TIES, *TOPICS, *THIRD_PARTIES, *OWN_STATE
)  # fmt: skip
_PLAIN = re.compile(r"[^\W_][\w'.:・-]")


def test_every_form_begins_with_two_plain_signs_and_can_be_read():
    """A form is looked up by these two; one that begins otherwise, or is no expression, is never found or stops a run."""
    forms = [(term.name, form.lstrip("^=<")) for term in ALL for form in term.forms.split()]
    wrong = [(name, form) for name, form in forms if not _PLAIN.match(form)]

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


def test_japan_in_one_sign_leaves_the_other_name_to_be_found():
    hits = find_hits(None, "日タジキスタン租税条約が発効", "ja")

    assert [(hit.side, hit.start, hit.end) for hit in hits if hit.side in {"ca", "jp"}] == [("jp", 0, 1), ("ca", 1, 7)]
