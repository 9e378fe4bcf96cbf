"""`kakehashi takedown`: hidden from every reader, purged from every file, and nothing else touched, however it ends."""

from __future__ import annotations

import html
import io
import json
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from archive.blobs import LocalBlobs, open_blobs
from archive.coding import decode_content
from archive.player_files import PlayerFiles
from archive.reader import capture_of
from archive.scan import RawRecord, read_records
from crawler.demo.server import DemoSites
from pipelines.changes import sentences_of
from pipelines.gate import codings_of
from pipelines.jsonl import article_to_dict
from pipelines.store import open_store
from pipelines.tally import Tally
from pipelines.verify import verify_store
from reading import Index, Refresher, open_room
from tests import commands
from tests.crawler.conftest import SITE
from tests.wireserver import Case, WireServer, page, with_length

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from archive.blobs import BlobStore
    from tests.crawler.conftest import Crawled

pytestmark = [pytest.mark.xdist_group("crawled")]
REASON = "the publisher asked"


class Kakehashi:
    """A command on a store, in this process; what crawls has one of its own."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, command: str, store: str | Path, *args: str | Path) -> commands.Done:
        if command in ("crawl", "capture", "process"):
            return commands.run(command, "--store", store, *args)
        return commands.run_here(self._capsys, *command.split(), "--store", store, *args)


@pytest.fixture
def kakehashi(capsys: pytest.CaptureFixture[str]) -> Kakehashi:
    """Any command."""
    return Kakehashi(capsys)


def articles(store: str | Path) -> list[dict[str, Any]]:
    """The articles that a store shows."""
    return [article_to_dict(item) for item in open_store(str(store)).articles()]


def faults(store: str | Path) -> list[str]:
    """What verifying a store finds, its formats too."""
    return [str(fault) for fault in verify_store(open_blobs(str(store)), Tally(), lints=True) if fault.is_wrong]


def longest(found: list[dict[str, Any]]) -> dict[str, Any]:
    """The article to be taken down."""
    return max(found, key=lambda item: len(item["text"]))


def everything(blobs: BlobStore) -> Iterator[tuple[str, str]]:
    """All that a store says, records unpacked and bodies decoded, with what it stands in."""
    for info in blobs.list(""):
        data = blobs.get(info.key)
        yield info.key, data.decode("utf-8", "replace")
        if not info.key.endswith(".warc.gz"):
            continue
        for record in read_records(io.BytesIO(data), warc=info.key, size=len(data)):
            assert isinstance(record, RawRecord)
            capture = capture_of(record)
            body = decode_content(capture.payload, codings_of(capture)) if capture and capture.payload else b""
            for part in (record.block, body):
                yield (
                    f"{info.key}#{record.location.offset}",
                    html.unescape(html.unescape(part.decode("utf-8", "replace"))),
                )


def holding(blobs: BlobStore, text: str) -> set[str]:
    """Where a store has a sentence of a text."""
    sentences = [sentence for sentence in sentences_of(text) if len(sentence) > 30]
    assert len(sentences) > 3
    return {
        place
        for place, said in everything(blobs)
        if any(item in said or json.dumps(item)[1:-1] in said for item in sentences)
    }


def test_hidden_from_every_reader_and_sealed(
    kakehashi: Kakehashi, crawled: Crawled, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Articles, history, both exports, replay's index; the bytes stay, and the store is sound."""
    gone = longest(articles(crawled.store))
    warc = crawled.store / crawled.key("warc/")
    before = warc.read_bytes()
    done = kakehashi("takedown", crawled.store, gone["url"], "--reason", REASON)
    again = kakehashi("takedown", crawled.store, gone["id"], "--reason", "other words")
    history = kakehashi("history", crawled.store, gone["url"])
    whole = commands.run_here(capsys, "export", "wacz", "--store", crawled.store, tmp_path / "whole.wacz")
    commands.run_here(capsys, "export", "dataset", "news", "--store", crawled.store, "--out", tmp_path / "news")
    played = PlayerFiles(LocalBlobs(crawled.store), tmp_path, str)
    played.refresh()
    stone = json.loads((crawled.store / "takedowns" / f"{gone['id']}.json").read_text())
    released = "".join(path.read_text() for path in (tmp_path / "news" / "jsonl").rglob("*.jsonl"))

    assert (done.code, again.code, whole.code, faults(crawled.store)) == (0, 0, 0, []), done.err
    assert gone["id"] not in [item["id"] for item in articles(crawled.store)]
    assert gone["title"] not in history.out
    assert gone["url"] not in released
    assert gone["url"] not in (played.indexes / "first.cdxj").read_text()
    assert gone["url"] not in commands.run("extract", tmp_path / "whole.wacz").out
    assert warc.read_bytes() == before
    assert (stone["reason"], stone["purge"], stone["urls"]) == (REASON, None, [gone["url"]])
    assert (crawled.store / "manifest" / "takedowns" / f"{gone['id']}.json").exists()


