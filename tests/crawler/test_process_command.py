"""`process` makes articles again from the WARCs: the same bytes by the same rules, and a report where rules differ."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil
from typing import TYPE_CHECKING

import pytest

from archive.blobs import open_blobs
from archive.leases import Leases
from tests import commands, warcs
from tests.wireserver import Case, WireServer, page, with_length

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.xdist_group("process")
PAGES = {f"/case/p{number}": Case(message=with_length(page(f"p{number}"))) for number in range(3)}
NOISE = """
[[noise]]
pattern = 'Under the agreement on .*'
kind = "related"
since = 2020-01-01
"""


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A store with two crawls in it, and the folder with the site's source file."""
    folder = tmp_path_factory.mktemp("process")
    with WireServer(cases=dict(PAGES)) as server:
        sources = server.write_source(folder / "sources", "site").parent
        for number in range(2):
            server.cases |= {f"/case/late{number}": Case(message=with_length(page(f"late{number}")))}
            done = commands.run(
                "crawl", "--only-sources", sources, "--store", folder / "data", "--allow-private", server.host_port
            )
            assert done.code == 0, done.err
    return folder / "data", sources


@pytest.fixture
def store(crawled: tuple[Path, Path], tmp_path: Path) -> Path:
    """A copy of the store for one test."""
    shutil.copytree(crawled[0], tmp_path / "data")
    return tmp_path / "data"


@pytest.fixture
def sources(crawled: tuple[Path, Path], tmp_path: Path) -> Path:
    """A copy of the sources for one test."""
    shutil.copytree(crawled[1], tmp_path / "sources")
    return tmp_path / "sources"


def process(store: Path, sources: Path, *args: str) -> commands.Done:
    return commands.run("process", "--store", store, "--only-sources", sources, "--json", *args)


def files(store: Path) -> dict[str, str]:
    """The digest of every file of a store that is no state."""
    paths = (path for path in store.rglob("*") if path.is_file() and "state" not in path.relative_to(store).parts)
    return {path.relative_to(store).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def test_the_same_rules_change_nothing(store: Path, sources: Path) -> None:
    """Same code, same input, same bytes out."""
    before = files(store)
    done = process(store, sources)

    assert done.code == 0, done.err
    assert done.report["staged"] is None
    assert done.report["derived"] == 2
    assert files(store) == before


def test_what_was_deleted_is_made_again_byte_for_byte(store: Path, sources: Path) -> None:
    """Articles, dropped pages, links and clean texts all come from the WARCs."""
    before = files(store)
    for name in ("articles", "dropped", "links", "text"):
        shutil.rmtree(store / name, ignore_errors=True)
    done = process(store, sources)

    assert done.code == 0, done.err
    assert files(store) == before


def test_other_rules_are_tried_staged_and_accepted(store: Path, sources: Path) -> None:
    """Dry, nothing is written; staged, nothing current differs; accepted, all does, and the former stays."""
    file = sources / "site.toml"
    file.write_text(file.read_text() + NOISE)
    before = files(store)
    tried = process(store, sources, "--dry-run")
    assert tried.code == 0, tried.err
    assert files(store) == before
    assert (tried.report["changes"]["changed"], tried.report["changes"]["fields"]["text"]) == (5, 5)
    assert all("-Under the agreement" in item["diff"][0] for item in tried.report["changes"]["largest"])

    staged = process(store, sources)
    assert (staged.report["staged"], staged.report["derived"], staged.report["resumed"]) == ("0002", 2, 0)
    assert {key: digest for key, digest in files(store).items() if key in before} == before
    assert all("Under the agreement" in text for text in texts(store))

    again = process(store, sources)
    assert (again.report["derived"], again.report["resumed"]) == (0, 2)
    assert again.report["changes"] == staged.report["changes"]

    accepted = process(store, sources, "--accept")
    assert accepted.report["accepted"] is True
    assert len(texts(store)) == 5
    assert not any("Under the agreement" in text for text in texts(store))
    assert not (store / "articles" / "staged.json").exists()
    assert (store / "articles" / "0001").is_dir()
    verified = commands.run("verify", "--store", store, "--deep", "--only-sources", sources)
    assert verified.code == 0, verified.out
    assert process(store, sources).report["staged"] is None


def texts(store: Path) -> list[str]:
    out = commands.run("articles", "--store", store).out
    return [json.loads(line)["text"] for line in out.splitlines()]


@pytest.mark.long
def test_rules_that_were_taken_back_leave_nothing_staged(store: Path, sources: Path) -> None:
    """What other rules staged is removed, and the store is as it was."""
    before, file = files(store), sources / "site.toml"
    text = file.read_text()
    file.write_text(text + NOISE)
    assert process(store, sources).report["staged"] == "0002"
    file.write_text(text)

    assert process(store, sources).report["staged"] is None
    assert files(store) == before


def test_a_source_that_is_not_known_keeps_its_articles(store: Path, tmp_path: Path) -> None:
    """Without its rules they would be made by none."""
    with WireServer(cases={}) as server:
        others = server.write_source(tmp_path / "others", "other").parent
    done = process(store, others)

    assert done.report["unknown"] == ["site"]
    assert done.report["staged"] is None


def test_days_before_since_are_taken_over(store: Path, sources: Path) -> None:
    """They are not derived, and not lost."""
    file = sources / "site.toml"
    file.write_text(file.read_text() + NOISE)
    tomorrow = (dt.datetime.now(dt.UTC) + dt.timedelta(days=1)).date().isoformat()
    done = process(store, sources, "--since", tomorrow)

    assert (done.report["derived"], done.report["taken_over"], done.report["staged"]) == (0, 2, None)


def test_nothing_is_accepted_while_a_run_is_at_work(store: Path, sources: Path) -> None:
    """Exit 5, one line, and nothing changes."""
    before = files(store)
    leases = Leases(open_blobs(str(store)), "20261121T093000Zabcdef")
    leases.take(["site"], dt.datetime.now(dt.UTC))
    done = process(store, sources, "--accept")
    leases.release()

    assert done.code == 5
    assert done.err.count("\n") == 1
    assert files(store) == before


def test_the_clean_texts_follow_the_articles(store: Path, sources: Path) -> None:
    """After --accept the conversion records hold the new texts."""
    file = sources / "site.toml"
    file.write_text(file.read_text() + NOISE)
    assert process(store, sources, "--accept").code == 0
    blocks = [
        record.block.decode()
        for path in sorted((store / "text").rglob("*.warc.gz"))
        for record in warcs._records(path)
        if record.kind == "conversion"
    ]

    assert sorted(blocks) == sorted(texts(store))
