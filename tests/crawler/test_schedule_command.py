"""Scheduled crawls as an operator runs them: what is due, by timer or scheduler, on one machine or on none."""

from __future__ import annotations

import json
import os
import shutil
import signal
import tempfile
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from archive.blobs import open_blobs
from tests import commands
from tests.wireserver import Case, WireServer, page, with_length

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

pytestmark = pytest.mark.xdist_group("schedule")
EVERY = '[schedule]\nevery = "1h"\nquiet = []\n'
PAGES = {f"/case/p{number}": Case(message=with_length(page(f"p{number}"))) for number in range(4)}
SLOW = {"/robots.txt": Case(message=with_length(b"User-agent: *\nCrawl-delay: 0.7\n"))}


@dataclass
class Site:
    """A server, its source, and a store; `KAKEHASHI_CLOCK` moves the time of its commands."""

    server: WireServer
    folder: Path
    store: str

    @property
    def args(self) -> list[str]:
        """What every command is told."""
        return [
            "--only-sources", str(self.folder / "sources"), "--store", self.store, "--allow-private", self.server.host_port,
        ]  # fmt: skip

    def crawl(self, *more: str, clock: str = "", **env: str) -> commands.Done:
        """`crawl --due`."""
        environ = {**env, **({"KAKEHASHI_CLOCK": clock} if clock else {})}
        return commands.run("crawl", "--due", *self.args, "--json", *more, env=environ)

    def state(self) -> dict[str, Any]:
        """What is known of the source."""
        return json.loads(open_blobs(self.store).get("state/schedule/site.json"))


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with WireServer(cases=dict(PAGES)) as server:
        server.write_source(tmp_path / "sources", "site", more=EVERY)
        yield Site(server, tmp_path, str(tmp_path / "store"))


@contextmanager
def scheduler(site: Site) -> Iterator[tuple[subprocess.Popen[bytes], list[str]]]:
    """A `schedule run` that does not outlive its test, and what it says, line by line."""
    process = commands.start("schedule", "run", *site.args, new_session=True)
    said: list[str] = []
    reader = threading.Thread(target=lambda: said.extend(map(bytes.decode, iter(process.stderr.readline, b""))))
    reader.start()
    try:
        yield process, said
        reader.join(60)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()


