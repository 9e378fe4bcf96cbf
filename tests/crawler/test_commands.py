"""Every command says how it is used, and bad input ends in one clear line, the right exit code, and nothing torn."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from archive.blobs import open_blobs
from archive.leases import Lease
from crawler.__main__ import COMMANDS, build_parser, main
from crawler.demo.server import DemoSites
from tests import commands, warcs
from tests.wireserver import Case, WireServer, page, with_length

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.s3server import S3Server

pytestmark = pytest.mark.xdist_group("commands")
PAGES = {f"/case/p{number}": Case(message=with_length(page(f"p{number}"))) for number in range(3)}


@pytest.fixture(scope="module")
def server() -> Iterator[WireServer]:
    """A site with three articles."""
    with WireServer(cases=dict(PAGES)) as running:
        yield running


@pytest.fixture(scope="module")
def sources(server: WireServer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the site's source file."""
    return server.write_source(tmp_path_factory.mktemp("sources"), "site").parent


@pytest.fixture(scope="module")
def store(server: WireServer, sources: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with one crawl of the site in it."""
    folder = tmp_path_factory.mktemp("store") / "data"
    done = crawl(server, sources, folder)
    assert done.code == 0, done.err
    return folder


def crawl(server: WireServer, sources: Path, store: str | Path, *args: str | Path, **environ: str) -> commands.Done:
    """A crawl of the site."""
    return commands.run(
        "crawl", "--only-sources", sources, "--store", store, "--allow-private", server.host_port, "--json", *args,
        env=environ,
    )  # fmt: skip


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """--help says what the command is for and shows one that can be typed."""
    with pytest.raises(SystemExit) as ended:
        build_parser().parse_args([name, "--help"])

    assert ended.value.code == 0
    assert f"kakehashi {name}" in capsys.readouterr().out.split("options:")[0].split("usage:", 1)[1].split("\n", 1)[1]


def one_line(done: commands.Done) -> str:
    """The one line on stderr."""
    assert done.err.count("\n") == 1, done.err
    assert "Traceback" not in done.err
    return done.err


BAD_USE = {
    "no URL": (["capture", "no url at all"], 2, "no url at all"),
    "a scheme that is not the web's": (["capture", "ftp://example.org/a"], 2, "ftp://example.org/a"),
    "a URL with a password": (["capture", "http://me:secret@example.org/"], 2, "user name"),
    "nothing to capture": (["capture"], 2, "no URL given"),
    "an unknown source": (["crawl", "timesac"], 2, "did you mean 'timesca'?"),
    "a missing file of URLs": (["capture", "--from", "/nowhere/urls.txt"], 2, "/nowhere/urls.txt"),
    "a missing file to extract": (["extract", "/nowhere/page.html"], 2, "/nowhere/page.html: no such file"),
    "a missing file to explain": (["explain", "/nowhere/page.html"], 2, "/nowhere/page.html: no such file"),
    "a URL that is none, for a page": (["extract", "README.md", "--url", "nonsense"], 2, "nonsense"),
    "a missing folder of sources": (["crawl", "--only-sources", "/nowhere"], 3, "/nowhere: expected a folder"),
    "no store to process": (["process", "--store", "/nowhere/at/all"], 4, "the folder does not exist"),
    "no store to repair": (["verify", "--repair", "--store", "/nowhere/at/all"], 4, "the folder does not exist"),
    "a store of another kind": (["crawl", "--store", "gopher://x/y"], 4, "s3://bucket/prefix"),
}


@pytest.mark.parametrize("case", BAD_USE)
def test_bad_use_is_one_line_with_its_exit_code(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The line names what was given or expected; nothing is written anywhere."""
    arguments, code, words = BAD_USE[case]
    for name in ("KAKEHASHI_SOURCES", "KAKEHASHI_ONLY_SOURCES"):
        monkeypatch.delenv(name, raising=False)
    if arguments[0] in ("crawl", "capture") and "--store" not in arguments:
        arguments = [*arguments, "--store", str(tmp_path / "data")]

    assert code == main(arguments)
    line = capsys.readouterr().err
    assert line.count("\n") == 1
    assert words in line
    assert [] == list(tmp_path.rglob("*"))


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--since", "yesterday"),
        ("--limit", "0"),
        ("--delay", "-1"),
        ("--allow-private", "localhost"),
        ("--robots", "x"),
    ],
)
def test_an_option_that_makes_no_sense_is_usage(option: str, value: str, capsys: pytest.CaptureFixture[str]) -> None:
    """One line names the option and what was expected; exit 2."""
    with pytest.raises(SystemExit) as ended:
        main(["crawl", option, value])

    assert ended.value.code == 2
    assert option in capsys.readouterr().err.splitlines()[-1]


