"""Pages with `requisites = true`: their parts are fetched as politely as the pages, once, and a replayed page shows them."""

from __future__ import annotations

import gzip
import json
import zipfile
import zlib
from struct import pack
from typing import TYPE_CHECKING, Any

import pytest

from archive.blobs import LocalBlobs
from archive.line_sort import LineSorter
from archive.lookup import captures_of
from pipelines.page_parts import add_parts, places_of
from tests import commands, warcs
from tests.pywbserver import Pywb
from tests.wireserver import Case, WireServer, page, with_length

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.xdist_group("requisites"), pytest.mark.timeout(600)]
STYLE = b"Content-Type: text/css"


def picture(red: int) -> bytes:
    """A PNG of one colour, three points wide."""
    lines = (b"\0" + bytes([red, 0, 0]) * 3) * 3
    parts = ((b"IHDR", pack(">IIBBBBB", 3, 3, 8, 2, 0, 0, 0)), (b"IDAT", zlib.compress(lines)), (b"IEND", b""))
    chunks = (pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data)) for kind, data in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def answer(body: bytes, kind: bytes) -> Case:
    """An answer with a body of a kind."""
    return Case(message=b"HTTP/1.1 200 OK\r\n%b\r\nContent-Length: %d\r\n\r\n%b" % (kind, len(body), body))


def styled(name: str) -> bytes:
    """An article that needs a style, pictures and a script, some of which it shall not get."""
    above = b'<link rel="stylesheet" href="/css/main.css"><script src="/s.js"></script></head>'
    below = (
        b'<p><img id="i" src="/i.png" srcset="/i2.png 2x"><img src="/private/i.png"><img src="/none.png">'
        b'<img src="http://mc.yandex.ru/watch/1"></p></article>'
    )
    return page(name).replace(b"</head>", above).replace(b"</article>", below)


PARTS = {
    "/css/main.css": answer(b'@import "deep.css"; h1 { color: rgb(1, 2, 3) }', STYLE),
    "/css/deep.css": answer(b"h1 { background: url(../bg.png) }", STYLE),
    "/s.js": answer(b"document.documentElement.dataset.ran = 'yes'", b"Content-Type: text/javascript"),
    **{f"/{name}.png": answer(picture(red), b"Content-Type: image/png") for red, name in enumerate(["i", "i2", "bg"])},
    "/private/i.png": answer(picture(9), b"Content-Type: image/png"),
    "/none.png": Case(message=with_length(b"none", status=b"HTTP/1.1 404 Not Found")),
    "/robots.txt": answer(b"User-agent: *\nDisallow: /private/\n", b"Content-Type: text/plain"),
}
CASES = {
    "/case/one": Case(message=with_length(styled("one"))),
    "/case/two": Case(message=with_length(styled("two"))),
    # An article on neither side of the world: dropped, and its picture is nobody's.
    "/case/off": Case(
        message=with_length(b"<html><title>t</title><p>" + b"Rain in Chile. " * 30 + b"<img src=/off.png>")
    ),
}


def crawl(server: WireServer, folder: Path) -> dict[str, Any]:
    """The ledger of a crawl of both pages."""
    links = b"".join(b'<a href="%s">x</a>' % path.encode() for path in CASES)
    server.cases["/"] = Case(message=with_length(links))
    path = server.write_source(folder / "sources", "site")
    path.write_text(f"requisites = true\n{path.read_text()}")
    done = commands.run(
        "-q", "crawl", "--only-sources", folder / "sources", "--store", folder / "store", "--json",
        "--allow-private", server.host_port,
    )  # fmt: skip
    assert done.code == 0, done.err + done.out
    return done.report["sources"]["site"]


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, list[dict[str, Any]], list[list[str]]]:
    """Two crawls of one site, the second with one page more: the store, the site, the ledgers, and what was asked for."""
    folder = tmp_path_factory.mktemp("requisites")
    ledgers, asked = [], []
    with WireServer(cases=CASES | PARTS) as server:
        for number in range(2):
            before = len(server.log)
            ledgers.append(crawl(server, folder))
            asked.append([item.path for item in server.log[before:]])
            server.cases["/case/two"] = Case(message=with_length(styled(f"three{number}")))
        return folder / "store", server.base, ledgers, asked


