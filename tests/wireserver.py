"""A server that answers in every way that HTTP/1 allows, and some that it does not, byte for byte as told.

It keeps, path by path, the bytes that it was asked with and those that it answered. `Case.message` is what a record
must hold; `before` and `after` are bytes that are sent around it and belong in no record.
"""

from __future__ import annotations

import datetime as dt
import gzip
import ipaddress
import socket
import ssl
import struct
import sys
import threading
import time
import zlib
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

import brotli
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

MAX_BODY = 300_000
TIMEOUT_S = 4
_PATIENCE_S = 60


def page(name: str, filler: int = 0) -> bytes:
    """An article on Japan and Uzbekistan that no other case shares."""
    blank = f"<!-- {'x' * filler} -->" if filler else ""
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Japan and Uzbekistan: {name}</title></head>
<body><article><h1>Japan and Uzbekistan: {name}</h1>
<p>The Japanese ambassador opened the {name} centre in Tashkent on Monday, together with the foreign minister of
Uzbekistan, and spoke of thirty years of friendship between the two countries.</p>
<p>Under the agreement on {name}, Tokyo lends the railways of Uzbekistan the money for new carriages, and engineers
from Osaka teach at the university of Samarkand for three years.</p></article>{blank}</body></html>""".encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One answer, and what is to come of it.

    `ending` is what happens to the connection: keep, close, stall (hold it open and say no more), or reset.
    `unmodified` is sent instead to a request whose condition names the ETag or Last-Modified of the message. The
    message goes out in `pieces`, with a pause of `pause_s` before each; behind it `endless` is sent again and again,
    until the other side has had enough. Of the record: `kept` is how many bytes it has, None for all of the message;
    `body` its payload, None for all behind the head; `protocol` its WARC-Protocol; `truncated` its WARC-Truncated. A
    case without `has_record` leaves none. `fate` is what becomes of the page.
    """

    message: bytes
    unmodified: bytes = b""
    before: bytes = b""
    after: bytes = b""
    endless: bytes = b""
    pieces: int = 1
    pause_s: float = 0.0
    kept: int | None = None
    body: bytes | None = None
    protocol: str = "http/1.1"
    has_record: bool = True
    ending: str = "keep"
    truncated: str | None = None
    fate: str = "kept"
    needs_fresh_connection: bool = False


@dataclass(slots=True)
class Asked:
    """One exchange: the bytes of the request and of the answer, and the number of the connection."""

    path: str
    request: bytes
    case: Case
    connection: int


def head(*fields: bytes, status: bytes = b"HTTP/1.1 200 OK", end: bytes = b"\r\n") -> bytes:
    """A head of these lines."""
    return end.join((status, b"Content-Type: text/html; charset=utf-8", *fields)) + end + end


def with_length(body: bytes, *fields: bytes, status: bytes = b"HTTP/1.1 200 OK", end: bytes = b"\r\n") -> bytes:
    """A message that says how long its body is."""
    return head(*fields, b"Content-Length: %d" % len(body), status=status, end=end) + body


def chunked(body: bytes, *fields: bytes, trailer: bytes = b"", size: int = 200, extension: bytes = b"") -> bytes:
    """A message in chunks."""
    parts = [body[at : at + size] for at in range(0, len(body), size)]
    chunks = b"".join(b"%x%b\r\n%b\r\n" % (len(part), extension, part) for part in parts)
    return head(*fields, b"Transfer-Encoding: chunked") + chunks + b"0" + extension + b"\r\n" + trailer + b"\r\n"


def _gzip(body: bytes) -> bytes:
    return gzip.compress(body, mtime=0)  # the same bytes at every call


def _raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


