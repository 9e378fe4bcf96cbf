"""How an index tells a POST from a GET of the same URL: method and body become arguments of the key. Pure.

After "CDX for non-GET requests" (iipc/warc-specifications, draft), which is what pywb looks up. Its encodings of AMF
and multipart forms are not made: such bodies are filed as Base64, the draft's own way for whatever cannot be read.
"""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

from archive.http_message import parse_head

if TYPE_CHECKING:
    from collections.abc import Iterator

# As much of a body as pywb reads; longer ones are told apart by their beginning.
_MAX_BODY_BYTES = 16 * 1024
_METHOD = re.compile(rb"([A-Z][A-Z-]{0,30}) ")
_JSON_TYPES = frozenset({"application/json", "text/plain"})


def method_of(request: bytes) -> str:
    """The method on the request line; GET where nothing was sent, or nothing that has one."""
    word = _METHOD.match(request)
    return word[1].decode("ascii") if word else "GET"


def encoded_body(request: bytes) -> str:
    """The body of a request as arguments of a query: a form's own, those of a JSON text, else the bytes as Base64.

    Empty when there is no body.
    """
    head = parse_head(request)
    body = request[head.length : head.length + _MAX_BODY_BYTES]
    if not body:
        return ""
    return _encoded_text(body, head.mime) or urlencode({"__wb_post_data": base64.b64encode(body)}, safe="=+/")


def _encoded_text(body: bytes, mime: str | None) -> str:
    try:
        if mime == "application/x-www-form-urlencoded":
            return urlencode(parse_qsl(body.decode("utf-8"), keep_blank_values=True))
        if mime in _JSON_TYPES:
            return "&".join(_arguments(json.loads(body)))
    except (ValueError, RecursionError):
        pass
    return ""


def _arguments(value: object) -> Iterator[str]:
    counts: dict[str, int] = {}
    for name, leaf in _leaves("", value):
        counts[name] = counts.get(name, 0) + 1
        numbered = name if counts[name] == 1 else f"{name}.{counts[name]}_"
        yield urlencode({numbered: leaf})


def _leaves(name: str, value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _leaves(key, item)
    elif isinstance(value, list):
        for item in value:
            yield from _leaves(name, item)
    else:
        yield name, value


def with_method(url: str, method: str, body: str) -> str:
    """The URL that the key is made of: itself for a GET, else with method and encoded body behind its query."""
    if method == "GET":
        return url
    whole = f"{url}{'&' if '?' in url else '?'}__wb_method={method}"
    return f"{whole}&{body}" if body else whole
