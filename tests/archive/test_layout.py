"""The keys of a store follow from the stem of a WARC, and lead back to it."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive import layout
from archive.layout import Stem, name_of_warc, parse_stem, stem_of_key

BEGAN = dt.datetime(2026, 11, 21, 9, 30, 0, 123000, tzinfo=dt.UTC)
STEM = Stem(began_at=BEGAN, serial=7, run="20261121T093000Zabc")
NAME = "kakehashi-20261121T093000123Z-00007-20261121T093000Zabc"


def test_the_keys_are_those_of_the_contract() -> None:
    """docs/formats.md lists them."""
    assert str(STEM) == NAME
    assert layout.warc_key(STEM) == f"warc/2026/11/{NAME}.warc.gz"
    assert layout.cdxj_key(STEM) == f"cdxj/{NAME}.cdxj"
    assert layout.manifest_key(STEM) == f"manifest/2026/11/{NAME}.json"
    assert layout.articles_key(STEM, "0001") == f"articles/0001/2026/11/{NAME}.jsonl"
    assert layout.dropped_key(STEM, "0001") == f"dropped/0001/2026/11/{NAME}.jsonl"
    assert layout.links_key("0001") == "links/0001/links.jsonl"
    assert layout.run_key("r") == "runs/r.json"


def test_a_key_leads_back_to_its_stem() -> None:
    """Whatever is made from the WARC."""
    for key in (
        layout.warc_key(STEM),
        layout.cdxj_key(STEM),
        layout.manifest_key(STEM),
        layout.warc_key(STEM) + ".open",
    ):
        assert stem_of_key(key) == STEM
    assert name_of_warc(layout.warc_key(STEM)) == f"2026/11/{NAME}"
    assert name_of_warc("warc/foreign.warc") == "foreign"
    assert name_of_warc("cdxj/x.warc.gz") is None
    assert name_of_warc("warc/notes.txt") is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "CC-NEWS-20261121093000-00007",
        NAME + "\n",
        NAME.replace("20261121", "20261399"),
        NAME.replace("T0930", "T2530"),
        NAME.replace("00007", "7"),
        NAME.replace("0", "٠"),
        NAME + "-x",
    ],
)
def test_other_names_are_no_stems(text: str) -> None:
    """None, not an error: foreign files lie in stores too."""
    assert parse_stem(text) is None


@pytest.mark.parametrize("changes", [{"run": "a-b"}, {"run": ""}, {"run": "a/b"}, {"serial": -1}, {"prefix": "A b"}])
def test_a_stem_that_could_not_be_read_back_is_refused(changes: dict[str, object]) -> None:
    """When it is made, not when it is needed."""
    fields: dict[str, object] = {"began_at": BEGAN, "serial": 0, "run": "r"}

    with pytest.raises(ValueError, match="not a name for a WARC"):
        Stem(**{**fields, **changes})  # type: ignore[arg-type]


def test_a_stem_keeps_its_time_in_utc() -> None:
    """The folder is that of the month in UTC."""
    tokyo = dt.timezone(dt.timedelta(hours=9))
    stem = Stem(began_at=dt.datetime(2026, 12, 1, 8, 0, 0, 999999, tzinfo=tokyo), serial=0, run="r")

    assert str(stem) == "kakehashi-20261130T230000999Z-00000-r"
    assert stem.month == "2026/11"


whens = st.datetimes(dt.datetime(1970, 1, 2), dt.datetime(2999, 1, 1), timezones=st.timezones())  # noqa: DTZ001
runs = st.text("abcXYZ0189", min_size=1, max_size=20)


@given(st.builds(Stem, began_at=whens, serial=st.integers(0, 10**7), run=runs))
def test_any_stem_round_trips(stem: Stem) -> None:
    """Also past 99,999 files."""
    assert parse_stem(str(stem)) == stem


@given(st.text())
def test_no_text_crashes_the_reader_of_names(text: str) -> None:
    """A stem or None."""
    assert parse_stem(text) is None or str(parse_stem(text)) == text
