"""Environments of their own: made once, whole or not at all."""

from __future__ import annotations

import subprocess
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest

from archive.environments import environment
from archive.errors import EnvironmentNotMade

if TYPE_CHECKING:
    from pathlib import Path


def test_it_is_made_once_and_made_anew_when_a_kill_left_half_of_it(tmp_path: Path) -> None:
    """Two that ask at once get one; a third gets it as it is; a folder that is not marked as whole is not used."""
    with ThreadPoolExecutor() as pool:
        first, second = pool.map(lambda _: environment("bare", "", folder=tmp_path), range(2))
    mark = first.parent / "mark"
    mark.touch()

    assert first == second == environment("bare", "", folder=tmp_path)
    assert mark.exists()
    assert (
        subprocess.run([first, "-c", "import sys; sys.exit(sys.prefix == sys.base_prefix)"], check=False).returncode
        == 0
    )

    (first.parents[1] / ".whole").unlink()

    assert environment("bare", "", folder=tmp_path) == first
    assert not mark.exists()


def test_what_cannot_be_installed_is_one_line_and_is_not_taken_for_whole_later(tmp_path: Path) -> None:
    """The message names the program, and the folder is not marked."""
    with pytest.raises(EnvironmentNotMade) as caught:
        environment("nonsense", "no such thing !!\n", folder=tmp_path)

    assert str(caught.value).startswith("nonsense cannot be installed: ")
    assert len(str(caught.value).splitlines()) == 1
    assert list(tmp_path.glob("*/.whole")) == []


def test_the_pins_are_exact() -> None:
    """Every line of the packaged pins names one version."""
    lines = files("archive").joinpath("replay-constraints.txt").read_text().splitlines()

    assert "pywb==2.10.0" in lines
    assert [line for line in lines if line.count("==") != 1] == []
