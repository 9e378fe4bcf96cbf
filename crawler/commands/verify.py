"""verify: every digest, index line, page and article against its bytes; --repair mends what can be made again.

    kakehashi verify
    kakehashi verify --store s3://bucket/prefix --deep --json
    kakehashi verify --repair
    kakehashi verify --lint [FILE.warc.gz|FILE.cdxj ...]

Reads all of the store and, without `--repair`, changes nothing. One line for each fault, then a summary. `--deep`
derives each article and dropped page again from its record, where the same rules and software made it, and compares
byte for byte. `--lint` also holds WARCs and indexes against the rules of their formats; with files, these alone and no
store. `--repair` needs the store for itself (exit 5 when a run is at work); it makes again what sound WARCs give, and
says of all else that it cannot: damaged WARCs and manifests stay as they are. Exit 1 when something is wrong, or
remains so.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict
from typing import TYPE_CHECKING

from archive.blobs import open_blobs
from archive.live import live_runs
from crawler import options
from crawler.exits import Exit

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from archive.faults import Fault
    from pipelines.mend import Mended
    from pipelines.tally import Tally

_SHOW_EVERY_S = 0.5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `verify`."""
    parser.add_argument("files", nargs="*", metavar="FILE", help="with --lint: WARC and CDXJ files, instead of a store")
    parser.add_argument("--deep", action="store_true", help="derive each article and dropped page again and compare")
    parser.add_argument("--lint", action="store_true", help="check the rules of WARC/1.1 and CDXJ too")
    parser.add_argument("--repair", action="store_true", help="mend what can be made again, say what cannot")
    options.add_store(parser)
    options.add_sources(parser)
    options.add_json(parser)


def run(args: argparse.Namespace) -> Exit:
    """Print what is wrong as it is found. Raises `StoreNotUsable` when there is no store, `Held` when it is in use."""
    from pipelines.tally import Tally

    if args.files and (not args.lint or args.repair or args.deep):
        return _usage("files are for --lint alone: a store is named with --store")
    if args.repair and args.lint:
        return _usage("--lint has nothing that --repair could mend: run one after the other")
    tally = Tally()
    try:
        found = _found(args, tally)
        left = sum(_show(item, as_json=args.json) for item in found)
    except OSError as error:
        if not args.files:
            raise
        return _usage(f"{error.filename}: cannot be read: {error.strerror}")
    _print_summary(args, tally, left)
    return Exit.FAILURES if left else Exit.DONE


def _usage(problem: str) -> Exit:
    print(f"kakehashi verify: {problem}", file=sys.stderr)  # noqa: T201
    return Exit.USAGE


def _found(args: argparse.Namespace, tally: Tally) -> Iterator[Fault | Mended]:
    from crawler.clock import utc_now
    from pipelines.verify import verify_store
    from pipelines.verify_lint import lint_files

    progress = _Progress(tally)
    if args.files:
        yield from lint_files(args.files, tally)
        return
    is_deriving = args.deep or args.repair
    rules = options.page_rules_of(args) if is_deriving else {}
    if args.repair:
        from crawler.repairing import repair_store

        yield from repair_store(args.store, args.spool, tally, rules=rules, is_deep=args.deep)
        return
    blobs = open_blobs(args.store)
    blobs.check_usable(write=False)
    live = live_runs(blobs, utc_now())
    deep = rules if args.deep else None
    for fault in verify_store(blobs, tally, live=live, deep=deep, lints=args.lint, on_warc=progress.show):
        progress.clear()
        yield fault
    progress.clear()


class _Progress:
    """One line on stderr where a person looks at it; nothing in a log."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        self._shown_at = 0.0
        self._is_shown = False

    def show(self) -> None:
        """Say how far it is, a few times a second at most."""
        if sys.stderr.isatty() and time.monotonic() - self._shown_at > _SHOW_EVERY_S:
            self._shown_at, self._is_shown = time.monotonic(), True
            tally = self._tally
            sys.stderr.write(f"\r{tally.warcs} WARCs, {tally.records} records, {tally.faults} faults\033[K")
            sys.stderr.flush()

    def clear(self) -> None:
        """Take the line away again."""
        if self._is_shown:
            sys.stderr.write("\r\033[K")
            sys.stderr.flush()
            self._is_shown = False


def _show(item: Fault | Mended, *, as_json: bool) -> bool:
    """Print an item; True when it is a fault that is, or stays, there."""
    from archive.faults import Fault

    if not as_json:
        line = str(item)
    elif isinstance(item, Fault):
        line = json.dumps({**asdict(item), "is_wrong": item.is_wrong}, ensure_ascii=False)
    else:
        line = json.dumps({"kind": "mended", **asdict(item)}, ensure_ascii=False)
    sys.stdout.write(line + "\n")
    return isinstance(item, Fault) and item.is_wrong


def _print_summary(args: argparse.Namespace, tally: Tally, left: int) -> None:
    if args.json:
        values = {"kind": "summary", "store": args.store, **asdict(tally)}
        if args.repair:
            values["left"] = left
        line = json.dumps(values)
    elif args.files:
        line = f"{tally.linted} files: {_verdict(tally.faults)}, {tally.notes} warnings"
    else:
        line = _sentence(args, tally, left)
    sys.stdout.write(line + "\n")


def _sentence(args: argparse.Namespace, tally: Tally, left: int) -> str:
    line = (
        f"{args.store}: {tally.warcs} WARCs, {tally.records} records, {tally.captures} captures, "
        f"{tally.articles} articles, {tally.dropped} dropped pages: {_verdict(tally.faults)}"
    )
    if args.repair and tally.faults:
        line += f"; {left} cannot be mended" if left else "; all mended"
    if tally.unfinished:
        line += f"; {tally.unfinished} unfinished"
    if args.deep:
        line += f"; {tally.derived} lines derived again, {tally.other_rules} made by other rules"
    if args.lint:
        line += f"; {tally.linted} files linted"
    return line


def _verdict(faults: int) -> str:
    if not faults:
        return "all well"
    return "1 fault" if faults == 1 else f"{faults} faults"
