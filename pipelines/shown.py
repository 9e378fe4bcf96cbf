"""What the markup of an element says of how it is shown: hidden, set apart, tiny. Pure."""

from __future__ import annotations

from typing import Any

from pipelines.tags import BLOCK_DISPLAYS, HIDING


def is_empty_pair(node: Any) -> bool:
    """True for the second of two empty spans that touch: some editors write a paragraph's end so."""
    before = node.getprevious() if _is_empty_span(node) else None
    return before is not None and not before.tail and _is_empty_span(before)


def _is_empty_span(node: Any) -> bool:
    return node.tag == "span" and not len(node) and not node.text


def is_set_apart(style: str) -> bool:
    """True for the style of an inline element that makes it a block."""
    plain = style.replace(" ", "").lower()
    return "display:" in plain and any(value in plain for value in BLOCK_DISPLAYS)


def is_hidden(node: Any, style: str | None) -> bool:
    """True where the markup hides an element; a script shows the whole page that is hidden while it loads."""
    if node.get("hidden") is None:
        plain = (style or "").replace(" ", "").lower()
        if not any(value in plain for value in HIDING):
            return False
    return next(node.iter("body", "main", "article"), None) is None


def is_tiny(node: Any) -> bool:
    """True for a picture that is declared to be no larger than an icon."""
    sizes = [node.get("width"), node.get("height")]
    return any(size is not None and size.isdigit() and int(size) <= 48 for size in sizes)
