"""Expressions that are tried only where a literal of theirs is find what they found before, and nothing else."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines import phrases
from pipelines.literals import Literals, Rare, rare

RARE = {name: value for name, value in vars(phrases).items() if isinstance(value, Rare)}
FLAGS = re.IGNORECASE
SHAPES = [
    r"(?:sign up|log in)\b",
    r"(?P<call>get (?:our|the) .{0,9}app)|канал",
    r"(?>ab+c|[xyz]1)",
    r"(?:no){1,3}t|(?<=a)bc?d",
    r"ſign|Kelvin|istanbul|straße",
    r"\d{2,}[件回](?!x)|(?:a|b)c*def",
]


def test_the_table_has_the_phrases_that_are_looked_for_in_every_line() -> None:
    assert {"NEWSLETTER", "PAYWALL", "DISCLAIMER", "EMBED", "COMMENT_RULE", "COOKIES", "CREDIT_TAIL"} <= RARE.keys()


@pytest.mark.parametrize("name", sorted(RARE))
def test_what_a_phrase_matches_has_one_of_its_literals(name: str) -> None:
    pattern = RARE[name].pattern

    @settings(max_examples=10)
    @given(st.data())
    def check(data: st.DataObject) -> None:
        text = data.draw(st.from_regex(pattern))
        assert RARE[name].search(text) is not None or pattern.search(text) is None

    check()


@pytest.mark.parametrize("shape", SHAPES)
@settings(max_examples=20)
@given(data=st.data())
def test_any_shape_of_expression(shape: str, data: st.DataObject) -> None:
    pattern = re.compile(shape, FLAGS)
    (sought,) = rare(pattern)
    text = data.draw(st.from_regex(pattern) | st.text("sigN upLog inKſıİabcdef件1 канал"))
    expected, found = pattern.search(text), sought.search(text)
    assert (expected is None) == (found is None)
    assert expected is None or (found is not None and found.span() == expected.span())


@pytest.mark.parametrize("text", ["SUBSCRİBE to our newsletter", "ſubscribe to us", "ｓubscrıbe now"])
def test_letters_that_only_the_expression_takes_for_others(text: str) -> None:
    expected = phrases.NEWSLETTER.pattern.search(text)
    found = phrases.NEWSLETTER.search(text)
    assert (None if found is None else found.span()) == (None if expected is None else expected.span())


@pytest.mark.parametrize("pattern", [r"\d+", r"a?b*", r"(?:abc|\w)", r"[^x]y?"])
def test_an_expression_that_needs_no_literal_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="no literal"):
        rare(re.compile(pattern))


def test_literals_are_found_within_each_other_at_characters() -> None:
    found = Literals(["カザフ", "ザ", "kazakh"]).found("в カザフ kazakh")
    assert sorted(found, key=lambda hit: hit[1:]) == [(0, 2, 5), (1, 3, 4), (2, 6, 12)]
