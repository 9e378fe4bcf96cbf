"""Which articles are wanted. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt

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
        return self.takes_facts(day, article.source, article.relevance.label, article.language)

    def takes_facts(self, day: str, source: str | None, label: str, language: str | None) -> bool:
        """As `takes`, of an article that was published or fetched on an ISO day."""
        return (
            (self.since is None or day >= self.since.isoformat())
            and (self.until is None or (day != "" and day <= self.until.isoformat()))
            and (self.source is None or source == self.source)
            and (self.label is None or label == self.label)
            and (self.language is None or _is_in(language, self.language))
        )


def _is_in(language: str | None, wanted: str) -> bool:
    return language is not None and (language == wanted or language.startswith(f"{wanted}-"))
