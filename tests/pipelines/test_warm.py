"""The page that warms the workers up goes the whole way: a page that is dropped half-way would load nothing."""

from __future__ import annotations

import subprocess
import sys


def test_the_warm_up_loads_the_language_model() -> None:
    """And no extractor, which half of the pages do without."""
    program = (
        "import sys, pipelines.warm, pipelines.language as language; "
        "print(language._classifier.cache_info().currsize, sys.modules.keys() & {'trafilatura', 'htmldate'})"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "1 set()"
