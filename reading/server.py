"""Serves the room in a thread of this process. The one importer of uvicorn."""

from __future__ import annotations

import socket
from contextlib import contextmanager
from threading import Thread
from typing import TYPE_CHECKING

import uvicorn

from reading.web import make_application

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from reading.room import Room

_ENDS_WITHIN_S = 5


@contextmanager
def listening(address: str, port: int) -> Iterator[socket.socket]:
    """A socket that holds the port, for 0 one that nobody has, from now to the end of the block. Raises `OSError`."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind((address, port))
        held.listen(128)
        yield held


@contextmanager
def serving(room: Room, held: socket.socket, *, player_port: int, names: Collection[str] = ()) -> Iterator[None]:
    """Serve the room on a socket for as long as the block lasts; requests under way get five seconds at its end."""
    application = make_application(room, player_port=player_port, names=names)
    config = uvicorn.Config(
        application, log_config=None, access_log=False, log_level="warning", lifespan="off", server_header=False,
        http="h11", ws="none", loop="asyncio", timeout_graceful_shutdown=_ENDS_WITHIN_S,
    )  # fmt: skip
    server = uvicorn.Server(config)
    thread = Thread(target=server.run, kwargs={"sockets": [held]}, daemon=True, name="reading room")
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(2 * _ENDS_WITHIN_S)
