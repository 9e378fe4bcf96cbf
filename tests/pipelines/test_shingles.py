"""What a text is measured in, and how much of it stands in another, by ways that are plain and slow."""

from __future__ import annotations

import re
import unicodedata
from array import array
from operator import sub

from hypothesis import given, settings
from hypothesis import strategies as st
from rensa import RMinHash

from pipelines import shingles
from pipelines.likeness import Shingled, coverage, likeness, marked
from pipelines.links import mention_of
from pipelines.shingles import Units, units_of
from pipelines.sketches import BANDS, band_keys

SIGNS = st.sampled_from(
    [*"abcietsxy'`XY .,_-12\n’ʻ«»—“²ßéýŷıІЁёиецхшьЪқғўҳ日本カ한\u0301\u0338\u00a0\u2028\x1cﬁ", "ie", "ts"]
)
TEXTS = st.lists(SIGNS | st.characters(exclude_categories=["Cs"]), max_size=60).map("".join)
NUMBERS = st.lists(st.integers(0, 12) | st.integers(0, 2**64 - 1), min_size=1, max_size=40)


def plain_units(text: str) -> Units:
    """Letter by letter, by expressions."""
    body = shingles._without_loose_ends(unicodedata.normalize("NFKC", text).casefold())
    letters = len(re.findall(r"[^\W\d_]", body[:1000]))
    script = "Cyrl" if len(re.findall("[\u0400-\u04ff]", body[:1000])) * 2 > letters else ""
    if len(re.findall("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]", body[:1000])) * 3 > letters:
        return Units(tuple("".join(re.findall(r"[^\W_]+", body))), 3, script)
    bare = re.sub("[\u0300-\u036f]+", "", unicodedata.normalize("NFD", body.translate(shingles._FOLD)))
    folded = unicodedata.normalize("NFC", bare).replace("ie", "e").replace("ts", "s")
    return Units(tuple(re.findall(r"[^\W_]+", folded)), 2, script)


@given(TEXTS)
def test_units_are_those_of_the_plain_way(text: str) -> None:
    """Every script, every sign: what is quick for ASCII and for Cyrillic gives the same."""
    units = units_of(text)

    assert units == plain_units(text)
    size = units.together
    assert units.shingles == [" ".join(units.units[n : n + size]) for n in range(len(units.units) - size + 1)]


def test_no_sign_is_folded_to_one_that_is_folded() -> None:
    """So one after the other does as well as all at once."""
    assert not set("".join(shingles._FOLDED.values())) & set(shingles._FOLDED)


@settings(max_examples=40, deadline=None)
@given(TEXTS, TEXTS)
def test_white_space_is_no_part_of_a_version(title: str, text: str) -> None:
    place = {"captured_at": "", "record_id": ""}
    article = {"id": "a", "url": "https://a.example/", "source": None, "provenance": place}
    content = [
        mention_of({**article, "title": " ".join(head.split()), "text": " ".join(body.split())}).content
        if is_plain
        else mention_of({**article, "title": head, "text": body}).content
        for head, body, is_plain in ((title, text, False), (title, text, True))
    ]

    assert content[0] == content[1]


@settings(max_examples=40, deadline=None)
@given(NUMBERS, NUMBERS, st.sampled_from([2, 3]))
def test_coverage_is_counted_unit_by_unit(one: list[int], others: list[int], together: int) -> None:
    starts = [start for start, shingle in enumerate(one) if shingle in set(others)]
    twice = sum(together - gap for gap in map(sub, starts[1:], starts) if gap < together)
    expected = (together * len(starts) - twice) / (len(one) + together - 1)

    assert coverage(marked(one, frozenset(others)), together) == expected


@settings(max_examples=40, deadline=None)
@given(NUMBERS, NUMBERS, st.sampled_from([2, 3]), st.integers(0, 9))
def test_what_cannot_be_alike_is_told_by_one_way_alone(
    one: list[int], added: list[int], together: int, kept: int
) -> None:
    """As what compares both ways says."""
    texts = [Shingled(numbers, together) for numbers in (one, one[: len(one) * kept // 8 + 1] + added)]
    marks = [marked(text.shingles, frozenset(other.shingles)) for text, other in zip(texts, texts[::-1], strict=True)]
    covered = [coverage(mark, together) for mark in marks]
    heads = [coverage(mark[: len(mark) // 2], together) for mark in marks]
    is_cut = any(covered[way] >= 0.8 and heads[1 - way] >= 0.9 for way in (0, 1))

    assert likeness(*texts) == (min(covered) if min(covered) >= 0.65 or is_cut else None)


@settings(max_examples=40, deadline=None)
@given(st.lists(NUMBERS, min_size=1, max_size=4))
def test_keys_are_three_rows_of_a_sketch_each(texts: list[list[int]]) -> None:
    rows = RMinHash.digest_matrix_from_token_hash_sets(texts, BANDS * 3, 20261121).to_rows()
    expected = [
        ((row[at] * 0x9E3779B1 ^ row[at + 1]) * 0x9E3779B1 ^ row[at + 2]) & 0xFFFFFFFF
        for row in rows
        for at in range(0, BANDS * 3, 3)
    ]

    assert expected == band_keys([array("Q", text) for text in texts]).tolist()
