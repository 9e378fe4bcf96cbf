"""The page that warms the workers up goes the whole way: a page that is dropped half-way would load nothing."""

from __future__ import annotations

import subprocess
import sys


def test_the_warm_up_loads_the_language_model() -> None:
    program = "import pipelines.warm, pipelines.language as language; print(language._classifier.cache_info().currsize)"
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "1"
