"""Pairs that met more than once come back in order, whether they fit into memory or not."""

from __future__ import annotations

from array import array
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines import near
from pipelines.bulk import meeting_pairs
from pipelines.meetings import Meetings
from pipelines.mention_spool import MentionSpool


def read(spool: MentionSpool) -> list[tuple[str, ...]]:
    return [tuple(row.decode("utf-8", "surrogatepass").removesuffix("\n").split("\t")) for row in spool.rows()]


PAIRS = st.lists(st.tuples(st.integers(0, 30), st.integers(31, 60)), max_size=120)


@pytest.mark.parametrize("many", [0, 1000])
@settings(max_examples=50, deadline=None)
@given(
    pairs=PAIRS,
    in_memory=st.sampled_from([1, 7, 1000]),
    in_table=st.sampled_from([0, 30 * 61 - 1, 30 * 61]),
    left_out=st.frozensets(st.integers(0, 60), max_size=9),
)
def test_what_met_twice_comes_back_once(
    many: int, pairs: list[tuple[int, int]], in_memory: int, in_table: int, left_out: frozenset[int]
) -> None:
    """By numpy and without; in a table, on disk, neither; what is left out from its turn on is not met any more."""
    often = sorted((later, earlier) for (earlier, later), met in Counter(pairs).items() if met > 1)
    expected = [(later, earlier) for later, earlier in often if not (earlier in left_out and earlier < later)]
    out = bytearray(61)
    found = []
    with pytest.MonkeyPatch.context() as patch, Meetings(61, 30, in_memory=in_memory, in_table=in_table) as meetings:
        patch.setattr("pipelines.meetings.MANY", many)
        for number, (earlier, later) in enumerate(pairs):
            if number % 2:
                meetings.add(later, [earlier])
            else:
                meetings.add_pairs(array("Q", [later * 61 + earlier]))
        for place in left_out:
            out[place] = place < 31
        for later, met in meetings.often(out):
            found += [(later, earlier) for earlier in met]
            assert met == sorted(met)

    assert expected == found


def test_who_reads_may_leave_out_what_comes_next() -> None:
    """A text that was found a copy is not what a later one is held against."""
    for many in (0, 1000):
        with pytest.MonkeyPatch.context() as patch, Meetings(4, 3) as meetings:
            patch.setattr("pipelines.meetings.MANY", many)
            for _ in range(2):
                for later in (1, 2, 3):
                    meetings.add(later, range(later))
            out, found = bytearray(4), []
            for later, met in meetings.often(out):
                found.append((later, met))
                out[later] = 1

        assert found == [(1, [0]), (2, [0]), (3, [0])]


KEYS = st.lists(st.integers(0, 3) | st.sampled_from([65536, 65537, 2**32 - 1]), max_size=40)


@settings(max_examples=60, deadline=None)
@given(former=KEYS, keys=KEYS, reach=st.integers(1, 4), at_once=st.sampled_from([1, 5, 1000]))
def test_numpy_finds_the_pairs_that_one_band_gives(
    former: list[int], keys: list[int], reach: int, at_once: int
) -> None:
    places = len(former) + len(keys)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pipelines.bulk._AT_ONCE", at_once)
        patch.setattr("pipelines.near._REACH", reach)
        met = near._meeting(array("I", former), array("I", keys))
        expected = [later * places + earlier for later, row in map(_copied, met) for earlier in row]
        parts = meeting_pairs(array("I", former), array("I", keys), reach, places)
        found = [pair for part in parts for pair in part]

    assert sorted(expected) == sorted(found)


def _copied(met: tuple[int, list[int]]) -> tuple[int, list[int]]:
    return met[0], list(met[1])


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
