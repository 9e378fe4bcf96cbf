"""takedown: hides an article from every reader of the store and every later release; --purge removes its payload.

    kakehashi takedown https://example.org/story --reason "the publisher asked, letter of 2026-11-20"
    kakehashi takedown 0f3a9c5d7e1b2468 --reason "court order 17/2026" --purge

A tombstone stays, with date and reason. Without --purge the captures are kept, sealed. With it their bodies go from the
WARCs, which stay valid, and from articles, texts and feeds; every other record stays where it is. An interrupted purge
goes on when the command is given again. The address is not fetched again. Exit 1 when other pages of the store have
most of its text (they are listed), 2 when nothing is known of it, 5 when a run goes on in the store.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from crawler import options
from crawler.exits import Exit

if TYPE_CHECKING:
    import argparse

    from pipelines.takedown import Report


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `takedown`."""
    parser.add_argument("target", metavar="URL-or-id", help="the article's address, or its id")
    parser.add_argument("--reason", required=True, metavar="TEXT", help="why; it stands in the tombstone and releases")
    parser.add_argument("--purge", action="store_true", help="remove the payload from the store for good")
    options.add_store(parser)
    options.add_sources(parser)
    options.add_json(parser)


def run(args: argparse.Namespace) -> Exit:
    """Take the article down. Raises `StoreNotUsable`, `Held`."""
    reason = " ".join(args.reason.split())
    is_id = len(args.target) == 16 and set(args.target) <= set("0123456789abcdef")
    if not reason:
        return _fail("--reason: expected words, a tombstone says why", Exit.USAGE)
    if not is_id and not args.target.startswith(("http://", "https://")):
        return _fail(f"{args.target}: expected an http(s) URL, or an id of 16 hex digits", Exit.USAGE)
    from crawler.takedown import take_down

    rules = options.page_rules_of(args)
    report = take_down(args.store, args.spool, args.target, reason=reason, is_purge=args.purge, rules=rules)
    if report is None:
        return _fail(f"{args.target}: {args.store} has no article and no capture of it", Exit.USAGE)
    if args.json:
        sys.stdout.write(json.dumps(_values(report), ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(_sentence(report) + "\n")
    for url in sorted(report.quoting.quotes):
        _fail(f"note: {url} quotes a sentence of it, and stays", Exit.DONE)
    for url in sorted(report.quoting.copies):
        _fail(f"{url}: has most of its text, and stays; take it down by its own address", Exit.FAILURES)
    return Exit.FAILURES if report.quoting.copies else Exit.DONE


def _values(report: Report) -> dict[str, object]:
    stone = report.tombstone
    return {
        **stone.public(), "urls": list(stone.urls), "captures": report.captures, "tombstone": stone.key,
        "warcs_rewritten": len(stone.purge.files) if stone.purge else 0, "copies": sorted(report.quoting.copies),
        "quotes": sorted(report.quoting.quotes),
    }  # fmt: skip


def _sentence(report: Report) -> str:
    stone = report.tombstone
    what = "hidden, its captures are sealed"
    if stone.purge is not None:
        what = f"purged, {len(stone.purge.files)} WARCs were rewritten"
    return f"{stone.id}: {what}; {report.captures} captures of {', '.join(stone.urls)}; tombstone {stone.key}"


def _fail(problem: object, code: Exit) -> Exit:
    print(f"kakehashi: {problem}", file=sys.stderr)  # noqa: T201
    return code
