"""Captures become articles: the page stage, its values, and the store of articles."""

from importlib import import_module
from typing import TYPE_CHECKING

from pipelines.compiled import refuse_stale

if TYPE_CHECKING:
    from pipelines.article import Article, Dropped, Failed
    from pipelines.flow import derive, extract_page
    from pipelines.store import Store, open_store

__all__ = ["Article", "Dropped", "Failed", "Store", "derive", "extract_page", "open_store"]

_HOMES = {
    "Article": "article",
    "Dropped": "article",
    "Failed": "article",
    "Store": "store",
    "derive": "flow",
    "extract_page": "flow",
    "open_store": "store",
}


refuse_stale()


def __getattr__(name: str) -> object:
    # Not before it is asked for: the extractor takes a second to load, and `kakehashi status` has no use for it.
    if name in _HOMES:
        return getattr(import_module(f"pipelines.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'pipelines' has no attribute {name!r}")
