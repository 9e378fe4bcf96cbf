"""Where the answer to a request begins and ends in the bytes that a server sends. Pure.

As lenient as browsers are: whatever can be framed is framed, so that a record holds the message and no more, and a
page is lost only where nobody could tell what it is (RFC 9112, section 6; deviations are named where made). The bytes
are kept by whoever feeds them in; nothing here holds more of them than a head.
"""

from __future__ import annotations

import enum
import re

from archive.chunks import ChunkRemover
from archive.http_message import Head, parse_head

MAX_HEAD_BYTES = 2 * 1024 * 1024
"""Where a head is cut: servers do send headers of a megabyte, and none needs more than this."""
MAX_INTERIM = 100
"""How many 1xx answers may come before the final one."""
_HEAD_END = re.compile(rb"\r?\n\r?\n")
# A head, or as much of one as has come; blank lines before it are passed over (RFC 9112, 2.2).
_HTTP = re.compile(rb"[\r\n]{0,8}(?:(?:HTTP|ICY)\b|(?:H(?:TT?)?|IC?)?\Z)", re.IGNORECASE)
# `+5` is no length of RFC 9110 8.6, but it can mean one thing only.
_LENGTH = re.compile(r"\+?[0-9]{1,18}")
_WITHOUT_BODY = frozenset({101, 204, 304})


class Stage(enum.Enum):
    """How far an answer has come."""

    HEAD = "its head is not complete"
    LENGTH = "a body of known length is under way"
    CHUNKS = "a body in chunks is under way"
    UNTIL_CLOSE = "its body ends with the connection"
    LOST = "it is no HTTP, or contradicts itself: where it ends, nobody can tell"
    OVER_LIMIT = "it was larger than allowed"
    DONE = "it has come to its end"


