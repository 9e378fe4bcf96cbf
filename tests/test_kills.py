"""Killed at any instant, again and again: nothing finished is lost. Two kills in CI, forty with `make prove`."""

from __future__ import annotations

import os
import random
import signal
import time
from typing import TYPE_CHECKING

import pytest

from crawler.demo.server import DemoSites
from tests import commands, warcs
from tests.test_end_to_end import ON_TOPIC, QUICK, crawl_args, path_of

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.xdist_group("end-to-end")
_SEED = 20261122
# Start-up alone takes two seconds; a whole crawl of the sites about eight.
_INSTANTS_S = (1.0, 8.0)


@pytest.mark.timeout(900)
def test_a_crawl_that_is_killed_again_and_again_ends_like_one_that_was_not(tmp_path: Path, proves: bool) -> None:
    """Every record that was whole on disk at a kill is there at the end, and every article exactly once."""
    chance = random.Random(_SEED)
    store, seen = tmp_path / "data", set()
    with DemoSites(ports="free", chunked=True) as sites:
        folder = tmp_path / "sources"
        folder.mkdir()
        sites.write_sources(folder)
        for _ in range(40 if proves else 2):
            process = commands.start(*crawl_args(sites, folder, store), *QUICK, new_session=True)
            time.sleep(chance.uniform(*_INSTANTS_S))
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            seen |= {record.get("WARC-Record-ID") for record in warcs.records(store)}
        done = commands.run(*crawl_args(sites, folder, store), *QUICK)
        verified = commands.run("verify", "--store", store)

    articles = warcs.lines(store, "articles")
    assert done.code == 0, done.err
    assert verified.code == 0, verified.out
    assert done.report["adds_up"]
    assert sorted(ON_TOPIC) == sorted({path_of(item["url"]) for item in articles})
    assert len(articles) == len({item["provenance"]["payload_digest"] for item in articles})
    assert set() == seen - {record.get("WARC-Record-ID") for record in warcs.records(store)}
    assert [] == warcs.torn(store)
    assert [] == warcs.unfinished(store)
