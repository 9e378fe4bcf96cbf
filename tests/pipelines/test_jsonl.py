"""Articles and dropped pages survive being written and read, and what is written is what the schemas promise."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from pipelines.article import (
    Article,
    Dropped,
    Evidence,
    Failed,
    Image,
    Label,
    Provenance,
    Reason,
    Relevance,
    Removed,
    Rights,
)
from pipelines.flow import extract_page
from pipelines.jsonl import format_article, format_dropped, format_failed, parse_article, parse_dropped
from tests.commands import ROOT
from tests.wireserver import page

if TYPE_CHECKING:
    from collections.abc import Callable

TEXT = st.text(max_size=20)
MAYBE = st.none() | TEXT
COUNT = st.integers(0, 10**9)
DAY = st.none() | st.dates().map(lambda day: f"{day.year:04d}-{day.month:02d}-{day.day:02d}")
MOMENT = st.none() | st.just("2026-11-21T09:30:00.123Z")


def many(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A tuple of a few."""
    return st.lists(values, max_size=3).map(tuple)


PROVENANCE = st.builds(
    Provenance, warc=MAYBE, offset=st.none() | COUNT, length=st.none() | COUNT, record_id=MAYBE, payload_digest=MAYBE,
    captured_at=MOMENT, software=st.dictionaries(TEXT, TEXT, max_size=2), rules=st.dictionaries(TEXT, MAYBE, max_size=2),
    origin=TEXT,
)  # fmt: skip
EVIDENCE = st.builds(
    Evidence, where=st.sampled_from(["title", "text"]), start=COUNT, end=COUNT, text=TEXT,
    side=st.sampled_from(["ca", "jp", "format", "sport"]), term=TEXT,
)  # fmt: skip
RELEVANCE = st.builds(
    Relevance, label=st.sampled_from(Label), score=st.floats(0, 1), countries=many(st.sampled_from(["JP", "UZ"])),
    evidence=many(EVIDENCE), organisations=many(TEXT), topics=many(TEXT),
)  # fmt: skip
CLUSTER = {"cluster": "x", "kind": "near", "first": "y", "similarity": 0.9}
ARTICLES = st.builds(
    Article, id=st.text(min_size=1, max_size=20), version=st.integers(1, 99), url=TEXT, canonical_url=TEXT,
    source=MAYBE, publisher=MAYBE, title=MAYBE, authors=many(TEXT), published=DAY, modified=DAY, fetched=MOMENT,
    language=st.sampled_from([None, "ja", "uz-Cyrl"]), text=st.text(min_size=1, max_size=50), section=MAYBE,
    tags=many(TEXT), images=many(st.builds(Image, url=TEXT, caption=MAYBE, credit=MAYBE)), paywalled=st.booleans(),
    live_entries=many(st.dictionaries(TEXT, TEXT, max_size=2)),
    rights=st.builds(Rights, licence=MAYBE, tdm_reservation=st.none() | st.booleans(), noai=st.none() | st.booleans()),
    dateline=MAYBE, agency=MAYBE, relevance=RELEVANCE, duplicates=st.none() | st.just(CLUSTER),
    removed=many(st.builds(Removed, rule=TEXT, kind=TEXT, characters=COUNT, sample=TEXT)), provenance=PROVENANCE,
)  # fmt: skip
DROPPED = st.builds(Dropped, url=TEXT, reason=st.sampled_from(Reason), detail=TEXT, provenance=PROVENANCE)


def schema(name: str) -> Draft202012Validator:
    """The published schema of a kind of line."""
    value = json.loads((ROOT / "docs" / f"{name}.schema.json").read_text())
    Draft202012Validator.check_schema(value)
    return Draft202012Validator(value)


ARTICLE_SCHEMA, DROPPED_SCHEMA = schema("article"), schema("dropped")


@given(ARTICLES)
def test_an_article_is_read_as_it_was_written(article: Article) -> None:
    """Write then read is the same value, on one line, valid by the schema."""
    line = format_article(article)

    assert article == parse_article(line)
    assert "\n" not in line
    assert [] == list(ARTICLE_SCHEMA.iter_errors(json.loads(line)))


@given(DROPPED)
def test_a_dropped_page_is_read_as_it_was_written(dropped: Dropped) -> None:
    """The same for the pages that gave no article."""
    line = format_dropped(dropped)

    assert dropped == parse_dropped(line)
    assert "\n" not in line
    assert [] == list(DROPPED_SCHEMA.iter_errors(json.loads(line)))


@given(ARTICLES)
def test_equal_articles_are_equal_bytes(article: Article) -> None:
    """Keys come in the order of the contract, whatever made the value."""
    names = list(json.loads(format_article(article)))

    assert ["schema_version", *(field.name for field in fields(Article))] == names
    assert format_article(article) == format_article(parse_article(format_article(article)))


def test_a_real_page_is_valid_by_the_schema() -> None:
    """What the page stage makes today is what the schema promises."""
    article = extract_page(page("schema"), url="https://example.org/a")
    assert isinstance(article, Article)

    assert [] == list(ARTICLE_SCHEMA.iter_errors(json.loads(format_article(article))))


def test_the_schema_knows_every_field_and_no_other() -> None:
    """A new field that nobody described, or one that is gone, fails here."""
    assert {"schema_version", *(field.name for field in fields(Article))} == set(ARTICLE_SCHEMA.schema["properties"])
    assert {field.name for field in fields(Provenance)} == set(
        ARTICLE_SCHEMA.schema["$defs"]["provenance"]["properties"]
    )
    assert {reason.value for reason in Reason} == set(DROPPED_SCHEMA.schema["properties"]["reason"]["enum"])


@pytest.mark.parametrize("name", ["title", "provenance", "schema_version", "text"])
def test_the_schema_misses_what_is_missing(name: str) -> None:
    """A line without a field of the contract is not valid."""
    article = extract_page(page("schema"), url="https://example.org/a")
    assert isinstance(article, Article)
    data = json.loads(format_article(article))
    del data[name]

    assert not ARTICLE_SCHEMA.is_valid(data)


@pytest.mark.parametrize("parse", [parse_article, parse_dropped])
@pytest.mark.parametrize("line", ["", "{", "[]", "3", "{}", '{"schema_version": 1}', '{"schema_version": 2}', "null"])
def test_what_is_no_such_line_is_a_value_error(parse: Callable[[str], object], line: str) -> None:
    """Never another error, whatever the line holds."""
    with pytest.raises(ValueError):
        parse(line)


def test_a_failed_page_names_its_cause_where_others_have_their_reason() -> None:
    """`extract --dropped` lists failed pages beside the dropped ones."""
    place = Provenance(warc=None, offset=None, length=None, record_id=None, payload_digest=None, captured_at=None)
    line = format_failed(Failed(url="u", cause="time_limit", detail="d", provenance=place))

    assert ["url", "reason", "detail", "provenance"] == list(json.loads(line))
    assert json.loads(line)["reason"] == "failed:time_limit"
