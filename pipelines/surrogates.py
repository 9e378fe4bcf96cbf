"""Halves of signs: JSON writes an emoji as two, and what cuts a text between them leaves one, no sign. Pure."""

from __future__ import annotations


def whole(text: str) -> str:
    """The text with two halves as one sign, and U+FFFD for a half alone, in its place."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
