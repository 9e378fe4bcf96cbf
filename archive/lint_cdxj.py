"""Rules of CDXJ: what the lines of an index keep or break. Pure."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from archive.lint_rule import Rule
from archive.methods import with_method
from archive.surt import surt

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_TIMESTAMP = re.compile(r"[0-9]{14}(?:[0-9]{3})?")
_NUMBER = re.compile(r"[0-9]+")
_FIELDS = ("url", "digest", "mime", "filename", "offset", "length", "status")

CDXJ_RULES: tuple[Rule, ...] = (
    Rule(code="E101", section="CDXJ", says="a line is KEY TIMESTAMP {JSON}, in UTF-8, with a line end"),
    Rule(code="E102", section="CDXJ", says="a time stamp has 14 or 17 digits"),
    Rule(code="E103", section="CDXJ", says="the rest of a line is a JSON object"),
    Rule(code="E104", section="CDXJ", says="a line has url, digest, mime, filename, offset, length and status"),
    Rule(code="E105", section="CDXJ", says="lines are sorted by their bytes"),
    Rule(code="W106", section="CDXJ", says="the key is the SURT of the URL, with method and body of what is no GET"),
    Rule(code="E107", section="CDXJ", says="offset and length are numbers"),
    Rule(code="W108", section="CDXJ", says="no line stands twice"),
)


def check_lines(lines: Iterable[bytes]) -> Iterator[tuple[str, int, str]]:
    """What is wrong with the lines of an index: code, byte of the line, problem. Lines that begin `!` are passed by."""
    position, before = 0, b""
    for raw in lines:
        if not raw.startswith(b"!"):
            for code, problem in _order(raw, before):
                yield code, position, problem
            for code, problem in _line(raw):
                yield code, position, problem
            before = raw
        position += len(raw)


def _order(raw: bytes, before: bytes) -> Iterator[tuple[str, str]]:
    if raw < before:
        yield "E105", "stands behind a line that is greater"
    elif raw == before:
        yield "W108", "stands there twice"


def _line(raw: bytes) -> Iterator[tuple[str, str]]:
    try:
        line = raw.decode("utf-8")
    except UnicodeDecodeError:
        line = ""
    parts = line.rstrip("\r\n").split(" ", 2)
    if len(parts) != 3 or not parts[0] or not line.endswith("\n"):
        yield "E101", f"is no line of an index: {raw[:60]!r}"
        return
    key, timestamp, text = parts
    if _TIMESTAMP.fullmatch(timestamp) is None:
        yield "E102", f"has the time stamp {timestamp[:40]!r}"
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError):
        fields = None
    if not isinstance(fields, dict):
        yield "E103", f"has no JSON object: {text[:60]!r}"
        return
    yield from _fields(key, fields)


def _fields(key: str, fields: dict[str, Any]) -> Iterator[tuple[str, str]]:
    missing = [name for name in _FIELDS if name not in fields]
    if missing:
        yield "E104", f"has no {', '.join(missing)}"
    wrong = [name for name in ("offset", "length") if name in fields and not _NUMBER.fullmatch(str(fields[name]))]
    if wrong:
        yield "E107", f"has no number as its {' and '.join(wrong)}"
    url = fields.get("url")
    if isinstance(url, str):
        method, body = str(fields.get("method") or "GET"), str(fields.get("requestBody") or "")
        expected = surt(with_method(url, method, body))
        if expected != key:
            yield "W106", f"is filed under {key[:100]}, the SURT of its URL is {expected[:100]}"