def test_each_part_is_asked_for_once_and_counted_apart(crawled: Any) -> None:
    """Never as an article; robots.txt holds for them too; what is not there has failed, and no page with it."""
    _, _, ledgers, asked = crawled

    first, second = ledgers
    assert (3, 2, {"one_side": 1}, {}) == (first["announced"], first["kept"], first["dropped"], first["failed"])
    assert first["requisites"] == {
        "announced": 8, "stored": 6, "failed": 1, "robots": 1, "deferred": 0, "refused_tracker": 1,
    }  # fmt: skip
    parts = sorted(path for path in asked[0] if path in PARTS and path != "/robots.txt")
    assert parts == sorted(set(PARTS) - {"/robots.txt", "/private/i.png"})
    assert second["kept"] == 1
    assert {"known": 4, "failed": 1, "robots": 1}.items() <= second["requisites"].items()
    assert not {"/i.png", "/css/main.css", "/s.js", "/private/i.png", "/off.png"} & set(asked[1])


def test_the_records_say_whose_part_each_is(crawled: Any) -> None:
    """The metadata names page and role; no article was made of a part."""
    store, base, _, _ = crawled

    facts = {record.url: record.facts for record in warcs.records(store) if record.kind == "metadata"}
    assert {"kakehashi-role": "requisite", "hopsFromSeed": "LE"}.items() <= facts[f"{base}/i.png"].items()
    assert facts[f"{base}/i.png"]["via"].startswith(f"{base}/case/")
    assert facts[f"{base}/css/deep.css"]["via"] == f"{base}/css/main.css"
    assert facts[f"{base}/bg.png"]["hopsFromSeed"] == "LEEE"
    assert {article["url"] for article in warcs.lines(store, "articles")} == {f"{base}/case/one", f"{base}/case/two"}
    assert commands.run("-q", "verify", "--deep", "--store", store).code == 0


@pytest.fixture(scope="module")
def filtered(crawled: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A WACZ of the source, laid out as a store for pywb: the WARC, and the index in plain text."""
    folder = tmp_path_factory.mktemp("filtered")
    done = commands.run("export", "wacz", "--store", crawled[0], "--source", "site", folder / "x.wacz")
    assert (done.code, done.err) == (0, "")
    for name in ("warc", "cdxj"):
        (folder / name).mkdir()
    with zipfile.ZipFile(folder / "x.wacz") as wacz:
        (warc,) = (name for name in wacz.namelist() if name.startswith("archive/"))
        (folder / "warc" / warc.removeprefix("archive/")).write_bytes(wacz.read(warc))
        (folder / "cdxj" / "x.cdxj").write_bytes(gzip.decompress(wacz.read("indexes/index.cdx.gz")))
    return folder


def test_a_filtered_wacz_has_the_parts_of_its_pages(crawled: Any, filtered: Path) -> None:
    """Those of both pages, though the second asked for none of its own; no list, no robots.txt, no dropped page."""
    base, index = crawled[1], (filtered / "cdxj" / "x.cdxj").read_text()

    captured = sorted(json.loads(line.split(" ", 2)[2])["url"].removeprefix(base) for line in index.splitlines())
    parts = ["/bg.png", "/css/deep.css", "/css/main.css", "/i.png", "/i2.png", "/s.js"]
    assert captured == sorted([*parts, "/case/one", "/case/two"])


def test_a_page_with_a_filter_takes_no_parts_of_others(crawled: Any, tmp_path: Path) -> None:
    """A page that names a part in its own style alone: what the store has, nearest in time, and nothing else."""
    blobs, base = LocalBlobs(crawled[0]), crawled[1]
    pages = [entry for entry in captures_of(blobs, f"{base}/case/one") if entry.mime == "text/html"]

    def named(_: bytes, *, url: str, content_type: str | None) -> list[str]:
        assert content_type
        return [f"{base}/i.png", f"{base}/never.png"] if url.endswith("/one") else []

    with LineSorter() as places:
        add_parts(blobs, [page.location for page in pages], named, places)
        found = list(places_of(places))
    assert found == [captures_of(blobs, f"{base}/i.png")[0].location]


@pytest.mark.parametrize("of", ["store", pytest.param("filtered", marks=pytest.mark.long)])
def test_a_replayed_page_looks_like_the_page(crawled: Any, filtered: Path, of: str, tmp_path: Path) -> None:
    """In Chromium, of pywb: its style, the style within that, its script and its pictures, though the site is away."""
    from playwright.sync_api import sync_playwright

    base = crawled[1]
    with Pywb(crawled[0] if of == "store" else filtered, tmp_path / "pywb") as pywb, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        shown = browser.new_page()
        shown.goto(f"http://127.0.0.1:{pywb.port}/all/{base}/case/one", wait_until="networkidle")
        (frame,) = (frame for frame in shown.frames if "mp_/" in frame.url)
        look = frame.evaluate(
            """() => { const h1 = getComputedStyle(document.querySelector('h1')); return [
            h1.color, h1.backgroundImage.includes('bg.png'), document.documentElement.dataset.ran,
            document.querySelector('#i').naturalWidth] }"""
        )
        browser.close()

    assert look == ["rgb(1, 2, 3)", True, "yes", 3]
