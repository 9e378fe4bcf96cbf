"""Months of scheduled crawls in minutes, over newspapers that live and break: `python -m tests.simulation STORE`.

Real are the planner, the health checks, the states and ledgers in the store, the run with its leases and WARCs, the page
stage, Scrapy's engine with the project's settings, and HTTP over loopback. Not real are three things: all crawls and the
page stage go through one process and one reactor (processes of their own for each would take hours), the clock is moved
to the next full ten minutes at which something is due, as a timer would call `crawl --due`, and nothing is waited for
between requests. What was true of each article is told by the newspapers, which know when it was up.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import logging
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from archive.blobs import LocalBlobs
from crawler import clock, harvest
from crawler.config import load_catalogue
from crawler.crawl import crawl_settings
from crawler.due import plans_of
from crawler.loader import spider_class
from crawler.options import FetchOptions
from crawler.runs import run_for
from crawler.states import States
from pipelines.worker import derive_job
from tests.livingpapers import DAY, Paper, Trouble

BEGIN = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)  # a Monday
TICK = dt.timedelta(minutes=10)


def papers_of(days: float, *, is_short: bool, every: str | None) -> list[Paper]:
    """The newspapers of a simulation; a week has its troubles in its second half, a quarter one after the other."""
    design = ("length_shift", "title_missing", "text_missing", "date_missing")
    if is_short:
        troubles = {
            "agency": (Trouble("ticker", 3.2, 4.2, ("template_line",)), Trouble("feed gone", 4.5, 5.5, ("entry_broken",))),
            "daily": (Trouble("redesign", 4, 90, design), Trouble("robots", 3, 90, ("robots_changed",))),
            "liar": (Trouble("wall", 3.3, 4.3, ("bot_wall", "entry_broken")),),
        }
    else:
        troubles = {
            "agency": (
                Trouble("feed gone", 20.3, 23.3, ("entry_broken",)),
                Trouble("ticker", 40.1, 48, ("template_line",)),
                Trouble("moved", 66.2, 68.2, ("site_moved", "entry_broken")),
            ),
            "daily": (Trouble("redesign", 30.2, 1000, design), Trouble("silence", 70.9, 80, ("silent",))),
            "ministry": (Trouble("503", 35.1, 37.1, ("entry_broken", "failing")),),
            "liar": (
                Trouble("feed is page", 50.2, 54, ("feed_is_page",)),
                Trouble("robots", 25.4, 1000, ("robots_changed",)),
            ),
            "valley": (
                Trouble("clock", 45.1, 52, ("future_dates",)),
                Trouble("wall", 60.2, 62.2, ("bot_wall", "entry_broken")),
                Trouble("holes", 75.1, 77.1, ("coverage", "failing")),
            ),
        }
    common: dict[str, Any] = {"begin": BEGIN, "days": days, "every": every}
    made = [
        Paper("agency", per_day=24, entries=("feed", "news"), troubles=troubles["agency"], **common),
        Paper("daily", per_day=8, feed_size=25, troubles=troubles["daily"], **common),
        Paper("liar", per_day=6, etags="liar", troubles=troubles["liar"], **common),
    ]
    if not is_short:
        made += [
            Paper("ministry", per_day=2, entries=("listing",), etags="none", weekend=0, troubles=troubles["ministry"], **common),
            Paper("valley", per_day=10, entries=("feed", "news"), troubles=troubles["valley"], **common),
            Paper("weekly", per_day=0.3, feed_size=10, **common),
        ]
    return made


class InlineWorkers:
    """The page stage without processes of its own: each would cost a second, a thousand times."""

    def __init__(self, rules: Any, *, processes: int) -> None:
        self._rules = rules

    def submit(self, job: Any, on_done: Any) -> None:
        on_done(derive_job(job, self._rules))

    def close(self) -> None:
        """Nothing to end."""


class Simulation:
    """Crawls of what is due, tick after tick, until the end; the world goes on where it was when it was killed."""

    def __init__(self, store: Path, papers: list[Paper], days: float) -> None:
        self._store = store
        self._end = BEGIN + days * DAY
        folder = store.with_name(store.name + "-sources")
        for paper in papers:
            paper.write_source(folder)
        self._catalogue = load_catalogue(only_dir=folder)
        hosts = tuple(paper.host for paper in papers)
        options = FetchOptions(delay=0, allow_private=hosts, max_retry_after=0)
        self._settings = crawl_settings(options, store=str(store), spool=None)
        for name, value in {"KAKEHASHI_PROCESSES": 1, "RETRY_TIMES": 0}.items():
            self._settings.set(name, value, priority="cmdline")
        self._world = store.with_name(store.name + "-now")
        self.looks = 0

    async def run(self) -> None:
        """All of it."""
        now = dt.datetime.fromisoformat(self._world.read_text()) if self._world.exists() else BEGIN
        while now < self._end:
            states = States(LocalBlobs(self._store))
            first = plans_of(self._catalogue, states, now)[0]
            if first.at > now:
                ticks = -(-(first.at - BEGIN) // TICK)
                now = BEGIN + ticks * TICK
                continue
            self._world.write_text(now.isoformat())
            clock.move_to(now)
            await self._crawl([item.source for item in plans_of(self._catalogue, states, now) if item.is_due(now)])
            now += TICK

    async def _crawl(self, names: list[str]) -> None:
        from scrapy.crawler import AsyncCrawlerRunner

        run = run_for(self._settings, command="crawl", catalogue=self._catalogue)
        run.hold(names)
        runner = AsyncCrawlerRunner(self._settings)
        states = States(run.blobs)
        for name in names:
            spider = spider_class(self._catalogue.get(name))
            runner.crawl(spider, run=run, holes=tuple(states.load(name).holes))
        await runner.join()
        run.finish()  # in the thread that owns its cache; the servers have threads of their own
        self.looks += len(names)


class Alarms(logging.Handler):
    """The alarms as the log tells them, with the time at which they came."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    def emit(self, record: logging.LogRecord) -> None:
        if record.msg == "alarm: %s":
            alarm = record.args[0]
            with self._path.open("a") as file:
                file.write(json.dumps(alarm.as_json()) + "\n")


