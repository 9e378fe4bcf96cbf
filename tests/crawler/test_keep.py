"""`--keep` and `status --near-misses`, as an operator uses them on one small site."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests import commands, warcs
from tests.wireserver import Case, WireServer, page, with_length

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.xdist_group("keep")
SPORT = """<!doctype html><html lang="en"><head><title>Uzbekistan beat Japan in the final</title></head><body><article>
<h1>Uzbekistan beat Japan in the final</h1><p>The football team of Uzbekistan won the under-23 tournament against Japan,
two goals to one, and its coach praised the striker who scored both in the second half of the match.</p></article></body></html>"""
CARS = """<!doctype html><html lang="en"><head><title>Customs find hidden cars</title></head><body><article>
<h1>Customs find hidden cars</h1><p>Officers in Bishkek found three cars made in Japan behind scrap metal in a lorry on
Tuesday, said the customs service of Kyrgyzstan, and the driver was held.</p></article></body></html>"""
ELSEWHERE = """<!doctype html><html lang="en"><head><title>Ferries to run later</title></head><body><article>
<h1>Ferries to run later</h1><p>The ferries between Bergen and the islands run an hour later from Monday, said the
company, whose captains had asked for it since the spring, and nobody on the islands complained about it so far. The
first boat leaves at seven and takes twelve cars; the last one returns before midnight, with the post and the newspapers
for the morning, and waits at the quay of the largest island until the school bus has come down from the hill.</p>
</article></body></html>"""
PAGES = {"on": page("on"), "sport": SPORT.encode(), "cars": CARS.encode(), "elsewhere": ELSEWHERE.encode()}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("keep")
    cases = {f"/case/{name}": Case(message=with_length(body)) for name, body in PAGES.items()}
    with WireServer(cases=cases) as server:
        server.write_source(folder / "sources", "site")
        done = commands.run(
            "crawl", "--only-sources", folder / "sources", "--store", folder / "store", "--json", "--allow-private",
            server.host_port, "--keep", "core,mention",
        )  # fmt: skip
        assert {"off_topic": 1, "sport": 1, "one_side": 1} == done.report["sources"]["site"]["dropped"]
        assert ["core", "mention"] == done.report["keep"]
        yield folder / "store"


def test_what_was_nearly_on_topic_is_told_with_the_words_that_decided(store: Path) -> None:
    """As JSON and for reading; the match, in which nobody deals with anybody, is no near miss."""
    found = json.loads(commands.run("status", "--near-misses", "--store", store, "--json").out)
    read = commands.run("status", "--near-misses", "--limit", "1", "--store", store)
    (miss,) = found["near_misses"]

    assert ("off", "Customs find hidden cars", 1) == (miss["label"], miss["title"], found["total"])
    assert miss["url"].endswith("/case/cars")
    assert ("jp", "made in Japan") in {(span["side"], span["text"]) for span in miss["evidence"]}
    assert "made in Japan (jp: made in Japan)" in read.out


def test_all_judges_what_a_glance_drops(store: Path) -> None:
    """The page that names neither side is read whole, and its reason is that of the judge."""
    process = ("process", "--store", store, "--only-sources", store.parent / "sources", "--json", "--dry-run")
    plain, whole = commands.run(*process).report["changes"], commands.run(*process, "--all").report["changes"]

    assert (0, 1) == (plain["dropped"], whole["dropped"])
    assert (0, 0) == (whole["changed"], whole["failed"])


@pytest.mark.long
def test_a_wider_set_makes_articles_without_fetching(store: Path) -> None:
    """Staged with --keep, accepted without naming it again, and verify agrees."""
    sources = store.parent / "sources"
    process = ("process", "--store", store, "--only-sources", sources, "--json")
    staged = commands.run(*process, "--keep", "core,mention,sport").report
    accepted = commands.run(*process, "--accept").report
    verified = commands.run("verify", "--deep", "--store", store, "--only-sources", sources)
    labels = sorted(item["relevance"]["label"] for item in warcs.lines(store, "articles/0002"))

    assert (1, 1) == (staged["changes"]["gained"], accepted["changes"]["gained"])
    assert ["core", "sport"] == labels
    assert (0, "") == (verified.code, verified.err)


def test_a_label_that_is_none_is_a_usage_error(tmp_path: Path) -> None:
    for command in (("crawl",), ("capture", "https://example.org/"), ("import", "a.warc"), ("process",)):
        done = commands.run(*command, "--keep", "core,sports", "--store", tmp_path / "none")
        assert 2 == done.code
        assert "expected some of core, mention, sport, off" in done.err
    assert not (tmp_path / "none").exists()
