"""replay: the archive in a browser: a reading room over its articles, and through pywb each page as it was.

    kakehashi replay
    kakehashi replay --store s3://bucket/prefix --port 8081

Prints two addresses and serves until it is interrupted, on loopback unless --bind says otherwise: the reading room
(search, sources, days, each article beside its archived page) on --port, and pywb on a port, and so an origin, of its
own. What is stored meanwhile appears after --refresh seconds. pywb is installed into an environment of its own on first
use. WARCs on S3 are read by ranges. Exit 0 when it was interrupted while serving, 1 when pywb cannot be installed or
fails, 3 when a port is taken, 4 without a store.
"""

from __future__ import annotations

import logging
import os
import socket
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from archive.blobs import open_blobs
from archive.errors import EnvironmentNotMade, PlayerFailed, StoreNotUsable
from crawler import options
from crawler.exits import Exit
from crawler.interrupts import ignore_signals

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from archive.blobs import BlobStore
    from archive.replay import Player
    from reading import Room

logger = logging.getLogger(__name__)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `replay`."""
    parser.add_argument(
        "--port", type=options.parse_port, default=8080, metavar="N",
        help="of the reading room; 0: any free one (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--pages-port", type=options.parse_port, metavar="N",
        help="of pywb; 0: any free one (default: the one after --port, or any if that is taken)",
    )  # fmt: skip
    parser.add_argument(
        "--bind", default="127.0.0.1", metavar="ADDRESS",
        help="whom it answers: others than this machine, too, with 0.0.0.0 (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--refresh", type=options.parse_seconds, default=10.0, metavar="SECONDS",
        help="look for new captures and articles so often; 0: never (default: %(default)g)",
    )  # fmt: skip
    parser.add_argument(
        "--tools", type=Path, metavar="DIR", help="where pywb is installed (default: ~/.cache/kakehashi/tools)"
    )
    options.add_store(parser)


def run(args: argparse.Namespace) -> Exit:
    """Serve until interrupted. Raises `StoreNotUsable`."""
    from archive.replay import playing
    from reading.server import listening, serving

    blobs = open_blobs(args.store)
    blobs.check_usable(write=False)
    with ExitStack() as stack:
        try:
            held = stack.enter_context(listening(args.bind, args.port))
            pages_port = _pages_port(args, int(held.getsockname()[1]))
        except PortTaken as error:
            return _fail(f"cannot serve on {args.bind} port {error.port}: {error}", Exit.CONFIGURATION)
        except OSError as error:
            return _fail(f"cannot serve on {args.bind} port {args.port}: {error.strerror or error}", Exit.CONFIGURATION)
        try:
            tools = args.tools or _tools()
            player = stack.enter_context(playing(blobs, address=args.bind, port=pages_port, tools=tools))
            room = _open_room(args, blobs, stack)
            stack.enter_context(serving(room, held, player_port=pages_port, names=_names(args.bind)))
            return _serve(args, player, room, held)
        except (EnvironmentNotMade, PlayerFailed, OSError) as error:
            return _fail(error, Exit.FAILURES)


class PortTaken(Exception):  # noqa: N818  (it says what is wrong)
    """A port that was asked for cannot be had."""

    def __init__(self, port: int, problem: str) -> None:
        super().__init__(problem)
        self.port = port


def _pages_port(args: argparse.Namespace, room_port: int) -> int:
    from archive.replay import free_port

    wanted = args.pages_port
    if wanted is None:
        try:
            return free_port(args.bind, room_port + 1 if args.port else 0)
        except (OSError, OverflowError):
            return free_port(args.bind, 0)
    try:
        return free_port(args.bind, wanted)
    except OSError as error:
        raise PortTaken(wanted, error.strerror or str(error)) from error


def _open_room(args: argparse.Namespace, blobs: BlobStore, stack: ExitStack) -> Room:
    """The room, its index up to date: in the store's state, for S3 below the spool, or where neither can be written."""
    from crawler.console import JobBar
    from crawler.workplace import folder_of
    from reading import open_room

    with JobBar("indexing") as bar:
        try:
            room = open_room(blobs, folder_of(blobs, args.store, args.spool) / "state")
            room.refresh(bar.show)
        except OSError as error:
            logger.warning("the index of the reading room is made for this time only: %s", error)
            room = open_room(blobs, Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kakehashi-room-"))))
            room.refresh(bar.show)
    return room


def _names(bind: str) -> tuple[str, ...]:
    """By which names others may ask for this machine, when others may."""
    return (bind,) if bind in {"127.0.0.1", "::1", "localhost"} else (bind, socket.gethostname(), socket.getfqdn())


def _serve(args: argparse.Namespace, player: Player, room: Room, held: socket.socket) -> Exit:
    try:
        told = _tell((*player.files.problems, *room.problems()), set())
        sys.stderr.write(f"kakehashi: {player.files.captures} captures; interrupt to end\n")
        host = f"[{args.bind}]" if ":" in args.bind else args.bind
        print(f"http://{host}:{held.getsockname()[1]}/\n{player.address}", flush=True)  # noqa: T201
        while True:
            player.wait(args.refresh or None)
            try:
                if any([player.files.refresh(), room.refresh()]):
                    told = _tell((*player.files.problems, *room.problems()), told)
            except (StoreNotUsable, OSError) as error:
                logger.warning("what is new is not shown yet: %s", error)
    except KeyboardInterrupt:
        ignore_signals()
        return Exit.DONE


def _tell(problems: Iterable[str], told: set[str]) -> set[str]:
    """Name each problem that was not named before; back come all that hold now."""
    now = dict.fromkeys(problems)
    for problem in now:
        if problem not in told:
            _fail(problem, Exit.FAILURES)
    return set(now)


def _tools() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "kakehashi" / "tools"


def _fail(problem: object, code: Exit) -> Exit:
    print(f"kakehashi: {problem}", file=sys.stderr)  # noqa: T201
    return code
