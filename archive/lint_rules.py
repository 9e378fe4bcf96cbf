"""Rules of WARC/1.1 that one record alone keeps or breaks: a row a rule. Pure.

E codes are what the standard says shall be; W codes what it recommends, and what the community's annotations add.
`section` is that of the WARC 1.1 specification, or the annotation where it is no part of it.
"""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING

from archive.lint_rule import TYPES, Rule, forbidden, needed, only_on, spelled

if TYPE_CHECKING:
    from archive.lint_record import LintRecord


_WITH_TARGET = ("response", "resource", "request", "revisit", "conversion", "continuation")
_REPEATABLE = frozenset({"warc-concurrent-to", "warc-protocol", "warc-cipher-suite"})
_VERSION = re.compile(rb"WARC/1\.[01]\r?\n")
_NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_ID = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*:[^\s<>]+>")
_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?Z)?)?)?")
_DATE_1_0 = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9\-._~:/?\[\]@!$&'()*+,;=#]|%[0-9A-Fa-f]{2})*")
_DIGEST = re.compile(r"[A-Za-z0-9-]+:[^\s]+")
_SPELLINGS = {
    "sha1": re.compile(r"[A-Z2-7]{32}"),
    "md5": re.compile(r"[0-9a-f]{32}"),
    "sha256": re.compile(r"[0-9a-f]{64}"),
    "sha512": re.compile(r"[0-9a-f]{128}"),
}
_TRUNCATED = ("length", "time", "disconnect", "unspecified")


def _line_ends(record: LintRecord) -> str | None:
    bare = next((line for line in (record.version, *record.lines) if not line.endswith(b"\r\n")), None)
    return None if bare is None else f"a header line ends without CRLF: {bare[:60]!r}"


def _utf8(record: LintRecord) -> str | None:
    for line in record.lines:
        try:
            line.decode("utf-8")
        except UnicodeDecodeError:
            return f"a header line is not UTF-8: {line[:60]!r}"
    return None


def _field_lines(record: LintRecord) -> str | None:
    for line in record.lines[:-1]:
        name, colon, _ = line.partition(b":")
        if line[:1] not in b" \t" and (not colon or _NAME.fullmatch(name) is None):
            return f"a header line is no field: {line[:60]!r}"
    return None


def _folded(record: LintRecord) -> str | None:
    return "a header field goes on in a second line" if any(line[:1] in b" \t" for line in record.lines[:-1]) else None


def _twice(record: LintRecord) -> str | None:
    names = [name.lower() for name, _ in record.fields if name.lower() not in _REPEATABLE]
    again = next((name for name in names if names.count(name) > 1), None)
    return None if again is None else f"the field {again} stands there {names.count(again)} times"


def _date(record: LintRecord) -> str | None:
    value = record.get("WARC-Date")
    if value is None:
        return None
    pattern = _DATE_1_0 if record.version.startswith(b"WARC/1.0") else _DATE
    return None if pattern.fullmatch(value) else f"WARC-Date is {value!r}, expected UTC as 2026-11-21T09:30:00.123Z"


def _pointers(record: LintRecord) -> str | None:
    names = ("WARC-Concurrent-To", "WARC-Refers-To", "WARC-Warcinfo-ID", "WARC-Segment-Origin-ID")
    for name in names:
        for value in record.all(name):
            if _ID.fullmatch(value) is None:
                return f"{name} is {value[:200]!r}, expected a URI in angle brackets"
    return None


def _kind(record: LintRecord) -> str | None:
    return f"WARC-Type is {record.kind!r}, which no reader knows" if record.kind not in ("", *TYPES) else None


def _content_type(record: LintRecord) -> str | None:
    return "has a block and no Content-Type" if record.length and not record.get("Content-Type") else None


def _block_digest(record: LintRecord) -> str | None:
    return "the block is not the one of WARC-Block-Digest" if record.block_holds is False else None


def _payload_digest(record: LintRecord) -> str | None:
    is_wrong = record.payload_holds is False and not record.framing_holds
    return "the payload is not the one of WARC-Payload-Digest" if is_wrong else None


def _over_framing(record: LintRecord) -> str | None:
    is_wrong = record.payload_holds is False and record.framing_holds
    return "WARC-Payload-Digest is that of the body with its transfer coding" if is_wrong else None


def _digests(record: LintRecord) -> list[str]:
    return [*record.all("WARC-Block-Digest"), *record.all("WARC-Payload-Digest")]


def _digest_form(record: LintRecord) -> str | None:
    wrong = next((value for value in _digests(record) if _DIGEST.fullmatch(value) is None), None)
    return None if wrong is None else f"a digest is {wrong[:100]!r}, expected ALGORITHM:VALUE"


def _digest_spelling(record: LintRecord) -> str | None:
    for value in _digests(record):
        name, _, digest = value.partition(":")
        pattern = _SPELLINGS.get(name.lower())
        if name != name.lower() or (pattern is not None and pattern.fullmatch(digest) is None):
            return f"a digest is spelled {value[:100]!r}"
    return None


def _truncated(record: LintRecord) -> str | None:
    value = record.get("WARC-Truncated")
    is_known = value is None or value.lower() in _TRUNCATED
    return None if is_known else f"WARC-Truncated is {value!r}, expected one of {', '.join(_TRUNCATED)}"


def _address(record: LintRecord) -> str | None:
    value = record.get("WARC-IP-Address")
    if value is None:
        return None
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return f"WARC-IP-Address is {value[:60]!r}, expected an address in numbers"
    return None


