"""A source and the books of a run, for spiders that discover without a network."""

from __future__ import annotations

import re

from crawler.ledger import SourceLedger
from crawler.sources import Entry, Scope, Source

HOST = "https://s.example"
SOURCE = Source(
    id="s",
    name="S",
    name_en="S",
    country="UZ",
    languages=("uz",),
    kind="private",
    timezone="Asia/Tashkent",
    entries=(Entry(type="sitemap", url=f"{HOST}/map"),),
    scope=Scope(hosts=("s.example",), article=(re.compile("^/news/"),), listing=(), exclude=()),
)


class Books:
    """As much of a run as a spider needs that only discovers."""

    def __init__(self) -> None:
        self._ledger = SourceLedger(source="s")

    @property
    def earlier(self) -> Books:
        """What the store holds: nothing."""
        return self

    def is_known(self, _: str) -> bool:
        """Nothing is."""
        return False

    def is_taken_down(self, _: str) -> bool:
        """Nothing is."""
        return False

    def ledger(self, _: str) -> SourceLedger:
        """The one ledger."""
        return self._ledger
