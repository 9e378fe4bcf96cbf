"""Objects that only each other holds are looked for seldom while it lasts, and afterwards as before."""

from __future__ import annotations

import gc

import pytest

from pipelines.collecting import AFTER, few_collections


@few_collections()
def found_and_failed(found: list[tuple[int, ...]]) -> None:
    found += [gc.get_threshold(), (gc.get_freeze_count(),)]
    raise ZeroDivisionError


def test_it_is_as_before_when_it_is_over() -> None:
    before, frozen, found = gc.get_threshold(), gc.get_freeze_count(), list[tuple[int, ...]]()
    with pytest.raises(ZeroDivisionError):
        found_and_failed(found)
    assert found[0] == (AFTER, *before[1:])
    assert found[1] > (frozen,)
    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == 0
