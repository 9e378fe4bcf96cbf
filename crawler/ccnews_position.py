"""How far a file of CC-NEWS was read, and what whoever reads it is given to work with. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from archive.sieve import Sieve
    from crawler.import_ledger import ImportLedger
    from crawler.incoming import Incoming


@dataclass(slots=True, kw_only=True)
class Position:
    """How far a file was read: `boundary` is where its last whole record ends, `kept_bytes` what is kept by then."""

    path: str
    boundary: int = 0
    kept_bytes: int = 0
    size: int | None = None
    etag: str | None = None
    pieces: list[tuple[int, int]] = field(default_factory=list)
    kinds: dict[str, int] = field(default_factory=dict)
    matched: int = 0
    faults: list[str] = field(default_factory=list)

    def take(self, sieve: Sieve) -> None:
        """Note where a sieve stands."""
        self.boundary, self.kept_bytes, self.matched = sieve.boundary, sieve.kept_bytes, sieve.matched
        self.pieces, self.kinds, self.faults = sieve.pieces, dict(sieve.kinds), sieve.faults

    @property
    def records(self) -> int:
        """How many records were read."""
        return sum(self.kinds.values())


class Home(Protocol):
    """Whom a reading is done for: an import, whose ledger it writes, and the folder that it works in."""

    ledger: ImportLedger

    @property
    def folder(self) -> Path:
        """Where files grow."""

    def look(self) -> None:
        """Raise what keeps the reading from going on."""

    def import_extract(self, incoming: Incoming, *, origin: str, extract: Mapping[str, object]) -> None:
        """Import records that were taken out of a file."""
