"""Turns at a host, shared by all processes of this machine: two crawls of one host keep its delay together.

Each host has a small file that says when its last request was, or will be, sent. Whoever wants to send one takes the
next free instant: the file is locked for the moment that this takes, and the system lets go of a lock when its process
ends, however it ends; a turn that its process did not live to use costs one delay. Instants are those of the monotonic
clock, which all processes of one boot share; the name of a file says which boot.

The folder is `KAKEHASHI_HOSTS`, else one in `/tmp` that all users of the machine share. Where it cannot be used, each
process keeps its own delays alone, and says so once.
"""

from __future__ import annotations

import hashlib
import logging
import os
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from archive.locks import try_lock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

logger = logging.getLogger(__name__)
_SHARED = Path("/tmp/kakehashi-hosts")  # noqa: S108  (for all users; a file there can slow a crawl down, no more)
_BOOT = Path("/proc/sys/kernel/random/boot_id")
# No pause that is kept is longer than an hour (a source's delay) and the cap on Retry-After; what is, is damage.
_LONGEST_S = 7200.0
_TRIES = 40
_STALE_S = 86400.0


class Turns:
    """The turns of all hosts, in `folder`; None for the folder of this machine. For one thread."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or _SHARED
        self._is_usable = True
        self._is_ready = False

    def take(self, host: str, delay: float) -> float:
        """The seconds from now until this process may send a request to `host`, which then has its turn: 0 or more."""
        return self._move(host, lambda last, now: max(now, last + delay))

    def hold(self, host: str, seconds: float, delay: float) -> None:
        """Let nobody's turn at `host` come before so many seconds are over; `delay` is that between requests."""
        self._move(host, lambda last, now: max(last, now + seconds - delay))

    def _move(self, host: str, after: Callable[[float, float], float]) -> float:
        if not self._is_usable:
            return 0.0
        try:
            self._prepare()
            with _opened(self._file(host)) as handle:
                now = time.monotonic()
                if not _lock(handle):
                    return 0.0  # a process that was stopped while it held the lock must not stop all others
                last = _read(handle)
                turn = after(last if last <= now + _LONGEST_S else 0.0, now)
                os.pwrite(handle.fileno(), f"{turn:020.6f}".encode(), 0)
                return max(0.0, turn - now)
        except OSError as error:
            self._is_usable = False
            logger.warning("delays are not shared with other crawls of this machine: %s", error)
            return 0.0

    def _prepare(self) -> None:
        if self._is_ready:
            return
        self._is_ready = True
        if not self._folder.is_dir():
            self._folder.mkdir(parents=True, exist_ok=True)
            if self._folder == _SHARED:
                self._folder.chmod(0o1777)
        for path in self._folder.iterdir():
            with suppress(OSError):  # somebody else's, or gone by now
                if path.stat().st_mtime < time.time() - _STALE_S:
                    path.unlink()

    def _file(self, host: str) -> Path:
        return self._folder / hashlib.sha256(f"{_boot_id()} {host}".encode()).hexdigest()[:32]


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    """The file, made when it is missing, open for reading and writing; never through a link that somebody laid."""
    flags = os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        number = os.open(path, flags)
    except FileNotFoundError:
        number = _made(path, flags)
    with os.fdopen(number, "r+b", buffering=0) as file:
        yield cast("BinaryIO", file)


def _made(path: Path, flags: int) -> int:
    try:
        number = os.open(path, flags | os.O_CREAT | os.O_EXCL, 0o666)
    except FileExistsError:  # by another process meanwhile
        return os.open(path, flags)
    os.fchmod(number, 0o666)  # whatever the umask: other users take turns, too
    return number


def _lock(handle: BinaryIO) -> bool:
    for _ in range(_TRIES):
        if try_lock(handle):
            return True
        time.sleep(0.0005)
    return False


def _read(handle: BinaryIO) -> float:
    try:
        return float(os.pread(handle.fileno(), 20, 0) or 0)
    except ValueError:
        return 0.0


def _boot_id() -> str:
    try:
        return _BOOT.read_text(encoding="ascii").strip()
    except OSError:  # not Linux
        return ""
