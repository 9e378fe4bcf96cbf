"""Months of scheduled crawls in minutes, over newspapers that live and break: `python -m tests.simulation STORE`.

Real are the planner, the reading of feeds, sitemaps, listings and articles, what a crawl notes of them, the trust in
304s, the ledgers, the health checks, the incidents, and the states in the store. Not real is what lies between them and
the newspapers: no Scrapy, no socket, no WARC; a request is a call, and the clock is moved to the next full ten minutes at
which something is due, as a timer would call `crawl --due`. As in a crawl, known articles are asked for again as long as
they are announced, with their validators; not by their age after that. That whole crawls do the same, in processes of
their own and after `kill -9`, is shown in `tests/crawler/test_schedule_command.py`.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import json
import logging
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple
from urllib.parse import urlsplit

from scrapy.http import Response

from archive.blobs import LocalBlobs
from archive.capture import Validators
from archive.errors import BlobNotFound
from archive.trust import Shown, after_claim, after_page
from archive.trust import Visit as Trust
from crawler import clock
from crawler.conditional import is_trusted
from crawler.config import load_catalogue
from crawler.discovery import read_feed
from crawler.due import plans_of
from crawler.ledger import Fate, SourceLedger
from crawler.listings import read_listing
from crawler.looking_back import look_back
from crawler.robots_rules import parse_robots
from crawler.sitemap_witness import SitemapWitness, is_wanted
from crawler.sitemaps import read_sitemap
from crawler.states import States
from crawler.visits import META_KEY, Role, Visit
from crawler.witness import Witness
from pipelines.article import Article
from pipelines.features import features_of
from pipelines.flow import extract_page
from tests.livingpapers import DAY, Paper, Trouble

if TYPE_CHECKING:
    from scrapy import Request

    from crawler.past import Past
    from crawler.sources import Entry, Source

BEGIN = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)  # a Monday
TICK = dt.timedelta(minutes=10)


def papers_of(days: float, *, is_short: bool, every: str | None, seed: str = "") -> list[Paper]:
    """The newspapers of a simulation; a week has its troubles in its second half, a quarter one after the other."""
    design = ("length_shift", "title_missing", "text_missing", "date_missing")
    if is_short:
        troubles = {
            "agency": (
                Trouble("ticker", 3.2, 4.2, ("template_line",)),
                Trouble("feed gone", 4.5, 5.5, ("entry_broken",)),
            ),
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
            "daily": (
                Trouble("redesign", 30.2, 1000, design),
                Trouble("feed stuck", 53.2, 56.2, ("coverage", "silent")),
                Trouble("silence", 70.9, 80, ("silent",)),
            ),
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
    common: dict[str, Any] = {"begin": BEGIN, "days": days, "every": every, "seed": seed}
    made = [
        Paper(
            "agency", per_day=16 if is_short else 24, entries=("feed", "news"), troubles=troubles["agency"], **common
        ),
        Paper("daily", per_day=8, feed_size=25, has_sitemap=True, troubles=troubles["daily"], **common),
        Paper("liar", per_day=6, etags="liar", troubles=troubles["liar"], **common),
    ]
    if not is_short:
        made += [
            Paper(
                "ministry",
                per_day=2,
                entries=("listing",),
                etags="none",
                weekend=0,
                troubles=troubles["ministry"],
                **common,
            ),
            Paper("valley", per_day=10, entries=("feed", "news"), troubles=troubles["valley"], **common),
            Paper("weekly", per_day=0.3, feed_size=10, has_sitemap=True, **common),
        ]
    return made


class _Sent(NamedTuple):
    """As much of a request or response as a witness looks at."""

    url: str
    status: int
    meta: dict[str, Any]
    cb_kwargs: dict[str, Any]


class Crawler:
    """One look at one newspaper: what a spider does, by calls. It stands in for the spider and for its run."""

    def __init__(
        self, source: Source, paper: Paper, known: dict[str, Trust | None], digests: dict[str, str], past: Past
    ) -> None:
        self.source = source
        self.ledger = SourceLedger(source=source.id)
        self.run = self.earlier = self.frontier = self
        self.is_article = source.scope.is_article
        self._paper = paper
        self._known = known
        self._digests = digests
        self._holes = tuple(past.holes)
        self._sitemap = SitemapWitness(self) if is_wanted(source, past, clock.utc_now()) else None
        self._witness = Witness(self)
        self._doubted: list[Entry] = []

    def is_known(self, url: str) -> bool:
        """True when the store would hold it."""
        return url in self._known

    def owns(self, url: str) -> bool:
        """True for the newspaper's own host."""
        return urlsplit(url).hostname == self._paper.host

    def has(self, url: str) -> bool:
        """True for what was announced in this look."""
        return url in self.ledger.pages

    def is_taken_down(self, _: str) -> bool:
        """Nothing is."""
        return False

    def crawl(self) -> None:
        """All of it."""
        began = self._paper.requests
        status, _, body, _ = self._paper.answer("/robots.txt", None)
        if status >= 500:
            for entry in self.source.entries:
                self._witness.entry_failed(self._sent(entry.url, 0, entry), f"robots.txt answered {status}")
        else:
            found = parse_robots(body, "kakehashi")
            self.ledger.seen.note_robots(f"http://{self._paper.host}", [rule.text for rule in found.rules])
            self.ledger.seen.sitemaps += found.sitemaps
            for url in self._holes:
                self._announce(url)
            for entry in self.source.entries:
                self._entry(entry)
            self._articles()
            doubted, self._doubted = self._doubted, []
            for entry in doubted:
                self._entry(entry, is_confirmed=True)
            self._articles()
            for request in self._sitemap.requests() if self._sitemap else []:
                self._hear(request)
        self.ledger.requests = self._paper.requests - began

    def _sent(self, url: str, status: int, entry: Entry | None = None) -> _Sent:
        visit = Visit(role=Role.ARTICLE, page=entry.url if entry else url, source=self.source.id)
        return _Sent(url, status, {META_KEY: visit}, {"entry": entry})

    def _get(self, url: str, role: Role = Role.FEED) -> tuple[int, str, bytes, str]:
        """Status, type, body and final address; an entry of which the server says 304 is what it was."""
        visit = self._known.get(url)
        asks = (
            visit is not None
            and not visit.is_liar
            and is_trusted(visit.seen_at, visit.unmodified, role, clock.utc_now())
        )
        tag = visit.asked_with.validators.etag if visit is not None and asks else None
        status, kind, body, headers = self._paper.answer(urlsplit(url).path, tag)
        digest, now = hashlib.sha256(body).hexdigest(), clock.utc_now()
        if status == 304 and visit is not None:
            after = after_claim(visit, visit.asked_with.digest, now)
            self._known[url] = after
            if after is not None and after.is_liar:
                return self._get(url, role)
            self.ledger.not_modified += 1
        elif status == 200:
            self._known[url] = after_page(visit, Shown(digest, Validators(etag=headers.get("ETag"))), now)
        return status, kind, body, headers.get("Location", url)

    def _hear(self, request: Request) -> None:
        status, _, body, where = self._get(request.url)
        body = self._bodies.get(request.url, b"") if status == 304 else body
        if status == 200:
            self._bodies[request.url] = body
        response = Response(where, status=200 if status == 304 else status, body=body, request=request)
        for more in self._sitemap.parse(response):
            self._hear(more)

    def _articles(self) -> None:
        for url in [url for url in self.ledger.pages if self.ledger.is_open(url)]:
            self._article(url)

    def _entry(self, entry: Entry, *, is_confirmed: bool = False) -> None:
        before = self._bodies.get(entry.url, b"")
        status, kind, body, where = self._get(entry.url)
        body = before if status == 304 else body
        sent = self._sent(where, 200 if status == 304 else status, entry)
        if status not in (200, 304):
            if status < 500 and not is_confirmed:
                return self._doubted.append(entry)
            if not self.owns(where):
                self.ledger.seen.moved.add(entry.url, f"to {where}")
            problem = f"expected a {entry.type}, got status {status}"
            return self._witness.entry_broken(entry, sent, problem, is_confirmed=is_confirmed)
        self._bodies[entry.url] = body
        found = (
            read_feed(body, url=entry.url, content_type=kind) if entry.type == "feed"
            else read_sitemap(body, url=entry.url) if entry.type == "sitemap"
            else read_listing(body, url=entry.url, encoding="utf-8")
        )  # fmt: skip
        if found.problem is not None and not found.announcements and not is_confirmed:
            return self._doubted.append(entry)
        self._witness.entry_read(entry, sent, found, is_confirmed=is_confirmed)
        for item in found.announcements:
            if self.source.scope.is_article(item.url):
                self._announce(item.url)
        return None

    _bodies: ClassVar[dict[str, bytes]] = {}

    def _announce(self, url: str) -> None:
        if self.ledger.announce(url):
            self._witness.asked(url)

    def _article(self, url: str) -> None:
        status, kind, body, where = self._get(url, Role.ARTICLE)
        self.ledger.fetched += 1
        self._witness.answered(self._sent(where, 200 if status == 304 else status))
        digest = hashlib.sha256(body).hexdigest()
        if status == 304 or (status == 200 and self._digests.get(url) == digest):
            return self.ledger.settle(url, Fate.UNCHANGED)
        if status == 200:
            self._digests[url] = digest
        if status != 200:
            return self.ledger.settle(url, Fate.DROPPED, "http_status", f"status {status}")
        outcome = extract_page(body, url=url, captured_at=clock.utc_now(), content_type=kind)
        self.ledger.seen.note_page(url, features_of(outcome))
        if isinstance(outcome, Article):
            return self.ledger.settle(url, Fate.KEPT, outcome.relevance.label.value)
        return self.ledger.settle(url, Fate.DROPPED, outcome.reason.value)


