"""Releases of a synthetic store: what is in them, what is not, and that the same store gives the same bytes."""

from __future__ import annotations

import datetime as dt
import doctest
import hashlib
import io
import itertools
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from archive.blobs import LocalBlobs
from archive.capture import Exchange
from archive.tombstones import Tombstone, write_tombstone
from crawler.exporting import _forbids as forbids
from pipelines.article import Label
from pipelines.dataset.derive_again import Again, Wanted
from pipelines.dataset.errors import NothingFits, NotWanted
from pipelines.dataset.former import read_former
from pipelines.dataset.release import make_release
from pipelines.dataset.request import Cutoffs, Dedup, Edition, Request, check_name
from pipelines.selection import Selection
from pipelines.shingles import units_of
from pipelines.store import open_store
from tests.pipelines.archived import WHEN, exchange, write
from tests.pipelines.synthetic import article, words, write_store
from tests.wireserver import with_length

TEXT = words(777, 120)
EDITED = TEXT.replace("ka", "xo", 3)
ALIKE = [
    article(10, text=TEXT),
    article(11, text=TEXT, host="copy.example"),
    article(290, text=EDITED, host="third.example"),
]
LAST_WORD = "A last word was added here."
CORRECTED = article(400, story=12, title=article(12)["title"], text=f"{words(12, 60)}\n\n{LAST_WORD}")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """300 articles over 300 days, three of them alike, one corrected."""
    alone = [article(number) for number in range(300) if number not in (10, 11, 12, 290)]
    return write_store(tmp_path_factory.mktemp("store"), [*alone, *ALIKE, article(12), CORRECTED])


def release(store: Path, out: Path, **wanted: Any) -> dict[str, Any]:
    """The manifest of a release that was made."""
    make_release(str(store), str(out), Request(name="news", **wanted))
    return json.loads((out / "manifest.json").read_text())


def rows(out: Path, folder: str = "data") -> list[dict[str, Any]]:
    """All rows of a release in the order of its files."""
    return [row for path in sorted((out / folder).rglob("*.parquet")) for row in pq.read_table(path).to_pylist()]


def lines(out: Path) -> list[dict[str, Any]]:
    """All rows as JSON Lines have them, by id."""
    found = [json.loads(line) for path in (out / "jsonl").rglob("*.jsonl") for line in path.open()]
    return sorted(found, key=lambda row: row["id"])


def files(out: Path) -> dict[str, bytes]:
    """Every file of a release."""
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}


def test_the_same_store_gives_the_same_bytes_and_the_manifest_knows_them(store: Path, tmp_path: Path) -> None:
    """Twice the same; each file but the manifest is named with its size and sha256; the sums agree."""
    manifest = release(store, tmp_path / "one")
    release(store, tmp_path / "two")
    found = files(tmp_path / "one")

    assert files(tmp_path / "two") == found
    assert [(item["path"], item["size"], item["sha256"]) for item in manifest["files"]] == [
        (name, len(data), hashlib.sha256(data).hexdigest())
        for name, data in sorted(found.items())
        if name != "manifest.json"
    ]
    assert manifest["counts"]["articles"] == len(rows(tmp_path / "one")) == len(lines(tmp_path / "one")) == 300
    assert manifest["counts"]["versions"] == 1
    assert {name.split("/")[0] for name in found} == {
        "data", "jsonl", "versions", "plots", "README.md", "croissant.json", "manifest.json",
    }  # fmt: skip


def test_columns_have_types_and_every_row_leads_to_its_record(store: Path, tmp_path: Path) -> None:
    """Instants in UTC, lists, structures; rows in the order of time within a file; zstd."""
    release(store, tmp_path / "out")
    path = next((tmp_path / "out" / "data" / "2026" / "en").glob("train-*.parquet"))
    table = pq.read_table(path)
    row = next(row for row in table.to_pylist() if row["url"].endswith("/story/7"))

    assert table.schema.field("published").type == pa.timestamp("ms", tz="UTC")
    assert table.schema.field("authors").type == pa.list_(pa.string())
    assert row["published"] == dt.datetime(2026, 1, 8, 4, tzinfo=dt.UTC)
    assert row["published_stated"] == "2026-01-08T09:00:00+05:00"
    assert (row["provenance"]["warc"][:5], row["provenance"]["offset"], row["provenance"]["length"]) == (
        "warc/",
        7000,
        900,
    )
    assert row["provenance"]["software"] == [{"name": "kakehashi", "version": "0.1.0"}]
    assert table["published"].to_pylist() == sorted(table["published"].to_pylist())
    assert pq.ParquetFile(path).metadata.row_group(0).column(0).compression == "ZSTD"


