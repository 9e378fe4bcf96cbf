"""Bytes of a page -> text, as browsers decide it: BOM, header, meta, then what the bytes look like. Pure.

Unlike browsers, a declaration that the bytes belie is not believed, and a piece in another encoding, a widget or a
paragraph from elsewhere, is read in its own.
"""

from __future__ import annotations

import codecs
import re

import charset_normalizer
from w3lib.encoding import html_to_unicode

from pipelines.legible import (
    better_cyrillic,
    better_japanese,
    is_cyrillic,
    is_of_other_script,
    is_western,
    most_legible_cyrillic,
)

_SNIFF_BYTES = 64 * 1024
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_JIS_ESCAPES = (b"\x1b$B", b"\x1b$@")
_NOT_LEADING = bytes(range(0xC2))
_FEW_BROKEN = 0.1
_WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_WIDE_HEAD = 4096
# Bytes that are no UTF-8, three and more of them; and letters in UTF-8 on a page that is none.
_STRAY = re.compile('(?:[\udc80-\udcff]+[ ,.:;!?()"-]+)*[\udc80-\udcff]{3,}(?:[ ,.:;!?()"-]+[\udc80-\udcff]+)*')
_STRAY_UTF8 = re.compile(rb"(?:[\xd0-\xd3][\x80-\xbf]){3,}(?:[ ,.:;!?()\"\n-]*(?:[\xd0-\xd3][\x80-\xbf])+)*")
_CYRILLIC_LETTER = re.compile("[\u0400-\u04ff]")


def decode_page(body: bytes, content_type: str | None = None) -> tuple[str, str]:
    """The text of a page and the name of the encoding that was used. Never raises."""
    utf8 = None if body.startswith(_WIDE_MARKS) else _as_utf8(body)
    if utf8 is not None:
        return utf8, "utf-8"
    if (sure := _by_their_bytes(body)) is not None:
        return body.decode(sure, "replace"), sure
    encoding, text = html_to_unicode(content_type, body, default_encoding="utf-8", auto_detect_fun=_detect)
    if body.startswith(_WIDE_MARKS) or body.isascii():
        return text, encoding
    if (better := _belied(body, encoding)) is not None:
        encoding, text = better, body.decode(better, "replace")
    if _REPLACEMENT in text:
        guessed = _detect(body)
        retried = body.decode(guessed, "replace") if guessed else text
        if retried.count(_REPLACEMENT) < text.count(_REPLACEMENT):
            encoding, text = str(guessed), retried
    return _with_pieces_of_utf8(body, encoding, text), encoding


def _by_their_bytes(body: bytes) -> str | None:
    """The encoding that nothing else looks like: UTF-16 without a mark, and the escapes of ISO-2022-JP."""
    if b"\x1b" in body and body.isascii() and any(escape in body for escape in _JIS_ESCAPES):
        return "iso2022_jp_ext"
    head = body[:_WIDE_HEAD]
    if b"\x00" not in head or body.startswith(_WIDE_MARKS):
        return None
    for name, mark, nul in (("utf-16-le", b"<\x00", 1), ("utf-16-be", b"\x00<", 0)):
        nuls = head[nul::2].count(0)
        if mark in head and nuls * 3 > len(head) // 2 and nuls > 4 * head[1 - nul :: 2].count(0):
            return name
    return None


def _belied(body: bytes, encoding: str) -> str | None:
    """The encoding of the bytes where they clearly are not in the declared one."""
    if is_western(encoding) and is_of_other_script(body):
        guessed = most_legible_cyrillic(body) or _detect(body)
        return guessed if guessed and not is_western(guessed) else None
    return better_cyrillic(body, encoding) or better_japanese(body, encoding)


def _with_pieces_of_utf8(body: bytes, encoding: str, text: str) -> str:
    """The text of a page of one byte a letter, the Cyrillic pieces that are in UTF-8 read as such."""
    if not (is_western(encoding) or is_cyrillic(encoding)) or not _STRAY_UTF8.search(body):
        return text
    parts, position = [], 0
    for piece in _STRAY_UTF8.finditer(body):
        parts += [body[position : piece.start()].decode(encoding, "replace"), piece[0].decode("utf-8", "replace")]
        position = piece.end()
    return "".join([*parts, body[position:].decode(encoding, "replace")])


def _as_utf8(body: bytes) -> str | None:
    """The text where the bytes can be nothing but UTF-8: text in other encodings is not valid UTF-8 by chance.

    A few broken characters are cut off text or a foreign insertion, no other encoding.
    """
    if body.isascii() or b"\x00" in body:
        return None
    bare = body.removeprefix(codecs.BOM_UTF8)
    text = bare.decode("utf-8", "replace")
    broken = text.count(_REPLACEMENT)
    if not broken:
        return text
    wide = len(body.translate(None, _NOT_LEADING))
    return _with_strays(bare, text) if broken <= (wide - broken) * _FEW_BROKEN else None


def _with_strays(body: bytes, text: str) -> str:
    """The text of a page in UTF-8, the runs of bytes that are none read as the one-byte encoding of its letters."""
    marked = body.decode("utf-8", "surrogateescape")
    if _STRAY.search(marked) is None:
        return text
    own = "cp1251" if _CYRILLIC_LETTER.search(text) else "cp1252"
    mended = _STRAY.sub(lambda run: run[0].encode("utf-8", "surrogateescape").decode(own, "replace"), marked)
    return mended.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _detect(body: bytes) -> str | None:
    if body.isascii() and any(escape in body for escape in _JIS_ESCAPES):
        return "iso2022_jp"
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        best = charset_normalizer.from_bytes(body[:_SNIFF_BYTES]).best()
        return best.encoding if best else None
    return "utf-8"
