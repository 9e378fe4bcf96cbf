"""The page that warms the workers up goes the whole way: a page that is dropped half-way would load nothing."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import gc, os, sys
import pipelines.warm as warm
print(len(os.listdir("/proc/self/task")), gc.isenabled(), sys.modules.keys() & {"trafilatura", "htmldate"})
from pipelines import classifier, flow
print(classifier._classifier.cache_info().currsize, classifier._read is classifier._unpacked)
print(flow.extract_page(warm._PAGE.encode(), url="https://example.org/a").text.count("."))
"""


def test_the_warm_up_reads_a_page_and_loads_no_more_than_every_page_needs() -> None:
    """No extractor, which half of the pages do without; no language model; and no threads of numpy's."""
    done = subprocess.run([sys.executable, "-c", PROGRAM], check=True, capture_output=True, text=True)
    assert done.stdout.splitlines() == ["1 True set()", "0 False", "4"]
