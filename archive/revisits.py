"""Which record of the store an exchange repeats: a decision over what came and what is known. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archive.uri import target_uri
from archive.validators import is_conditional

if TYPE_CHECKING:
    from collections.abc import Callable

    from archive.capture import Earlier, Exchange
    from archive.records import Payload


def find_original(
    exchange: Exchange, payload: Payload, find_earlier: Callable[[str, str], Earlier | None]
) -> Earlier | None:
    """The record that holds the payload already: one with its digest, or the one that a 304 to our condition means.

    None for what was cut, and for every other empty payload: it is equal to all of its kind, and no larger whole. None
    for a redirect too: its body is small, and pywb looks up neither the body nor the length of one that is a revisit.
    """
    url, asked = target_uri(exchange.url), exchange.revalidates
    if exchange.truncated is not None:
        return None
    if payload.size and 300 <= payload.head.status < 400:
        return None
    if payload.size:
        return find_earlier(url, payload.payload_digest)
    is_answer = payload.head.status == 304 and payload.head.length == exchange.response_length
    # Only what was really sent makes a 304 an answer: any other says nothing about what we hold.
    return asked if asked and asked.url == url and is_answer and is_conditional(exchange.request) else None
