"""One line of a CDXJ index <-> `CdxEntry` (CDXJ 0.1.0: key, 14-digit timestamp, JSON). Pure."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

from archive.capture import Location
from archive.errors import Malformed
from archive.surt import surt


@dataclass(frozen=True, slots=True, kw_only=True)
class CdxEntry:
    """A captured response as the index knows it.

    `location.warc` is the file name without its folder, as pywb and cdxj-indexer write it; `key` and `timestamp`
    sort the line. `mime` is `warc/revisit` for a revisit. `record_id` is ours alone; other tools ignore it.
    """

    url: str
    captured_at: dt.datetime
    status: int
    mime: str | None
    payload_digest: str
    location: Location
    record_id: str | None = None

    @property
    def key(self) -> str:
        """The SURT of the URL."""
        return surt(self.url)

    @property
    def timestamp(self) -> str:
        """UTC, 14 digits."""
        return self.captured_at.strftime("%Y%m%d%H%M%S")


def format_line(entry: CdxEntry) -> str:
    """The line of an entry, without its line end; ASCII, so that sorting by bytes and by characters agree."""
    fields: dict[str, str] = {
        "url": entry.url,
        "mime": entry.mime or "unk",
        "status": str(entry.status),
        "digest": entry.payload_digest,
        "length": str(entry.location.length),
        "offset": str(entry.location.offset),
        "filename": entry.location.warc,
        # CDXJ's 14 digits lose the milliseconds that WARC-Refers-To-Date needs.
        "captured": entry.captured_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    }
    if entry.record_id:
        fields["recordId"] = entry.record_id
    return f"{entry.key} {entry.timestamp} {json.dumps(fields, ensure_ascii=True)}"


def parse_line(line: str, *, where: str = "cdxj") -> CdxEntry:
    """The entry of a line. Raises `Malformed` when it has no key, timestamp or JSON, or a field is not what it says."""
    try:
        _, timestamp, raw = line.split(" ", 2)
        fields: dict[str, Any] = json.loads(raw)
        return CdxEntry(
            url=fields["url"],
            captured_at=_captured_at(fields, timestamp),
            status=int(fields.get("status") or 0),
            mime=None if fields.get("mime") in (None, "unk") else fields["mime"],
            payload_digest=fields["digest"],
            location=Location(
                warc=fields["filename"], offset=int(fields["offset"]), length=int(fields["length"])
            ),
            record_id=fields.get("recordId"),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise Malformed(where, None, f"not a CDXJ line: {line[:80]!r} ({error})") from error


def _captured_at(fields: dict[str, Any], timestamp: str) -> dt.datetime:
    if "captured" in fields:
        return dt.datetime.fromisoformat(fields["captured"])
    return dt.datetime.strptime(timestamp[:14], "%Y%m%d%H%M%S").replace(tzinfo=dt.UTC)
