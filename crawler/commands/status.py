"""status: the last runs, the health of each source against its own history, and what did not add up.

    kakehashi status
    kakehashi status --store s3://bucket/prefix --json
    kakehashi status --html status.html
    kakehashi status --prometheus /var/lib/node_exporter/kakehashi.prom
    kakehashi status --near-misses --limit 20

`--html` is a page with plots of each source by day, `--prometheus` metrics: on stdout, or whole into a FILE.
`--near-misses` lists the pages that were dropped for their topic by little, each with the words that decided.
"""

from __future__ import annotations

import itertools
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archive.blobs import open_blobs
from archive.durable import write_atomically
from crawler import metrics, options, status_html
from crawler.clock import utc_now
from crawler.console import print_table
from crawler.exits import Exit
from crawler.figures import compared, last_week, weeks_before
from crawler.states import FOLDER, States

if TYPE_CHECKING:
    import argparse

    from archive.blobs import BlobStore
    from crawler.past import Past

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
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument(
        "--html", nargs="?", const="-", metavar="FILE", help="the health of each source as a page with plots"
    )
    kind.add_argument(
        "--prometheus", nargs="?", const="-", metavar="FILE", help="metrics in the text format of Prometheus"
    )
    kind.add_argument("--json", action="store_true", help="print all of it as JSON on stdout")
    options.add_store(parser)


def run(args: argparse.Namespace) -> Exit:
    """Print the last runs, newest first. Raises `StoreNotUsable` when there is no store."""
    blobs = open_blobs(args.store)
    blobs.check_usable(write=False)
    if args.near_misses:
        return _show_near_misses(blobs, args)
    runs, problems = _read_runs(blobs, args.runs)
    health, pasts = _health(runs), _pasts(blobs, runs)
    for past in pasts:
        health.setdefault(past.source, {}).update(_against_history(past))
    if args.html is not None:
        _write(args.html, status_html.page(pasts, utc_now(), args.store))
    elif args.prometheus is not None:
        _write(args.prometheus, metrics.exposition(pasts))
    elif args.json:
        json.dump({"runs": runs, "sources": health, "problems": problems}, sys.stdout, ensure_ascii=False)
        sys.stdout.write("\n")
    elif not runs:
        print(f"no run in {args.store}")  # noqa: T201
    else:
        _print(runs, health)
        _print_incidents(pasts)
    for problem in problems:
        print(f"kakehashi: {problem}", file=sys.stderr)  # noqa: T201
    return Exit.FAILURES if problems or not all(run["adds_up"] for run in runs) else Exit.DONE


def _print_incidents(pasts: list[Past]) -> None:
    for past in pasts:
        for item in past.incidents.values():
            if item.is_told:
                print(f"incident {past.source}: {item.kind} since {item.since:%Y-%m-%d %H:%M}Z: saw {item.saw}; "  # noqa: T201
                      f"expected {item.expected}; {item.example}")  # fmt: skip


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
    misses = "near miss" if total == 1 else "near misses"
    print(f"{total} {misses} in {args.store}" + (f", {len(shown)} shown" if total > len(shown) else ""))  # noqa: T201
    return Exit.DONE


def _pasts(blobs: BlobStore, runs: list[dict[str, Any]]) -> list[Past]:
    """What is known of each source: those that have a state, and those of the last runs."""
    states = States(blobs)
    names = {info.key.removeprefix(FOLDER).removesuffix(".json") for info in blobs.list(FOLDER)}
    names |= {name for run in runs if run.get("command") != "capture" for name in run["sources"]}
    return [past for name in sorted(names) if (past := states.load(name)).looks]


def _against_history(past: Past) -> dict[str, Any]:
    today = utc_now().date()
    return {
        "last_week": last_week(past, today).as_json(),
        "weeks_before": weeks_before(past, today).as_json(),
        "compared": compared(past, today),
        "incidents": [
            {"kind": item.kind, "since": item.since.isoformat(), "saw": item.saw, "expected": item.expected,
             "example": item.example}
            for item in past.incidents.values() if item.is_told
        ],
        "holes": [{"url": url, "cause": hole.cause, "tries": hole.tries} for url, hole in past.holes.items()],
        "days": past.days,
    }  # fmt: skip


def _write(name: str, text: str) -> None:
    """Write the text to a file, whole or not at all, since others read it at any time; to stdout for `-`."""
    if name == "-":
        sys.stdout.write(text)
    else:
        write_atomically(Path(name).absolute(), text.encode())


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
        for name, item in health.items() if "last_run" in item
    ]  # fmt: skip
    print_table(columns, lines, title="sources")
    told = [(name, item["compared"]) for name, item in health.items() if "compared" in item]
    if told:
        print_table(("source", "last week, and the four weeks before"), told, title="against their history")
