"""Run the archivers over every case of the awkward server and print what each kept of it.

    python -m benchmarks.fidelity [--peers kakehashi,wget] [--cases plain,chunked] [--protocols http] [--json] [--write]

Needs a package index on first use (two environments under the folder of this Python) and wget. `--write` puts the table
into docs/fidelity.md. A peer that cannot be installed ends it with one line and exit code 1: half a table is none.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.fidelity.marks import judge
from benchmarks.fidelity.peers import PEERS, Peer, PeerFailedError
from benchmarks.fidelity.table import Outcome, Result, format_table, totals
from benchmarks.fidelity.warcs import read_kept
from tests.wirecases import HOPS, every_case
from tests.wireserver import WireServer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.wireserver import Case

DOCUMENT = Path(__file__).parents[2] / "docs" / "fidelity.md"
BEGIN, END = "<!-- table: begin -->\n", "<!-- table: end -->\n"


def measure(peer: Peer, version: str, only: frozenset[str], protocols: Sequence[str]) -> Result:
    """One archiver over the cases, all or `only` these, on a server of its own for each protocol."""
    recorded = {path: case for path, case in every_case().items() if case.has_record}
    chosen = {path: case for path, case in recorded.items() if not only or _name(path) in only}
    return Result(
        name=peer.name,
        version=version,
        outcomes={protocol: _measure_over(protocol, peer, chosen) for protocol in protocols},
    )


def _measure_over(protocol: str, peer: Peer, chosen: dict[str, Case]) -> Outcome:
    with (
        WireServer(cases=chosen, tls=protocol == "https", hidden=HOPS) as server,
        tempfile.TemporaryDirectory() as folder,
    ):
        warcs = peer.run(server, Path(folder))
        if not warcs:
            raise PeerFailedError(f"{peer.name} wrote no WARC")
        kept = read_kept(warcs)
        found = {path: kept.get(server.base + path) for path in chosen}
        marks = {
            _name(path): judge(case, found[path], [item.request for item in server.asked(path)])
            for path, case in chosen.items()
        }
    return Outcome(marks=marks, missing=frozenset(_name(path) for path, one in found.items() if one is None))


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def as_json(results: list[Result]) -> str:
    """The same for programs: totals, and what is wrong by case."""
    told = [
        {
            "name": result.name,
            "version": result.version,
            "protocol": protocol,
            "totals": totals(outcome),
            "wrong": {case: outcome.told(case) for case in outcome.marks if outcome.told(case)},
        }
        for result in results
        for protocol, outcome in result.outcomes.items()
    ]
    return json.dumps(told, indent=2)


def with_table(document: str, table: str, day: dt.date) -> str:
    """The document with this table between its marks."""
    before, _, rest = document.partition(BEGIN)
    _, _, after = rest.partition(END)
    said = f"Measured on {day.isoformat()} with `python -m benchmarks.fidelity --write`."
    return f"{before}{BEGIN}\n{said}\n\n{table}\n{END}{after}"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fidelity", description=__doc__.splitlines()[0])
    parser.add_argument("--peers", default=",".join(peer.name for peer in PEERS), help="default: %(default)s")
    parser.add_argument("--cases", default="", help="names of cases; default: all")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--write", action="store_true", help=f"put the table into {DOCUMENT.name}")
    parser.add_argument("--protocols", default="http,https", help="default: %(default)s")
    args = parser.parse_args()
    wanted = set(args.peers.split(","))
    if unknown := wanted - {peer.name for peer in PEERS}:
        parser.error(f"no such peer: {', '.join(sorted(unknown))}")
    protocols = args.protocols.split(",")
    if not protocols or set(protocols) - {"http", "https"}:
        parser.error("protocols are http and https")
    if args.write and (args.cases or len(wanted) < len(PEERS) or len(protocols) < 2):
        parser.error("--write needs all peers, cases and protocols")
    chosen = [peer for peer in PEERS if peer.name in wanted]
    try:
        versions = [peer.prepare() for peer in chosen]  # before anything runs
        only = frozenset(filter(None, args.cases.split(",")))
        results = [measure(peer, version, only, protocols) for peer, version in zip(chosen, versions, strict=True)]
    except PeerFailedError as problem:
        print(problem, file=sys.stderr)
        return 1
    table = format_table(results)
    print(as_json(results) if args.json else table)
    if args.write:
        text = with_table(DOCUMENT.read_text(encoding="utf-8"), table, dt.datetime.now(dt.UTC).date())
        DOCUMENT.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
