"""`kakehashi export wacz`: a file that others take for valid, with the articles of the store in it."""

from __future__ import annotations

import json
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from archive.blobs import LocalBlobs, open_blobs
from tests import commands, wacztool

if TYPE_CHECKING:
    from pathlib import Path

    from tests.crawler.conftest import Crawled
    from tests.s3server import S3Server

# The first time the validator is installed.
pytestmark = [pytest.mark.xdist_group("crawled"), pytest.mark.timeout(600)]
CORE = ("--source", "demo-agency", "--label", "core")


def export(store: str | Path, *args: str | Path, **environ: str) -> commands.Done:
    """`kakehashi export wacz` on a store."""
    return commands.run("export", "wacz", "--store", store, *args, env=environ)


def told(lines: str) -> list[dict[str, Any]]:
    """Articles as far as they do not say where they lie, nor what else the store knows of them."""
    articles = [json.loads(line) for line in lines.splitlines()]
    for article in articles:
        place = article["provenance"]
        del article["version"], article["duplicates"], place["warc"], place["offset"]
    return articles


def test_the_articles_of_a_filtered_export_are_those_of_the_store(made: Crawled, tmp_path: Path) -> None:
    """Read back by `extract`, they are equal but for the place; each has its page; the validator agrees."""
    done = export(made.store, *CORE, tmp_path / "x.wacz")
    wanted = told(commands.run("articles", "--store", made.store, *CORE).out)
    rules = ("--only-sources", made.sources, "--templates", "none")
    extracted = commands.run("extract", tmp_path / "x.wacz", *rules)
    with zipfile.ZipFile(tmp_path / "x.wacz") as wacz:
        pages = [json.loads(line) for line in wacz.read("pages/pages.jsonl").splitlines()[1:]]

    assert (done.code, done.err) == (0, "")
    assert extracted.code == 0, extracted.err
    assert len(wanted) > 5
    assert told(extracted.out) == wanted
    assert [(page["url"], page["ts"], page["title"], page["text"]) for page in pages] == [
        (item["url"], item["provenance"]["captured_at"], item["title"], item["text"]) for item in wanted
    ]
    assert wacztool.validate(tmp_path / "x.wacz")[0] == 0


def test_the_whole_store_is_valid_too(made: Crawled, tmp_path: Path) -> None:
    """Every WARC goes in whole; a file that was changed afterwards is not valid any more."""
    done = export(made.store, tmp_path / "x.wacz")
    code, said = wacztool.validate(tmp_path / "x.wacz")
    warcs = list(LocalBlobs(made.store).list("warc/"))

    assert (done.code, done.err) == (0, "")
    assert (code, "Validation succeeded" in said) == (0, True)
    with zipfile.ZipFile(tmp_path / "x.wacz") as wacz, zipfile.ZipFile(tmp_path / "y.wacz", "w") as changed:
        names = wacz.namelist()
        for name in names:
            changed.writestr(name, wacz.read(name) + (b" " if name == "indexes/index.idx" else b""))
    assert [name for name in names if name.startswith("archive/")] == [
        f"archive/{info.key.rsplit('/', 1)[-1]}" for info in warcs
    ]
    assert wacztool.validate(tmp_path / "y.wacz")[0] == 1


def test_a_store_on_s3_gives_the_same_bytes(
    made: Crawled, tmp_path: Path, s3_store_url: str, s3_server: S3Server
) -> None:
    """The same keys give the same file, with a filter and without."""
    blobs, local = open_blobs(s3_store_url), LocalBlobs(made.store)
    for folder in ("warc/", "cdxj/", "articles/", "links/"):
        for info in local.list(folder):
            blobs.put_file(info.key, local.path(info.key))

    for name, arguments in (("all", ()), ("core", CORE)):
        there = export(s3_store_url, *arguments, tmp_path / f"{name}-s3.wacz", **s3_server.environ)
        here = export(made.store, *arguments, tmp_path / f"{name}.wacz")
        assert (there.code, here.code) == (0, 0), there.err
        assert (tmp_path / f"{name}-s3.wacz").read_bytes() == (tmp_path / f"{name}.wacz").read_bytes()


def test_what_cannot_be_exported_is_one_line(made: Crawled, tmp_path: Path) -> None:
    """Nothing fits: 1. No such folder, or kind of file: 2. No store: 4. In none of these cases is there a file."""
    target = tmp_path / "x.wacz"
    nothing = export(made.store, "--source", "nobody", target)
    nowhere = export(made.store, tmp_path / "no" / "x.wacz")
    kind = commands.run("export", "parquet", target)
    store = export(tmp_path / "none", target)

    assert [done.code for done in (nothing, nowhere, kind, store)] == [1, 2, 2, 4]
    assert nothing.err == f"kakehashi: {made.store}: no article fits, nothing was written\n"
    assert "expected a file name in a folder that exists" in nowhere.err
    assert "invalid choice: 'parquet' (choose from 'wacz', 'dataset')" in kind.err
    assert len(store.err.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_line_that_is_broken_ends_with_1_and_the_rest_is_there(crawled: Crawled, tmp_path: Path) -> None:
    """The problem is named on stderr."""
    index = crawled.store / crawled.key("cdxj/")
    index.write_bytes(b"nonsense\n" + index.read_bytes())
    done = export(crawled.store, tmp_path / "x.wacz")

    assert done.code == 1
    assert done.err.startswith("kakehashi: cdxj/")
    assert "not a CDXJ line: 'nonsense'" in done.err
    assert wacztool.validate(tmp_path / "x.wacz")[0] == 0
