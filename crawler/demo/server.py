"""The four demo news sites on loopback, each with its own manners on the wire.

Every byte of an answer is laid out here, on raw sockets: the crawler is to archive what was sent, so header case,
reason phrases, chunk borders, trailers and odd bytes must be ours to choose. `DemoSites.served` keeps both sides of
each exchange. What the pages say is in `render.py`; the only clock is the default of `today`.
"""

from __future__ import annotations

import errno
import gzip
import hashlib
import re
import socket
import socketserver
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from email.utils import format_datetime
from functools import partial
from itertools import cycle
from pathlib import Path
from threading import Lock, Thread
from typing import TYPE_CHECKING, BinaryIO, Literal, Self, cast

from crawler.demo.content import PORTS, DemoArticle, DemoSite, default_base, load_sites
from crawler.demo.render import FORBIDDEN, Page, missing, pages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from types import TracebackType

SOURCES_FOLDER = Path(__file__).parent / "sources"

_LINE_LIMIT = 65_536  # bytes of one header line
_HEADER_LIMIT = 200  # lines
_POLL = 0.02  # seconds until a serving thread notices that it shall stop
_CHUNK_SIZES = (7, 1021, 64, 1, 4096, 513, 2500)  # bytes; uneven on purpose
_REASONS = {200: "OK", 304: "Not Modified", 400: "Bad Request", 404: "Not Found", 405: "Method Not Allowed"}

Headers = list[tuple[str, str]]


class DemoPortTaken(OSError):  # noqa: N818 - as FileExistsError, it names what is the case
    """Another program listens on a port that the demo sites need; `port` says which."""

    def __init__(self, port: int) -> None:
        super().__init__(errno.EADDRINUSE, f"port {port} of 127.0.0.1 is taken: stop the other demo or use free ports")
        self.port = port


@dataclass(frozen=True, slots=True)
class Served:
    """One exchange: the request bytes as they were read and the response bytes as they were handed to the socket."""

    site: str
    method: str
    target: str
    host: str
    request: bytes
    response: bytes


@dataclass(frozen=True, slots=True)
class Request:
    """A parsed request; header names are lower case, and a request that cannot be read has the method ''."""

    method: str
    target: str
    version: str
    headers: Mapping[str, str]

    @property
    def path(self) -> str:
        """The target without its query and without the scheme and host of a proxy-style request."""
        return re.sub(r"^https?://[^/]*", "", self.target).partition("?")[0]

    @property
    def accepts_gzip(self) -> bool:
        """Whether the client names gzip, with a weight above zero, in Accept-Encoding."""
        offers = (offer.replace(" ", "") for offer in self.headers.get("accept-encoding", "").lower().split(","))
        return any(re.fullmatch(r"gzip(;q=(1(\.0*)?|0\.0*[1-9]\d*))?", offer) for offer in offers)

    @property
    def keeps_alive(self) -> bool:
        """Whether the connection stays open after the answer."""
        return self.version == "HTTP/1.1" and self.headers.get("connection", "").lower() != "close"


class DemoSites:
    """The demo sites, serving from construction until `close`; a context manager.

    `ports="fixed"` uses the ports that the source files name and raises DemoPortTaken when one is in use;
    `ports="free"` takes whatever the system gives. `today` is the day that the pages print as the present; None is
    the day on this machine.
    """

    def __init__(
        self, ports: Literal["fixed", "free"] = "fixed", today: date | None = None, *, chunked: bool = False
    ) -> None:
        if ports not in ("fixed", "free"):
            raise ValueError(f"ports must be 'fixed' or 'free', not {ports!r}")
        self.today = today or datetime.now().astimezone().date()
        # Off for the demo: `warcio check` takes payload digests over the chunk framing and calls right ones wrong.
        self.chunked = chunked
        self._log = _ServedLog()
        self._servers: dict[str, _SiteServer] = {}
        try:
            for site in load_sites():
                self._servers[site.id] = _SiteServer(site, PORTS[site.id] if ports == "fixed" else 0, self)
        except BaseException:
            self.close()
            raise
        for server in self._servers.values():
            server.start()

    def __enter__(self) -> Self:
        """These sites, already serving."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing; the sites are closed."""
        self.close()

    @property
    def articles(self) -> list[DemoArticle]:
        """All articles of all sites with their real addresses, site by site, newest first."""
        return [article for server in self._servers.values() for article in server.site.articles]

    @property
    def served(self) -> list[Served]:
        """A copy of the exchanges so far, in the order in which they were answered."""
        return self._log.copy()

    @property
    def trespasses(self) -> list[Served]:
        """The exchanges for paths that robots.txt forbids."""
        return [exchange for exchange in self.served if exchange.target.startswith(FORBIDDEN)]

    @property
    def site_ids(self) -> list[str]:
        """The sites that are served, in the order of their default ports."""
        return list(self._servers)

    def base(self, site_id: str) -> str:
        """The address of a site without a final slash, as in http://127.0.0.1:47801."""
        return self._servers[site_id].site.base

    def write_sources(self, folder: Path) -> list[Path]:
        """The source files written to the folder, which name these sites by their real addresses."""
        folder.mkdir(parents=True, exist_ok=True)
        return [self._write_source(site_id, folder) for site_id in self._servers]

    def record(self, exchange: Served) -> None:
        """Nothing; the exchange is kept."""
        self._log.add(exchange)

    def close(self) -> None:
        """Nothing; every site has stopped and its port is free. A second call does nothing."""
        for server in self._servers.values():
            server.stop()

    def _write_source(self, site_id: str, folder: Path) -> Path:
        text = (SOURCES_FOLDER / f"{site_id}.toml").read_text(encoding="utf-8")
        default, real = (base.removeprefix("http://") for base in (default_base(site_id), self.base(site_id)))
        target = folder / f"{site_id}.toml"
        target.write_text(text.replace(default, real), encoding="utf-8")
        return target


