"""The options that several commands share, and what a command knows when it begins."""

from __future__ import annotations

import argparse
import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.config import Catalogue, load_catalogue, read_environment, rules_to_read_again
from crawler.guard import parse_host_port
from pipelines.keep import parse_labels

if TYPE_CHECKING:
    from pipelines.article import Label
    from pipelines.rules import PageRules


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchOptions:
    """How to fetch. None means: as the source says, or the default. `allow_private` holds `HOST:PORT` texts."""

    delay: float | None = None
    concurrency: int | None = None
    robots: str = "obey"
    allow_private: tuple[str, ...] = ()
    max_seconds: float | None = None
    max_body: int | None = None
    reserve: int | None = None
    spool_limit: int | None = None
    upload_patience: float | None = None
    max_retry_after: float | None = None
    keep: frozenset[Label] | None = None


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


def add_alarms(parser: argparse.ArgumentParser) -> None:
    """`--alarms`."""
    parser.add_argument(
        "--alarms", type=Path, default=read_environment().alarms, metavar="FILE",
        help="who is told by mail, webhook or command of what is odd (KAKEHASHI_ALARMS; docs/schedule.md)",
    )  # fmt: skip


def add_fetching(parser: argparse.ArgumentParser) -> None:
    """The options of every command that fetches."""
    group = parser.add_argument_group("fetching")
    group.add_argument("--concurrency", type=_count, metavar="N", help="requests under way to a host")
    _add_manners(group)
    group.add_argument(
        "--max-body", type=_body_limit, metavar="BYTES",
        help="the largest body taken, as it comes over the wire (default: 100M); a larger one is archived as far as "
        "this, marked as truncated, and has failed",
    )  # fmt: skip
    group.add_argument(
        "--reserve", type=parse_bytes, metavar="BYTES",
        help="stop while so much of the disk is free (default: 64M, of a small disk 2%%; K, M and G are understood)",
    )  # fmt: skip
    group.add_argument(
        "--spool-limit", type=parse_bytes, metavar="BYTES",
        help="stop when more than this waits to be uploaded to S3 (default: 10G)",
    )  # fmt: skip
    group.add_argument(
        "--upload-patience", type=parse_seconds, metavar="SECONDS",
        help="how long to wait at the end for an S3 store that does not answer (default: 60)",
    )  # fmt: skip
    group.add_argument(
        "--max-retry-after", type=parse_seconds, metavar="SECONDS",
        help="wait no longer than this when a host says Retry-After (default: 300)",
    )  # fmt: skip


def _add_manners(group: argparse._ArgumentGroup) -> None:
    """What every request keeps to, whether or not it is archived."""
    group.add_argument("--delay", type=parse_seconds, metavar="SECONDS", help="pause between two requests to a host")
    group.add_argument("--robots", choices=("obey", "ignore"), default="obey", help="robots.txt (default: %(default)s)")
    group.add_argument(
        "--allow-private", action="append", default=[], type=_host_port, metavar="HOST:PORT",
        help="let requests to this private address through; may be given again",
    )  # fmt: skip
    group.add_argument("--max-seconds", type=parse_seconds, metavar="SECONDS", help="stop fetching after this time")


def add_asking(parser: argparse.ArgumentParser) -> None:
    """The options of a command that fetches and archives nothing; `asking_options` reads them."""
    group = parser.add_argument_group("fetching (with add and --probe)")
    _add_manners(group)
    group.add_argument(
        "--max-retry-after", type=parse_seconds, metavar="SECONDS",
        help="wait no longer than this when a host says Retry-After (default: 60)",
    )  # fmt: skip


def asking_options(args: argparse.Namespace) -> FetchOptions:
    """The options of `add_asking` that were parsed."""
    return FetchOptions(
        delay=args.delay,
        robots=args.robots,
        allow_private=tuple(args.allow_private),
        max_seconds=args.max_seconds,
        max_retry_after=args.max_retry_after,
    )


def add_keep(parser: argparse.ArgumentParser, *, default: str = "what the store keeps, at first core,mention") -> None:
    """`--keep`."""
    parser.add_argument(
        "--keep", type=_labels, metavar="LABELS",
        help=f"store the articles of these labels from now on: core, mention, sport and off, joined by commas, or all "
        f"(default: {default}); the WARCs hold every page",
    )  # fmt: skip


def add_cluster(parser: argparse.ArgumentParser) -> None:
    """`--cluster`."""
    parser.add_argument(
        "--cluster", metavar="ADDRESS", default=None,
        help="let the workers of this dask cluster do it, such as tcp://HOST:8786 (docs/cluster.md); needs a store on "
        "S3, or in a folder that every worker sees under its path",
    )  # fmt: skip


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
        max_body=args.max_body,
        reserve=args.reserve,
        spool_limit=args.spool_limit,
        upload_patience=args.upload_patience,
        max_retry_after=args.max_retry_after,
        keep=getattr(args, "keep", None),
    )


def catalogue_of(args: argparse.Namespace) -> Catalogue:
    """The sources that the options name. Raises `CatalogueErrors`."""
    return load_catalogue(sources_dir=args.sources, only_dir=args.only_sources)


def page_rules_of(args: argparse.Namespace) -> dict[str, PageRules]:
    """How archived pages are read again, by source, with the options' catalogue. Raises `CatalogueErrors`."""
    return rules_to_read_again(catalogue_of(args))


def parse_day(text: str) -> dt.date:
    """An ISO day, for argparse."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected a day such as 2026-11-21, got {text!r}") from None


def _labels(text: str) -> frozenset[Label]:
    try:
        return parse_labels(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def parse_seconds(text: str) -> float:
    """Seconds, 0 or more, for argparse."""
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


def parse_whole(text: str) -> int:
    """A whole number of 0 or more, for argparse."""
    if not (text.isascii() and text.isdigit()):
        raise argparse.ArgumentTypeError(f"expected a whole number, 0 or more, got {text!r}")
    return int(text)


def parse_port(text: str) -> int:
    """A port, 0 for any, for argparse."""
    if not (text.isascii() and text.isdigit()) or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"expected a port from 0 to 65535, got {text!r}")
    return int(text)


def parse_bytes(text: str) -> int:
    """A count of bytes, such as 1000000, 64M, 64MB or 10G (powers of 1024), for argparse."""
    bare = text.upper().removesuffix("B").removesuffix("I")
    number, unit = (bare[:-1], bare[-1]) if bare[-1:] in _UNITS else (text, "")
    if not (number.isascii() and number.isdigit()) or len(number) > 15:
        raise argparse.ArgumentTypeError(f"expected bytes such as 1000000, 64M or 10G, got {text!r}")
    return int(number) * _UNITS[unit]


def _body_limit(text: str) -> int:
    if (size := parse_bytes(text)) < 1:
        raise argparse.ArgumentTypeError(f"expected bytes, 1 or more, such as 1000000 or 600M, got {text!r}")
    return size


_UNITS = {"": 1, "K": 1024, "M": 1024**2, "G": 1024**3, "T": 1024**4}


def _host_port(text: str) -> str:
    try:
        parse_host_port(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return text
