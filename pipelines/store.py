"""The current articles of a store, versions and duplicates joined in; `open_store` is the way in for Python.

>>> for article in open_store("./data").articles(language="ja"):  # doctest: +SKIP
...     print(article.published, article.title)
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from archive.blobs import open_blobs
from archive.errors import BlobNotFound, Malformed
from archive.layout import CURRENT_GENERATION_KEY, links_key
from archive.tombstones import read_takedowns
from pipelines.dataset.rows import row_of_article
from pipelines.jsonl import parse_article
from pipelines.link_stage import read_lines
from pipelines.results import current_generation
from pipelines.selection import Selection

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    import pyarrow as pa

    from archive.blobs import BlobStore
    from archive.tombstones import Takedowns
    from pipelines.article import Article, Label


class Store:
    """A store opened for reading."""

    def __init__(self, blobs: BlobStore) -> None:
        self._blobs = blobs

    def articles(
        self,
        *,
        since: dt.date | None = None,
        until: dt.date | None = None,
        source: str | None = None,
        label: Label | None = None,
        language: str | None = None,
    ) -> Iterator[Article]:
        """The current version of each article that fits, in the order of the store's keys.

        `version` counts the texts that were seen under its URL; `duplicates` names its cluster where others have the
        same text or nearly so. Raises `Malformed` for a line that is no article.
        """
        selection = Selection(since=since, until=until, source=source, label=label, language=language)
        generation = self._generation()
        links = self._links(generation)
        takedowns = read_takedowns(self._blobs)
        for line in read_lines(self._blobs, generation):
            article = self._joined(line, links)
            if article is not None and selection.takes(article) and not is_hidden(article, takedowns):
                yield article

    def to_arrow(
        self,
        *,
        since: dt.date | None = None,
        until: dt.date | None = None,
        source: str | None = None,
        label: Label | None = None,
        language: str | None = None,
    ) -> pa.Table:
        """The same articles as one Arrow table, in the same order, with the columns of a full release.

        Times are UTC instants, `year`, `label`, `cluster` and the counts are columns of their own; what only a release
        decides (split, reservations) is not there. Raises `NotInstalled` without pyarrow.
        """
        from pipelines.dataset.tables import table_of

        found = self.articles(since=since, until=until, source=source, label=label, language=language)
        return table_of(map(row_of_article, found))

    def _joined(self, line: str, links: dict[str, dict[str, Any]]) -> Article | None:
        try:
            article = parse_article(line)
        except ValueError as error:
            raise Malformed("articles", None, str(error)) from error
        link = links.get(article.provenance.record_id or "")
        if link is None:
            return article
        if not link["is_current"]:
            return None
        duplicates = {name: link.get(name) for name in ("cluster", "kind", "first", "similarity")}
        return replace(article, version=link["version"], duplicates=duplicates if link["cluster"] else None)

    def _generation(self) -> str:
        try:
            return current_generation(self._blobs.get(CURRENT_GENERATION_KEY))
        except BlobNotFound:
            return current_generation(None)

    def _links(self, generation: str) -> dict[str, dict[str, Any]]:
        try:
            lines = self._blobs.get(links_key(generation)).decode().splitlines()
        except BlobNotFound:
            return {}
        return {link["record_id"]: link for link in map(json.loads, lines)}


def is_hidden(article: Article, takedowns: Takedowns) -> bool:
    """True for an article that was taken down."""
    return takedowns.hides(article.id, article.url, article.provenance.record_id)


def open_store(location: str) -> Store:
    """The store at a folder or `s3://bucket/prefix`. Raises `StoreNotUsable` when there is none."""
    blobs = open_blobs(location)
    blobs.check_usable(write=False)
    return Store(blobs)
