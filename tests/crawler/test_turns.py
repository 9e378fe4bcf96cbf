"""Processes of one machine that share a host share its delay."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from typing import TYPE_CHECKING

import pytest

from crawler.turns import Turns
from tests import commands
from tests.crawler.test_politeness import PAGES, Timed

if TYPE_CHECKING:
    from pathlib import Path


def test_turns_follow_one_another(tmp_path: Path) -> None:
    """The first is now, each further one a delay later; another host has its own; a hold moves all of them."""
    one, other = Turns(tmp_path), Turns(tmp_path)
    waits = [turns.take("a", 10) for turns in (one, other, one)]

    assert [0, 10, 20] == [round(wait) for wait in waits]
    assert one.take("b", 10) == 0
    other.hold("b", 100, 10)
    assert round(one.take("b", 10)) == 100


def test_turns_are_taken_without_a_folder_too(tmp_path: Path) -> None:
    """Where the folder cannot be used, each process keeps its own delays: nothing to wait for here."""
    (tmp_path / "file").write_bytes(b"")
    turns = Turns(tmp_path / "file")

    assert [turns.take("a", 10), turns.take("a", 10)] == [0, 0]


def test_damage_is_no_turn(tmp_path: Path) -> None:
    """A file that says nothing, or an instant that no pause reaches, holds nobody up; a link is not followed."""
    turns = Turns(tmp_path)
    turns.take("a", 10)
    (file,) = tmp_path.iterdir()
    for damage in (b"", b"not a number at all", f"{time.monotonic() + 10**6:020.6f}".encode()):
        file.write_bytes(damage)
        assert turns.take("a", 10) == 0
    file.unlink()
    file.symlink_to(tmp_path / "elsewhere")
    assert turns.take("a", 10) == 0
    assert not (tmp_path / "elsewhere").exists()


def _take_and_hang(folder: Path, ready) -> None:
    import crawler.turns as module

    module._read = lambda _: (ready.set(), time.sleep(60))  # it dies with the lock in its hands
    Turns(folder).take("a", 0.2)


def test_a_process_that_is_killed_with_the_lock_holds_nobody_up(tmp_path: Path) -> None:
    """The system lets go of its lock. One that is only stopped costs the others a moment, never their crawl."""
    context = multiprocessing.get_context("fork")
    ready = context.Event()
    process = context.Process(target=_take_and_hang, args=(tmp_path, ready))
    process.start()
    assert ready.wait(20)

    began = time.monotonic()
    assert Turns(tmp_path).take("a", 0.2) == 0
    assert time.monotonic() - began < 5
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    assert [0, 5] == [round(Turns(tmp_path).take("a", 5)) for _ in range(2)]


@pytest.mark.long
def test_two_crawls_in_two_processes_share_the_delay_of_a_host(tmp_path: Path) -> None:
    """Into two stores at once: the server is asked as often as by one. Without turns there would be pairs."""
    delay = 0.4
    with Timed(cases=PAGES) as server:
        server.write_source(tmp_path / "sources", "site")
        env = {"KAKEHASHI_HOSTS": str(tmp_path / "hosts")}
        both = [
            commands.start(
                "crawl", "--only-sources", tmp_path / "sources", "--store", tmp_path / name,
                "--allow-private", server.host_port, "--delay", str(delay), env=env,
            )
            for name in ("one", "other")
        ]  # fmt: skip
        codes = [process.wait(120) for process in both]
        for process in both:
            process.communicate()
    gaps = [after - before for before, after in zip(server.times, server.times[1:], strict=False)]

    assert [0, 0] == codes
    assert len(server.times) >= 2 * len(PAGES)
    # A busy machine hands a request over late, which makes one gap longer and the next as much shorter.
    assert min(gaps) > delay * 0.4
    assert sum(gap < delay * 0.8 for gap in gaps) <= 2
