"""`kakehashi export dataset` on a store that a crawl made, from a folder and from S3, and back from its pointers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from archive.blobs import LocalBlobs, open_blobs
from pipelines.store import open_store
from pipelines.tally import Tally
from pipelines.verify_lint import lint_files
from tests import commands, datasettools, smalldisk
from tests.pipelines.synthetic import article, write_store

if TYPE_CHECKING:
    from pathlib import Path

    from tests.crawler.conftest import Crawled

# The first time the libraries are installed.
pytestmark = [pytest.mark.xdist_group("crawled"), pytest.mark.timeout(900)]


class Export:
    """`kakehashi export dataset` on a store."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, store: str | Path, *args: str | Path) -> commands.Done:
        return commands.run_here(self._capsys, "export", "dataset", "--store", store, *args)


@pytest.fixture
def export(capsys: pytest.CaptureFixture[str]) -> Export:
    """The command."""
    return Export(capsys)


def files(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def uploaded(blobs: Any) -> dict[str, bytes]:
    """Every blob of a place."""
    return {info.key: blobs.get(info.key) for info in blobs.list("")}


def test_a_release_loads_in_every_library_without_a_hint(tmp_path: Path, export: Export) -> None:
    """All rows, three splits, the versions; no error and no warning of Croissant's own validator."""
    corrected = article(90, story=5, text="Corrected.")
    store = write_store(tmp_path / "store", [*(article(number) for number in range(40)), corrected])
    done = export(store, "news", "--out", tmp_path / "out")
    ids = sorted(article(number)["id"] for number in range(40))
    found = datasettools.loaded(tmp_path / "out", tmp_path)

    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(f"{tmp_path / 'out'}: 40 articles, 1 pairs of versions, ")
    for name in ("datasets", "duckdb", "duckdb_jsonl", "polars", "pyarrow", "croissant"):
        assert found[name] == ids, name
    assert found["splits"] == {"train": 32, "validation": 4, "test": 4}
    assert (found["versions"], found["datasets_versions"]) == (1, 1)
    assert (found["errors"], found["warnings"]) == ([], [])


def test_pointers_and_the_warcs_give_the_full_edition(made: Crawled, tmp_path: Path, export: Export) -> None:
    """Byte for byte, with the records that it cites; other rules are told apart, and nothing is made of them."""
    options = ("demo", "--with-warc", "--no-respect-reservations")
    full = export(made.store, *options, "--out", tmp_path / "full")
    pointers = export(made.store, *options, "--edition", "pointers", "--out", tmp_path / "pointers")
    back = ("--rehydrate", tmp_path / "pointers", "--out")
    again = export(made.store, "--only-sources", made.sources, *back, tmp_path / "again")
    cited = [
        breach for breach in lint_files([str(tmp_path / "full" / "warc" / "cited.warc.gz")], Tally()) if breach.is_wrong
    ]
    articles = list(open_store(str(made.store)).articles())
    index = (tmp_path / "full" / "warc" / "cited.cdxj").read_text()

    assert ([done.code for done in (full, pointers, again)], cited) == ([0, 0, 0], []), again.err
    assert files(tmp_path / "again") == files(tmp_path / "full")
    assert len(articles) > 8
    assert [item.url for item in articles if str(item.provenance.record_id) not in index] == []


def test_a_store_and_a_release_on_s3_are_the_same_bytes(
    made: Crawled, tmp_path: Path, s3_store_url: str, export: Export
) -> None:
    """From S3 and to S3; a place that holds something is refused, what a killed upload left is not."""
    store, local = open_blobs(f"{s3_store_url}/store"), LocalBlobs(made.store)
    for folder in ("warc/", "cdxj/", "articles/", "links/", "runs/"):
        for info in local.list(folder):
            store.put_file(info.key, local.path(info.key))
    release = open_blobs(f"{s3_store_url}/release")
    release.put_bytes("incomplete-upload.json", b"{}\n")
    release.put_bytes("data/half", b"written")
    here = export(made.store, "demo", "--out", tmp_path / "here")
    there = export(f"{s3_store_url}/store", "demo", "--out", f"{s3_store_url}/release")
    taken = export(made.store, "demo", "--out", f"{s3_store_url}/release")

    assert (here.code, there.code, taken.code) == (0, 0, 2), there.err
    assert uploaded(release) == files(tmp_path / "here")
    assert "is not empty" in taken.err


def test_what_cannot_be_made_is_one_line_and_nothing_is_written(made: Crawled, tmp_path: Path, export: Export) -> None:
    """Each with its documented code."""
    out = tmp_path / "out"
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "a").touch()
    cases = [
        (2, "expected core, mention, sport or off", ("news", "--label", "nonsense", "--out", out)),
        (2, "no article of", ("news", "--language", "xx", "--out", out)),
        (2, "is no name for a dataset", ("a/b", "--out", out)),
        (2, "expected the NAME", ("--out", out)),
        (2, "is not empty", ("news", "--out", tmp_path / "taken")),
        (2, "is after --until", ("news", "--since", "2026-02-01", "--until", "2026-01-01", "--out", out)),
        (2, "expected the manifest.json of a release", ("news", "--previous", tmp_path / "no.json", "--out", out)),
        (2, "takes --out, --store and --sources alone", ("news", "--rehydrate", tmp_path, "--out", out)),
        (1, "no article fits, nothing was written", ("news", "--since", "2039-01-01", "--out", out)),
    ]
    stores = [*(made.store for _ in cases), tmp_path / "no-store"]
    cases.append((4, "does not exist", ("news", "--out", out)))
    done = []
    for store, (_, _, args) in zip(stores, cases, strict=True):
        ended = export(store, *args)
        done.append((ended.code, ended.err))

    assert [code for code, _ in done] == [code for code, _, _ in cases]
    assert [said for (_, said, _), (_, err) in zip(cases, done, strict=True) if said not in err] == []
    assert [len(err.splitlines()) for _, err in done] == [1] * len(done)
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


@pytest.mark.long
def test_a_full_disk_leaves_nothing(tmp_path: Path, export: Export) -> None:
    """One line that says so, exit 4, and the disk as it was."""
    store = write_store(tmp_path / "store", [article(number) for number in range(60)])
    with smalldisk.SmallDisk(tmp_path / "disk", 96 * 1024) as disk:
        done = export(store, "news", "--out", disk.path / "out")
        left = list(disk.path.iterdir())

    assert (done.code, left) == (4, [])
    assert "the disk is full, nothing was written" in done.err
    assert len(done.err.splitlines()) == 1
