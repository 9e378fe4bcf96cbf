"""What the options of benchmarks are read as."""

from __future__ import annotations

import argparse


def count(text: str) -> int:
    """A whole number from 1 on. Raises what argparse tells of in one line, for any other text."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number, 1 or more, got {text!r}")
    return int(text)
