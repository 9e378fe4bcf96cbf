"""Commands run as a user runs them: in a process of their own, with nothing of this machine's settings in it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pytest

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended: its exit code and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def report(self) -> dict[str, Any]:
        """The ledger that `--json` printed."""
        return json.loads(self.out)


def clean_environ(**more: str) -> dict[str, str]:
    """The environment without what this project or a cloud's tools read from it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("KAKEHASHI_", "AWS_", "SCRAPY_"))}
    return {**kept, "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull, **more}


def start(
    *args: str | Path,
    module: str = "crawler",
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    new_session: bool = False,
    before: Sequence[str] = (),
) -> subprocess.Popen[bytes]:
    """A command that has begun, by another one `before` it; its output goes into pipes."""
    return subprocess.Popen(
        [*before, sys.executable, "-m", module, *map(str, args)],
        env=clean_environ(**(env or {})),
        cwd=cwd or ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=new_session,
    )


def run(
    *args: str | Path,
    module: str = "crawler",
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    stdin: bytes = b"",
    timeout: float = 150,
) -> Done:
    """A command that has ended."""
    done = subprocess.run(
        [sys.executable, "-m", module, *map(str, args)],
        env=clean_environ(**(env or {})),
        cwd=cwd or ROOT,
        input=stdin,
        capture_output=True,
        timeout=timeout,
        check=False,
    )
    return Done(done.returncode, done.stdout.decode(), done.stderr.decode())


def run_here(capsys: pytest.CaptureFixture[str], *args: str | Path) -> Done:
    """A command that has ended, run in this process: for the many that only look."""
    from crawler.__main__ import main

    capsys.readouterr()
    code = main([str(arg) for arg in args])
    said = capsys.readouterr()
    return Done(code, said.out, said.err)