def report(store: Path, papers: list[Paper], days: float) -> dict[str, Any]:
    """What came of it: incidents and how soon each was told, false alarms, articles missed, requests for each article."""
    path = store.with_name(store.name + "-alarms")
    alarms = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
    raised = [alarm for alarm in alarms if alarm["state"] == "raised"]
    ledgers = [json.loads(item.read_bytes()) for item in sorted((store / "runs").glob("*.json"))]
    incidents, fitting = [], set()
    for paper in papers:
        for trouble in paper.troubles:
            if trouble.begin >= days - 1:
                continue
            begin, end = BEGIN + trouble.begin * DAY, BEGIN + (trouble.end + 2) * DAY
            own = [
                number for number, alarm in enumerate(raised)
                if alarm["source"] == paper.id and alarm["kind"] in trouble.alarms and begin <= _time(alarm["at"]) < end
            ]  # fmt: skip
            fitting |= set(own)
            at = _time(raised[own[0]]["at"]) if own else None
            incidents.append(
                {
                    "source": paper.id,
                    "trouble": trouble.kind,
                    "told": raised[own[0]]["kind"] if own else None,
                    "after_hours": round((at - begin) / dt.timedelta(hours=1), 1) if at else None,
                    "runs": _runs_that_met(ledgers, paper, trouble, begin, at) if at else None,
                }
            )
    held = _held(store, papers)
    up = [
        (paper.id, story.path) for paper in papers for story in paper.stories
        if _hours_up(paper, story, days) >= 24
    ]  # fmt: skip
    requests = sum(ledger["requests"] for item in ledgers for ledger in item["sources"].values())
    new = sum(ledger["seen"]["new"] for item in ledgers for ledger in item["sources"].values())
    return {
        "days": days,
        "runs": len(ledgers),
        "looks": sum(len(item["sources"]) for item in ledgers),
        "adds_up": all(item["adds_up"] for item in ledgers),
        "incidents": incidents,
        "false_alarms": [alarm for number, alarm in enumerate(raised) if number not in fitting],
        "alarms": sorted({(alarm["source"], alarm["kind"], alarm["state"]) for alarm in alarms}),
        "doubles": [key for key, count in _incident_counts(alarms).items() if count > 1],
        "articles": len(held),
        "up_for_a_day": len(up),
        "missed": sorted(set(up) - held),
        "held": sorted(held),
        "requests": requests,
        "new": new,
        "requests_an_article": round(requests / max(1, new), 2),
        "not_modified": sum(ledger["not_modified"] for item in ledgers for ledger in item["sources"].values()),
    }


