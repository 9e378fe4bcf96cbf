"""The four demo news sites on loopback: ports, connections, and a record of each exchange.

Every byte of an answer is ours to choose, on raw sockets: the crawler is to archive what was sent. How a site answers
is in `manners`, what HTTP looks like in `wire`, what the pages say in `render`. `DemoSites.served` keeps both sides of
each exchange. The only clock of the demo is the default of `today`.
"""

from __future__ import annotations

import errno
import socket
import socketserver
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from threading import Lock, Thread
from typing import TYPE_CHECKING, BinaryIO, Literal, Self, cast

from crawler.demo.content import PORTS, DemoArticle, DemoSite, default_base, load_sites
from crawler.demo.furniture import FORBIDDEN
from crawler.demo.manners import ANSWERS, Responder
from crawler.demo.wire import parse_request, read_request

if TYPE_CHECKING:
    from types import TracebackType

SOURCES_FOLDER = Path(__file__).parent / "sources"

_POLL = 0.02  # seconds until a serving thread notices that it shall stop


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
        self.respond = partial(ANSWERS[site.id], Responder(self.site, sites.today, chunked=sites.chunked))
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
