"""history: the versions of an article, what changed from one to the next, and when its page was gone.

    kakehashi history https://example.org/a
    kakehashi history https://example.org/a --html history.html
    kakehashi history https://example.org/a --json

Kinds of change: headline, correction, addition, removal (by sentence), retitled_url; a page is gone by 404, 410 or 451.
What changes around an article is no version. Nothing is fetched.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from crawler import options
from crawler.exits import Exit
from crawler.urls import normalise_url

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from pipelines.history import Change, Step


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `history`."""
    parser.add_argument("url", metavar="URL", help="an address of the article; best the first that it had")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--html", nargs="?", const="-", metavar="FILE", help="a page for reading, into FILE or to stdout")
    form.add_argument("--json", action="store_true", help="for programs")
    options.add_store(parser)


def run(args: argparse.Namespace) -> Exit:
    """Print the history. Exit 1 when the store holds no article of this URL."""
    from pipelines.history_store import read_history

    url = normalise_url(args.url)
    steps = read_history(args.store, url)
    if not steps:
        return _complain(f"{args.url}: the store {args.store} holds no article of it", Exit.FAILURES)
    if args.html is not None:
        from pipelines.history_html import history_html

        return _write(history_html(url, steps), args.html)
    if args.json:
        report = {"url": url, "steps": [step.as_json() for step in steps]}
        sys.stdout.write(json.dumps(report, ensure_ascii=False, indent=2) + "\n")
    else:
        sys.stdout.write("".join(f"{line}\n" for step in steps for line in _lines(step)))
    return Exit.DONE


def _lines(step: Step) -> Iterator[str]:
    first = step.first
    name = f"version {step.version}" if step.version is not None else f"gone ({first.status})"
    seen = first.captured_at if step.captures == 1 else f"{first.captured_at} .. {step.last_seen}"
    yield f"{name}  {seen}  {step.captures} capture{'s' if step.captures != 1 else ''}  {first.title or first.url}"
    for change in step.changes:
        yield from _change_lines(change)


def _change_lines(change: Change) -> Iterator[str]:
    yield f"  {change.kind.value.replace('_', ' ')}"
    if change.before is not None:
        yield f"    - {change.before}"
    if change.after is not None:
        yield f"    + {change.after}"


def _write(page: str, out: str) -> Exit:
    if out == "-":
        sys.stdout.write(page)
        return Exit.DONE
    try:
        Path(out).write_text(page, encoding="utf-8")
    except OSError as error:
        return _complain(f"{out}: cannot be written: {error.strerror}", Exit.USAGE)
    return Exit.DONE


def _complain(text: str, code: Exit) -> Exit:
    print(f"kakehashi: {text}", file=sys.stderr)  # noqa: T201
    return code