def _incident_counts(alarms: list[dict[str, Any]]) -> Counter[str]:
    return Counter(f"{a['source']} {a['kind']} {a['state']} {a['since']} {a['example']}" for a in alarms)


def _time(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def _runs_that_met(ledgers, paper: Paper, trouble: Trouble, begin: dt.datetime, at: dt.datetime) -> int:
    """The runs of the source up to the alarm that could see the trouble: of pages, those that had a new one."""
    met = 0
    for item in ledgers:
        if paper.id not in item["sources"] or not begin <= _time(item["began_at"]) <= at:
            continue
        seen = item["sources"][paper.id]["seen"]
        if trouble.kind in ("redesign", "ticker"):
            met += bool(seen["pages"])
        elif trouble.kind == "clock":
            met += seen["future"]["count"] > 0
        elif trouble.kind == "holes":
            met += bool(item["sources"][paper.id]["failed"]) or bool(item["sources"][paper.id]["dropped"].get("http_status"))
        elif trouble.kind == "silence":
            met = 1  # there is nothing to meet: it is told when it has lasted much longer than any before
        else:
            met += 1
    return met


def _hours_up(paper: Paper, story, days: float) -> float:
    """How long an article could be had before the end: announced, there, and the site not shut."""
    shut = [item for item in paper.troubles if item.kind in ("503", "wall", "moved", "holes")]
    if paper.entries == ("feed",):
        shut += [item for item in paper.troubles if item.kind in ("feed gone", "feed is page")]
    begin, end = max(0.0, story.published), min(story.gone, days)
    closed = sum(max(0.0, min(end, item.end) - max(begin, item.begin)) for item in shut)
    return 24 * (end - begin - closed) if story.published >= 0 else 0.0


def _held(store: Path, papers: list[Paper]) -> set[tuple[str, str]]:
    """The articles of which the store holds a whole answer, by source and path."""
    by_host = {paper.host: paper.id for paper in papers}
    found = set()
    for path in (store / "cdxj").glob("*.cdxj"):
        for line in path.read_text().splitlines():
            entry = json.loads(line.split(" ", 2)[2])
            host, _, rest = entry["url"].removeprefix("http://").partition("/")
            if entry.get("status") == "200" or entry.get("status") == 200:
                if rest.startswith("news/") and host in by_host:
                    found.add((by_host[host], f"/{rest}"))
    return found


def main() -> None:
    """Simulate, and print the report as JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("store", type=Path)
    parser.add_argument("--days", type=float, default=7)
    parser.add_argument("--short", action="store_true", help="three newspapers, troubles within a week")
    parser.add_argument("--every", help="a fixed rhythm for all, such as 30m")
    args = parser.parse_args()
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(message)s")
    for name in ("scrapy", "crawler", "twisted"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    harvest.Workers = InlineWorkers  # type: ignore[misc,assignment]
    told = logging.getLogger("crawler.looking_back")
    told.setLevel(logging.INFO)
    told.propagate = False
    told.addHandler(Alarms(args.store.with_name(args.store.name + "-alarms")))

    from scrapy.utils.reactor import install_reactor

    install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor", "uvloop.Loop")
    from scrapy.utils.defer import deferred_from_coro
    from twisted.internet import reactor

    papers = papers_of(args.days, is_short=args.short, every=args.every)
    simulation = Simulation(args.store, papers, args.days)
    failures: list[BaseException] = []

    async def all_of_it() -> None:
        try:
            await simulation.run()
        except BaseException as error:
            failures.append(error)
        finally:
            reactor.callLater(0, reactor.stop)

    reactor.callWhenRunning(lambda: deferred_from_coro(all_of_it()))
    reactor.run(installSignalHandlers=False)
    if failures:
        raise failures[0]
    print(json.dumps(report(args.store, papers, args.days)))


if __name__ == "__main__":
    main()
