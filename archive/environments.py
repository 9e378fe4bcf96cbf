"""Environments for programs that cannot live beside Scrapy, each made on first use from exact pins.

pywb is the reason: it needs brotlipy, whose package `brotli` shadows the one that Scrapy decodes with, and no resolver
objects. An environment is a folder named for its pins, so that new pins make a new one; a file in it that is written
last says that it is whole. A folder without that file is what a kill left, and is made anew.
"""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import subprocess
import sys
from contextlib import contextmanager
from importlib.resources import files
from typing import TYPE_CHECKING

from archive.errors import EnvironmentNotMade

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_WHOLE = ".whole"
_PINS = "pins.txt"


def replay_environment(folder: Path) -> Path:
    """The `python` of an environment under `folder` that has pywb; made now if there is none.

    Raises `EnvironmentNotMade`.
    """
    pins = files("archive").joinpath("replay-constraints.txt").read_text(encoding="ascii")
    return environment("pywb", pins, folder=folder)


def environment(name: str, pins: str, *, folder: Path, is_alone: bool = False) -> Path:
    """The `python` of an environment that holds what `pins` lists (`name==version`, one a line); made on first use.

    With `is_alone` nothing that the pins do not name is installed: the rest is on the path of whoever runs it.
    Processes that ask at the same time wait for the one that makes it: seconds, with a package index to install from.
    Raises `EnvironmentNotMade` when that fails; nothing is then left that a later call would take for whole.
    """
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    digest = hashlib.sha256(pins.encode()).hexdigest()[:12]
    home = folder / f"{name}-{digest}-py{version}"
    python = home / "bin" / "python"
    if not (home / _WHOLE).exists():
        folder.mkdir(parents=True, exist_ok=True)
        with _held(folder / f"{home.name}.lock"):
            if not (home / _WHOLE).exists():
                _make(name, pins, home, python, ["--no-deps"] if is_alone else [])
    return python


@contextmanager
def _held(path: Path) -> Iterator[None]:
    """Alone with this lock; it goes when the process ends, however it ends."""
    with path.open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _make(name: str, pins: str, home: Path, python: Path, options: list[str]) -> None:
    if home.exists():
        shutil.rmtree(home)
    # Programs in it name their interpreter by its full path, so it is made where it stays, and marked at the end.
    for command in _commands(pins, home, python, options):
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        except OSError as error:
            raise EnvironmentNotMade(name, command[0], str(error)) from error
        if done.returncode:
            raise EnvironmentNotMade(name, " ".join(command[:3]), done.stderr or done.stdout)
    (home / _WHOLE).touch()


def _commands(pins: str, home: Path, python: Path, options: list[str]) -> Iterator[list[str]]:
    """Make it with uv where there is one, else with this interpreter's own venv and pip."""
    uv = shutil.which("uv")
    if uv:
        yield [uv, "venv", "--quiet", "--python", sys.executable, str(home)]
        install = [uv, "pip", "install", "--python", str(python)]
    else:
        yield [sys.executable, "-m", "venv", "--without-pip", str(home)]
        pip = [sys.executable, "-m", "pip", "--python", str(python)]
        # What is imported is compiled then, by whoever imports it: a tenth of what is installed.
        install = [*pip, "install", "--no-input", "--disable-pip-version-check", "--no-compile"]
    wanted = home / _PINS
    wanted.write_text(pins, encoding="ascii")
    yield [*install, *options, "--quiet", "--requirement", str(wanted)]
