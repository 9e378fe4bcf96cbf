"""kakehashi sources add and --probe, as a user runs them, against sites on loopback."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from crawler.config import load_catalogue
from crawler.demo.server import DemoSites
from tests import commands
from tests.paperserver import Paper

if TYPE_CHECKING:
    from pathlib import Path

_PAGE = b"<!doctype html><html><body><h1>Moved</h1><a href='/elsewhere'>We have moved</a></body></html>"
_BARE = b"<!doctype html><html><body><p>Soon.</p></body></html>"


def polite(host_port: str) -> list[str]:
    return ["--delay", "0", "--allow-private", host_port]


@pytest.mark.long
def test_a_crawl_with_the_drafted_file_finds_what_the_site_has(tmp_path: Path) -> None:
    """From the home page alone: every article, each once, and little else; the file is valid and lies where it should."""
    with Paper(shape="/{section}/{slug}", sitemap="news") as paper:
        added = commands.run(
            "sources", "add", paper.base, "--id", "valley", "--sources", tmp_path, *polite(paper.host_port)
        )
        assert added.code == 0, added.err
        assert len(paper.asked) <= 32
        assert not [path for path in paper.asked if path.startswith(("/amp", "/print", "/private"))]
        assert f"{tmp_path / 'valley.toml'}\tunverified: name_en" in added.out
        checked = load_catalogue(sources_dir=tmp_path)
        paper.asked.clear()
        crawled = commands.run(
            "crawl",
            "valley",
            "--only-sources",
            tmp_path,
            "--store",
            tmp_path / "data",
            "--json",
            *polite(paper.host_port),
        )
    fetched = [paper.base + path for path in paper.asked]

    assert "valley" in checked.ids
    assert crawled.code == 0, crawled.err
    assert paper.articles <= set(fetched)
    assert len(fetched) == len(set(fetched))
    assert len(set(fetched) - paper.articles) <= 18  # of tag and sections the pages, feed, news sitemap, robots.txt


def test_the_demo_sites_are_found_from_their_home_pages(tmp_path: Path) -> None:
    """A demo site's file, drafted, has all of its articles in scope."""
    with DemoSites(ports="free") as sites:
        base = sites.base("demo-agency")
        host = base.removeprefix("http://")
        added = commands.run("sources", "add", base, "--id", "demo", "--sources", tmp_path, *polite(host))
        assert added.code == 0, added.err
        assert not sites.trespasses
        commands.run("crawl", "demo", "--only-sources", tmp_path, "--store", tmp_path / "data", *polite(host))
        urls = {article.url for article in sites.articles if article.site == "demo-agency"}
        fetched = {base + exchange.target for exchange in sites.served if exchange.site == "demo-agency"}

    assert urls <= fetched


def test_a_dry_run_prints_and_a_file_is_never_overwritten(tmp_path: Path) -> None:
    """The text of the file on stdout and none on disk; exit 2 with one line, and no request, where one stands."""
    (tmp_path / "valley.toml").write_text("mine")
    with Paper() as paper:
        arguments = [
            "sources",
            "add",
            f"{paper.base}/",
            "--id",
            "valley",
            "--sources",
            tmp_path,
            *polite(paper.host_port),
        ]
        taken = commands.run(*arguments)
        asked = list(paper.asked)
        dry = commands.run(*arguments, "--dry-run")

    assert (2, []) == (taken.code, asked)
    assert f"{tmp_path / 'valley.toml'}: is there already" in taken.err
    assert (0, "mine") == (dry.code, (tmp_path / "valley.toml").read_text())
    assert 'id = "valley"' in dry.out


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["add"], 2, "expected one URL"),
        (["add", "ftp://x.example/"], 2, "expected http:// or https://"),
        (["add", "https://x.example/", "--id", "Not An Id"], 2, "--id: expected an id"),
        (["add", "https://x.example/", "--id", "timesca"], 2, "a packaged source is called 'timesca'"),
        (["add", "http://127.0.0.1:9/"], 1, "private address"),
        (["--probe", "no-such-source"], 2, "no source is called 'no-such-source'"),
    ],
)
def test_what_cannot_be_added_is_one_line(arguments: list[str], code: int, words: str, tmp_path: Path) -> None:
    """The documented code, and a line that says what was expected."""
    done = commands.run("-q", "sources", *arguments, "--sources", tmp_path)

    assert code == done.code
    assert words in done.err
    assert "Traceback" not in done.err
    assert [] == list(tmp_path.iterdir())


