"""What a reader would call the same word is one run; what is not, is not."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reading.folding import fold, runs_of, terms_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Oʻzbekiston", "O‘ZBEKISTON"),
        ("o'zbekiston", "ozbekiston"),
        ("ЁЛКА", "елка"),
        ("Ҳамкорлик", "ҳамкорлик"),
        ("Türkmenistanyň", "turkmenistanyn"),
        ("ｱｼﾞｱ", "アジア"),
        ("ＪＩＣＡ", "jica"),
        ("вода\u0301", "вода"),
    ],
)
def test_the_same_word(one: str, other: str) -> None:
    """Case, width, accents of Latin, apostrophes and stress do not count."""
    assert list(terms_of(one)) == list(terms_of(other))


@pytest.mark.parametrize(("one", "other"), [("қол", "кол"), ("мой", "мои"), ("かき", "がき"), ("үй", "уй")])
def test_other_words(one: str, other: str) -> None:
    """Letters with a sound of their own stay apart."""
    assert fold(one) != fold(other)


def test_scripts_without_spaces_are_taken_in_pairs() -> None:
    """And a word of another script in their midst stands by itself."""
    assert list(terms_of("中央アジア+JICA、日本")) == ["中央", "央ア", "アジ", "ジア", "ア", "jica", "日本", "本"]


@given(st.text())
def test_runs_are_parts_of_the_text(text: str) -> None:
    """In its order, none within another, whatever the text is."""
    runs = list(runs_of(text))

    assert all(0 <= run.start < run.end <= len(text) and run.folded for run in runs)
    assert all(one.end <= other.start for one, other in itertools.pairwise(runs))
