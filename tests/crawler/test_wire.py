"""The bytes of an exchange while they pass, and what stops it: silence, and a disk that takes no more."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

import pytest

from archive.capture import Truncation
from crawler import tap
from crawler.recorder import make_exchange
from crawler.tap import IdleWatch
from crawler.wire import SPOOL_BYTES, Limits, Wire

if TYPE_CHECKING:
    from collections.abc import Callable


class _Clock:
    """Time that passes when it is told to, with what was put off until then."""

    def __init__(self) -> None:
        self.now = 0.0
        self.waiting: list[_Call] = []

    def call_later(self, seconds: float, what: Callable[[], None]) -> _Call:
        call = _Call(self, self.now + seconds, what)
        self.waiting.append(call)
        return call

    def monotonic(self) -> float:
        return self.now

    def pass_to(self, when: float) -> None:
        while due := [call for call in self.waiting if call.when <= when]:
            call = min(due, key=lambda item: item.when)
            self.waiting.remove(call)
            self.now = call.when
            call.what()
        self.now = when


class _Call:
    def __init__(self, clock: _Clock, when: float, what: Callable[[], None]) -> None:
        self.clock, self.when, self.what = clock, when, what

    def active(self) -> bool:
        return self in self.clock.waiting

    def cancel(self) -> None:
        self.clock.waiting.remove(self)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> _Clock:
    """The clock of the tap and of the wire."""
    clock = _Clock()
    monkeypatch.setattr(tap, "call_later", clock.call_later)
    monkeypatch.setattr("crawler.tap.time.monotonic", clock.monotonic)
    return clock


def test_silence_is_given_up_and_a_byte_in_time_puts_it_off(clock: _Clock) -> None:
    """Each byte begins the wait anew, however long it all takes."""
    given_up: list[float] = []
    wire = Wire(Limits(idle_s=60))
    IdleWatch(wire, lambda: given_up.append(clock.now))
    for second in range(0, 600, 50):
        clock.pass_to(second)
        wire.receive(b"x")
    clock.pass_to(1000)

    assert given_up == [611.0]
    assert wire.truncated is Truncation.TIME
    assert "60 seconds" in str(wire.failure)


def test_a_watch_that_is_stopped_gives_up_nothing(clock: _Clock) -> None:
    """The exchange has ended."""
    wire = Wire(Limits(idle_s=60))
    watch = IdleWatch(wire, lambda: pytest.fail("given up"))
    watch.stop()
    clock.pass_to(1000)

    assert wire.failure is None


def test_what_is_large_lies_on_disk() -> None:
    """Memory holds a megabyte of it at most."""
    wire = Wire()
    for _ in range(5):
        wire.receive(b"x" * SPOOL_BYTES)

    assert wire.received._rolled
    assert wire.received_length == 5 * SPOOL_BYTES


def test_a_disk_that_takes_no_more_is_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever records the exchange must know that bytes are missing for no fault of the server."""
    wire = Wire()

    def refuse(_: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(wire, "received", type("Full", (), {"write": staticmethod(refuse)})())
    with pytest.raises(OSError, match="No space left"):
        wire.receive(b"HTTP/1.1 200 OK\r\n")

    assert wire.disk_error is not None
    assert wire.received_length == 0


def test_the_first_failure_stands_and_a_fresh_attempt_forgets_it() -> None:
    """What breaks after the cause is only its consequence."""
    wire = Wire()
    wire.fail(TimeoutError("first"), Truncation.TIME)
    wire.fail(ValueError("second"), Truncation.DISCONNECT)
    first = (str(wire.failure), wire.truncated)
    wire.restart()

    assert first == ("first", Truncation.TIME)
    assert (wire.failure, wire.truncated) == (None, None)


@pytest.mark.parametrize(
    ("start", "spoken"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n", "http/1.1"),
        (b"\r\nhttp/1.0 200 OK\r\n\r\n", "http/1.0"),
        (b"ICY 200 OK\r\n\r\n", "http/1.0"),
        (b"<html>", "http/0.9"),
    ],
)
def test_the_protocol_of_a_record_is_what_the_server_spoke(start: bytes, spoken: str) -> None:
    """By its own status line."""
    wire = Wire()
    wire.receive(b"HTTP/1.1 103 Early Hints\r\n\r\n" + start)
    wire.begins_at = 28
    wire.protocols = ("http/1.1", "tls/1.3")
    wire.is_whole = True
    exchange = make_exchange("https://example.org/", wire, None, ())

    assert exchange is not None
    assert exchange.protocols == (spoken, "tls/1.3")
    exchange.response.seek(0)
    assert exchange.response.read(exchange.response_length) == start


def test_what_holds_interim_answers_alone_is_no_record() -> None:
    """Nothing that could be replayed came."""
    wire = Wire()
    wire.receive(b"HTTP/1.1 103 Early Hints\r\n\r\n")
    wire.begins_at = 28

    assert make_exchange("https://example.org/", wire, None, ()) is None
