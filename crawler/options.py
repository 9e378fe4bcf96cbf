"""The options that several commands share, and what a command knows when it begins."""

from __future__ import annotations

import argparse
import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from crawler.config import Catalogue, load_catalogue, read_environment
from crawler.guard import parse_host_port


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchOptions:
    """How to fetch. None means: as the source says, or the default. `allow_private` holds `HOST:PORT` texts."""

    delay: float | None = None
    concurrency: int | None = None
    robots: str = "obey"
    allow_private: tuple[str, ...] = ()
    max_seconds: float | None = None


def add_store(parser: argparse.ArgumentParser) -> None:
    """`--store` and `--spool`."""
    environment = read_environment()
    parser.add_argument(
        "--store",
        default=environment.store,
        metavar="DIR-or-s3://bucket/prefix",
        help="where the archive lies (KAKEHASHI_STORE; now %(default)s)",
    )
    parser.add_argument(
        "--spool", type=Path, default=environment.spool, metavar="DIR",
        help="where files grow before they go to S3 (KAKEHASHI_SPOOL; default ~/.cache/kakehashi)",
    )  # fmt: skip


def add_sources(parser: argparse.ArgumentParser) -> None:
    """`--sources` and `--only-sources`."""
    environment = read_environment()
    parser.add_argument(
        "--sources", type=Path, default=environment.sources, metavar="DIR",
        help="read the source files of this folder beside the packaged ones (KAKEHASHI_SOURCES)",
    )  # fmt: skip
    parser.add_argument(
        "--only-sources", type=Path, default=environment.only_sources, metavar="DIR",
        help="read the source files of this folder alone (KAKEHASHI_ONLY_SOURCES)",
    )  # fmt: skip


def add_fetching(parser: argparse.ArgumentParser) -> None:
    """The options of every command that fetches."""
    group = parser.add_argument_group("fetching")
    group.add_argument("--delay", type=_seconds, metavar="SECONDS", help="pause between two requests to a host")
    group.add_argument("--concurrency", type=_count, metavar="N", help="requests under way to a host")
    group.add_argument("--robots", choices=("obey", "ignore"), default="obey", help="robots.txt (default: %(default)s)")
    group.add_argument(
        "--allow-private", action="append", default=[], type=_host_port, metavar="HOST:PORT",
        help="let requests to this private address through; may be given again",
    )  # fmt: skip
    group.add_argument("--max-seconds", type=_seconds, metavar="SECONDS", help="stop fetching after this time")


def add_json(parser: argparse.ArgumentParser) -> None:
    """`--json`."""
    parser.add_argument("--json", action="store_true", help="print the result as JSON on stdout")


def fetch_options(args: argparse.Namespace) -> FetchOptions:
    """The fetch options that were parsed."""
    return FetchOptions(
        delay=args.delay,
        concurrency=args.concurrency,
        robots=args.robots,
        allow_private=tuple(args.allow_private),
        max_seconds=args.max_seconds,
    )


def catalogue_of(args: argparse.Namespace) -> Catalogue:
    """The sources that the options name. Raises `CatalogueErrors`."""
    return load_catalogue(sources_dir=args.sources, only_dir=args.only_sources)


def parse_day(text: str) -> dt.date:
    """An ISO day, for argparse."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected a day such as 2026-11-21, got {text!r}") from None


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < 10**9:
        raise argparse.ArgumentTypeError(f"expected seconds, 0 or more, got {text!r}")
    return value


def _count(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 1000:
        raise argparse.ArgumentTypeError(f"expected a whole number from 1 to 1000, got {text!r}")
    return int(text)


def parse_count(text: str) -> int:
    """A whole number of at least 1, for argparse."""
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number, 1 or more, got {text!r}")
    return int(text)


def _host_port(text: str) -> str:
    try:
        parse_host_port(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return text
