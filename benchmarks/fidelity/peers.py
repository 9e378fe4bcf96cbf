"""The archivers, each as faithful as its own options make it: what is asked of all is the same list of URLs.

Kakehashi, wget and scrapy-webarchive follow redirects and are given the first hop; warcprox is a proxy, so a client
that takes whatever comes asks it for each hop. A limit of size or time is set where the archiver then keeps what came;
the others get none that the cases reach, and are ended where a case would never end. Nobody verifies certificates.
"""

from __future__ import annotations

import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from archive.environments import environment
from archive.errors import EnvironmentNotMade
from benchmarks.fidelity.client import fetch_through
from tests.wirecases import HOPS
from tests.wirecheck import crawl

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.wireserver import WireServer

_HERE = Path(__file__).parent
_TOOLS = Path(sys.prefix) / "tools"
_ACCEPTS = "gzip, deflate, br, zstd"
_LONGEST_S = 600
_AT_ONCE = 16
_PROXY_FAILED = re.compile(rb"HTTP/1\.[01] 50[0-9] ")
# A server that stalls hangs up after a minute. wget comes with 900 s, and waits for the body of a 304 so long.
_PATIENCE_S = 70
_ENOUGH_S = 80
_ENOUGH_BYTES = 16 * 1024 * 1024


class PeerFailedError(Exception):
    """A peer that cannot be installed, or did not run: one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """An archiver. `prepare` makes sure that it is there and gives its version; `run` gives the WARCs that it wrote."""

    name: str
    prepare: Callable[[], str]
    run: Callable[[WireServer, Path], list[Path]]


def _run(command: Sequence[str | Path], folder: Path, *, name: str, good: set[int]) -> None:
    """The command, ended. A code outside `good` is no result, whatever was written."""
    parts = [str(part) for part in command]
    done = subprocess.run(parts, cwd=folder, capture_output=True, text=True, check=False, timeout=_LONGEST_S)
    if done.returncode not in good:
        said = (done.stderr.strip().splitlines() or ["nothing was said"])[-1]
        raise PeerFailedError(f"{name} ended with {done.returncode}: {said}")


def _urls(server: WireServer, folder: Path) -> Path:
    path = folder / "urls.txt"
    lines = (f"{server.base}{case}\n" for case in server.cases if case not in HOPS)
    path.write_text("".join(lines), encoding="utf-8")
    return path


def _environment(name: str) -> Path:
    pins = (_HERE / f"{name}.txt").read_text(encoding="ascii")
    return environment(name, pins, folder=_TOOLS)


def _pinned(name: str) -> str:
    try:
        _environment(name)
    except EnvironmentNotMade as error:
        raise PeerFailedError(str(error)) from error
    pins = (_HERE / f"{name}.txt").read_text(encoding="ascii")
    return next(line for line in pins.splitlines() if line.startswith(f"{name}==")).split("==")[1]


def _kakehashi(server: WireServer, folder: Path) -> list[Path]:
    crawl(server, folder, "wire", "DOWNLOAD_VERIFY_CERTIFICATES=0")
    return sorted((folder / "store" / "warc").rglob("*.warc.gz"))


def _wget_version() -> str:
    if shutil.which("wget") is None:
        raise PeerFailedError("wget is not installed: apt-get install wget")
    done = subprocess.run(["wget", "--version"], capture_output=True, text=True, check=True)
    found = re.search(r"GNU Wget ([\d.]*\d)", done.stdout)
    if found is None:
        raise PeerFailedError(f"wget is not GNU Wget: {done.stdout[:60]!r}")
    return found[1]


def _wget(server: WireServer, folder: Path) -> list[Path]:
    options = [
        "--no-verbose", "--output-document=/dev/null", "--content-on-error", "--no-warc-keep-log", "--warc-digests",
        "--tries=1", f"--timeout={_PATIENCE_S}", "--no-check-certificate",
        "--max-redirect=20", f"--header=Accept-Encoding: {_ACCEPTS}",
    ]  # fmt: skip

    def fetch(numbered: tuple[int, str]) -> None:
        number, url = numbered
        # It has no limits of its own. 3: file, 4: network, 7: protocol, 8: error status; 124 and -25: ended.
        limits = ["prlimit", f"--fsize={_ENOUGH_BYTES}", "timeout", str(_ENOUGH_S)]
        command = [*limits, "wget", *options, f"--warc-file=page-{number:03}", url]
        _run(command, folder, name="wget", good={0, 3, 4, 7, 8, 124, -25, 153})

    # One process a URL: what one answer does to it cannot spoil the next.
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        list(pool.map(fetch, enumerate(_urls(server, folder).read_text(encoding="utf-8").split())))
    return sorted(folder.glob("*.warc.gz"))


def _warcprox(server: WireServer, folder: Path) -> list[Path]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = [
        "--port", str(port), "--address", "127.0.0.1", "--dir", str(folder / "warcs"), "--gzip", "--base32",
        "--dedup-db-file", "/dev/null", "--stats-db-file", "/dev/null", "--quiet", "--socket-timeout", str(_PATIENCE_S),
        "--fetch-timeout", str(_PATIENCE_S), "--max-resource-size", str(_ENOUGH_BYTES),
    ]  # fmt: skip
    command = [str(_environment("warcprox")), str(_HERE / "recording_proxy.py"), *options]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
    try:
        _wait_for(port, process)
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            answers = pool.map(lambda case: fetch_through(port, f"{server.base}{case}", _ACCEPTS), server.cases)
            # It may have taken a connection that the server had closed by then: what it could not fetch is asked again.
            failed = [case for case, answer in zip(server.cases, answers, strict=True) if _PROXY_FAILED.match(answer)]
        for case in failed:
            fetch_through(port, f"{server.base}{case}", _ACCEPTS)
    finally:
        process.send_signal(signal.SIGTERM)  # it writes what waits in its queues, and closes its files
        process.wait(_LONGEST_S)
    return sorted((folder / "warcs").glob("*.warc.gz"))


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        if process.poll() is not None:
            break
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise PeerFailedError("warcprox did not open its port")


def _scrapy_webarchive(server: WireServer, folder: Path) -> list[Path]:
    command = [_environment("scrapy-webarchive"), "-m", "scrapy", "runspider", _HERE / "archive_spider.py"]
    urls = ["-a", f"urls={_urls(server, folder)}"]
    settings = (
        f"SW_EXPORT_URI={folder}/wacz/", f"DOWNLOAD_TIMEOUT={_PATIENCE_S}", f"DOWNLOAD_MAXSIZE={_ENOUGH_BYTES}",
    )  # fmt: skip
    chosen = [part for item in settings for part in ("-s", item)]
    _run([*command, *urls, *chosen], folder, name="scrapy-webarchive", good={0})
    for wacz in (folder / "wacz").glob("*.wacz"):
        with zipfile.ZipFile(wacz) as file:
            file.extractall(folder / "unpacked")
    return sorted((folder / "unpacked").rglob("*.warc.gz"))


PEERS = (
    Peer(name="kakehashi", prepare=lambda: version("kakehashi"), run=_kakehashi),
    Peer(name="warcprox", prepare=lambda: _pinned("warcprox"), run=_warcprox),
    Peer(name="wget", prepare=_wget_version, run=_wget),
    Peer(name="scrapy-webarchive", prepare=lambda: _pinned("scrapy-webarchive"), run=_scrapy_webarchive),
)
