"""export: the archive, or a part of it, as one file for other tools.

    kakehashi export wacz archive.wacz
    kakehashi export wacz --source timesca --since 2026-11-01 --label core november.wacz
    kakehashi export dataset news --label core --dedup near --out releases/news
    kakehashi export dataset news --edition pointers --out s3://bucket/news
    kakehashi export dataset --rehydrate releases/pointers --out releases/full

`wacz`: a WACZ 1.1.1 that ReplayWeb.page opens, with a page for each article, its title and text to search in. Without
a filter every WARC goes in as it is; with one, the records of the articles that fit, and the pictures, styles and
scripts of their pages that the store has. Days are those of publication.
`dataset`: a release of the articles as Parquet and JSON Lines, with a card, Croissant metadata and a manifest
(docs/dataset.md). With `--cluster` the workers of a dask cluster gather the articles (docs/cluster.md), through the
store, which must be writable then.
The same store gives the same bytes. Exit 1 when nothing fits, or something in the store is missing and was left out.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from archive.errors import Malformed
from crawler import exporting, options
from crawler.exits import Exit
from crawler.patience import TookTooLongError, limited_cpu
from pipelines.article import Label

if TYPE_CHECKING:
    import argparse

    from archive.signing import Signer
    from pipelines.page_parts import Named


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `export`: one kind of file each."""
    kinds = parser.add_subparsers(dest="kind", metavar="KIND", required=True)
    wacz = kinds.add_parser("wacz", help="a WACZ for ReplayWeb.page", description=__doc__)
    wacz.add_argument("file", type=Path, metavar="FILE", help="where to write it; one that is there is replaced")
    wacz.add_argument("--source", metavar="ID", help="articles of this source")
    wacz.add_argument("--since", type=options.parse_day, metavar="DATE", help="published this day or later")
    wacz.add_argument("--until", type=options.parse_day, metavar="DATE", help="published this day or earlier")
    wacz.add_argument("--label", type=Label, choices=tuple(Label), metavar="LABEL", help="core, mention, sport or off")
    wacz.add_argument(
        "--sign", type=Path, metavar="KEYFILE", help="sign it with this private key (P-384 in PEM; see docs/replay.md)"
    )
    options.add_store(wacz)
    wacz.set_defaults(run_export=_run_wacz)
    exporting.add_dataset(kinds)


def run(args: argparse.Namespace) -> Exit:
    """Write what was asked for. Raises `StoreNotUsable`."""
    code: Exit = args.run_export(args)
    return code


def _run_wacz(args: argparse.Namespace) -> Exit:
    from archive.signing import read_signer

    if not args.file.absolute().parent.is_dir() or args.file.is_dir():
        return _fail(f"{args.file}: cannot be written there, expected a file name in a folder that exists", Exit.USAGE)
    try:
        signer = read_signer(args.sign) if args.sign is not None else None
    except OSError as error:
        return _fail(f"{args.sign}: the key cannot be read: {error.strerror or error}", Exit.USAGE)
    except Malformed as error:
        return _fail(error, Exit.CONFIGURATION)
    return _export(args, signer)


def _within_limits(named: Named) -> Named:
    """The same, but a page that takes too long to read names nothing."""

    def limited(body: bytes, *, url: str, content_type: str | None) -> list[str]:
        try:
            with limited_cpu():
                return named(body, url=url, content_type=content_type)
        except TookTooLongError:
            return []

    return limited


def _export(args: argparse.Namespace, signer: Signer | None) -> Exit:
    from crawler.requisites import parts_named
    from pipelines.selection import Selection
    from pipelines.wacz_export import export_wacz

    wanted = Selection(source=args.source, since=args.since, until=args.until, label=args.label)
    try:
        exported = export_wacz(args.store, args.file, wanted, named=_within_limits(parts_named), signer=signer)
    except OSError as error:
        return _fail(f"{args.file}: cannot be written: {error.strerror or error}", Exit.USAGE)
    except Malformed as error:
        return _fail(error, Exit.FAILURES)
    if exported is None:
        return _fail(f"{args.store}: no article fits, nothing was written", Exit.FAILURES)
    report = exported.report
    for problem in report.problems:
        _fail(problem, Exit.FAILURES)
    sys.stdout.write(f"{args.file}: {exported.pages} pages, {report.captures} captures, {report.warcs} WARCs\n")
    return Exit.FAILURES if report.problems else Exit.DONE


def _fail(problem: object, code: Exit) -> Exit:
    print(f"kakehashi: {problem}", file=sys.stderr)  # noqa: T201
    return code
