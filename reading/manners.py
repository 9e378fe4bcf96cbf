"""What holds for every answer of the room: whom it answers, and what its pages may do in a browser. Pure.

A page of the room shows what strangers wrote. Should any of it slip through as markup, it can load and run nothing: the
policy knows our own style and script, and one frame, the player's origin. A name in `Host` that is not ours may be that
of a stranger's page which had its name point to this machine (DNS rebinding), so it is refused.
"""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

_HOST = re.compile(r"(?P<name>\[[0-9A-Fa-f:.]+\]|[^:\[\]/?#@\s]+)(?::[0-9]{1,5})?")
_FIXED = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
    ("X-Frame-Options", "DENY"),
)


def host_name(header: str | None, ours: Collection[str] = ()) -> str | None:
    """The name in a `Host` field, as it goes into a URL; None when it is missing or may be a stranger's.

    An address of a machine is nobody's name; besides, this machine's own (`localhost`) and those of `ours` are taken.
    """
    match = _HOST.fullmatch(header or "")
    if match is None:
        return None
    name = match["name"].lower().rstrip(".")
    if name in {"localhost", *(item.lower() for item in ours)} or name.endswith(".localhost"):
        return name
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return None
    return name


def fields_for(player: str) -> tuple[tuple[str, str], ...]:
    """The header fields of every answer; `player` is the origin whose pages may be framed."""
    policy = (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
        f"frame-src {player}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    return (("Content-Security-Policy", policy), *_FIXED)
