"""The recipes of docs/cluster.md as they stand there, what they say, and how their words are put for this machine."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import yaml

DOCUMENT = Path(__file__).parents[1] / "docs" / "cluster.md"
_FENCED = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)
_COMMAND = re.compile(r"\b(dask|kakehashi) (scheduler|worker|process) (.*?)(?:;|&|\|\||$)", re.MULTILINE)


def section(title: str) -> str:
    """What stands below a heading of the third level."""
    text = DOCUMENT.read_text(encoding="utf-8")
    return re.split(r"^##", text.split(f"### {title}\n")[1], maxsplit=1, flags=re.MULTILINE)[0]


def blocks(title: str, language: str) -> list[str]:
    """The fenced blocks of a recipe."""
    return [text for kind, text in _FENCED.findall(section(title)) if kind == language]


def put(text: str, changes: dict[str, str]) -> str:
    """A recipe with other names, paths and numbers: each that is named must stand there."""
    for old, new in changes.items():
        assert old in text, f"docs/cluster.md has no {old} any more"
        text = text.replace(old, new)
    return text


def manifests() -> list[dict[str, Any]]:
    """What both files of the recipe for Kubernetes define."""
    return [thing for text in blocks("Kubernetes", "yaml") for thing in yaml.safe_load_all(text)]


def container(thing: dict[str, Any]) -> dict[str, Any]:
    """The one container of a Deployment or Job."""
    (only,) = thing["spec"]["template"]["spec"]["containers"]
    return dict(only)


def commands_of(shell: str) -> list[tuple[str, ...]]:
    """Every command line of dask and kakehashi that a shell is given."""
    text = shell.replace("\\\n", " ").replace("\\$(nproc)", "4")
    return [(name, what, *shlex.split(rest, comments=True)) for name, what, rest in _COMMAND.findall(text)]
