"""pywb over a store, as somebody would set it up by hand: our WARCs and our CDXJ files where and as they lie."""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from archive.environments import replay_environment

# Beside the programs of the environment that runs the tests, so that `make clean` takes it away.
TOOLS = Path(sys.prefix) / "tools"
COLLECTION = "all"
_PATIENCE_S = 60


@dataclass(frozen=True, slots=True)
class Reply:
    """What pywb answered: status, reason and fields as they came, and every byte after the head."""

    status: bytes
    reason: bytes
    fields: tuple[tuple[str, bytes], ...]
    body: bytes

    def get(self, name: str) -> str | None:
        """The first value of a field."""
        return next((value.decode("latin-1") for key, value in self.fields if key == name.lower()), None)


class Pywb:
    """A running pywb, from construction to `close`, with what it needs in `folder`."""

    def __init__(self, store: Path, folder: Path, index: Path | None = None) -> None:
        folder.mkdir(parents=True)
        warcs = sorted((store / "warc").rglob("*.warc.gz"))
        (folder / "paths.txt").write_text("".join(f"{path.name}\t{path}\n" for path in warcs))
        (folder / "config.yaml").write_text(
            f"collections:\n  {COLLECTION}:\n    index_paths: {index or store / 'cdxj'}\n"
            f"    archive_paths: {folder / 'paths.txt'}\n"
        )
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        command = [replay_environment(TOOLS).parent / "wayback", "--bind", "127.0.0.1", "--port", str(self.port)]
        self._log = folder / "log"
        with self._log.open("wb") as log:
            self._process = subprocess.Popen([*command, "-d", folder], cwd=folder, stdout=log, stderr=log)
        self._wait()

    def _wait(self) -> None:
        end = time.monotonic() + _PATIENCE_S
        while self._process.poll() is None and time.monotonic() < end:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        self.close()
        raise RuntimeError(f"pywb did not start: {self._log.read_text()[-2000:]}")

    def fetch(self, url: str, timestamp: str, modifier: str = "id_") -> Reply:
        """The capture of a URL that is closest to a timestamp; `id_` asks for it as it was."""
        path = f"/{COLLECTION}/{timestamp}{modifier}/{url}"
        request = (
            f"GET {path} HTTP/1.0\r\nHost: 127.0.0.1:{self.port}\r\nAccept-Encoding: gzip, deflate, br, zstd\r\n\r\n"
        )
        raw = b""
        with socket.create_connection(("127.0.0.1", self.port), timeout=_PATIENCE_S) as connection:
            connection.sendall(request.encode())
            while part := connection.recv(65536):
                raw += part
        return _parse(raw)

    def close(self) -> None:
        """End the server; its greenlets do not always hear of a polite request."""
        self._process.terminate()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(_PATIENCE_S)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _parse(raw: bytes) -> Reply:
    head, _, body = raw.partition(b"\r\n\r\n")
    first, *lines = head.split(b"\r\n")
    status, _, reason = first.partition(b" ")[2].partition(b" ")
    if not status.isdigit():
        raise http.client.BadStatusLine(first.decode("latin-1"))
    pairs = (line.partition(b":") for line in lines)
    fields = tuple((name.decode("latin-1").lower(), value.strip()) for name, _, value in pairs)
    return Reply(status, reason, fields, body)
