"""Steps and changes from looks at a page, whatever they were."""

from __future__ import annotations

import pytest

from pipelines.history import Change, ChangeKind, Sight, sentence_changes, steps_of
from pipelines.history_html import marked_change


def sight(at: int, text: str | None, *, status: int = 200, title: str = "T", url: str = "http://a.example/1") -> Sight:
    return Sight(
        captured_at=f"2026-11-21T09:30:{at:02d}.000Z", record_id=str(at), url=url, status=status, warc="w", offset=at,
        title=None if text is None else title, text=text,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "kinds"),
    [
        ("One two three. Four.", "One two  three.\n\nFour.", []),
        ("The loan is 20 billion.", "The loan is 30 billion.", ["correction"]),
        ("One.", "One. Two and a half.", ["addition"]),
        ("One. Two and a half.", "One.", ["removal"]),
        ("Bread is baked at noon.", "Wxyz quick fjords!", ["removal", "addition"]),
        ("大使が会見した。式典は五日に開かれる。", "大使が会見した。式典は六日に開かれる。", ["correction"]),
        (
            "The loan is 20 billion. End.",
            "A new first sentence. The loan is 30 billion. End.",
            ["addition", "correction"],
        ),
    ],
)
def test_changes_by_sentence(old: str, new: str, kinds: list[str]) -> None:
    """White space is none; like sentences are one, corrected."""
    assert [change.kind for change in sentence_changes(old, new)] == kinds


def test_a_page_that_comes_back_keeps_its_version() -> None:
    """Gone is no version; other errors and dropped pages are no step."""
    found = steps_of(
        [
            sight(1, "a"),
            sight(2, None, status=500),
            sight(3, None, status=404),
            sight(4, None, status=404),
            sight(5, "a"),
        ]
    )

    assert [(step.version, step.first.status, step.captures) for step in found] == [
        (1, 200, 1),
        (None, 404, 2),
        (1, 200, 1),
    ]
    assert found[1].last_seen == sight(4, None).captured_at


def test_another_address_alone_is_no_new_version() -> None:
    """It is told, with the version that it was."""
    found = steps_of(
        [sight(1, "a"), sight(2, "a", url="https://www.a.example/1"), sight(3, "a", url="http://a.example/2")]
    )

    assert [(step.version, step.captures) for step in found] == [(1, 2), (1, 1)]
    assert [change.kind for change in found[1].changes] == [ChangeKind.RETITLED_URL]


def test_gone_before_it_was_there() -> None:
    """The first version has no changes."""
    found = steps_of([sight(1, None, status=404), sight(2, "a"), sight(3, "b", title="U")])

    assert [(step.version, len(step.changes)) for step in found] == [(None, 0), (1, 0), (2, 3)]


def test_a_figure_is_one_piece_of_a_marked_change() -> None:
    change = Change(kind=ChangeKind.CORRECTION, before="It cost 1.2 billion.", after="It cost 1.4 billion.")

    assert marked_change(change) == "It cost <del>1.2</del><ins>1.4</ins> billion."
