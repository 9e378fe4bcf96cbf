"""The crawl process stays small, whatever it is sent: peak resident memory, as the kernel counts it."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests import commands
from tests.wirecases import HOPS, every_case
from tests.wireserver import WireServer

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.xdist_group("memory"), pytest.mark.timeout(600)]
LIMIT_MB = 400
# The program itself, which then says what it came to at most; VmHWM begins anew when a program is started, unlike
# getrusage, which counts the memory of the parent that started it.
_PROGRAM = """
import sys
from crawler.__main__ import main
code = main(sys.argv[1:])
sys.stderr.write(open("/proc/self/status").read())
sys.exit(code)
"""


@dataclass(frozen=True)
class Ended:
    """How a command ended, and the most memory that its process held."""

    code: int
    peak_mb: float
    err: str


def run(*args: str | Path) -> Ended:
    """A command that has ended."""
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, *map(str, args)],
        env=commands.clean_environ(), cwd=commands.ROOT, capture_output=True, text=True, timeout=500, check=False,
    )  # fmt: skip
    peak = re.search(r"^VmHWM:\s+(\d+) kB$", done.stderr, re.MULTILINE)
    assert peak is not None, done.stderr
    return Ended(done.returncode, int(peak[1]) / 1024, done.stderr)


def test_the_awkward_cases_leave_the_crawl_process_small(tmp_path: Path, proves: bool) -> None:
    """Endless heads and bodies, bombs and broken ones in one process; those that only wait are left out."""
    chosen = {path: case for path, case in every_case().items() if case.ending != "stall" and not case.pause_s}
    with WireServer(cases=chosen, hidden=HOPS) as server:
        urls = tmp_path / "urls.txt"
        urls.write_text("".join(f"{server.base}{path}\n" for path in server.cases if path not in HOPS))
        ended = run(
            "capture", "--from", urls, "--store", tmp_path / "store", "--allow-private", server.host_port,
            "--delay", "0.01", "--concurrency", "8", "--robots", "ignore", "--max-body", "100M" if proves else "5M",
        )  # fmt: skip
        asked = {item.path for item in server.log}

    assert set(server.cases) == asked
    assert ended.code == 1, ended.err  # some of them must fail
    assert 20 < ended.peak_mb < LIMIT_MB


@pytest.mark.long
def test_the_demo_leaves_the_crawl_process_small(tmp_path: Path) -> None:
    """Discovery, crawl and articles of the bundled sites, with the sites in the same process."""
    ended = run("demo", "--free-ports", "--store", tmp_path / "store", "--delay", "0.01", "--robots", "ignore")

    assert ended.code == 0, ended.err
    assert list((tmp_path / "store" / "articles").rglob("*.jsonl"))
    assert 20 < ended.peak_mb < LIMIT_MB
