"""A run looks seldom for objects that only each other holds, and leaves its process as it was, however it ends."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pytest

from archive.leases import Held
from crawler.run import Run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def refused(run: Run) -> None:
    """Another run has the source."""
    other = Run(store=run.store, command="crawl", rules={})
    run.hold(["one"])
    with pytest.raises(Held):
        other.hold(["one"])
    assert gc.get_threshold()[0] > 700
    run.finish()


@pytest.mark.parametrize("end", [Run.finish, Run.leave, refused])
def test_a_run_leaves_its_process_as_it_was(tmp_path: Path, end: Callable[[Run], object]) -> None:
    before = gc.get_threshold()
    run = Run(store=str(tmp_path / "store"), command="crawl", rules={})
    assert gc.get_threshold()[0] > before[0]
    assert gc.get_freeze_count() > 0
    end(run)
    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == 0