def test_purged_from_every_file_and_nothing_else_moves(kakehashi: Kakehashi, crawled: Crawled) -> None:
    """Its sentences are nowhere; every other record lies where it lay; `verify` and `process` find nothing odd."""
    found = articles(crawled.store)
    gone = longest(found)
    blobs = LocalBlobs(crawled.store)
    assert len(holding(blobs, gone["text"])) > 2
    done = kakehashi("takedown", crawled.store, gone["url"], "--reason", REASON, "--purge")
    processed = kakehashi("process", crawled.store, "--accept", "--only-sources", crawled.sources)
    warcio = subprocess.run(
        [sys.executable, "-m", "warcio.cli", "check", *map(str, (crawled.store / "warc").rglob("*.gz"))], check=False
    )

    assert done.code == 0, done.err
    assert {place for place in holding(blobs, gone["text"]) if not _is_teaser(place, done.err, blobs)} == set()
    assert faults(crawled.store) == []
    assert "nothing differs" in processed.out
    assert warcio.returncode == 0
    assert articles(crawled.store) == [item for item in found if item["id"] != gone["id"]]


def _is_teaser(place: str, said: str, blobs: BlobStore) -> bool:
    """True for a page that the command named as one that quotes a sentence and stays."""
    key, _, offset = place.partition("#")
    if not offset:
        return False
    data = blobs.get(key)
    records = read_records(io.BytesIO(data), warc=key, size=len(data))
    found = next(item for item in records if isinstance(item, RawRecord) and item.location.offset == int(offset))
    return f"note: {found.field('WARC-Target-URI')} quotes" in said


def typed(body: str, kind: str) -> Case:
    """An answer of a media type."""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body.encode())}\r\n\r\n"
    return Case(message=head.encode() + body.encode())


def told(paragraphs: str, name: str) -> bytes:
    """A page on Japan and Uzbekistan with these paragraphs below its own."""
    return page(name).replace(b"</article>", f"{paragraphs}</article>".encode())


SECRET = (
    "<p>The minister said that «the bridge over the river» will be opened in May — not before.</p>"
    "<p>Engineers <b>from Osaka</b> have worked on its northern end for three years, and on the road to it for two.</p>"
    "<p>It cost forty million dollars, of which the Japanese bank lends the larger part to the railways.</p>"
)
ITEM = (
    f"<item><title>Bridge</title><link>/case/gone</link><content:encoded><![CDATA[{SECRET}]]></content:encoded></item>"
)
CARRIERS = {
    "/case/gone": Case(message=with_length(told(SECRET, "gone"))),
    "/case/other": Case(message=with_length(told(SECRET.split("</p>", maxsplit=1)[0] + "</p>", "other"))),
    "/feed": typed(f'<?xml version="1.0"?><rss version="2.0"><channel>{ITEM}</channel></rss>', "application/rss+xml"),
    "/api": typed(json.dumps({"content": SECRET.replace("—", "&mdash;")}), "application/json"),
}


