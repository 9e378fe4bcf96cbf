"""One exchange as a WARC holds it, judged against what the server sent and read. Pure.

Chunks are removed by the few lines below and not by `archive.chunks`, so that our writer is not measured with itself.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.wireserver import Case

_CHUNKED = re.compile(rb"^transfer-encoding:.*\bchunked\s*$", re.IGNORECASE | re.MULTILINE)
_FRAMED = re.compile(rb"^(content-length|transfer-encoding):", re.IGNORECASE | re.MULTILINE)
_HEAD = re.compile(rb"\r?\n\r?\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What the records of one URL hold: blocks, and the fields that say something about them."""

    response: bytes
    payload_digest: str | None
    truncated: str | None
    requests: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """True: right; False: wrong or missing; None: there is nothing to judge.

    `wire`: the response's block is what the server sent as its final answer. `head`: its status line and header block
    are. `payload`: the body without its transfer coding is. `digest`: WARC-Payload-Digest is that of the payload.
    `request`: the request's block is what the server read. `flag`: an answer that was cut says so in WARC-Truncated,
    with the reason; False as well when a whole answer has the field.
    """

    wire: bool | None
    head: bool | None
    payload: bool | None
    digest: bool | None
    request: bool | None
    flag: bool | None

    @property
    def wrong(self) -> list[str]:
        """The names of the marks that are not right."""
        return [field.name for field in fields(self) if getattr(self, field.name) is False]


NAMES = tuple(field.name for field in fields(Marks))


def judge(case: Case, kept: Kept | None, asked: Sequence[bytes]) -> Marks:
    """The marks of one case. `kept` is None when there is no response record for its URL."""
    sent = case.message if kept is None else _as_far_as(case, kept.response)
    payload = payload_sent(case, sent)
    if kept is None:
        of_payload = None if payload is None else False
        flag = None if case.truncated is None else False
        return Marks(wire=False, head=False, payload=of_payload, digest=of_payload, request=False, flag=flag)
    is_exact = kept.response == sent
    return Marks(
        wire=is_exact,
        head=is_exact or _split(kept.response)[0] == _split(sent)[0],
        payload=None if payload is None else is_exact or _payload_of(kept.response) == payload,
        digest=None if payload is None else _is_digest_of(kept.payload_digest, payload),
        request=bool(kept.requests) and set(kept.requests) <= set(asked),
        flag=_is_flag_right(case, kept, is_whole=len(sent) >= len(case.message) and not case.endless),
    )


def _as_far_as(case: Case, response: bytes) -> bytes:
    """What the record should hold: an answer that goes over a limit of who asked may end at that limit."""
    if case.kept is None and case.truncated != "length":
        return case.message
    rounds = max(0, len(response) - len(case.message)) // max(1, len(case.endless)) + 1
    whole = case.message + case.endless * rounds
    return response if response and whole.startswith(response) else case.message


def _is_flag_right(case: Case, kept: Kept, *, is_whole: bool) -> bool | None:
    if case.truncated is None or (case.truncated == "length" and is_whole):
        return None if kept.truncated is None else False
    right = {case.truncated}
    if case.ending == "stall":
        # Who is more patient than the server sees it hang up: a cut, or the end of a body that has no other.
        right.add("disconnect" if _FRAMED.search(case.message) else None)
    return kept.truncated in right


def payload_sent(case: Case, sent: bytes) -> bytes | None:
    """The payload of a case of which this much was sent; None where the standard does not say what it is."""
    if case.truncated is None and case.body is not None:
        return case.body
    is_unclear = case.truncated == "unspecified" or case.protocol == "http/0.9"
    return None if is_unclear else _payload_of(sent)


def _payload_of(message: bytes) -> bytes | None:
    """The body without its transfer coding, as far as it came; None when the framing cannot be read at all."""
    head, body = _split(message)
    return _without_chunks(body) if _CHUNKED.search(head) else body


def _split(message: bytes) -> tuple[bytes, bytes]:
    start = len(message) - len(message.lstrip(b"\r\n"))  # blank lines before the first are to be passed over
    end = _HEAD.search(message, start)
    return (message[: end.end()], message[end.end() :]) if end else (message, b"")


def _without_chunks(body: bytes) -> bytes | None:
    data = b""
    while body:
        line, found, body = body.partition(b"\r\n")
        try:
            size = int(line.split(b";")[0], 16)
        except ValueError:
            return data or None
        if not found:
            return data or None
        if not size:
            break
        data += body[:size]
        body = body[size + 2 :]
    return data


def _is_digest_of(text: str | None, payload: bytes) -> bool:
    if text is None:
        return not payload  # the field is optional, and of nothing there is nothing to compare
    algorithm, _, value = text.partition(":")
    try:
        digest = hashlib.new(algorithm.replace("-", ""), payload, usedforsecurity=False).digest()
    except ValueError:
        return False
    return value.lower() in (digest.hex(), base64.b32encode(digest).decode().lower())
