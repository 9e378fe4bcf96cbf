"""Bytes of a page -> text, as browsers decide it: BOM, header, meta, then what the bytes look like. Pure.

Unlike browsers, a declaration that the bytes belie is not believed.
"""

from __future__ import annotations

import codecs

import charset_normalizer
from w3lib.encoding import html_to_unicode

_SNIFF_BYTES = 64 * 1024
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_JIS_ESCAPES = (b"\x1b$B", b"\x1b$@")
_NOT_LEADING = bytes(range(0xC2))
_FEW_BROKEN = 0.02
_WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def decode_page(body: bytes, content_type: str | None = None) -> tuple[str, str]:
    """The text of a page and the name of the encoding that was used. Never raises."""
    utf8 = None if body.startswith(_WIDE_MARKS) else _as_utf8(body)
    if utf8 is not None:
        return utf8, "utf-8"
    encoding, text = html_to_unicode(content_type, body, default_encoding="utf-8", auto_detect_fun=_detect)
    if _REPLACEMENT in text:
        guessed = _detect(body)
        retried = body.decode(guessed, "replace") if guessed else text
        if retried.count(_REPLACEMENT) < text.count(_REPLACEMENT):
            return retried, str(guessed)
    return text, encoding


def _as_utf8(body: bytes) -> str | None:
    """The text where the bytes can be nothing but UTF-8: text in other encodings is not valid UTF-8 by chance.

    A few broken characters are cut off text or a foreign insertion, no other encoding.
    """
    if body.isascii() or b"\x00" in body:
        return None
    text = body.removeprefix(codecs.BOM_UTF8).decode("utf-8", "replace")
    broken = text.count(_REPLACEMENT)
    wide = len(body.translate(None, _NOT_LEADING))
    return text if not broken or broken <= (wide - broken) * _FEW_BROKEN else None


def _detect(body: bytes) -> str | None:
    if body.isascii() and any(escape in body for escape in _JIS_ESCAPES):
        return "iso2022_jp"
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        best = charset_normalizer.from_bytes(body[:_SNIFF_BYTES]).best()
        return best.encoding if best else None
    return "utf-8"
