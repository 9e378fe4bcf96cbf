"""crawler.room: when a run must stop for want of room, and the one line that says so."""

from __future__ import annotations

import errno
import os
import shutil
from typing import TYPE_CHECKING

import pytest

from archive.errors import StoreNotUsable
from crawler.room import DEFAULT_RESERVE, Room, with_free_bytes

if TYPE_CHECKING:
    from pathlib import Path

_GIB = 1024**3


def set_disk(monkeypatch: pytest.MonkeyPatch, *, total: int, free: int) -> None:
    """Let the system say that the disk has this size and so much room."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(total, total - free, free))


@pytest.mark.parametrize(("total", "reserve"), [(100 * _GIB, DEFAULT_RESERVE), (_GIB, _GIB // 50), (0, 0)])
def test_the_reserve_is_64_mb_and_less_of_a_small_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, total: int, reserve: int
) -> None:
    """A fiftieth of the disk where that is less."""
    set_disk(monkeypatch, total=total, free=total)

    assert Room("data", tmp_path).reserve == reserve


def test_a_record_may_not_use_the_reserve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is just enough is enough; one byte less is not, and the line says how many are missing."""
    room = Room("data", tmp_path, reserve=1000)
    set_disk(monkeypatch, total=_GIB, free=1500)
    room.check(500)

    with pytest.raises(StoreNotUsable) as error:
        room.check(507)
    assert str(error.value).startswith("store data is not usable: the disk is nearly full: 1500 bytes are free, ")
    assert "the record needs 507 and 1000 are kept in reserve" in str(error.value)
    assert error.value.missing_bytes == 7


def test_a_tenth_of_the_room_is_there_for_a_tenth_of_a_second(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system is not asked for each record; what goes beyond that is asked for."""
    now = 100.0
    set_disk(monkeypatch, total=_GIB, free=11_500)
    room = Room("data", tmp_path, reserve=1000, clock=lambda: now)
    room.check(500)
    set_disk(monkeypatch, total=_GIB, free=0)

    room.check(600)
    with pytest.raises(StoreNotUsable):
        room.check(600)
    set_disk(monkeypatch, total=_GIB, free=11_500)
    room.check(500)
    now += 0.2
    set_disk(monkeypatch, total=_GIB, free=0)
    with pytest.raises(StoreNotUsable):
        room.check(1)


def test_without_a_reserve_the_system_decides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Zero: nothing is refused before it was tried."""
    room = Room("data", tmp_path, reserve=0)
    set_disk(monkeypatch, total=_GIB, free=0)

    room.check(10)


@pytest.mark.parametrize(
    ("code", "words", "is_counted"),
    [
        (errno.ENOSPC, "the disk is full: 300 bytes are free, the record needs up to 500", True),
        (errno.EDQUOT, "the disk quota is used up: 300 bytes are free", True),
        (errno.EROFS, "the file system is read-only", False),
        (errno.EIO, "Input/output error", False),
    ],
)
def test_a_refused_write_says_what_it_needed(
    *, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, words: str, is_counted: bool
) -> None:
    """One line with the cause, what is free and needed, and that the same command goes on."""
    set_disk(monkeypatch, total=_GIB, free=300)
    refusal = Room("data", tmp_path, reserve=0).refusal(OSError(code, os.strerror(code)), needed=500)

    assert words in str(refusal)
    assert "what was fetched so far is safe, and the same command goes on when " in str(refusal)
    assert refusal.missing_bytes == (200 if is_counted else None)


def test_a_full_spool_stops_the_run(tmp_path: Path) -> None:
    """What waits is counted, the caches are not."""
    now = [0.0]
    room = Room("s3://bucket/x", tmp_path, reserve=0, spool_limit=100, clock=lambda: now[0])
    for name in ("warc/2026/11/a.warc.gz.open", "state/captures.sqlite"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_bytes(bytes(100))
    room.watch()
    (tmp_path / "warc/2026/11/b.warc.gz").write_bytes(b"1")
    room.watch()  # too soon after the last look
    now[0] += 1

    with pytest.raises(StoreNotUsable, match=r"101 bytes wait in the spool .*, whose limit is 100"):
        room.watch()


def test_a_folder_that_is_another_one_now_is_noticed(tmp_path: Path) -> None:
    """Unmounted or moved away: records would go where nobody looks for them."""
    (tmp_path / "data").mkdir()
    room = Room("data", tmp_path / "data", reserve=0)
    (tmp_path / "data").rename(tmp_path / "elsewhere")
    (tmp_path / "data").mkdir()

    with pytest.raises(StoreNotUsable, match="not there any more"):
        room.watch()


def test_a_store_that_cannot_be_opened_for_want_of_room_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever could not be written first: the line has the bytes; with room enough the error stays what it was."""
    error = StoreNotUsable(str(tmp_path / "state/x.sqlite"), "database or disk is full")
    set_disk(monkeypatch, total=_GIB, free=4096)
    told = with_free_bytes(error, str(tmp_path))
    set_disk(monkeypatch, total=_GIB, free=_GIB)

    assert str(told).startswith(f"store {tmp_path} is not usable: database or disk is full: 4096 bytes are free")
    assert with_free_bytes(error, str(tmp_path)) is error
    assert with_free_bytes(error, "s3://bucket/x") is error