def wait_for(condition, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


def test_crawl_due_crawls_what_is_due_and_nothing_else(site: Site) -> None:
    """At once what nobody looked at; not again before its hour; the moved clock is that of its records, too."""
    first = site.crawl(clock="2026-03-02T10:00:00Z")
    again = site.crawl(clock="2026-03-02T10:30:00Z")
    later = site.crawl(clock="2026-03-02T11:30:00Z")

    assert [first.code, again.code, later.code] == [0, 0, 0], first.err + again.err + later.err
    assert first.report["sources"]["site"]["kept"] == len(PAGES)
    assert first.report["run"].startswith("20260302T1000")
    assert first.report["warcs"][0].startswith("warc/2026/03/")
    assert again.report["sources"] == {}
    assert again.report["next"]["source"] == "site"
    assert again.report["next"]["at"].startswith("2026-03-02T11:0")
    assert later.report["sources"]["site"]["seen"]["new"] == 0
    assert [look[0] for look in site.state()["looks"]] == [first.report["run"], later.report["run"]]
    assert "the clock of this process was moved" in first.err

    shutil.rmtree(site.folder / "store" / "state")  # losing it loses nothing: the ledgers say the same
    listed = commands.run("schedule", "list", *site.args[:4], "--json", env={"KAKEHASHI_CLOCK": "2026-03-02T12:00:00Z"})
    (row,) = json.loads(listed.out)
    assert (row["source"], row["is_due"], row["why"]) == ("site", False, "every 1 h, as its file says")
    assert row["at"].startswith("2026-03-02T12:3")
    assert row["last_run"] == later.report["run"]


def test_of_two_that_begin_at_once_one_works_and_one_ends_with_5(site: Site) -> None:
    """Whichever was first; the other fetches nothing."""
    site.server.cases |= SLOW
    both = [commands.start("crawl", "--due", *site.args) for _ in range(2)]
    codes = sorted(process.wait(150) for process in both)
    said = b"".join(process.communicate()[1] for process in both)

    assert codes == [0, 5], said
    assert b"is held by run" in said
    assert [len(site.server.asked(path)) for path in PAGES] == [1] * len(PAGES)
    assert len(site.state()["looks"]) == 1


@pytest.mark.long
def test_a_crawl_that_is_killed_is_made_up_for(site: Site) -> None:
    """`kill -9` in the middle: still due, done again from where it was, every article once."""
    site.server.cases |= SLOW
    process = commands.start("crawl", "--due", *site.args, new_session=True)
    wait_for(lambda: any(site.server.asked(path) for path in PAGES))
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    site.server.cases.pop("/robots.txt")
    done = site.crawl()

    assert done.code == 0, done.err
    assert done.report["adds_up"]
    listed = commands.run("articles", "--store", site.store)
    urls = [json.loads(line)["url"] for line in listed.out.splitlines()]
    assert sorted(urls) == sorted(site.server.base + path for path in PAGES)


@pytest.mark.long
def test_the_scheduler_crawls_what_is_due_and_ends_with_sigterm(site: Site) -> None:
    """It crawls at once, plans the next look, and on SIGTERM lets a crawl that goes on end as a crawl does: cleanly."""
    site.server.cases |= SLOW
    with scheduler(site) as (process, said):
        wait_for(lambda: any(site.server.asked(path) for path in PAGES))
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0, said
    (key,) = [info.key for info in open_blobs(site.store).list("runs/")]
    assert json.loads(open_blobs(site.store).get(key))["interrupted"]
    assert site.state()["looks"][-1][-1] is False  # not whole: due again

    site.server.cases.pop("/robots.txt")
    with scheduler(site) as (process, said):
        wait_for(lambda: any("site: next at" in line and "as its file says" in line for line in said))
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0, said
    assert len(site.state()["looks"]) == 2
    assert not list(open_blobs(site.store).list("state/leases/"))


def test_a_machine_without_a_disk_finds_its_state_and_leaves_only_data(site: Site, s3_store_url: str) -> None:
    """Each crawl has an empty home and spool: what is known lies in the store, where the lease is taken, too."""
    site.store = s3_store_url
    asked = []
    for number, clock in enumerate(["10:00", "10:30", "11:30"]):
        home = Path(tempfile.mkdtemp(prefix=f"k{number}-"))  # short: sockets lie below it
        before = len(site.server.log)
        environ = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
        done = site.crawl(
            clock=f"2026-03-02T{clock}:00Z", HOME=str(home), XDG_CACHE_HOME=str(home), TMPDIR=str(home), **environ
        )
        assert done.code == 0, done.err
        asked.append(len(site.server.log) - before)
        left = [
            path for path in home.rglob("*") if path.is_file() and path.suffix in (".gz", ".jsonl", ".json", ".open")
        ]
        assert left == []

    assert asked[1] == 0
    assert asked[2] > 0
    folders = {info.key.split("/", 1)[0] for info in open_blobs(s3_store_url).list()}
    assert folders <= {"articles", "cdxj", "dropped", "links", "manifest", "runs", "state", "text", "warc"}
    assert not list(open_blobs(s3_store_url).list("state/leases/"))
    assert len(site.state()["looks"]) == 2


@pytest.mark.long
def test_what_is_odd_is_told_by_the_crawl_that_saw_it(site: Site) -> None:
    """A feed that became a web page, through the whole command: log, state, status, and a command that is run."""
    items = "".join(f"<item><link>{site.server.base}{path}</link></item>" for path in PAGES)
    feed = f'<?xml version="1.0"?><rss version="2.0"><channel>{items}</channel></rss>'.encode()
    site.server.cases["/feed"] = Case(message=with_length(feed))
    entry = f'[[entries]]\ntype = "feed"\nurl = "{site.server.base}/feed"\n'
    site.server.write_source(site.folder / "sources", "site", entries=entry, more=EVERY)
    told = site.folder / "told"
    (site.folder / "alarms.toml").write_text(f'[command]\nrun = ["/bin/sh", "-c", "cat >> {told}"]\n')
    alarms = ("--alarms", str(site.folder / "alarms.toml"))
    assert site.crawl(*alarms, clock="2026-03-02T10:00:00Z").code == 0
    site.server.cases["/feed"] = Case(message=with_length(b"<!doctype html><html><body>Welcome</body></html>"))
    done = site.crawl(*alarms, clock="2026-03-02T12:00:00Z")

    assert done.code == 1
    alarm = json.loads(told.read_text())
    assert (alarm["kind"], alarm["state"], alarm["example"]) == ("feed_is_page", "raised", f"{site.server.base}/feed")
    assert "alarm: site: feed is page: saw" in done.err
    shown = commands.run("status", "--store", site.store, env={"KAKEHASHI_CLOCK": "2026-03-02T13:00:00Z"})
    assert "incident site: feed_is_page since 2026-03-02 12:00Z" in shown.out


@pytest.mark.long
def test_a_server_that_says_304_for_ever_is_found_out(site: Site) -> None:
    """Its feed has one ETag, whatever is in it: within a day the new article is there, and the tag is not used again."""

    def feed(*paths: str) -> Case:
        items = "".join(f"<item><link>{site.server.base}{path}</link></item>" for path in paths)
        body = f'<?xml version="1.0"?><rss version="2.0"><channel>{items}</channel></rss>'.encode()
        return Case(message=with_length(body, b'ETag: "always"'), unmodified=b"HTTP/1.1 304 Not Modified\r\n\r\n")

    entry = f'[[entries]]\ntype = "feed"\nurl = "{site.server.base}/feed"\n'
    site.server.write_source(site.folder / "sources", "site", entries=entry, more=EVERY)
    site.server.cases["/feed"] = feed("/case/p0")
    conditions, new = [], []
    for number, clock in enumerate(["02T10:00", "02T12:00", "03T08:00", "03T10:00"]):
        if number == 1:
            site.server.cases["/feed"] = feed("/case/p1", "/case/p0")
        found = site.crawl(clock=f"2026-03-{clock}:00Z").report["sources"]["site"]
        conditions.append(b"If-None-Match" in site.server.asked("/feed")[-1].request)
        new.append((found["seen"]["new"], found["not_modified"]))

    assert conditions == [False, True, False, False]
    assert new == [(1, 0), (0, 1), (1, 0), (0, 0)]


@pytest.mark.parametrize(
    "schedule",
    ['every = "5m"', 'every = "8d"', "every = 30", 'quiet = ["1-5"]', 'quiet = ["06:00-06:00"]', 'quiet = "01:00-05:00"',
     'often = "1h"'],
)  # fmt: skip
def test_a_schedule_that_makes_no_sense_is_a_wrong_source_file(
    site: Site, schedule: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 3, with file and key."""
    from crawler.__main__ import main

    site.server.write_source(site.folder / "sources", "site", more=f"[schedule]\n{schedule}\n")

    assert main(["schedule", "list", *site.args[:4]]) == 3
    assert f"site.toml: schedule.{schedule.split(' ', maxsplit=1)[0]}" in capsys.readouterr().err
