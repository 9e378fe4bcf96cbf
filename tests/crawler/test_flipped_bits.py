"""One bit flipped anywhere in any file of a crawled store, and `verify --deep` says so. More places with `--prove`."""

from __future__ import annotations

import random
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from archive.blobs import LocalBlobs
from crawler.config import load_catalogue
from pipelines.tally import Tally
from pipelines.verify import verify_store

if TYPE_CHECKING:
    from pathlib import Path

    from archive.faults import Fault
    from pipelines.rules import PageRules
    from tests.crawler.conftest import Crawled

pytestmark = [pytest.mark.xdist_group("crawled"), pytest.mark.timeout(1800)]
_SEED = 20261122
# What a bit of these is found by needs nothing to be derived again.
PLAIN = ("warc", "cdxj", "manifest", "links", "text", "runs")


def flip(data: bytes, place: int, chance: random.Random) -> bytes:
    changed = bytearray(data)
    changed[place] ^= 1 << chance.randrange(8)
    return bytes(changed)


def faults_of(store: Path, deep: dict[str, PageRules] | None = None) -> list[Fault]:
    found = verify_store(LocalBlobs(store), Tally(), deep=deep, processes=2)
    return [fault for fault in found if fault.is_wrong]


@pytest.mark.parametrize("kind", PLAIN)
def test_a_bit_flipped_in_a_file_is_found(crawled: Crawled, *, kind: str, proves: bool) -> None:
    """Wherever it is: in a header of gzip, in white space, in the last byte."""
    chance = random.Random(f"{_SEED}{kind}")
    blobs = LocalBlobs(crawled.store)
    keys = [info.key for info in blobs.list(f"{kind}/") if info.size]
    missed: list[tuple[str, int]] = []
    rounds = 300 if proves else 4
    for number in range(rounds):
        key = keys[number % len(keys)]
        path = crawled.store / key
        data = path.read_bytes()
        place = (0, len(data) - 1)[number] if number < 2 else chance.randrange(len(data))
        path.write_bytes(flip(data, place, chance))
        if not faults_of(crawled.store):
            missed.append((key, place))
        path.write_bytes(data)

    print(f"{kind}: {rounds - len(missed)} of {rounds} flipped bits found")  # noqa: T201  (the figure, with -s)
    assert missed == []
    assert faults_of(crawled.store) == []


@pytest.mark.parametrize("kind", ["articles", "dropped"])
def test_a_bit_flipped_in_a_line_is_found_by_deriving_it_again(crawled: Crawled, *, kind: str, proves: bool) -> None:
    """Each round flips one bit in every other line; each line must be named by its place, and no other."""
    chance = random.Random(f"{_SEED}{kind}")
    catalogue = load_catalogue(sources_dir=None, only_dir=crawled.sources)
    rules = {source.id: source.page_rules() for source in catalogue}
    key = crawled.key(f"{kind}/0001/")
    path = crawled.store / key
    data = path.read_bytes()
    lines = data.splitlines(keepends=True)
    counts: Counter[str] = Counter()
    for number in range(25 if proves else 1):
        changed = [
            flip(line, chance.randrange(len(line) - 1), chance) if (at + number) % 2 == 0 else line
            for at, line in enumerate(lines)
        ]
        path.write_bytes(b"".join(changed))
        # A flip may make a line end of its own, which moves no other line.
        starts = [sum(map(len, lines[:at])) for at in range(len(lines))]
        named = {fault.offset for fault in faults_of(crawled.store, rules) if fault.key == key}
        for at, line in enumerate(lines):
            if changed[at] != line:
                counts["flipped"] += 1
                counts["found"] += any(
                    offset is not None and starts[at] <= offset < starts[at] + len(line) for offset in named
                )
    path.write_bytes(data)

    print(f"{kind}: {counts['found']} of {counts['flipped']} flipped bits found")  # noqa: T201  (the figure, with -s)
    assert counts["found"] == counts["flipped"] > 0
