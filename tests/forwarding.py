"""A server reached by another address of this machine, where what is asked of it can be seen."""

from __future__ import annotations

import re
import socket
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_GET = re.compile(rb"GET (\S+) HTTP/1\.1\r\n")
_LONGEST = 4096


@contextmanager
def forwarded(endpoint: str, *, host: str = "127.0.0.1", got: list[str] | None = None) -> Iterator[str]:
    """The endpoint as it is reached by an address at `host`; `got` becomes the paths of what was got from it."""
    port = int(endpoint.rsplit(":", 1)[1])
    with socket.create_server((host, 0)) as listener:
        threading.Thread(target=_accept, args=(listener, port, got), daemon=True).start()
        yield f"http://{host}:{listener.getsockname()[1]}"


def _accept(listener: socket.socket, port: int, got: list[str] | None) -> None:
    with suppress(OSError):
        while True:
            client, _ = listener.accept()
            server = socket.create_connection(("127.0.0.1", port))
            for one, other, seen in ((client, server, got), (server, client, None)):
                threading.Thread(target=_pass_on, args=(one, other, seen), daemon=True).start()


def _pass_on(one: socket.socket, other: socket.socket, got: list[str] | None) -> None:
    rest = b""
    with suppress(OSError):
        while data := one.recv(65536):
            other.sendall(data)
            if got is not None:
                rest = _note(rest + data, got)
    for end in (one, other):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


def _note(data: bytes, got: list[str]) -> bytes:
    """Note what is asked for in these bytes; back come the last ones, in which a question may have begun."""
    end = 0
    for match in _GET.finditer(data):
        got.append(match[1].decode("ascii"))
        end = match.end()
    return data[end:][-_LONGEST:]
