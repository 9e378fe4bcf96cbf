"""A store in a browser: pywb in an environment of its own, over one sorted index and the WARCs where they lie.

pywb reads local WARCs as files, and those on S3 by ranges through `archive.range_server`; nothing is copied but the
index (`archive.player_files`). It is a child process that ends when its standard input does, so that it never outlives
us, however we end.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import tempfile
import time
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from archive.blobs import LocalBlobs
from archive.environments import replay_environment
from archive.errors import PlayerFailed
from archive.player_files import PlayerFiles
from archive.range_server import address_of, serving_ranges

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from archive.blobs import BlobStore

COLLECTION = "kakehashi"
_STARTS_WITHIN_S = 60.0
_ENDS_WITHIN_S = 10.0
_PROGRAM = Path(__file__).with_name("player_program.py")


@dataclass(frozen=True, slots=True, kw_only=True)
class Player:
    """A running pywb: `address` is that of the collection, `files` what it plays, which may be brought up to date."""

    address: str
    files: PlayerFiles
    process: subprocess.Popen[bytes]
    log: Path

    def wait(self, seconds: float | None = None) -> None:
        """Return after so many seconds; None: never. Raises `PlayerFailed` when it ends by itself before."""
        with suppress(subprocess.TimeoutExpired):
            raise _failed(self.process.wait(seconds), self.log)


def free_port(address: str, port: int) -> int:
    """The port, when nobody has it; for 0 one that nobody has. Raises `OSError`: pywb would say it on many lines."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((address, port))
        return int(probe.getsockname()[1])


@contextmanager
def playing(blobs: BlobStore, *, address: str, port: int, tools: Path) -> Iterator[Player]:
    """Play the store on a port of an address, see `free_port`; at the end of the block pywb ends too.

    It is played as it was at the last `Player.files.refresh`, or else as it is now.

    pywb is installed below `tools` on first use. Raises `EnvironmentNotMade`, `StoreNotUsable`, `PlayerFailed`, and
    `OSError` when the disk takes no index.
    """
    python = replay_environment(tools.absolute())
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kakehashi-replay-")))
        files = PlayerFiles(blobs, folder, _places_of(blobs, stack))
        files.refresh()
        _write_configuration(folder, files)
        process = stack.enter_context(_running(python, folder, address, port))
        _wait_until_it_listens(process, address, port, folder / "log")
        host = f"[{address}]" if ":" in address else address
        yield Player(address=f"http://{host}:{port}/{COLLECTION}/", files=files, process=process, log=folder / "log")


def _places_of(blobs: BlobStore, stack: ExitStack) -> Callable[[str], str]:
    """Where pywb finds a key: a file, or an address that is served until the stack unwinds."""
    if isinstance(blobs, LocalBlobs):
        return lambda key: str(blobs.path(key))
    base = stack.enter_context(serving_ranges(blobs))
    return lambda key: address_of(base, key)


def _write_configuration(folder: Path, files: PlayerFiles) -> None:
    collection = {"index_paths": str(files.indexes), "archive_paths": str(files.paths)}
    settings = {"collections": {COLLECTION: collection}, "enable_auto_colls": False, "enable_memento": True}
    (folder / "config.yaml").write_text(json.dumps(settings), encoding="utf-8")  # JSON is YAML


@contextmanager
def _running(python: Path, folder: Path, address: str, port: int) -> Iterator[subprocess.Popen[bytes]]:
    # No proxy stands between pywb and the ranges, and it is to find no settings but ours. Isolated (-I), since our
    # modules beside the program have names of packages that it needs.
    kept = {name: value for name, value in os.environ.items() if not name.upper().startswith("PYWB_")}
    command = [str(python), "-I", str(_PROGRAM), "--bind", address, "--port", str(port), "--directory", str(folder)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603
            command, cwd=folder, env={**kept, "NO_PROXY": "*", "no_proxy": "*"},
            stdin=subprocess.PIPE, stdout=log, stderr=log,
            start_new_session=True,  # a terminal's Ctrl-C is ours alone: it ends by its standard input
        )  # fmt: skip
    try:
        yield process
    finally:
        assert process.stdin is not None
        process.stdin.close()
        try:
            process.wait(_ENDS_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_it_listens(process: subprocess.Popen[bytes], address: str, port: int, log: Path) -> None:
    end = time.monotonic() + _STARTS_WITHIN_S
    while time.monotonic() < end:
        if (code := process.poll()) is not None:
            raise _failed(code, log)
        with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as probe:
            if probe.connect_ex((address, port)) == 0:
                return
        time.sleep(0.05)
    raise PlayerFailed(f"pywb did not listen on port {port} within {_STARTS_WITHIN_S:.0f} seconds")


def _failed(code: int, log: Path) -> PlayerFailed:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines() or ["nothing was said"]
    return PlayerFailed(f"pywb ended with {code}: {lines[-1]}")
