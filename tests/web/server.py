"""The made-up sites on loopback: one thread, one port a site, and a note of everything that was asked for."""

from __future__ import annotations

import asyncio
import gzip
import threading
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.web.site import Doc, Site

_REASONS = {200: "OK", 301: "Moved Permanently", 302: "Found", 404: "Not Found", 503: "Service Unavailable"}


class Web:
    """Sites that serve from construction to `close`. `asked` are (target, status, story) of each request, by site."""

    def __init__(self, sites: Sequence[Site]) -> None:
        self.sites = {site.layout.name: site for site in sites}
        self.asked: dict[str, list[tuple[str, int, int | None]]] = {name: [] for name in self.sites}
        self.ports: dict[str, int] = {}
        self._failed: set[tuple[str, str]] = set()
        self._loop = asyncio.new_event_loop()
        is_up = threading.Event()
        self._thread = threading.Thread(target=self._serve, args=(is_up,), daemon=True)
        self._thread.start()
        assert is_up.wait(20)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def base(self, name: str) -> str:
        """The address of a site, without a final slash."""
        return f"http://127.0.0.1:{self.ports[name]}"

    def forget(self) -> None:
        """Begin the note of what was asked for anew."""
        for asked in self.asked.values():
            asked.clear()
        self._failed.clear()

    def close(self) -> None:
        """The ports are free."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _serve(self, is_up: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        for name in self.sites:
            server = self._loop.run_until_complete(
                asyncio.start_server(lambda reader, writer, name=name: self._talk(name, reader, writer), "127.0.0.1", 0)
            )
            self.ports[name] = server.sockets[0].getsockname()[1]
        is_up.set()
        self._loop.run_forever()

    async def _talk(self, name: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                while (await reader.readline()).strip():
                    pass
                writer.write(self.answer(name, line.split()[1].decode()))
                await writer.drain()
        except (OSError, IndexError):
            pass
        finally:
            writer.close()

    def doc(self, name: str, target: str) -> tuple[Doc, bytes, int]:
        """The document for a request, its body as it is sent, and the status; the request is noted."""
        doc = self.sites[name].answer(target)
        is_first = doc.fails_first and (name, target) not in self._failed
        self._failed |= {(name, target)} if is_first else set()
        status = 503 if is_first else doc.status
        self.asked[name].append((target, status, doc.story if status == 200 else None))
        base = self.base(name).encode()
        if doc.body.startswith(b"\x1f\x8b"):
            return doc, gzip.compress(gzip.decompress(doc.body).replace(b"BASE", base), mtime=0), status
        return doc, b"" if is_first else doc.body.replace(b"BASE", base), status

    def answer(self, name: str, target: str) -> bytes:
        """The bytes of the response."""
        doc, body, status = self.doc(name, target)
        head = f"HTTP/1.1 {status} {_REASONS[status]}\r\nContent-Type: {doc.kind}\r\nContent-Length: {len(body)}\r\n"
        if doc.location:
            head += f"Location: {doc.location}\r\n"
        return head.encode() + b"\r\n" + body
