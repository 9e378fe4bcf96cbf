"""What is known of each article by itself is the same whoever finds it, and a line that is none is told."""

from __future__ import annotations

import json
from concurrent.futures import Future
from typing import TYPE_CHECKING

import pytest

from archive.blobs import LocalBlobs
from archive.layout import link_memory_key, links_key
from pipelines import link_parts
from pipelines.link_parts import Part, parts_of, processes_for
from pipelines.link_stage import write_links
from pipelines.not_started import WorkersNotStarted
from tests.pipelines.copies import make_copies

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.xdist_group("worker")
_KEY = "articles/0001/2026/11/kakehashi-20261121T060000000Z-00000-20261121T060000Z000000.jsonl"


def _lines() -> list[bytes]:
    lines = [json.dumps(article).encode() + b"\n" for article in make_copies().articles]
    lines[5:5] = [b"{}\n", b"no JSON\n", b'{"text": 7}\n']
    return lines


def test_workers_find_what_one_process_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link_parts, "_AT_ONCE", 100)
    lines = _lines()
    alone = list(parts_of(lines))

    assert alone == list(parts_of(lines, processes=2))
    assert [place for place, part in enumerate(alone) if isinstance(part, str)] == [5, 6, 7]
    assert sum(isinstance(part, Part) and part.sketch is not None for part in alone) > 100


def test_links_and_memory_are_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link_parts, "_WORTH", 1)
    monkeypatch.setattr(link_parts, "_WORTH_SERVED", 1)
    written = []
    for processes in (1, 2):
        blobs = LocalBlobs(tmp_path / str(processes))
        blobs.put_bytes(_KEY, b"".join(_lines()))
        write_links(blobs, "0001", processes=processes)
        written.append([blobs.get(key) for key in (links_key("0001"), link_memory_key("0001"))])

    assert written[0] == written[1]
    assert written[0][0].count(b"\n") == len(_lines()) - 3


def test_a_lot_whose_worker_did_not_survive_is_read_here() -> None:
    lines = _lines()[:4]
    died: Future[list[Part | str]] = Future()
    died.set_exception(MemoryError())

    assert list(parts_of(lines)) == link_parts._answer(lines, died)


def test_a_pool_that_takes_nothing_more_costs_no_link(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def schedule(self, *_: object, **__: object) -> None:
            raise RuntimeError("the pool is not active")

        def stop(self) -> None:
            pass

        join = stop

    monkeypatch.setattr(link_parts, "start_pool", lambda *_: Broken())
    lines = _lines()

    assert list(parts_of(lines)) == list(parts_of(lines, processes=2))


def test_few_articles_start_no_processes() -> None:
    assert processes_for(1_000_000, 8) == 1
    assert processes_for(1_000_000_000, 8) == 8
    assert processes_for(1_000_000_000, 1) == 1


def test_where_no_process_can_be_had_this_one_does_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise WorkersNotStarted("no memory for a process")

    monkeypatch.setattr(link_parts, "start_pool", refuse)
    lines = _lines()[:9]

    assert list(parts_of(lines, processes=2)) == list(parts_of(lines))