class Answer:
    """The final answer to one request, fed in pieces as they come.

    `head` is that of the final answer, None before it is complete, and for HTTP/0.9; `begins_at` where in all the
    bytes it begins, behind the 1xx answers; `size` the length of the body that the head states, None when it states
    none that holds; `rest` how many of the last bytes fed in came behind its end; `problem` why it cannot be used, one
    clause for people, None while it can. `max_body` bounds the body in bytes of the wire, 0 does not.
    """

    def __init__(self, *, method: bytes = b"GET", max_body: int = 0) -> None:
        self.stage = Stage.HEAD
        self.head: Head | None = None
        self.begins_at = 0
        self.size: int | None = None
        self.rest = 0
        self.problem: str | None = None
        self._method = method
        self._max_body = max_body
        self._start = bytearray()
        self._searched = 0
        self._interim = 0
        self._body = 0
        self._left: int | None = None
        self._chunks = ChunkRemover()

    def feed(self, data: bytes) -> bytes:
        """What of the payload lies in these bytes, transfer coding removed."""
        if self.stage is not Stage.HEAD:
            return self._take(data)
        self._start += data
        body = self._take_heads()
        return b"" if body is None else self._take(body)

    def close(self) -> bool:
        """True when the answer is whole now that the connection has ended."""
        if self.stage is Stage.CHUNKS:
            return self._chunks.is_complete
        return self.stage in (Stage.UNTIL_CLOSE, Stage.LOST, Stage.DONE)

    @property
    def is_payload_complete(self) -> bool:
        """True when nothing but the end of the framing is still to come."""
        return self.stage is Stage.CHUNKS and self._chunks.is_complete

    @property
    def _is_done(self) -> bool:
        return self.stage is Stage.DONE

    def _take_heads(self) -> bytes | None:
        """The bytes behind the head of the final answer, when that is complete; all of them where there is no head."""
        while not self.problem:
            if not _HTTP.match(self._start):
                return self._lose("the answer is no HTTP: it has no head")
            end = _HEAD_END.search(self._start, self._searched)
            if (end.end() if end else len(self._start)) > MAX_HEAD_BYTES:
                self._stop(f"its head has more than {MAX_HEAD_BYTES} bytes", len(self._start) - MAX_HEAD_BYTES)
                return None
            if end is None:
                self._searched = max(0, len(self._start) - 3)
                return None
            head = parse_head(bytes(self._start[: end.end()]))
            if not self._start[: end.start()].strip(b"\r\n"):
                self._searched = end.end()  # blank lines before the status line
            elif _is_interim(head):
                self._pass_over(head)
            else:
                return self._begin_body(head)
        return None

    def _pass_over(self, head: Head) -> None:
        del self._start[: head.length]
        self.begins_at += head.length
        self._searched = 0
        self._interim += 1
        if self._interim > MAX_INTERIM or self.begins_at > MAX_HEAD_BYTES:
            self._stop(f"{self._interim} interim answers came and no final one", len(self._start))

    def _lose(self, problem: str) -> bytes:
        self.problem = problem
        self.stage = Stage.LOST
        return self._behind(0)

    def _stop(self, problem: str, rest: int) -> None:
        self.problem = problem
        self.stage = Stage.OVER_LIMIT
        self.rest = rest
        self._start.clear()

    def _behind(self, length: int) -> bytes:
        body = bytes(self._start[length:])
        self._start.clear()
        return body

    def _begin_body(self, head: Head) -> bytes:
        self.head = head
        lengths = _lengths(head)
        if head.status == 0:
            self.problem = "its status line cannot be read"
        if self._method == b"HEAD" or head.status in _WITHOUT_BODY:
            self.stage, self._left = Stage.LENGTH, 0
        elif head.is_chunked:  # it overrides Content-Length, RFC 9112 6.3
            self.stage = Stage.CHUNKS
            self._left = min(lengths) if len(lengths) == 1 else None
        elif len(lengths) > 1:
            return self._lose_length(head, lengths)
        elif lengths:
            self.stage, self._left = Stage.LENGTH, min(lengths)
        else:
            self.stage = Stage.UNTIL_CLOSE
        self.size = self._left if self.stage is Stage.LENGTH else None
        return self._behind(head.length)

    def _lose_length(self, head: Head, lengths: set[int]) -> bytes:
        self.problem = f"Content-Length is both {' and '.join(map(str, sorted(lengths)))}"
        self.stage = Stage.LOST
        return self._behind(head.length)

    def _take(self, data: bytes) -> bytes:
        if self.stage is Stage.DONE or self.stage is Stage.OVER_LIMIT:
            self.rest = len(data)
            return b""
        allowed = self._max_body - self._body if self._max_body else len(data)
        taken = data if len(data) <= allowed else data[:allowed]
        payload = self._take_body(taken)
        self._body += len(taken) - self.rest
        if len(taken) < len(data):
            self.rest += len(data) - len(taken)
            if not self._is_done:
                self.problem = self.problem or f"its body has more than {self._max_body} bytes"
                self.stage = Stage.OVER_LIMIT
        return payload

    def _take_body(self, data: bytes) -> bytes:
        if self.stage is Stage.CHUNKS:
            return self._take_chunks(data)
        if self.stage is not Stage.LENGTH or self._left is None:
            return data
        payload = data if len(data) <= self._left else data[: self._left]
        self._left -= len(payload)
        if not self._left:
            self._end(len(data) - len(payload))
        return payload

    def _take_chunks(self, data: bytes) -> bytes:
        payload = self._chunks.feed(data)
        if self._chunks.is_done:
            self._end(self._chunks.rest)
        elif self._chunks.is_broken:
            self.problem = "its chunk framing breaks off"
            self.stage = Stage.LOST
        elif self._chunks.is_not_chunked:  # servers do announce chunks and send none: then the length holds, if any
            self.stage = Stage.UNTIL_CLOSE if self._left is None else Stage.LENGTH
            return self._take_body(payload)
        return payload

    def _end(self, rest: int) -> None:
        self.stage = Stage.DONE
        self.rest = rest


def _is_interim(head: Head) -> bool:
    return 100 <= head.status < 200 and head.status != 101


def _lengths(head: Head) -> set[int]:
    """The different lengths that the head states; what is no number is passed over, as browsers do."""
    values = (value.strip() for field in head.values("content-length") for value in field.split(","))
    return {int(value) for value in values if _LENGTH.fullmatch(value)}
