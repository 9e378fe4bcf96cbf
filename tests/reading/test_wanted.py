"""What somebody types finds and marks the same places."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reading.excerpt import excerpt, marked
from reading.folding import terms_of
from reading.wanted import parse_wanted

TEXTS = (
    "Япония и Узбекистан подписали соглашение. Японские инвесторы едут в Ташкент.",
    "中央アジアと日本の対話。東京でＪＩＣＡが説明した。",
    "Oʻzbekiston–Yaponiya hamkorligi: temir yoʻllar uchun kredit.",
    "The railway accord of Japan and Uzbekistan; Tokyo's yen loan.",
)


def found(typed: str, texts: tuple[str, ...] = TEXTS) -> list[int]:
    """Which of the texts an index like ours finds."""
    expression = parse_wanted(typed).expression
    if expression is None:
        return list(range(len(texts)))
    index = sqlite3.connect(":memory:")
    index.execute(
        "CREATE VIRTUAL TABLE t USING fts5 (x, tokenize = \"unicode61 remove_diacritics 0 categories 'L* N*'\")"
    )
    index.executemany("INSERT INTO t (rowid, x) VALUES (?, ?)", enumerate(" ".join(terms_of(text)) for text in texts))
    return [row[0] for row in index.execute("SELECT rowid FROM t WHERE t MATCH ? ORDER BY rowid", (expression,))]


@pytest.mark.parametrize(
    ("typed", "texts", "words"),
    [
        ("япония", [0], ["Япония", "Японские"]),
        ("Ташкента", [0], ["Ташкент"]),
        ("アジア", [1], ["アジア"]),
        ("本", [1], ["本"]),
        ("話", [1], ["話"]),
        ("東京でJICA", [1], ["東京でＪＩＣＡ"]),
        ("ozbek", [2], ["Oʻzbekiston"]),
        ("o'zbekiston-yaponiya", [2], ["Oʻzbekiston–Yaponiya"]),
        ("RAIL uzbek", [3], ["railway", "Uzbekistan"]),
        ('"yen loan"', [3], ["yen loan"]),
        ('"yen loa"', [], []),
        ("accord -kredit", [3], ["accord"]),
        ("japan нет", [], []),
    ],
)
def test_a_question_finds_and_marks(typed: str, texts: list[int], words: list[str]) -> None:
    """The same texts by the index, and the places in them."""
    wanted = parse_wanted(typed)

    assert found(typed) == texts
    for number in texts:
        assert [TEXTS[number][start:end] for start, end in wanted.spans(TEXTS[number])] == words


@pytest.mark.parametrize("typed", ["", "  ", '"', "-", "***", "AND (", "NEAR(a b)", 'a" OR "b', "col:x ^y", "-only"])
def test_nothing_that_is_typed_is_an_error(typed: str) -> None:
    """Signs of the index's own language mean nothing."""
    found(typed)


@given(st.text(max_size=60), st.text(max_size=200))
def test_any_question_of_any_text(typed: str, text: str) -> None:
    """Pieces add up to the text; an excerpt is a part of it."""
    wanted = parse_wanted(typed)
    found(typed, (text,))

    assert "".join(piece.text for piece in marked(text, wanted)) == text
    shown = "".join(piece.text for piece in excerpt(text, wanted)).removeprefix("… ").removesuffix(" …")
    assert shown in " ".join(text.split())


def test_an_excerpt_goes_to_what_was_found() -> None:
    """A word far down stands in it, with what is around it."""
    text = f"{'word ' * 400}Ташкент {'end ' * 400}"
    pieces = excerpt(text, parse_wanted("ташкент"))

    assert [piece.text for piece in pieces if piece.is_marked] == ["Ташкент"]
    assert sum(len(piece.text) for piece in pieces) < 320
