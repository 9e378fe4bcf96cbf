"""Newspapers that live: they publish, edit, delete and break, as the clock of this process says.

What a site shows is a function of the time alone, so a simulation that was killed finds the same world again. Trouble
has a beginning and an end; what each kind does to a site stands in `Paper.answer`.
"""

from __future__ import annotations

import bisect
import datetime as dt
import hashlib
import random
from dataclasses import dataclass, replace
from email.utils import format_datetime
from typing import TYPE_CHECKING

from crawler.clock import utc_now

if TYPE_CHECKING:
    from pathlib import Path

DAY = dt.timedelta(days=1)
Answer = tuple[int, str, bytes, dict[str, str]]
_WHO = ("The minister of transport", "A delegation from Osaka", "The national bank", "A group of engineers", "The mayor",
        "Farmers of the valley", "The university's rector", "A court in the capital", "The state railway", "Two museums")  # fmt: skip
_DID = ("agreed to build", "refused to pay for", "opened", "will repair", "asked parliament about", "signed a loan for",
        "closed", "promised to widen", "inspected", "sold its share of")  # fmt: skip
_WHAT = ("the bridge at the northern pass", "a school for six hundred children", "the old grain market", "a solar park",
         "the water mains of three districts", "an exchange of students", "the hydro plant", "a line of electric buses",
         "the archive of the republic", "a laboratory for seeds")  # fmt: skip
_WHY = ("since the winter was hard", "after talks that lasted until midnight", "as the budget of the year allows",
        "although neighbours complained", "with help from partners abroad", "because tourists ask for it",
        "before the session ends", "while prices for cement rise", "following a report of auditors", "to save energy")  # fmt: skip


_ENTRIES = ("/feed", "/news.xml", "/latest")


@dataclass(frozen=True)
class Trouble:
    """What is wrong with a site from `begin` to `end` (days since the beginning); the alarms that fit."""

    kind: str
    begin: float
    end: float
    alarms: tuple[str, ...]


@dataclass(frozen=True)
class Story:
    """One article: published and gone (days since the beginning), edited once in between where `edited` says."""

    number: int
    published: float
    gone: float
    edited: float | None
    is_topic: bool

    @property
    def path(self) -> str:
        """Where it stands."""
        return f"/news/{self.number}-{hashlib.sha256(str(self.number).encode()).hexdigest()[:8]}/"