def test_no_near_duplicate_crosses_from_one_split_to_another(store: Path, tmp_path: Path) -> None:
    """Held against each other by their words; and nothing in train is as new as the next split."""
    manifest = release(store, tmp_path / "out")
    by_split: dict[str, list[dict[str, Any]]] = {}
    for row in rows(tmp_path / "out"):
        by_split.setdefault(row["split"], []).append(row)
    shingles = {row["id"]: _runs(row["text"]) for found in by_split.values() for row in found}
    crossing = [
        (one["url"], other["url"])
        for one in by_split["train"]
        for other in (*by_split["validation"], *by_split["test"])
        if len(shingles[one["id"]] & shingles[other["id"]]) > 0.3 * len(shingles[one["id"]])
    ]

    assert {name: len(found) for name, found in by_split.items()} == {"train": 238, "validation": 30, "test": 32}
    assert crossing == []
    assert {row["split"] for row in rows(tmp_path / "out") if row["cluster"]} == {"test"}
    first = manifest["splits"]["validation_since"]
    assert max(row["published_stated"][:10] for row in by_split["train"]) < first


def _runs(text: str) -> set[tuple[str, ...]]:
    units = units_of(text).units
    return set(itertools.pairwise(units))


@pytest.mark.parametrize(("dedup", "kept"), [(Dedup.NONE, [10, 11, 290]), (Dedup.EXACT, [10, 290]), (Dedup.NEAR, [10])])
def test_of_like_texts_the_first_stays(store: Path, tmp_path: Path, dedup: Dedup, kept: list[int]) -> None:
    """Equal, or alike; the others are counted."""
    manifest = release(store, tmp_path / "out", dedup=dedup)
    found = sorted(row["provenance"]["offset"] // 1000 for row in rows(tmp_path / "out") if row["cluster"])

    assert found == kept
    assert manifest["counts"]["left_out"].get("duplicate", 0) == 3 - len(kept)


def test_versions_are_pairs_with_their_differences(store: Path, tmp_path: Path) -> None:
    """The corrected article has one row, of its last version, and one pair."""
    release(store, tmp_path / "out")
    (pair,) = rows(tmp_path / "out", "versions")
    (row,) = [row for row in rows(tmp_path / "out") if row["id"] == pair["id"]]

    assert (row["version"], row["text"]) == (2, CORRECTED["text"])
    assert (pair["version_after"], pair["text_before"], pair["text_after"]) == (2, words(12, 60), row["text"])
    assert pair["changes"] == [{"kind": "addition", "before": None, "after": LAST_WORD}]
    assert pair["before"]["record_id"] != pair["after"]["record_id"] == row["provenance"]["record_id"]


def test_the_pointers_have_no_word_of_text_title_caption_or_sample(store: Path, tmp_path: Path) -> None:
    """Not in a file of them; digests of the rows are those of the full edition."""
    release(store, tmp_path / "full")
    release(store, tmp_path / "pointers", edition=Edition.POINTERS)
    said = {name: data for name, data in files(tmp_path / "pointers").items() if not name.endswith(".parquet")}
    tables = json.dumps([*rows(tmp_path / "pointers"), *rows(tmp_path / "pointers", "versions")], default=str)
    whole = b"\n".join(said.values()).decode() + tables
    secrets = {
        part
        for row in lines(tmp_path / "full")
        for part in (row["title"], row["images"][0]["caption"], row["removed"][0]["sample"], *row["text"].split("\n\n"))
    }

    assert [part for part in secrets if part in whole or part[:40] in whole] == []
    assert [row["row_sha256"] for row in lines(tmp_path / "pointers")] == [
        row["row_sha256"] for row in lines(tmp_path / "full")
    ]
    assert rows(tmp_path / "pointers")[0]["characters"] > 100


def test_releases_form_a_chain_and_a_delta_holds_what_changed(tmp_path: Path) -> None:
    """The former release, less what was removed, with the delta over it, is the new release."""
    before = write_store(tmp_path / "before", [article(number) for number in range(40)])
    after = write_store(
        tmp_path / "after",
        [*(article(number) for number in range(1, 39)), article(39, text="Another text."), article(280)],
    )
    release(before, tmp_path / "old")
    former = read_former(str(tmp_path / "old" / "manifest.json"))
    manifest = release(after, tmp_path / "new", previous=former)
    delta = release(after, tmp_path / "delta", delta_from=former)
    removed = [json.loads(line)["id"] for line in (tmp_path / "delta" / "removed.jsonl").open()]
    changed = {row["id"]: row for row in lines(tmp_path / "delta")}
    merged = {row["id"]: row for row in lines(tmp_path / "old") if row["id"] not in removed} | changed

    digest = hashlib.sha256((tmp_path / "old" / "manifest.json").read_bytes()).hexdigest()
    assert manifest["previous"] == delta["delta_from"] == {"name": "news", "sha256": digest}
    assert manifest["splits"] == former.manifest["splits"]
    assert removed == [article(0)["id"]]
    assert sorted(changed) == sorted([article(39)["id"], article(280)["id"]])
    assert [merged[key] for key in sorted(merged)] == lines(tmp_path / "new")
    with pytest.raises(NotWanted, match="is a delta itself"):
        release(after, tmp_path / "more", delta_from=read_former(str(tmp_path / "delta" / "manifest.json")))
    with pytest.raises(NotWanted, match="of the edition pointers from one of full"):
        release(after, tmp_path / "more", delta_from=former, edition=Edition.POINTERS)


def test_a_delta_from_a_release_that_was_changed_is_refused(tmp_path: Path) -> None:
    """Its manifest says which bytes it had."""
    before = write_store(tmp_path / "before", [article(1)])
    release(before, tmp_path / "old")
    table = next((tmp_path / "old" / "data").rglob("*.parquet"))
    table.write_bytes(table.read_bytes() + b"x")
    former = read_former(str(tmp_path / "old" / "manifest.json"))

    with pytest.raises(NotWanted, match=r"data/.*has the sha256"):
        release(before, tmp_path / "new", delta_from=former)
    assert not (tmp_path / "new").exists()


def test_what_was_taken_down_is_in_no_file(store: Path, tmp_path: Path) -> None:
    """Hidden by its id; the manifest and the card say that it was, and why."""
    gone = article(7)
    folder = write_store(tmp_path / "store", [gone, article(8)])
    stone = Tombstone(
        id=gone["id"], urls=(gone["url"],), record_ids=(), payload_digests=(), reason="they asked",
        taken_down="2026-11-02T10:00:00.000Z",
    )  # fmt: skip
    write_tombstone(LocalBlobs(folder), stone)
    manifest = release(folder, tmp_path / "out")
    found = files(tmp_path / "out")

    assert [row["url"] for row in lines(tmp_path / "out")] == [article(8)["url"]]
    assert [name for name, data in found.items() if gone["title"].encode() in data or b"/story/7" in data] == []
    assert manifest["takedowns"] == [{"id": gone["id"], "date": "2026-11-02", "reason": "they asked", "purged": False}]
    assert manifest["counts"]["left_out"]["taken down"] == 1
    assert "they asked" in found["README.md"].decode()
    assert [item.url for item in open_store(str(folder)).articles()] == [article(8)["url"]]


ROBOTS = b"User-agent: GPTBot\nDisallow: /story/\nUser-agent: *\nDisallow: /private\n"
TDMREP = b'[{"location": "/story/3*", "tdm-reservation": 1}, {"location": "/", "tdm-reservation": 0}]'


def _answer(url: str, body: bytes, *, when: dt.datetime = WHEN) -> Exchange:
    response = with_length(body)
    return Exchange(
        url=url, began_at=when, request=b"GET / HTTP/1.1\r\n\r\n", response=io.BytesIO(response),
        response_length=len(response), facts=(("kakehashi-role", "robots"),),
    )  # fmt: skip


def test_reservations_are_those_of_the_day(tmp_path: Path) -> None:
    """robots.txt by host, tdmrep.json by path, the page's own word; what is reserved can be left out."""
    folder = write_store(
        tmp_path / "store",
        [
            article(1),
            article(2, host="open.example"),
            article(30, host="tdm.example"),
            article(4, host="tdm.example"),
            article(5, host="said.example", rights={"licence": None, "tdm_reservation": None, "noai": True}),
        ],
    )
    write(folder, [_answer("https://news.example/robots.txt", ROBOTS), _answer("https://open.example/robots.txt", b"")])
    tdm = _answer("https://tdm.example/.well-known/tdmrep.json", TDMREP)
    write(folder, [tdm], run="20261121T093001Zabcdef")
    release(folder, tmp_path / "all", forbids=forbids)
    manifest = release(folder, tmp_path / "some", forbids=forbids, respects_reservations=True)
    said = {row["url"].split("//")[1]: row["reservations"] for row in lines(tmp_path / "all")}

    assert said["news.example/story/1"]["robots_ai"] == ["GPTBot"]
    assert said["news.example/story/1"]["robots_record"].startswith("<urn:uuid:")
    assert said["open.example/story/2"]["robots_ai"] == []
    assert said["said.example/story/5"]["robots_ai"] is None
    assert [said[f"tdm.example/story/{number}"]["tdmrep"] for number in (30, 4)] == [True, False]
    assert sorted(name for name, item in said.items() if item["is_reserved"]) == [
        "news.example/story/1", "said.example/story/5", "tdm.example/story/30",
    ]  # fmt: skip
    assert len(lines(tmp_path / "some")) == 2
    assert manifest["counts"]["left_out"] == {"reserved": 3}


@pytest.mark.parametrize(
    ("selection", "error", "said"),
    [
        (Selection(label=Label.OFF), NothingFits, "no article fits"),
        (Selection(language="xx"), NotWanted, "--language xx: no article of .* has it; there are en"),
        (Selection(source="nobody"), NotWanted, "--source nobody: no article of .* has it; there are example"),
        (Selection(since=dt.date(2030, 1, 1)), NothingFits, "no article fits"),
    ],
)
def test_an_empty_selection_writes_nothing(
    store: Path, tmp_path: Path, selection: Selection, error: type[Exception], said: str
) -> None:
    """One clear line, and no folder, hidden or not, is left."""
    with pytest.raises(error, match=said):
        release(store, tmp_path / "out", selection=selection)
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_is_not_empty_stays_as_it_is(store: Path, tmp_path: Path) -> None:
    """An empty folder is filled, any other is refused."""
    (tmp_path / "empty").mkdir()
    release(store, tmp_path / "empty")
    before = files(tmp_path)
    with pytest.raises(NotWanted, match="is not empty"):
        release(store, tmp_path / "empty")
    assert files(tmp_path) == before


@pytest.mark.parametrize("name", ["", "a/b", "..", "-x", "x" * 97, "a b", "новости"])
def test_names_that_no_dataset_can_have(name: str) -> None:
    """They are refused with what was expected."""
    with pytest.raises(NotWanted, match="is no name for a dataset"):
        check_name(name)
    assert check_name("central-asia.2026_v1") == "central-asia.2026_v1"


def test_a_killed_export_leaves_no_release_and_the_next_one_cleans_up(store: Path, tmp_path: Path) -> None:
    """Killed with 9 while the files are written."""
    program = (
        "import os, signal, sys\n"
        "from pipelines.dataset import release, write\n"
        "from pipelines.dataset.request import Request\n"
        "real = write.ArticleWriter.add\n"
        "def add(self, row, line):\n"
        "    real(self, row, line)\n"
        "    if sum(self.rows.values()) == 150: os.kill(os.getpid(), signal.SIGKILL)\n"
        "write.ArticleWriter.add = add\n"
        "release.make_release(sys.argv[1], sys.argv[2], Request(name='news'))\n"
    )
    out = tmp_path / "out"
    done = subprocess.run([sys.executable, "-c", program, store, out], check=False, timeout=100)
    left = [path.name for path in tmp_path.iterdir()]
    release(store, out)

    assert done.returncode == -9
    assert [bool(re.fullmatch(r"\.out\.\d+\.tmp", name)) for name in left] == [True]
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_to_arrow_has_the_articles_of_the_iterator(store: Path) -> None:
    """The same selection through Python: typed articles, and one table."""
    opened = open_store(str(store))
    wanted = {"since": dt.date(2026, 3, 1), "label": Label.CORE}
    table = opened.to_arrow(**wanted)

    assert table["id"].to_pylist() == [item.id for item in opened.articles(**wanted)]
    assert table.schema.field("fetched").type == pa.timestamp("ms", tz="UTC")
    assert "split" not in table.column_names


def test_the_examples_for_python_come_out_as_the_document_says(tmp_path: Path) -> None:
    """docs/dataset.md, run."""
    folder = write_store(
        tmp_path,
        [
            article(1, title="A bridge for Bishkek", text="Seventeen letters"),
            article(2, title="A port for Aktau", text="Other words"),
            article(3, language="ja", text="日本語"),
        ],
    )
    document = Path(__file__).parents[2] / "docs" / "dataset.md"
    done = doctest.testfile(str(document), module_relative=False, globs={"folder": str(folder)})

    assert (done.failed, done.attempted) == (0, 6)


def test_the_same_payload_crawled_anew_is_read_as_of_the_day_of_the_pointer(tmp_path: Path) -> None:
    """Whoever may crawl and has no WARC of ours gets the same article, its time of capture too."""
    (stored,) = write(tmp_path, [exchange("bridge")])
    when = "2025-03-01T10:00:00.000Z"
    place = {
        "warc": "warc/2025/03/ours.warc.gz", "offset": 1, "length": 2, "payload_digest": stored.payload_digest,
        "captured_at": when, "origin": "own crawl",
    }  # fmt: skip
    again = Again(LocalBlobs(tmp_path), tmp_path, rules={}, processes=1, sort_in=tmp_path)
    try:
        again.add(Wanted(order="1", place=place, url=stored.url, source=None, about=""))
        found = [article for _, article in again.derived()]
    finally:
        again.close()

    assert [(item["title"], item["fetched"]) for item in found] == [("Japan and Uzbekistan: bridge", when)]
    assert again.problems == []


def test_the_card_says_of_relevance_what_was_measured(store: Path, tmp_path: Path) -> None:
    """The figures of `docs/relevance.md`: from the least to the most of the sets that the rules had not seen."""
    release(store, tmp_path / "out")
    card = " ".join((tmp_path / "out" / "README.md").read_text().split())
    measured = (Path(__file__).parents[2] / "docs" / "relevance.md").read_text()
    table = re.findall(r"^\|([^|]+)\| ([01]\.\d+) \| ([01]\.\d+) \| ([01]\.\d+) \|$", measured, re.MULTILINE)
    unseen = [[float(value) for value in row[1:]] for row in table if "unseen" in row[0]]
    (known,) = [row[1:] for row in table if "178 dev items" in row[0]]

    spans = [f"{min(column):.2f} to {max(column):.2f}" for column in zip(*unseen, strict=True)]
    assert "F1 was {} for `core`, {} for `core` and `mention` together, {} for `sport`".format(*spans) in card
    assert "it is {:.2f}, {:.2f} and {:.2f}".format(*map(float, known)) in card


def test_cutoffs_divide_days_and_never_a_day() -> None:
    """One day is all training; an unknown day belongs to the oldest."""
    from collections import Counter

    from pipelines.dataset.decide import cutoffs_of

    assert cutoffs_of(Counter({"2026-01-01": 50})) == Cutoffs()
    assert cutoffs_of(Counter({f"2026-01-{day:02d}": 1 for day in range(1, 11)})) == Cutoffs(
        validation="2026-01-09", test="2026-01-10"
    )
    assert Cutoffs(validation="2026-01-09").split_of("") == "train"
