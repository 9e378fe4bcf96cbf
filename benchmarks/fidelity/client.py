"""A client for a recording proxy that takes whatever comes, so that the proxy is measured and not the client."""

from __future__ import annotations

import socket
import ssl
from contextlib import suppress
from urllib.parse import urlsplit

# Longer than a server of the cases holds a connection open without a word, and more than a proxy should pass on.
_PATIENCE_S = 90
_ENOUGH_BYTES = 64 * 1024 * 1024


def fetch_through(port: int, url: str, accepts: str) -> bytes:
    """Every byte that the proxy at this port of loopback answers with, until it closes or says no more."""
    parts = urlsplit(url)
    target = url if parts.scheme == "http" else parts.path
    request = (
        f"GET {target} HTTP/1.1\r\nHost: {parts.netloc}\r\nUser-Agent: fidelity/1.0\r\nAccept: */*\r\n"
        f"Accept-Encoding: {accepts}\r\nConnection: close\r\n\r\n"
    )
    answer = bytearray()
    with socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE_S) as connection, suppress(OSError):
        if parts.scheme == "https":
            connection = _tunnel(connection, parts.netloc)  # noqa: PLW2901  (the same connection, spoken through TLS)
        connection.sendall(request.encode("ascii"))
        while len(answer) < _ENOUGH_BYTES and (part := connection.recv(65536)):
            answer += part
    return bytes(answer)


def _tunnel(connection: socket.socket, host_port: str) -> ssl.SSLSocket:
    connection.sendall(f"CONNECT {host_port} HTTP/1.1\r\nHost: {host_port}\r\n\r\n".encode("ascii"))
    head = b""
    while b"\r\n\r\n" not in head:
        part = connection.recv(1)
        if not part:
            raise ConnectionError(f"the proxy closed the tunnel to {host_port}")
        head += part
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE  # the proxy signs for every host itself
    return context.wrap_socket(connection)
