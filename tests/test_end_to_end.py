"""The main job as its user runs it: from the news sites to WARCs and clean JSON, into a folder and into S3."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from base64 import b32encode
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from fastwarc.warc import ArchiveIterator, WarcRecordType
from playwright.sync_api import expect, sync_playwright

from archive.blobs import open_blobs
from archive.http_message import parse_head, payload_of
from archive.records import NOT_MODIFIED_PROFILE
from crawler.demo.content import load_sites
from crawler.demo.server import DemoSites, Served
from pipelines.relevance import may_concern_both
from tests import commands, wacztool, warcs
from tests.replaywebpage import PlayerSite

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.demo.content import DemoArticle
    from tests.s3server import S3Server

GOLD = [article for site in load_sites() for article in site.articles]
ON_TOPIC = {article.path: article for article in GOLD if article.label in ("core", "mention")}
# What the pages carry beside the article; `rates` is the currency ticker, and the day is that of the crawl.
NOISE = re.compile(
    r"[A-Z]{3}/USD|Suggested Articles|Most read|Newsletter|Ulashish|Улашиш|Поделиться|シェア|Share|"
    r"mas’ul emas|масъул эмас|免責"
)
QUICK = ("--robots", "ignore", "--delay", "0.01", "--concurrency", "2")
pytestmark = pytest.mark.xdist_group("end-to-end")


def path_of(url: str) -> str:
    """The path of a URL: what is left when the ports differ."""
    return "/" + url.split("/", 3)[3]


@dataclass(frozen=True)
class Crawl:
    """One crawl: how it ended, and what lies in the store after it."""

    done: commands.Done
    records: list[warcs.Record]
    articles: list[dict[str, Any]]
    dropped: list[dict[str, Any]]
    links: list[dict[str, Any]]
    served: list[Served]

    @property
    def report(self) -> dict[str, Any]:
        """The ledger of the run."""
        return self.done.report


def crawl_args(sites: DemoSites, folder: Path, store: str | Path) -> list[str | Path]:
    """The arguments of a crawl of running demo sites."""
    allowed = [sites.base(site).removeprefix("http://") for site in sites.site_ids]
    return [
        "crawl", "--only-sources", folder, "--store", store, "--json",
        *(part for host in allowed for part in ("--allow-private", host)),
    ]  # fmt: skip


def look(done: commands.Done, store: Path, served: list[Served]) -> Crawl:
    """What a store holds."""
    return Crawl(
        done=done,
        records=warcs.records(store),
        articles=warcs.lines(store, "articles"),
        dropped=warcs.lines(store, "dropped"),
        links=warcs.lines(store, "links"),
        served=served,
    )


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[commands.Done, Path]:
    """`kakehashi demo` on free ports, and its store."""
    store = tmp_path_factory.mktemp("demo") / "data"
    return commands.run("demo", "--free-ports", "--json", "--store", store), store


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[DemoSites, Path]]:
    """The demo sites in this process, at their most awkward, and the folder of their source files."""
    with DemoSites(ports="free", chunked=True) as running:
        folder = tmp_path_factory.mktemp("sources")
        running.write_sources(folder)
        yield running, folder


@pytest.fixture(scope="module")
def history(
    sites: tuple[DemoSites, Path], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Crawl, Crawl, Crawl]:
    """Three crawls into one store: all is new; nothing is; one article was changed by its author."""
    running, folder = sites
    store = tmp_path_factory.mktemp("history") / "data"
    crawls: list[Crawl] = []
    for number in range(3):
        before = len(running.served)
        if number == 2:
            change(running, "demo-magazine", "bricks-of-the-navoi-theatre-exhibition")
        done = commands.run(*crawl_args(running, folder, store), *(QUICK if number else ()))
        crawls.append(look(done, store, running.served[before:]))
    return store, crawls[0], crawls[1], crawls[2]


def change(running: DemoSites, site: str, slug: str) -> None:
    """The author adds a word to the last paragraph of an article."""
    article = next(item for item in running.articles if item.slug == slug)
    shown = running._servers[site].respond.args[0].pages
    page = shown[article.path]
    words = article.paragraphs[-1].encode()
    assert words in page.body
    shown[article.path] = replace(page, body=page.body.replace(words, words + b" Corrected."))


def test_the_demo_ends_well(demo: tuple[commands.Done, Path]) -> None:
    """Exit 0, a ledger that adds up, nothing unfinished, and no word on stderr that a person would not want."""
    done, store = demo

    assert done.code == 0, done.err
    assert done.report["adds_up"]
    assert [] == warcs.unfinished(store)
    assert [] == warcs.torn(store)
    # On a slow machine there is a line of progress now and then.
    assert all("Crawl-delay" in line or "pages/s" in line for line in done.err.splitlines())


def test_exactly_the_articles_on_topic_are_stored(demo: tuple[commands.Done, Path]) -> None:
    """All forty articles on both sides are there once, and no other."""
    stored = [path_of(article["url"]) for article in warcs.lines(demo[1], "articles")]

    assert len(ON_TOPIC) == 40
    assert sorted(ON_TOPIC) == sorted(stored)


@pytest.mark.parametrize("path", sorted(ON_TOPIC))
def test_each_article_says_what_its_author_wrote(demo: tuple[commands.Done, Path], path: str) -> None:
    """The text is the gold paragraphs in order; title and day of publication are right; the noise is gone."""
    article = next(item for item in warcs.lines(demo[1], "articles") if path_of(item["url"]) == path)
    gold = ON_TOPIC[path]

    assert list(gold.paragraphs) == article["text"].split("\n\n")
    assert gold.title == article["title"]
    assert gold.published.date().isoformat() == article["published"][:10]
    assert NOISE.search(article["text"]) is None
    assert not any(bio in article["text"] for bio in gold.author_bio)


def reason_of(item: DemoArticle) -> str:
    """Why an article that is not on topic is dropped."""
    if item.label == "sport":
        return "sport"
    return "off_topic" if may_concern_both(item.title, "\n\n".join(item.paragraphs)) else "one_side"


def test_what_is_dropped_is_off_topic_and_says_so(demo: tuple[commands.Done, Path]) -> None:
    """The other twenty articles are listed with their reason; what names one side at most was dropped at a glance."""
    reasons = {path_of(item["url"]): item["reason"] for item in warcs.lines(demo[1], "dropped")}
    expected = {item.path: reason_of(item) for item in GOLD if item.path not in ON_TOPIC}

    assert expected == reasons


def test_the_ledger_equals_the_files(demo: tuple[commands.Done, Path]) -> None:
    """What the ledger counts as kept and dropped lies in the files, source by source; the ledger itself is stored."""
    done, store = demo
    kept = Counter(article["source"] for article in warcs.lines(store, "articles"))
    dropped = Counter(item["reason"] for item in warcs.lines(store, "dropped"))
    ledgers = done.report["sources"]

    assert {name: ledger["kept"] for name, ledger in ledgers.items()} == kept
    assert sum((Counter(ledger["dropped"]) for ledger in ledgers.values()), Counter()) == dropped
    for ledger in ledgers.values():
        ended = ledger["kept"] + ledger["unchanged"] + sum(ledger["dropped"].values()) + sum(ledger["failed"].values())
        assert ledger["announced"] == ended + ledger["deferred"]
    assert done.report == json.loads(next((store / "runs").glob("*.json")).read_text())


def test_warcio_check_finds_nothing_wrong(demo: tuple[commands.Done, Path]) -> None:
    """The digests of every record are right to other people's software."""
    files = [str(path) for path in (demo[1] / "warc").rglob("*.warc.gz")]
    warcio = Path(sys.executable).with_name("warcio")
    done = subprocess.run([warcio, "check", "-v", *files], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout
    assert "digest pass" in done.stdout
    assert "digest fail" not in done.stdout


def test_fastwarc_reads_every_record(demo: tuple[commands.Done, Path]) -> None:
    """Another reader finds the same records, block digests verified."""
    found: Counter[str] = Counter()
    for path in (demo[1] / "warc").rglob("*.warc.gz"):
        with path.open("rb") as file:
            for record in ArchiveIterator(file, record_types=WarcRecordType.any_type, parse_http=False):
                assert record.record_type is WarcRecordType.warcinfo or record.verify_block_digest()
                found[record.headers["WARC-Type"]] += 1

    assert Counter(record.kind for record in warcs.records(demo[1])) == found
    assert found["response"] == found["request"] == found["metadata"] > 70


def test_provenance_leads_to_the_record(demo: tuple[commands.Done, Path]) -> None:
    """Offset and length cut exactly the record out of the file whose id the article names."""
    store = demo[1]
    for article in warcs.lines(store, "articles"):
        place = article["provenance"]
        with (store / place["warc"]).open("rb") as file:
            file.seek(place["offset"])
            member = store.parent / "member.warc.gz"
            member.write_bytes(file.read(place["length"]))
        (record,) = warcs._records(member)

        assert (place["record_id"], article["url"]) == (record.get("WARC-Record-ID"), record.url)
        assert place["payload_digest"] == record.get("WARC-Payload-Digest")


def test_metadata_names_the_page_that_announced_the_article(demo: tuple[commands.Done, Path]) -> None:
    """From each article one can walk back to the feed, sitemap or listing, by URL and by record."""
    found = warcs.records(demo[1])
    by_id = {record.get("WARC-Record-ID"): record for record in found}
    metadata = {record.url: record for record in found if record.kind == "metadata"}
    counts = set()
    for article in warcs.lines(demo[1], "articles"):
        lines = metadata[article["url"]].block.decode().splitlines()
        announcers = [line.split(" ")[1:] for line in lines if line.startswith("kakehashi-announced-by: ")]
        counts.add(len(announcers))

        assert announcers[0][0] == metadata[article["url"]].facts["via"]
        for url, record_id in announcers:
            assert by_id[record_id].url == url
            assert metadata[url].facts["kakehashi-role"] in ("feed", "sitemap", "listing")
            assert path_of(article["url"]).encode() in payload(by_id[record_id].block)
    assert max(counts) > 1


def payload(block: bytes) -> bytes:
    """The body of a response without its codings."""
    import zlib

    head = parse_head(block)
    body = payload_of(head, block[head.length :])
    return zlib.decompress(body, 31) if head.first("content-encoding") == "gzip" else body


def test_every_response_in_the_archive_is_what_was_served_and_nothing_else(
    history: tuple[Path, Crawl, Crawl, Crawl],
) -> None:
    """Chunks, trailers, gzip, odd headers: the records of the first crawl and the server's own log are equal."""
    first = history[1]
    served = Counter((item.request, item.response) for item in first.served)
    requests = {record.get("WARC-Concurrent-To"): record.block for record in first.records if record.kind == "request"}
    archived = Counter(
        (requests[record.get("WARC-Record-ID")], record.block) for record in first.records if record.kind == "response"
    )

    assert served == archived
    assert [] == [record.url for record in first.records if record.kind == "revisit"]


def test_what_robots_txt_forbids_is_never_asked_for(
    history: tuple[Path, Crawl, Crawl, Crawl], sites: tuple[DemoSites, Path]
) -> None:
    """The pages link to the forbidden folder; the server was never asked for it."""
    assert history[1].served
    assert [] == sites[0].trespasses


def test_a_second_crawl_stores_nothing_twice(history: tuple[Path, Crawl, Crawl, Crawl]) -> None:
    """Each served page is a revisit that names the first record; no article is written again."""
    _, first, second, _ = history
    old = {record.get("WARC-Record-ID"): record for record in first.records}
    new = [record for record in second.records if record.get("WARC-Record-ID") not in old]
    heads = Counter(item.response[: parse_head(item.response).length] for item in second.served)

    assert second.done.code == 0
    assert {"revisit"} == {record.kind for record in new if record.kind in ("response", "revisit")}
    assert heads == Counter(record.block for record in new if record.kind == "revisit")
    for record in (record for record in new if record.kind == "revisit"):
        original = old[record.get("WARC-Refers-To")]
        assert original.kind == "response"
        assert record.get("WARC-Payload-Digest") == original.get("WARC-Payload-Digest") == digest(original.block)
        assert (original.url, original.get("WARC-Date")) == (
            record.get("WARC-Refers-To-Target-URI"),
            record.get("WARC-Refers-To-Date"),
        )
    assert first.articles == second.articles
    assert sum(ledger["unchanged"] for ledger in second.report["sources"].values()) == len(GOLD)
    assert sum(ledger["kept"] for ledger in second.report["sources"].values()) == 0


def test_a_site_that_tags_its_pages_sends_none_of_them_twice(history: tuple[Path, Crawl, Crawl, Crawl]) -> None:
    """The agency answers 304 to the second crawl, its feed included, and still each of its articles is accounted for."""
    _, _, second, _ = history
    answers = {item.target: parse_head(item.response).status for item in second.served if item.site == "demo-agency"}
    unmodified = [
        record for record in second.records
        if record.kind == "revisit" and record.get("WARC-Profile") == NOT_MODIFIED_PROFILE
    ]  # fmt: skip
    ledger = second.report["sources"]["demo-agency"]

    answers.pop("/robots.txt", None)
    assert {304} == set(answers.values())
    assert len(answers) == len(unmodified) > 15
    assert (ledger["announced"], ledger["unchanged"], ledger["problems"]) == (15, 15, [])


def digest(block: bytes) -> str:
    """The payload digest of a response, made without our own writer."""
    head = parse_head(block)
    return "sha1:" + b32encode(hashlib.sha1(payload_of(head, block[head.length :])).digest()).decode()


def test_a_changed_article_is_stored_once_more_as_its_next_version(history: tuple[Path, Crawl, Crawl, Crawl]) -> None:
    """The third crawl keeps one article, and the links call it version 2 and current."""
    _, _, second, third = history
    (article,) = [item for item in third.articles if item not in second.articles]
    linked = [item for item in third.links if item["id"] == article["id"]]

    assert article["text"].endswith(" Corrected.")
    assert sum(ledger["kept"] for ledger in third.report["sources"].values()) == 1
    assert sum(ledger["unchanged"] for ledger in third.report["sources"].values()) == len(GOLD) - 1
    assert [(1, False), (2, True)] == [(item["version"], item["is_current"]) for item in linked]
    assert article["provenance"]["record_id"] == linked[1]["record_id"]


def skeleton(keys: list[str]) -> list[str]:
    """Keys without the names of runs and the times in them."""
    return sorted(re.sub(r"\d{8}T\d{6}Z[0-9a-f]{6}", "RUN", re.sub(r"\d{8}T\d{9}Z", "TIME", key)) for key in keys)


def essence(article: dict[str, Any]) -> dict[str, Any]:
    """An article without what differs between two runs: times, record ids, places."""
    place = {key: article["provenance"][key] for key in ("payload_digest", "software", "rules", "origin")}
    return {**article, "fetched": None, "provenance": place}


def test_the_same_crawl_into_s3_leaves_the_same_files(
    sites: tuple[DemoSites, Path], s3_store_url: str, s3_server: S3Server, tmp_path: Path
) -> None:
    """Keys and articles are equal but for run, times and record ids, and nothing stays in the spool."""
    running, folder = sites
    local, spool = tmp_path / "local", tmp_path / "spool"
    here = commands.run(*crawl_args(running, folder, local), *QUICK)
    there = commands.run(*crawl_args(running, folder, s3_store_url), *QUICK, "--spool", spool, env=s3_server.environ)
    blobs = open_blobs(s3_store_url)
    keys = [info.key for info in blobs.list()]
    remote = [
        json.loads(line) for key in keys if key.startswith("articles/") for line in blobs.get(key).decode().splitlines()
    ]
    own = [path.relative_to(local).as_posix() for path in local.rglob("*") if path.is_file()]

    assert (0, 0) == (here.code, there.code), there.err
    assert skeleton([key for key in own if not key.startswith("state/")]) == skeleton(
        [key for key in keys if not key.startswith("state/")]
    )
    # A machine that comes with an empty disk finds there what is known of each source.
    assert sorted(running.site_ids) == sorted(
        key.removeprefix("state/schedule/").removesuffix(".json") for key in keys if key.startswith("state/schedule/")
    )
    by_url = sorted(map(essence, warcs.lines(local, "articles")), key=lambda item: item["url"])
    assert by_url == sorted(map(essence, remote), key=lambda item: item["url"])
    assert len(remote) == 40
    assert [] == [path for path in spool.rglob("*") if path.is_file() and "state" not in path.parts]
    for article in remote:
        place = article["provenance"]
        member = tmp_path / "member.warc.gz"
        member.write_bytes(blobs.get_range(place["warc"], place["offset"], place["length"]))
        (record,) = warcs._records(member)
        assert place["record_id"] == record.get("WARC-Record-ID")


@pytest.mark.long
def test_an_interrupted_crawl_stops_cleanly_and_the_next_one_goes_on(
    sites: tuple[DemoSites, Path], tmp_path: Path
) -> None:
    """SIGINT: exit 130, every file whole; the same command then fetches what is missing, and no article is there twice."""
    running, folder = sites
    store, before = tmp_path / "data", len(running.served)
    process = commands.start(*crawl_args(running, folder, store), "--robots", "ignore", "--delay", "0.1")
    wait_for(lambda: len(running.served) > before + 30)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    report = json.loads(out)

    assert process.returncode == 130
    assert "interrupted" in err.decode().splitlines()[-1]
    assert "Traceback" not in err.decode()
    assert report["interrupted"]
    assert report["adds_up"]
    assert sum(ledger["deferred"] for ledger in report["sources"].values()) > 0
    assert [] == warcs.unfinished(store)
    assert [] == warcs.torn(store)
    assert 0 < len(warcs.lines(store, "articles")) < 40

    again = commands.run(*crawl_args(running, folder, store), *QUICK)

    assert again.code == 0
    assert sorted(ON_TOPIC) == sorted(path_of(item["url"]) for item in warcs.lines(store, "articles"))


# In CI the folder is for tests/test_kills.py.
@pytest.mark.long
@pytest.mark.parametrize("place", [pytest.param("folder", marks=pytest.mark.long), "s3"])
def test_a_killed_crawl_is_finished_by_the_next_one(
    sites: tuple[DemoSites, Path], tmp_path: Path, place: str, request: pytest.FixtureRequest
) -> None:
    """Killed with -9 in the middle: no finished record is lost, no article is there twice, and in the end all are."""
    running, folder = sites
    spool = tmp_path / "spool"
    environ: dict[str, str] = {}
    store: str | Path = tmp_path / "data"
    if place == "s3":
        store = request.getfixturevalue("s3_store_url")
        environ = request.getfixturevalue("s3_server").environ
    work = Path(store) if place == "folder" else spool
    before = len(running.served)
    process = commands.start(
        *crawl_args(running, folder, store), "--spool", spool, "--robots", "ignore", "--delay", "0.1",
        env=environ, new_session=True,
    )  # fmt: skip
    wait_for(lambda: len(running.served) > before + 40)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    (opened,) = work.rglob("*.open")
    shutil.copy(opened, tmp_path / "torn.warc.gz")
    with opened.open("ab") as file:
        file.write(opened.read_bytes()[:100])  # a record whose writing had just begun
    finished = list(warcs._records(tmp_path / "torn.warc.gz"))

    again = commands.run(*crawl_args(running, folder, store), *QUICK, "--spool", spool, env=environ)
    after = fetch_store(str(store), tmp_path / "after") if place == "s3" else Path(store)

    assert again.code == 0, again.err
    assert again.report["backlog"]["closed"] == 1
    assert again.report["backlog"]["cut_bytes"] == 100
    assert sorted(ON_TOPIC) == sorted(path_of(item["url"]) for item in warcs.lines(after, "articles"))
    assert len(GOLD) - 40 == len(warcs.lines(after, "dropped"))
    kept = {record.get("WARC-Record-ID") for record in warcs.records(after)}
    assert set() == {record.get("WARC-Record-ID") for record in finished} - kept
    assert [] == warcs.torn(after)
    assert [] == warcs.unfinished(work)


def fetch_store(url: str, folder: Path) -> Path:
    """A copy of an S3 store in a folder."""
    blobs = open_blobs(url)
    for info in blobs.list():
        (folder / info.key).parent.mkdir(parents=True, exist_ok=True)
        blobs.download(info.key, folder / info.key)
    return folder


def wait_for(condition: Any, within_s: float = 60) -> None:
    """Return as soon as a condition holds."""
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


def test_a_signed_wacz_of_the_demo_opens_in_replaywebpage(demo: tuple[commands.Done, Path], tmp_path: Path) -> None:
    """`wacz validate` finds nothing wrong, and the player shows an article under its title."""
    key, wacz = tmp_path / "key.pem", tmp_path / "demo.wacz"
    private = ec.generate_private_key(ec.SECP384R1())
    key.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    done = commands.run("export", "wacz", "--store", demo[1], "--sign", key, wacz)
    assert done.code == 0, done.err
    code, said = wacztool.validate(wacz)
    assert code == 0, said
    article = next(item for item in warcs.lines(demo[1], "articles") if item["language"] == "en")

    with PlayerSite(wacz, tmp_path / "site") as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1200, "height": 800})
        page.goto(f"{site.base}/?source={site.base}/archive.wacz#view=pages&url={article['url']}&ts=")
        shown = page.frame_locator("iframe").first
        expect(shown.locator("body")).to_contain_text(article["text"].split("\n\n")[0][:60], timeout=120_000)
        expect(page.locator("body")).to_contain_text(article["title"])
        shown.get_by_role("heading", name=article["title"]).first.scroll_into_view_if_needed()
        page.screenshot(path=tmp_path / "player.png")  # docs/images/replaywebpage.png is one of these
        browser.close()
