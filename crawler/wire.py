"""The bytes of one exchange as they pass, and how it ended; large bodies lie on disk."""

from __future__ import annotations

import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, cast

from crawler.clock import exact_now

if TYPE_CHECKING:
    from pathlib import Path

    from archive.capture import Truncation
    from crawler.tls import Handshake

SPOOL_BYTES = 1024 * 1024
"""What arrives beyond this goes to disk while it arrives."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much of an exchange is taken. 0 bytes mean: without limit.

    `body` bounds the bytes of a body on the wire. `memory` is how much of a body, its transfer coding removed, Scrapy
    gets to hold in memory. `idle_s` are the seconds without a byte, the first included, after which it is given up.
    """

    body: int = 0
    memory: int = 0
    idle_s: float = 60.0


class Wire:
    """What was sent, what came, from where and over which TLS; at the end, whether all came, and if not, why.

    `received` holds every byte from the server up to the end of the message; the final answer begins at `begins_at`,
    behind the 1xx answers. A retry on a fresh connection begins anew. `truncated` says why the message is not whole;
    `is_whole` is True when its end was seen. `failure` is what to tell whoever asked, in place of what Twisted
    raises. `handshake` is that of the connection, or of the last attempt at one, None without TLS; `notes` are fields
    for the metadata record that the message brought. `is_partial` is True when Scrapy got only the beginning of the
    body. `disk_error` is set when the spool could take no more: what came after is lost.
    """

    def __init__(self, limits: Limits = Limits(), *, folder: Path | None = None) -> None:
        self.limits = limits
        self.began_at = exact_now()
        self.sent = bytearray()
        self.received: BinaryIO = spool(folder)
        self.received_length = 0
        self.begins_at = 0
        self.ip: str | None = None
        self.protocols: tuple[str, ...] = ()
        self.cipher: str | None = None
        self.handshake: Handshake | None = None
        self.notes: list[tuple[str, str]] = []
        self.seconds = 0.0
        self.is_whole = False
        self.is_partial = False
        self.truncated: Truncation | None = None
        self.failure: Exception | None = None
        self.disk_error: OSError | None = None
        self.touched_at = time.monotonic()
        self._is_over = False

    def restart(self) -> None:
        """Forget what a stale kept-alive connection brought before the request went out again."""
        self.began_at = exact_now()
        self.sent.clear()
        self.notes.clear()
        self.received.seek(0)
        self.received.truncate()
        self.received_length = self.begins_at = 0
        self.is_whole = self.is_partial = False
        self.truncated = self.failure = None
        self.touched_at = time.monotonic()

    def receive(self, data: bytes) -> None:
        """Add bytes from the server; what trickles in after the end of the exchange is passed over.

        Raises `OSError` when the disk takes no more.
        """
        if self._is_over:
            return
        self.touched_at = time.monotonic()
        try:
            self.received.write(data)
        except OSError as error:
            self.disk_error = error
            raise
        self.received_length += len(data)

    def fail(self, failure: Exception, truncated: Truncation | None = None) -> None:
        """Note why the exchange cannot be used, and what is missing of it; the first cause stands."""
        if not self._is_over and self.failure is None:
            self.failure = failure
            self.truncated = self.truncated or truncated

    def facts(self) -> tuple[tuple[str, str], ...]:
        """What a metadata record says of the connection: how its certificate was trusted, what has no other place."""
        return (*(self.handshake.facts() if self.handshake else ()), *self.notes)

    def end(self) -> None:
        """Take no more: the exchange goes to whoever records it, and `close`s it."""
        self._is_over = True
        try:
            self.received.flush()
        except OSError as error:
            self.disk_error = self.disk_error or error
        self.seconds = (exact_now() - self.began_at).total_seconds()

    def close(self) -> None:
        """Let go of the bytes."""
        with suppress(OSError):  # of a disk that is full, once more
            self.received.close()


def spool(folder: Path | None = None) -> BinaryIO:
    """An empty file that moves to disk, without a name there, when it grows; the caller closes it."""
    return cast("BinaryIO", tempfile.SpooledTemporaryFile(max_size=SPOOL_BYTES, dir=str(folder) if folder else None))
