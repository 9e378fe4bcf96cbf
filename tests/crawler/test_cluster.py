"""Commands over a real scheduler and real workers: what one machine would store, whatever dies."""

from __future__ import annotations

import hashlib
import json
import shutil
import signal
import time
from typing import TYPE_CHECKING, Any

import pytest

from archive.blobs import open_blobs
from crawler.demo.server import DemoSites
from tests import commands
from tests.crawler.test_backfill_ccnews import RANGE, name, news
from tests.crawler.test_backfill_wayback import snapshots
from tests.daskcluster import DaskCluster
from tests.pastserver import Past, add_month, members, write_source
from tests.test_end_to_end import ON_TOPIC, QUICK, crawl_args, path_of
from tests.test_process_scale import make_store, workers_of

if TYPE_CHECKING:
    import subprocess
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
    """A scheduler and three workers, who know the S3 server and have disks of their own."""
    spool = tmp_path_factory.mktemp("spool")
    with DaskCluster(3, {**s3_server.environ, "KAKEHASHI_SPOOL": str(spool)}) as running:
        yield running


def articles(store: str, env: dict[str, str]) -> list[dict[str, Any]]:
    """The current articles of a store."""
    done = commands.run("articles", "--store", store, env=env)
    assert done.code == 0, done.err
    return [json.loads(line) for line in done.out.splitlines()]


def test_a_crawl_over_three_workers_stores_what_one_machine_would(
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


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, proves: bool) -> tuple[Path, dict[str, str]]:
    """A store of WARCs without articles, and the digests of what this machine makes of it alone."""
    folder = tmp_path_factory.mktemp("made")
    make_store(folder / "warcs", 600 if proves else 6, warcs=12 if proves else 3)
    shutil.copytree(folder / "warcs", folder / "alone")
    done = commands.run("process", "--store", folder / "alone", timeout=280)
    assert done.code == 0, done.err
    return folder / "warcs", digests(str(folder / "alone"))


def upload(folder: Path, store: str) -> str:
    """The files of a folder as a store on S3."""
    blobs = open_blobs(store)
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        blobs.put_file(path.relative_to(folder).as_posix(), path)
    return store


def digests(store: str) -> dict[str, str]:
    """The digest of every file of a store that is no state."""
    blobs = open_blobs(store)
    keys = [info.key for info in blobs.list() if not info.key.startswith("state/")]
    return {key: hashlib.sha256(blobs.get(key)).hexdigest() for key in keys}


def wait_for_work(worker: subprocess.Popen[bytes]) -> None:
    """Until a worker has begun a job."""
    until = time.monotonic() + 120
    while not workers_of(worker.pid):
        assert time.monotonic() < until, "the worker was given no job"
        time.sleep(0.05)


def test_files_are_imported_once_whoever_takes_them_in(
    made: tuple[Path, dict[str, str]], cluster: DaskCluster, s3_server: S3Server, s3_store_url: str, tmp_path: Path
) -> None:
    """The same articles as here; one that is given twice, damaged or none is told of, and nothing is imported twice."""
    files = files_of(made[0])[:3]
    again = shutil.copy(files[1], tmp_path / "again.warc.gz")
    (tmp_path / "none.warc").write_bytes(b"no WARC at all")
    given = [*files, again, tmp_path / "none.warc"]
    here = commands.run("import", *given, "--store", tmp_path / "here", "--json")
    args = ("import", *given, "--store", s3_store_url, "--cluster", cluster.address, "--json")
    there = commands.run(*args, env=s3_server.environ)

    assert (here.code, there.code) == (1, 1), there.err
    assert [file["state"] for file in there.report["files"]] == [file["state"] for file in here.report["files"]]
    assert there.report["sources"] == here.report["sources"]
    assert there.report["adds_up"]
    assert told(articles(s3_store_url, s3_server.environ)) == told(articles(str(tmp_path / "here"), {}))
    twice = commands.run(*args, env=s3_server.environ)
    assert [file["state"] for file in twice.report["files"]] == ["known"] * 4 + ["refused"]


