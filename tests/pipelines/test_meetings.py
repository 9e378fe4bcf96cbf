"""Pairs that met more than once come back in order, whether they fit into memory or not."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.meetings import Meetings
from pipelines.mention_spool import MentionSpool


def read(spool: MentionSpool) -> list[tuple[str, ...]]:
    return [tuple(row.decode("utf-8", "surrogatepass").removesuffix("\n").split("\t")) for row in spool.rows()]


PAIRS = st.lists(st.tuples(st.integers(0, 30), st.integers(31, 60)), max_size=120)


@given(PAIRS, st.sampled_from([1, 7, 1000]))
def test_what_met_twice_comes_back_once(pairs: list[tuple[int, int]], in_memory: int) -> None:
    expected = sorted((later, earlier) for (earlier, later), met in Counter(pairs).items() if met > 1)
    with Meetings(61, in_memory=in_memory) as meetings:
        for earlier, later in pairs:
            meetings.add(later, [earlier])

        assert expected == [(later, earlier) for later, met in meetings.often() for earlier in met]


@given(st.lists(st.tuples(st.text(max_size=8), st.text("ab é日", max_size=4)), max_size=40))
def test_rows_come_in_their_order_as_often_as_asked(rows: list[tuple[str, str]]) -> None:
    """A sign that would break a row is none of ours, and becomes a space."""
    plain = sorted(
        tuple(field if field.isprintable() else " ".join(field.split()) for field in row)
        for row in rows
        if all(sign.isprintable() for field in row for sign in field)
    )
    with MentionSpool() as spool:
        for row in plain:
            spool.add(row)

        assert plain == read(spool) == read(spool)
        with pytest.raises(AssertionError):
            spool.add(("late",))


def test_a_broken_value_stays_one_row() -> None:
    with MentionSpool() as spool:
        spool.add(("a\tb\nc", "d"))

        assert [("a b c", "d")] == read(spool)
