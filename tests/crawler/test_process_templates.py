"""What recurs over a host's pages is learned by `process` and staged; with it articles are made, and made again."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from tests import commands
from tests.wireserver import Case, WireServer, with_length

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.xdist_group("process")
BOX = "The Valley Herald is read in all nine districts, and its friends keep it alive with a few coins each month."
QUOTE = "“The road was never a question of money but of who would sign for it,” the Japanese surveyor told the court."
PLACES = ("Osh", "Naryn", "Talas", "Karakol", "Batken")
WORKS = ("hospital", "bridge", "school", "reservoir", "library")


def article(number: int, *, middle: str = "", end: str = BOX) -> str:
    place, work = PLACES[number], WORKS[number]
    paragraphs = [
        f"Engineers from Japan rebuild the {work} of {place} in Kyrgyzstan, {40 + number} years after it was opened.",
        f"The people of {place} had asked for a new {work} since the flood, which took the old one's {number + 2} walls.",
        middle,
        f"Work on the {work} is to end before winter, said the governor, who {'has' if number % 2 else 'had'} doubts.",
        end,
    ]
    shown = "".join(f"<p>{text}</p>" for text in paragraphs if text)
    title = f"Japan rebuilds the {work} of {place}"
    return f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1>{shown}</article></body></html>"


def case(html: str) -> Case:
    return Case(message=with_length(html.encode()))


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Path, WireServer]]:
    """A store with a crawl of five articles, the source file, and the server, still there."""
    folder = tmp_path_factory.mktemp("templates")
    pages = [article(number, middle=QUOTE if number < 2 else "") for number in range(5)]
    with WireServer(cases={f"/case/t{number}": case(html) for number, html in enumerate(pages)}) as server:
        sources = server.write_source(folder / "sources", "site").parent
        crawl(folder / "data", sources, server)
        yield folder / "data", sources, server


def crawl(store: Path, sources: Path, server: WireServer) -> None:
    done = commands.run("crawl", "--only-sources", sources, "--store", store, "--allow-private", server.host_port)
    assert done.code == 0, done.err


@pytest.fixture
def store(crawled: tuple[Path, Path, WireServer], tmp_path: Path) -> Path:
    shutil.copytree(crawled[0], tmp_path / "data")
    return tmp_path / "data"


def process(store: Path, sources: Path, *args: str) -> commands.Done:
    done = commands.run("process", "--store", store, "--only-sources", sources, "--json", *args)
    assert done.code == 0, done.err
    return done


def articles(store: Path, generation: str) -> list[dict[str, object]]:
    paths = sorted((store / "articles" / generation).rglob("*.jsonl"))
    return [json.loads(line) for path in paths for line in path.read_text(encoding="utf-8").splitlines()]


def test_template_is_staged_and_shown(store: Path, crawled: tuple[Path, Path, WireServer]) -> None:
    """Learning is a change of rules: nothing current changes before it is accepted, and the report names the host."""
    _, sources, server = crawled
    done = process(store, sources)

    assert done.report["templates"] == {server.host_port: {"pages": 5, "lines": 1}}
    assert (done.report["staged"], done.report["changes"]["changed"]) == ("0002", 5)
    assert all(BOX in str(item["text"]) for item in articles(store, "0001"))
    staged = articles(store, "0002")
    assert not any(BOX in str(item["text"]) for item in staged)
    digest = json.loads((store / "templates/0002.json").read_bytes())["hosts"][server.host_port]["digest"]
    assert {item["provenance"]["rules"]["template"] for item in staged} == {digest}  # type: ignore[index]


def test_articles_made_and_read_again_at_once_are_those_of_two_steps(
    store: Path, crawled: tuple[Path, Path, WireServer], tmp_path: Path
) -> None:
    """A process that has just made the articles reads again what its template touches: the same bytes come out."""
    other = tmp_path / "made"
    shutil.copytree(store, other)
    for name in ("articles", "dropped", "links", "text"):
        shutil.rmtree(other / name, ignore_errors=True)
    in_steps, at_once = process(store, crawled[1]), process(other, crawled[1])

    assert at_once.report == in_steps.report
    files = sorted(path.relative_to(store) for path in store.glob("*/0002/**/*") if path.is_file())
    assert files
    assert [(other / path).read_bytes() for path in files] == [(store / path).read_bytes() for path in files]


def test_quoted_paragraph_of_two_articles_survives(store: Path, crawled: tuple[Path, Path, WireServer]) -> None:
    """What only two articles share is no template."""
    process(store, crawled[1])
    assert sum(QUOTE in str(item["text"]) for item in articles(store, "0002")) == 2


@pytest.mark.long
def test_accepted_template_reads_later_pages_and_is_derived_again(
    store: Path, crawled: tuple[Path, Path, WireServer]
) -> None:
    """A page of a later crawl is read with it, `verify --deep` makes all again, and `process` finds nothing new."""
    _, sources, server = crawled
    process(store, sources, "--accept")
    server.cases["/case/later"] = case(article(3).replace("Karakol", "Tokmok").replace("reservoir", "stadium"))
    try:
        crawl(store, sources, server)
    finally:
        del server.cases["/case/later"]

    assert len(articles(store, "0002")) == 6
    assert not any(BOX in str(item["text"]) for item in articles(store, "0002"))
    shown = commands.run("explain", f"{server.base}/case/later", "--store", store, "--only-sources", sources)
    assert shown.code == 0, shown.err
    assert "<td>template</td>" in shown.out
    checked = commands.run("verify", "--deep", "--store", store, "--only-sources", sources, "--json")
    assert checked.code == 0, checked.out + checked.err
    assert checked.report["derived"] >= 6
    assert process(store, sources).report["staged"] is None


@pytest.mark.long
def test_changed_template_is_found(store: Path, crawled: tuple[Path, Path, WireServer]) -> None:
    """A line taken out of the file: its digest does not fit any more."""
    process(store, crawled[1], "--accept")
    path = store / "templates/0002.json"
    content = json.loads(path.read_bytes())
    for host in content["hosts"].values():
        host["lines"] = ["else"]
    path.write_text(json.dumps(content), encoding="utf-8")
    checked = commands.run("verify", "--store", store, "--only-sources", crawled[1])

    assert checked.code == 1
    assert "templates/0002.json" in checked.out + checked.err
