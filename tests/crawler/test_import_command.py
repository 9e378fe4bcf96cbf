"""`import` takes other people's WARCs: records unchanged, the same articles as our own capture of the same pages."""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
import signal
import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from archive.blobs import open_blobs
from archive.faults import Fault
from archive.leases import Held, Leases
from crawler.clock import utc_now
from crawler.config import load_catalogue
from crawler.demo.server import DemoSites
from crawler.importing import Importer
from crawler.processing import process_store
from crawler.repairing import repair_store
from pipelines.tally import Tally
from pipelines.verify import verify_store
from tests import commands, foreign, warcs

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines.rules import PageRules

pytestmark = pytest.mark.xdist_group("import")
SAID = (
    "url",
    "canonical_url",
    "id",
    "source",
    "publisher",
    "title",
    "authors",
    "published",
    "language",
    "text",
    "section",
    "tags",
)


@dataclass(frozen=True)
class Captured:
    """Pages as our own capture has them, and as others have."""

    store: Path
    sources: Path
    wget: Path
    warcio: Path
    warcprox: Path

    @property
    def records(self) -> list[warcs.Record]:
        return warcs.records(self.store)

    @property
    def rules(self) -> dict[str, PageRules]:
        return {source.id: source.page_rules() for source in load_catalogue(only_dir=self.sources)}

    @property
    def articles(self) -> list[dict[str, Any]]:
        return said(self.store)


@pytest.fixture(scope="module")
def captured(tmp_path_factory: pytest.TempPathFactory) -> Captured:
    folder = tmp_path_factory.mktemp("import")
    with DemoSites(ports="free", chunked=True) as sites:
        sites.write_sources(folder / "sources")
        on_topic = [page for page in sites.articles if page.label in ("core", "mention")]
        chosen = [page for site in sites.site_ids for page in [page for page in on_topic if page.site == site][:1]]
        urls = [page.url for page in chosen]
        hosts = [argument for site in sites.site_ids for argument in ("--allow-private", sites.base(site)[7:])]
        done = commands.run(
            "capture", *urls, "--store", folder / "data", "--only-sources", folder / "sources", "--delay", "0", *hosts
        )
        assert done.code == 0, done.err
        wget = foreign.by_wget(folder / "by-wget.warc", urls)
        warcio = foreign.by_warcio(folder / "by-warcio.warc.gz", urls)
        warcprox = foreign.by_warcprox(folder / "by-warcprox", urls)
    return Captured(store=folder / "data", sources=folder / "sources", wget=wget, warcio=warcio, warcprox=warcprox)


@dataclass(frozen=True)
class Imported:
    """How an import ended: 1 as exit code when something failed, and the run's ledger."""

    code: int
    report: dict[str, Any]


def import_files(captured: Captured, store: Path | str, *files: Path, origin: str | None = None) -> Imported:
    spool = captured.store.parent / "spool"
    importer = Importer(str(store), spool, rules=captured.rules, origin=origin)
    report = importer.import_all(files)
    return Imported(int(importer.ledger.has_failed), report)


def said(store: Path) -> list[dict[str, Any]]:
    """What the articles of a store say of their pages, in the order of their addresses."""
    return sorted(
        ({name: item[name] for name in SAID} for item in warcs.lines(store, "articles")), key=lambda item: item["url"]
    )


def verified(captured: Captured, store: Path | str, *, is_deep: bool = False) -> set[str]:
    """The kinds of what `verify` says, lint aside; nothing of it may be a fault of ours."""
    deep = captured.rules if is_deep else None
    found = list(verify_store(open_blobs(str(store)), Tally(), deep=deep, processes=2, lints=True))
    assert [str(fault) for fault in found if fault.is_wrong] == []
    return {fault.kind.value for fault in found} - {"lint"}


def test_the_pages_of_every_tool_give_the_articles_of_our_own_capture(captured: Captured, tmp_path: Path) -> None:
    """wget, its style by hand, warcio, warcprox, and HTTP/2 written as 1.1 with revisits, without requests or digests."""
    files = [captured.warcio, captured.warcprox, captured.wget]
    files.append(foreign.packed(tmp_path / "style.warc", foreign.in_wget_style(captured.records), "plain"))
    files.append(foreign.packed(tmp_path / "h2.warc.gz", foreign.as_http2(captured.records), "members"))
    assert len(captured.articles) == 4
    for number, file in enumerate(files):
        store = tmp_path / f"data{number}"
        done = import_files(captured, store, file)

        assert done.code == 0, file
        assert said(store) == captured.articles, file
        assert done.report["adds_up"]
        assert sum(counts["kept"] for counts in done.report["sources"].values()) == 4
        if file.name == "h2.warc.gz":
            assert done.report["captures"]["revisit"] == 4
            assert done.report["revisits_without_original"]["total"] == 0
            verified(captured, store, is_deep=True)


