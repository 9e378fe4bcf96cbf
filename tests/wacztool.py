"""The validator of the people who wrote the WACZ specification, in an environment of its own, made on first use."""

from __future__ import annotations

import subprocess
from pathlib import Path

from archive.environments import environment
from tests.pywbserver import TOOLS

_PINS = Path(__file__).with_name("wacz-constraints.txt")


def validate(wacz: Path) -> tuple[int, str]:
    """How `wacz validate` ended, and what it said."""
    program = environment("wacz", _PINS.read_text(encoding="ascii"), folder=TOOLS).parent / "wacz"
    done = subprocess.run([program, "validate", "-f", wacz], capture_output=True, text=True, timeout=300, check=False)
    return done.returncode, done.stdout + done.stderr
