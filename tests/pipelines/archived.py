"""A WARC with pages in it, written by the archive's own writer, for tests that begin at the record."""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING

from archive.capture import Exchange
from archive.writer import WarcWriter
from tests.wireserver import page, with_length

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from archive.capture import Stored

WHEN = dt.datetime(2026, 11, 21, 9, 30, tzinfo=dt.UTC)
RUN = "20261121T093000Zabcdef"


def exchange(name: str, *, message: bytes | None = None, facts: Iterable[tuple[str, str]] = ()) -> Exchange:
    """One exchange, answered with an article of this name."""
    response = message or with_length(page(name))
    return Exchange(
        url=f"https://example.org/{name}",
        began_at=WHEN,
        request=b"GET / HTTP/1.1\r\n\r\n",
        response=io.BytesIO(response),
        response_length=len(response),
        facts=(("kakehashi-role", "article"), *facts),
    )


def write(folder: Path, exchanges: Iterable[Exchange], *, run: str = RUN) -> list[Stored]:
    """A finished WARC under a folder; back comes what was stored."""
    writer = WarcWriter(
        folder,
        run=run,
        now=lambda: WHEN,
        info=(("software", "test"),),
        find_earlier=lambda _, __: None,
        on_closed=lambda _: None,
    )
    stored = [writer.write(item) for item in exchanges]
    writer.close()
    return stored
