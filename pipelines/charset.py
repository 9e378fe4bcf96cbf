"""Bytes of a page -> text, as browsers decide it: BOM, header, meta, then what the bytes look like. Pure."""

from __future__ import annotations

import charset_normalizer
from w3lib.encoding import html_to_unicode

_SNIFF_BYTES = 64 * 1024
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def decode_page(body: bytes, content_type: str | None = None) -> tuple[str, str]:
    """The text of a page and the name of the encoding that was used.

    A declaration that the bytes belie (it leaves replacement characters where strict UTF-8 leaves none) is not
    believed. Never raises.
    """
    encoding, text = html_to_unicode(
        content_type, body, default_encoding="utf-8", auto_detect_fun=_detect
    )
    if _REPLACEMENT in text:
        try:
            return body.decode("utf-8"), "utf-8"
        except UnicodeDecodeError:
            guessed = _detect(body)
            retried = body.decode(guessed, "replace") if guessed else text
            if retried.count(_REPLACEMENT) < text.count(_REPLACEMENT):
                return retried, str(guessed)
    return text, encoding


def _detect(body: bytes) -> str | None:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        best = charset_normalizer.from_bytes(body[:_SNIFF_BYTES]).best()
        return best.encoding if best else None
    return "utf-8"
