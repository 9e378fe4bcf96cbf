"""The change report counts each article once, pairs lines by their record, and shows what went and came."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.changes import Changes, count_sentences, paired, sentences_of


def line(offset: int, text: str = "One sentence. Another one.", **fields: Any) -> bytes:
    article = {
        "url": f"https://example.org/{offset}", "source": "site", "title": "A title", "text": text, "authors": [],
        "published": None, "modified": None, "language": "en", "relevance": {"label": "core"}, "removed": [],
        "provenance": {"offset": offset, "software": {}},
    }  # fmt: skip
    return json.dumps(article | fields).encode()


def changes(before: list[bytes], after: list[bytes]) -> Changes:
    found = Changes()
    found.add(before, after)
    return found


def test_the_same_lines_change_nothing() -> None:
    """Not a byte differs."""
    found = changes([line(1), line(2)], [line(1), line(2)])

    assert found.is_empty
    assert found.articles == 2


def test_each_kind_of_change_is_counted_once() -> None:
    """Gained, lost, changed, and made by other software alone."""
    stamped = {"provenance": {"offset": 3, "software": {"kakehashi": "2"}}}
    found = changes([line(1), line(2), line(3)], [line(2, title="Other"), line(3, **stamped), line(4)])

    assert (found.gained, found.lost, found.changed, found.restamped, found.articles) == (1, 1, 1, 1, 3)
    assert found.fields == {"title": 1}
    assert found.sources == {"site": 3}


def test_a_changed_text_shows_the_sentences_that_went_and_came() -> None:
    """By sentence, with the characters counted."""
    found = changes([line(1)], [line(1, text="One sentence. A third one!")])
    largest = found.largest[0]

    assert largest.diff == ("-Another one.", "+A third one!")
    assert (found.characters_lost, found.characters_gained) == (12, 12)


def test_rules_count_the_blocks_that_they_remove_more_or_fewer_of() -> None:
    """A rule that no longer fires is as much news as one that does."""
    before = line(1, removed=[{"rule": "share"}, {"rule": "ticker"}])
    after = line(1, removed=[{"rule": "ticker"}, {"rule": "ticker"}])

    assert changes([before], [after]).rules == {"share": -1, "ticker": 1}


def test_only_the_largest_changes_are_kept() -> None:
    """Whatever their order, and however many there are."""
    before = [line(number, text="x") for number in range(40)]
    after = [line(number, text="y" * (number % 20 + 1)) for number in range(40)]
    sizes = [item.size for item in changes(before, after).largest]

    assert sizes == sorted(sizes, reverse=True)
    assert sizes == [21, 21, 20, 20, 19, 19, 18, 18, 17, 17]


@given(st.sets(st.integers(0, 50)), st.sets(st.integers(0, 50)))
def test_lines_are_paired_by_their_record(old: set[int], new: set[int]) -> None:
    """Every line comes out once, beside the one of the same record if there is one."""
    pairs = list(paired(map(line, sorted(old)), map(line, sorted(new))))
    offsets = [tuple(json.loads(one)["provenance"]["offset"] if one else None for one in pair) for pair in pairs]

    assert offsets == [(n if n in old else None, n if n in new else None) for n in sorted(old | new)]


@given(st.text(alphabet="a.!?…。！？ \n\t\u3000", max_size=30))
def test_sentences_are_counted_as_they_are_parted(text: str) -> None:
    """Without being made: whatever stands before and behind the signs that end them."""
    assert count_sentences(text) == len(sentences_of(text))


BETWEEN_SENTENCES = re.compile(r"(?<=[.!?…])\s+|(?<=[。！？])")


@given(st.text(alphabet="a.!?…。！？ \n\t\u3000", max_size=30))
def test_sentences_are_parted_behind_what_ends_them(text: str) -> None:
    """As by the plain expression that looks back from each letter, and takes ten times as long."""
    plain = [part for paragraph in text.split("\n\n") for part in BETWEEN_SENTENCES.split(paragraph) if part]
    assert sentences_of(text) == plain


@pytest.mark.parametrize("text", ["One sentence. Another one.", ""])
def test_an_article_that_is_new_or_gone_shows_all_its_sentences(text: str) -> None:
    """The same as set beside a text with which it shares none."""
    for sign, before, after in (("+", [], [line(1, text)]), ("-", [line(1, text)], [])):
        (change,) = changes(before, after).largest
        assert change.diff == tuple(f"{sign}{sentence}" for sentence in sentences_of(text))
        assert change.size == sum(map(len, sentences_of(text)))