def test_a_feed_that_carries_the_whole_text_loses_it(kakehashi: Kakehashi, tmp_path: Path) -> None:
    """So do an API's answer, the room's index and a staged generation; a page with one sentence is told of, and stays.

    A feed that brings the text back later is found by what the tombstone keeps when the purge is asked for again.
    """
    store = tmp_path / "data"
    with WireServer(cases=dict(CARRIERS)) as server:
        server.write_source(tmp_path / "sources", "site")
        urls = [f"{server.base}{path}" for path in CARRIERS]
        fetching = ("--only-sources", tmp_path / "sources", "--delay", "0", "--allow-private", server.host_port)
        kakehashi("capture", store, *urls, *fetching)
        blobs = LocalBlobs(store)
        (gone,) = (item for item in articles(store) if item["url"].endswith("/gone"))
        line = json.dumps(gone).encode() + b"\n"
        staged = next(info.key for info in blobs.list("articles/")).replace("/0001/", "/0002/")
        blobs.put_bytes(staged, line)
        open_room(blobs, store / "state")
        Refresher(blobs, Index(store / "state" / "reading.sqlite3")).refresh()
        before = holding(blobs, gone["text"])
        first = kakehashi(
            "takedown", store, gone["url"], "--reason", REASON, "--purge", "--only-sources", tmp_path / "sources"
        )
        left = holding(blobs, gone["text"])
        kakehashi("capture", store, urls[2], *fetching)
        back = holding(blobs, gone["text"])
        kakehashi("takedown", store, gone["url"], "--reason", REASON, "--purge", "--only-sources", tmp_path / "sources")
    stone = json.loads((store / "takedowns" / f"{gone['id']}.json").read_text())

    assert first.code == 0, first.err
    assert {"state/reading.sqlite3", staged} <= before
    assert {_is_teaser(place, first.err, blobs) for place in left if "#" in place} == {True}
    assert {place.split("#")[0].split("/")[0] for place in left} == {"warc", "articles", "text"}
    assert back > left
    assert holding(blobs, gone["text"]) == left
    assert stone["quoted_by"] == [urls[1]]
    assert blobs.get(staged) == b""
    assert faults(store) == []


KILLED = """
import os, signal, sys
from archive.blobs import LocalBlobs
from crawler.__main__ import main
left = int(sys.argv[1])
def counted(real):
    def put(self, key, *args, **more):
        global left
        if not key.startswith("state/"):
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return real(self, key, *args, **more)
    return put
LocalBlobs.put_bytes = counted(LocalBlobs.put_bytes)
LocalBlobs.put_file = counted(LocalBlobs.put_file)
sys.exit(main(sys.argv[2:]))
"""


def test_a_purge_that_is_killed_anywhere_loses_nothing_and_goes_on(
    kakehashi: Kakehashi, crawled: Crawled, proves: bool
) -> None:
    """Killed with 9 before each write of the store in turn: hidden at once, the others whole, finished by the next call."""
    found = articles(crawled.store)
    gone = longest(found)
    others = [item for item in found if item["id"] != gone["id"]]
    command = ["takedown", gone["url"], "--reason", REASON, "--purge", "--store", str(crawled.store)]
    for writes in range(2, 40) if proves else (3, 5, 8):
        done = subprocess.run(
            [sys.executable, "-c", KILLED, str(writes), *command], env=commands.clean_environ(), check=False,
            capture_output=True, timeout=100, cwd=commands.ROOT,
        )  # fmt: skip
        if done.returncode != -signal.SIGKILL:
            break
        assert articles(crawled.store) == others, writes
        assert faults(crawled.store) != [], writes
    finished = kakehashi("takedown", crawled.store, gone["url"], "--reason", REASON, "--purge")

    assert finished.code == 0, finished.err
    assert faults(crawled.store) == []
    assert articles(crawled.store) == others


