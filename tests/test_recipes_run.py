"""The recipes of docs/cluster.md, run as they stand there but for names, paths and numbers.

What is missing of sshd, Slurm and the schemas of Kubernetes is installed by `.ci/cluster`, or these fail.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.clusterstores import Made, digests, make_alone, upload
from tests.commands import ROOT
from tests.recipehosts import Marked, Pod, Slurm, SshHosts, free_port, make_home, user_environ, wait_until
from tests.recipes import blocks, container, manifests, put

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.s3server import S3Server

pytestmark = [pytest.mark.timeout(900), pytest.mark.xdist_group("recipes"), pytest.mark.long]
_STORE = "s3://bucket/prefix"
_UNKNOWN = {"process --store": "process --no-such-option --store"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A store of WARCs without articles, and what this machine makes of it alone."""
    return make_alone(tmp_path_factory.mktemp("made"), pages=96, warcs=8)


@pytest.fixture(scope="module")
def schemas() -> Path:
    """A Python that has the schemas of Kubernetes; what is missing is installed."""
    folder = Path(tempfile.gettempdir()) / "kakehashi-recipes"
    done = subprocess.run([ROOT / ".ci" / "cluster", folder], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder / "bin" / "python"


@pytest.fixture
def mark() -> Iterator[Marked]:
    """Of what a recipe began nothing is left to the next test."""
    mark = Marked()
    yield mark
    for pid in mark.found():
        os.kill(pid, signal.SIGKILL)


def answers(port: int) -> bool:
    """Whether somebody listens at a port, which is what the probe of the manifest asks."""
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0


def script_of(folder: Path, recipe: str, changes: dict[str, str]) -> Path:
    """The script of a recipe, saved as its reader would."""
    (text,) = blocks(recipe, "sh")
    folder.mkdir(exist_ok=True)
    (folder / "recipe.sh").write_text(put(text, changes))
    return folder / "recipe.sh"


@pytest.mark.usefixtures("schemas")
def test_plain_ssh(made: Made, mark: Marked, s3_server: S3Server, s3_store_url: str, tmp_path: Path) -> None:
    """Three hosts; the scheduler is killed once. Exit codes are those of the command, and nothing stays on the hosts."""
    store = upload(made.warcs, s3_store_url)
    changes = {"$(hostname -f)": "127.0.0.1", "8786": str(free_port()), _STORE: store}
    with SshHosts(tmp_path, ("one", "two", "three"), s3_server.environ, mark) as hosts:
        env = user_environ(tmp_path / "user-home", hosts.programs, mark)
        begun = subprocess.Popen(
            ["bash", script_of(tmp_path / "whole", "Plain ssh", changes)],
            env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        wait_until(lambda: len(mark.found("crawler.cluster_child")) == 3, "three hosts have no work")
        (scheduler,) = mark.found("dask scheduler")
        os.kill(scheduler, signal.SIGKILL)
        out, err = begun.communicate(timeout=150)
        assert begun.returncode == 0, err
        assert "what is left is sent again" in err
        assert digests(store) == made.digests
        assert out.rstrip().endswith("makes it current")
        assert "distributed" not in out
        wait_until(mark.has_ended, "a process is still there", 20)

        script = script_of(tmp_path / "wrong", "Plain ssh", changes | _UNKNOWN)
        done = subprocess.run(["bash", script], env=env, capture_output=True, text=True, timeout=100, check=False)
        assert done.returncode == 2, done.stderr
        wait_until(mark.has_ended, "a process is still there", 20)

        begun = subprocess.Popen(
            ["bash", script_of(tmp_path / "long", "Plain ssh", changes | {"process --": "process --all --"})], env=env
        )
        wait_until(lambda: len(mark.found("crawler.cluster_child")) == 3, "three hosts have no work")
        (command,) = mark.found("crawler process")
        os.kill(command, signal.SIGINT)
        assert begun.wait(60) == 130
        wait_until(mark.has_ended, "a process is still there", 20)


@pytest.mark.usefixtures("schemas")
def test_slurm(made: Made, mark: Marked, s3_server: S3Server, s3_store_url: str, tmp_path: Path) -> None:
    """The job ends when the command does, with its exit code; one whose scheduler does not start fails at once."""
    store = upload(made.warcs, s3_store_url)
    home = tmp_path / "home"
    env = user_environ(home, make_home(home, s3_server.environ), mark)
    changes = {"--ntasks=33": "--ntasks=4", "https://s3.example": s3_server.endpoint, _STORE: store}
    cases = {
        "whole": ({}, 0),
        "wrong": (_UNKNOWN, 2),
        "none": ({"scheduler --port 0": "scheduler --no-such-option"}, 1),
    }
    (tmp_path / "slurm").mkdir()
    with Slurm(tmp_path / "slurm") as slurm:
        for name, (more, code) in cases.items():
            script, out = script_of(tmp_path / name, "Slurm", changes | more), tmp_path / name / "out"
            done = subprocess.run(
                ["sbatch", "--wait", f"--output={out}", script],
                env={**env, **slurm.environ}, capture_output=True, text=True, timeout=300, check=False,
            )  # fmt: skip
            assert done.returncode == code, (done.stderr, out.read_text())
            wait_until(lambda: slurm.ask("squeue", "--noheader") == "", "the job stays in the queue", 30)
            wait_until(mark.has_ended, "a process is still there", 20)
            assert not list(home.glob("*.json"))
    assert digests(store) == made.digests


def test_the_manifests_are_what_kubernetes_takes(schemas: Path, tmp_path: Path) -> None:
    """Read strictly, an unknown field is an error, against the schemas of the oldest and the newest version there is."""
    check = (
        "import sys, yaml, kubernetes_validate as k\n"
        "versions = sorted(k.utils.all_versions())\n"
        "[k.validate(thing, v, strict=True) for v in versions for thing in yaml.safe_load_all(open(sys.argv[1]))]\n"
    )
    for number, text in enumerate(
        [*blocks("Kubernetes", "yaml"), blocks("Kubernetes", "yaml")[1].replace("backoffLimit", "backofLimit")]
    ):
        file = tmp_path / f"{number}.yaml"
        file.write_text(text)
        done = subprocess.run([schemas, "-c", check, file], capture_output=True, text=True, check=False)
        assert (done.returncode == 0) == (number < 2), done.stderr


def test_kubernetes(made: Made, mark: Marked, s3_server: S3Server, s3_store_url: str, tmp_path: Path) -> None:
    """Each container's command as process 1 with the environment of its manifest; the scheduler dies once.

    What a Deployment does is done here: a container that ends is begun anew, and is told to end when it is deleted.
    """
    store = upload(made.warcs, s3_store_url)
    changes = {"8786": str(free_port()), "/scratch": str(tmp_path / "scratch"), "s3://bucket/prefix": store}
    text = yaml.safe_dump_all(manifests())
    scheduler, service, workers, _policy, job = yaml.safe_load_all(put(text, changes))
    hosts = tmp_path / "hosts"
    hosts.write_text(f"127.0.0.1 localhost {service['metadata']['name']}\n")
    home = tmp_path / "home"
    env = user_environ(home, make_home(home, s3_server.environ), mark)
    secret = {name: value for name, value in s3_server.environ.items() if not name.endswith("_FILE")}
    (tmp_path / "home" / ".aws" / "credentials").unlink()
    (tmp_path / "home" / ".aws" / "config").unlink()

    def begin(thing: dict[str, Any]) -> Pod:
        return Pod(tmp_path, container(thing), secret, hosts, env)

    wanted = [scheduler, workers, workers]
    pods = [begin(thing) for thing in wanted]
    port = container(scheduler)["readinessProbe"]["tcpSocket"]["port"]
    wait_until(lambda: answers(port), "the scheduler does not become ready")
    command = begin(job)
    begun_anew = 0

    def keep() -> bool:
        nonlocal begun_anew
        for number, pod in enumerate(pods):
            if pod.ended() is not None:
                pods[number], begun_anew = begin(wanted[number]), begun_anew + 1
        return command.ended() is not None

    wait_until(lambda: keep() or len(mark.found("crawler.cluster_child")) == 2, "two workers have no work")
    assert command.ended() is None, command.log.read_text()
    pods[0].signal(signal.SIGKILL)
    wait_until(keep, "the job does not end", 150)

    assert command.ended() == 0, command.log.read_text()
    assert "what is left is sent again" in command.log.read_text()
    assert begun_anew >= 3
    assert digests(store) == made.digests
    grace = workers["spec"]["template"]["spec"]["terminationGracePeriodSeconds"]
    for ending in (pods[1:], pods[:1]):  # a worker that is told to end while its scheduler goes may have to be killed
        for pod in ending:
            pod.signal(signal.SIGTERM)
        wait_until(lambda: all(pod.ended() is not None for pod in ending), "a pod does not end", grace)  # noqa: B023
    wait_until(mark.has_ended, "a process is still there", 5)
