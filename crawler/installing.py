"""What a timer that somebody has already needs to call `kakehashi crawl --due`. Pure: nothing is installed."""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

# As often as the shortest rhythm: what is not due costs a second.
_MINUTES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Install:
    """What the files are made of: the command that crawls what is due, its store, and where it comes from.

    `folder` is the working directory, `image` a container image, `package` what pip installs, `user` whose service it
    is; empty for a unit that names nobody.
    """

    command: tuple[str, ...]
    store: str
    folder: str = "."
    image: str = ""
    package: str = ""
    user: str = ""


def systemd_files(what: Install) -> dict[str, str]:
    """A service and its timer, by their names. A second run never begins while one goes on."""
    service = f"""\
[Unit]
Description=Kakehashi: crawl the news sources that are due
Documentation=man:systemd.timer(5)
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
{f"User={what.user}" + chr(10) if what.user else ""}WorkingDirectory={_systemd_path(what.folder)}
EnvironmentFile=-/etc/kakehashi.env
ExecStart={" ".join(_systemd_word(word) for word in what.command)}
# 1: something failed and is listed; 5: another machine has the source; 130: stopped, and made up for.
SuccessExitStatus=1 5 130
TimeoutStartSec=infinity
TimeoutStopSec=120
KillMode=mixed
"""
    timer = f"""\
[Unit]
Description=Kakehashi: look every {_MINUTES} minutes whether a source is due

[Timer]
OnCalendar=*:0/{_MINUTES}
# What was missed while the machine was off is made up for once.
Persistent=true
RandomizedDelaySec=30

[Install]
WantedBy=timers.target
"""
    return {"kakehashi.service": service, "kakehashi.timer": timer}


def cron_files(what: Install) -> dict[str, str]:
    """One line for a crontab; a second run never begins while one goes on."""
    words = shlex.join(what.command).replace("%", r"\%")  # crontab(5): an unescaped % is a newline
    folder = shlex.quote(what.folder).replace("%", r"\%")
    # cron mails what is printed: the log of a run that failed.
    log = "kakehashi-cron.log"
    line = f"*/{_MINUTES} * * * * cd {folder} && flock -n -E 0 .kakehashi.lock {words} >{log} 2>&1 || cat {log}\n"
    return {"kakehashi.crontab": line}


def kubernetes_files(what: Install) -> dict[str, str]:
    """A CronJob for a store on S3, whose keys come from a Secret named `kakehashi`; JSON strings are YAML."""
    manifest = f"""\
apiVersion: batch/v1
kind: CronJob
metadata:
  name: kakehashi
spec:
  schedule: "*/{_MINUTES} * * * *"
  concurrencyPolicy: Forbid
  startingDeadlineSeconds: 300
  successfulJobsHistoryLimit: 1
  failedJobsHistoryLimit: 3
  jobTemplate:
    spec:
      backoffLimit: 0
      template:
        spec:
          restartPolicy: Never
          terminationGracePeriodSeconds: 120
          securityContext:
            runAsNonRoot: true
            runAsUser: 1000
            fsGroup: 1000
          containers:
            - name: crawl
              image: {json.dumps(what.image)}
              command: {_flow(what.command)}
              env:
                - name: KAKEHASHI_STORE
                  value: {json.dumps(what.store)}
                - name: KAKEHASHI_SPOOL
                  value: /spool
                - name: HOME
                  value: /spool
              envFrom:
                - secretRef:
                    name: kakehashi
              resources:
                requests:
                  cpu: 500m
                  memory: 512Mi
                limits:
                  memory: 2Gi
              volumeMounts:
                - name: spool
                  mountPath: /spool
          volumes:
            - name: spool
              emptyDir:
                sizeLimit: 12Gi
"""
    return {"kakehashi-cronjob.yaml": manifest}


def github_files(what: Install) -> dict[str, str]:
    """A workflow for a store on S3; its keys and address are secrets of the repository."""
    workflow = f"""\
name: crawl
on:
  schedule:
    - cron: "*/{_MINUTES} * * * *"
  workflow_dispatch: {{}}
permissions:
  contents: read
concurrency:
  group: kakehashi
  cancel-in-progress: false
jobs:
  crawl:
    runs-on: ubuntu-latest
    timeout-minutes: 60
    env:
      KAKEHASHI_STORE: {json.dumps(what.store)}
      AWS_ACCESS_KEY_ID: ${{{{ secrets.AWS_ACCESS_KEY_ID }}}}
      AWS_SECRET_ACCESS_KEY: ${{{{ secrets.AWS_SECRET_ACCESS_KEY }}}}
      AWS_ENDPOINT_URL: ${{{{ secrets.AWS_ENDPOINT_URL }}}}
      AWS_DEFAULT_REGION: ${{{{ vars.AWS_DEFAULT_REGION || 'us-east-1' }}}}
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "3.12"
      - run: {json.dumps(f"pip install {shlex.quote(what.package)}")}
      # 1: something failed and is listed; 5: another machine has the source.
      - run: {json.dumps(shlex.join(what.command) + " || case $? in 1|5) ;; *) exit 1 ;; esac")}
"""
    return {".github/workflows/kakehashi.yml": workflow}


def _flow(words: Sequence[str]) -> str:
    return json.dumps(list(words), ensure_ascii=False)


def _systemd_word(word: str) -> str:
    """A word of ExecStart (systemd.service(5)): quoted, with % and $ doubled."""
    text = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{text}"' if not text or set(text) & set(" \t'\";") else text


def _systemd_path(path: str) -> str:
    return path.replace("%", "%%")
