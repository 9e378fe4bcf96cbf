"""Any Scrapy project is archived by two lines in its settings: seen in fresh projects, run as their users run them."""

from __future__ import annotations

import atexit
import functools
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import pytest

from archive.blobs import open_blobs
from pipelines.tally import Tally
from pipelines.verify import verify_store
from tests import commands, warcs
from tests.wireserver import Case, WireServer, cases, head, page, with_length

ADDON = 'ADDONS = {"crawler.addon.WarcArchive": 500}\nKAKEHASHI_STORE = "./warcs"\n'
SPIDER = '''
import sys
import scrapy

class Cases(scrapy.Spider):
    """Follows every link of a page, and posts a form to each of two of them."""

    name = "cases"
    custom_settings = {
        "DOWNLOAD_DELAY": 0, "CONCURRENT_REQUESTS_PER_DOMAIN": 8, "DOWNLOAD_TIMEOUT": 2, "DOWNLOAD_MAXSIZE": 300_000,
        "RETRY_TIMES": 1, "RETRY_PRIORITY_ADJUST": 0, "RETRY_HTTP_CODES": [500],
        "RETRY_EXCEPTIONS": [],
    }

    async def start(self):
        yield scrapy.Request(self.base + "/")
        if not hasattr(self, "plain"):
            yield scrapy.FormRequest(self.base + "/case/plain", formdata={"q": "Ташкент"}, callback=self.page)
            yield scrapy.Request(self.base + "/case/chunked", method="HEAD", callback=self.page)

    def parse(self, response):
        for link in response.css("a"):
            yield response.follow(link, self.page)

    def page(self, response):
        stored = response.meta.get("kakehashi_stored")
        yield {
            "url": response.url, "status": response.status, "method": response.request.method, "text": response.text,
            "record": stored and stored.record_id,
        }

    def closed(self, reason):
        heavy = {"trafilatura", "pipelines.page", "pipelines.flow", "lxml_html_clean", "pebble"} & set(sys.modules)
        print("loaded", sorted(heavy), "reason", reason)
'''