def test_any_packing_and_style_gives_the_articles_of_our_own_capture(captured: Captured, tmp_path: Path) -> None:
    """HTTP/1.0 without digests or ids, not compressed; warcprox' way in zstd; HTTP/2 within a WACZ; each its origin."""
    old = foreign.packed(tmp_path / "old.warc", foreign.as_http10(captured.records), "plain")
    proxy = foreign.packed(tmp_path / "proxy.warc.zst", foreign.in_warcprox_style(captured.records), "zstd")
    modern = foreign.packed(tmp_path / "h2.warc.gz", foreign.as_http2(captured.records), "members")
    done = import_files(captured, tmp_path / "data", old, proxy, foreign.wacz(tmp_path / "crawl.wacz", modern))
    origins = [item["provenance"]["origin"] for item in warcs.lines(tmp_path / "data", "articles")]

    assert done.code == 0
    assert said(tmp_path / "data") == [item for item in captured.articles for _ in range(3)]
    assert Counter(origins) == {"old.warc": 4, "proxy.warc.zst": 4, "h2.warc.gz": 4}


@pytest.mark.long
def test_the_pages_of_warcprox_give_the_articles_of_our_own_capture(tmp_path: Path) -> None:
    """A real one, between a client and the demo sites; then the same pages by our own capture."""
    with DemoSites(ports="free", chunked=True) as sites:
        sites.write_sources(tmp_path / "sources")
        urls = [page.url for page in sites.articles if page.label in ("core", "mention")]
        hosts = [argument for site in sites.site_ids for argument in ("--allow-private", sites.base(site)[7:])]
        places = ("--store", tmp_path / "own", "--only-sources", tmp_path / "sources")
        own = commands.run("capture", *urls, *places, "--delay", "0", *hosts)
        proxied = foreign.by_warcprox(tmp_path / "by-warcprox", urls)
    done = commands.run(
        "import", proxied, "--store", tmp_path / "data", "--only-sources", tmp_path / "sources", "--json"
    )

    assert (own.code, done.code) == (0, 0), done.err
    assert len(said(tmp_path / "own")) > 10
    assert said(tmp_path / "data") == said(tmp_path / "own")
    assert "warcprox" in warcs.lines(tmp_path / "data", "articles")[0]["provenance"]["origin"]


@pytest.mark.parametrize("packing", ["members", "plain", "gzip", "zstd", "zstd-dictionary"])
def test_records_are_kept_byte_for_byte_in_any_packing(captured: Captured, tmp_path: Path, packing: str) -> None:
    """One gzip member a record; a file that came so is stored as it came; the manifest says what came."""
    records = foreign.in_wget_style(captured.records)[:3]
    file = foreign.packed(tmp_path / "other.warc", records, packing)
    done = import_files(captured, tmp_path / "data", file)
    assert done.code == 0
    (path,) = (tmp_path / "data" / "warc").rglob("*.warc.gz")
    (index,) = (tmp_path / "data" / "cdxj").iterdir()
    (manifest,) = (tmp_path / "data" / "manifest").rglob("import-*.json")
    said_of = json.loads(manifest.read_text())["files"][0]["imported"]
    digest = hashlib.sha256(file.read_bytes()).hexdigest()

    assert path.name.startswith("import-")
    assert gzip.decompress(path.read_bytes()) == b"".join(records)
    assert (path.read_bytes() == file.read_bytes()) is (packing == "members")
    assert len(index.read_text().splitlines()) == 1
    assert len(warcs.records(tmp_path / "data")) == len(records)
    assert (said_of["name"], said_of["size"], said_of["sha256"]) == (str(file), file.stat().st_size, digest)
    assert said_of["packing"] == {
        "members": "one gzip member a record", "plain": "not compressed", "gzip": "gzip, many records a member",
    }.get(packing, "zstd")  # fmt: skip


