"""`process` over a real scheduler and real workers: the bytes that one machine makes, whatever dies or is away."""

from __future__ import annotations

import hashlib
import signal
import time
from typing import TYPE_CHECKING

import pytest

from archive.blobs import open_blobs
from tests import commands
from tests.daskcluster import DaskCluster
from tests.test_process_scale import make_store, workers_of

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator
    from pathlib import Path

    from tests.s3server import S3Server

pytestmark = [pytest.mark.timeout(300), pytest.mark.xdist_group("cluster-process")]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, proves: bool) -> tuple[Path, dict[str, str]]:
    """A store of WARCs without articles, and the digests of what this machine makes of it alone."""
    folder = tmp_path_factory.mktemp("made")
    make_store(folder / "warcs", 600 if proves else 6, warcs=12 if proves else 3)
    make_store(folder / "alone", 600 if proves else 6, warcs=12 if proves else 3)
    done = commands.run("process", "--store", folder / "alone")
    assert done.code == 0, done.err
    return folder / "warcs", digests(str(folder / "alone"))


@pytest.fixture
def cluster(s3_server: S3Server, tmp_path: Path) -> Iterator[DaskCluster]:
    """A scheduler and three workers."""
    with DaskCluster(3, {**s3_server.environ, "TMPDIR": str(tmp_path)}) as running:
        yield running


@pytest.fixture
def store(made: tuple[Path, dict[str, str]], s3_store_url: str) -> str:
    """The WARCs in an S3 store."""
    blobs = open_blobs(s3_store_url)
    for path in sorted(made[0].rglob("*")):
        if path.is_file():
            blobs.put_file(path.relative_to(made[0]).as_posix(), path)
    return s3_store_url


def digests(store: str) -> dict[str, str]:
    """The digest of every file of a store that is no state."""
    blobs = open_blobs(store)
    keys = [info.key for info in blobs.list() if not info.key.startswith("state/")]
    return {key: hashlib.sha256(blobs.get(key)).hexdigest() for key in keys}


def wait_for_work(worker: subprocess.Popen[bytes]) -> None:
    """Until the worker has begun a job."""
    until = time.monotonic() + 120
    while not workers_of(worker.pid):
        assert time.monotonic() < until, "the worker was given no job"
        time.sleep(0.05)


def test_three_workers_one_of_them_killed_make_what_one_machine_makes(
    made: tuple[Path, dict[str, str]], cluster: DaskCluster, s3_server: S3Server, store: str
) -> None:
    """Every file of the store is the same, to the byte; nothing is left in the work folders."""
    process = commands.start(
        "process", "--store", store, "--cluster", cluster.address, "--json", env=s3_server.environ
    )
    wait_for_work(cluster.workers[0])
    cluster.workers[0].send_signal(signal.SIGKILL)
    out, err = process.communicate(timeout=280)

    assert process.returncode == 0, err.decode()
    assert digests(store) == made[1]
    assert commands.Done(0, out.decode(), "").report["pages"] == 6
