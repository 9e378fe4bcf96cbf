"""An object of S3 as a stream that is taken up again where its connection broke."""

from __future__ import annotations

import io
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from archive.s3_errors import BROKEN_STREAM

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

_RESUMES = 3


class RemoteFile(io.RawIOBase):
    """Bytes from front to back; `fetch(position, etag)` asks for the rest of them. Raises boto3's errors when made."""

    def __init__(
        self, fetch: Callable[[int, str | None], Any], asking: Callable[[], AbstractContextManager[None]]
    ) -> None:
        self._fetch = fetch
        self._asking = asking
        self._position = 0
        answer = fetch(0, None)
        self._etag: str = answer["ETag"]
        self._body = answer["Body"]

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: Any) -> int:
        """How many bytes were read, 0 at the end. Raises the errors of the archive, by `asking`."""
        with self._asking():
            for _ in range(_RESUMES):
                try:
                    return self._read_some(buffer)
                except BROKEN_STREAM:
                    self._body.close()
                    self._body = self._fetch(self._position, self._etag)["Body"]
            return self._read_some(buffer)

    def close(self) -> None:
        """Let go of the connection."""
        if not self.closed:
            with suppress(AttributeError):  # the first answer never came
                self._body.close()
        super().close()

    def _read_some(self, buffer: Any) -> int:
        data = self._body.read(len(buffer))
        buffer[: len(data)] = data
        self._position += len(data)
        return len(data)
