"""A WARC of texts that were made of records: `conversion` records alone, behind their warcinfo (WARC 1.1, 6.8).

Nothing in it depends on a clock or on chance, ids included: the same texts of the same records are the same bytes.
"""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archive.durable import make_folder, replacing
from archive.records import RecordWriter

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable
    from pathlib import Path

# The name space of our ids: any fixed UUID does.
_NAMESPACE = uuid.UUID("6a1bd7b2-5a4f-5b0e-9a55-1f0a9a0d4c11")


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """A text, and the record that it was made of: its URL, the time of its capture (aware), and its id."""

    url: str
    captured_at: dt.datetime
    refers_to: str
    text: str

    @property
    def record_id(self) -> str:
        """The id of the conversion: that of the same text of the same record."""
        return derived_id(self.refers_to, self.text)


def derived_id(*parts: str) -> str:
    """A WARC-Record-ID that is always the same for these parts, angle brackets included."""
    digests = "".join(hashlib.sha256(part.encode("utf-8", "surrogatepass")).hexdigest() for part in parts)
    return f"<urn:uuid:{uuid.uuid5(_NAMESPACE, digests)}>"


def write_conversions(
    path: Path, *, when: dt.datetime, fields: tuple[tuple[str, str], ...], conversions: Iterable[Conversion]
) -> None:
    """Write the file whole or not at all, one gzip member a record; its folder is made. Raises `OSError`.

    `when` is the date of the warcinfo, whose block is `fields`. WARC-Date of a conversion is that of its capture.
    """
    make_folder(path.parent)
    with replacing(path) as temporary, temporary.open("wb") as file:
        writer = RecordWriter(file)
        writer.write_warcinfo(
            filename=path.name, when=when, fields=list(fields), record_id=derived_id(path.name, repr(fields))
        )
        for conversion in conversions:
            writer.write_conversion(
                url=conversion.url,
                when=conversion.captured_at,
                refers_to=conversion.refers_to,
                text=conversion.text,
                record_id=conversion.record_id,
            )
