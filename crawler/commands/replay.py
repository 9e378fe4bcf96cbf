"""replay: the archive in a browser, through pywb: calendar, Memento, each page as it was.

    kakehashi replay
    kakehashi replay --store s3://bucket/prefix --port 8081

Prints the address and serves the store as it was when it began, on loopback unless --bind says otherwise, until it is
interrupted. pywb is installed into an environment of its own on first use. WARCs on S3 are read by ranges. Exit 0 when
it was interrupted while serving, 1 when pywb cannot be installed or fails, 3 when the port is taken, 4 without a store.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from archive.blobs import open_blobs
from archive.errors import EnvironmentNotMade, PlayerFailed
from crawler import options
from crawler.exits import Exit
from crawler.interrupts import ignore_signals

if TYPE_CHECKING:
    import argparse

    from archive.replay import Player


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `replay`."""
    parser.add_argument(
        "--port", type=options.parse_port, default=8080, metavar="N", help="0: any free one (default: %(default)s)"
    )
    parser.add_argument(
        "--bind", default="127.0.0.1", metavar="ADDRESS",
        help="whom it answers: others than this machine, too, with 0.0.0.0 (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--tools", type=Path, metavar="DIR", help="where pywb is installed (default: ~/.cache/kakehashi/tools)"
    )
    options.add_store(parser)


def run(args: argparse.Namespace) -> Exit:
    """Serve until interrupted. Raises `StoreNotUsable`."""
    from archive.replay import free_port, playing

    blobs = open_blobs(args.store)
    blobs.check_usable(write=False)
    try:
        port = free_port(args.bind, args.port)
    except OSError as error:
        return _fail(f"cannot serve on {args.bind} port {args.port}: {error.strerror or error}", Exit.CONFIGURATION)
    try:
        with playing(blobs, address=args.bind, port=port, tools=args.tools or _tools()) as player:
            return _serve(player)
    except (EnvironmentNotMade, PlayerFailed, OSError) as error:
        return _fail(error, Exit.FAILURES)


def _serve(player: Player) -> Exit:
    try:
        for problem in player.problems:
            _fail(problem, Exit.FAILURES)
        sys.stderr.write(f"kakehashi: {player.captures} captures; interrupt to end\n")
        print(player.address, flush=True)  # noqa: T201
        player.wait()
    except KeyboardInterrupt:
        ignore_signals()
        return Exit.DONE


def _tools() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "kakehashi" / "tools"


def _fail(problem: object, code: Exit) -> Exit:
    print(f"kakehashi: {problem}", file=sys.stderr)  # noqa: T201
    return code
