"""`kakehashi replay`: the store in a browser, as somebody runs it: started, asked, interrupted."""

from __future__ import annotations

import http.client
import re
import signal
import socket
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from archive.blobs import open_blobs
from tests import commands
from tests.pipelines.archived import exchange, write
from tests.pywbserver import TOOLS
from tests.wireserver import page, with_length

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.s3server import S3Server

# An environment to install the first time, on a machine that may be busy.
pytestmark = [pytest.mark.xdist_group("replay"), pytest.mark.timeout(600)]
URL = "https://example.org/a"
COOKIE = b"Set-Cookie: who=archived"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store with two WARCs, a revisit of a 304 among their index lines."""
    write(tmp_path / "data", [exchange("a", message=with_length(page("a"), COOKIE)), exchange("b")])
    write(tmp_path / "data", [exchange("c")], run="20261122T093000Zabcdef")
    (index,) = (tmp_path / "data" / "cdxj").glob("*20261121T093000Zabcdef.cdxj")
    first, *rest = index.read_text().splitlines(keepends=True)
    later = first.replace("20261121093000", "20261122093000").replace('"text/html"', '"warc/revisit"')
    index.write_text("".join([first, later.replace('"200"', '"304"'), *rest]))
    return tmp_path / "data"


@dataclass(frozen=True)
class Reply:
    """An answer: status, fields by their names in lower case, and body."""

    status: int
    fields: dict[str, str]
    body: bytes


@dataclass
class Replay:
    """The running command: where it serves the room and pywb, and how it ended."""

    room: str
    address: str
    port: int
    done: commands.Done | None = None

    def get(self, path: str) -> Reply:
        """The answer to a path below the collection."""
        return get(self.port, urlsplit(self.address).path + path)

    def visit(self, path: str, **fields: str) -> Reply:
        """The answer of the reading room."""
        return get(urlsplit(self.room).port or 0, path, **fields)


def get(port: int, path: str, **fields: str) -> Reply:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path, headers=fields)
        answer = connection.getresponse()
        return Reply(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
    finally:
        connection.close()


@contextmanager
def replaying(store: str | Path, number: int = signal.SIGTERM, **environ: str) -> Iterator[Replay]:
    """The command in the block, ended by a signal; then `done` says how."""
    process = commands.start(
        "replay", "--store", store, "--port", "0", "--tools", TOOLS, "--refresh", "0.5", env=environ
    )
    assert process.stdout is not None
    try:
        room, address = (process.stdout.readline().decode().strip() for _ in range(2))
        assert address, process.communicate(timeout=60)[1].decode()
        replay = Replay(room, address, urlsplit(address).port or 0)
        yield replay
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
        replay.done = commands.Done(process.returncode, out.decode(), err.decode())
    finally:
        process.kill()
        process.wait()


def is_listening(port: int) -> bool:
    """True when it is one of ours that listens: somebody else may have got the port in the meantime."""
    try:
        return get(port, "/").status == 200
    except (OSError, http.client.HTTPException):
        return False


def test_a_page_comes_back_as_it_was_and_its_times_are_listed(store: Path) -> None:
    """Byte for byte with `id_`; rewritten otherwise; a policy on both and no cookie; a TimeMap without the 304."""
    with replaying(store) as replay:
        whole = replay.get(f"20261121093000id_/{URL}")
        rewritten = replay.get(f"20261121093000mp_/{URL}")
        later = replay.get(f"20261122093000id_/{URL}")
        timemap = replay.get(f"timemap/link/{URL}")
        other = replay.get("2026id_/https://example.org/c")
        gone = replay.get("2026id_/https://example.org/nothing")

    assert (whole.status, whole.body) == (200, page("a"))
    assert (later.status, later.body) == (200, page("a"))
    assert (other.status, other.body) == (200, page("c"))
    assert gone.status == 404
    for reply in (whole, rewritten):
        assert reply.fields["content-security-policy"].startswith("default-src 'unsafe-eval' 'unsafe-inline' 'self'")
        assert reply.fields["memento-datetime"] == "Sat, 21 Nov 2026 09:30:00 GMT"
        assert "set-cookie" not in reply.fields
    assert re.findall(r'rel="memento"; datetime="([^"]+)"', timemap.body.decode()) == ["Sat, 21 Nov 2026 09:30:00 GMT"]


@pytest.mark.parametrize("number", [pytest.param(signal.SIGINT, marks=pytest.mark.long), signal.SIGTERM])
def test_a_signal_ends_it_and_pywb_with_it(store: Path, number: int) -> None:
    """0, since that is how it is meant to end; nobody listens any more."""
    with replaying(store, number) as replay:
        assert is_listening(replay.port)

    assert replay.done is not None
    assert (replay.done.code, replay.done.err) == (0, "kakehashi: 3 captures; interrupt to end\n")
    assert not is_listening(replay.port)
    assert not is_listening(urlsplit(replay.room).port or 0)


def test_pywb_does_not_outlive_a_command_that_is_killed(store: Path) -> None:
    """Its standard input ends, and so does it."""
    with replaying(store, signal.SIGKILL) as replay:
        pass
    end = time.monotonic() + 30
    while is_listening(replay.port) and time.monotonic() < end:
        time.sleep(0.1)

    assert not is_listening(replay.port)


def test_a_store_on_s3_is_played_by_ranges(store: Path, s3_store_url: str, s3_server: S3Server) -> None:
    """The page is the same."""
    blobs, local = open_blobs(s3_store_url), open_blobs(str(store))
    for folder in ("warc/", "cdxj/"):
        for info in local.list(folder):
            blobs.put_bytes(info.key, local.get(info.key))
    with replaying(s3_store_url, **s3_server.environ) as replay:
        reply = replay.get(f"2026id_/{URL}")

    assert (reply.status, reply.body) == (200, page("a"))
    assert replay.done is not None
    assert replay.done.code == 0


def test_what_cannot_be_served_is_one_line(tmp_path: Path, store: Path) -> None:
    """No store: 4. A port that is taken: 3. pywb that cannot be installed: 1."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        ended = [
            commands.run("replay", "--store", tmp_path / "none", "--tools", TOOLS),
            commands.run("replay", "--store", store, "--tools", TOOLS, "--port", port),
            commands.run("replay", "--store", store, "--tools", TOOLS, "--port", "0", "--pages-port", port),
            commands.run(
                "replay", "--store", store, "--tools", tmp_path / "tools", "--port", "0",
                env={"PIP_NO_INDEX": "1", "UV_OFFLINE": "1", "UV_NO_CACHE": "1", "PIP_FIND_LINKS": ""},
            ),
        ]  # fmt: skip

    assert [done.code for done in ended] == [4, 3, 3, 1]
    assert [len(done.err.splitlines()) for done in ended] == [1, 1, 1, 1]
    assert "the folder does not exist" in ended[0].err
    assert all(f"cannot serve on 127.0.0.1 port {port}: Address already in use" in one.err for one in ended[1:3])
    assert ended[3].err.startswith("kakehashi: pywb cannot be installed: ")
