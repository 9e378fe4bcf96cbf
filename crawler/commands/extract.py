"""extract: WARC, WACZ or HTML files into one JSON article a line, in input order.

    kakehashi extract page.html --url https://example.org/a
    kakehashi extract crawl.warc.gz --dropped dropped.jsonl > articles.jsonl
    cat page.html | kakehashi extract -

Touches no store and drops nothing for its topic: it labels it. A page that holds no article goes to `--dropped` with
the reason. Exit 1 when a file was damaged or a page failed; what could be read is printed all the same.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from crawler import options
from crawler.config import Catalogue
from crawler.exits import Exit
from crawler.urls import normalise_url

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from pipelines.files import Extracted


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `extract`."""
    parser.add_argument("path", nargs="+", metavar="PATH", help="a WARC, WACZ or HTML file; - reads stdin")
    parser.add_argument("--url", help="the address of an HTML file")
    parser.add_argument(
        "--dropped", type=Path, metavar="FILE", help="write the pages that hold no article, with the reason"
    )
    parser.add_argument("--no-source-rules", action="store_true", help="the general cleaner alone")
    parser.add_argument(
        "--templates",
        choices=("learn", "none"),
        default="learn",
        help="learn a host's template from the input (default: %(default)s)",
    )
    options.add_sources(parser)


def run(args: argparse.Namespace) -> Exit:
    """Print the articles. Damaged files are named on stderr, one line each."""
    from pipelines.files import extract_files

    missing = [path for path in args.path if path != "-" and not Path(path).is_file()]
    for path in missing:
        print(f"kakehashi: {path}: no such file, expected a WARC, WACZ or HTML file", file=sys.stderr)  # noqa: T201
    if missing:
        return Exit.USAGE
    if args.url is not None:
        normalise_url(args.url)
    catalogue = Catalogue(()) if args.no_source_rules else options.catalogue_of(args)
    rules = {source.id: source.page_rules() for source in catalogue}
    failures = 0
    try:
        dropped = _open(args.dropped)
    except OSError as error:
        print(f"kakehashi: {args.dropped}: cannot be written: {error.strerror}", file=sys.stderr)  # noqa: T201
        return Exit.USAGE
    try:
        items = extract_files(
            args.path, url=args.url, rules=rules, source_of=_source_of(catalogue), learns=args.templates == "learn"
        )
        for item in items:
            failures += _write(item, dropped)
    finally:
        if dropped is not None:
            dropped.close()
    return Exit.FAILURES if failures else Exit.DONE


def _source_of(catalogue: Catalogue) -> Callable[[str], str | None]:
    def source_of(host: str) -> str | None:
        source = catalogue.for_host(host)
        return source.id if source else None

    return source_of


def _open(path: Path | None) -> TextIO | None:
    return path.open("w", encoding="utf-8") if path is not None else None


def _write(item: Extracted, dropped: TextIO | None) -> int:
    if item.kind == "article":
        sys.stdout.write(item.line + "\n")
        return 0
    if item.kind == "problem":
        print(f"kakehashi: {item.line}", file=sys.stderr)  # noqa: T201
        return 1
    if dropped is not None:
        dropped.write(item.line + "\n")
    else:
        print(f"kakehashi: {item.url}: no article: {item.reason}: {item.detail}", file=sys.stderr)  # noqa: T201
    return int(item.kind == "failed")
