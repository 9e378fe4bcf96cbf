"""The threads of numpy's OpenBLAS, one for each core: they wait busily for matrices, and there are none here."""

from __future__ import annotations

import os


def start_no_threads() -> None:
    """Have numpy start none when it is first loaded, here and in processes to come, unless the user says how many."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
