"""Articles that nobody announces any more are looked at again an hour, a day, a week and a month after the first time."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from archive.blobs import LocalBlobs
from archive.known import KnownCaptures
from archive.looks import Due, look_row
from crawler.ledger import SourceLedger
from crawler.revisits import AGES, take_due
from tests import commands
from tests.crawler.test_scope import SOURCE
from tests.wireserver import Case, WireServer, head, page, with_length

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.xdist_group("revisits")
BEGAN = dt.datetime(2026, 11, 21, 9, 30, tzinfo=dt.UTC)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
FEED = '[[entries]]\ntype = "feed"\nurl = "{base}/feed"\n'
OFF_TOPIC = page("cheese").replace(b"Japan", b"Norway").replace(b"Tokyo", b"Oslo").replace(b"Osaka", b"Bergen")


def feed_of(base: str, *paths: str) -> Case:
    """A feed that announces paths."""
    items = "".join(f"<item><title>t</title><link>{base}{path}</link></item>" for path in paths)
    return Case(message=with_length(f'<rss version="2.0"><channel><title>f</title>{items}</channel></rss>'.encode()))


@dataclass
class Played:
    """A site crawled at several times: the paths asked for each time, and the ledgers."""

    server: WireServer
    store: Path
    asked: list[list[str]] = field(default_factory=list)
    ledgers: list[dict[str, Any]] = field(default_factory=list)

    def crawl(self, after: dt.timedelta, *args: str) -> None:
        """Crawl so long after the first time."""
        begins_at = len(self.server.log)
        done = commands.run(
            "crawl", "--only-sources", self.store.parent / "sources", "--store", self.store, "--json",
            "--allow-private", self.server.host_port, *args,
            env={"KAKEHASHI_CLOCK": (BEGAN + after).isoformat()},
        )  # fmt: skip
        assert done.code in (0, 1), done.err
        paths = (item.path for item in self.server.log[begins_at:])
        self.asked.append(sorted(path for path in paths if path.startswith("/case/")))
        self.ledgers.append(done.report["sources"]["site"])

    def steps(self, path: str) -> list[tuple[int | None, int, int]]:
        """What `history` says of a page: version, status and looks of each step."""
        done = commands.run("history", self.server.base + path, "--store", self.store, "--json")
        return [(step["version"], step["status"], step["captures"]) for step in json.loads(done.out)["steps"]]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """Three articles and an off-topic page, announced once; then one is edited, one is taken down."""
    folder = tmp_path_factory.mktemp("revisits")
    paths = ("/case/edited", "/case/gone", "/case/same", "/case/off")
    cases = {path: Case(message=with_length(page(path.rsplit("/", 1)[-1]))) for path in paths[:3]}
    cases["/case/off"] = Case(message=with_length(OFF_TOPIC))
    with WireServer(cases=cases) as server:
        server.write_source(folder / "sources", "site", entries=FEED.format(base=server.base))
        site = Played(server, folder / "store")
        cases["/feed"] = feed_of(server.base, *paths)
        site.crawl(dt.timedelta())
        cases["/feed"] = feed_of(server.base)
        edited = page("edited").replace(b"three years", b"four years")
        cases["/case/edited"] = Case(message=with_length(edited))
        site.crawl(2 * HOUR)
        site.crawl(3 * HOUR)
        cases["/case/gone"] = Case(message=head(b"Content-Length: 0", status=b"HTTP/1.1 410 Gone"))
        site.crawl(1.5 * DAY)
        yield site


def test_each_age_is_one_more_look(played: Played) -> None:
    """One after an hour, none again until a day has gone by; what is off topic is left alone."""
    articles = ["/case/edited", "/case/gone", "/case/same"]

    assert [*articles[:2], "/case/off", "/case/same"] == played.asked[0]
    assert [articles, [], articles] == played.asked[1:4]


def test_the_ledger_counts_them_and_adds_up(played: Played) -> None:
    assert [0, 3, 0, 3] == [ledger["revisited"] for ledger in played.ledgers]
    assert [4, 3, 0, 3] == [ledger["announced"] for ledger in played.ledgers]
    assert all(ledger["adds_up"] for ledger in played.ledgers)


def test_what_changed_and_what_is_gone_is_seen(played: Played) -> None:
    """The edit made within two hours is version 2, and the page that was taken down has its end."""
    assert [(1, 200, 1), (2, 200)] == [played.steps("/case/edited")[0], played.steps("/case/edited")[1][:2]]
    assert (None, 410, 1) == played.steps("/case/gone")[-1]
    assert [1] == [version for version, _, _ in played.steps("/case/same")]


@pytest.mark.parametrize(
    ("age", "last", "is_due"),
    [
        (0.9 * HOUR, 0 * HOUR, False),
        (1.1 * HOUR, 0 * HOUR, True),
        (23 * HOUR, 1.1 * HOUR, False),
        (25 * HOUR, 23 * HOUR, True),
        (25 * HOUR, 24.5 * HOUR, False),
        (31 * DAY, 8 * DAY, True),
        (59 * DAY, 31 * DAY, False),
        (61 * DAY, 8 * DAY, False),
    ],
)
def test_due_is_what_reached_an_age_since_the_last_look(tmp_path: Path, age, last, is_due) -> None:
    host = "example.org"
    known = KnownCaptures(tmp_path / "captures.sqlite")
    known._fresh_looks = [
        (f"https://{host}/a", 200, BEGAN, "w.warc.gz"), (f"https://{host}/a", 304, BEGAN + last, None),
        (f"https://{host}.uk/a", 200, BEGAN, "w.warc.gz"), (f"https://{host}:8080/a", 200, BEGAN, "w.warc.gz"),
    ]  # fmt: skip
    known._fresh_looks = [row for look in known._fresh_looks if (row := look_row(*look))]
    known.commit("cdxj/a.cdxj", 1)

    found = known.due(host, AGES, BEGAN + age)

    assert [page.url for page in found] == [f"https://{host}/a"] * is_due


def test_it_is_read_off_the_store_alone(played: Played, tmp_path: Path) -> None:
    """A machine without state finds the same pages due."""
    host, now = played.server.host_port, BEGAN + 40 * DAY
    here = KnownCaptures(played.store / "state" / "captures.sqlite")
    anew = KnownCaptures(tmp_path / "captures.sqlite")
    anew.sync(LocalBlobs(played.store))
    found = anew.due(host, AGES, now)

    assert found
    assert here.due(host, AGES, now) == found
    assert anew.due(host, AGES, BEGAN + 61 * DAY) == []


def test_a_run_takes_the_latest_and_no_more_than_its_limit() -> None:
    """What was announced is taken already; a page that the source no longer wants, or of another day, is left out."""
    ledger, host = SourceLedger(source="site"), SOURCE.scope.hosts[0]
    names = ("a", "b", "c", "d", "e")
    due = [Due(f"https://{host}/news/{name}", BEGAN - index * DAY, "w") for index, name in enumerate(names)]
    ledger.announce(due[0].url)

    taken = take_due(due, SOURCE, ledger, count=2, is_wanted=lambda day: day != (BEGAN - DAY).date())

    assert taken == [due[2].url, due[3].url]
    assert (ledger.revisited, ledger.announced) == (2, 3)


def test_a_server_error_is_no_look() -> None:
    assert look_row("https://example.org/a", 503, BEGAN, "w.warc.gz") is None
    assert look_row("https://example.org/a", 429, BEGAN, None) is None
    assert look_row("https://example.org/a", 404, BEGAN, "w.warc.gz") == (
        "https://example.org/a", None, int(BEGAN.timestamp()), None,
    )  # fmt: skip
