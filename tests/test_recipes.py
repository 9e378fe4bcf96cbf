"""The recipes of docs/cluster.md are such as shells, dask and Kubernetes take; tests/test_recipes_run.py runs them."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys

import pytest
from distributed.cli.dask_scheduler import main as scheduler
from distributed.cli.dask_worker import main as worker

from crawler.__main__ import build_parser
from tests.commands import ROOT
from tests.recipes import DOCUMENT, blocks, commands_of, container, manifests

_DASK = {"scheduler": scheduler, "worker": worker}


def shells() -> list[str]:
    text = DOCUMENT.read_text(encoding="utf-8")
    return [
        re.split("^--cl|^`--cl", text, maxsplit=1, flags=re.MULTILINE)[0],
        *blocks("Slurm", "sh"),
        *blocks("Plain ssh", "sh"),
    ]


def command_lines() -> list[tuple[str, ...]]:
    contained = [tuple(container(thing)["command"]) for thing in manifests() if "template" in thing["spec"]]
    return [line for shell in shells() for line in commands_of(shell)] + contained


def test_every_command_line_is_one_that_its_command_takes() -> None:
    """Read by the commands' own parsers; each recipe has a scheduler, workers and a command, and they find each other."""
    lines = command_lines()
    assert [line[:2] for line in lines] == 4 * [("dask", "scheduler"), ("dask", "worker"), ("kakehashi", "process")]
    for name, what, *arguments in lines:
        if name == "dask":
            _DASK[what].make_context(f"dask {what}", list(arguments))
        else:
            assert build_parser(what).parse_args([what, *arguments]).cluster


def test_an_option_that_is_none_is_refused() -> None:
    """As the test above would find."""
    for what, command in _DASK.items():
        with pytest.raises(Exception, match="No such option"):
            command.make_context(what, ["tcp://one:8786", "--no-such-option"])


def test_workers_and_command_ask_at_the_address_of_the_scheduler() -> None:
    """And each recipe's store is the same."""
    lines = command_lines()
    for _scheduler, workers, command in zip(lines[::3], lines[1::3], lines[2::3], strict=True):
        assert command[command.index("--cluster") + 1] == workers[2]
        assert command[command.index("--store") + 1] == "s3://bucket/prefix"


@pytest.mark.parametrize("recipe", ["Slurm", "Plain ssh"])
def test_bash_reads_the_scripts(recipe: str) -> None:
    """What is sent over ssh is read as well."""
    (script,) = blocks(recipe, "sh")
    inner = [text.replace(r"\$", "$") for text in re.findall(r"sh -c '(.*?)'", script, re.DOTALL)]
    assert len(inner) == (recipe == "Plain ssh")
    for text in (script, *inner):
        done = subprocess.run(["bash", "-n"], input=text, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")


def test_a_job_is_done_where_its_worker_is_process_1() -> None:
    """As it is in a container; a job that finds another parent than its worker ends, for the worker has gone."""
    apart = ["unshare", "--pid", "--fork", *([] if os.geteuid() == 0 else ["--user", "--map-root-user"])]
    worker = (
        "import os; from crawler.cluster_jobs import Job; from crawler.cluster_worker import run_job; "
        "ended = run_job(Job(name='one', argv=('--help',), files={}), 'batch'); print(os.getpid(), ended.code)"
    )
    done = subprocess.run([*apart, sys.executable, "-c", worker], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout == "1 0\n", done.stderr
    orphan = [sys.executable, "-m", "crawler.cluster_child", str(os.getppid()), "--help"]
    assert subprocess.run(orphan, cwd=ROOT, check=False).returncode == -signal.SIGTERM


def test_the_names_of_the_manifests_agree() -> None:
    """Selectors and labels, the service and the scheduler's address and port, volumes, and where temporary files go."""
    found = manifests()
    kinds = [thing["kind"] for thing in found]
    assert kinds == ["Deployment", "Service", "Deployment", "NetworkPolicy", "Job"]
    scheduler, service, workers, policy, job = found
    labels = [thing["spec"]["template"]["metadata"]["labels"] for thing in (scheduler, workers, job)]
    for thing, mine in zip((scheduler, workers), labels, strict=False):
        assert thing["spec"]["selector"]["matchLabels"].items() <= mine.items()
    assert service["spec"]["selector"].items() <= labels[0].items()
    assert not service["spec"]["selector"].items() <= labels[1].items()
    (allowed,) = policy["spec"]["ingress"][0]["from"]
    for mine in labels:
        assert policy["spec"]["podSelector"]["matchLabels"].items() <= mine.items()
        assert allowed["podSelector"]["matchLabels"].items() <= mine.items()

    port = service["spec"]["ports"][0]["port"]
    command = container(scheduler)["command"]
    assert command[command.index("--port") + 1] == str(port)
    assert container(scheduler)["ports"] == [{"containerPort": port}]
    assert container(scheduler)["readinessProbe"]["tcpSocket"]["port"] == port
    assert f"tcp://{service['metadata']['name']}:{port}" == container(workers)["command"][2]

    assert len({container(thing)["image"] for thing in (scheduler, workers, job)}) == 1
    for thing in (workers, job):
        volumes = [volume["name"] for volume in thing["spec"]["template"]["spec"]["volumes"]]
        (mount,) = container(thing)["volumeMounts"]
        assert [mount["name"]] == volumes
        assert container(thing)["env"] == [{"name": "TMPDIR", "value": mount["mountPath"]}]
        assert container(thing)["envFrom"] == [{"secretRef": {"name": "kakehashi-s3"}}]