def test_the_origin_is_what_the_warc_says_or_what_was_said(captured: Captured, tmp_path: Path) -> None:
    """Software and operator of the warcinfo, `--origin`, or the name of the file."""
    style = foreign.packed(tmp_path / "style.warc", foreign.in_wget_style(captured.records), "plain")
    bare = foreign.packed(tmp_path / "bare.warc", foreign.as_http2(captured.records), "plain")
    assert import_files(captured, tmp_path / "data", style, bare).code == 0
    assert import_files(captured, tmp_path / "data", captured.warcio, origin="The Library").code == 0
    origins = {item["provenance"]["origin"] for item in warcs.lines(tmp_path / "data", "articles")}

    assert origins == {"Wget/1.21.3 (linux-gnu)", "bare.warc", "The Library"}
    verified(captured, tmp_path / "data")


@pytest.mark.long
def test_a_damaged_tail_costs_its_own_record_alone(captured: Captured, tmp_path: Path) -> None:
    """Exit 1, the fault is listed, the rest is imported, and `verify` calls it a note."""
    for packing in ("members", "plain", "gzip"):
        file = foreign.packed(tmp_path / f"{packing}.warc", foreign.in_wget_style(captured.records), packing)
        file.write_bytes(file.read_bytes()[:-700])
        store = tmp_path / packing
        done = import_files(captured, store, file)

        assert done.code == 1, packing
        assert done.report["files"][0]["damaged"]
        assert done.report["files"][0]["faults_total"] == 1
        assert len(said(store)) == 3
        assert verified(captured, store) == {"damaged"}


def test_damage_in_the_middle_costs_its_own_record_alone(captured: Captured, tmp_path: Path) -> None:
    """What lies behind it is found by the next gzip member."""
    members = [gzip.compress(item) for item in foreign.in_wget_style(captured.records)]
    members[4] = members[4][:-50] + bytes(50)
    (tmp_path / "other.warc.gz").write_bytes(b"".join(members))
    done = import_files(captured, tmp_path / "data", tmp_path / "other.warc.gz")

    assert done.code == 1
    assert len(said(tmp_path / "data")) == 3
    verified(captured, tmp_path / "data")


def test_what_is_no_warc_is_refused_and_the_others_are_imported(captured: Captured, tmp_path: Path) -> None:
    """One line each; nothing of them is in the store."""
    (tmp_path / "empty.warc").touch()
    (tmp_path / "page.html").write_text("<html>")
    (tmp_path / "rubbish.warc.gz").write_bytes(gzip.compress(b"rubbish"))
    (tmp_path / "torn.wacz").write_bytes(b"PK\x03\x04" + bytes(50))
    names = ["empty.warc", "page.html", "rubbish.warc.gz", "torn.wacz"]
    files = [*(tmp_path / name for name in names), captured.warcio]
    done = commands.run("import", *files, "--store", tmp_path / "data", "--only-sources", captured.sources, "--json")

    assert done.code == 1, done.err
    assert [item["state"] for item in done.report["files"]] == [*["refused"] * 4, "imported"]
    assert len(list((tmp_path / "data" / "warc").rglob("*.gz"))) == 1
    assert [] == warcs.unfinished(tmp_path / "data")
    assert commands.run("import", tmp_path / "not-there.warc", "--store", tmp_path / "data").code == 2


def test_a_wacz_gives_each_of_its_warcs_and_nothing_is_imported_twice(captured: Captured, tmp_path: Path) -> None:
    """Known by its bytes, whatever its name, also where it lay within a WACZ."""
    other = foreign.packed(tmp_path / "h2.warc.gz", foreign.as_http2(captured.records), "members")
    first = import_files(captured, tmp_path / "data", foreign.wacz(tmp_path / "crawl.wacz", captured.warcio, other))
    before = {path: path.read_bytes() for path in (tmp_path / "data" / "warc").rglob("*.gz")}
    copy = shutil.copy(other, tmp_path / "copy.warc.gz")
    again = import_files(captured, tmp_path / "data", tmp_path / "crawl.wacz", copy, copy)

    assert (first.code, again.code) == (0, 0)
    assert [item["name"].split("!")[1] for item in first.report["files"]] == [
        "archive/by-warcio.warc.gz",
        "archive/h2.warc.gz",
    ]
    assert [item["state"] for item in again.report["files"]] == ["known"] * 4
    assert {path: path.read_bytes() for path in (tmp_path / "data" / "warc").rglob("*.gz")} == before
    assert len(warcs.lines(tmp_path / "data", "articles")) == 8


