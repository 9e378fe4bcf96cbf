"""Lines are sorted as LC_ALL=C does, however few of them fit into memory."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from archive.line_sort import LineSorter

LINES = st.lists(st.binary(max_size=20).filter(lambda line: b"\n" not in line))


@given(LINES, st.integers(min_value=1, max_value=200))
def test_all_lines_come_back_in_the_order_of_their_bytes(lines: list[bytes], run_bytes: int) -> None:
    """Whether they were held in memory, or went to disk one by one."""
    with LineSorter(run_bytes=run_bytes) as sorter:
        for line in lines:
            sorter.add(line)

        assert list(sorter) == sorted(lines)
