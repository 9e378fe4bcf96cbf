"""What is written for the scheduler that somebody has already: read by those that will read it."""

from __future__ import annotations

import configparser
import re
import shlex
import shutil
import subprocess
from typing import TYPE_CHECKING

import jsonschema
import pytest
import yaml

from crawler.__main__ import main
from crawler.installing import Install, cron_files, github_files, kubernetes_files, systemd_files

if TYPE_CHECKING:
    from pathlib import Path

AWKWARD = Install(
    command=("/opt/my tools/kakehashi", "crawl", "--due", "--store", "s3://b/p", "--sources", '/srv/50% "$HOME"\'s'),
    store="s3://b/p",
    folder="/srv/my archive",
    image="registry.example/kakehashi:1",
    package="kakehashi==0.1.0",
)
PLAIN = Install(command=("kakehashi", "crawl", "--due"), store="s3://b/p", image="x/kakehashi:1", package="kakehashi")
# The part of the schema of batch/v1 that the manifest has: a field that is no such field is refused.
_CONTAINER = {
    "type": "object",
    "additionalProperties": False,
    "required": ["name", "image", "command"],
    "properties": {
        "name": {"pattern": "^[a-z0-9-]+$"},
        "image": {"type": "string", "minLength": 1},
        "command": {"type": "array", "items": {"type": "string"}},
        "env": {"type": "array", "items": {"required": ["name", "value"], "properties": {"value": {"type": "string"}}}},
        "envFrom": {"type": "array", "items": {"required": ["secretRef"]}},
        "resources": {"type": "object"},
        "volumeMounts": {"type": "array", "items": {"required": ["name", "mountPath"]}},
    },
}
CRON_JOB = {
    "type": "object",
    "additionalProperties": False,
    "required": ["apiVersion", "kind", "metadata", "spec"],
    "properties": {
        "apiVersion": {"const": "batch/v1"},
        "kind": {"const": "CronJob"},
        "metadata": {"required": ["name"]},
        "spec": {
            "additionalProperties": False,
            "required": ["schedule", "jobTemplate"],
            "properties": {
                "schedule": {"pattern": r"^(\S+ ){4}\S+$"},
                "concurrencyPolicy": {"enum": ["Allow", "Forbid", "Replace"]},
                "startingDeadlineSeconds": {"type": "integer"},
                "successfulJobsHistoryLimit": {"type": "integer"},
                "failedJobsHistoryLimit": {"type": "integer"},
                "jobTemplate": {
                    "properties": {
                        "spec": {
                            "additionalProperties": False,
                            "properties": {
                                "backoffLimit": {"type": "integer"},
                                "template": {
                                    "properties": {
                                        "spec": {
                                            "additionalProperties": False,
                                            "required": ["containers", "restartPolicy"],
                                            "properties": {
                                                "restartPolicy": {"enum": ["Never", "OnFailure"]},
                                                "terminationGracePeriodSeconds": {"type": "integer"},
                                                "securityContext": {"type": "object"},
                                                "containers": {"type": "array", "items": _CONTAINER},
                                                "volumes": {
                                                    "type": "array",
                                                    "items": {"required": ["name", "emptyDir"]},
                                                },
                                            },
                                        }
                                    }
                                },
                            },
                        }
                    }
                },
            },
        },
    },
}


@pytest.mark.parametrize("what", [PLAIN, AWKWARD], ids=["plain", "awkward"])
def test_systemd_units_are_sound(what: Install, tmp_path: Path) -> None:
    """As ini files, and where systemd is there, for `systemd-analyze verify`, too; awkward words come through whole."""
    files = systemd_files(what)
    units = {name: configparser.ConfigParser(interpolation=None) for name in files}
    for name, text in files.items():
        units[name].optionxform = str
        units[name].read_string(text)
    service = units["kakehashi.service"]["Service"]
    words = [word.replace("%%", "%").replace("$$", "$") for word in shlex.split(service["ExecStart"])]
    assert words == list(what.command)
    assert units["kakehashi.timer"]["Timer"]["Persistent"] == "true"

    verify = shutil.which("systemd-analyze")
    if verify is not None:
        program = tmp_path / "program"
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
        for name, text in systemd_files(
            Install(command=(str(program), *what.command[1:]), store="", folder="/", user="archive")
        ).items():
            (tmp_path / name).write_text(text)
        found = subprocess.run(
            [verify, "verify", *tmp_path.glob("kakehashi.*")], capture_output=True, text=True, check=False
        )
        assert [line for line in found.stderr.splitlines() if "kakehashi" in line] == []


