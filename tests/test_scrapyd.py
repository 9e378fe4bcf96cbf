"""Scrapyd runs the spiders of this project as docs/schedule.md says: the same articles, ledger and state."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sysconfig
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from archive.blobs import LocalBlobs
from archive.environments import environment
from archive.leases import Held, Leases
from crawler.clock import utc_now
from tests import commands
from tests.crawler.test_politeness import PAGES
from tests.wireserver import Case, WireServer, with_length

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.xdist_group("scrapyd")
# An environment of its own, as Scrapyd brings an old setuptools; what the spiders need comes from that of the tests.
_PINS = "scrapyd==1.6.0\nsetuptools==80.9.0\n"


def ask(port: int, call: str, **data: str) -> dict[str, Any]:
    """What Scrapyd answers to a call; POST where there are data."""
    body = urllib.parse.urlencode(data).encode() if "spider" in data else None
    query = "" if body else f"?{urllib.parse.urlencode(data)}"
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/{call}.json{query}", body, timeout=60) as answer:
        return json.load(answer)


@pytest.fixture
def scrapyd(tmp_path: Path, site: WireServer) -> Iterator[int]:
    """The port of a Scrapyd with the configuration of the document."""
    folder = Path(__file__).parent.parent / ".venv" / "tools"
    python = environment("scrapyd", _PINS, folder=folder, is_alone=True)
    text = (commands.ROOT / "docs" / "schedule.md").read_text()
    configuration = re.search(r"    \[scrapyd\]\n(?:    .*\n)+", text)
    assert configuration is not None
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    lines = [line.removeprefix("    ") for line in configuration[0].splitlines()]
    lines.insert(1, f"http_port = {port}\npoll_interval = 0.2")
    (tmp_path / "scrapy.cfg").write_text("\n".join(lines) + "\n")
    env = commands.clean_environ(
        KAKEHASHI_STORE=str(tmp_path / "store"),
        KAKEHASHI_ONLY_SOURCES=str(tmp_path / "sources"),
        PYTHONPATH=os.pathsep.join([str(commands.ROOT), sysconfig.get_paths()["purelib"]]),
    )
    process = subprocess.Popen(
        [python, python.with_name("scrapyd")], cwd=tmp_path, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    try:
        yield port
    finally:
        process.terminate()
        process.communicate(timeout=30)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[WireServer]:
    with WireServer(cases=dict(PAGES)) as server:
        server.write_source(tmp_path / "sources", "site")
        yield server


def finished(port: int) -> list[dict[str, Any]]:
    try:
        return ask(port, "listjobs", project="default")["finished"]
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return []


def test_a_spider_that_scrapy_runs_takes_the_lease_of_its_source(tmp_path: Path, site: WireServer) -> None:
    """What Scrapyd starts, `scrapy crawl NAME`: it ends as `held` where another run has the source, else it holds it."""
    env = {"KAKEHASHI_STORE": str(tmp_path / "store"), "KAKEHASHI_ONLY_SOURCES": str(tmp_path / "sources")}
    words = ("crawl", "site", "-a", "_job=1", "-s", f"KAKEHASHI_ALLOW_PRIVATE={site.host_port}")
    blobs = LocalBlobs(tmp_path / "store")
    other = Leases(blobs, "another-run")
    other.take(["site"], utc_now())
    refused = commands.run(*words, module="scrapy", env=env)
    other.release()

    assert refused.code == 1, refused.err
    assert "site is held by run another-run" in refused.err
    assert "'finish_reason': 'held'" in refused.err
    assert "Traceback" not in refused.err
    assert site.log == []
    assert not list(blobs.list("runs/"))

    site.cases["/robots.txt"] = Case(message=with_length(b"User-agent: *\nCrawl-delay: 0.5\n"))
    process = commands.start(*words, module="scrapy", env=env)
    end = time.monotonic() + 120
    while not any(site.asked(path) for path in PAGES):
        assert time.monotonic() < end, "no page was asked for"
        time.sleep(0.02)
    with pytest.raises(Held):
        Leases(blobs, "another-run").take(["site"], utc_now())
    said = process.communicate(timeout=120)[1].decode()

    assert process.returncode == 0, said
    assert not list(blobs.list("state/leases/"))
    assert len(json.loads(blobs.get("state/schedule/site.json"))["looks"]) == 1


@pytest.mark.long
def test_scrapyd_runs_the_spiders(tmp_path: Path, site: WireServer, scrapyd: int) -> None:
    """Every source is a spider; a job ends as `kakehashi crawl` does."""
    end = time.monotonic() + 180
    while True:
        try:
            spiders = ask(scrapyd, "listspiders", project="default")
            break
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            assert time.monotonic() < end, "Scrapyd did not start"
            time.sleep(0.1)
    assert spiders["spiders"] == ["site"], spiders
    started = ask(
        scrapyd, "schedule", project="default", spider="site", setting=f"KAKEHASHI_ALLOW_PRIVATE={site.host_port}"
    )
    assert started["status"] == "ok"
    while not finished(scrapyd):
        assert time.monotonic() < end, "the job did not finish"
        time.sleep(0.2)

    (ledger,) = (tmp_path / "store" / "runs").glob("*.json")
    found = json.loads(ledger.read_bytes())["sources"]["site"]
    assert (found["kept"], found["adds_up"]) == (len(PAGES), True)
    state = json.loads((tmp_path / "store" / "state" / "schedule" / "site.json").read_bytes())
    assert len(state["looks"]) == 1
