"""Rules for what the blocks of warcinfo, metadata and conversion records say, and for segments. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from archive.lint_rule import Rule, block_field, needed, only_on

if TYPE_CHECKING:
    from collections.abc import Callable

    from archive.lint_record import LintRecord

_HOPS = re.compile(r"[LEXRPIMS]*")


def _segments(record: LintRecord) -> str | None:
    if record.kind != "continuation":
        return None
    missing = [name for name in ("WARC-Segment-Number", "WARC-Segment-Origin-ID") if not record.get(name)]
    return f"a continuation without {' and '.join(missing)}" if missing else None


def _segment_number(record: LintRecord) -> str | None:
    value = record.get("WARC-Segment-Number")
    if value is None:
        return None
    is_right = (
        value.isascii() and value.isdigit() and (int(value) > 1) == (record.kind == "continuation") and int(value)
    )
    return None if is_right else f"WARC-Segment-Number is {value!r} on a {record.kind} record"


def _fields_block(record: LintRecord) -> str | None:
    """The block of application/warc-fields: `name: value` lines in UTF-8."""
    if "warc-fields" not in (record.get("Content-Type") or "").lower() or record.length > len(record.start):
        return None
    try:
        lines = record.start.decode("utf-8").split("\r\n")
    except UnicodeDecodeError:
        return "the block says warc-fields and is not UTF-8"
    wrong = next((line for line in lines if line and ":" not in line and line[:1] not in " \t"), None)
    return None if wrong is None else f"the block says warc-fields and has the line {wrong[:60]!r}"


def _hops(record: LintRecord) -> str | None:
    value = block_field(record, "hopsFromSeed") if record.kind == "metadata" else None
    return None if value is None or _HOPS.fullmatch(value) else f"hopsFromSeed is {value!r}, expected L E X R P I M S"


def _fetch_time(record: LintRecord) -> str | None:
    value = block_field(record, "fetchTimeMs") if record.kind == "metadata" else None
    return None if value is None or (value.isascii() and value.isdigit()) else f"fetchTimeMs is {value!r}"


def _info_missing(*names: str) -> Callable[[LintRecord], str | None]:
    def check(record: LintRecord) -> str | None:
        if record.kind != "warcinfo":
            return None
        missing = [name for name in names if not block_field(record, name)]
        return f"does not say {', '.join(missing)}" if missing else None

    return check


def _conversion_cut(record: LintRecord) -> str | None:
    is_cut = record.kind == "conversion" and record.get("WARC-Truncated")
    return "a conversion should be whole, and is truncated" if is_cut else None


def _info_type(record: LintRecord) -> str | None:
    value = record.get("Content-Type") or "warc-fields"
    return f"warcinfo is {value!r}" if record.kind == "warcinfo" and "warc-fields" not in value else None


BLOCK_RULES: tuple[Rule, ...] = (
    Rule.of("E38", "5.21", "a continuation has its number and its origin", _segments),
    Rule.of("E39", "5.20", "WARC-Segment-Number is 1 on the first, more on continuations", _segment_number),
    Rule.of(
        "E40",
        "5.21",
        "WARC-Segment-Origin-ID is on continuations alone",
        only_on("WARC-Segment-Origin-ID", "continuation"),
    ),
    Rule.of(
        "E41",
        "5.22",
        "WARC-Segment-Total-Length is on continuations alone",
        only_on("WARC-Segment-Total-Length", "continuation"),
    ),
    Rule.of("W42", "6.2", "a block of warc-fields is lines of `name: value` in UTF-8", _fields_block),
    Rule.of(
        "W43", "6.2", "warcinfo says software, format and conformsTo", _info_missing("software", "format", "conformsTo")
    ),
    Rule.of("W44", "6.2", "warcinfo is application/warc-fields", _info_type),
    Rule.of("W45", "6.6", "hopsFromSeed is spelled in Heritrix' letters", _hops),
    Rule.of("W46", "6.6", "fetchTimeMs is a number", _fetch_time),
    Rule.of("W47", "6.8", "a conversion names its original", needed("WARC-Refers-To", ("conversion",))),
    Rule.of("W48", "6.8", "a conversion is whole", _conversion_cut),
)
