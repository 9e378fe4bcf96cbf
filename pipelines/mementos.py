"""Captures that a web archive gave back: the page of another address, at another time. Pure.

A backfill asks the Wayback Machine for `…/web/<timestamp>id_/<URL>` and stores the answer as what it is, a response of
that address. The page stage reads it as the capture of the URL within, at that time. Both stand in the record's own
Target-URI, so that whoever reads the record comes to the same article.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archive.capture import Capture

ROLE = "memento"
"""The `kakehashi-role` of such a record."""
OTHER_MOMENT = "kakehashi-other-moment"
_NAME = "Wayback Machine"
_ADDRESS = re.compile(r"(?P<base>https?://[^?#]*?/web)/(?P<when>\d{14})id_/(?P<original>https?://.+)", re.DOTALL)
# Old captures name the port always; nobody writes it, and an article has one id.
_DEFAULT_PORT = re.compile(r"(?P<site>http://[^/?#@]*(?=:80(?:[/?#]|$))|https://[^/?#@]*(?=:443(?:[/?#]|$))):\d+")
_ORIGINAL = "x-archive-orig-"
# What the archive coded itself, or says of its own message: the page's bytes are as these say.
_OF_THE_MESSAGE = frozenset({"content-encoding", "transfer-encoding", "content-length"})
_ABOUT_THE_PAGE = frozenset({"content-type"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Memento:
    """What an address of raw bytes names: `original` was captured at `captured_at` (UTC) and is kept by `base`."""

    base: str
    original: str
    captured_at: dt.datetime
    address: str

    @property
    def origin(self) -> str:
        """Whose capture it is, as provenance says it: with the address under which anybody can ask for it."""
        return f"{_NAME}, {self.address}"


def memento_at(address: str) -> Memento | None:
    """The memento that an address names; None for any other address, or a time that never was."""
    match = _ADDRESS.fullmatch(address)
    if match is None:
        return None
    try:
        when = parse_timestamp(match["when"])
    except ValueError:
        return None
    site = _DEFAULT_PORT.match(match["original"])
    original = site["site"] + match["original"][site.end() :] if site else match["original"]
    return Memento(base=match["base"], original=original, captured_at=when, address=address)


def address_in(origin: str | None) -> str | None:
    """The address of the memento that an article came from; None for one that came from anywhere else."""
    name, comma, address = (origin or "").partition(", ")
    return address if comma and name == _NAME and memento_at(address) else None


def address_of(base: str, timestamp: str, original: str) -> str:
    """Where the archive gives the bytes of a capture as it got them; `base` ends before `/web`."""
    return f"{base}/web/{timestamp}id_/{original}"


def parse_timestamp(text: str) -> dt.datetime:
    """A timestamp of 14 digits, which is UTC. Raises `ValueError`."""
    return dt.datetime.strptime(f"{text}+0000", "%Y%m%d%H%M%S%z")


def as_original(capture: Capture) -> Capture:
    """The capture as one of the page within: its address and time, and what is known of the headers that it had.

    A capture of any other address comes back as it is. Where the answer says that it is of another moment than its
    address, nobody knows what it is: the fact `OTHER_MOMENT` says so, and the page is dropped.
    """
    memento = memento_at(capture.url)
    if memento is None:
        return capture
    asked, given = memento.captured_at, _said_moment(capture)
    facts = capture.facts
    if given is not None and given != asked:
        problem = f"asked for the capture of {asked:%Y-%m-%d %H:%M:%S}, got that of {given:%Y-%m-%d %H:%M:%S}"
        facts = (*facts, (OTHER_MOMENT, problem))
    return replace(capture, url=memento.original, captured_at=asked, headers=tuple(_headers(capture)), facts=facts)


def _said_moment(capture: Capture) -> dt.datetime | None:
    """What Memento-Datetime says (RFC 7089, 2.1.1); None where it says nothing."""
    try:
        said = parsedate_to_datetime(capture.header("Memento-Datetime") or "")
    except (ValueError, OverflowError):
        return None
    return said if said.tzinfo else said.replace(tzinfo=dt.UTC)


def _headers(capture: Capture) -> Iterator[tuple[str, str]]:
    """The original's headers as the archive kept them, and its own where they say how the bytes came.

    What the archive says for itself, such as X-Robots-Tag, says nothing of the page.
    """
    kept = [(name.lower()[len(_ORIGINAL) :], value) for name, value in capture.headers if _is_original(name)]
    original = [(name, value) for name, value in kept if name and name not in _OF_THE_MESSAGE]
    named = {name for name, _ in original}
    yield from original
    for name, value in capture.headers:
        plain = name.lower()
        if plain in _OF_THE_MESSAGE or (plain in _ABOUT_THE_PAGE and plain not in named):
            yield name, value


def _is_original(name: str) -> bool:
    return name.lower().startswith(_ORIGINAL)
