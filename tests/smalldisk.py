"""A disk of a few megabytes for tests, in memory: one that fills up, becomes read-only, grows, or goes away.

Root mounts it. Who may not (a container without the right to) gets one in a namespace of its own, held by a process and
reached through `/proc/<pid>/root`. Where neither works the tests fail and say what is missing: none is skipped.
"""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types import TracebackType

_KEEP = "mount -t tmpfs -o size={size} tmpfs '{at}' && echo ready && exec sleep 100000"


class SmallDisk:
    """A tmpfs of `size` bytes mounted on `folder`, which is made; `path` is where to reach it. Use it in a `with` block."""

    def __init__(self, folder: Path, size: int) -> None:
        self._folder = folder
        self._size = size
        self._keeper: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self._folder.mkdir(parents=True, exist_ok=True)
        mounted = self._run("mount", "-t", "tmpfs", "-o", f"size={self._size}", "tmpfs", self._folder)
        if mounted is None:
            self.path = self._folder
        else:
            self.path = self._mount_apart(why_not=mounted)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.unplug()

    def _mount_apart(self, why_not: str) -> Path:
        script = _KEEP.format(size=self._size, at=self._folder)
        self._keeper = subprocess.Popen(
            ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        assert self._keeper.stdout is not None
        if self._keeper.stdout.readline() != b"ready\n":
            why = self._keeper.communicate()[1].decode().strip()
            raise RuntimeError(
                "no small disk for the tests of full disks: they need the right to mount a tmpfs (root with "
                f"CAP_SYS_ADMIN) or unprivileged user namespaces. mount: {why_not}; unshare: {why}"
            )
        return Path(f"/proc/{self._keeper.pid}/root{self._folder}")

    def _run(self, *command: str | Path) -> str | None:
        """None when a command went well, else what it said."""
        inside = []
        if self._keeper is not None:
            inside = ["nsenter", f"--target={self._keeper.pid}", "--user", "--mount", "--preserve-credentials"]
        try:
            done = subprocess.run([*inside, *map(str, command)], capture_output=True, text=True, check=False)
        except FileNotFoundError as error:
            return str(error)
        return None if done.returncode == 0 else done.stderr.strip() or f"exit {done.returncode}"

    def _must(self, *command: str | Path) -> None:
        problem = self._run(*command)
        if problem is not None:
            raise RuntimeError(f"{command[0]}: {problem}")

    def remount(self, options: str) -> None:
        """Change the disk: `size=BYTES`, `ro`, `rw`."""
        self._must("mount", "-o", f"remount,{options}", self._folder)

    def unplug(self) -> None:
        """Take the disk away, whoever uses it; what was on it is lost."""
        if self._keeper is not None:
            self._keeper.kill()
            self._keeper.communicate()
            self._keeper = None
        elif os.path.ismount(self._folder):
            self._must("umount", "--lazy", self._folder)

    @property
    def free(self) -> int:
        """The bytes that still fit."""
        facts = os.statvfs(self.path)
        return facts.f_bavail * facts.f_frsize

    def fill(self, leaving: int) -> Path:
        """A file that takes all the room but `leaving` bytes; removing it makes room again."""
        ballast = self.path / "ballast"
        with ballast.open("wb") as file:
            while (left := self.free - leaving) > 0:
                os.posix_fallocate(file.fileno(), file.tell(), left)
                file.seek(left, os.SEEK_CUR)
        return ballast


def wait_until(condition: object, within_s: float = 60) -> None:
    """Return as soon as a condition holds; fail when it does not come to that."""
    assert callable(condition)
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)