@dataclass
class Paper:
    """One site, asked by `answer`. `per_day` on working days; `entries` of feed, news, listing.

    `etags` is honest, none or liar: one that answers 304 to whoever asks with a condition.
    """

    id: str
    begin: dt.datetime
    days: float
    per_day: float
    entries: tuple[str, ...] = ("feed",)
    feed_size: int = 30
    etags: str = "honest"
    weekend: float = 0.3
    troubles: tuple[Trouble, ...] = ()
    every: str | None = None
    seed: str = ""
    has_sitemap: bool = False
    requests: int = 0

    def __post_init__(self) -> None:
        self._chance = random.Random(self.id + self.seed)
        self._last_asked: dict[str, int] = {}
        if self.seed:
            self.troubles = tuple(self._moved(item) for item in self.troubles)
        self.stories = self._plan()
        self._times = [story.published for story in self.stories]
        self._pages: dict[tuple[object, ...], bytes] = {}
        self._by_path = {story.path: story for story in self.stories}
        self.host = f"{self.id}.example"

    def _moved(self, trouble: Trouble) -> Trouble:
        """The same trouble, up to half a day sooner or later."""
        by = random.Random(f"{self.seed} {self.id} {trouble.kind}").uniform(-0.5, 0.5)
        return replace(trouble, begin=trouble.begin + by, end=trouble.end + by)

    def _plan(self) -> list[Story]:
        """All stories, of the two weeks before the beginning too, by the time of their publication."""
        found: list[float] = []
        stopped = [trouble for trouble in self.troubles if trouble.kind == "silence"]
        day = -14
        while day < self.days:
            rate = self.per_day * (1 if (self.begin + day * DAY).weekday() < 5 else self.weekend)
            count = int(rate) + (self._chance.random() < rate % 1)
            # Between seven and nineteen o'clock, UTC plus five: two to fourteen.
            found += [day + self._chance.uniform(2, 14) / 24 for _ in range(count)]
            day += 1
        times = sorted(time for time in found if not any(item.begin <= time < item.end for item in stopped))
        stories = []
        for number, time in enumerate(times):
            lives = self._chance.uniform(1.05, 3) if self._chance.random() < 0.05 else 10_000.0
            edited = time + self._chance.uniform(0.02, 1) if self._chance.random() < 0.1 else None
            stories.append(Story(number, time, time + lives, edited, number % 9 == 0))
        return stories

    @property
    def now(self) -> float:
        """Days since the beginning."""
        return (utc_now() - self.begin) / DAY

    def has(self, kind: str) -> bool:
        """True while that trouble goes on."""
        return any(item.kind == kind and item.begin <= self.now < item.end for item in self.troubles)

    def _stuck_since(self) -> float | None:
        return next((t.begin for t in self.troubles if t.kind == "feed stuck" and t.begin <= self.now < t.end), None)

    def shown(self, count: int, *, before: float | None = None) -> list[Story]:
        """The newest stories that are up, newest first; those before an instant where it is given."""
        newest = self.stories[: bisect.bisect_right(self._times, self.now if before is None else before)][::-1]
        found = []
        for story in newest:
            if story.gone > self.now:
                found.append(story)
            if len(found) == count:
                break
        return found

    def write_source(self, folder: Path) -> None:
        """Its source file."""
        folder.mkdir(parents=True, exist_ok=True)
        kinds = {"feed": ("feed", "/feed"), "news": ("sitemap", "/news.xml"), "listing": ("listing", "/latest")}
        entries = "".join(
            f'[[entries]]\ntype = "{kinds[name][0]}"\nurl = "http://{self.host}{kinds[name][1]}"\n'
            + ("max_pages = 1\n" if name == "listing" else "")
            for name in self.entries
        )
        schedule = f'[schedule]\nevery = "{self.every}"\nquiet = []\n' if self.every else ""
        text = (
            f'schema = 1\nid = "{self.id}"\nname = "The {self.id}"\nname_en = "The {self.id}"\ncountry = "KG"\n'
            f'languages = ["en"]\nkind = "private"\ntimezone = "Asia/Tashkent"\nunverified = ["scope.article"]\n{entries}'
            f'[scope]\nhosts = ["{self.host}"]\narticle = ["^/news/"]\nsamples = ["http://{self.host}/news/1"]\n'
            f"[politeness]\ndelay = 0\n{schedule}"
        )
        (folder / f"{self.id}.toml").write_text(text)

    def answer(self, path: str, asked: str | None) -> Answer:  # noqa: C901, PLR0911  (a table of troubles)
        """What comes for a path, asked for with this If-None-Match."""
        self.requests += 1
        # The whole server is away for fifty minutes, every ten days or so.
        if self.has("503") or self._lot("restart", 3000) < 0.0035:
            return 503, "text/plain", b"busy", {"Retry-After": "0"}
        if path == "/robots.txt":
            more = "Disallow: /press/\nDisallow: /tag/\n" if self.has("robots") else ""
            more += f"Sitemap: http://{self.host}/news.xml\n" if self.has_sitemap else ""
            return 200, "text/plain", f"User-agent: *\nDisallow: /admin/\n{more}".encode(), {}
        if self.has("wall"):
            return (
                403,
                "text/html",
                b"<html><title>Just a moment...</title><body>Checking your browser</body></html>",
                {},
            )
        if self.has("moved"):
            return 301, "text/html", b"", {"Location": f"http://elsewhere.example{path}"}
        # A hundredth of all answers is an error that passes, as it is out there.
        if self._lot(path, 3600) < 0.01:
            return 500, "text/plain", b"oops", {}
        if path in _ENTRIES and self._is_odd_once(path):
            return 403, "text/html", b"<html><body>Try again</body></html>", {}
        if path == "/feed" and self.has("feed gone"):
            return 404, "text/html", b"<html><body>Not found</body></html>", {}
        if path == "/feed" and self.has("feed is page"):
            return self._conditional(
                "text/html", self._page("Our new site", "<p>Welcome.</p>").encode(), asked, is_entry=False
            )
        if path in _ENTRIES:
            kind, body = {"/feed": self._feed, "/news.xml": self._news, "/latest": self._latest}[path]()
            return self._conditional(kind, body, asked, is_entry=True)
        story = self._by_path.get(path)
        if story is None or not story.published <= self.now < story.gone:
            return 404, "text/html", b"<html><body><p>Nothing here.</p></body></html>", {}
        if self.has("holes") and story.number % 3 == 0:
            return 500, "text/plain", b"oops", {}
        return self._conditional("text/html; charset=utf-8", self._shown(story), asked, is_entry=False)

    def is_away(self, at: dt.datetime) -> bool:
        """True for an hour in which the server, or one of its entries, answers with an error that passes."""
        return self._lot("restart", 3000, at) < 0.0035 or any(self._lot(path, 3600, at) < 0.01 for path in _ENTRIES)

    def _shown(self, story: Story) -> bytes:
        """The page of a story as it is now; made once for as long as nothing about it changes."""
        is_edited = story.edited is not None and self.now >= story.edited
        key = (story.number, is_edited, self.has("redesign"), int(self.now * 24) if self.has("ticker") else None)
        if key not in self._pages:
            self._pages[key] = self._article(story).encode()
        return self._pages[key]

    def _lot(self, what: str, seconds: int, at: dt.datetime | None = None) -> float:
        moment = int((at or utc_now()).timestamp()) // seconds
        return int(hashlib.sha256(f"{self.id}{self.seed} {what} {moment}".encode()).hexdigest()[:8], 16) / 16**8

    def _is_odd_once(self, path: str) -> bool:
        """True for one in two hundred first requests of ten minutes: who asks again gets the page."""
        moment = int(utc_now().timestamp()) // 600
        is_first = self._last_asked.get(path) != moment
        self._last_asked[path] = moment
        return is_first and self._lot(f"odd {path}", 600) < 0.005

    def _conditional(self, kind: str, body: bytes, asked: str | None, *, is_entry: bool) -> Answer:
        if self.etags == "none":
            return 200, kind, body, {}
        if self.etags == "liar" and is_entry:
            return (304, kind, b"", {"ETag": '"always"'}) if asked else (200, kind, body, {"ETag": '"always"'})
        tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        return (304, kind, b"", {"ETag": tag}) if asked == tag else (200, kind, body, {"ETag": tag})

    def _date(self, story: Story) -> dt.datetime:
        wrong = (
            400 * DAY
            if any(t.kind == "clock" and t.begin <= story.published < t.end for t in self.troubles)
            else 0 * DAY
        )
        return self.begin + story.published * DAY + wrong

    def _feed(self) -> tuple[str, bytes]:
        items = "".join(
            f"<item><title>{self._title(story)}</title><link>http://{self.host}{story.path}</link>"
            f"<pubDate>{format_datetime(self._date(story))}</pubDate></item>"
            for story in self.shown(self.feed_size, before=self._stuck_since())
        )
        text = f'<?xml version="1.0"?><rss version="2.0"><channel><title>{self.id}</title>{items}</channel></rss>'
        return "application/rss+xml", text.encode()

    def _news(self) -> tuple[str, bytes]:
        rows = "".join(
            f"<url><loc>http://{self.host}{story.path}</loc><news:news><news:publication_date>"
            f"{self._date(story).isoformat()}</news:publication_date><news:title>{self._title(story)}</news:title>"
            "</news:news></url>"
            for story in self.shown(80)
            if story.published > self.now - 3
        )
        space = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        news = 'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
        return "application/xml", f"<urlset {space} {news}>{rows}</urlset>".encode()

    def _latest(self) -> tuple[str, bytes]:
        links = "".join(f'<li><a href="{s.path}">{self._title(s)}</a></li>' for s in self.shown(20))
        return "text/html; charset=utf-8", self._page("Latest", f"<ul>{links}</ul>").encode()

    def _title(self, story: Story) -> str:
        chance = random.Random(f"{self.id} {story.number} title")
        about = "Japan and Kyrgyzstan: " if story.is_topic else ""
        return f"{about}{chance.choice(_WHO)} {chance.choice(_DID)} {chance.choice(_WHAT)}, no. {story.number}"

    def _page(self, title: str, body: str) -> str:
        return (
            f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title></head><body>'
            f'<nav><a href="/">Home</a><a href="/latest">Latest</a></nav>{body}<footer><p>The {self.id}</p></footer></body></html>'
        )

    def _article(self, story: Story) -> str:
        chance = random.Random(f"{self.id} {story.number} text")
        about = "The ambassador of Japan met the president of Kyrgyzstan in Bishkek. " if story.is_topic else ""
        parts = []
        for number in range(chance.randint(5, 12)):
            sentences = [
                f"{chance.choice(_WHO)} {chance.choice(_DID)} {chance.choice(_WHAT)} {chance.choice(_WHY)}, "
                f"for {chance.randint(2, 990)} million."
                for _ in range(chance.randint(2, 4))
            ]
            parts.append(f"{about if number == 0 else ''}{' '.join(sentences)}")
        if story.edited is not None and self.now >= story.edited:
            parts.append(
                f"Correction: an earlier version named {chance.choice(_WHAT)} instead of {chance.choice(_WHAT)}."
            )
        date = self._date(story)
        shown = f'<time datetime="{date.isoformat()}">{date:%d %B %Y}</time>' if chance.random() > 0.02 else ""
        if self.has("redesign"):
            # A teaser, and the rest behind a button that a script serves.
            text = f'<div class="card"><span>{self._title(story)}</span><p>{parts[0][:220]}</p></div>'
            return self._page("", text).replace("<title></title>", "")
        paragraphs = "".join(f"<p>{part}</p>" for part in parts)
        if self.has("ticker"):
            rates = random.Random(f"{self.id} {int(self.now * 24)}")
            paragraphs = (
                f"<p>Exchange today: dollar {rates.uniform(84, 90):.2f}, euro {rates.uniform(90, 99):.2f}, and weather "
                f"in the capital {rates.randint(-9, 30)} degrees.</p>{paragraphs}"
            )
        return self._page(self._title(story), f"<article><h1>{self._title(story)}</h1>{shown}{paragraphs}</article>")
