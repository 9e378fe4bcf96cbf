"""The files by which a player finds captures follow the store, and name what keeps captures out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from archive.blobs import LocalBlobs
from archive.player_files import PlayerFiles
from tests.pipelines.archived import exchange, write

if TYPE_CHECKING:
    from pathlib import Path

LATER = "20261122T093000Zabcdef"


@pytest.fixture
def files(tmp_path: Path) -> PlayerFiles:
    """Those of a store with two captures in one WARC."""
    write(tmp_path / "data", [exchange("a"), exchange("b")])
    (tmp_path / "player").mkdir()
    blobs = LocalBlobs(tmp_path / "data")
    made = PlayerFiles(blobs, tmp_path / "player", lambda key: f"there/{key}")
    assert made.refresh()
    return made


def lines(files: PlayerFiles) -> dict[str, int]:
    """How many lines each index has."""
    return {path.name: len(path.read_text().splitlines()) for path in sorted(files.indexes.iterdir())}


def test_what_comes_later_goes_into_an_index_of_its_own(files: PlayerFiles, tmp_path: Path) -> None:
    """The first is not written again, and the WARC is found by its name."""
    first = files.indexes / "first.cdxj"
    before = first.stat().st_ino
    assert not files.refresh()
    write(tmp_path / "data", [exchange("c")], run=LATER)

    assert files.refresh()
    assert lines(files) == {"first.cdxj": 2, "later.cdxj": 1}
    assert (files.captures, files.problems, first.stat().st_ino) == (3, (), before)
    (line,) = (line for line in files.paths.read_text().splitlines() if LATER in line)
    name, place = line.split("\t")
    assert place == f"there/warc/2026/11/{name}"


def test_what_changed_or_went_is_read_anew(files: PlayerFiles, tmp_path: Path) -> None:
    """A WARC that was cut short loses what lay behind its end; an index without its WARC is named."""
    (warc,) = (tmp_path / "data" / "warc").rglob("*.warc.gz")
    whole = warc.read_bytes()
    warc.write_bytes(whole[: len(whole) // 2])
    assert files.refresh()
    assert lines(files)["first.cdxj"] == 1
    assert "points behind the end" in files.problems[0]

    warc.unlink()
    assert files.refresh()
    assert files.captures == 0
    assert [problem.partition(": ")[2] for problem in files.problems] == [
        "the WARC that it is the index of is not there"
    ]
