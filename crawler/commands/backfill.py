"""backfill: older captures of sources, from the Wayback Machine or from Common Crawl's CC-NEWS, and their articles.

    kakehashi backfill wayback timesca --since 2024-01-01 --until 2024-12-31 --limit 500
    kakehashi backfill ccnews timesca 24kg --since 2025-08-01 --until 2025-08-07

wayback asks for the list of captures of each source's hosts, and for the bytes of each article's captures that the
store does not have: one for each payload. ccnews reads the files of these days, part by part, and keeps the records of
the sources' hosts, unchanged. Given again, either goes on where it stopped.
With `--cluster` a worker takes a source of wayback at a time (one after the other: they have one host), or a file of
ccnews each. Articles are made by the rules of the day
of the capture; `provenance.origin` says where each came from. Exit 1 when a list, file or capture could not be had.
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from typing import TYPE_CHECKING, Any

from crawler import options
from crawler.commands.crawl import show, show_all
from crawler.exits import Exit
from crawler.urls import BadUrl, normalise_url

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.clustered import Clustered
    from crawler.sources import Source

WAYBACK = "https://web.archive.org"
CCNEWS = "https://data.commoncrawl.org"
_SHOWN = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `backfill`."""
    parser.add_argument("archive", choices=("wayback", "ccnews"), help="where to take the captures from")
    parser.add_argument("source", nargs="+", metavar="SOURCE", help="ids of sources")
    parser.add_argument(
        "--since",
        type=options.parse_day,
        metavar="DATE",
        help="only captures of this day (UTC) or later; ccnews: needed",
    )
    parser.add_argument(
        "--until", type=options.parse_day, metavar="DATE", help="only captures of this day (UTC) or earlier"
    )
    parser.add_argument(
        "--limit", type=options.parse_count, metavar="N",
        help="wayback: fetch at most N captures of each source; ccnews: read at most N files",
    )  # fmt: skip
    parser.add_argument(
        "--wayback", type=_base, default=WAYBACK, metavar="URL", help="another web archive of this kind (%(default)s)"
    )
    parser.add_argument(
        "--ccnews", type=_base, default=CCNEWS, metavar="URL", help="another server with CC-NEWS (%(default)s)"
    )
    options.add_store(parser)
    options.add_sources(parser)
    options.add_fetching(parser)
    options.add_cluster(parser)
    options.add_json(parser)


def run(args: argparse.Namespace) -> Exit:
    """Backfill, print the ledger. Raises `StoreNotUsable`, `Held`, `UnknownSource`."""
    problem = None
    if args.since and args.until and args.since > args.until:
        problem = f"--since {args.since} is later than --until {args.until}"
    elif args.archive == "ccnews" and args.since is None:
        problem = "backfill ccnews needs --since DATE: it reads every file of these days, some 20 GB a day"
    if problem is not None:
        print(f"kakehashi: {problem}", file=sys.stderr)  # noqa: T201
        return Exit.USAGE
    catalogue = options.catalogue_of(args)
    sources = [catalogue.get(name) for name in dict.fromkeys(args.source)]
    if args.archive == "ccnews":
        return _ccnews(args, sources)
    if args.cluster is not None:
        return _wayback_over_cluster(args, sources)
    from crawler.crawl import backfill_wayback

    report = backfill_wayback(
        sources,
        base=args.wayback,
        catalogue=catalogue,
        store=args.store,
        spool=args.spool,
        options=options.fetch_options(args),
        since=args.since,
        until=args.until,
        limit=args.limit,
    )
    return show(report, as_json=args.json)


def _wayback_over_cluster(args: argparse.Namespace, sources: list[Source]) -> Exit:
    from crawler.cluster_crawl import backfill_over_cluster
    from crawler.console import JobBar

    with JobBar("reading the past", "sources") as bar:
        report, given_up = backfill_over_cluster(sources, args, on_progress=bar.show)
    return show_all(report, given_up, as_json=args.json)


def _ccnews(args: argparse.Namespace, sources: list[Source]) -> Exit:
    from crawler.clustered import clustered
    from crawler.console import JobBar

    if args.cluster is None:
        report = _read_ccnews(args, sources, None)
    else:
        with JobBar("reading", "files") as bar:
            report = _read_ccnews(args, sources, clustered(args, bar))
    if not args.json:
        sys.stdout.write("".join(f"{line}\n" for line in _lines(report)))
    code = show(report, as_json=args.json)
    is_damaged = any(file.get("damaged") for file in report["files"])
    return Exit.FAILURES if code is Exit.DONE and is_damaged else code


def _read_ccnews(args: argparse.Namespace, sources: list[Source], cluster: Clustered | None) -> dict[str, Any]:
    from crawler.ccnews_backfill import backfill_ccnews

    return backfill_ccnews(
        sources,
        base=args.ccnews,
        catalogue=options.catalogue_of(args),
        store=args.store,
        spool=args.spool,
        options=options.fetch_options(args),
        since=args.since,
        until=args.until or dt.datetime.now(dt.UTC).date(),
        limit=args.limit,
        cluster=cluster,
    )


def _lines(report: dict[str, Any]) -> Iterator[str]:
    """What became of each file, and what was read in all."""
    told = [file for file in report["files"] if file["state"] != "nothing"]
    for file in told[:_SHOWN]:
        yield _line(file)
        yield from (f"  {fault}" for fault in [*file.get("faults_read", ()), *file.get("faults", ())][:_SHOWN])
    if len(told) > _SHOWN:
        yield f"and {len(told) - _SHOWN} more files, listed in the run's ledger"
    read = report["read"]
    yield (
        f"files: {read['files']} read, {read['read_before']} read before, {read['failed']} failed, "
        f"{read['deferred']} left; {read['bytes']} bytes in {read['requests']} requests, "
        f"{read['matched']} of {read['records']} records kept"
    )


def _line(file: dict[str, Any]) -> str:
    if file["state"] == "refused":
        return f"{file['name']}: not read: {file['problem']}"
    if file["state"] == "partial":
        return f"{file['name']}: read to byte {file['read']} of {file['size']}, the next run goes on there"
    if file["state"] == "known":
        return f"{file['name']}: what it has is in the store already, as {file['warc']}"
    return f"{file['name']}: {file['matched']} of {file['records_read']} records as {file['warc']}"


def _base(text: str) -> str:
    try:
        url = normalise_url(text)
    except BadUrl as error:
        raise argparse.ArgumentTypeError(f"expected a URL such as {WAYBACK}, got {error}") from None
    if "?" in url:
        raise argparse.ArgumentTypeError(f"expected a URL without a query, got {text!r}")
    return url.rstrip("/")