def told(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Articles without the name of their WARC, which has the time of the import in it."""
    for item in found:
        item["provenance"].pop("warc")
    return sorted(found, key=lambda item: str(item["url"]))


def test_process_makes_the_same_bytes_though_a_worker_is_killed(
    made: tuple[Path, dict[str, str]], cluster: DaskCluster, s3_server: S3Server, s3_store_url: str
) -> None:
    """Every file of the store, articles, links and templates, is what one machine makes."""
    store = upload(made[0], s3_store_url)
    victim = cluster.add_worker()
    args = ("process", "--store", store, "--cluster", cluster.address, "--json")
    process = commands.start(*args, env=s3_server.environ)
    wait_for_work(victim)
    victim.send_signal(signal.SIGKILL)
    out, err = process.communicate(timeout=280)

    assert process.returncode == 0, err.decode()
    assert digests(store) == made[1]
    report = json.loads(out)
    assert (report["taken_over"], report["given_up"]) == (0, [])
    tried = commands.run(*args, "--dry-run", "--keep", "all", env=s3_server.environ)
    assert (tried.code, tried.report["derived"]) == (0, len(files_of(made[0])))
    assert digests(store) == made[1]


def files_of(folder: Path) -> list[Path]:
    return sorted((folder / "warc").rglob("*.warc.gz"))


def test_the_files_of_ccnews_are_read_by_whoever_is_free(
    cluster: DaskCluster, s3_server: S3Server, s3_store_url: str, tmp_path: Path
) -> None:
    """A file each; what they read and kept is one ledger, and none of it is read again."""
    write_source(tmp_path)
    with Past() as past:
        add_month(past, {name(day): members(news(day)) for day in (1, 2)} | {name(3): b"no gzip"})
        args = (
            "backfill", "ccnews", "silkroad", "--store", s3_store_url, "--only-sources", tmp_path, *RANGE, "--json",
            "--ccnews", past.base, "--delay", "0", "--allow-private", past.host_port, "--cluster", cluster.address,
        )  # fmt: skip
        done = commands.run(*args, env=s3_server.environ)
        past.asked.clear()
        again = commands.run(*args, env=s3_server.environ)

    assert done.code == 1, done.err
    assert [file["state"] for file in done.report["files"]] == ["nothing", "imported", "imported"]
    assert [file["damaged"] for file in done.report["files"]] == [True, False, False]
    assert (done.report["read"]["files"], done.report["read"]["matched"]) == (3, 8)
    found = articles(s3_store_url, s3_server.environ)
    assert len(found) == len({item["url"] for item in found}) == 4
    assert (again.code, again.report["read"]["read_before"]) == (0, 3), again.err
    assert past.asked == ["/robots.txt", "/crawl-data/CC-NEWS/2025/08/warc.paths.gz"]


@pytest.mark.long
def test_the_past_of_two_sources_is_asked_for_one_after_the_other(
    cluster: DaskCluster, s3_server: S3Server, s3_store_url: str, tmp_path: Path
) -> None:
    """All ask one host, which belongs to one worker at a time."""
    with Past() as past:
        for source, host in (("silkroad", "silkroad.example"), ("other", "other.example")):
            write_source(tmp_path, source, host)
            past.snapshots += snapshots(host, 3)
        args = ("backfill", "wayback", "silkroad", "other", "--only-sources", tmp_path, "--json", "--wayback", past.base,
                "--delay", "0", "--allow-private", past.host_port)  # fmt: skip
        here = commands.run(*args, "--store", tmp_path / "here")
        asked, past.asked = past.asked, []
        there = commands.run(*args, "--store", s3_store_url, "--cluster", cluster.address, env=s3_server.environ)

    assert (here.code, there.code) == (0, 0), there.err
    kept = {name: ledger["kept"] for name, ledger in there.report["sources"].items()}
    assert (
        kept == {name: ledger["kept"] for name, ledger in here.report["sources"].items()} == {"silkroad": 3, "other": 3}
    )
    assert sorted(path for path in past.asked if "robots" not in path) == sorted(
        path for path in asked if "robots" not in path
    )
    turns = [path for path in past.asked if ".example/news" in path]
    assert [("silkroad" in path) for path in turns] == sorted((("silkroad" in path) for path in turns), reverse=True)


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
