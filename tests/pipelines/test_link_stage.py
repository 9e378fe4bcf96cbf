"""A run that links its own articles alone leaves the same bytes as one that links everything."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.blobs import LocalBlobs
from archive.layout import link_memory_key, links_key
from pipelines import link_stage
from pipelines.link_stage import link_new, write_links

if TYPE_CHECKING:
    from pathlib import Path

GENERATION = "0001"
LINKS, MEMORY = links_key(GENERATION), link_memory_key(GENERATION)


def words_of(seed: int, exchanged: int) -> str:
    """Sixty words; of two texts with one seed only so many differ."""
    chance = random.Random(seed)
    words = [f"w{chance.randrange(3000)}" for _ in range(60)]
    for number in range(exchanged):
        words[number * 5] = f"x{chance.randrange(10**6) + exchanged}"
    return " ".join(words)


def line(at: int, seed: int, exchanged: int, page: int) -> bytes:
    """A stored article, as far as the link stage reads it."""
    place = {"captured_at": f"2026-11-21T09:{at // 60:02d}:{at % 60:02d}.000Z", "record_id": f"<urn:uuid:{at:05d}>"}
    article: dict[str, Any] = {
        "id": f"a{page}", "url": f"https://p{page % 3}.example/{page}", "source": None, "title": "t",
        "text": words_of(seed, exchanged), "provenance": place,
    }  # fmt: skip
    return json.dumps(article).encode() + b"\n"


def store(blobs: LocalBlobs, name: str, *lines: bytes) -> None:
    blobs.put_bytes(f"articles/{GENERATION}/2026/11/{name}.jsonl", b"".join(lines))


def left(folder: Path) -> tuple[bytes, bytes]:
    return (folder / LINKS).read_bytes(), (folder / MEMORY).read_bytes()


TEXTS = st.tuples(st.integers(0, 5), st.sampled_from([0, 0, 1, 3, 11]), st.integers(0, 9))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(st.lists(TEXTS, min_size=1, max_size=6), min_size=1, max_size=5))
def test_run_after_run_leaves_what_one_run_over_everything_leaves(
    tmp_path_factory: pytest.TempPathFactory, batches: list[list[tuple[int, int, int]]]
) -> None:
    """Versions, clusters and what is kept, byte for byte, however the articles are divided among the runs."""
    runs, at = LocalBlobs(tmp_path_factory.mktemp("runs")), 0
    whole = LocalBlobs(tmp_path_factory.mktemp("whole"))
    for number, batch in enumerate(batches):
        lines = [line(at + place, *text) for place, text in enumerate(batch)]
        at += len(batch)
        for blobs in (runs, whole):
            store(blobs, f"{9 - number}", *lines)  # the keys come in the opposite order of the captures
        link_new(runs, GENERATION)
    link_new(whole, GENERATION)

    assert left(runs.root) == left(whole.root)
    write_links(whole, GENERATION)
    assert left(runs.root) == left(whole.root)


@pytest.fixture
def linked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[LocalBlobs, list[str]]:
    """A store of two files that was linked, and the keys of article files that are read from now on."""
    blobs = LocalBlobs(tmp_path)
    store(blobs, "b", line(10, 1, 0, 1), line(11, 2, 0, 2))
    store(blobs, "c", line(20, 1, 1, 3))
    link_new(blobs, GENERATION)
    seen: list[str] = []
    real = link_stage._read_places

    def reading(blobs: LocalBlobs, keys: list[str]) -> Any:
        seen.extend(key.rsplit("/", 1)[1][0] for key in keys)
        return real(blobs, keys)

    monkeypatch.setattr(link_stage, "_read_places", reading)
    return blobs, seen


def test_only_what_is_new_is_read(linked: tuple[LocalBlobs, list[str]]) -> None:
    """And nothing at all where nothing came."""
    blobs, seen = linked
    link_new(blobs, GENERATION)
    assert seen == []
    store(blobs, "a", line(30, 1, 3, 4))
    link_new(blobs, GENERATION)

    assert seen == ["a"]
    assert [json.loads(item)["cluster"] is not None for item in left(blobs.root)[0].splitlines()] == [
        True, False, True, True,
    ]  # fmt: skip


@pytest.mark.parametrize("slip", ["older", "changed", "gone", "cut", "rubbish", "other sketches", "text changed"])
def test_any_doubt_has_everything_linked_again(linked: tuple[LocalBlobs, list[str]], slip: str) -> None:
    """What comes out is what the articles give."""
    blobs, seen = linked
    memory = blobs.path(MEMORY)
    store(blobs, "d", line(5 if slip == "older" else 30, 1, 3, 4))
    if slip == "changed":
        store(blobs, "c", line(20, 2, 1, 33))
    elif slip == "gone":
        blobs.delete(f"articles/{GENERATION}/2026/11/c.jsonl")
    elif slip == "cut":
        memory.write_bytes(memory.read_bytes()[200:])
    elif slip == "rubbish":
        memory.write_bytes(b"rubbish")
    elif slip == "other sketches":
        memory.write_bytes(memory.read_bytes().replace(b"rensa 0.5", b"rensa 0.4"))
    elif slip == "text changed":
        store(blobs, "b", line(10, 3, 0, 1), line(11, 2, 0, 2))  # of the same size
    link_new(blobs, GENERATION)
    found = left(blobs.root)
    write_links(blobs, GENERATION)

    assert found == left(blobs.root)
    assert seen.count("b") == 2


def test_links_that_are_lost_are_written_again(linked: tuple[LocalBlobs, list[str]]) -> None:
    """From what is kept, without reading an article."""
    blobs, seen = linked
    before = left(blobs.root)
    blobs.delete(LINKS)
    link_new(blobs, GENERATION)

    assert left(blobs.root) == before
    assert seen == []
