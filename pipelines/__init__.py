"""Captures become articles: the page stage, its values, and the store of articles."""

from pipelines.article import Article, Dropped, Failed
from pipelines.flow import derive, extract_page

__all__ = ["Article", "Dropped", "Failed", "derive", "extract_page"]
