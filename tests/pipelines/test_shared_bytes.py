"""Bytes that forked processes share: made once, whole or not at all, and nobody's to change."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING, BinaryIO

import pytest

from pipelines.shared_bytes import SharedBytes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

BYTES = bytes(range(256)) * 5000


def in_a_child(work: Callable[[], object]) -> int:
    """What a forked process ends with: 0 where its work was done, 1 where it raised."""
    pid = os.fork()
    if not pid:
        try:
            work()
        except BaseException:  # noqa: BLE001  (pytest's own end must not run twice)
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def counting(noted: Path, end: Callable[[], object] = lambda: None) -> SharedBytes:
    def write(file: BinaryIO) -> None:
        with noted.open("a") as notes:
            notes.write("made\n")
        file.write(BYTES[:1000])
        end()
        file.write(BYTES[1000:])

    return SharedBytes(write)


def check(shared: SharedBytes) -> None:
    assert shared.read()[:] == BYTES


def test_the_first_that_wants_them_makes_them_for_all(tmp_path: Path) -> None:
    shared = counting(tmp_path / "made")
    assert not (tmp_path / "made").exists()
    assert [in_a_child(lambda: check(shared)) for _ in range(3)] == [0, 0, 0]
    check(shared)
    assert (tmp_path / "made").read_text() == "made\n"


def test_several_at_one_time_make_them_once(tmp_path: Path) -> None:
    read_end, write_end = os.pipe()
    shared = counting(tmp_path / "made", lambda: os.read(read_end, 1))
    children = []
    for _ in range(4):
        if not (pid := os.fork()):
            try:
                os._exit(0 if shared.read()[:] == BYTES else 1)
            finally:  # pytest's own end must not run twice
                os._exit(1)
        children.append(pid)
    while not (tmp_path / "made").exists():
        pass
    os.write(write_end, b"x" * len(children))
    assert [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in children] == [0] * 4
    assert (tmp_path / "made").read_text() == "made\n"


@pytest.mark.parametrize(
    ("end", "code"),
    [(lambda: os.kill(os.getpid(), signal.SIGKILL), -9), (lambda: 1 // 0, 1)],
    ids=["killed", "failed"],
)
def test_who_does_not_finish_them_leaves_them_to_the_next(tmp_path: Path, end: Callable[[], object], code: int) -> None:
    parent = os.getpid()
    shared = counting(tmp_path / "made", lambda: end() if os.getpid() != parent else None)
    assert in_a_child(shared.read) == code
    check(shared)
    assert (tmp_path / "made").read_text() == "made\nmade\n"


def test_nobody_changes_what_others_read(tmp_path: Path) -> None:
    shared = counting(tmp_path / "made")
    bytes_read = shared.read()
    with pytest.raises(TypeError):
        bytes_read[0] = 7
    for change in (lambda: os.pwrite(shared._file, b"no", 0), lambda: os.ftruncate(shared._file, 10)):
        with pytest.raises(PermissionError):
            change()
    check(shared)