def test_a_crontab_line_runs_the_command_and_never_two(tmp_path: Path) -> None:
    """Five fields, and a shell line in which cron's own % is escaped."""
    (line,) = cron_files(AWKWARD)["kakehashi.crontab"].splitlines()
    fields = line.split(" ", 5)
    assert fields[:5] == ["*/10", "*", "*", "*", "*"]
    assert not re.search(r"(?<!\\)%", fields[5])
    shell = fields[5].replace(r"\%", "%")

    script = tmp_path / "word"
    script.write_text('#!/bin/sh\nfor word; do printf "%s\\n" "$word"; done\n')
    script.chmod(0o755)
    shell = shell.replace(shlex.quote(AWKWARD.command[0]), str(script)).replace(
        shlex.quote(AWKWARD.folder), str(tmp_path)
    )
    subprocess.run(["/bin/sh", "-c", shell], check=True)
    assert (tmp_path / "kakehashi-cron.log").read_text().splitlines() == list(AWKWARD.command[1:])


@pytest.mark.parametrize("what", [PLAIN, AWKWARD], ids=["plain", "awkward"])
def test_the_cron_job_is_what_kubernetes_knows(what: Install) -> None:
    """Each field is one of batch/v1; no two jobs at once; secrets come from a Secret."""
    manifest = yaml.safe_load(kubernetes_files(what)["kakehashi-cronjob.yaml"])

    jsonschema.validate(manifest, CRON_JOB)
    assert manifest["spec"]["concurrencyPolicy"] == "Forbid"
    (container,) = manifest["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"]
    assert container["command"] == list(what.command)
    assert {item["name"]: item["value"] for item in container["env"]}["KAKEHASHI_STORE"] == "s3://b/p"
    assert {item["name"] for item in container["volumeMounts"]} == {"spool"}


@pytest.mark.parametrize("what", [PLAIN, AWKWARD], ids=["plain", "awkward"])
def test_the_workflow_is_what_github_knows(what: Install) -> None:
    """A schedule, one run at a time, no secret in it, and a shell line with the command."""
    (text,) = github_files(what).values()
    flow = yaml.load(text, Loader=yaml.BaseLoader)  # BaseLoader: `on` is a word, not true

    assert set(flow) == {"name", "on", "permissions", "concurrency", "jobs"}
    assert flow["on"]["schedule"] == [{"cron": "*/10 * * * *"}]
    assert flow["concurrency"]["cancel-in-progress"] == "false"
    (job,) = flow["jobs"].values()
    assert job["env"]["AWS_SECRET_ACCESS_KEY"] == "${{ secrets.AWS_SECRET_ACCESS_KEY }}"
    steps = [step.get("run", "") for step in job["steps"]]
    assert shlex.split(steps[-1].partition(" || ")[0]) == list(what.command)


def test_a_service_runs_as_whoever_asked_for_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Through sudo as well, or as the one who is named; root is not named, nor anybody in the units of one user."""

    def users(*args: str) -> list[str]:
        assert main(["schedule", "install", "--systemd", "--store", "data", *args]) == 0
        found = capsys.readouterr().out.splitlines()
        return [line.partition("=")[2] for line in found if line.startswith("User=")]

    monkeypatch.setenv("SUDO_USER", "aida")
    assert users() == ["aida"]
    assert users("--user", "archive") == ["archive"]
    monkeypatch.setenv("SUDO_USER", "root")
    assert users() == []
    monkeypatch.delenv("SUDO_USER")
    monkeypatch.setenv("LOGNAME", "ken")
    assert users() == ["ken"]
    units = tmp_path / ".config" / "systemd" / "user"
    users("--write", str(units))
    assert "User=" not in (units / "kakehashi.service").read_text()
    with pytest.raises(SystemExit, match="2"):
        main(["schedule", "install", "--systemd", "--user", "x\nExecStart=y"])


def test_install_writes_files_that_call_crawl_due(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """To stdout or into a folder, with the options that were given; what cannot work is refused."""
    assert main(["schedule", "install", "--cron", "--store", "data", "--delay", "2", "24kg"]) == 0
    shown = capsys.readouterr().out
    assert "kakehashi crawl --due --store " in shown
    assert "--delay 2.0" in shown

    units = tmp_path / "units"
    assert main(["schedule", "install", "--systemd", "--write", str(units), "--store", "s3://b/p"]) == 0
    assert sorted(path.name for path in units.iterdir()) == ["kakehashi.service", "kakehashi.timer"]

    for args, code in (
        (["--kubernetes", "--image", "x", "--store", str(tmp_path)], 4),
        (["--github-actions", "--store", str(tmp_path)], 4),
        (["--kubernetes", "--store", "s3://b/p"], 2),
        (["--cron", "nobody"], 2),
    ):
        assert main(["schedule", "install", *args]) == code
