"""Captures as other people's tools write them: wget, warcio, and one made by hand with what tools for HTTP/2 do."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import shutil
import socket
import struct
import subprocess
import sys
import sysconfig
import time
import uuid
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests import commands

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tests.warcs import Record

_WARCIO = """
import sys
from warcio.capture_http import capture_http
import http.client
from urllib.parse import urlsplit
with capture_http(sys.argv[1]):
    for url in sys.argv[2:]:
        parts = urlsplit(url)
        connection = http.client.HTTPConnection(parts.netloc)
        connection.request("GET", parts.path or "/", headers={"Accept-Encoding": "gzip"})
        connection.getresponse().read()
        connection.close()
"""


def by_warcio(path: Path, urls: Sequence[str]) -> Path:
    """The pages as `warcio.capture_http` records them."""
    subprocess.run([sys.executable, "-c", _WARCIO, str(path), *urls], check=True, timeout=60)
    return path


def by_wget(path: Path, urls: Sequence[str]) -> Path:
    """The pages as wget records them, not compressed; `path` ends in `.warc`."""
    program = shutil.which("wget")
    assert program is not None, "wget is not installed"
    command = [
        program,
        "-q",
        "--no-warc-compression",
        f"--warc-file={path.with_suffix('')}",
        "--no-verbose",
        "-O",
        "/dev/null",
    ]
    subprocess.run([*command, *urls], check=True, timeout=60, cwd=path.parent, capture_output=True)
    return path


def record(kind: str, fields: Iterable[tuple[str, str]], block: bytes, version: str = "1.0") -> bytes:
    """A record of these fields and this block, as bytes."""
    lines = [f"WARC/{version}", f"WARC-Type: {kind}", *(f"{name}: {value}" for name, value in fields)]
    return "\r\n".join([*lines, f"Content-Length: {len(block)}", "", ""]).encode() + block + b"\r\n\r\n"


def new_id() -> str:
    return f"<urn:uuid:{uuid.uuid4()}>"


def in_wget_style(records: Iterable[Record]) -> list[bytes]:
    """The exchanges as wget writes them: request before response, brackets around URIs, WARC/1.0, a bare media type."""
    info = "software: Wget/1.21.3 (linux-gnu)\r\nformat: WARC File Format 1.0\r\nrobots: off\r\n"
    made = [
        record("warcinfo", [("Content-Type", "application/warc-fields"), ("WARC-Record-ID", new_id())], info.encode())
    ]
    for item in responses(records):
        request_id = new_id()
        common = [("WARC-Target-URI", f"<{item.url}>"), ("WARC-Date", item.get("WARC-Date") or "")]
        fields = [*common, ("WARC-Record-ID", request_id), ("Content-Type", "application/http;msgtype=request")]
        made.append(record("request", fields, b"GET / HTTP/1.1\r\n\r\n"))
        fields = [*common, ("WARC-Record-ID", new_id()), ("WARC-Concurrent-To", request_id)]
        made.append(record("response", [*fields, ("Content-Type", "application/http;msgtype=response")], item.block))
    return made


def as_http2(records: Iterable[Record], *, revisits: bool = True) -> list[bytes]:
    """The exchanges as tools write HTTP/2: names in lower case, no framing, no requests, no digests, and revisits."""
    made: list[bytes] = []
    for item in responses(records):
        head, body = _as_http2(item.block)
        common = [
            ("WARC-Target-URI", item.url),
            ("WARC-Protocol", "h2"),
            ("Content-Type", "application/http; msgtype=response"),
        ]
        date = item.get("WARC-Date") or ""
        made.append(
            record("response", [*common, ("WARC-Date", date), ("WARC-Record-ID", new_id())], head + body, "1.1")
        )
        later = [*common, ("WARC-Date", f"2027{date[4:]}"), ("WARC-Record-ID", new_id())]
        later += [("WARC-Profile", "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest")]
        later += [("WARC-Refers-To-Target-URI", item.url), ("WARC-Refers-To-Date", date)]
        made += [record("revisit", later, head, "1.1")] if revisits else []
    return made


def responses(records: Iterable[Record]) -> list[Record]:
    """The responses of pages among records."""
    return [item for item in records if item.kind == "response" and not item.url.endswith("/robots.txt")]


def _as_http2(block: bytes) -> tuple[bytes, bytes]:
    head, body = block.split(b"\r\n\r\n", 1)
    status, *lines = head.split(b"\r\n")
    pairs = [line.split(b":", 1) for line in lines]
    if any(name.lower() == b"transfer-encoding" for name, _ in pairs):
        body = _unchunked(body)
    dropped = (b"transfer-encoding", b"connection")
    kept = [name.lower() + b":" + value for name, value in pairs if name.lower() not in dropped]
    return b"\r\n".join([b"HTTP/2 " + status.split(b" ", 1)[1], *kept, b"", b""]), body


def _unchunked(body: bytes) -> bytes:
    plain = b""
    while size := int(body.split(b"\r\n", 1)[0].split(b";")[0], 16):
        start = body.index(b"\r\n") + 2
        plain, body = plain + body[start : start + size], body[start + size + 2 :]
    return plain


def packed(path: Path, records: Sequence[bytes], packing: str) -> Path:
    """The records in a file that is packed in this way."""
    whole = b"".join(records)
    dictionary = zstd.train_dict([*records] * 10, 4096) if packing == "zstd-dictionary" else None
    data = {
        "plain": lambda: whole,
        "members": lambda: b"".join(map(gzip.compress, records)),
        "gzip": lambda: gzip.compress(whole),
        "zstd": lambda: b"".join(map(zstd.compress, records)),
        "zstd-dictionary": lambda: _with_dictionary(records, dictionary),
    }[packing]()
    path.write_bytes(data)
    return path


def _with_dictionary(records: Sequence[bytes], dictionary: zstd.ZstdDict | None) -> bytes:
    assert dictionary is not None
    content = zstd.compress(dictionary.dict_content)
    frame = struct.pack("<II", 0x184D2A5D, len(content)) + content
    return frame + b"".join(zstd.compress(item, zstd_dict=dictionary) for item in records)


def wacz(path: Path, *members: Path) -> Path:
    """A WACZ with these WARCs, as Browsertrix makes it: stored, not deflated."""
    with zipfile.ZipFile(path, "w") as archive:
        for member in members:
            archive.write(member, f"archive/{member.name}")
        archive.writestr("datapackage.json", json.dumps({"profile": "data-package", "resources": []}))
    return path


_OF_WARCPROX = {
    "cachetools", "doublethink", "PySocks", "rethinkdb", "rfc3986", "urlcanon", "warcprox", "warctools",
}  # fmt: skip


def by_warcprox(folder: Path, urls: Sequence[str]) -> Path:
    """The pages as warcprox records them, in an environment that is made on first use: what this one has not, beside it."""
    from archive.environments import environment
    from benchmarks.fidelity.client import fetch_through

    tools = Path(__file__).parent.parent / "benchmarks" / "fidelity"
    lines = (tools / "warcprox.txt").read_text().split()
    pins = "\n".join(line for line in lines if line.partition("==")[0] in _OF_WARCPROX) + "\n"
    python = environment("warcprox-alone", pins, folder=Path(sys.prefix) / "tools", is_alone=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = ["--port", str(port), "--address", "127.0.0.1", "--dir", str(folder), "--gzip", "--base32", "--quiet"]
    databases = ["--dedup-db-file", "/dev/null", "--stats-db-file", "/dev/null"]
    process = subprocess.Popen(
        [str(python), str(tools / "recording_proxy.py"), *options, *databases],
        cwd=folder.parent,
        env=commands.clean_environ(PYTHONPATH=sysconfig.get_paths()["purelib"]),
    )
    try:
        _wait_for(port)
        for url in urls:
            fetch_through(port, url, "gzip")
    finally:
        process.terminate()  # it writes what waits in its queues, and closes its files
        process.wait(60)
    (path,) = folder.glob("*.warc.gz")
    return path


def _wait_for(port: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError("warcprox did not open its port")


def in_warcprox_style(records: Iterable[Record]) -> list[bytes]:
    """The exchanges as warcprox writes them: response before request, which points back, digests over the framing."""
    made = []
    for item in responses(records):
        date, response_id = (item.get("WARC-Date") or "")[:19] + "Z", new_id()
        common = [("WARC-Target-URI", item.url), ("WARC-Date", date), ("WARC-IP-Address", "127.0.0.1")]
        head, body = item.block.split(b"\r\n\r\n", 1)
        digest = base64.b32encode(hashlib.sha1(body).digest()).decode()
        fields = [("WARC-Record-ID", response_id), ("Content-Type", "application/http;msgtype=response")]
        fields.append(("WARC-Payload-Digest", f"sha1:{digest}"))
        made.append(record("response", [*common, *fields], head + b"\r\n\r\n" + body))
        fields = [("WARC-Record-ID", new_id()), ("Content-Type", "application/http;msgtype=request")]
        made.append(
            record("request", [*common, *fields, ("WARC-Concurrent-To", response_id)], b"GET / HTTP/1.1\r\n\r\n")
        )
    return made


def as_http10(records: Iterable[Record]) -> list[bytes]:
    """The exchanges as a server and a tool of old: HTTP/1.0, no length, no framing, no digests, no requests, no ids."""
    made = []
    for item in responses(records):
        head, body = _as_http2(item.block)
        lines = [line for line in head.split(b"\r\n")[1:] if not line.startswith(b"content-length")]
        block = b"\r\n".join([b"HTTP/1.0 200 OK", *lines]) + body
        fields = [("WARC-Target-URI", item.url), ("WARC-Date", (item.get("WARC-Date") or "")[:19] + "Z")]
        made.append(record("response", [*fields, ("Content-Type", "application/http")], block, "0.18"))
    return made
