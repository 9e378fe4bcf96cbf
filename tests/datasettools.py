"""The libraries that people load datasets with, in an environment of their own, made on first use and offline then."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from archive.environments import environment
from tests.pywbserver import TOOLS

_PINS = Path(__file__).with_name("dataset-constraints.txt")
_PROGRAM = Path(__file__).with_name("datasetloads.py")


def loaded(release: Path, scratch: Path) -> dict[str, Any]:
    """What `datasets`, `duckdb`, `polars`, `pyarrow` and `mlcroissant` each found in a release: see `datasetloads.py`."""
    python = environment("dataset", _PINS.read_text(encoding="ascii"), folder=TOOLS)
    env = {
        **os.environ, "HF_HOME": str(scratch / "hf"), "HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1", "XDG_CACHE_HOME": str(scratch / "cache"),
    }  # fmt: skip
    done = subprocess.run(
        [python, "-I", _PROGRAM, release], capture_output=True, text=True, timeout=300, check=False, env=env
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])
