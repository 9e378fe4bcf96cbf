"""A store that a crawl made, once for all tests that look at one."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from archive.blobs import LocalBlobs
from crawler.demo.server import DemoSites

if TYPE_CHECKING:
    from pathlib import Path

SITE = "demo-agency"


@dataclass(frozen=True)
class Crawled:
    """A store, and the source files that it was made with."""

    store: Path
    sources: Path

    def key(self, folder: str) -> str:
        """The last blob in a folder of the store: of the crawl, whose files are the larger ones."""
        return [info.key for info in LocalBlobs(self.store).list(folder)][-1]


def kakehashi(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "crawler", "-q", *arguments], check=True, capture_output=True, timeout=120)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    """An off-topic page that somebody asked for, then a crawl of its whole site."""
    folder = tmp_path_factory.mktemp("verify")
    crawled = Crawled(store=folder / "data", sources=folder / "sources")
    with DemoSites(ports="free") as sites:
        sites.write_sources(crawled.sources)
        host = sites.base(SITE).removeprefix("http://")
        fetching = ["--store", str(crawled.store), "--only-sources", str(crawled.sources), "--delay", "0"]
        fetching += ["--allow-private", host, "--robots", "ignore"]
        off_topic = next(page.url for page in sites.articles if page.site == SITE and page.label == "off")
        kakehashi("capture", off_topic, *fetching)
        kakehashi("crawl", SITE, *fetching)
    return crawled


@pytest.fixture
def crawled(made: Crawled, tmp_path: Path) -> Crawled:
    """A copy to be changed."""
    shutil.copytree(made.store, tmp_path / "data")
    return Crawled(store=tmp_path / "data", sources=made.sources)
