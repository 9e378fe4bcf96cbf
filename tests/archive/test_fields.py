"""Named fields stand one on a line, whatever their values; the short way writes what the long one does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.fields import _one_line, fields_block, record_head

values = st.one_of(
    st.text("ab :~!", max_size=8), st.text(max_size=8), st.sampled_from(["", " ", "a\r\nb: c", "a\n", "\r"])
)


@given(st.lists(st.tuples(st.sampled_from(["via", "WARC-Date"]), values), max_size=4))
def test_each_field_is_a_line(fields: list[tuple[str, str]]) -> None:
    """As if each value had been cleaned by itself."""
    expected = "".join(f"{name}: {_one_line(value)}\r\n" for name, value in fields).encode()

    assert fields_block(fields) == expected
    assert record_head("<urn:uuid:1>", fields, "a/b", 7) == (
        b"WARC/1.1\r\nWARC-Record-ID: <urn:uuid:1>\r\n" + expected + b"Content-Type: a/b\r\nContent-Length: 7\r\n\r\n"
    )


@pytest.mark.parametrize(("name", "written"), [("a b", b"a-b: x\r\n"), ("", b"-: x\r\n"), ("a:\r\nb", b"a---b: x\r\n")])
def test_a_name_is_a_token(name: str, written: bytes) -> None:
    """It cannot end its line or begin a value."""
    assert fields_block([(name, "x")]) == written
