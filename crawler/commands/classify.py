"""classify: the relevance label of texts, one JSON line each.

    kakehashi classify items.jsonl > labels.jsonl

Reads JSON Lines with `id`, `title`, `text` and maybe `lang`; - reads stdin. Prints `id`, `label`, `score`, `countries`
and `evidence` (the spans that decided). A line that is no such object is named on stderr, and the exit code is 1.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crawler.exits import Exit
from pipelines.jsonl import relevance_to_dict
from pipelines.language import detect_language
from pipelines.relevance import judge

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `classify`."""
    parser.add_argument("file", metavar="FILE", help="JSON Lines; - reads stdin")


def run(args: argparse.Namespace) -> Exit:
    """Label each line, in order."""
    if args.file == "-":
        return _classify(sys.stdin, "-")
    try:
        with Path(args.file).open(encoding="utf-8") as lines:
            return _classify(lines, args.file)
    except (FileNotFoundError, IsADirectoryError) as error:
        print(f"kakehashi: {args.file}: {error.strerror}, expected a JSON Lines file", file=sys.stderr)  # noqa: T201
        return Exit.USAGE


def _classify(lines: Iterable[str], name: str) -> Exit:
    code = Exit.DONE
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            print(json.dumps(_label(json.loads(line)), ensure_ascii=False))  # noqa: T201
        except (ValueError, TypeError, KeyError) as error:
            print(f"kakehashi: {name}:{number}: not an item with id and text: {error!r}", file=sys.stderr)  # noqa: T201
            code = Exit.FAILURES
    return code


def _label(item: dict[str, Any]) -> dict[str, Any]:
    title, text = item.get("title"), item["text"]
    if not isinstance(text, str) or not isinstance(title, str | None):
        raise TypeError("title and text must be strings")
    language = detect_language(f"{title or ''}\n{text}", claimed=item.get("lang"))
    return {"id": item.get("id"), **relevance_to_dict(judge(title, text, language))}
