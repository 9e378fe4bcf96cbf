"""status: the last runs, the health of each source, and what did not add up.

kakehashi status
kakehashi status --store s3://bucket/prefix --json
kakehashi status --near-misses --limit 20

With --near-misses: the pages that were dropped for their topic by little, each with the words that decided.
"""

from __future__ import annotations

import itertools
import json
import sys
from typing import TYPE_CHECKING, Any

from archive.blobs import open_blobs
from crawler import options
from crawler.console import print_table
from crawler.exits import Exit

if TYPE_CHECKING:
    import argparse

    from archive.blobs import BlobStore

_RUNS = 10
_NEAR_MISSES = 50


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `status`."""
    parser.add_argument(
        "--runs", type=options.parse_count, default=_RUNS, metavar="N", help="how many runs (default: %(default)s)"
    )
    parser.add_argument(
        "--near-misses", action="store_true", help="the pages that were dropped by little for their topic, latest first"
    )
    parser.add_argument(
        "--limit", type=options.parse_count, default=_NEAR_MISSES, metavar="N",
        help="how many near misses (default: %(default)s)",
    )  # fmt: skip
    options.add_store(parser)
    options.add_json(parser)


def run(args: argparse.Namespace) -> Exit:
    """Print the last runs, newest first. Raises `StoreNotUsable` when there is no store."""
    blobs = open_blobs(args.store)
    blobs.check_usable(write=False)
    if args.near_misses:
        return _show_near_misses(blobs, args)
    runs, problems = _read_runs(blobs, args.runs)
    health = _health(runs)
    if args.json:
        json.dump({"runs": runs, "sources": health, "problems": problems}, sys.stdout, ensure_ascii=False)
        sys.stdout.write("\n")
    elif not runs:
        print(f"no run in {args.store}")  # noqa: T201
    else:
        _print(runs, health)
    for problem in problems:
        print(f"kakehashi: {problem}", file=sys.stderr)  # noqa: T201
    return Exit.FAILURES if problems or not all(run["adds_up"] for run in runs) else Exit.DONE


def _show_near_misses(blobs: BlobStore, args: argparse.Namespace) -> Exit:
    from pipelines.near_misses import near_misses_in

    found = near_misses_in(blobs)
    shown = list(itertools.islice(found, args.limit))
    total = len(shown) + sum(1 for _ in found)
    if args.json:
        json.dump({"near_misses": shown, "total": total}, sys.stdout, ensure_ascii=False)
        sys.stdout.write("\n")
        return Exit.DONE
    for item in shown:
        words = ", ".join(f"{span['text']} ({span['side']}: {span['term']})" for span in item["evidence"])
        print(f"{item['label']} {item['score']:.2f}  {item['title'] or '(no title)'}")  # noqa: T201
        print(f"    {item['url']}\n    {words or 'no words'}")  # noqa: T201
    print(f"{total} near misses in {args.store}" + (f", {len(shown)} shown" if total > len(shown) else ""))  # noqa: T201
    return Exit.DONE


def _read_runs(blobs: BlobStore, count: int) -> tuple[list[dict[str, Any]], list[str]]:
    keys = sorted((info.key for info in blobs.list("runs/") if info.key.endswith(".json")), reverse=True)
    runs: list[dict[str, Any]] = []
    problems: list[str] = []
    for key in keys[:count]:
        try:
            runs.append(json.loads(blobs.get(key)))
        except ValueError as error:
            problems.append(f"{key}: not a ledger: {error}")
    return runs, problems


def _health(runs: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Each source by its newest run: when, what, and its last problem."""
    health: dict[str, dict[str, Any]] = {}
    for run in runs:
        for name, ledger in run["sources"].items():
            if name not in health:
                health[name] = {
                    "last_run": run["began_at"],
                    "announced": ledger["announced"],
                    "kept": ledger["kept"],
                    "unchanged": ledger["unchanged"],
                    "dropped": sum(ledger["dropped"].values()),
                    "failed": sum(ledger["failed"].values()),
                    "deferred": ledger["deferred"],
                    "state": _state(ledger),
                }
    return dict(sorted(health.items()))


def _state(ledger: dict[str, Any]) -> str:
    if ledger["problems"]:
        return f"{ledger['problems'][0]['url']}: {ledger['problems'][0]['problem']}"
    if ledger["failures"]:
        return f"{ledger['failures'][0]['cause']}: {ledger['failures'][0]['url']}"
    return "nothing announced" if not ledger["announced"] else "well"


def _print(runs: list[dict[str, Any]], health: dict[str, dict[str, Any]]) -> None:
    rows = [
        (
            run["run"], run["command"], run["began_at"][:19] + "Z", f"{run['seconds']:.1f} s", str(len(run["sources"])),
            str(sum(ledger["kept"] for ledger in run["sources"].values())),
            str(sum(sum(ledger["failed"].values()) for ledger in run["sources"].values())),
            "yes" if run["adds_up"] else "NO",
        )
        for run in runs
    ]  # fmt: skip
    print_table(("run", "command", "began", "took", "sources", "kept", "failed", "adds up"), rows, title="last runs")
    columns = ("source", "last run", "announced", "kept", "unchanged", "dropped", "failed", "deferred", "state")
    lines = [
        (name, item["last_run"][:19] + "Z", *(str(item[key]) for key in columns[2:8]), item["state"])
        for name, item in health.items()
    ]
    print_table(columns, lines, title="sources")
