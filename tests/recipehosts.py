"""Real servers for the recipes of docs/cluster.md, each on loopback and ended with its `with` block: sshd, Slurm, pods."""

from __future__ import annotations

import functools
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from tests.commands import ROOT, clean_environ
from tests.test_process_scale import workers_of

if TYPE_CHECKING:
    import signal
    from collections.abc import Callable, Mapping, Sequence

_MARK = "RECIPE_AT_WORK"
_SYSTEM = f"{os.environ['PATH']}:/usr/sbin:/sbin"


def program(name: str) -> str:
    """Where a server's program is. Fails where it is missing."""
    found = shutil.which(name, path=_SYSTEM)
    assert found is not None, f"{name} is not on this machine: .ci/cluster installs it (Debian's package)"
    return found


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


def wait_until(holds: Callable[[], Any], what: str, seconds: float = 120) -> None:
    """Until something holds; fails with `what` was waited for."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, what
        time.sleep(0.1)


class Marked:
    """What a recipe begins has a mark in its environment, wherever it runs: so it is seen what stays behind."""

    def __init__(self) -> None:
        self._value = secrets.token_hex(8)
        self.environ = {_MARK: self._value}

    def found(self, *words: str) -> dict[int, str]:
        """The command lines with all these words among what runs, by process id."""
        mark, running = f"{_MARK}={self._value}\0".encode(), {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (folder / "environ").read_bytes() + b"\0":
                    line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                    if line and all(word in line for word in words):
                        running[int(folder.name)] = line
            except OSError:
                continue
        return running

    def has_ended(self) -> bool:
        """Whether nothing runs any more."""
        return not self.found()


def make_home(folder: Path, aws: Mapping[str, str]) -> Path:
    """A home with ~/kakehashi/.venv of this checkout and what reaches the store in ~/.aws; the folder of its programs."""
    programs = folder / "kakehashi" / ".venv" / "bin"
    programs.mkdir(parents=True)
    for name, module in (("dask", "dask"), ("kakehashi", "crawler")):
        (programs / name).write_text(f'#!/bin/sh\nexec {sys.executable} -m {module} "$@"\n')
        (programs / name).chmod(0o755)
    (programs / "python").symlink_to(sys.executable)
    (programs / "activate").write_text(f'export PATH={programs}:"$PATH" PYTHONPATH={ROOT}\n')
    (folder / ".aws").mkdir()
    (folder / ".aws" / "config").write_text(
        f"[default]\nregion = {aws['AWS_DEFAULT_REGION']}\nendpoint_url = {aws['AWS_ENDPOINT_URL']}\n"
    )
    (folder / ".aws" / "credentials").write_text(
        f"[default]\naws_access_key_id = {aws['AWS_ACCESS_KEY_ID']}\n"
        f"aws_secret_access_key = {aws['AWS_SECRET_ACCESS_KEY']}\n"
    )
    return programs


def user_environ(home: Path, programs: Path, mark: Marked) -> dict[str, str]:
    """The environment of somebody at home there, who is told nothing about a store but by the files in ~/.aws."""
    usual = {name: value for name, value in clean_environ().items() if not name.startswith("AWS_")}
    return {**usual, "HOME": str(home), "PATH": f"{programs}:{_SYSTEM}", "PYTHONPATH": str(ROOT), **mark.environ}


class _Servers:
    """Programs that run in the foreground until the block ends; their logs lie in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._running: list[subprocess.Popen[bytes]] = []

    def start(self, *argv: str, env: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
        with (self.folder / f"{Path(argv[0]).name}.log").open("ab") as log:
            process = subprocess.Popen(
                [program(argv[0]), *argv[1:]],
                env={**clean_environ(), **(env or {})}, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        self._running.append(process)
        return process

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for process in reversed(self._running):
            process.terminate()
        for process in reversed(self._running):
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


class SshHosts(_Servers):
    """Hosts behind a sshd each, at addresses of loopback and with a home of their own; `programs` has an ssh for them."""

    def __init__(self, folder: Path, names: Sequence[str], aws: Mapping[str, str], mark: Marked) -> None:
        super().__init__(folder)
        self._names, self._aws, self._mark = names, aws, mark

    def __enter__(self) -> Self:
        for key in ("host", "user"):
            subprocess.run(
                [program("ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-f", self.folder / key], check=True
            )
        Path("/run/sshd").mkdir(exist_ok=True)  # where it wants to be locked in
        self.programs = make_home(self.folder / "user-home", self._aws)
        config, port = self.folder / "config", free_port()
        with config.open("w") as file:
            for number, name in enumerate(self._names, 2):
                make_home(self.folder / name, self._aws)
                self._start_host(name, f"127.0.0.{number}", port)
                file.write(f"Host {name}\n  HostName 127.0.0.{number}\n  Port {port}\n")
            file.write(
                f"Host *\n  IdentityFile {self.folder / 'user'}\n  IdentitiesOnly yes\n"
                f"  UserKnownHostsFile {self.folder / 'known'}\n  StrictHostKeyChecking accept-new\n  LogLevel ERROR\n"
            )
        ssh = self.programs / "ssh"
        ssh.write_text(f'#!/bin/sh\nexec {program("ssh")} -F {config} "$@"\n')
        ssh.chmod(0o755)
        for name in self._names:
            answers = functools.partial(self._answers, ssh, name)
            wait_until(answers, f"{name} does not answer", 30)
        return self

    @staticmethod
    def _answers(ssh: Path, name: str) -> bool:
        return subprocess.run([ssh, name, "true"], check=False).returncode == 0

    def _start_host(self, name: str, address: str, port: int) -> None:
        home, config = self.folder / name, self.folder / f"{name}.conf"
        told = [
            f"{key}={value}"
            for key, value in {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", **self._mark.environ}.items()
        ]
        config.write_text(
            f"ListenAddress {address}:{port}\nHostKey {self.folder / 'host'}\nPidFile none\nUsePAM no\nStrictModes no\n"
            f"PasswordAuthentication no\nAuthorizedKeysFile {self.folder / 'user.pub'}\n"
            # nproc heeds OMP_NUM_THREADS: one worker a host. The command is read by a shell as sshd would have it read.
            f"SetEnv {' '.join(told)}\n"
            f'ForceCommand cd {home} && HOME={home} exec sh -c "$SSH_ORIGINAL_COMMAND"\n'
        )
        self.start("sshd", "-D", "-e", "-f", str(config))


_SLURM = """\
ClusterName=recipe
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={control}
SlurmdPort={node}
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={folder}/munge/socket
CredType=cred/munge
MpiDefault=none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
StateSaveLocation={folder}
SlurmdSpoolDir={folder}
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldParameters=enable_configless
SlurmdParameters=config_overrides
ReturnToService=2
KillWait=5
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
NodeName={host} NodeAddr=127.0.0.1 CPUs=4 RealMemory=16000
PartitionName=all Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""


class Slurm(_Servers):
    """munged, slurmctld and one slurmd that says it has four cores. `environ` leads its commands there."""

    def __enter__(self) -> Self:
        config, munge = self.folder / "slurm.conf", self.folder / "munge"
        munge.mkdir(mode=0o755)
        (self.folder / "munge.key").write_bytes(secrets.token_bytes(128))
        (self.folder / "munge.key").chmod(0o600)
        host = socket.gethostname().split(".")[0]
        user = "root" if os.geteuid() == 0 else os.environ["USER"]
        config.write_text(
            _SLURM.format(host=host, control=free_port(), node=free_port(), user=user, folder=self.folder)
        )
        self.environ = {"SLURM_CONF": str(config)}
        kept = [f"--{what}={munge / what.split('-')[0]}" for what in ("socket", "pid-file", "log-file", "seed-file")]
        self.start("munged", "--force", "--foreground", f"--key-file={self.folder / 'munge.key'}", *kept)
        wait_until((munge / "socket").exists, "munged does not answer", 30)
        self.start("slurmctld", "-D", "-f", str(config))
        self.start("slurmd", "-D", "-f", str(config))
        wait_until(lambda: "idle" in self.ask("sinfo", "--noheader", "--format=%T"), "Slurm has no node", 60)
        return self

    def ask(self, *argv: str) -> str:
        """What a command of Slurm writes."""
        env = {**clean_environ(), **self.environ}
        return subprocess.run(
            [program(argv[0]), *argv[1:]], env=env, capture_output=True, text=True, check=False
        ).stdout


class Pod:
    """One container as a kubelet would run it: its command is process 1, names resolve as a Service has them."""

    def __init__(
        self, folder: Path, container: Mapping[str, Any], secret: Mapping[str, str], hosts: Path, env: Mapping[str, str]
    ) -> None:
        own = {pair["name"]: pair["value"] for pair in container.get("env", ())}
        for name, value in own.items():
            if name == "TMPDIR":
                Path(value).mkdir(exist_ok=True)
        self.log = folder / f"{container['name']}.log"
        apart = ["--mount-proc", "--pid", "--fork"] + ([] if os.geteuid() == 0 else ["--user", "--map-root-user"])
        within = 'mount --bind "$0" /etc/hosts && exec "$@"'
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                ["unshare", *apart, "sh", "-c", within, hosts, *container["command"]],
                env={**env, **(secret if "envFrom" in container else {}), **own},
                cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to process 1 of the container."""
        os.kill(min(workers_of(self._process.pid)), number)

    def ended(self) -> int | None:
        """Its exit code; None while it runs."""
        return self._process.poll()
