"""One line of a CDXJ index <-> `CdxEntry` (CDXJ 0.1.0: key, 14-digit timestamp, JSON). Pure."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

from archive.capture import NO_VALIDATORS, Location, Validators
from archive.dates import format_date
from archive.errors import Malformed
from archive.methods import with_method
from archive.surt import surt
from archive.validators import checked


@dataclass(frozen=True, slots=True, kw_only=True)
class CdxEntry:
    """A captured response as the index knows it.

    `location.warc` is the file name without its folder, as pywb and cdxj-indexer write it; `key` and `timestamp`
    sort the line. `mime` is `warc/revisit` for a revisit. `record_id`, `truncated` (WARC-Truncated of a response that
    was cut) and the `validators` of a 200 are ours alone; other tools ignore them. `method` and `request_body` (its
    body as arguments of a query) are part of the key unless the method is GET.
    """

    url: str
    captured_at: dt.datetime
    status: int
    mime: str | None
    payload_digest: str
    location: Location
    record_id: str | None = None
    truncated: str | None = None
    validators: Validators = NO_VALIDATORS
    method: str = "GET"
    request_body: str = ""

    @property
    def key(self) -> str:
        """The SURT of the URL, with the method and body of whatever is no GET."""
        return surt(with_method(self.url, self.method, self.request_body))

    @property
    def is_unmodified(self) -> bool:
        """True for a 304 that stands for an earlier record: an index for players leaves it out.

        pywb 2.10 plays the 304 itself, of which a browser that holds nothing makes an empty page; without the line it
        plays the record that was not modified.
        """
        return self.mime == "warc/revisit" and self.status == 304

    @property
    def timestamp(self) -> str:
        """UTC, 14 digits."""
        return self.captured_at.astimezone(dt.UTC).strftime("%Y%m%d%H%M%S")


def format_line(entry: CdxEntry) -> str:
    """The line of an entry, without its line end; ASCII, so that sorting by bytes and by characters agree."""
    captured = format_date(entry.captured_at)
    fields: dict[str, str] = {
        "url": entry.url,
        "mime": entry.mime or "unk",
        "status": str(entry.status),
        "digest": entry.payload_digest,
        "length": str(entry.location.length),
        "offset": str(entry.location.offset),
        "filename": entry.location.warc,
        # CDXJ's 14 digits lose the milliseconds that WARC-Refers-To-Date needs.
        "captured": captured,
    }
    if entry.record_id:
        fields["recordId"] = entry.record_id
    if entry.truncated:
        fields["truncated"] = entry.truncated
    if entry.validators.etag is not None:
        fields["etag"] = entry.validators.etag
    if entry.validators.last_modified is not None:
        fields["lastModified"] = entry.validators.last_modified
    if entry.method != "GET":
        fields |= {"method": entry.method, "requestBody": entry.request_body}
    return f"{entry.key} {entry.timestamp} {json.dumps(fields, ensure_ascii=True)}"


def parse_line(line: str, *, where: str = "cdxj") -> CdxEntry:
    """The entry of a line. Raises `Malformed` when it has no key, timestamp or JSON, or a field is not what it says."""
    try:
        _, timestamp, raw = line.split(" ", 2)
        fields = json.loads(raw)
        return CdxEntry(
            url=_text(fields["url"]),
            captured_at=_captured_at(fields, timestamp),
            status=_count(fields.get("status") or 0),
            mime=None if fields.get("mime") in (None, "unk") else _text(fields["mime"]),
            payload_digest=_text(fields["digest"]),
            location=Location(
                warc=_text(fields["filename"]), offset=_count(fields["offset"]), length=_count(fields["length"])
            ),
            record_id=_optional(fields.get("recordId")),
            truncated=_optional(fields.get("truncated")),
            validators=checked(_optional(fields.get("etag")), _optional(fields.get("lastModified"))),
            method=_text(fields.get("method") or "GET"),
            request_body=_text(fields.get("requestBody") or ""),
        )
    # Numbers too large, JSON too deep: whatever is wrong with a line, it is that line alone.
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise Malformed(where, None, f"not a CDXJ line: {line[:80]!r} ({type(error).__name__}: {error})") from error


def parse_key(line: str) -> tuple[str, str]:
    """Key and timestamp as the line has them: what readers search by. Raises `Malformed`."""
    key, _, rest = line.partition(" ")
    timestamp, space, _ = rest.partition(" ")
    if not space:
        raise Malformed("cdxj", None, f"not a CDXJ line: {line[:80]!r}")
    return key, timestamp


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"expected text, got {value!r}")
    return value


def _optional(value: object) -> str | None:
    return None if value is None else _text(value)


def _count(value: object) -> int:
    if value == "-":  # how CDX writes that there is none
        return 0
    if not isinstance(value, str | int) or isinstance(value, bool) or int(value) < 0:
        raise TypeError(f"expected a count, got {value!r}")
    return int(value)


def _captured_at(fields: dict[str, Any], timestamp: str) -> dt.datetime:
    if "captured" in fields:
        when = dt.datetime.fromisoformat(fields["captured"])
        return when.astimezone(dt.UTC) if when.tzinfo else when.replace(tzinfo=dt.UTC)
    return dt.datetime.strptime(timestamp[:14], "%Y%m%d%H%M%S").replace(tzinfo=dt.UTC)


def parse_lines(text: str, *, where: str) -> tuple[list[CdxEntry], list[str]]:
    """The captures of a whole index, and a message for each line that is none; `where` names the index."""
    entries: list[CdxEntry] = []
    problems: list[str] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip() or line.startswith("!"):
            continue
        try:
            entries.append(parse_line(line, where=f"{where}:{number}"))
        except Malformed as error:
            problems.append(str(error))
    return entries, problems
