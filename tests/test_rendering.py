"""Sources with `render = true`: a real Chromium makes the page, of bytes that all came through our own client."""

from __future__ import annotations

import json
import os
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from tests import commands, warcs
from tests.wireserver import Case, WireServer, head, page, with_length

if TYPE_CHECKING:
    from pathlib import Path

# A browser starts, and five commands after it: minutes on a machine that does other things, too.
pytestmark = [pytest.mark.xdist_group("rendering"), pytest.mark.timeout(600)]
SHELL = b'<!doctype html><html><head><title>Loading</title><script src="/app.js"></script></head><body></body></html>'
# It also tries to reach a private address, a counter, and the server with a POST: none of which may happen.
SCRIPT = b"""fetch('http://127.0.0.1:9/private').catch(() => 0);
fetch('http://mc.yandex.ru/watch').catch(() => 0);
fetch('/private/x').catch(() => 0);
fetch('/api/post', {method: 'POST', body: 'x'}).catch(() => 0);
fetch('/api' + location.pathname, {headers: {'X-Asked-By': 'script'}}).then(answer => answer.json()).then(data => {
  document.title = data.title; document.body.innerHTML = data.html + `<p>${navigator.userAgent}</p>`; });"""


def answer(body: bytes, kind: bytes) -> Case:
    """An answer with a body of a kind."""
    return Case(message=head(b"Content-Type: " + kind, b"Content-Length: %d" % len(body)) + body)


def article(name: str) -> bytes:
    """What the script asks for: the words of an article."""
    html = page(name).decode()
    html = html[html.index("<article>") : html.index("</article>") + len("</article>")]
    return json.dumps({"title": f"Japan and Uzbekistan: {name}", "html": html}).encode()


CASES = {
    "/": Case(message=with_length(b'<a href="/case/one">1</a><a href="/case/gone">2</a>')),
    "/case/one": Case(message=with_length(SHELL)),
    "/case/gone": Case(message=with_length(b"gone", status=b"HTTP/1.1 404 Not Found")),
    "/app.js": answer(SCRIPT, b"text/javascript"),
    "/api/case/one": answer(article("one"), b"application/json"),
    "/robots.txt": answer(b"User-agent: *\nDisallow: /private/\n", b"text/plain"),
}


def crawl(server: WireServer, folder: Path, *more: str | Path, **environ: str) -> commands.Done:
    """A crawl, of which the ledger is printed."""
    path = server.write_source(folder / "sources", "site")
    path.write_text(f"render = true\n{path.read_text()}")
    return commands.run(
        "-q", "crawl", "--only-sources", folder / "sources", "--store", folder / "store", "--json",
        "--allow-private", server.host_port, *more, env=environ,
    )  # fmt: skip


def test_a_page_that_only_scripts_make_becomes_an_article(tmp_path: Path) -> None:
    """Each byte is archived as it came; what the browser made says so; process and verify find the same again."""
    store = tmp_path / "store"
    with WireServer(cases=dict(CASES)) as server:
        first = crawl(server, tmp_path)
        second = crawl(server, tmp_path)
        log, base = list(server.log), server.base

    assert first.code == second.code == 0, first.err + second.err
    ledger = first.report["sources"]["site"]
    assert (2, 1, {"http_status": 1}, {}) == (ledger["announced"], ledger["kept"], ledger["dropped"], ledger["failed"])
    assert {"stored": 2, "failed": 1, "robots": 1, "refused_tracker": 1}.items() <= ledger["requisites"].items()
    assert second.report["sources"]["site"]["unchanged"] == 1
    assert {item.request.split(b" ")[0] for item in log} == {b"GET"}
    assert not any(item.path.startswith("/private") for item in log)
    asked = next(item.request for item in log if item.path == "/api/case/one").lower()
    assert b"x-asked-by: script" in asked
    assert b"user-agent: kakehashi/" in asked

    records = warcs.records(store)
    blocks = {record.url: record.block for record in records if record.kind == "response"}
    for path in ("/case/one", "/app.js", "/api/case/one"):
        assert blocks[base + path] == CASES[path].message
    (made,) = (record for record in records if record.kind == "resource")
    assert made.url == f"urn:kakehashi:rendered:{base}/case/one"
    assert b"Japan and Uzbekistan: one" in made.block
    facts = next(
        r.facts for r in records if r.kind == "metadata" and r.get("WARC-Refers-To") == made.get("WARC-Record-ID")
    )
    shell = next(r for r in records if r.kind == "response" and r.url == f"{base}/case/one")
    assert facts["kakehashi-rendered-from"] == shell.get("WARC-Record-ID")
    assert facts["kakehashi-rendered-by"].startswith("Chromium/")
    assert facts["kakehashi-rendered-until"] == "quiet"
    (kept,) = warcs.lines(store, "articles")
    assert kept["url"] == f"{base}/case/one"
    assert kept["provenance"]["record_id"] == made.get("WARC-Record-ID")
    assert "engineers\nfrom Osaka" not in kept["text"]
    assert "engineers from Osaka" in kept["text"]

    derived_again(store, tmp_path, first.report)


def derived_again(store: Path, folder: Path, report: dict[str, Any]) -> None:
    """Without a browser: the same articles of the same records, and the same ledger over the archive."""
    before = {path: path.read_bytes() for path in (store / "articles").rglob("*.jsonl")}
    shutil.rmtree(store / "articles")
    assert commands.run("-q", "process", "--store", store, "--only-sources", folder / "sources").code == 0
    assert {path: path.read_bytes() for path in before} == before
    checked = commands.run("-q", "verify", "--deep", "--lint", "--store", store, "--only-sources", folder / "sources")
    assert checked.code == 0, checked.out + checked.err
    again = commands.run(
        "-q", "crawl", "--only-sources", folder / "sources", "--from-archive", store, "--run", report["run"], "--json",
        env={"KAKEHASHI_CHROMIUM": os.devnull},
    )  # fmt: skip
    assert again.code == 0, again.err
    assert again.report["from_archive"]["sources"]["site"]["differs"] == {}
    assert again.report["from_archive"]["sources"]["site"]["gone"] == []


def test_without_a_browser_the_crawl_does_not_begin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line says what is missing; nothing is fetched."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with WireServer(cases=dict(CASES)) as server:
        done = crawl(server, tmp_path)
        assert server.log == []

    assert done.code == 3
    (line,) = done.err.splitlines()
    assert "site: render: expected a browser" in line