def test_a_broken_source_file_stops_the_run_before_the_first_request(server: WireServer, tmp_path: Path) -> None:
    """One line with file, key and what was expected; exit 3; the server was not asked."""
    path = server.write_source(tmp_path / "sources", "site")
    path.write_text(path.read_text().replace('kind = "private"', 'kind = "shop"'))
    before = len(server.log)
    done = crawl(server, path.parent, tmp_path / "data")

    assert done.code == 3
    assert one_line(done).startswith(f"kakehashi: {path}: kind: expected ")
    assert before == len(server.log)
    assert not (tmp_path / "data").exists()


def test_a_store_that_is_a_file_stops_the_run_before_the_first_request(
    server: WireServer, sources: Path, tmp_path: Path
) -> None:
    """Exit 4, the file untouched."""
    (tmp_path / "data").write_text("mine")
    before = len(server.log)
    done = crawl(server, sources, tmp_path / "data")

    assert done.code == 4
    assert "expected" in one_line(done)
    assert before == len(server.log)
    assert (tmp_path / "data").read_text() == "mine"


def test_a_store_that_cannot_be_made_stops_the_run(server: WireServer, sources: Path) -> None:
    """A folder of the system that nobody may write, root included."""
    before = len(server.log)
    done = crawl(server, sources, "/proc/nobody/data")

    assert done.code == 4
    assert "/proc/nobody/data" in one_line(done)
    assert before == len(server.log)


