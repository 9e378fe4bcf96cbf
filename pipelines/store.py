"""The current articles of a store, versions and duplicates joined in; `open_store` is the way in for Python.

>>> for article in open_store("./data").articles(language="ja"):  # doctest: +SKIP
...     print(article.published, article.title)
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from archive.blobs import open_blobs
from archive.errors import BlobNotFound, Malformed
from archive.layout import CURRENT_GENERATION_KEY, links_key
from pipelines.jsonl import parse_article
from pipelines.links import read_lines
from pipelines.results import current_generation

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from archive.blobs import BlobStore
    from pipelines.article import Article, Label


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which articles are wanted; None means all. Days are those of publication, or of the capture where unknown."""

    since: dt.date | None = None
    until: dt.date | None = None
    source: str | None = None
    label: Label | None = None
    language: str | None = None

    def takes(self, article: Article) -> bool:
        """True for an article that is wanted. `uz` takes `uz-Latn` and `uz-Cyrl`."""
        day = (article.published or article.fetched or "")[:10]
        return (
            (self.since is None or day >= self.since.isoformat())
            and (self.until is None or (day != "" and day <= self.until.isoformat()))
            and (self.source is None or article.source == self.source)
            and (self.label is None or article.relevance.label is self.label)
            and (self.language is None or _is_in(article.language, self.language))
        )


def _is_in(language: str | None, wanted: str) -> bool:
    return language is not None and (language == wanted or language.startswith(f"{wanted}-"))


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
        for line in read_lines(self._blobs, generation):
            article = self._joined(line, links)
            if article is not None and selection.takes(article):
                yield article

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


def open_store(location: str) -> Store:
    """The store at a folder or `s3://bucket/prefix`. Raises `StoreNotUsable` when there is none."""
    blobs = open_blobs(location)
    blobs.check_usable(write=False)
    return Store(blobs)
