"""articles: the current articles of a store, one JSON a line, with version and duplicates joined in.

kakehashi articles --language uz --since 2026-01-01 > articles.jsonl
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from archive.errors import Malformed
from crawler import options
from crawler.exits import Exit
from pipelines.article import Label
from pipelines.jsonl import format_article
from pipelines.store import open_store

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `articles`."""
    parser.add_argument("--since", type=options.parse_day, metavar="DATE", help="published this day or later")
    parser.add_argument("--until", type=options.parse_day, metavar="DATE", help="published this day or earlier")
    parser.add_argument("--source", metavar="ID", help="of this source")
    parser.add_argument(
        "--label", type=Label, choices=tuple(Label), metavar="LABEL", help="core, mention, sport or off"
    )
    parser.add_argument("--language", metavar="TAG", help="BCP 47; uz takes uz-Latn and uz-Cyrl")
    options.add_store(parser)


def run(args: argparse.Namespace) -> Exit:
    """Print the articles."""
    wanted = {name: getattr(args, name) for name in ("since", "until", "source", "label", "language")}
    try:
        for article in open_store(args.store).articles(**wanted):
            sys.stdout.write(format_article(article) + "\n")
    except Malformed as error:
        print(f"kakehashi: {error}", file=sys.stderr)  # noqa: T201
        return Exit.FAILURES
    return Exit.DONE
