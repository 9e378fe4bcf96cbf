"""What breaks while `process` or an export goes on over a cluster: a worker, its process, the scheduler, the network."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import pytest

from archive.blobs import open_blobs
from crawler.exporting import _forbids
from pipelines.dataset.release import make_release
from pipelines.dataset.request import Request
from tests import commands
from tests.clusterstores import Made, digests, make_alone, upload, warcs_read
from tests.daskcluster import DaskCluster
from tests.faultproxy import FaultProxy
from tests.pipelines.synthetic import article, write_store
from tests.test_process_scale import workers_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.s3server import S3Server

pytestmark = [pytest.mark.timeout(900), pytest.mark.xdist_group("cluster-breaks"), pytest.mark.long]
_NAMESPACE = f"kakehashi-{os.getpid()}"
_HERE, _THERE = "10.213.77.1", "10.213.77.2"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A store of WARCs without articles, and what this machine makes of it alone."""
    return make_alone(tmp_path_factory.mktemp("made"), pages=240, warcs=8, standing=20)


def wait_for_work(*workers: subprocess.Popen[bytes]) -> None:
    """Until workers have begun a job, and are in the middle of it."""
    wait_for_jobs(*workers)
    time.sleep(3)


def wait_for_jobs(*workers: subprocess.Popen[bytes]) -> None:
    """Until workers have begun a job."""
    until = time.monotonic() + 240
    while not all(workers_of(worker.pid) for worker in workers):
        assert time.monotonic() < until, "a worker was given no job"
        time.sleep(0.05)


def wait_for(store: str, prefix: str) -> None:
    """Until a file is in a store."""
    until, blobs = time.monotonic() + 240, open_blobs(store)
    while next(iter(blobs.list(prefix)), None) is None:
        assert time.monotonic() < until, f"nothing came to {prefix}"
        time.sleep(0.05)


def ended(process: subprocess.Popen[bytes], store: str, made: Made) -> str:
    """What a `process` wrote on stderr, that made what one machine makes."""
    out, err = process.communicate(timeout=800)
    assert process.returncode == 0, err.decode()
    assert digests(store) == made.digests
    report = json.loads(out)
    assert (report["taken_over"], report["given_up"]) == (0, [])
    return err.decode()


def process_over(address: str, store: str, env: dict[str, str]) -> subprocess.Popen[bytes]:
    """A `process` that has begun."""
    return commands.start("process", "--store", store, "--cluster", address, "--json", env=env)


@pytest.mark.parametrize("while_they_are", ["made", "staged"])
def test_a_worker_that_is_killed_costs_nothing(
    while_they_are: str, made: Made, s3_server: S3Server, s3_store_url: str
) -> None:
    """Killed with what it does, and another whose own process alone is killed: each costs one WARC read once more.

    Else each is read when its articles are made, and where a template touches them; nobody reads pages to learn it.
    """
    store = upload(made.warcs, s3_store_url)
    with FaultProxy(s3_server.endpoint) as proxy:
        environ = {**s3_server.environ, "AWS_ENDPOINT_URL": proxy.endpoint}
        with DaskCluster(3, environ) as cluster:
            process = process_over(cluster.address, store, environ)
            if while_they_are == "made":
                wait_for_work(*cluster.workers)
            else:
                wait_for(store, "articles/0002/")
            cluster.workers[0].send_signal(signal.SIGKILL)
            os.kill(min(workers_of(cluster.workers[1].pid)), signal.SIGKILL)
            err = ended(process, store, made)
    read = warcs_read(proxy)
    least = {path.name: 2 for path in made.files[:-1]} | {made.files[-1].name: 1}
    assert "sent again" in err
    assert read.keys() == least.keys()
    assert sum(least.values()) <= read.total() <= sum(least.values()) + 2


def test_a_scheduler_that_restarts_is_waited_for(made: Made, s3_server: S3Server, s3_store_url: str) -> None:
    """Its workers end with it, as dask has it; those of the new one do what was not done."""
    store = upload(made.warcs, s3_store_url)
    with DaskCluster(3, s3_server.environ) as cluster:
        address = cluster.address
        process = process_over(address, store, s3_server.environ)
        wait_for_work(*cluster.workers)
        cluster.scheduler.kill()
        cluster.scheduler.wait()
        time.sleep(5)
        cluster.start_scheduler(int(address.rsplit(":", 1)[1]))
        for _ in range(3):
            cluster.add_worker()
        err = ended(process, store, made)
    assert "what is left is sent again" in err