class _ServedLog:
    def __init__(self) -> None:
        self._lock = Lock()
        self._exchanges: list[Served] = []

    def add(self, exchange: Served) -> None:
        with self._lock:
            self._exchanges.append(exchange)

    def copy(self) -> list[Served]:
        with self._lock:
            return list(self._exchanges)


class _SiteServer(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, site: DemoSite, port: int, sites: DemoSites) -> None:
        try:
            super().__init__(("127.0.0.1", port), _Connection)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise DemoPortTaken(port) from None
            raise
        self.site = site.at(f"http://127.0.0.1:{self.server_address[1]}")
        self.respond = partial(_ANSWERS[site.id], Responder(self.site, sites.today, chunked=sites.chunked))
        self.record = sites.record
        self._thread: Thread | None = None
        self._lock = Lock()
        self._open: set[socket.socket] = set()

    def start(self) -> None:
        self._thread = Thread(target=self.serve_forever, args=(_POLL,), name=self.site.id, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        if self._thread is not None:
            self.shutdown()
            self._thread.join()
            self._thread = None
        self.server_close()
        with self._lock:
            for connection in self._open:
                _hang_up(connection)

    def opened(self, connection: socket.socket) -> None:
        with self._lock:
            self._open.add(connection)

    def closed(self, connection: socket.socket) -> None:
        with self._lock:
            self._open.discard(connection)


def _hang_up(connection: socket.socket) -> None:
    with suppress(OSError):  # The client may have been faster.
        connection.shutdown(socket.SHUT_RDWR)


class _Connection(socketserver.StreamRequestHandler):
    """One connection: reads requests and writes answers until a side wants to stop."""

    disable_nagle_algorithm = True

    def setup(self) -> None:
        super().setup()
        cast("_SiteServer", self.server).opened(self.connection)

    def handle(self) -> None:
        with suppress(OSError):  # The client hung up, or the site is closing.
            while self._exchange():
                pass

    def finish(self) -> None:
        cast("_SiteServer", self.server).closed(self.connection)
        with suppress(OSError):  # As above.
            super().finish()

    def _exchange(self) -> bool:
        server = cast("_SiteServer", self.server)
        raw = read_request(cast("BinaryIO", self.rfile))
        if not raw:
            return False
        request = parse_request(raw)
        response = server.respond(request)
        # Kept before it is sent: a client that has its answer must find the exchange in the list.
        host = request.headers.get("host", "")
        server.record(Served(server.site.id, request.method, request.target, host, raw, response))
        self.connection.sendall(response)
        return request.keeps_alive


def read_request(stream: BinaryIO) -> bytes:
    """The exact bytes of the next request, its body included, or b'' when the stream has ended before it."""
    lines: list[bytes] = []
    while len(lines) < _HEADER_LIMIT:
        line = stream.readline(_LINE_LIMIT)
        lines.append(line)
        if line in (b"\r\n", b"\n", b"") and len(lines) > 1:
            break
        if not line:
            return b""
    head = b"".join(lines)
    length = re.search(rb"(?im)^content-length:[ \t]*(\d+)", head)
    return head + stream.read(int(length[1])) if length else head


def parse_request(raw: bytes) -> Request:
    """The request as a value; one that is not HTTP/1 has the method '' and is not kept alive."""
    first, *rest = raw.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
    line = re.fullmatch(r"([A-Z]+) (\S+) (HTTP/1\.[01])", first)
    if not line:
        return Request("", "", "", {})
    fields = (field.partition(":") for field in rest)
    return Request(line[1], line[2], line[3], {name.strip().lower(): value.strip() for name, _, value in fields})


class Responder:
    """The part that all sites share: which page a request gets, with which status, in which encoding."""

    def __init__(self, site: DemoSite, today: date, *, chunked: bool) -> None:
        self.pages = pages(site, today)
        self.chunked = chunked
        self.missing = missing(site, today)
        self.date = format_datetime(datetime.combine(today, time(9, 30), UTC), usegmt=True)

    def page(self, request: Request) -> tuple[int, Page]:
        """The status and the page for a request."""
        if not request.method:
            return 400, self.missing
        if request.method not in ("GET", "HEAD"):
            return 405, self.missing
        found = self.pages.get(request.path)
        return (200, found) if found else (404, self.missing)


def _magazine(site: Responder, request: Request) -> bytes:
    status, page = site.page(request)
    body, encoding = _maybe_gzip(page.body, request)
    headers = [
        ("sErVeR", "demo-press/1.9"), ("date", site.date), ("CONTENT-type", page.content_type),
        ("Set-Cookie", "reader=7f3a; Path=/; HttpOnly"), ("set-cookie", "edition=asia; Path=/"),
        ("VARY", "Accept-Encoding"), *encoding,
    ]  # fmt: skip
    layout = _chunked if site.chunked and request.version == "HTTP/1.1" else _plain
    return layout(request, status, headers, body)


def _thinktank(site: Responder, request: Request) -> bytes:
    status, page = site.page(request)
    headers = [("Date", site.date), ("Content-Type", page.content_type)]
    return _plain(request, status, headers, page.body, reasons={**_REASONS, 200: "Okey Dokey"})


def _ministry(site: Responder, request: Request) -> bytes:
    status, page = site.page(request)
    headers = [
        ("Date", site.date), ("Server", "kanpo"), ("X-Served-By", "Caf\xe9"), ("Content-Type", page.content_type),
    ]  # fmt: skip
    if not site.chunked or request.version != "HTTP/1.1":
        return _plain(request, status, headers, page.body)
    digest = hashlib.sha256(page.body).hexdigest()
    headers.append(("Trailer", "X-Body-Sha256"))
    return _chunked(request, status, headers, page.body, trailer=[("X-Body-Sha256", digest)])


def _agency(site: Responder, request: Request) -> bytes:
    status, page = site.page(request)
    validators = [("ETag", page.etag), ("Last-Modified", format_datetime(page.modified.astimezone(UTC), usegmt=True))]
    always = [("Server", "demo-lenta"), ("Date", site.date), ("Vary", "Accept-Encoding")]
    if status != 200:
        return _plain(request, status, [*always, ("Content-Type", page.content_type)], page.body)
    if _unchanged(request, page):
        return _layout(request, 304, [*always, *validators], b"")
    body, encoding = _maybe_gzip(page.body, request)
    return _plain(request, 200, [*always, *validators, ("Content-Type", page.content_type), *encoding], body)


_ANSWERS: dict[str, Callable[[Responder, Request], bytes]] = {
    "demo-magazine": _magazine,
    "demo-thinktank": _thinktank,
    "demo-ministry": _ministry,
    "demo-agency": _agency,
}


def _unchanged(request: Request, page: Page) -> bool:
    # RFC 9110, 13.1.2: If-None-Match compares weakly, so W/ does not count.
    known = re.findall(r'"[^"]*"|\*', request.headers.get("if-none-match", ""))
    return page.etag.removeprefix("W/") in known or "*" in known


def _maybe_gzip(body: bytes, request: Request) -> tuple[bytes, Headers]:
    # mtime=0: the same page is the same bytes on each day and machine.
    return (gzip.compress(body, mtime=0), [("Content-Encoding", "gzip")]) if request.accepts_gzip else (body, [])


def _plain(
    request: Request, status: int, headers: Headers, body: bytes, reasons: Mapping[int, str] = _REASONS
) -> bytes:
    return _layout(request, status, [*headers, ("Content-Length", str(len(body)))], body, reasons)


def _chunked(request: Request, status: int, headers: Headers, body: bytes, trailer: Headers | None = None) -> bytes:
    end = b"0\r\n" + b"".join(_field(*field) for field in trailer or []) + b"\r\n"
    return _layout(request, status, [*headers, ("Transfer-Encoding", "chunked")], b"".join(_chunks(body)) + end)


def _chunks(body: bytes) -> Iterator[bytes]:
    sizes = cycle(_CHUNK_SIZES)
    while body:
        size = next(sizes)
        part, body = body[:size], body[size:]
        yield b"%X\r\n%b\r\n" % (len(part), part)


def _layout(
    request: Request, status: int, headers: Headers, body: bytes, reasons: Mapping[int, str] = _REASONS
) -> bytes:
    connection = "keep-alive" if request.keeps_alive else "close"
    allow = [("Allow", "GET, HEAD")] if status == 405 else []
    fields = [*headers, *allow, ("Connection", connection)]
    head = f"HTTP/1.1 {status} {reasons[status]}\r\n".encode("ascii")
    return head + b"".join(_field(*field) for field in fields) + b"\r\n" + (b"" if request.method == "HEAD" else body)


def _field(name: str, value: str) -> bytes:
    return f"{name}: {value}\r\n".encode("latin-1")
