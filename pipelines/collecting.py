"""How often Python looks for objects that nothing but each other holds: seldom, where pages go by the thousand.

A page leaves hardly any, and to look for some after every 700 new objects takes a twelfth of a crawl's own time.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

AFTER = 50_000


def collect_seldom(after: int = AFTER) -> None:
    """From now on look after so many new objects, and never again at what there is already."""
    gc.freeze()
    gc.set_threshold(after, *gc.get_threshold()[1:])


@contextmanager
def few_collections(after: int = AFTER) -> Iterator[None]:
    """The same while this lasts; then as before, and nothing is left out of the search any more."""
    before = gc.get_threshold()
    collect_seldom(after)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
