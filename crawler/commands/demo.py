"""demo: the main job on bundled news sites: served on loopback, crawled, archived, cleaned.

    kakehashi demo --store ./data
    kakehashi demo --serve          # only serve the sites, until interrupted

Prints what was kept, dropped and why, and where to look. Run again, it stores nothing twice.
"""

from __future__ import annotations

import shlex
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from crawler import options
from crawler.commands.crawl import show
from crawler.config import load_catalogue
from crawler.exits import Exit

if TYPE_CHECKING:
    import argparse

    from crawler.config import Catalogue
    from crawler.demo.server import DemoSites


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `demo`."""
    parser.add_argument("--serve", action="store_true", help="serve the sites and crawl nothing")
    parser.add_argument(
        "--free-ports", action="store_true", help="take any free ports; URLs then differ from those of the last run"
    )
    options.add_store(parser)
    options.add_fetching(parser)
    options.add_json(parser)


def run(args: argparse.Namespace) -> Exit:
    """Serve, crawl, tell."""
    from crawler.demo.server import DemoPortTaken, DemoSites

    try:
        sites = DemoSites(ports="free" if args.free_ports else "fixed")
    except DemoPortTaken as error:
        print(f"kakehashi: {error}; --free-ports takes others", file=sys.stderr)  # noqa: T201
        return Exit.CONFIGURATION
    with sites, tempfile.TemporaryDirectory() as folder:
        sites.write_sources(Path(folder))
        if args.serve:
            return _serve(sites, folder, args.store)
        return _crawl(args, sites, load_catalogue(only_dir=Path(folder)))


def _serve(sites: DemoSites, folder: str, store: str) -> Exit:
    for site in sites.site_ids:
        print(f"{site}\t{sites.base(site)}/", flush=True)  # noqa: T201
    hosts = [word for site in sites.site_ids for word in ("--allow-private", urlsplit(sites.base(site)).netloc)]
    words = shlex.join(["crawl", "--only-sources", folder, *hosts, "--delay", "0", "--store", store])
    print(f"their source files are in {folder} until this ends; crawl them from elsewhere:\n  kakehashi {words}",  # noqa: T201
          file=sys.stderr, flush=True)  # fmt: skip
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        return Exit.DONE


def _crawl(args: argparse.Namespace, sites: DemoSites, catalogue: Catalogue) -> Exit:
    from crawler.crawl import crawl

    hosts = tuple(sites.base(site).removeprefix("http://") for site in sites.site_ids)
    given = options.fetch_options(args)
    fetching = replace(given, allow_private=(*given.allow_private, *hosts))
    report = crawl(catalogue, catalogue=catalogue, store=args.store, spool=args.spool, options=fetching, command="demo")
    assert report is not None, "only a crawl of what is due may have nothing to do"
    exit_code = show(report, as_json=args.json)
    if not args.json:
        _print_where(args.store, report)
    return exit_code


def _print_where(store: str, report: dict[str, Any]) -> None:
    lines = [f"the archive lies in {store}:"]
    lines += [f"  {key}" for key in report["warcs"]]
    lines += [
        "  articles/0001/…  one JSON object a line: clean text, metadata, provenance",
        "  dropped/0001/…   the pages that gave no article, with the reason",
        f"  runs/{report['run']}.json  the ledger of this run",
        f"next: kakehashi status --store {store}   ·   kakehashi verify --store {store}",
    ]
    print("\n".join(lines))  # noqa: T201
