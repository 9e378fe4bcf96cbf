"""What a release holds, counted while it is written. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipelines.dataset.rows import LANGUAGE_UNKNOWN, day_of

if TYPE_CHECKING:
    from pipelines.dataset.rows import Row

UNKNOWN = "unknown"


@dataclass(slots=True, kw_only=True)
class Counts:
    """Counts of articles: `by` has one counter a view; `left_out` says why others are not in the release."""

    articles: int = 0
    versions: int = 0
    characters: int = 0
    clusters: int = 0
    reserved: int = 0
    first: str = ""
    last: str = ""
    latest_capture: str = ""
    by: dict[str, Counter[str]] = field(
        default_factory=lambda: {name: Counter() for name in ("language", "source", "label", "split", "year", "month")}
    )
    licences: Counter[str] = field(default_factory=Counter)
    publishers: dict[str, str] = field(default_factory=dict)
    months_of_source: dict[str, set[str]] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)

    def take(self, row: Row) -> None:
        """Count a full row."""
        day = day_of(row)
        source = row["source"] or UNKNOWN
        self.articles += 1
        self.characters += row["characters"]
        self.clusters += row["cluster"] is not None
        self.reserved += row["reservations"]["is_reserved"]
        facts = {
            "language": row["language"] or LANGUAGE_UNKNOWN, "source": source, "label": row["label"],
            "split": row["split"], "year": day[:4] or UNKNOWN, "month": day[:7] or UNKNOWN,
        }  # fmt: skip
        for name, value in facts.items():
            self.by[name][value] += 1
        self.licences[row["rights"]["licence"] or "not stated"] += 1
        self.publishers[source] = row["publisher"] or source
        self.months_of_source.setdefault(source, set()).add(day[:7])
        self.first = min(self.first or day, day)
        self.last = max(self.last, day)
        self.latest_capture = max(self.latest_capture, row["provenance"]["captured_at"] or "")

    def as_json(self) -> dict[str, Any]:
        """As a manifest has them."""
        by = {name: dict(sorted(counter.items())) for name, counter in self.by.items()}
        return {
            "articles": self.articles, "versions": self.versions, "characters": self.characters,
            "in_clusters": self.clusters, "reserved": self.reserved, "first_day": self.first or None,
            "last_day": self.last or None, "latest_capture": self.latest_capture or None, "by": by,
            "left_out": dict(sorted((reason, count) for reason, count in self.left_out.items() if count)),
        }  # fmt: skip
