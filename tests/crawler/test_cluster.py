"""Commands over a real scheduler and real workers: what one machine would store, whatever dies."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import time
from typing import TYPE_CHECKING, Any

import pytest

from archive.blobs import open_blobs
from crawler.cluster import connect
from crawler.demo.server import DemoSites
from crawler.exporting import _forbids
from pipelines.dataset.release import make_release
from pipelines.dataset.request import Dedup, Request
from tests import commands
from tests.clusterstores import Made, digests, make_alone, upload, warcs_read
from tests.crawler.test_backfill_ccnews import RANGE, name, news
from tests.crawler.test_backfill_wayback import snapshots
from tests.daskcluster import DaskCluster
from tests.faultproxy import FaultProxy
from tests.pastserver import Past, add_month, members, write_source
from tests.pipelines.synthetic import article, words, write_store
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
def proxy(s3_server: S3Server) -> Iterator[FaultProxy]:
    """What the workers reach the S3 server by, which notes what they ask for."""
    with FaultProxy(s3_server.endpoint) as running:
        yield running


@pytest.fixture(scope="module")
def cluster(
    s3_server: S3Server, proxy: FaultProxy, tmp_path_factory: pytest.TempPathFactory, proves: bool
) -> Iterator[DaskCluster]:
    """A scheduler and workers, who know the S3 server and have disks of their own."""
    there = {"AWS_ENDPOINT_URL": proxy.endpoint, "KAKEHASHI_SPOOL": str(tmp_path_factory.mktemp("spool"))}
    with DaskCluster(3 if proves else 2, s3_server.environ | there) as running:
        yield running


def articles(store: str, env: dict[str, str]) -> list[dict[str, Any]]:
    """The current articles of a store."""
    done = commands.run("articles", "--store", store, env=env)
    assert done.code == 0, done.err
    return [json.loads(line) for line in done.out.splitlines()]


@pytest.mark.long
def test_a_crawl_over_several_workers_stores_what_one_machine_would(
    sites: tuple[DemoSites, Path], cluster: DaskCluster, s3_server: S3Server, s3_store_url: str
) -> None:
    """A job per source, one ledger for all, and the articles of the store are those of the sites."""
    args = crawl_args(*sites, s3_store_url)
    done = commands.run(*args, *QUICK, "--cluster", cluster.address, env=s3_server.environ, timeout=280)

    assert done.code == 0, done.err
    assert done.report["adds_up"]
    assert sorted(done.report["sources"]) == sorted(sites[0].site_ids)
    assert len(done.report["runs"]) == len(sites[0].site_ids)
    found = articles(s3_store_url, s3_server.environ)
    assert sorted(ON_TOPIC) == sorted(path_of(str(item["url"])) for item in found)
    verified = commands.run("verify", "--store", s3_store_url, env=s3_server.environ)
    assert verified.code == 0, verified.out


@pytest.mark.long
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
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A store of WARCs without articles, and what this machine makes of it alone."""
    return make_alone(tmp_path_factory.mktemp("made"), pages=4, warcs=2, standing=4)


