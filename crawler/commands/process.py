"""process: articles again from the store's WARCs; makes what is missing, stages what would differ and reports it.

    kakehashi process --dry-run        what today's rules would change; writes nothing
    kakehashi process                  makes what is missing, stages what differs beside the current articles
    kakehashi process --all            as the second, and drops no page at a glance: each is read and judged whole
    kakehashi process --accept         makes the staged articles the current ones, and keeps the former

With `--cluster` the workers of a dask cluster derive a WARC each (docs/cluster.md).
No page is fetched: the workers open no socket. A process that was interrupted goes on where it stopped. Exit 1 when a
page failed, 5 when another process is at work, or, with --accept, a run.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from crawler import options
from crawler.exits import Exit
from pipelines.changes import ranked

if TYPE_CHECKING:
    import argparse

    from pipelines.process import ProcessReport


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `process`."""
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--dry-run", action="store_true", help="write nothing, report what would change")
    what.add_argument("--accept", action="store_true", help="make what differs current; the former articles stay")
    parser.add_argument(
        "--since", type=options.parse_day, metavar="DATE", help="derive WARCs begun this day or later, keep the others"
    )
    parser.add_argument(
        "--all",
        action="store_true",
        dest="reads_all",
        help="read every page whole, whatever a glance says",
    )
    options.add_keep(parser, default="as what is staged, or as the store")
    options.add_store(parser)
    options.add_sources(parser)
    options.add_cluster(parser)
    options.add_json(parser)


def run(args: argparse.Namespace) -> Exit:
    """Print the change report. Raises `StoreNotUsable`, `Held`."""
    from crawler.clustered import clustered
    from crawler.console import JobBar
    from crawler.processing import process_store

    rules = options.page_rules_of(args)
    with JobBar("deriving") as bar:
        cluster = clustered(args, bar)
        report = process_store(
            args.store, args.spool, rules=rules, keep=args.keep, since=args.since, is_dry=args.dry_run,
            accepts=args.accept, reads_all=args.reads_all, on_progress=bar.show, cluster=cluster,
        )  # fmt: skip
    for job in cluster.given_up if cluster else ():
        print(f"kakehashi: {job}", file=sys.stderr)  # noqa: T201
    if args.json:
        sys.stdout.write(json.dumps(_values(report, args), ensure_ascii=False) + "\n")
    else:
        sys.stdout.write("\n".join(_sentences(report, args)) + "\n")
    return Exit.FAILURES if report.changes.failed or report.given_up else Exit.DONE


def _values(report: ProcessReport, args: argparse.Namespace) -> dict[str, Any]:
    names = ("current", "staged", "derived", "resumed", "taken_over", "pages")
    values = {name: getattr(report, name) for name in names}
    is_accepted = args.accept and report.staged is not None and not report.given_up
    templates = {host: {"pages": pages, "lines": lines} for host, (pages, lines) in report.templates.items()}
    return {
        **values,
        "unknown": sorted(report.unknown),
        "templates": templates,
        "accepted": is_accepted,
        "changes": report.changes.as_json(),
        "given_up": report.given_up,
    }


def _sentences(report: ProcessReport, args: argparse.Namespace) -> list[str]:
    changes = report.changes
    work = f"{args.store}: {report.derived} WARCs derived again ({report.pages} pages)"
    work += f", {report.resumed} were derived already" if report.resumed else ""
    work += f", {report.taken_over} taken over as they are" if report.taken_over else ""
    lines = [work]
    if report.unknown:
        names = ", ".join(sorted(report.unknown))
        lines.append(f"no rules for {names}: name the folder of their source files with --sources")
    for host, (pages, count) in report.templates.items():
        lines.append(f"template of {host} learned: {count} lines recur over {pages} pages")
    if changes.failed:
        lines.append(f"{changes.failed} pages failed")
    if report.staged is None:
        return [*lines, f"nothing differs from generation {report.current}"]
    lines.append(
        f"{changes.articles} articles: {changes.gained} gained, {changes.lost} lost, {changes.changed} changed, "
        f"{changes.restamped} with the same words made by other software or rules; "
        f"{changes.dropped} dropped pages differ"
    )
    lines.append(f"text: {changes.characters_gained:,} characters gained, {changes.characters_lost:,} lost")
    for name, counter in (("by field", changes.fields), ("by source", changes.sources), ("by rule", changes.rules)):
        if counter:
            lines.append(f"{name}: {', '.join(f'{key} {count:+}' for key, count in ranked(counter))}")
    for change in changes.largest:
        lines += ["", f"{change.url} ({change.source}): {change.size:,} characters", *change.diff]
    return [*lines, "", _outcome(report, args)]


def _outcome(report: ProcessReport, args: argparse.Namespace) -> str:
    if report.given_up:
        return (
            f"{len(report.given_up)} WARCs could not be worked on, so generation {report.staged} is not whole and not "
            "current; the same command goes on"
        )
    if args.accept:
        return f"generation {report.staged} is current; {report.current} is kept"
    if args.dry_run:
        return "nothing was written"
    return f"staged as generation {report.staged}; `kakehashi process --accept` makes it current"