@pytest.mark.long
def test_on_s3_it_is_purged_too(kakehashi: Kakehashi, made: Crawled, s3_store_url: str) -> None:
    """The same store there, with the same end."""
    blobs, local = open_blobs(s3_store_url), LocalBlobs(made.store)
    for info in local.list(""):
        if not info.key.startswith("state/"):
            blobs.put_file(info.key, local.path(info.key))
    gone = longest(articles(made.store))
    done = kakehashi("takedown", s3_store_url, gone["id"], "--reason", REASON, "--purge")

    assert (done.code, faults(s3_store_url)) == (0, []), done.err
    assert {place for place in holding(blobs, gone["text"]) if not _is_teaser(place, done.err, blobs)} == set()


@pytest.mark.long
def test_a_later_crawl_does_not_bring_it_back(kakehashi: Kakehashi, tmp_path: Path) -> None:
    """Its address is refused and counted; asked for by URL it is not fetched either."""
    with DemoSites(ports="free") as sites:
        sites.write_sources(tmp_path / "sources")
        host = sites.base(SITE).removeprefix("http://")
        fetching = (
            "--only-sources",
            tmp_path / "sources",
            "--delay",
            "0",
            "--allow-private",
            host,
            "--robots",
            "ignore",
        )
        store = tmp_path / "data"
        kakehashi("crawl", store, SITE, "--limit", "4", *fetching)
        gone = articles(store)[0]
        kakehashi("takedown", store, gone["url"], "--reason", REASON, "--purge")
        crawled = kakehashi("crawl", store, SITE, "--json", *fetching)
        captured = kakehashi("capture", store, gone["url"], *fetching)

    assert crawled.report["sources"][SITE]["refused"]["taken_down"] >= 1
    assert crawled.report["sources"][SITE]["adds_up"] is True
    assert captured.code == 1
    assert gone["url"] not in [item["url"] for item in articles(store)]
    assert [place for place in holding(LocalBlobs(store), gone["text"]) if place.startswith("articles/")] == []
    assert faults(store) == []


def test_what_it_refuses(kakehashi: Kakehashi, made: Crawled, tmp_path: Path) -> None:
    """An address that nobody captured, no address, no reason, no store: one line each, with its code."""
    cases = [
        (2, made.store, ("https://nowhere.example/x", "--reason", "r"), "has no article and no capture of it"),
        (2, made.store, ("0123456789abcdef", "--reason", "r"), "has no article and no capture of it"),
        (2, made.store, ("story", "--reason", "r"), "expected an http(s) URL, or an id"),
        (2, made.store, ("https://nowhere.example/x", "--reason", " "), "expected words"),
        (4, tmp_path / "none", ("https://nowhere.example/x", "--reason", "r"), "does not exist"),
    ]
    done = [kakehashi("takedown", store, *args) for _, store, args, _ in cases]

    assert [item.code for item in done] == [code for code, _, _, _ in cases]
    assert [said for item, (_, _, _, said) in zip(done, cases, strict=True) if said not in item.err] == []
    assert [len(item.err.splitlines()) for item in done] == [1] * len(cases)
    assert not (made.store / "takedowns").exists()


def test_while_a_run_goes_on_it_is_refused(kakehashi: Kakehashi, crawled: Crawled) -> None:
    """Exit 5, and no tombstone."""
    gone = articles(crawled.store)[0]
    lease = {"run": "other", "host": "elsewhere", "pid": 1, "until": "2999-01-01T00:00:00+00:00"}
    LocalBlobs(crawled.store).put_bytes("state/leases/somebody.json", json.dumps(lease).encode())
    done = kakehashi("takedown", crawled.store, gone["url"], "--reason", REASON)

    assert (done.code, len(done.err.splitlines())) == (5, 1)
    assert not (crawled.store / "takedowns").exists()
