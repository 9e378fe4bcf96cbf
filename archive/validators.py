"""ETag and Last-Modified: read from an answer, sent back as a condition (RFC 9110, 8.8 and 13.1). Pure.

Weak tags are taken too: If-None-Match compares weakly anyway, and what a 304 to one is worth, "not modified" in the
server's own words, is what its record says.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from archive.capture import Validators
from archive.http_message import parse_head

if TYPE_CHECKING:
    from collections.abc import Iterable

# RFC 9110 8.8.3. What is not spelled like this is not sent back: a server could have sent anything.
_ETAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]{0,500}"')
# IMF-fixdate, RFC 9110 5.6.7.
_DATE = re.compile(r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT", re.ASCII)
_CONDITIONS = frozenset({"if-none-match", "if-modified-since"})


def checked(etag: str | None, last_modified: str | None) -> Validators:
    """These validators, less those that are not spelled as HTTP has them: such a one is never sent."""
    return Validators(
        etag=etag if etag is not None and _ETAG.fullmatch(etag) else None,
        last_modified=last_modified if last_modified is not None and _DATE.fullmatch(last_modified) else None,
    )


def validators_of(status: int, headers: Iterable[tuple[str, str]]) -> Validators:
    """What an answer says its page is known by: none unless the status is 200, none that it says twice."""
    if status != 200:
        return Validators()
    found: dict[str, list[str]] = {}
    for name, value in headers:
        found.setdefault(name.lower(), []).append(value)
    return checked(_only(found.get("etag")), _only(found.get("last-modified")))


def _only(values: list[str] | None) -> str | None:
    return values[0] if values and len(values) == 1 else None


def conditions(validators: Validators) -> dict[str, str]:
    """The header fields of a request that asks for a page only if it is another than the one with these validators."""
    fields = {"If-None-Match": validators.etag, "If-Modified-Since": validators.last_modified}
    return {name: value for name, value in fields.items() if value is not None}


def is_conditional(request: bytes) -> bool:
    """True when a request, as it was sent, asks for the page only if it was modified."""
    return any(name.lower() in _CONDITIONS for name, _ in parse_head(request).headers)
