"""How much a verification looked at. A value that counts along, no clock, file, socket or log."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True, kw_only=True)
class Tally:
    """How much was looked at. `derived` results were made again; `other_rules` could not, others having made them.

    `notes` are what was worth saying and is no fault; `without_line` the pages that have no line, as their ledger says.
    """

    warcs: int = 0
    records: int = 0
    captures: int = 0
    articles: int = 0
    dropped: int = 0
    texts: int = 0
    derived: int = 0
    other_rules: int = 0
    without_line: int = 0
    linted: int = 0
    faults: int = 0
    unfinished: int = 0
    notes: int = 0
