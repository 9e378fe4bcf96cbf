"""schedule: when each source is crawled next and why; a long-running scheduler; files for the one you have.

    kakehashi schedule list
    kakehashi schedule run --store s3://bucket/prefix --alarms alarms.toml
    kakehashi schedule install --systemd --write /etc/systemd/system

`run` crawls each source in a process of its own when it is due, until SIGTERM or SIGINT; its state lies in the store,
so it can end and begin anywhere. `install` prints, or with `--write DIR` writes, what calls `kakehashi crawl --due`
every ten minutes: a systemd timer, a crontab line, a Kubernetes CronJob or a GitHub workflow. See docs/schedule.md.
"""

from __future__ import annotations

import argparse
import datetime as dt
import getpass
import json
import logging
import os
import re
import signal
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

from archive.blobs import open_blobs
from archive.errors import StoreNotUsable
from crawler import options
from crawler.clock import utc_now
from crawler.config import load_alarms
from crawler.console import print_table
from crawler.due import plans_of
from crawler.exits import Exit
from crawler.installing import Install, cron_files, github_files, kubernetes_files, systemd_files
from crawler.plan import Plan, spell
from crawler.states import States

_MAKERS = {"systemd": systemd_files, "cron": cron_files, "kubernetes": kubernetes_files, "github": github_files}
_ELSEWHERE = ("kubernetes", "github")
# Options that say which and where: `run` and `install` hand them on to the crawls.
_HANDED_ON = ("store", "spool", "sources", "only_sources", "alarms", "delay", "concurrency", "robots", "max_seconds",
              "max_body", "reserve", "spool_limit", "upload_patience", "max_retry_after")  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `schedule`."""
    actions = parser.add_subparsers(dest="action", metavar="list|run|install", required=True)
    listing = actions.add_parser("list", help="what is next, and why")
    options.add_json(listing)
    running = actions.add_parser("run", help="crawl what is due, until it is stopped")
    running.add_argument(
        "--parallel", type=options.parse_count, default=4, metavar="N", help="crawls at once (default: %(default)s)"
    )
    installing = actions.add_parser("install", help="files for a scheduler that is there already")
    kind = installing.add_mutually_exclusive_group(required=True)
    kind.add_argument("--systemd", dest="kind", action="store_const", const="systemd", help="a service and a timer")
    kind.add_argument("--cron", dest="kind", action="store_const", const="cron", help="a line for a crontab")
    kind.add_argument("--kubernetes", dest="kind", action="store_const", const="kubernetes", help="a CronJob")
    kind.add_argument("--github-actions", dest="kind", action="store_const", const="github", help="a workflow")
    installing.add_argument("--write", type=Path, metavar="DIR", help="write the files there (default: print them)")
    installing.add_argument(
        "--user", type=_parse_user, metavar="NAME",
        help="with --systemd: whom the service runs as (default: whoever asks, through sudo too; not named: root, nor "
        "anybody in the units of one user)",
    )  # fmt: skip
    installing.add_argument("--image", metavar="IMAGE", help="with --kubernetes: the container image with kakehashi")
    installing.add_argument(
        "--package", default=f"kakehashi=={version('kakehashi')}", metavar="SPEC",
        help="with --github-actions: what pip installs (default: %(default)s)",
    )  # fmt: skip
    for action in (listing, running, installing):
        action.add_argument("source", nargs="*", metavar="SOURCE", help="ids of sources (default: all)")
        options.add_store(action)
        options.add_sources(action)
    for action in (running, installing):
        options.add_alarms(action)
        options.add_fetching(action)


def run(args: argparse.Namespace) -> Exit:
    """List, run or install."""
    actions = {"list": _list, "run": _run, "install": _install}
    return actions[args.action](args)


def _list(args: argparse.Namespace) -> Exit:
    """Print the next look at each source. Raises `StoreNotUsable` and `UnknownSource`."""
    catalogue, now = options.catalogue_of(args), utc_now()
    sources = [catalogue.get(name) for name in dict.fromkeys(args.source)] or list(catalogue)
    states = States(open_blobs(args.store))
    plans = plans_of(sources, states, now)
    if args.json:
        rows = [_as_json(plan, states, now) for plan in plans]
        json.dump(rows, sys.stdout, ensure_ascii=False)
        sys.stdout.write("\n")
        return Exit.DONE
    rows_of_text = [(plan.source, _when(plan, now), _in(plan.at - now), spell(plan.every), plan.why) for plan in plans]
    print_table(("source", "next", "in", "rhythm", "why"), rows_of_text, title=f"{len(plans)} sources")
    return Exit.DONE


def _when(plan: Plan, now: dt.datetime) -> str:
    return "now" if plan.is_due(now) else f"{plan.at:%Y-%m-%d %H:%M}Z"


def _in(wait: dt.timedelta) -> str:
    return spell(wait) if wait > dt.timedelta(minutes=1) else "-"


def _as_json(plan: Plan, states: States, now: dt.datetime) -> dict[str, Any]:
    last = states.load(plan.source).last
    return {
        "source": plan.source,
        "at": plan.at.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "is_due": plan.is_due(now),
        "every_seconds": round(plan.every.total_seconds()),
        "articles_per_day": None if plan.per_day is None else round(plan.per_day, 2),
        "why": plan.why,
        "last_run": last.run if last else None,
    }


def _run(args: argparse.Namespace) -> Exit:
    """Crawl what is due until a signal comes. Raises as `crawl` does for what is wrong at the start."""
    from crawler.config import Catalogue
    from crawler.scheduler import Scheduler

    catalogue = options.catalogue_of(args)
    chosen = tuple(catalogue.get(name) for name in dict.fromkeys(args.source)) or tuple(catalogue)
    alarms = load_alarms(args.alarms)
    open_blobs(args.store).check_usable(write=True)
    scheduler = Scheduler(
        Catalogue(chosen),
        store=args.store,
        command=[sys.executable, "-m", "crawler", *(["-q"] if args.quiet else []), *_crawl_words(args)],
        alarms=alarms,
        parallel=args.parallel,
    )
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, lambda *_: scheduler.stop())
    logging.getLogger(__name__).info("%s sources of %s; ends with SIGTERM or Ctrl-C", len(chosen), args.store)
    scheduler.run()
    return Exit.DONE


def _install(args: argparse.Namespace) -> Exit:
    """Print or write the files. Raises `UnknownSource`, and `StoreNotUsable` for a folder on a machine without one."""
    catalogue = options.catalogue_of(args)
    names = [catalogue.get(name).id for name in dict.fromkeys(args.source)]
    load_alarms(args.alarms)
    if args.kind in _ELSEWHERE and not args.store.lower().startswith("s3://"):
        raise StoreNotUsable(args.store, "a machine that is new each time keeps no folder; expected s3://bucket/prefix")
    if args.kind == "kubernetes" and not args.image:
        print("kakehashi: --kubernetes needs --image, a container image with kakehashi", file=sys.stderr)  # noqa: T201
        return Exit.USAGE
    is_here = args.kind not in _ELSEWHERE
    script = Path(sys.executable).with_name("kakehashi")
    program = ["kakehashi"] if not is_here else [str(script)] if script.exists() else [sys.executable, "-m", "crawler"]
    what = Install(
        command=(*program, *_crawl_words(args, is_here=is_here), *names),
        store=args.store,
        folder=str(Path.cwd()),
        image=args.image or "",
        package=args.package,
        user=_user(args),
    )
    files = _MAKERS[args.kind](what)
    for name, text in files.items():
        if args.write is None:
            print(f"# {name}\n{text}" if len(files) > 1 else text, end="")  # noqa: T201
        else:
            path = args.write / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            print(path)  # noqa: T201
    return Exit.DONE


def _parse_user(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z_][\w.-]*\$?|\d+", text, re.ASCII):
        raise argparse.ArgumentTypeError(f"expected the name or number of a user, got {text!r}")
    return text


def _user(args: argparse.Namespace) -> str:
    """Whom a service of the machine runs as: the store is theirs. Root is not named, nor anybody in units of a user."""
    if args.user is not None:
        return str(args.user)
    is_of_user = args.write is not None and args.write.absolute().parts[-2:] == ("systemd", "user")
    try:
        name = os.environ.get("SUDO_USER") or getpass.getuser()
    except (KeyError, OSError):  # a number without a name, in a container
        name = str(os.getuid())
    return "" if is_of_user or name == "root" else name


def _crawl_words(args: argparse.Namespace, *, is_here: bool = True) -> list[str]:
    """The words of the crawl that `run` or a timer starts: as it was asked for, with whole paths on this machine."""
    words = ["crawl", "--due"]
    for name in _HANDED_ON:
        value = getattr(args, name)
        if value is None or (name == "robots" and value == "obey") or (name == "store" and not is_here):
            continue
        is_path = isinstance(value, Path) or (name == "store" and "://" not in str(value))
        words += [f"--{name.replace('_', '-')}", str(Path(value).absolute() if is_path and is_here else value)]
    return words + [word for host in args.allow_private for word in ("--allow-private", host)]
