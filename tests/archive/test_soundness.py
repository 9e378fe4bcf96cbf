"""The note on a file that was found whole holds until somebody touches the file, and not for ever."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from archive.soundness import SoundNote

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.sqlite"
    path.write_bytes(b"one")
    SoundNote(path).was_checked()
    return path


def test_it_holds_while_nobody_touches_the_file(file: Path) -> None:
    assert SoundNote(file).holds()


@pytest.mark.parametrize("data", [b"two", b"one and more", b"one"])
def test_a_file_that_was_written_is_looked_at_again(file: Path, data: bytes) -> None:
    """Other bytes of the same size, another size, another file of the same name."""
    file.rename(file.with_name("b"))
    file.write_bytes(data)

    assert not SoundNote(file).holds()


def test_who_changes_the_file_renews_the_note_but_not_its_age(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a week the file is read through, whoever wrote it last."""
    note = SoundNote(file)
    assert note.holds()
    file.write_bytes(b"mine")
    note.renew()
    assert SoundNote(file).holds()

    monkeypatch.setattr("archive.soundness._TRUSTED_S", 0.0)

    assert not SoundNote(file).holds()


def test_a_dropped_note_stays_dropped(file: Path) -> None:
    note = SoundNote(file)
    note.drop()
    note.renew()

    assert not SoundNote(file).holds()


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"checked_at": "x"}', '{"checked_at": 1e20, "file": [1, 2, 3]}', "\xff"]
)
def test_a_note_that_is_none_does_not_hold(file: Path, text: str) -> None:
    file.with_name(file.name + ".sound").write_text(text)

    assert not SoundNote(file).holds()


def test_no_file_has_no_note(tmp_path: Path) -> None:
    path = tmp_path / "none"
    assert not SoundNote(path).holds()
    SoundNote(path).renew()
    path.touch()
    os.utime(path)
    assert not SoundNote(path).holds()
