"""A page worker reaches no network, whatever a library that it runs would like to look up."""

from __future__ import annotations

import socket

import pytest

from pipelines.worker import start_pool


def reach(_: object = None) -> bytes:
    with socket.create_connection(("127.0.0.1", 9), timeout=1) as connection:
        return connection.recv(1)


def open_one() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as opened:
        return opened.fileno()


@pytest.mark.parametrize("work", [reach, open_one])
def test_a_worker_opens_no_socket(work: object) -> None:
    """The attempt ends in a PermissionError, before a byte is sent."""
    pool = start_pool({}, 1)
    try:
        with pytest.raises(PermissionError, match="a page worker"):
            pool.schedule(work).result(timeout=60)  # type: ignore[no-untyped-call]
    finally:
        pool.stop()  # type: ignore[no-untyped-call]
        pool.join()
