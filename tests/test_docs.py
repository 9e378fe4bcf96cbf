"""The documents say what the code does."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

from crawler.__main__ import COMMANDS
from crawler.exits import Exit
from pipelines.article import Reason

ROOT = Path(__file__).parents[1]


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def pictures():
    spec = importlib.util.spec_from_file_location("pictures", ROOT / "docs" / "pictures.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_readme_names_every_command():
    """The table of commands in the README is the list of commands."""
    named = re.findall(r"^\| `kakehashi (\w+)", read("README.md"), re.MULTILINE)

    assert sorted(COMMANDS) == sorted(named)


def test_the_example_of_the_readme_is_what_comes_out():
    """The article before and after is made by the code of this checkout."""
    readme = read("README.md")

    assert pictures().with_example(readme) == readme


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_links_lead_to_files(name):
    """Every relative link of a document leads to a file that is there."""
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", read(name))

    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_exit_codes_are_those_of_the_document():
    """The table of exit codes lists each code that the program knows, and no other."""
    listed = [int(code) for code in re.findall(r"^\| (\d+) \|", read("docs/exit-codes.md"), re.MULTILINE)]

    assert sorted(Exit) == listed


def test_the_reasons_are_those_of_the_document():
    """Every reason to drop a page stands in the document of formats."""
    text = read("docs/formats.md")

    assert [reason.value for reason in Reason if f"`{reason.value}`" not in text] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command):
    """`--help` of a command shows what it does, with an example, and ends with 0."""
    done = subprocess.run(
        [sys.executable, "-m", "crawler", command, "--help"], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0
    assert f"kakehashi {command}" in done.stdout