@functools.cache
def fresh_project() -> Path:
    """What `scrapy startproject` makes; one for all tests, to be copied."""
    folder = Path(tempfile.mkdtemp(prefix="startproject-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    done = commands.run("startproject", "quotes", ".", module="scrapy", cwd=folder)
    assert done.code == 0, done.err
    return folder


in_one_worker = pytest.mark.xdist_group("addon")  # one crawl serves them all


class Project:
    """A fresh `scrapy startproject` in a folder, with one spider."""

    def __init__(self, folder: Path, settings: str = ADDON) -> None:
        shutil.copytree(fresh_project(), folder)
        self.folder = folder
        self.store = folder / "warcs"
        (folder / "quotes" / "spiders" / "cases.py").write_text(SPIDER)
        with (folder / "quotes" / "settings.py").open("a") as file:
            file.write(settings)

    def scrapy(self, *args: str | Path, **options) -> commands.Done:
        return commands.run(*args, module="scrapy", cwd=self.folder, **options)

    def crawl(self, server: WireServer, *args: str, items: str = "items.jsonl") -> commands.Done:
        return self.scrapy("crawl", "cases", "-a", f"base={server.base}", "-O", items, *args)

    def items(self, name: str = "items.jsonl") -> list[dict]:
        return [json.loads(line) for line in (self.folder / name).read_text().splitlines()]

    def ledgers(self) -> list[dict]:
        return [json.loads(path.read_text()) for path in sorted((self.store / "runs").glob("*.json"))]

    def faults(self) -> list[str]:
        return [str(fault) for fault in verify_store(open_blobs(str(self.store)), Tally())]


def small(**more: Case) -> dict[str, Case]:
    """A few pages that are quick to fetch."""
    chosen = {path: case for path, case in cases().items() if path in ("/case/plain", "/case/gzip", "/case/chunked")}
    return {**chosen, **{f"/case/{name}": case for name, case in more.items()}}


@pytest.fixture(scope="module")
def twice(tmp_path_factory):
    """A project that was crawled twice: the project, the server, what it was asked first, the first output."""
    project = Project(tmp_path_factory.mktemp("twice") / "project")
    with WireServer() as server:
        first = project.crawl(server)
        asked = list(server.log)
        second = project.crawl(server, items="second.jsonl")
        assert (first.code, second.code) == (0, 0), first.err + second.err
        yield project, server, asked, first


def of_run(project: Project, number: int) -> list[warcs.Record]:
    names = [Path(key).name for key in project.ledgers()[number]["warcs"]]
    return [record for record in warcs.records(project.store) if record.warc in names]


@in_one_worker
def test_every_byte_of_every_answer_is_archived(twice):
    """Whatever the server did: the records hold what crossed the wire, and say where it was cut."""
    project, server, asked, _ = twice
    records = of_run(project, 0)
    known = cases()

    blocks = {
        record.url: record.block
        for record in records
        if record.kind == "response" and record.url.startswith(server.base + "/case/")
    }
    truncated = {record.url: record.get("WARC-Truncated") for record in records if record.kind == "response"}
    posted = (server.base + "/case/plain", server.base + "/case/chunked")
    for path, case in known.items():
        url = server.base + path
        if url not in posted and path not in ("/case/too-large", "/case/too-many-chunks"):
            assert blocks[url] == case.message, path
        assert truncated[url] == case.truncated, path
    sent = Counter(record.block for record in records if record.kind == "request")
    for item in asked:
        assert any(block.startswith(item.request) for block in sent), item.path
    assert sum(sent.values()) == len(asked)


@in_one_worker
def test_the_spider_sees_what_it_saw_before(twice):
    """Every item of a crawl without the add-on, as it was; more only of answers that stock Scrapy gives up on."""
    project, server, _, _ = twice

    without = project.crawl(server, "-s", "ADDONS={}", items="without.jsonl")
    assert without.code == 0, without.err
    assert len(project.ledgers()) == 2

    def seen(name):
        return sorted((item["url"], item["method"], item["status"], item["text"]) for item in project.items(name))

    before, after = seen("without.jsonl"), seen("items.jsonl")
    more = {item[0].removeprefix(server.base) for item in after if item not in before}
    assert [item for item in before if item not in after] == []
    assert len(after) == len(before) + len(more)
    assert "/case/long-line" in more
    assert [path for path in more if cases()[path].truncated is not None] == []
    assert seen("second.jsonl") == seen("items.jsonl")


@in_one_worker
def test_each_item_can_name_its_record(twice):
    """The record in a response's meta is the one that holds its bytes."""
    project, _, _, _ = twice
    records = {record.get("WARC-Record-ID"): record for record in of_run(project, 0)}

    for item in project.items():
        assert records[item["record"]].url == item["url"]


@in_one_worker
def test_what_is_known_becomes_a_revisit_and_a_form_never_does(twice):
    """The second run refers to the first; the answer to a POST stays whole, and no GET refers to it."""
    project, server, _, _ = twice
    first, second = of_run(project, 0), of_run(project, 1)
    whole = {record.get("WARC-Record-ID"): record for record in first}
    method_of = {
        record.get("WARC-Concurrent-To"): record.block.split(b" ")[0]
        for record in first + second
        if record.kind == "request"
    }
    revisits = [record for record in first + second if record.kind == "revisit"]

    assert f"{server.base}/case/gzip" in [record.url for record in second if record.kind == "revisit"]
    for record in revisits:
        original = whole[record.get("WARC-Refers-To")]
        assert (original.kind, original.url) == ("response", record.url)
        assert method_of[original.get("WARC-Record-ID")] == b"GET"
        assert method_of[record.get("WARC-Record-ID")] == b"GET"
    plain = [
        record.kind
        for record in second
        if record.url == f"{server.base}/case/plain" and record.kind in ("response", "revisit")
    ]
    assert sorted(plain) == ["response", "revisit"]


@in_one_worker
def test_the_index_tells_a_form_from_its_page(twice):
    """A POST is filed under its method and body; `verify` finds nothing wrong."""
    project, _, _, _ = twice

    lines = [line for path in (project.store / "cdxj").iterdir() for line in path.read_text().splitlines()]
    keys = [line.split(" ", 1)[0] for line in lines if ")/case/plain" in line]
    assert sum("__wb_method=post&q=" in key for key in keys) == 2
    assert project.faults() == []


@in_one_worker
def test_the_request_record_holds_the_form(twice):
    """Body included."""
    project, _, _, _ = twice

    posts = [record for record in of_run(project, 0) if record.kind == "request" and record.block.startswith(b"POST")]
    assert [record.block.endswith(b"\r\n\r\nq=%D0%A2%D0%B0%D1%88%D0%BA%D0%B5%D0%BD%D1%82") for record in posts] == [
        True
    ]


@in_one_worker
def test_metadata_says_how_a_page_was_found(twice):
    """Referer, redirects and depth; robots.txt alone is called robots."""
    project, server, _, _ = twice
    facts = {}
    for record in of_run(project, 0):
        if record.kind == "metadata":
            facts.setdefault(record.url.removeprefix(server.base), record.facts)

    assert facts["/robots.txt"]["kakehashi-role"] == "robots"
    assert facts["/robots.txt"]["hopsFromSeed"] == "P"
    assert [path for path, fields in facts.items() if "kakehashi-role" in fields] == ["/robots.txt"]
    assert facts["/"].get("hopsFromSeed", "") == ""
    assert (facts["/case/gzip"]["via"], facts["/case/gzip"]["hopsFromSeed"]) == (f"{server.base}/", "L")
    hop = facts["/case/hop-3"]
    assert (hop["via"], hop["hopsFromSeed"]) == (f"{server.base}/case/hop-2", "LRR")
    assert facts["/case/gzip"]["kakehashi-spider"] == "cases"
    assert facts["/case/short"]["kakehashi-error"].startswith("ResponseDataLossError")


@in_one_worker
def test_it_archives_and_does_nothing_else(twice):
    """No articles, no state that counts, no page stage in memory; the ledger says what came."""
    project, _, asked, first = twice

    assert sorted(path.name for path in project.store.iterdir()) == ["cdxj", "manifest", "runs", "state", "warc"]
    assert warcs.unfinished(project.store) == []
    assert "loaded [] reason finished" in first.out
    ledger = project.ledgers()[0]
    assert ledger["captures"]["responses"] + ledger["captures"]["revisits"] == len(asked)
    assert ledger["captures"]["truncated"] == sum(
        record.kind == "response" and record.get("WARC-Truncated") is not None for record in of_run(project, 0)
    )
    assert (ledger["command"], ledger["finish_reason"], ledger["adds_up"]) == ("scrapy cases", "finished", True)


@in_one_worker
def test_list_and_shell_go_on_working(twice):
    """Neither is a crawl: nothing is archived."""
    project, server, _, _ = twice
    before = len(project.ledgers())

    listed = project.scrapy("list")
    shell = project.scrapy("shell", f"{server.base}/case/gzip", "-c", "response.status, len(response.text)")

    assert listed.out.split() == ["cases"]
    assert f"(200, {len(page('gzip'))})" in shell.out, shell.err
    assert "nothing is archived" in shell.err
    assert len(project.ledgers()) == before
    assert warcs.unfinished(project.store) == []


SCRIPT = """
import asyncio, sys
from scrapy import Request, Spider
from scrapy.crawler import CrawlerProcess
from scrapy.utils.project import get_project_settings

class One(Spider):
    name = "one"
    custom_settings = {"HTTPCACHE_ENABLED": True, "HTTPCACHE_DIR": "cache", "DOWNLOAD_DELAY": 0}

    async def start(self):
        yield Request(sys.argv[1] + "/case/plain")
        yield Request("file://" + sys.argv[2])

    def parse(self, response):
        print(self.name, response.url, response.status, "cached" in response.flags, response.meta.get("kakehashi_stored") is not None)

class Two(One):
    name = "two"
    custom_settings = {"DOWNLOAD_DELAY": 0}

process = CrawlerProcess(get_project_settings())
process.crawl(One)
process.crawl(Two)
process.start()
"""  # fmt: skip


@pytest.mark.long
def test_several_spiders_in_one_process(tmp_path):
    """Each has a run and a WARC of its own; what comes from a cache or a file is no exchange."""
    project = Project(tmp_path / "project")
    script = project.folder / "both.py"
    script.write_text(SCRIPT)
    with WireServer(cases=small()) as server:
        out = []
        for _ in range(2):
            command = [sys.executable, str(script), server.base, str(script)]
            done = subprocess.run(
                command, cwd=project.folder, env=commands.clean_environ(), capture_output=True, timeout=60, check=False
            )
            assert done.returncode == 0, done.stderr.decode()
            out.append(sorted(done.stdout.decode().splitlines()))

    plain, own = f"{server.base}/case/plain", f"file://{script}"
    assert out[0] == [
        f"one {own} 200 False False",
        f"one {plain} 200 False True",
        f"two {own} 200 False False",
        f"two {plain} 200 False True",
    ]
    assert f"one {plain} 200 True False" in out[1]
    runs = Counter(ledger["command"] for ledger in project.ledgers())
    assert runs == {"scrapy one": 2, "scrapy two": 2}
    urls = Counter(record.url for record in warcs.records(project.store) if record.kind in ("response", "revisit"))
    assert urls[plain] == 3
    assert set(urls) == {plain, f"{server.base}/robots.txt"}
    assert project.faults() == []


RUNNER = """
import asyncio, sys
from scrapy import Request, Spider
from scrapy.utils.reactor import install_reactor
install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.utils.defer import deferred_f_from_coro_f
from twisted.internet.task import react

class One(Spider):
    name = "one"

    async def start(self):
        yield Request(sys.argv[1] + "/case/plain")

    def parse(self, response):
        pass

async def main(store):
    runner = AsyncCrawlerRunner({"ADDONS": {"crawler.addon.WarcArchive": 1}, "KAKEHASHI_STORE": store})
    await runner.crawl(One)

react(deferred_f_from_coro_f(lambda _, store: main(store)), sys.argv[2:])
"""


def test_a_runner_in_a_script_of_ones_own(tmp_path):
    """Without any project; and the error of a store that cannot be used comes to whoever awaits the crawl."""
    (tmp_path / "run.py").write_text(RUNNER)
    (tmp_path / "file").write_text("in the way")
    with WireServer(cases=small()) as server:
        done, refused = (
            subprocess.run(
                [sys.executable, "run.py", server.base, store],
                cwd=tmp_path, env=commands.clean_environ(), capture_output=True, timeout=60, check=False,
            )
            for store in ("warcs", "file")
        )  # fmt: skip

    assert done.returncode == 0, done.stderr.decode()
    assert [record.kind for record in warcs.records(tmp_path / "warcs")] == [
        "warcinfo",
        "response",
        "request",
        "metadata",
    ]
    assert refused.returncode == 1
    assert "StoreNotUsable" in refused.stderr.decode()
    assert len(server.asked("/case/plain")) == 1


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        ('ADDONS = {"crawler.addon.WarcArchive": 500}\n', "KAKEHASHI_STORE is None: expected a folder or s3://bucket/prefix"),
        (ADDON.replace("./warcs", "ftp://host/x"), "ftp://host/x"),
        (
            ADDON + 'DOWNLOAD_HANDLERS = {"https": "scrapy.core.downloader.handlers.http11.HTTP11DownloadHandler"}\n',
            "DOWNLOAD_HANDLERS has scrapy.core.downloader.handlers.http11.HTTP11DownloadHandler for https",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_archived_is_not_crawled(tmp_path, settings, line):
    """One line of error, exit code 1, and not one request."""
    project = Project(tmp_path / "project", settings)
    with WireServer(cases=small()) as server:
        done = project.crawl(server)

    said = [text for text in done.err.splitlines() if "crawler.addon] ERROR" in text]
    assert done.code == 1
    assert len(said) == 1
    assert line in said[0]
    assert server.log == []


@pytest.mark.long
def test_a_full_disk_ends_the_crawl(tmp_path):
    """The spider is closed for it, the process fails, what came before is whole, and the next run goes on."""
    project = Project(tmp_path / "project")
    pages = {f"/case/p{number}": Case(message=with_length(os.urandom(20_000))) for number in range(40)}
    with WireServer(cases=pages) as server:
        limited = f"ulimit -f 200; exec {sys.executable} -m scrapy crawl cases -a plain=1 -a base={server.base}"
        limited += " -s CONCURRENT_REQUESTS_PER_DOMAIN=1"
        done = subprocess.run(
            ["bash", "-c", limited], cwd=project.folder, env=commands.clean_environ(), capture_output=True, timeout=60, check=False
        )  # fmt: skip
        fetched = len(server.log)
        again = project.crawl(server)
        assert again.code == 0, again.err

    log = done.stderr.decode()
    assert done.returncode == 1
    assert "'finish_reason': 'store_not_usable'" in log
    assert len([line for line in log.splitlines() if "crawler.addon] ERROR" in line]) == 1
    assert fetched < len(pages)
    first, second = project.ledgers()
    assert first["captures"]["not_archived"] > 0
    assert first["finish_reason"] == "store_not_usable"
    assert second["backlog"]["closed"] == 1
    assert second["captures"]["revisits"] == first["captures"]["responses"]
    assert project.faults() == []


def test_a_killed_crawl_loses_nothing_that_was_written(tmp_path):
    """The next crawl closes the WARC, indexes it, and refers to what is in it."""
    project = Project(tmp_path / "project")
    stall = Case(message=head(b"Content-Length: 5000") + b"x", ending="stall", truncated="time")
    with WireServer(cases=small(stall=stall)) as server:
        process = commands.start(
            "crawl",
            "cases",
            "-a",
            f"base={server.base}",
            "-a",
            "plain=1",
            "-s",
            "DOWNLOAD_TIMEOUT=60",
            module="scrapy",
            cwd=project.folder,
        )
        deadline = time.monotonic() + 30
        while len(server.log) < 6 and time.monotonic() < deadline:
            time.sleep(0.05)
        time.sleep(0.5)
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=30)
        assert len(warcs.unfinished(project.store)) == 2
        again = project.crawl(server, "-a", "plain=1")
        assert again.code == 0, again.err

    (ledger,) = project.ledgers()
    assert ledger["backlog"]["closed"] == 1
    assert ledger["captures"]["revisits"] == 5
    assert project.faults() == []


def test_a_store_on_s3_and_a_spider_without_a_project(tmp_path, s3_store_url, s3_server):
    """WARC, index, manifest and ledger go up, and nothing stays in the spool; `runspider` needs one file alone."""
    (tmp_path / "cases.py").write_text(SPIDER)
    settings = ('ADDONS={"crawler.addon.WarcArchive": 1}', f"KAKEHASHI_STORE={s3_store_url}", "KAKEHASHI_SPOOL=./spool")
    options = [part for setting in settings for part in ("-s", setting)]
    with WireServer(cases=small()) as server:
        for _ in range(2):
            done = commands.run(
                "runspider", "cases.py", "-a", f"base={server.base}", *options, module="scrapy", cwd=tmp_path,
                env=s3_server.environ,
            )  # fmt: skip
            assert done.code == 0, done.err

    left = [path for path in (tmp_path / "spool").rglob("*") if path.is_file() and "state" not in path.parts]
    assert left == []
    # The page that links, and the three pages; the POST and the HEAD are kept whole.
    assert "responses 2, revisits 4" in done.err
    assert [str(fault) for fault in verify_store(open_blobs(s3_store_url), Tally())] == []