class Simulation:
    """Looks at what is due, tick after tick, until the end; the world goes on where it was when it was killed."""

    def __init__(self, store: Path, papers: list[Paper], days: float) -> None:
        self._blobs = LocalBlobs(store)
        self._end = BEGIN + days * DAY
        self._papers = {paper.id: paper for paper in papers}
        folder = store / "sources"
        for paper in papers:
            paper.write_source(folder)
        self._catalogue = load_catalogue(only_dir=folder)
        self._digests = {name: self._read_digests(name) for name in self._papers}
        self._known = {name: dict.fromkeys(digests) for name, digests in self._digests.items()}

    def _read_digests(self, name: str) -> dict[str, str]:
        """What a killed process had in the store: here addresses and digests, written by a look before its state."""
        try:
            return dict(line.split() for line in self._blobs.get(f"known/{name}").decode().splitlines())
        except BlobNotFound:
            return {}

    def run(self) -> None:
        """All of it."""
        world = self._blobs.root / "now"
        now = dt.datetime.fromisoformat(world.read_text()) if world.exists() else BEGIN
        while now < self._end:
            plans = plans_of(self._catalogue, States(self._blobs), now)
            if plans[0].at > now:
                now = BEGIN + -(-(plans[0].at - BEGIN) // TICK) * TICK
                continue
            world.write_text(now.isoformat())
            self._look([item.source for item in plans if item.is_due(now)], now)
            now += TICK

    def _look(self, names: list[str], now: dt.datetime) -> None:
        clock.move_to(now)
        states, ledgers = States(self._blobs), {}
        for name in names:
            crawler = Crawler(
                self._catalogue.get(name), self._papers[name], self._known[name], self._digests[name], states.load(name)
            )
            crawler.crawl()
            ledgers[name] = crawler.ledger
        for name in names:
            self._blobs.put_bytes(f"known/{name}", _lines(self._digests[name]))
        run = clock.new_run_id(now)
        data = {
            "run": run, "command": "crawl", "began_at": now.isoformat(), "ended_at": clock.utc_now().isoformat(),
            "seconds": 1.0, "interrupted": False, "adds_up": all(ledger.adds_up for ledger in ledgers.values()),
            "sources": {name: ledger.as_json() for name, ledger in ledgers.items()},
        }  # fmt: skip
        self._blobs.put_bytes(f"runs/{run}.json", json.dumps(data).encode())
        look_back(self._blobs, data, ledgers, lambda _: None)


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
    path = store / "alarms"
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
                    "able": _runs_that_could_tell(ledgers, paper, trouble, begin, at) if at else None,
                }
            )
    other = [alarm for number, alarm in enumerate(raised) if number not in fitting]
    by_id = {paper.id: paper for paper in papers}
    passing = [
        alarm
        for alarm in other
        if alarm["kind"] == "entry_broken" and by_id[alarm["source"]].is_away(_time(alarm["at"]))
    ]
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
        "passing": passing,
        "false_alarms": [alarm for alarm in other if alarm not in passing],
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


