"""ReplayWeb.page, the player of the people who wrote the WACZ specification, on loopback; fetched by npm on first use."""

from __future__ import annotations

import base64
import fcntl
import hashlib
import shutil
import subprocess
import tarfile
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Self

from tests.pywbserver import TOOLS

_PACKAGE = "replaywebpage@2.5.3"
_INTEGRITY = "nCj2PSON3BxeSJKE8AsYPyULv0XPZKJWfy4l9PyQre9SqwLZ+WKZVs/sfLqPOQ4GrH+0YkjbwOhr8cSTH08gsQ=="
_FILES = ("ui.js", "sw.js")


def player_folder() -> Path:
    """The folder with `ui.js` and `sw.js` of the pinned package. Raises `RuntimeError` when it cannot be had."""
    folder = TOOLS / _PACKAGE.replace("@", "-")
    TOOLS.mkdir(parents=True, exist_ok=True)
    with (TOOLS / f"{folder.name}.lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # one of the processes that run tests fetches it, the others wait
        if not folder.exists():
            _fetch(folder)
    return folder


def _fetch(folder: Path) -> None:
    making = folder.with_name(f"{folder.name}.making")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir()
    npm = shutil.which("npm")
    if npm is None:
        raise RuntimeError("npm is not installed: the tests fetch ReplayWeb.page with it")
    # The tarball alone: none of its dependencies is needed, and no script of it is run.
    command = [npm, "pack", _PACKAGE, "--ignore-scripts", "--pack-destination", str(making)]
    done = subprocess.run(command, cwd=making, capture_output=True, text=True, timeout=200, check=False)
    if done.returncode:
        raise RuntimeError(f"npm could not fetch {_PACKAGE}: {done.stderr[-2000:]}")
    (archive,) = making.glob("*.tgz")
    found = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if found != _INTEGRITY:
        raise RuntimeError(f"{_PACKAGE} has the sha512 {found}, expected {_INTEGRITY}")
    with tarfile.open(archive) as package:
        for name in _FILES:
            member = package.extractfile(f"package/{name}")
            assert member is not None
            (making / name).write_bytes(member.read())
    archive.unlink()
    making.rename(folder)


class _Ranges(SimpleHTTPRequestHandler):
    """Files of a folder, whole or by one range: the player reads its archive that way."""

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        asked = self.headers.get("Range", "")
        if not asked.startswith("bytes=") or not path.is_file():
            super().do_GET()
            return
        data = path.read_bytes()
        first, _, last = asked.removeprefix("bytes=").partition("-")
        begin = int(first) if first else max(0, len(data) - int(last))
        end = min(int(last), len(data) - 1) if first and last else len(data) - 1
        self.send_response(206)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Range", f"bytes {begin}-{end}/{len(data)}")
        self.send_header("Content-Length", str(end - begin + 1))
        self.end_headers()
        self.wfile.write(data[begin : end + 1])

    def end_headers(self) -> None:
        self.send_header("Accept-Ranges", "bytes")
        super().end_headers()

    def log_message(self, *_: object) -> None:
        pass


class PlayerSite:
    """A site that plays one WACZ; `localhost`, since a service worker needs an origin that browsers trust."""

    def __init__(self, wacz: Path, folder: Path) -> None:
        folder.mkdir()
        for name in _FILES:
            shutil.copy(player_folder() / name, folder / name)
        shutil.copy(wacz, folder / "archive.wacz")
        (folder / "index.html").write_text(
            '<!doctype html><html><head><meta charset="utf-8"><script src="ui.js"></script></head>'
            "<body><replay-app-main></replay-app-main></body></html>"
        )
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Ranges, directory=str(folder)))
        self.base = f"http://localhost:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