@pytest.mark.long
def test_files_are_imported_once_whoever_takes_them_in(
    made: Made, cluster: DaskCluster, s3_store_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same articles as here; one that is given twice, damaged or none is told of, and nothing is imported twice."""
    files = made.files
    again = shutil.copy(files[1], tmp_path / "again.warc.gz")
    (tmp_path / "none.warc").write_bytes(b"no WARC at all")
    given = [*files, again, tmp_path / "none.warc"]
    here = commands.run_here(capsys, "import", *given, "--store", tmp_path / "here", "--json")
    args = ("import", *given, "--store", s3_store_url, "--cluster", cluster.address, "--json")
    there = commands.run_here(capsys, *args)

    assert (here.code, there.code) == (1, 1), there.err
    assert [file["state"] for file in there.report["files"]] == [file["state"] for file in here.report["files"]]
    assert there.report["sources"] == here.report["sources"]
    assert there.report["adds_up"]
    assert told(s3_store_url, capsys) == told(tmp_path / "here", capsys)
    twice = commands.run_here(capsys, *args)
    assert [file["state"] for file in twice.report["files"]] == ["known"] * 4 + ["refused"]


def told(store: str | Path, capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """Articles without the name of their WARC, which has the time of the import in it."""
    found = [json.loads(line) for line in commands.run_here(capsys, "articles", "--store", store).out.splitlines()]
    for item in found:
        item["provenance"].pop("warc")
    return sorted(found, key=lambda item: str(item["url"]))


@pytest.fixture
def made_up(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of articles alone: a dozen alike, eight corrected, so that there are some in each range."""
    alike = [article(number, text=words(777, 120), host=f"{number}.example") for number in range(50, 62)]
    corrected = [article(70 + number, story=number, text=f"Corrected {number}.") for number in range(8)]
    return write_store(
        tmp_path_factory.mktemp("made-up"), [*(article(number) for number in range(40)), *alike, *corrected]
    )


def test_process_makes_the_same_bytes_and_each_page_once(
    made: Made,
    cluster: DaskCluster,
    proxy: FaultProxy,
    s3_store_url: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Every file of the store, articles, links and templates, is what one machine makes.

    A WARC is got again where the template that was learned touches its pages, and nobody gets pages to learn it.
    """
    store = upload(made.warcs, s3_store_url)
    os.environ["AWS_ENDPOINT_URL"] = proxy.endpoint  # which the fixture puts back
    proxy.log.clear()
    done = commands.run_here(capsys, "process", "--store", store, "--cluster", cluster.address, "--json")
    read = warcs_read(proxy)

    assert done.code == 0, done.err
    assert digests(store) == made.digests
    assert done.report == made.report
    *touched, standing = (path.name for path in made.files)
    assert read == {**dict.fromkeys(touched, 2), standing: 1}


def test_a_release_has_the_same_bytes_or_none(
    made_up: Path, cluster: DaskCluster, s3_store_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every file is what one machine writes, and the store as before; a line that no worker can read is one range's."""
    with connect(cluster.address) as client:
        client.wait_for_workers(len(cluster.workers), timeout=60)
    store = upload(made_up, s3_store_url)
    args = ("export", "dataset", "news", "--dedup", "near", "--store", store, "--cluster", cluster.address, "--out")
    make_release(str(made_up), str(tmp_path / "here"), Request(name="news", dedup=Dedup.NEAR, forbids=_forbids))
    there = commands.run_here(capsys, *args, tmp_path / "there")

    assert there.code == 0, there.err
    assert digests(str(tmp_path / "there")) == digests(str(tmp_path / "here"))
    assert not list(open_blobs(store).list("state/"))

    key = "articles/0001/2026/11/damaged.jsonl"
    open_blobs(store).put_bytes(key, b'{"schema_version": 1, "id": "ffffffffffffffff", "url": null}\n')
    damaged = commands.run_here(capsys, *args, tmp_path / "damaged")
    job, why = damaged.err.splitlines()[-2:]

    assert (damaged.code, damaged.out) == (1, "")
    assert re.match("kakehashi: articles [0-9a-f]{2}-ff: failed 3 times: exit 4: kakehashi: articles: not an art", job)
    assert re.fullmatch(f"kakehashi: {store}: 1 of [23] ranges of articles were not gathered, nothing was written", why)
    assert not list(open_blobs(store).list("state/"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["here", "there"]


@pytest.mark.long
def test_a_dry_run_writes_nothing(made: Made, cluster: DaskCluster, s3_server: S3Server, s3_store_url: str) -> None:
    """The report is that of one machine."""
    store = upload(made.alone, s3_store_url)
    args = ("process", "--dry-run", "--keep", "all", "--json")
    here = commands.run(*args, "--store", made.alone)
    there = commands.run(*args, "--store", store, "--cluster", cluster.address, env=s3_server.environ)

    assert (there.code, there.report) == (0, here.report), there.err
    assert there.report["staged"] == "0002"
    assert digests(store) == made.digests


@pytest.mark.long
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


def test_an_import_or_process_without_its_cluster_is_one_line(
    made: Made, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for args in (["import", *made.files, "--store", tmp_path / "data"], ["process", "--store", made.alone]):
        done = commands.run_here(capsys, *args, "--cluster", "nonsense")

        assert (done.code, done.out) == (1, "")
        assert done.err == "kakehashi: cluster nonsense: expected a dask scheduler, such as tcp://HOST:8786\n"


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
