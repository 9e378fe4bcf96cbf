"""Scrapy sees every source as a spider: its own commands do the same job."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from crawler.config import load_catalogue, source_for
from crawler.demo.server import DemoSites
from crawler.loader import SourceSpiderLoader
from tests import commands, warcs

if TYPE_CHECKING:
    from pathlib import Path


pytestmark = pytest.mark.xdist_group("loader")


def test_scrapy_list_names_every_source() -> None:
    """The catalogue and nothing else."""
    done = commands.run("list", module="scrapy")

    assert done.code == 0, done.err
    assert list(load_catalogue().ids) == done.out.split()


def test_an_unknown_spider_is_named_with_those_there_are() -> None:
    """Scrapy expects a KeyError; people expect to learn what they could have meant."""
    with pytest.raises(KeyError, match="did you mean 'timesca'"):
        SourceSpiderLoader(load_catalogue()).load("timesac")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://timesca.com/a", "timesca"),
        ("HTTPS://TIMESCA.COM:443/a?b#c", "timesca"),
        ("http://timesca.com", "timesca"),
        ("https://timesca.com.evil.example/", None),
        ("https://evil.example/timesca.com", None),
        ("https://timesca.com:8443/", None),
        ("no url", None),
    ],
)
def test_a_url_belongs_to_the_source_that_owns_its_host(url: str, expected: str | None) -> None:
    """In whatever spelling; what only looks like it belongs to nobody."""
    source = source_for(load_catalogue(), url)

    assert expected == (source.id if source else None)


def settings(sites: DemoSites, folder: Path, store: str | Path) -> list[str]:
    """The settings by which Scrapy's command finds the demo."""
    sites.write_sources(folder)
    allowed = ",".join(sites.base(site).removeprefix("http://") for site in sites.site_ids)
    chosen = (
        f"KAKEHASHI_STORE={store}", f"KAKEHASHI_ONLY_SOURCES={folder}", f"KAKEHASHI_ALLOW_PRIVATE={allowed}",
        "ROBOTSTXT_OBEY=0", "DOWNLOAD_DELAY=0.01",
    )  # fmt: skip
    return [part for item in chosen for part in ("-s", item)]


def test_scrapy_crawl_does_the_same_job(tmp_path: Path) -> None:
    """One source crawled by Scrapy's own command: articles, ledger, index, nothing unfinished."""
    with DemoSites(ports="free") as sites:
        done = commands.run(
            "crawl", "demo-agency", *settings(sites, tmp_path / "sources", tmp_path / "store"), module="scrapy"
        )
        gold = sorted(
            item.url for item in sites.articles if item.site == "demo-agency" and item.label in ("core", "mention")
        )
    report = json.loads(next((tmp_path / "store" / "runs").glob("*.json")).read_text())

    assert done.code == 0, done.err
    assert gold == sorted(item["url"] for item in warcs.lines(tmp_path / "store", "articles"))
    assert (10, True) == (report["sources"]["demo-agency"]["kept"], report["adds_up"])
    assert [] == warcs.unfinished(tmp_path / "store")
    assert "announced 15, kept 10" in done.err


def test_scrapy_crawl_asks_nothing_when_the_store_cannot_be_used(tmp_path: Path) -> None:
    """A crawl that could archive nothing does not begin."""
    (tmp_path / "file").write_text("in the way")
    with DemoSites(ports="free") as sites:
        done = commands.run(
            "crawl", "demo-agency", *settings(sites, tmp_path / "sources", tmp_path / "file"), module="scrapy"
        )

        assert done.code == 1
        assert "is not usable" in done.err
        assert [] == sites.served
