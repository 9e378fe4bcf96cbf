"""The text of one element cut into the lines that a reader sees. Pure.

Two line breaks end a paragraph. One break ends it too, unless the text is wrapped by hand: lines of like length that
stop in the middle of sentences.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

# U+200C stays: Persian and Tajik words need it.
_SPACE: Final = re.compile(r"[ \t\n\r\f\v\u00a0\u00ad\u1680\u2000-\u200b\u2028\u2029\u202f\u205f\u2060\ufeff]+")
_INVISIBLE: Final = re.compile("[\u00ad\u200b\u2060\ufeff]")
# What str.split() takes for white space and we do not, and what it does not know as such.
_ODD: Final = "\u3000\x85\u00ad\u200b\u2060\ufeff"
_OPEN_END = re.compile(r"[,、，;:：\-–—(（「『“«]$")
_SENTENCE_END = re.compile(r"[.!?…。！？»”\"’)」』]$")
_NO_SPACE_SCRIPT = re.compile(r"[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]")
CJK: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_LONGEST_WRAPPED = 110


# Plain classes, as a page has a thousand pieces: once compiled they cost less than tuples.
class Style:
    """How a run of text is shown: the href of its link, whether it is in a link, bold, and italic or small."""

    __slots__ = ("href", "in_link", "is_soft", "is_strong")

    def __init__(self, href: str | None, in_link: bool, is_strong: bool, is_soft: bool) -> None:
        self.href = href
        self.in_link = in_link
        self.is_strong = is_strong
        self.is_soft = is_soft


class Piece:
    """A run of text of one style. A text of None is a line break, an empty one the edge of an inline element."""

    __slots__ = ("style", "text")

    def __init__(self, text: str | None, style: Style) -> None:
        self.text = text
        self.style = style


PLAIN: Final = Style(None, False, False, False)
Line = list[Piece]


def squeeze(text: str) -> str:
    """The text with each run of white space one space, none at its ends, no invisible characters."""
    text = text.strip(" \t\n\r")
    # Of all that is white or invisible only the space is printable. Most texts are as they should be.
    if "  " not in text and text.isprintable():
        return text
    if text.isascii() or not any(map(text.__contains__, _ODD)):
        return " ".join(text.split())
    return _SPACE.sub(" ", _INVISIBLE.sub("", text)).strip(" \u3000")


def weight(text: str) -> int:
    """The length of a text in characters, those of Japanese and Chinese counted twice: they say about as much."""
    return len(text) if text.isascii() else len(text) + len(CJK.findall(text))


def text_of(line: Line) -> str:
    """The characters of a line as they are read."""
    return squeeze("".join([piece.text or "" for piece in line]))


def parts_of(line: Line, text: str) -> tuple[str, ...]:
    """The texts between the edges of inline elements: what a style sheet may have set apart. `text` is all of it."""
    parts: list[str] = []
    part = ""
    for piece in line:
        if piece.text:
            part += piece.text
        elif part:
            parts.append(part)
            part = ""
    if not parts or (len(parts) == 1 and not part):
        return (text,) if text else ()
    parts.append(part)
    return tuple([squeezed for squeezed in [squeeze(part) for part in parts] if squeezed])


def hrefs_of(line: Line) -> tuple[str, ...]:
    """The addresses of the links in a line as written, each once."""
    hrefs = [piece.style.href for piece in line if piece.style.href]
    return tuple(dict.fromkeys(hrefs)) if len(hrefs) > 1 else (hrefs[0],) if hrefs else ()


def shares(line: Line) -> tuple[float, float, float]:
    """The parts of a line's characters, 0 to 1, that are in links, bold, and italic or small."""
    if len(line) == 1:
        style = line[0].style
        return float(style.in_link), float(style.is_strong), float(style.is_soft)
    total = linked = strong = soft = 0
    for piece in line:
        if not piece.text:
            continue
        size, style = len(piece.text.strip()), piece.style
        total += size
        linked += size if style.in_link else 0
        strong += size if style.is_strong else 0
        soft += size if style.is_soft else 0
    total = total or 1
    return linked / total, strong / total, soft / total


def cut(pieces: Line, *, is_heading: bool) -> Iterator[Line]:
    """The lines with text; a heading is one line, however it is broken."""
    paragraph: list[Line] = [[]]
    for piece in pieces:
        if piece.text is not None:
            paragraph[-1].append(piece)
        elif is_heading:
            paragraph[-1].append(Piece(" ", piece.style))
        elif text_of(paragraph[-1]):
            paragraph.append([])
        elif len(paragraph) > 1:
            yield from _joined(paragraph)
            paragraph = [[]]
    yield from _joined(paragraph)


def _joined(lines: list[Line]) -> Iterator[Line]:
    """The lines of one paragraph, those wrapped by hand put together again."""
    lines = [line for line in lines if text_of(line)]
    if not lines:
        return
    is_wrapped = _is_wrapped([text_of(line) for line in lines])
    current = lines[0]
    for line in lines[1:]:
        before, after = text_of(current), text_of(line)
        if is_wrapped or _goes_on(before, after):
            glue = "" if _NO_SPACE_SCRIPT.match(before[-1]) and _NO_SPACE_SCRIPT.match(after[0]) else " "
            current = [*current, Piece(glue, PLAIN), *line]
        else:
            yield current
            current = line
    yield current


def _is_wrapped(texts: list[str]) -> bool:
    sizes = [len(text) for text in texts[:-1]]
    if len(texts) < 3 or max(sizes) > _LONGEST_WRAPPED or min(sizes) * 2 < max(sizes) or max(sizes) < 30:
        return False
    open_ends = sum(_SENTENCE_END.search(text) is None for text in texts[:-1])
    return open_ends * 2 > len(sizes) and any(text[0].islower() or _NO_SPACE_SCRIPT.match(text) for text in texts[1:])


def _goes_on(before: str, after: str) -> bool:
    return _SENTENCE_END.search(before) is None and (after[0].islower() or _OPEN_END.search(before) is not None)