def test_a_byte_that_flipped_within_a_wacz_costs_its_record_alone(captured: Captured, tmp_path: Path) -> None:
    """The checksum of the ZIP would cost the whole WARC."""
    file = foreign.wacz(tmp_path / "crawl.wacz", captured.warcio)
    data = bytearray(file.read_bytes())
    data[data.index(captured.warcio.read_bytes()[:10]) + captured.warcio.stat().st_size - 900] ^= 1
    file.write_bytes(data)
    done = import_files(captured, tmp_path / "data", file)

    assert done.code == 1
    assert done.report["files"][0]["damaged"]
    assert len(said(tmp_path / "data")) >= 3


@pytest.mark.long
def test_a_store_with_imports_is_processed_and_mended_like_any_other(captured: Captured, tmp_path: Path) -> None:
    """The articles come again byte for byte; own WARCs beside imported ones of the same pages stay sound."""
    store = tmp_path / "data"
    shutil.copytree(captured.store, store)
    own = next((captured.store / "warc").rglob("*.warc.gz"))
    assert import_files(captured, store, own, captured.warcio).code == 0
    kinds = ("articles", "dropped", "text", "cdxj")
    before = {path: path.read_bytes() for kind in kinds for path in (store / kind).rglob("import-*")}
    for path in before:
        if path.suffix != ".cdxj":
            path.unlink()
    report = process_store(
        str(store), None, rules=captured.rules, since=None, is_dry=False, accepts=False, on_progress=lambda *_: None
    )

    assert (report.derived, report.staged) == (3, None)
    assert {path: path.read_bytes() for path in before} == before
    assert verified(captured, store, is_deep=True) == {"duplicate"}

    for path in before:
        if path.suffix == ".cdxj":
            path.unlink()
        elif path.suffix == ".jsonl":
            path.write_bytes(b"")
    left = list(repair_store(str(store), None, Tally(), rules=captured.rules, is_deep=False))
    assert [str(item) for item in left if isinstance(item, Fault) and item.is_wrong] == []
    assert {path: path.read_bytes() for path in before} == before


def test_a_revisit_without_its_original_is_reported(captured: Captured, tmp_path: Path) -> None:
    """Unless the original is elsewhere in the store; it makes no article either way."""
    records = foreign.as_http2(captured.records)
    revisits = [item for item in records if b"WARC-Type: revisit" in item]
    alone = foreign.packed(tmp_path / "revisits.warc.gz", revisits, "members")
    lonely = import_files(captured, tmp_path / "lonely", alone)
    shutil.copytree(captured.store, tmp_path / "data")
    found = import_files(captured, tmp_path / "data", alone)

    assert (lonely.code, found.code) == (0, 0)
    assert lonely.report["revisits_without_original"]["total"] == len(revisits) == 4
    assert found.report["revisits_without_original"]["total"] == 0
    assert len(warcs.lines(tmp_path / "data", "articles")) == 4
    assert verified(captured, tmp_path / "lonely") == {"revisit"}


