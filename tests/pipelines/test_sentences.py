"""How a text ends: the same as an expression over the whole of it says."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from pipelines.sentences import ends_clause, ends_full, ends_loosely, ends_sentence

TEXTS = st.text('a .!?…。！？:：;»”"’)）」』\n\t', max_size=12)


@given(TEXTS)
def test_ends_are_those_that_expressions_find(text: str) -> None:
    assert ends_sentence(text) == bool(re.search(r"[.!?…。！？][»”\"’)」』]*\s*$", text))
    assert ends_clause(text) == bool(re.search(r"[.!?…。！？:：][»”\"’)」』]*\s*$", text))
    assert ends_loosely(text) == bool(re.search(r"[.!?…。！？:：;»”\"’)）」』]\s*$", text))
    assert ends_full(text) == bool(re.search(r"[.。][»”\"’)）」』]*\s*$", text))
