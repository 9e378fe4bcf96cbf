"""Crawls over a real scheduler and real workers: the same articles, whatever dies."""

from __future__ import annotations

import json
import signal
import time
from typing import TYPE_CHECKING

import pytest

from crawler.demo.server import DemoSites
from tests import commands
from tests.daskcluster import DaskCluster
from tests.test_end_to_end import ON_TOPIC, QUICK, crawl_args, path_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.s3server import S3Server

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[DemoSites, Path]]:
    """The demo sites, and the folder of their source files."""
    with DemoSites(ports="free", chunked=True) as running:
        folder = tmp_path_factory.mktemp("sources")
        running.write_sources(folder)
        yield running, folder


@pytest.fixture(scope="module")
def cluster(s3_server: S3Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DaskCluster]:
    """A scheduler and two workers, who know the S3 server and have disks of their own."""
    spool = tmp_path_factory.mktemp("spool")
    with DaskCluster(2, {**s3_server.environ, "KAKEHASHI_SPOOL": str(spool)}) as running:
        yield running


def articles(store: str, env: dict[str, str]) -> list[dict[str, object]]:
    """The current articles of a store."""
    done = commands.run("articles", "--store", store, env=env)
    assert done.code == 0, done.err
    return [json.loads(line) for line in done.out.splitlines()]


def test_a_crawl_over_two_workers_stores_what_one_machine_would(
    sites: tuple[DemoSites, Path], cluster: DaskCluster, s3_server: S3Server, s3_store_url: str
) -> None:
    """A job per source, one ledger for all, and the articles of the store are those of the sites."""
    args = crawl_args(*sites, s3_store_url)
    done = commands.run(*args, *QUICK, "--cluster", cluster.address, env=s3_server.environ)

    assert done.code == 0, done.err
    assert done.report["adds_up"]
    assert sorted(done.report["sources"]) == sorted(sites[0].site_ids)
    assert len(done.report["runs"]) == len(sites[0].site_ids)
    found = articles(s3_store_url, s3_server.environ)
    assert sorted(ON_TOPIC) == sorted(path_of(str(item["url"])) for item in found)
    verified = commands.run("verify", "--store", s3_store_url, env=s3_server.environ)
    assert verified.code == 0, verified.out


def test_a_job_that_fails_again_and_again_is_listed_and_the_rest_goes_on(
    sites: tuple[DemoSites, Path], cluster: DaskCluster, s3_server: S3Server, s3_store_url: str
) -> None:
    """A store that cannot be used fails each job three times; the exit code is 1, not that of a crash."""
    args = crawl_args(*sites, s3_store_url.replace("s3://", "s3://no-such-bucket-"))
    source = sites[0].site_ids[0]
    done = commands.run(*args, source, *QUICK, "--cluster", cluster.address, env=s3_server.environ)

    assert done.code == 1
    assert f"kakehashi: {source}: failed 3 times: exit 4" in done.err


@pytest.mark.parametrize(
    ("address", "reason"),
    [("tcp://127.0.0.1:9", "expected a dask scheduler"), ("nonsense:/x", "expected a dask scheduler")],
)
def test_a_cluster_that_is_not_there_is_one_line(
    sites: tuple[DemoSites, Path], tmp_path: Path, address: str, reason: str
) -> None:
    done = commands.run(*crawl_args(*sites, tmp_path / "data"), "--cluster", address)

    assert done.code == 1
    (line,) = [line for line in done.err.splitlines() if line.startswith("kakehashi: ")]
    assert address in line
    assert reason in line


@pytest.mark.long
def test_a_worker_that_is_killed_costs_nothing(
    sites: tuple[DemoSites, Path], s3_server: S3Server, s3_store_url: str, tmp_path: Path
) -> None:
    """Its job is done by another, when the lease of the dead has run out; no article is missing or there twice."""
    with DaskCluster(3, {**s3_server.environ, "KAKEHASHI_SPOOL": str(tmp_path)}) as cluster:
        args = crawl_args(*sites, s3_store_url)
        steady = ("--robots", "ignore", "--delay", "0.2", "--cluster", cluster.address)
        before = len(sites[0].served)
        process = commands.start(*args, *steady, env=s3_server.environ)
        while len(sites[0].served) < before + 20:
            assert process.poll() is None
            time.sleep(0.1)
        cluster.workers[0].send_signal(signal.SIGKILL)
        out, err = process.communicate(timeout=280)

    assert process.returncode == 0, err.decode()
    found = articles(s3_store_url, s3_server.environ)
    assert sorted(ON_TOPIC) == sorted(path_of(str(item["url"])) for item in found), out
