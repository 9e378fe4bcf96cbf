"""A note beside a file of how it was when it was found whole: what nobody touched since is not read through again."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_TRUSTED_S = 7 * 86400.0
"""A disk can lose bytes without telling: after so long a file is read through whatever the note says."""


class SoundNote:
    """The note on the file at `path`; losing it costs a look through the file and nothing else."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._note = path.with_name(path.name + ".sound")
        self._checked_at = 0.0

    def holds(self) -> bool:
        """True when the file has the size and the time of change that it had when the note was written."""
        try:
            noted = json.loads(self._note.read_bytes())
            self._checked_at = float(noted["checked_at"])
        except (OSError, ValueError, KeyError, TypeError):
            return False
        age = time.time() - self._checked_at
        return 0 <= age < _TRUSTED_S and noted.get("file") == self._identity()

    def was_checked(self) -> None:
        """The file was read through just now, and is whole."""
        self._checked_at = time.time()
        self.renew()

    def renew(self) -> None:
        """Note the file as it is now: who changed it knew what it did."""
        noted = json.dumps({"checked_at": self._checked_at, "file": self._identity()})
        with suppress(OSError):
            self._note.write_text(noted, encoding="ascii")

    def drop(self) -> None:
        """Let the file be read through the next time, whatever becomes of it until then."""
        self._checked_at = 0.0
        with suppress(OSError):
            self._note.unlink(missing_ok=True)

    def _identity(self) -> list[int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return [found.st_ino, found.st_size, found.st_mtime_ns]
