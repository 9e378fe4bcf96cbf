"""`export dataset`: its options, what is wrong with them in one line, and how it ends."""

from __future__ import annotations

import argparse
import functools
import sys
from typing import TYPE_CHECKING

from archive.errors import Malformed
from crawler import options
from crawler.exits import Exit
from crawler.robots_rules import RobotsRules, parse_robots
from pipelines.article import Label

if TYPE_CHECKING:
    from pipelines.dataset.describe import Released
    from pipelines.dataset.request import Request

_FOR_SELECTION = ("since", "until", "label", "language", "source", "previous", "delta_from", "respect_reservations",
                  "cluster")  # fmt: skip


def add_dataset(kinds: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The arguments of `export dataset`."""
    parser = kinds.add_parser("dataset", help="a release of the articles: Parquet, JSON Lines, card, manifest")
    parser.add_argument("name", nargs="?", metavar="NAME", help="the name of the dataset")
    parser.add_argument("--out", required=True, metavar="DIR-or-s3://…", help="where to write it: nothing may be there")
    parser.add_argument("--since", type=options.parse_day, metavar="DATE", help="published this day or later")
    parser.add_argument("--until", type=options.parse_day, metavar="DATE", help="published this day or earlier")
    parser.add_argument("--label", metavar="LABEL", help="core, mention, sport or off")
    parser.add_argument("--language", metavar="TAG", help="BCP 47; uz takes uz-Latn and uz-Cyrl")
    parser.add_argument("--source", metavar="ID", help="articles of this source")
    parser.add_argument(
        "--dedup", choices=("exact", "near", "none"), default="none",
        help="keep one of the articles with equal texts, or with like texts (default: none: all stay)",
    )  # fmt: skip
    parser.add_argument(
        "--edition", choices=("full", "pointers"), default="full",
        help="with the texts, or without a word of them (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--respect-reservations", action=argparse.BooleanOptionalAction,
        help="leave out what page or site reserved against training (default: with --edition pointers)",
    )  # fmt: skip
    parser.add_argument("--previous", metavar="MANIFEST", help="the release before: its hash, and its splits, go in")
    parser.add_argument("--delta-from", metavar="MANIFEST", help="write only what is new or changed since that release")
    parser.add_argument("--with-warc", action="store_true", help="ship the WARC records that the rows were made from")
    parser.add_argument("--rehydrate", metavar="DIR-or-s3://…", help="make the full edition of this pointers edition")
    options.add_store(parser)
    options.add_sources(parser)
    options.add_cluster(parser)
    parser.set_defaults(run_export=run_dataset)


def run_dataset(args: argparse.Namespace) -> Exit:
    """Make the release. Raises `StoreNotUsable`, `CatalogueErrors`; with `--cluster` also `Held`."""
    from pipelines.dataset import errors

    try:
        released = _rehydrate(args) if args.rehydrate else _release(args)
    except errors.RoomIsGone as error:
        return _fail(error, Exit.STORE)
    except errors.NotWanted as error:
        return _fail(error, Exit.USAGE)
    except (errors.DatasetError, Malformed) as error:
        return _fail(error, Exit.FAILURES)
    for problem in released.problems:
        _fail(problem, Exit.FAILURES)
    counts = released.counts
    left_out = "".join(f", {count} {reason} left out" for reason, count in sorted(counts.left_out.items()) if count)
    sys.stdout.write(
        f"{args.out}: {counts.articles} articles, {counts.versions} pairs of versions, {released.files} files, "
        f"{released.size} bytes{left_out}\n"
    )
    return Exit.FAILURES if released.problems else Exit.DONE


def _release(args: argparse.Namespace) -> Released:
    request = _request(args)
    if args.cluster is not None:
        from crawler.cluster_dataset import release_over_cluster

        return release_over_cluster(args, request)
    from pipelines.dataset.release import make_release

    return make_release(args.store, args.out, request)


def _request(args: argparse.Namespace) -> Request:
    from pipelines.dataset.errors import NotWanted
    from pipelines.dataset.request import Dedup, Edition, Request, check_name
    from pipelines.selection import Selection

    if args.name is None:
        raise NotWanted("expected the NAME of the dataset, as in `kakehashi export dataset NAME --out DIR`")
    if args.label is not None and args.label not in tuple(Label):
        raise NotWanted(f"--label {args.label}: expected core, mention, sport or off")
    if args.since and args.until and args.since > args.until:
        raise NotWanted(f"--since {args.since} is after --until {args.until}")
    name, edition = check_name(args.name), Edition(args.edition)
    from pipelines.dataset.former import read_former  # pyarrow is loaded when all is well so far

    respects = args.respect_reservations
    return Request(
        name=name,
        selection=Selection(
            since=args.since, until=args.until, source=args.source, language=args.language,
            label=None if args.label is None else Label(args.label),
        ),
        dedup=Dedup(args.dedup),
        edition=edition,
        respects_reservations=edition is Edition.POINTERS if respects is None else respects,
        with_warc=args.with_warc,
        previous=read_former(args.previous) if args.previous else None,
        delta_from=read_former(args.delta_from) if args.delta_from else None,
        forbids=_forbids,
    )  # fmt: skip


def _rehydrate(args: argparse.Namespace) -> Released:
    from pipelines.dataset.errors import NotWanted
    from pipelines.dataset.rehydrate import rehydrate

    given = [name for name in ("name", *_FOR_SELECTION) if getattr(args, name) is not None]
    if given or args.edition != "full" or args.dedup != "none" or args.with_warc:
        raise NotWanted("--rehydrate takes --out, --store and --sources alone: the pointers say all else")
    rules = options.page_rules_of(args)
    return rehydrate(args.store, args.rehydrate, args.out, rules=rules)


@functools.lru_cache(maxsize=4096)
def _rules(body: bytes, agent: str) -> RobotsRules:
    return parse_robots(body, agent)


def _forbids(body: bytes, agent: str, url: str) -> bool:
    return not _rules(body, agent).allows(url)


def _fail(problem: object, code: Exit) -> Exit:
    print(f"kakehashi: {problem}", file=sys.stderr)  # noqa: T201
    return code