def _lines(digests: dict[str, str]) -> bytes:
    return "".join(f"{url} {digest}\n" for url, digest in digests.items()).encode()


def _incident_counts(alarms: list[dict[str, Any]]) -> Counter[str]:
    return Counter(f"{a['source']} {a['kind']} {a['state']} {a['since']} {a['example']}" for a in alarms)


def _time(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def _runs_that_met(ledgers, paper: Paper, trouble: Trouble, begin: dt.datetime, at: dt.datetime) -> int:
    """The runs of the source up to the alarm that met the trouble at all: of pages, those that had a new one."""
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
            met += bool(item["sources"][paper.id]["failed"]) or bool(
                item["sources"][paper.id]["dropped"].get("http_status")
            )
        elif trouble.kind == "silence":
            met = 1  # there is nothing to meet: it is told when it has lasted much longer than any before
        else:
            met += 1
    return met


def _runs_that_could_tell(ledgers, paper: Paper, trouble: Trouble, begin: dt.datetime, at: dt.datetime) -> int:
    """As above, less those that had too little before them, as docs/schedule.md says.

    Of a design three pages, counted over runs; two dates; of a feed that is stuck five pages that
    witnesses listed.
    """
    able, pages, missing = 0, 0, 0
    for item in ledgers:
        began = _time(item["began_at"])
        if paper.id not in item["sources"] or not begin <= began <= at:
            continue
        ledger = item["sources"][paper.id]
        seen = ledger["seen"]
        pages += len(seen["pages"])
        if trouble.kind in ("redesign", "ticker"):
            able += pages >= 3
        elif trouble.kind == "clock":
            able += seen["future"]["count"] >= 2
        elif trouble.kind == "feed stuck":
            missing += seen["listed"] - seen["held"]
            able += missing >= 5 and "witness" in seen
        elif trouble.kind == "silence":
            able = 1  # as above
        else:
            able += 1
    return able


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
    return {
        (paper.id, urlsplit(url).path)
        for paper in papers
        for url in dict(line.split() for line in (store / "known" / paper.id).read_text().splitlines())
    }


def main() -> None:
    """Simulate, and print the report as JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("store", type=Path)
    parser.add_argument("--days", type=float, default=7)
    parser.add_argument("--short", action="store_true", help="three newspapers, troubles within a week")
    parser.add_argument(
        "--seed", default="", help="another word makes another quarter: other articles, faults and hours"
    )
    parser.add_argument("--every", help="a fixed rhythm for all, such as 30m")
    args = parser.parse_args()
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(message)s")
    for name in ("scrapy", "crawler", "twisted"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    told = logging.getLogger("crawler.looking_back")
    told.setLevel(logging.INFO)
    told.propagate = False
    told.addHandler(Alarms(args.store / "alarms"))

    args.store.mkdir(parents=True, exist_ok=True)
    papers = papers_of(args.days, is_short=args.short, every=args.every, seed=args.seed)
    Simulation(args.store, papers, args.days).run()
    sys.stdout.write(json.dumps(report(args.store, papers, args.days)) + "\n")


if __name__ == "__main__":
    main()
