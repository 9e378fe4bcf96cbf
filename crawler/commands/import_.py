"""import: other people's captures into the store, their records unchanged, articles made by the same rules.

    kakehashi import CC-NEWS-20250829093000-00001.warc.gz
    kakehashi import crawl.wacz old/*.warc --origin "National Library of Uzbekistan"

WARCs of any tool (gzip, not compressed, zstd) and those within a WACZ. Their records are kept byte for byte; what is
wrong with them is listed, and the rest is imported all the same. A file that was imported before, whatever its name, is
not imported again. HTML that was answered whole becomes an article where its topic fits, by the rules of the source
that owns its host. With `--cluster` each worker takes in a WARC at a time; all must see the files under the names
given. Exit 1 when a file was damaged or is no WARC, or a page failed.
"""

from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crawler import options
from crawler.exits import Exit

if TYPE_CHECKING:
    import argparse

_SHOWN = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `import`."""
    parser.add_argument("file", nargs="+", type=Path, metavar="WARC-or-WACZ", help="a WARC in any packing, or a WACZ")
    parser.add_argument(
        "--origin", type=_origin, metavar="TEXT",
        help="whose captures these are (default: operator and software as the WARC says, else its name)",
    )  # fmt: skip
    options.add_keep(parser)
    options.add_store(parser)
    options.add_sources(parser)
    options.add_cluster(parser)
    options.add_json(parser)


def run(args: argparse.Namespace) -> Exit:
    """Print the ledger. Raises `StoreNotUsable`, `Held`."""
    from crawler.clustered import clustered
    from crawler.console import JobBar
    from crawler.importing import Importer

    missing = [path for path in args.file if not path.is_file()]
    for path in missing:
        print(f"kakehashi: {path}: no such file, expected a WARC or WACZ", file=sys.stderr)  # noqa: T201
    if missing:
        return Exit.USAGE
    rules = {source.id: source.page_rules() for source in options.catalogue_of(args)}
    with JobBar("importing") as bar:
        cluster = clustered(args, bar)
        importer = Importer(
            args.store, args.spool, rules=rules, origin=args.origin, keep=args.keep, on_progress=bar.show
        )
        if cluster is None:
            report = importer.import_all(args.file)
        else:
            from crawler.cluster_import import import_over_cluster

            report = importer.import_while(partial(import_over_cluster, importer, args.file, cluster))
    if args.json:
        sys.stdout.write(json.dumps(report, ensure_ascii=False) + "\n")
    else:
        _print(report)
    return Exit.FAILURES if importer.ledger.has_failed else Exit.DONE


def _origin(text: str) -> str:
    import argparse

    line = " ".join(text.split())
    if not line:
        raise argparse.ArgumentTypeError("expected whose captures these are, got an empty text")
    return line


def _print(report: dict[str, Any]) -> None:
    from crawler.console import print_report

    lines = [line for file in report["files"] for line in _lines(file)]
    lost = report["revisits_without_original"]
    lines += [f"revisit without original: {item['url']} ({item['warc']})" for item in lost["listed"][:_SHOWN]]
    if lost["total"] > _SHOWN:
        lines.append(f"revisit without original: and {lost['total'] - _SHOWN} more, listed in the run's ledger")
    sys.stdout.write("\n".join(lines) + "\n")
    print_report(report)


def _lines(file: dict[str, Any]) -> list[str]:
    if file["state"] == "refused":
        return [f"{file['name']}: not imported: {file['problem']}"]
    if file["state"] == "known":
        return [f"{file['name']}: is in the store already, as {file['warc']}"]
    counts = ", ".join(f"{name} {count}" for name, count in file["captures"].items())
    lines = [f"{file['name']}: {sum(file['records'].values())} records ({counts}) as {file['warc']}"]
    lines += [f"  {fault}" for fault in file["faults"][:_SHOWN]]
    if file["faults_total"] > _SHOWN:
        lines.append(f"  and {file['faults_total'] - _SHOWN} more, listed in the run's ledger")
    return lines