SOURCE = """
schema = 1
id = "{id}"
name = "N"
name_en = "N"
country = "KG"
languages = ["en"]
kind = "private"
timezone = "Asia/Bishkek"
[[entries]]
type = "feed"
url = "{base}/feed/"
[[entries]]
type = "listing"
url = "{base}/latest"
[scope]
hosts = ["{host}"]
article = ['{article}']
samples = ["{base}{sample}"]
"""


@pytest.mark.long
def test_the_probe_says_of_each_source_what_broke(tmp_path: Path) -> None:
    """One run over seven sites: one is well, each of the others has its own fault, and exit is 1."""
    with Paper() as paper:
        newest = paper.stories[0].path
    papers = {
        "well": Paper(),
        "page_for_feed": Paper(broken={"/feed/": (200, "application/rss+xml", _PAGE)}),
        "forbidden": Paper(robots="User-agent: *\nDisallow: /feed\nDisallow: /news\n"),
        "no_match": Paper(),
        "listing_gone": Paper(broken={"/latest": (404, "text/html", _PAGE)}),
        "no_text": Paper(broken={newest: (200, "text/html", _BARE)}),
        "down": Paper(broken={"/robots.txt": (503, "text/html", _BARE)}),
    }
    for name, paper in papers.items():
        article = "^/other/[a-z-]+$" if name == "no_match" else r"^/news/\\d{4}/"
        sample = "/other/a-b" if name == "no_match" else paper.stories[3].path
        text = SOURCE.format(
            id=name, base=paper.base, host=paper.host_port, article=article.replace("\\\\", "\\"), sample=sample
        )
        (tmp_path / f"{name}.toml").write_text(text)
    private = [word for paper in papers.values() for word in ("--allow-private", paper.host_port)]
    arguments = ["-q", "sources", "--probe", "--only-sources", tmp_path, "--delay", "0", *private]
    done = commands.run(*arguments, "--json")
    alone = commands.run(*arguments, "well", "listing_gone")
    results = {row["source"]: row for row in map(json.loads, done.out.splitlines())}
    for paper in papers.values():
        paper.close()

    assert (1, papers.keys()) == (done.code, results.keys()), done.err
    assert ["well"] == [name for name, row in results.items() if row["works"]]
    assert ["robots", "feed", "listing", "article"] == [check["what"] for check in results["well"]["checks"]]
    assert {
        "page_for_feed": [("feed", "expected a feed (RSS, Atom, RDF or JSON Feed), got an HTML page")],
        "listing_gone": [("listing", "expected a listing, got status 404")],
    } == {name: problems(results[name]) for name in ("page_for_feed", "listing_gone")}
    assert ["feed", "article"] == [what for what, _ in problems(results["forbidden"])]
    assert all("forbidden by robots.txt" in problem for _, problem in problems(results["forbidden"]))
    assert ["feed", "listing", "article"] == [what for what, _ in problems(results["no_match"])]
    assert "15 links that scope.article does not match, such as /news/2026/" in problems(results["no_match"])[0][1]
    assert [("article", True)] == [(what, "got none: " in problem) for what, problem in problems(results["no_text"])]
    assert {"robots", "feed", "listing", "article"} == {what for what, _ in problems(results["down"])}
    assert alone.code == 1
    lines = alone.out.splitlines()
    assert [["well", "works"], ["listing_gone", "listing"]] == [line.split("\t")[:2] for line in lines]


def problems(row: dict) -> list[tuple[str, str]]:
    return [(check["what"], check["problem"]) for check in row["checks"] if check["problem"]]