def cases() -> dict[str, Case]:
    """Every case by its path."""
    hints = b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n"
    named: dict[str, Case] = {
        "plain": Case(message=with_length(page("plain"))),
        "odd-case": Case(
            message=with_length(
                page("odd-case"), b"sErVeR: Odd/1.0", b"X-B:2", b"x-a:   1  ", b"Set-Cookie: b=2", b"set-cookie: a=1",
                b"X-B: again",
            )
        ),
        "folded": Case(message=with_length(page("folded"), b"X-Folded: one\r\n  two\r\n\tthree")),
        "latin-1": Case(message=with_length(page("latin-1"), b"X-Name: Caf\xe9 M\xfcnchen")),
        "utf-8": Case(message=with_length(page("utf-8"), "X-Title: 日本と中央アジア".encode())),
        "no-colon": Case(message=with_length(page("no-colon"), b"this line has no colon")),
        "odd-reason": Case(message=with_length(page("odd-reason"), status=b"HTTP/1.1 200 Okey  Dokey \xe9!")),
        "no-reason": Case(message=with_length(page("no-reason"), status=b"HTTP/1.1 200")),
        "empty-reason": Case(message=with_length(page("empty-reason"), status=b"HTTP/1.1 200 ")),
        "lf-only": Case(message=with_length(page("lf-only"), end=b"\n")),
        "chunked": Case(message=chunked(page("chunked"))),
        "chunk-extensions": Case(
            message=chunked(
                page("chunk-extensions"), b"Trailer: X-Sum, X-Late", extension=b';name="value";flag',
                trailer=b"X-Sum: 1234\r\nx-late: yes\r\n",
            )
        ),
        "gzip": Case(message=with_length(_gzip(page("gzip")), b"Content-Encoding: gzip")),
        "gzip-chunked": Case(message=chunked(_gzip(page("gzip-chunked")), b"content-ENCODING: gzip", size=33)),
        "deflate": Case(message=with_length(zlib.compress(page("deflate")), b"Content-Encoding: deflate")),
        "raw-deflate": Case(message=with_length(_raw_deflate(page("raw-deflate")), b"Content-Encoding: deflate")),
        "br": Case(message=with_length(brotli.compress(page("br")), b"Content-Encoding: br")),
        "zstd": Case(message=with_length(zstd.compress(page("zstd")), b"Content-Encoding: zstd")),
        "stacked": Case(
            message=with_length(brotli.compress(_gzip(page("stacked"))), b"Content-Encoding: gzip, br")
        ),
        "until-close": Case(message=head(b"Connection: close") + page("until-close"), ending="close"),
        "http-1.0": Case(
            message=head(status=b"HTTP/1.0 200 OK") + page("http-1.0"), ending="close", protocol="http/1.0"
        ),
        "hints": Case(before=hints, message=with_length(page("hints"))),
        "two-hints": Case(before=b"HTTP/1.1 102 Processing\r\n\r\n" + hints, message=chunked(page("two-hints"))),
        "rest": Case(message=with_length(page("rest")), after=b"HTTP/1.1 200 OK\r\nrest of nothing"),
        "chunked-rest": Case(message=chunked(page("chunked-rest")), after=b"surplus"),
        "stale": Case(message=with_length(page("stale")), needs_fresh_connection=True),
        "large": Case(message=with_length(page("large", filler=MAX_BODY - 5000))),
        "nothing-204": Case(message=b"HTTP/1.1 204 No Content\r\nX-Why: because\r\n\r\n", fate="empty"),
        "nothing-rest": Case(message=b"HTTP/1.1 204 No Content\r\n\r\n", after=b"surplus", fate="empty"),
        "nothing-200": Case(message=with_length(b""), fate="empty"),
        "same-304": Case(message=b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n', fate="redirect"),
        "empty-404": Case(message=with_length(b"", status=b"HTTP/1.1 404 Not Found"), fate="http_status"),
        "gone": Case(message=with_length(page("gone"), status=b"HTTP/1.1 410 Gone"), fate="http_status"),
        "error-500": Case(message=with_length(page("error-500"), status=b"HTTP/1.1 500 Oh no"), fate="http_500"),
        "broken-gzip": Case(
            message=with_length(b"\x1f\x8b" + page("broken-gzip"), b"Content-Encoding: gzip"), fate="undecodable"
        ),
        "hop-1": Case(
            message=head(b"Location: /case/hop-2", b"Content-Length: 5", status=b"HTTP/1.1 302 Found") + b"moved"
        ),
        "hop-2": Case(message=head(b"location: hop-3", b"Content-Length: 0", status=b"HTTP/1.1 301 Moved")),
        "hop-3": Case(message=head(b"Location: ./hop-4", b"Content-Length: 0", status=b"HTTP/1.1 307 T R")),
        "hop-4": Case(message=with_length(page("hop-4"))),
        "short": Case(
            message=head(b"Content-Length: 5000") + page("short"), ending="close", truncated="disconnect",
            fate="cut_short",
        ),
        "cut-chunk": Case(
            message=head(b"Transfer-Encoding: chunked") + b"1000\r\n" + page("cut-chunk")[:300], ending="close",
            truncated="disconnect", fate="cut_short",
        ),
        "cut-head": Case(
            message=b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-Ha", ending="close", truncated="disconnect",
            fate="broken",
        ),
        "slow": Case(
            message=head(b"Content-Length: 5000") + page("slow")[:400], ending="stall", truncated="time",
            fate="timeout",
        ),
        "too-large": Case(
            message=with_length(page("too-large", filler=2 * MAX_BODY)), truncated="length", fate="too_large",
            kept=len(head(b"Content-Length: 600000")) + MAX_BODY,
        ),
        "too-many-chunks": Case(
            message=chunked(page("too-many-chunks", filler=2 * MAX_BODY), size=10_000), truncated="length",
            fate="too_large", kept=len(head(b"Transfer-Encoding: chunked")) + MAX_BODY,
        ),
        "two-lengths": Case(
            message=head(b"Content-Length: 10", b"Content-Length: 20") + b"0123456789", ending="close",
            truncated="unspecified", fate="broken",
        ),
        "long-line": Case(message=with_length(page("long-line"), b"X-Long: " + b"y" * 70_000)),
        "many-headers": Case(message=with_length(page("many-headers"), *(b"X-H%d: %d" % (n, n) for n in range(300)))),
    }  # fmt: skip
    return {f"/case/{name}": case for name, case in named.items()}


# Reached by redirects only.
HOPS = ("/case/hop-2", "/case/hop-3", "/case/hop-4")


@dataclass
class WireServer:
    """The server, from construction to `close`; `log` keeps what was asked. With `tls` it speaks https.

    Its home page links every case that is not `hidden`.
    """

    cases: dict[str, Case] = field(default_factory=cases)
    tls: bool | ssl.SSLContext = False
    log: list[Asked] = field(default_factory=list)
    hidden: Collection[str] = HOPS

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.host_port = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self.base = f"{'https' if self.tls else 'http'}://{self.host_port}"
        self._context = self.tls if isinstance(self.tls, ssl.SSLContext) else _self_signed() if self.tls else None
        self._connections = 0
        self._is_open = True
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """The port is free."""
        self._is_open = False
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def asked(self, path: str) -> list[Asked]:
        """What was asked for a path, in order."""
        return [item for item in self.log if item.path == path]

    def write_source(self, folder: Path, name: str, *, entries: str = "", more: str = "", concurrency: int = 1) -> Path:
        """A source file whose listing links every case; `entries` are TOML entries instead of it."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{name}.toml"
        listing = f'[[entries]]\ntype = "listing"\nurl = "{self.base}/"\n'
        path.write_text(f"""
schema = 1
id = "{name}"
name = "Wire"
name_en = "Wire"
country = "JP"
languages = ["en"]
kind = "private"
timezone = "Asia/Tokyo"
contact = "test@example.org"

{entries or listing}

[scope]
hosts = ["{self.host_port}"]
article = ['^/case/[a-z0-9.-]+$']
listing = ['^/list']
samples = ["{self.base}/case/plain"]

[politeness]
delay = 0.0
concurrency = {concurrency}
{more}
""")
        return path

    def _accept(self) -> None:
        while self._is_open:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._connections += 1
            threading.Thread(target=self._serve, args=(connection, self._connections), daemon=True).start()

    def _serve(self, connection: socket.socket, number: int) -> None:
        served = 0
        with suppress(OSError), connection:
            if self._context is not None:
                connection = self._context.wrap_socket(connection, server_side=True)
            while request := _read_request(connection):
                path = request.split(b" ")[1].decode()
                case = self._case(path)
                if case.needs_fresh_connection and served:
                    break  # as a server does whose patience with an idle connection has just ended
                served += 1
                self.log.append(Asked(path, request, case, number))
                message = case.unmodified if case.unmodified and is_known(request, case.message) else case.message
                _send(connection, case, message)
                if case.ending == "stall":
                    connection.settimeout(_PATIENCE_S)
                    while connection.recv(65536):  # until the other side gives up
                        pass
                if case.ending == "reset":
                    time.sleep(0.2)  # what is still on its way would be lost with the connection
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    connection.close()
                if case.ending != "keep":
                    break
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()

    def _case(self, path: str) -> Case:
        if path in self.cases:
            return self.cases[path]
        if path == "/":
            links = "".join(f'<li><a href="{link}">{link}</a></li>' for link in self.cases if link not in self.hidden)
            return Case(message=with_length(f"<html><body><ul>{links}</ul></body></html>".encode()))
        return Case(message=with_length(b"<html><body>nothing here</body></html>", status=b"HTTP/1.1 404 Not Found"))


def is_known(request: bytes, message: bytes) -> bool:
    """True when the condition of a request names the validators of a message; a tag goes before a date."""
    asked, said = _fields(request), _fields(message)
    if b"if-none-match" in asked:
        return asked[b"if-none-match"] == said.get(b"etag")
    return b"if-modified-since" in asked and asked[b"if-modified-since"] == said.get(b"last-modified")


def _fields(message: bytes) -> dict[bytes, bytes]:
    lines = (line.partition(b":") for line in message.split(b"\r\n\r\n")[0].split(b"\r\n")[1:])
    return {name.lower(): value.strip() for name, _, value in lines}


def _send(connection: socket.socket, case: Case, message: bytes) -> None:
    data = case.before + message + case.after
    size = -(-len(data) // case.pieces)
    for position in range(0, len(data), max(1, size)):
        time.sleep(case.pause_s)
        connection.sendall(data[position : position + size])
    while case.endless:
        time.sleep(case.pause_s)
        connection.sendall(case.endless)


def _read_request(connection: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        part = connection.recv(65536)
        if not part:
            return b""
        data += part
    return data


def _self_signed() -> ssl.SSLContext:
    import tempfile

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.NamedTemporaryFile() as file:
        file.write(certificate.public_bytes(serialization.Encoding.PEM))
        file.write(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        file.flush()
        context.load_cert_chain(file.name)
    return context
