"""What is known of the sources survives the loss of its files, at no cost to who asks what is due."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

from archive.blobs import LocalBlobs
from crawler.ledger import Fate, SourceLedger
from crawler.looking_back import look_back
from crawler.states import FOLDER, States

if TYPE_CHECKING:
    from pathlib import Path

BEGIN = dt.datetime(2026, 11, 16, 9, tzinfo=dt.UTC)


def crawl(blobs: LocalBlobs, number: int, *names: str, missing: str | None = None) -> None:
    """A run over sources, each with one new page."""
    ledgers = {}
    for name in names:
        ledger = ledgers[name] = SourceLedger(source=name)
        url = f"http://{name}.example/{number}"
        ledger.announce(url)
        ledger.settle(url, Fate.KEPT)
        ledger.seen.new = 1
        ledger.seen.note_document(f"http://{name}.example/feed", "feed", 10, None)
        if missing is not None:
            ledger.announce(missing)
            ledger.settle(missing, Fate.FAILED, "timeout")
            ledger.seen.note_missing(missing, "timeout")
    at = (BEGIN + number * dt.timedelta(hours=6)).isoformat()
    report = {
        "run": f"r{number:03}",
        "command": "crawl",
        "began_at": at,
        "ended_at": at,
        "seconds": 1.0,
        "interrupted": False,
    }
    data = {**report, "sources": {name: ledger.as_json() for name, ledger in ledgers.items()}}
    blobs.put_bytes(f"runs/r{number:03}.json", json.dumps(data).encode())
    look_back(blobs, data, ledgers, lambda _: None)


class Counting(LocalBlobs):
    """A store that counts what is read."""

    reads = 0

    def get(self, key: str) -> bytes:
        self.reads += 1
        return super().get(key)


def test_states_that_are_lost_are_made_again_from_the_ledgers(tmp_path: Path) -> None:
    """All of them, by the first run that saves one; a damaged one alone, too."""
    blobs = LocalBlobs(tmp_path)
    for number in range(5):
        crawl(blobs, number, "a", "b")
    before = {name: States(blobs).load(name) for name in "ab"}
    for name in "ab":
        blobs.delete(f"{FOLDER}{name}.json")
    assert {name: States(blobs).load(name) for name in "ab"} == before

    crawl(blobs, 5, "a")
    assert len(States(blobs).load("a").looks) == 6
    assert States(blobs).load("b") == before["b"]
    blobs.put_bytes(f"{FOLDER}b.json", b'{"schema_version": 1, "source"')
    assert States(blobs).load("b") == before["b"]


def test_a_source_that_is_new_costs_one_look_for_its_state(tmp_path: Path) -> None:
    """Not one for each ledger of the store."""
    for number in range(5):
        crawl(LocalBlobs(tmp_path), number, "a")
    blobs = Counting(tmp_path)
    states = States(blobs)

    assert [states.load(name).looks for name in ("new", "newer")] == [[], []]
    assert blobs.reads == 2


def test_a_hole_is_kept_until_it_is_filled_or_tried_in_vain_too_often(tmp_path: Path) -> None:
    """What could not be had is known to the next run, with why and how often it was tried."""
    blobs, url = LocalBlobs(tmp_path), "http://a.example/lost"
    crawl(blobs, 0, "a", missing=url)
    crawl(blobs, 1, "a", missing=url)
    hole = States(blobs).load("a").holes[url]
    assert (hole.since, hole.cause, hole.tries) == (BEGIN, "timeout", 2)
    crawl(blobs, 2, "a")
    assert url in States(blobs).load("a").holes  # nobody asked for it
    for number in range(3, 14):
        crawl(blobs, number, "a", missing=url)
    assert States(blobs).load("a").holes == {}
