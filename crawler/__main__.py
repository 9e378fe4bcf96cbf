"""`kakehashi COMMAND`: picks the command, sets up the log, turns errors into one line and an exit code."""

from __future__ import annotations

import argparse
import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING

from archive.errors import ArchiveError
from archive.leases import Held
from crawler.clock import move_to
from crawler.cluster_jobs import ClusterUnusable
from crawler.config import CatalogueErrors, UnknownSource, read_environment
from crawler.exits import Exit
from crawler.interrupts import ignore_signals, raise_on_signals
from crawler.log import set_up_log
from crawler.source_file import SourceError
from crawler.urls import BadUrl
from pipelines.blas import start_no_threads
from pipelines.not_started import WorkersNotStarted

if TYPE_CHECKING:
    from collections.abc import Callable

COMMANDS = (
    "crawl", "capture", "import", "process", "articles", "history", "extract", "explain", "classify", "sources",
    "verify", "status", "schedule", "replay", "export", "backfill", "takedown", "demo",
)  # fmt: skip


# Their names are no names of modules.
_MODULES = {"import": "import_"}
# The first kind that fits decides.
_CODES: tuple[tuple[type[Exception], Exit], ...] = (
    (CatalogueErrors, Exit.CONFIGURATION),
    (SourceError, Exit.CONFIGURATION),
    (UnknownSource, Exit.USAGE),
    (BadUrl, Exit.USAGE),
    (ClusterUnusable, Exit.FAILURES),
    (WorkersNotStarted, Exit.FAILURES),
    (Held, Exit.HELD),
    (ArchiveError, Exit.STORE),
)


def build_parser(only: str | None = None) -> argparse.ArgumentParser:
    """The parser of all commands; with `only` the others are known by name alone, and nothing of theirs is loaded."""
    parser = argparse.ArgumentParser(
        prog="kakehashi",
        description="The archive of what is written about Central Asia and Japan.",
        epilog="Exit codes: 0 done, 1 done with failures, 2 usage, 3 configuration, 4 store, 5 held, 130 interrupted.",
    )
    parser.add_argument("-v", "--verbose", action="count", default=0, help="log more; twice: everything")
    parser.add_argument("-q", "--quiet", action="store_true", help="log warnings only")
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name in COMMANDS:
        if only not in (None, name):
            subparsers.add_parser(name)
            continue
        module = import_module(f"crawler.commands.{_MODULES.get(name, name)}")
        first_line = (module.__doc__ or "").splitlines()[0]
        subparser = subparsers.add_parser(
            name,
            help=first_line.split(":", 1)[1].strip(),
            description=module.__doc__,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        module.add_arguments(subparser)
        subparser.set_defaults(run_command=module.run)
    return parser


def main(argv: list[str] | None = None) -> int:
    """Run a command; back comes its exit code."""
    start_no_threads()
    return guarded(lambda: _run(sys.argv[1:] if argv is None else argv))


def _run(given: list[str]) -> int:
    args = build_parser(next((word for word in given if word in COMMANDS), None)).parse_args(given)
    set_up_log(verbose=args.verbose, quiet=args.quiet)
    if (instant := read_environment().clock) is not None:
        move_to(instant)
    return int(args.run_command(args))


def guarded(work: Callable[[], int]) -> int:
    """What `work` gives, or for an error that is known one line on stderr and the exit code that it has."""
    raise_on_signals()
    try:
        return work()
    except tuple(kind for kind, _ in _CODES) as error:
        return _fail(next(code for kind, code in _CODES if isinstance(error, kind)), error)
    except BrokenPipeError:
        # The reader of our output has gone, and Python would complain when it flushes the rest at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.FAILURES
    except KeyboardInterrupt:
        ignore_signals()
        return _fail(Exit.INTERRUPTED, "interrupted; what is stored is whole, the same command goes on")


def _fail(code: Exit, error: object) -> int:
    print(f"kakehashi: {error}", file=sys.stderr)  # noqa: T201
    return code


if __name__ == "__main__":
    sys.exit(main())