def test_a_release_has_the_same_bytes_when_a_worker_is_killed(
    s3_server: S3Server, s3_store_url: str, tmp_path: Path
) -> None:
    """One with what it does, the process of another alone; and what an export leaves that is killed itself goes."""
    made_up = write_store(tmp_path / "store", [article(number) for number in range(2000)])
    store, blobs = upload(made_up, s3_store_url), open_blobs(s3_store_url)
    make_release(str(made_up), str(tmp_path / "here"), Request(name="news", forbids=_forbids))
    args = ("export", "dataset", "news", "--store", store, "--out", tmp_path / "there", "--cluster")
    with DaskCluster(3, s3_server.environ) as cluster:
        killed = commands.start(*args, cluster.address, env=s3_server.environ)
        wait_for_jobs(*cluster.workers)
        killed.kill()
        killed.wait()
        assert "plan.json" in " ".join(info.key for info in blobs.list("state/dataset/"))
        cluster.add_worker()

        process = commands.start(*args, cluster.address, env=s3_server.environ)
        wait_for_jobs(*cluster.workers[-1:])
        cluster.workers[-1].kill()
        os.kill(min(workers_of(cluster.workers[0].pid)), signal.SIGKILL)
        out, err = process.communicate(timeout=300)

    assert process.returncode == 0, err.decode()
    assert out.startswith(f"{tmp_path / 'there'}: 2000 articles".encode())
    assert digests(str(tmp_path / "there")) == digests(str(tmp_path / "here"))
    assert not list(blobs.list("state/"))


@pytest.mark.skipif(os.geteuid() != 0, reason="network namespaces are for root alone")
@pytest.mark.parametrize("who", ["worker", "command"])
def test_a_network_that_parts_for_a_minute_is_waited_for(
    who: str, made: Made, s3_server: S3Server, s3_store_url: str, tmp_path: Path
) -> None:
    """A machine that reaches neither scheduler nor store for a minute: a worker's, or that of the command itself."""
    store = upload(made.warcs, s3_store_url)
    with namespace(), forwarded(s3_server.endpoint) as endpoint:
        there = {**s3_server.environ, "AWS_ENDPOINT_URL": endpoint}
        within = ("ip", "netns", "exec", _NAMESPACE)
        with DaskCluster(2, s3_server.environ, host=_HERE) as cluster:
            if who == "worker":
                parted = cluster.add_worker(*within, host=_THERE, env=there)
                process = process_over(cluster.address, store, s3_server.environ)
                wait_for_work(parted)
            else:
                process = commands.start(
                    "process", "--store", store, "--cluster", cluster.address, "--json", "--spool", tmp_path,
                    env=there, before=within,
                )  # fmt: skip
                wait_for_work(*cluster.workers)
            run("ip", "link", "set", _outer(), "down")
            time.sleep(60)
            run("ip", "link", "set", _outer(), "up")
            ended(process, store, made)


def _outer() -> str:
    return f"kk{os.getpid()}"[:15]


def run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)


@contextmanager
def namespace() -> Iterator[None]:
    """Another machine, as far as the network goes: `_THERE` is its address, this one is `_HERE` to it."""
    inner = f"ki{os.getpid()}"[:15]
    run("ip", "netns", "add", _NAMESPACE)
    try:
        run("ip", "link", "add", _outer(), "type", "veth", "peer", "name", inner)
        run("ip", "link", "set", inner, "netns", _NAMESPACE)
        run("ip", "addr", "add", f"{_HERE}/24", "dev", _outer())
        run("ip", "link", "set", _outer(), "up")
        within = ("ip", "netns", "exec", _NAMESPACE, "ip")
        run(*within, "addr", "add", f"{_THERE}/24", "dev", inner)
        run(*within, "link", "set", inner, "up")
        run(*within, "link", "set", "lo", "up")
        yield
    finally:
        run("ip", "netns", "del", _NAMESPACE)
        subprocess.run(["ip", "link", "del", _outer()], check=False, capture_output=True)


@contextmanager
def forwarded(endpoint: str) -> Iterator[str]:
    """The endpoint as the other machine reaches it."""
    port = int(endpoint.rsplit(":", 1)[1])
    with socket.create_server((_HERE, 0)) as listener:
        threading.Thread(target=_accept, args=(listener, port), daemon=True).start()
        yield f"http://{_HERE}:{listener.getsockname()[1]}"


def _accept(listener: socket.socket, port: int) -> None:
    with suppress(OSError):
        while True:
            client, _ = listener.accept()
            server = socket.create_connection(("127.0.0.1", port))
            for one, other in ((client, server), (server, client)):
                threading.Thread(target=_pass_on, args=(one, other), daemon=True).start()


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while data := one.recv(65536):
            other.sendall(data)
    for end in (one, other):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
