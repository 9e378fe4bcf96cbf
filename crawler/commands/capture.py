"""capture: archive exactly these URLs, and write their articles.

    kakehashi capture https://timesca.com/some-article/
    kakehashi capture --from urls.txt

No discovery and no topic filter: "save this page now". What is unchanged since its last capture becomes a `revisit`.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from w3lib.url import safe_url_string

from crawler import options
from crawler.commands.crawl import show
from crawler.exits import Exit
from crawler.urls import BadUrl, normalise_url

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `capture`."""
    parser.add_argument("url", nargs="*", metavar="URL", help="an http or https URL")
    parser.add_argument(
        "--from",
        dest="file",
        metavar="FILE",
        help="read URLs from a file, one a line, # begins a comment; - reads stdin",
    )
    options.add_keep(parser, default="all; with some, the topic filter of a crawl")
    options.add_store(parser)
    options.add_sources(parser)
    options.add_fetching(parser)
    options.add_json(parser)


def run(args: argparse.Namespace) -> Exit:
    """Capture the URLs and print the ledger. Nothing is fetched when one of them is no URL."""
    from crawler.crawl import capture

    urls, problems = _read(args)
    if problems or not urls:
        for problem in problems or ["no URL given; see kakehashi capture --help"]:
            print(f"kakehashi: {problem}", file=sys.stderr)  # noqa: T201
        return Exit.USAGE
    report = capture(
        urls,
        catalogue=options.catalogue_of(args),
        store=args.store,
        spool=args.spool,
        options=options.fetch_options(args),
        command="capture",
    )
    return show(report, as_json=args.json)


def _read(args: argparse.Namespace) -> tuple[list[str], list[str]]:
    given = [("command line", url) for url in args.url]
    problems: list[str] = []
    if args.file:
        try:
            given += _lines(args.file)
        except (OSError, UnicodeDecodeError) as error:
            problems.append(f"{args.file}: cannot be read: {getattr(error, 'strerror', None) or error}")
    urls: dict[str, None] = {}
    for where, text in given:
        try:
            urls[_checked(text)] = None
        except BadUrl as error:
            problems.append(f"{where}: {error}")
    return list(urls), problems


def _checked(text: str) -> str:
    # Tracking parameters stay: exactly these URLs. Only the fragment, which is never sent, goes.
    normalise_url(text)
    return safe_url_string(text.strip().split("#", 1)[0])


def _lines(file: str) -> list[tuple[str, str]]:
    text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
    lines = ((number, line.strip()) for number, line in enumerate(text.splitlines(), start=1))
    return [(f"{file}:{number}", line) for number, line in lines if line and not line.startswith("#")]
