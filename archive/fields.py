"""The named fields of a record, and of a block of fields, as they stand in a WARC (WARC 1.1, section 4). Pure."""

from __future__ import annotations

import re

Fields = list[tuple[str, str]]
RECORD_END = b"\r\n\r\n"
"""What comes behind a block."""
_NOT_TOKEN = re.compile(r"[^!#$%&'*+.^_`|~0-9A-Za-z-]")
_CLEAN_LINES = re.compile(r"(?:[!-~]+: (?:[!-~]+(?: [!-~]+)*)?\r\n)*")
_CONTROLS = dict.fromkeys((*range(0x20), *range(0x7F, 0xA0)), " ")


def record_head(record_id: str, named: Fields, content_type: str, length: int) -> bytes:
    """The version line and the named fields, up to the blank line; `length` is that of the block, in bytes."""
    whole = f"WARC/1.1\r\nWARC-Record-ID: {record_id}\r\n{_lines(named)}"
    return f"{whole}Content-Type: {content_type}\r\nContent-Length: {length}\r\n\r\n".encode()


def fields_block(fields: Fields) -> bytes:
    """A block of the type `application/warc-fields`, in UTF-8; a name that is no token becomes one."""
    return _lines([(_NOT_TOKEN.sub("-", name) or "-", value) for name, value in fields]).encode("utf-8")


def _lines(fields: Fields) -> str:
    """A line for each field, its value on that line."""
    lines = "".join([f"{name}: {value}\r\n" for name, value in fields])
    if _CLEAN_LINES.fullmatch(lines) and lines.count("\n") == len(fields):  # as nearly all are
        return lines
    return "".join([f"{name}: {_one_line(value)}\r\n" for name, value in fields])


def _one_line(value: str) -> str:
    """The value without line ends and other control characters, which would begin another field, as valid Unicode."""
    text = value.encode("utf-8", "backslashreplace").decode("utf-8")
    return " ".join(text.translate(_CONTROLS).split())