def _address_spelling(record: LintRecord) -> str | None:
    value = record.get("WARC-IP-Address")
    if value is None or _address(record) is not None:
        return None
    best = str(ipaddress.ip_address(value))
    return None if value == best else f"WARC-IP-Address is {value}, which RFC 5952 spells {best}"


def _no_address(record: LintRecord) -> str | None:
    is_meant = record.kind in ("response", "request", "revisit") and record.is_web
    return "does not say the server's address" if is_meant and record.get("WARC-IP-Address") is None else None


def _tail(record: LintRecord) -> str | None:
    is_wrong = record.broken is None and record.tail != b"\r\n\r\n"
    return f"behind the block stands {record.tail[:12]!r}, expected two CRLF" if is_wrong else None


def _version(record: LintRecord) -> str | None:
    return None if _VERSION.fullmatch(record.version) else f"the version is {record.version[:20]!r}"


def _member(record: LintRecord) -> str | None:
    return "shares its gzip member with the next record" if record.shares_member else None


RECORD_RULES: tuple[Rule, ...] = (
    Rule.of("E01", "4", "a record begins WARC/1.1 (or 1.0)", _version),
    Rule.of("E02", "4", "each line of a header ends with CRLF", _line_ends),
    Rule.of("E03", "4", "a header is UTF-8", _utf8),
    Rule.of("E04", "4", "each line of a header is a field", _field_lines),
    Rule.of("W05", "annotation #74", "no header line is folded", _folded),
    Rule.of("E06", "4", "two CRLF follow the block", _tail),
    Rule.of("E07", "4", "a record can be read to its end", lambda r: r.broken),
    Rule.of("E08", "annex D", "each record is a gzip member of its own", _member),
    Rule.of("E10", "5.2", "a record has a WARC-Record-ID", needed("WARC-Record-ID")),
    Rule.of("E11", "5.5", "a record has a WARC-Type", needed("WARC-Type")),
    Rule.of("E12", "5.4", "a record has a WARC-Date", needed("WARC-Date")),
    Rule.of(
        "E13",
        "5.2",
        "WARC-Record-ID is a URI in angle brackets",
        spelled("WARC-Record-ID", _ID, "a URI in angle brackets"),
    ),
    Rule.of("E14", "4", "no field stands twice but those that may", _twice),
    Rule.of("E15", "5.4", "WARC-Date is UTC, to nine decimals in 1.1, none in 1.0", _date),
    Rule.of("W16", "5.5", "WARC-Type is one that the standard names", _kind),
    Rule.of(
        "E17",
        "5.14",
        "WARC-Target-URI is on every record of something captured",
        needed("WARC-Target-URI", _WITH_TARGET),
    ),
    Rule.of("E18", "5.14", "WARC-Target-URI is not on a warcinfo", forbidden("WARC-Target-URI", "warcinfo")),
    Rule.of(
        "E19",
        "5.14",
        "WARC-Target-URI is a URI of RFC 3986, without brackets",
        spelled("WARC-Target-URI", _URI, "a URI of RFC 3986 in ASCII"),
    ),
    Rule.of(
        "W20",
        "5.16",
        "a record names its warcinfo",
        needed("WARC-Warcinfo-ID", tuple(kind for kind in TYPES if kind != "warcinfo")),
    ),
    Rule.of("E21", "5.16", "WARC-Warcinfo-ID is not on a warcinfo", forbidden("WARC-Warcinfo-ID", "warcinfo")),
    Rule.of("E22", "5", "what points to records is a URI in angle brackets", _pointers),
    Rule.of("W23", "5.6", "a block has its Content-Type", _content_type),
    Rule.of("E24", "5.8", "WARC-Block-Digest is that of the block", _block_digest),
    Rule.of("E25", "5.9", "WARC-Payload-Digest is that of the payload", _payload_digest),
    Rule.of("E26", "5.9", "WARC-Payload-Digest is taken without the transfer coding", _over_framing),
    Rule.of("E27", "5.8", "a digest is written ALGORITHM:VALUE", _digest_form),
    Rule.of(
        "W28",
        "annotation #48 #80",
        "a digest has a small label, SHA-1 in upper base32, others in lower hex",
        _digest_spelling,
    ),
    Rule.of(
        "E29",
        "5.9",
        "WARC-Payload-Digest is not on a record without a payload",
        forbidden("WARC-Payload-Digest", "warcinfo", "metadata"),
    ),
    Rule.of("E30", "5.15", "WARC-Truncated has one of its four values", _truncated),
    Rule.of("E31", "5.10", "WARC-IP-Address is an address in numbers", _address),
    Rule.of(
        "E32",
        "5.10",
        "WARC-IP-Address is not on warcinfo, conversion, continuation",
        forbidden("WARC-IP-Address", "warcinfo", "conversion", "continuation"),
    ),
    Rule.of("W33", "5.10", "what was captured says the server's address", _no_address),
    Rule.of("W34", "annotation #100", "WARC-IP-Address is spelled as RFC 5952 says", _address_spelling),
    Rule.of(
        "E35",
        "5.7",
        "WARC-Concurrent-To is not on warcinfo, conversion, continuation",
        forbidden("WARC-Concurrent-To", "warcinfo", "conversion", "continuation"),
    ),
    Rule.of(
        "E36",
        "5.11",
        "WARC-Refers-To is on metadata, revisit and conversion alone",
        only_on("WARC-Refers-To", "metadata", "revisit", "conversion"),
    ),
    Rule.of("E37", "5.17", "WARC-Filename is on warcinfo alone", only_on("WARC-Filename", "warcinfo")),
)