@pytest.mark.parametrize(
    ("change", "location", "words"),
    [
        ({}, "s3://no-such-bucket/x", "bucket no-such-bucket does not exist"),
        ({"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}, None, "no credentials"),
        ({"AWS_SECRET_ACCESS_KEY": "wrong"}, None, "credentials are refused"),
        ({"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}, None, "no answer from http://127.0.0.1:9"),
    ],
    ids=["bucket", "no-credentials", "wrong-credentials", "nobody-there"],
)
def test_a_bucket_that_cannot_be_used_stops_the_run_before_the_first_request(  # noqa: PLR0917  (fixtures)
    server: WireServer, sources: Path, s3_server: S3Server, s3_store_url: str, tmp_path: Path,
    change: dict[str, str], location: str | None, words: str,
) -> None:  # fmt: skip
    """Missing bucket, no or wrong keys, nobody at the endpoint: exit 4 and one line that says which."""
    before = len(server.log)
    environ = {**s3_server.environ, **change}
    environ = {name: value for name, value in environ.items() if value}
    done = crawl(server, sources, location or s3_store_url, "--spool", tmp_path, **environ)

    assert done.code == 4
    assert words in one_line(done)
    assert before == len(server.log)


def test_capture_archives_exactly_what_is_named(server: WireServer, tmp_path: Path) -> None:
    """URLs of the command line and of a file, each once, no discovery; the second time they are unchanged."""
    urls = tmp_path / "urls.txt"
    urls.write_text(f"# mine\n\n{server.base}/case/p0#part\n  {server.base}/case/p1?utm_source=x\n")
    arguments = (
        "capture", f"{server.base}/case/p0", "--from", urls, "--store", tmp_path / "data", "--json", "--delay", "0.01",
        "--allow-private", server.host_port,
    )  # fmt: skip
    before = len(server.log)
    first, second = commands.run(*arguments), commands.run(*arguments)
    ledgers = [done.report["sources"] for done in (first, second)]

    assert (0, 1) == (first.code, first.code + ledgers[0]["capture"]["dropped"].get("http_status", 0))
    assert ["/robots.txt", "/case/p0", "/case/p1?utm_source=x"] * 2 == [item.path for item in server.log[before:]]
    assert ["capture"] == list(ledgers[0])
    assert (1, 2) == (ledgers[0]["capture"]["kept"], ledgers[1]["capture"]["unchanged"])
    assert ledgers[0]["capture"]["requests"] == 3
    assert ledgers[0]["capture"]["bytes"] == first.report["bytes"] > 0


@pytest.mark.long
def test_capture_makes_the_article_of_a_page_that_a_crawl_dropped(tmp_path: Path) -> None:
    """A page that is off topic has no article after the crawl; asked for by URL, and unchanged since, it gets one."""
    off = page("weaving").replace(b"Japan", b"Peru").replace(b"Tokyo", b"Lima").replace(b"Osaka", b"Cusco")
    cases = {"/case/on": Case(message=with_length(page("on"))), "/case/off": Case(message=with_length(off))}
    with WireServer(cases=cases) as server:
        folder = server.write_source(tmp_path / "sources", "site").parent
        data = tmp_path / "data"
        crawled = crawl(server, folder, data)
        url = f"{server.base}/case/off"
        arguments = ("capture", url, "--store", data, "--json", "--delay", "0", "--allow-private", server.host_port)
        ledgers = [commands.run(*arguments).report["sources"]["capture"] for _ in range(3)]

    assert {"one_side": 1} == crawled.report["sources"]["site"]["dropped"]
    assert [(1, 0), (0, 1), (0, 1)] == [(ledger["kept"], ledger["unchanged"]) for ledger in ledgers]
    assert 1 == [article["url"] for article in warcs.lines(data, "articles")].count(url)


def test_who_crawls_or_processes_loads_no_extractor() -> None:
    """Pages are derived by worker processes: a `crawl --due` that has nothing to do must not wait for what it never uses."""
    modules = "crawler.crawl, crawler.commands.crawl, crawler.processing, crawler.importing, crawler.takedown"
    code = f"import sys, {modules}; sys.exit(bool({{'trafilatura', 'numpy', 'pipelines.phrases'}} & set(sys.modules)))"
    subprocess.run([sys.executable, "-c", code], cwd=commands.ROOT, check=True)


def test_two_crawls_of_one_source_are_not_let_in_at_once(server: WireServer, sources: Path, tmp_path: Path) -> None:
    """While one run holds a source, a second ends with 5 and one line, fetches nothing and leaves nothing behind."""
    data = tmp_path / "data"
    blobs = open_blobs(str(data))
    blobs.check_usable(write=True)
    Lease(blobs, "site", "other").take(dt.datetime.now(dt.UTC))
    before = len(server.log)
    held = crawl(server, sources, data)
    Lease(blobs, "site", "other").release()
    free = crawl(server, sources, data)

    assert 5 == held.code
    assert "site is held by run other" in held.err
    assert 1 == len(held.err.strip().splitlines())
    assert 0 == free.code
    assert [] == [item.path for item in server.log[before:] if item.path == "/robots.txt"][1:]


def test_a_bad_line_in_a_file_of_urls_is_named_and_nothing_is_fetched(server: WireServer, tmp_path: Path) -> None:
    """Exit 2 with file and line; the good ones are not fetched either, so that the list can be mended first."""
    urls = tmp_path / "urls.txt"
    urls.write_text(f"{server.base}/case/p0\nhttp:/typo\n")
    before = len(server.log)
    done = commands.run("capture", "--from", urls, "--store", tmp_path / "data", "--allow-private", server.host_port)

    assert done.code == 2
    assert f"{urls}:2: " in one_line(done)
    assert before == len(server.log)
    assert not (tmp_path / "data").exists()


def test_a_warc_cut_in_the_middle_gives_what_is_before_the_cut(store: Path, tmp_path: Path) -> None:
    """Exit 1, one line that says where, and every article before it."""
    (whole,) = (store / "warc").rglob("*.warc.gz")
    articles = warcs.lines(store, "articles")
    last = max(articles, key=lambda item: item["provenance"]["offset"])
    cut = tmp_path / "cut.warc.gz"
    cut.write_bytes(whole.read_bytes()[: last["provenance"]["offset"] + last["provenance"]["length"] // 2])
    done = commands.run("extract", cut, "--dropped", tmp_path / "dropped.jsonl")
    found = {json.loads(line)["url"] for line in done.out.splitlines()}

    assert done.code == 1
    assert {item["url"] for item in articles} - {last["url"]} == found
    assert f"{cut} at byte {last['provenance']['offset']}: " in one_line(done)


def test_extract_gives_the_same_as_the_crawl(store: Path, tmp_path: Path) -> None:
    """The same bytes through the same stage: equal but for the file's name, the source's rules and the run's."""
    (whole,) = (store / "warc").rglob("*.warc.gz")
    done = commands.run("extract", whole, "--dropped", tmp_path / "dropped.jsonl")
    stored = {item["url"]: item["text"] for item in warcs.lines(store, "articles")}

    assert done.code == 0, done.err
    assert stored == {item["url"]: item["text"] for item in map(json.loads, done.out.splitlines())}


def test_explain_shows_the_archived_page(store: Path, server: WireServer) -> None:
    """The page of a URL comes out of the store, with nothing fetched; a URL that is not there is one line, exit 1."""
    asked = len(server.log)
    done = commands.run("explain", f"{server.base}/case/p1", "--store", store)
    missing = commands.run("explain", f"{server.base}/case/nowhere", "--store", store)

    assert done.code == 0, done.err
    assert "spoke of thirty years of friendship" in " ".join(done.out.split())
    assert missing.code == 1
    assert f"{server.base}/case/nowhere" in one_line(missing)
    assert len(server.log) == asked


def test_a_jpeg_that_calls_itself_html_is_named(tmp_path: Path) -> None:
    """Exit 1 and one line; the file beside it comes out."""
    photo, good = tmp_path / "photo.html", tmp_path / "good.html"
    photo.write_bytes(b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(300))
    good.write_bytes(page("good"))
    done = commands.run("extract", photo, good)

    assert done.code == 1
    assert str(photo) in one_line(done)
    assert ["Japan and Uzbekistan: good"] == [json.loads(line)["title"] for line in done.out.splitlines()]


def test_a_file_for_the_dropped_that_cannot_be_written_is_usage(tmp_path: Path) -> None:
    """Exit 2 before anything is printed."""
    (tmp_path / "page.html").write_bytes(page("x"))
    done = commands.run("extract", tmp_path / "page.html", "--dropped", tmp_path / "no" / "such" / "folder")

    assert (2, "") == (done.code, done.out)
    assert "cannot be written" in one_line(done)


def test_a_run_ends_after_max_seconds_and_defers_the_rest(tmp_path: Path) -> None:
    """The time is up: what came is stored, what did not is deferred, exit 0."""
    with DemoSites(ports="free") as sites:
        sites.write_sources(tmp_path / "sources")
        host = sites.base("demo-magazine").removeprefix("http://")
        began = time.monotonic()
        done = commands.run(
            "crawl", "demo-magazine", "--only-sources", tmp_path / "sources", "--store", tmp_path / "data", "--json",
            "--allow-private", host, "--delay", "1", "--max-seconds", "4",
        )  # fmt: skip
    ledger = done.report["sources"]["demo-magazine"]

    assert done.code == 0, done.err
    assert time.monotonic() - began < 40
    assert ledger["deferred"] > 0
    assert done.report["adds_up"]
    assert [] == warcs.unfinished(tmp_path / "data")


def test_status_tells_the_last_runs(store: Path, tmp_path: Path) -> None:
    """Counts by source as JSON; a folder that is no store is exit 4; a torn ledger is named and counted."""
    done = commands.run("status", "--store", store, "--json")
    broken = tmp_path / "broken"
    shutil.copytree(store, broken)
    next((broken / "runs").glob("*.json")).write_text('{"run": ')

    assert done.code == 0
    assert (3, 3, "well") == tuple(
        json.loads(done.out)["sources"]["site"][key] for key in ("announced", "kept", "state")
    )
    assert commands.run("status", "--store", tmp_path / "none").code == 4
    torn = commands.run("status", "--store", broken)
    assert torn.code == 1
    assert "not a ledger" in one_line(torn)


def test_sources_lists_and_checks(sources: Path, tmp_path: Path) -> None:
    """One JSON a line for programs; --check counts what is valid, or says what is not and exits 3."""
    listed = commands.run("sources", "--only-sources", sources, "--json")
    (tmp_path / "bad.toml").write_text("schema = 1\nsize = 3\n")
    bad = commands.run("sources", "--check", "--only-sources", tmp_path)
    undated = tmp_path / "undated"
    undated.mkdir()
    for path in sources.glob("*.toml"):
        (undated / path.name).write_text(path.read_text() + '\n[[noise]]\nkind = "share"\npattern = "Share"\n')
    timeless = commands.run("sources", "--check", "--only-sources", undated)

    assert 3 == timeless.code
    assert "site.toml: noise[0].since: expected the day from which the rule holds" in one_line(timeless)
    assert ["site"] == [json.loads(line)["id"] for line in listed.out.splitlines()]
    assert commands.run("sources", "--check", "--only-sources", sources).out == "1 source files are valid\n"
    assert bad.code == 3
    assert f"{tmp_path / 'bad.toml'}: size: expected one of" in bad.err
    assert "Traceback" not in bad.err


def test_a_reader_who_leaves_early_is_no_error_for_people(store: Path) -> None:
    """`kakehashi extract … | head` writes no complaint."""
    (whole,) = (store / "warc").rglob("*.warc.gz")
    process = commands.start("extract", *[whole] * 30)
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()
    process.stdout = None
    _, err = process.communicate(timeout=120)

    assert b"Traceback" not in err
    assert b"Exception ignored" not in err
