"""Rules for records that hold HTTP messages, whole or as a revisit: what one record alone keeps or breaks. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from archive.lint_rule import Rule

if TYPE_CHECKING:
    from archive.lint_record import LintRecord

_PROFILES = {
    "http://netpreserve.org/warc/1.0/revisit/identical-payload-digest": "identical",
    "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest": "identical",
    "http://netpreserve.org/warc/1.0/revisit/server-not-modified": "unmodified",
    "http://netpreserve.org/warc/1.1/revisit/server-not-modified": "unmodified",
}
_PROTOCOL = re.compile(
    r"dns|doh|dot|ftp|gemini|gopher|http/(0\.9|1\.0|1\.1)|h2|h2c|h3|spdy/[1-3](\.1)?|ssl/[23]|tls/1\.[0-3]"
)
_REQUEST_LINE = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+ [^ \r\n]+ HTTP/[0-9](\.[0-9])?\r?\n")
_CHUNK_SIZE = re.compile(rb"[ \t]*[0-9A-Fa-f]{1,16}[ \t]*(;[^\r\n]*)?(\r?\n|$)")
_LAST_CHUNK = re.compile(rb"(?:^|\n)[ \t]*0+[ \t]*(;[^\r\n]*)?\r?\n(?:[^\r\n]+\r?\n)*\r?\n\Z")
_WITHOUT_BODY = frozenset({204, 304})


def _profile(record: LintRecord) -> str:
    return _PROFILES.get(record.get("WARC-Profile") or "", "")


def _is_response(record: LintRecord) -> bool:
    return record.kind == "response" and record.is_web and record.broken is None


def _content_type(record: LintRecord) -> str | None:
    expected = {"response": "response", "request": "request", "revisit": "response"}.get(record.kind)
    if expected is None or not record.is_web or not record.length:
        return None
    value = (record.get("Content-Type") or "").lower().replace(" ", "")
    is_right = value in ("", f"application/http;msgtype={expected}")
    return None if is_right else f"Content-Type is {value!r}, expected application/http; msgtype={expected}"


def _request_line(record: LintRecord) -> str | None:
    is_wrong = record.kind == "request" and record.is_http and _REQUEST_LINE.match(record.start) is None
    return f"the request begins {record.start[:40]!r}" if is_wrong and record.broken is None else None


def _interim(record: LintRecord) -> str | None:
    status = record.head.status if record.head else 0
    return f"the answer is the interim {status}, not the final one" if 100 <= status < 200 and status != 101 else None


def body_length(record: LintRecord) -> int:
    """How many bytes follow the head of an HTTP message."""
    return record.length - (record.head.length if record.head else record.length)


def is_short(record: LintRecord) -> str | None:
    """Why the body of a response is not whole, though nothing says so; None where it is, or cannot be judged.

    The answer to a HEAD has no body whatever it promises: the caller knows the request.
    """
    head = record.head
    if not _is_response(record) or not record.is_http or head is None or record.get("WARC-Truncated"):
        return None
    if head.status in _WITHOUT_BODY or record.get("WARC-Segment-Number"):
        return None
    if head.is_chunked:
        return _unfinished_chunks(record)
    promised = {value.strip() for value in head.values("content-length")}
    value = next(iter(promised)) if len(promised) == 1 else ""
    if value.isascii() and value.isdigit() and int(value) > body_length(record):
        return f"the body has {body_length(record)} of {value} bytes, and WARC-Truncated does not say so"
    return None


def _unfinished_chunks(record: LintRecord) -> str | None:
    body = record.end[-body_length(record) :] if body_length(record) else b""
    if _framing(record) is not None or _LAST_CHUNK.search(body):
        return None
    return "the last chunk is missing, and WARC-Truncated does not say so"


def _framing(record: LintRecord) -> str | None:
    head = record.head
    if not _is_response(record) or head is None or not head.is_chunked or record.get("WARC-Truncated"):
        return None
    body = record.start[head.length : head.length + 4096]
    is_wrong = bool(body) and _CHUNK_SIZE.match(body) is None
    return f"the header says chunked, the body begins {body[:20]!r}" if is_wrong else None


def _protocols(record: LintRecord) -> str | None:
    wrong = next((value for value in record.all("WARC-Protocol") if _PROTOCOL.fullmatch(value) is None), None)
    return None if wrong is None else f"WARC-Protocol is {wrong[:60]!r}, which the proposal does not name"


def _cipher(record: LintRecord) -> str | None:
    is_secure = any(value.startswith(("tls/", "ssl/")) for value in record.all("WARC-Protocol"))
    is_wrong = record.get("WARC-Cipher-Suite") is not None and not is_secure
    return "WARC-Cipher-Suite stands without a WARC-Protocol of TLS" if is_wrong else None


def _http_2(record: LintRecord) -> str | None:
    is_wrong = record.kind in ("response", "revisit") and re.match(rb"HTTP/[23]\b", record.start) is not None
    return f"the block begins {record.start[:8]!r}, which no reader parses" if is_wrong else None


def _unknown_profile(record: LintRecord) -> str | None:
    value = record.get("WARC-Profile")
    is_wrong = record.kind == "revisit" and value is not None and not _profile(record)
    return f"WARC-Profile is {value!r}, which players do not know" if is_wrong else None


def _digest_of_revisit(record: LintRecord) -> str | None:
    is_wrong = _profile(record) == "identical" and not record.get("WARC-Payload-Digest")
    return "has no WARC-Payload-Digest" if is_wrong and record.kind == "revisit" else None


def _missing_pointer(name: str) -> Rule:
    def check(record: LintRecord) -> str | None:
        return f"has no {name}" if record.kind == "revisit" and not record.get(name) else None

    section = {"WARC-Refers-To": "5.11", "WARC-Refers-To-Target-URI": "5.12", "WARC-Refers-To-Date": "5.13"}[name]
    code = {"WARC-Refers-To": "W73", "WARC-Refers-To-Target-URI": "E71", "WARC-Refers-To-Date": "E72"}[name]
    return Rule(code=code, section=f"6.7.2, {section}", says=f"a revisit has {name}", check=check)


def _left_out(record: LintRecord) -> str | None:
    is_meant = record.kind == "revisit" and _profile(record) == "identical" and record.broken is None
    if not is_meant or record.get("WARC-Truncated") or (record.head is not None and body_length(record)):
        return None
    return "the body was left out, and WARC-Truncated: length does not say so"


def _revisit_head(record: LintRecord) -> str | None:
    return "has no response headers" if record.kind == "revisit" and not record.length else None


def _not_modified(record: LintRecord) -> str | None:
    status = record.head.status if record.head else 0
    is_wrong = record.kind == "revisit" and _profile(record) == "unmodified" and status not in (0, 304)
    return f"says server-not-modified, and the server answered {status}" if is_wrong else None


def _revisit_only(name: str, code: str, section: str) -> Rule:
    def check(record: LintRecord) -> str | None:
        is_wrong = record.kind not in ("revisit", "") and record.get(name) is not None
        return f"{name} stands on a {record.kind} record" if is_wrong else None

    return Rule(code=code, section=section, says=f"{name} is on revisits alone", check=check)


HTTP_RULES: tuple[Rule, ...] = (
    Rule(code="W60", section="6.3.2", says="an HTTP message is application/http with its msgtype", check=_content_type),
    Rule(code="W61", section="6.5.2", says="a request holds the request that was sent", check=_request_line),
    Rule(code="W62", section="6.3.2", says="the response is the final one, no 1xx", check=_interim),
    Rule(code="W63", section="annotation #22", says="a body that is said to be chunked is", check=_framing),
    Rule(code="W64", section="annotation #42", says="WARC-Protocol is one that the proposal names", check=_protocols),
    Rule(code="W65", section="annotation #86", says="WARC-Cipher-Suite goes with TLS", check=_cipher),
    Rule(code="W66", section="annotation #15", says="HTTP/2 is written as HTTP/1.1", check=_http_2),
    Rule(
        code="E69",
        section="5.18",
        says="a revisit has a WARC-Profile",
        check=lambda r: "has no WARC-Profile" if r.kind == "revisit" and not r.get("WARC-Profile") else None,
    ),
    Rule(code="W70", section="6.7", says="WARC-Profile is one that players know", check=_unknown_profile),
    _missing_pointer("WARC-Refers-To-Target-URI"),
    _missing_pointer("WARC-Refers-To-Date"),
    _missing_pointer("WARC-Refers-To"),
    Rule(code="E74", section="6.7.2", says="a revisit of a payload has its digest", check=_digest_of_revisit),
    Rule(code="E75", section="6.7.2", says="a revisit without its body is truncated: length", check=_left_out),
    Rule(code="W76", section="6.7.2", says="a revisit keeps the response's headers", check=_revisit_head),
    Rule(code="W77", section="6.7.3", says="server-not-modified is a 304", check=_not_modified),
    _revisit_only("WARC-Refers-To-Target-URI", "E78", "5.12"),
    _revisit_only("WARC-Refers-To-Date", "E79", "5.13"),
)