def test_pages_that_others_cut_or_never_got_are_told_apart(captured: Captured, tmp_path: Path) -> None:
    """A cut page is dropped with its reason; errors, redirects and other media types are no pages."""
    page = next(item for item in foreign.responses(captured.records))
    body = page.block.split(b"\r\n\r\n", 1)[1]
    html, http = b"Content-Type: text/html\r\n\r\n", [("Content-Type", "application/http; msgtype=response")]

    def answer(url: str, block: bytes, *more: tuple[str, str]) -> bytes:
        fields = [("WARC-Target-URI", url), ("WARC-Date", "2025-08-29T09:00:00Z"), ("WARC-Record-ID", foreign.new_id())]
        return foreign.record("response", [*fields, *http, *more], block)

    made = [
        answer("http://a.example/cut", b"HTTP/1.0 200 OK\r\n" + html + body[:900], ("WARC-Truncated", "length")),
        answer("http://a.example/segment", b"HTTP/1.1 200 OK\r\n" + html + body[:900], ("WARC-Segment-Number", "1")),
        answer("http://a.example/gone", b"HTTP/1.1 404 Not Found\r\n" + html + body),
        answer("http://a.example/moved", b"HTTP/1.1 301 Moved\r\nLocation: /b\r\n\r\n"),
        answer("http://a.example/feed", b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n\r\n<rss/>"),
        foreign.record("continuation", [("WARC-Segment-Number", "2"), ("WARC-Record-ID", foreign.new_id())], b"rest"),
        answer("http://a.example/empty", b"HTTP/2 200\r\n" + html),
    ]
    done = import_files(captured, tmp_path / "data", foreign.packed(tmp_path / "odd.warc", made, "plain"))

    assert done.code == 0
    assert done.report["captures"] == {"not_html": 1, "page": 3, "redirect": 1, "status": 1}
    assert done.report["sources"]["-"]["dropped"] == {"empty": 1, "truncated": 2}
    assert [fault.split(":")[2].strip()[:9] for fault in done.report["files"][0]["faults"]] == ["a record "] * 2
    verified(captured, tmp_path / "data", is_deep=True)


def test_a_store_on_s3(captured: Captured, s3_store_url: str) -> None:
    """The same keys; the spool is empty at the end, and the same file is known there."""
    done = import_files(captured, s3_store_url, captured.warcio)
    again = import_files(captured, s3_store_url, captured.warcio)

    assert (done.code, again.code) == (0, 0), done.err
    assert [item["state"] for item in again.report["files"]] == ["known"]
    kinds = {info.key.split("/")[0] for info in open_blobs(s3_store_url).list("")}
    assert {"warc", "cdxj", "manifest", "articles", "dropped", "text", "links", "runs"} <= kinds
    spool = captured.store.parent / "spool"
    assert [] == [path for kind in kinds - {"state"} for path in spool.glob(f"*/{kind}/**/*.*")]
    verified(captured, s3_store_url)


def test_an_import_that_is_killed_leaves_nothing_half_and_goes_on(captured: Captured, tmp_path: Path) -> None:
    """Killed while its pages are read, and with the manifest alone named; the next one has the articles once."""
    records = foreign.as_http2(captured.records)
    file = foreign.packed(tmp_path / "other.warc.gz", records * 5, "members")
    store = tmp_path / "data"
    process = commands.start("import", file, "--store", store, "--only-sources", captured.sources)
    until = time.monotonic() + 60
    while not list(store.glob("state/pending/*")) and time.monotonic() < until:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert list(store.glob("state/import/*/warc")) != []
    assert [] == list((store / "warc").rglob("*")) if (store / "warc").exists() else True
    orphan = store / "manifest/2026/11/import-20261121T093000000Z-00000-20261121T093000Zabcdef.json"
    orphan.parent.mkdir(parents=True, exist_ok=True)
    key = f"warc/2026/11/{orphan.stem}.warc.gz"
    imported = {"sha256": hashlib.sha256(file.read_bytes()).hexdigest(), "origin": "x"}
    entry = {"key": key, "size": 1, "sha256": "0" * 64, "records": 1, "imported": imported}
    orphan.write_text(json.dumps({"schema_version": 1, "files": [entry]}))
    small = foreign.packed(tmp_path / "small.warc.gz", records, "members")
    done = import_files(captured, store, small)

    assert done.code == 0
    assert not orphan.exists()
    assert said(store) == captured.articles
    assert [] == warcs.unfinished(store)
    assert [] == list((store / "state" / "import").iterdir())
    verified(captured, store)


def test_a_warc_without_articles_gets_them_from_the_next_run(captured: Captured, tmp_path: Path) -> None:
    """As after a kill between the WARC and its articles: the same lines, the origin included."""
    assert import_files(captured, tmp_path / "data", captured.warcio).code == 0
    (path,) = (tmp_path / "data" / "articles").rglob("*.jsonl")
    before = path.read_bytes()
    path.unlink()
    done = import_files(captured, tmp_path / "data", captured.warcio)

    assert done.report["backlog"]["articles"] == 4
    assert done.report["files"][0]["state"] == "known"
    assert path.read_bytes() == before


def test_two_imports_at_once_are_one_too_many(captured: Captured, tmp_path: Path) -> None:
    """Each file is to be taken in once."""
    blobs = open_blobs(str(tmp_path / "data"))
    blobs.check_usable(write=True)
    leases = Leases(blobs, "20261121T093000Zabcdef")
    leases.take(["import"], utc_now())
    with pytest.raises(Held):
        import_files(captured, tmp_path / "data", captured.warcio)
    leases.release()
