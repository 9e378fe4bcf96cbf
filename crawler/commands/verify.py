"""verify: every digest, index line and article against its bytes.

    kakehashi verify
    kakehashi verify --store s3://bucket/prefix --deep --json

Reads all of the store and changes nothing. One line for each fault, then a summary. `--deep` derives each article again
from its record, where the same rules and software made it, and compares byte for byte. Files that are still `.open` are
named, and no fault. Exit 1 when something is wrong.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

from archive.blobs import open_blobs
from crawler import options
from crawler.exits import Exit

if TYPE_CHECKING:
    import argparse

    from archive.faults import Fault
    from pipelines.verify_deep import Tally


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `verify`."""
    parser.add_argument("--deep", action="store_true", help="derive each article again and compare")
    options.add_store(parser)
    options.add_sources(parser)
    options.add_json(parser)


def run(args: argparse.Namespace) -> Exit:
    """Print what is wrong as it is found. Raises `StoreNotUsable` when there is no store."""
    from pipelines.verify import verify_store
    from pipelines.verify_deep import Tally

    blobs = open_blobs(args.store)
    blobs.check_usable(write=False)
    rules = {source.id: source.page_rules() for source in options.catalogue_of(args)} if args.deep else None
    tally = Tally()
    for fault in verify_store(blobs, tally, deep=rules):
        _print_fault(fault, as_json=args.json)
    _print_summary(args.store, tally, as_json=args.json, is_deep=args.deep)
    return Exit.FAILURES if tally.faults else Exit.DONE


def _print_fault(fault: Fault, *, as_json: bool) -> None:
    line = json.dumps(asdict(fault), ensure_ascii=False) if as_json else str(fault)
    sys.stdout.write(line + "\n")


def _print_summary(store: str, tally: Tally, *, as_json: bool, is_deep: bool) -> None:
    if as_json:
        line = json.dumps({"kind": "summary", "store": store, **asdict(tally)})
    else:
        line = (
            f"{store}: {tally.warcs} WARCs, {tally.records} records, {tally.captures} captures, "
            f"{tally.articles} articles, {tally.dropped} dropped pages: {_verdict(tally.faults)}"
        )
        if tally.unfinished:
            line += f"; {tally.unfinished} unfinished"
        if is_deep:
            line += f"; {tally.derived} articles derived again, {tally.other_rules} made by other rules"
    sys.stdout.write(line + "\n")


def _verdict(faults: int) -> str:
    if not faults:
        return "all well"
    return "1 fault" if faults == 1 else f"{faults} faults"
