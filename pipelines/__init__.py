"""Captures become articles: the page stage, its values, and the store of articles."""

from pipelines.article import Article, Dropped, Failed
from pipelines.flow import derive, extract_page
from pipelines.store import Store, open_store

__all__ = ["Article", "Dropped", "Failed", "Store", "derive", "extract_page", "open_store"]
