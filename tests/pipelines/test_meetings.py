"""Pairs that met more than once come back in order, whether they fit into memory or not."""

from __future__ import annotations

from array import array
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.bulk import meeting_pairs
from pipelines.few_meetings import meetings_of_few
from pipelines.meetings import Meetings
from pipelines.mention_spool import MentionSpool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def read(spool: MentionSpool) -> list[tuple[str, ...]]:
    return [tuple(row.decode("utf-8", "surrogatepass").removesuffix("\n").split("\t")) for row in spool.rows()]


PAIRS = st.lists(st.tuples(st.integers(0, 30), st.integers(31, 60)), max_size=120)


@settings(max_examples=100, deadline=None)
@given(
    pairs=PAIRS,
    in_memory=st.sampled_from([1, 7, 1000]),
    in_table=st.sampled_from([0, 30 * 61 - 1, 30 * 61]),
    left_out=st.frozensets(st.integers(0, 60), max_size=9),
)
def test_what_met_twice_comes_back_once(
    pairs: list[tuple[int, int]], in_memory: int, in_table: int, left_out: frozenset[int]
) -> None:
    """In a table, on disk, in neither; what is left out from its turn on is not met any more."""
    often = sorted((later, earlier) for (earlier, later), met in Counter(pairs).items() if met > 1)
    expected = [(later, earlier) for later, earlier in often if not (earlier in left_out and earlier < later)]
    out = bytearray(61)
    found = []
    with Meetings(61, 30, in_memory=in_memory, in_table=in_table) as meetings:
        for earlier, later in pairs:
            meetings.add_pairs(array("Q", [later * 61 + earlier]))
        for place in left_out:
            out[place] = place < 31
        for later, met in meetings.often(out):
            found += [(later, earlier) for earlier in met]
            assert met == sorted(met)

    assert expected == found


@pytest.mark.parametrize("in_table", [0, 12])
def test_who_reads_may_leave_out_what_comes_next(in_table: int) -> None:
    """A text that was found a copy is not what a later one is held against."""
    with Meetings(4, 3, in_table=in_table) as meetings:
        for _ in range(2):
            meetings.add_pairs(array("Q", [later * 4 + earlier for later in (1, 2, 3) for earlier in range(later)]))
        out, found = bytearray(4), []
        for later, met in meetings.often(out):
            found.append((later, met))
            out[later] = 1

    assert found == [(1, [0]), (2, [0]), (3, [0])]


KEYS = st.integers(0, 3) | st.sampled_from([65536, 65537, 2**32 - 1])


@st.composite
def bands(draw: st.DrawFn) -> list[tuple[array[int], array[int]]]:
    """The keys of some earlier texts and of some new ones, in three bands."""
    former, new = draw(st.integers(0, 20)), draw(st.integers(0, 40))
    keys = st.lists(KEYS, min_size=former + new, max_size=former + new)
    return [(array("I", row[:former]), array("I", row[former:])) for row in (draw(keys) for _ in range(3))]


@settings(max_examples=150, deadline=None)
@given(
    bands=bands(),
    reach=st.integers(1, 4),
    at_once=st.sampled_from([1, 5, 1000]),
    copies=st.frozensets(st.integers(0, 60), max_size=30),
)
def test_few_texts_meet_whom_they_meet_among_many(
    bands: list[tuple[array[int], array[int]]], reach: int, at_once: int, copies: frozenset[int]
) -> None:
    """In rows, by numpy, and as the words say it, where a new text is told to be a copy when it has met others."""
    first = len(bands[0][0])
    places = first + len(bands[0][1])
    with pytest.MonkeyPatch.context() as patch, Meetings(places, places - first) as meetings:
        patch.setattr("pipelines.bulk._AT_ONCE", at_once)
        for former, keys in bands:
            for pairs in meeting_pairs(former, keys, reach, places):
                meetings.add_pairs(pairs)
        by_numpy = _told(meetings.often, first, places, copies)
    in_rows = _told(partial(meetings_of_few, bands, reach), first, places, copies)

    assert _said(bands, reach, copies) == in_rows == by_numpy


def _said(
    bands: list[tuple[array[int], array[int]]], reach: int, copies: frozenset[int]
) -> list[tuple[int, list[int]]]:
    both = [[*former, *keys] for former, keys in bands]
    first = len(bands[0][0])
    out, found = {place for place in copies if place < first}, []
    for later in range(first, len(both[0])):
        times = Counter[int]()
        for keys in both:
            row = [place for place in range(later) if keys[place] == keys[later]]
            times.update(row if len(row) <= 2 * reach else row[:reach] + row[-reach:])
        if met := sorted(place for place, count in times.items() if count > 1 and place not in out):
            found.append((later, met))
            out |= {later} & copies
    return found


def _told(
    ask: Callable[[bytearray], Iterator[tuple[int, list[int]]]], first: int, places: int, copies: frozenset[int]
) -> list[tuple[int, list[int]]]:
    out, found = bytearray(place < first and place in copies for place in range(places)), []
    for later, met in ask(out):
        if met:
            found.append((later, met))
            out[later] = later in copies
    return found


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
