"""What a publisher's source file tells the page stage: dated rules, zone, languages. Pure values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    import re
    from collections.abc import Mapping

    from pipelines.template import Template


@dataclass(frozen=True, slots=True, kw_only=True)
class NoiseRule:
    """A block whose whole text matches `pattern` is noise of this `kind`, from `since` to `until` (inclusive days).

    None on either side means without limit. `pattern` is matched with `fullmatch` over the block's text.
    """

    kind: str
    pattern: re.Pattern[str]
    since: dt.date | None = None
    until: dt.date | None = None

    def holds_on(self, day: dt.date) -> bool:
        """True when the rule is in force on `day`, the day of the capture."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRules:
    """All that the page stage knows of a publisher. `digest` identifies the rules in an article's provenance.

    `template` is what was learned of the host, None where it was not; `templates` what a store has learned of every
    host, for pages without `template`. `hosts` are those of the publisher, with the port
    where it is not the usual one: a page of somebody else's WARC is told by its host whose it is.
    """

    source: str | None = None
    publisher: str | None = None
    timezone: str | None = None
    languages: tuple[str, ...] = ()
    noise: tuple[NoiseRule, ...] = ()
    digest: str | None = None
    template: Template | None = None
    templates: Mapping[str, Template] = field(default_factory=dict)
    hosts: tuple[str, ...] = ()


NO_RULES = PageRules()
