"""Bodies larger than memory should hold: archived whole or cut where they were told to be, and the crawl stays small.

60 MB in CI, 500 MB with `--prove`; `python -m tests.crawler.test_large_bodies 500` prints the figures.
"""

from __future__ import annotations

import hashlib
import json
import random
import resource
import socket
import sys
import tempfile
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import pytest
from warcio.archiveiterator import ArchiveIterator

from tests import commands, warcs
from tests.memory import watched

if TYPE_CHECKING:
    from collections.abc import Iterator

_BLOCK = random.Random(20261122).randbytes(1024 * 1024)
_MEGABYTES_IN_CI, _MEGABYTES = 60, 500
_MIB = 1024 * 1024


class _Pouring:
    """A server that answers /N with N MiB, and keeps the SHA-1 of what it sent by the end; /robots.txt is not there."""

    def __init__(self, *, chunked: bool = False) -> None:
        self._chunked = chunked
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.host_port = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self.sent: dict[str, str] = {}
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError), connection:
            while request := connection.recv(65536):
                path = request.split(b" ")[1].decode()
                if not path[1:].isdigit():
                    connection.sendall(b"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n")
                    continue
                digest = hashlib.sha1(usedforsecurity=False)
                for part in self._parts(int(path[1:])):
                    connection.sendall(part)
                    digest.update(part)
                self.sent[path] = digest.hexdigest()

    def _parts(self, megabytes: int) -> Iterator[bytes]:
        framing = b"Transfer-Encoding: chunked" if self._chunked else b"Content-Length: %d" % (megabytes * _MIB)
        yield b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n" + framing + b"\r\n\r\n"
        for _ in range(megabytes):
            yield b"%x\r\n%b\r\n" % (_MIB, _BLOCK) if self._chunked else _BLOCK
        if self._chunked:
            yield b"0\r\n\r\n"


@dataclass(frozen=True)
class Captured:
    """What a capture came to: exit code, ledger, and the peak of memory of the crawling process in MiB."""

    code: int
    ledger: dict[str, Any]
    peak: int


def capture(server: _Pouring, store: Path, path: str, *more: str) -> Captured:
    """`kakehashi capture` of one path, with its memory watched."""
    args = ("capture", f"http://{server.host_port}{path}", "--store", store, "--allow-private", server.host_port)
    process = commands.start(*args, "--delay", "0", "--json", *more)
    out, _, peak = watched(process)
    return Captured(process.returncode, json.loads(out)["sources"]["capture"], peak)


def block_digest(store: Path) -> tuple[str, str | None]:
    """SHA-1 of the block of the one large response in a store, read in steps by another reader; its WARC-Truncated."""
    for path in (store / "warc").rglob("*.warc.gz"):
        with path.open("rb") as file:
            for record in ArchiveIterator(file, no_record_parse=True):
                if record.rec_type == "response" and int(record.rec_headers["Content-Length"]) > _MIB:
                    digest = hashlib.sha1(usedforsecurity=False)
                    while part := record.raw_stream.read(_MIB):
                        digest.update(part)
                    return digest.hexdigest(), record.rec_headers.get_header("WARC-Truncated")
    raise AssertionError("no large response in the store")


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    "chunked", [pytest.param(False, id="length", marks=pytest.mark.long), pytest.param(True, id="chunks")]
)
def test_memory_stays_flat_while_a_large_body_is_archived_whole(tmp_path: Path, chunked: bool, proves: bool) -> None:
    """Every byte of it is in the record, the page is dropped for its size, and no process held it."""
    megabytes = _MEGABYTES if proves else _MEGABYTES_IN_CI
    with _Pouring(chunked=chunked) as server:
        small = capture(server, tmp_path / "small", "/1")
        large = capture(server, tmp_path / "large", f"/{megabytes}", "--max-body", "600MB")

        assert large.code == 0, large
        assert block_digest(tmp_path / "large") == (server.sent[f"/{megabytes}"], None)
    assert large.ledger["dropped"] == {"too_large": 1}
    assert large.peak < 400
    assert large.peak - small.peak < 40


@pytest.mark.timeout(300)
def test_a_body_over_the_limit_is_cut_there_and_marked(tmp_path: Path) -> None:
    """`--max-body` bounds the bytes of the wire; the page has failed, and the record says that it is not whole."""
    with _Pouring() as server:
        done = capture(server, tmp_path, "/8", "--max-body", "3M")

    (record,) = [item for item in warcs.records(tmp_path) if item.kind == "response" and item.url.endswith("/8")]
    head, body = record.block.split(b"\r\n\r\n", 1)
    assert done.code == 1
    assert done.ledger["failed"] == {"too_large": 1}
    assert record.get("WARC-Truncated") == "length"
    assert b"Content-Length: 8388608" in head
    assert body == _BLOCK * 3


@pytest.mark.timeout(300)
def test_a_disk_that_cannot_hold_a_body_stops_the_crawl(tmp_path: Path) -> None:
    """No server is blamed for it: exit 4, one line, and no record that lacks bytes."""
    with _Pouring() as server:
        process = commands.start(
            "capture", f"http://{server.host_port}/8", f"http://{server.host_port}/9", "--store", tmp_path,
            "--allow-private", server.host_port, "--delay", "0",
        )  # fmt: skip
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (3 * _MIB, 3 * _MIB))
        _, err = process.communicate(timeout=120)

    assert process.returncode == 4, err
    assert b"Traceback" not in err
    assert not [record for record in warcs.records(tmp_path) if record.url.endswith(("/8", "/9"))]


@pytest.mark.parametrize("size", ["0", "many", "-5", "5X"])
def test_a_limit_that_is_none_is_a_usage_error(tmp_path: Path, size: str) -> None:
    """One line says what was expected, and nothing is fetched."""
    done = commands.run("capture", "http://127.0.0.1/", "--store", tmp_path, f"--max-body={size}")

    assert done.code == 2
    assert "expected bytes" in done.err


def main(megabytes: int) -> None:
    """Print the peak of memory for a small body and a large one."""
    for chunked in (False, True):
        with _Pouring(chunked=chunked) as server, tempfile.TemporaryDirectory() as folder:
            small = capture(server, Path(folder) / "small", "/1")
            large = capture(server, Path(folder) / "large", f"/{megabytes}", "--max-body", f"{megabytes + 100}M")
            is_whole = block_digest(Path(folder) / "large") == (server.sent[f"/{megabytes}"], None)
        how = "in chunks" if chunked else "of known length"
        print(f"{megabytes} MiB {how}: whole {is_whole}, peak {large.peak} MiB; 1 MiB: peak {small.peak} MiB")  # noqa: T201


if __name__ == "__main__":
    main(int(sys.argv[1]))
