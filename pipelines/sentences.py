"""Whether a text ends like a sentence. Pure.

By its last signs, not by an expression: one that ends in `$` is tried at every full stop of a long paragraph.
"""

from __future__ import annotations

_CLOSING = '»”"’)」』'
_STOPS = frozenset(".!?…。！？")
_LOOSE_STOPS = _STOPS | frozenset(':：;»”"’)）」』')
_FULL_STOPS = frozenset(".。")


def ends_sentence(text: str) -> bool:
    """True for a text that ends in a sentence's last sign, with quotes and brackets closed behind it."""
    return text.rstrip().rstrip(_CLOSING)[-1:] in _STOPS


def ends_loosely(text: str) -> bool:
    """As `ends_sentence`, with a colon, a semicolon or a closing sign alone for an end, too."""
    return text.rstrip()[-1:] in _LOOSE_STOPS


def ends_clause(text: str) -> bool:
    """As `ends_sentence`, with a colon for an end, too."""
    last = text.rstrip().rstrip(_CLOSING)[-1:]
    return last in _STOPS or last in {":", "："}


def ends_full(text: str) -> bool:
    """True for a text that ends in a full stop, with quotes and brackets closed behind it."""
    return text.rstrip().rstrip(_CLOSING + "）")[-1:] in _FULL_STOPS
