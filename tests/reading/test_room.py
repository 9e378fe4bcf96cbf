"""The room over broken and growing stores, asked over HTTP: whatever is wrong is told, everything else is shown."""

from __future__ import annotations

import http.client
import json
import sqlite3
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from archive.blobs import LocalBlobs, open_blobs
from pipelines.flow import extract_page
from pipelines.jsonl import format_article
from pipelines.link_stage import write_links
from reading import empty_room, open_room
from reading.server import listening, serving
from reading.shelves import Question
from reading.wanted import parse_wanted
from tests import readingstore
from tests.wireserver import page

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from reading import Room

NAMES = ("alpha", "beta", "gamma")
RUN = "20261119T093000Zabcdef"


def url_of(name: str) -> str:
    return f"https://example.org/{name}"


def article_lines(store: Path, names: tuple[str, ...], run: str) -> None:
    """The articles of pages that were written, as a crawl publishes them."""
    (index,) = (store / "cdxj").glob(f"*{run}.cdxj")
    lines = []
    for raw in index.read_text().splitlines():
        entry = json.loads(raw.split(" ", 2)[2])
        name = entry["url"].rpartition("/")[2]
        if name in names and entry["mime"] == "text/html":
            found = extract_page(page(name), url=entry["url"])
            place = replace(
                found.provenance, warc=f"warc/2026/11/{entry['filename']}", offset=int(entry["offset"]),
                length=int(entry["length"]), record_id=entry["recordId"], captured_at=entry["captured"],
                payload_digest=entry["digest"],
            )  # fmt: skip
            lines.append((place.offset, format_article(replace(found, fetched=entry["captured"], provenance=place))))
    path = store / "articles" / "0001" / "2026" / "11" / f"{index.stem}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for _, line in sorted(lines)), encoding="utf-8")


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Three pages in a WARC, with their articles and links."""
    folder = tmp_path / "data"
    captures = [readingstore.capture(url_of(name), page(name), source=None) for name in NAMES]
    readingstore.write(folder, captures, run=RUN)
    article_lines(folder, NAMES, RUN)
    write_links(LocalBlobs(folder), "0001")
    return folder


def room_of(store: Path | str, state: Path | None = None) -> Room:
    room = open_room(open_blobs(str(store)), state or store / "state")
    room.refresh()
    return room


def found(room: Room, typed: str = "") -> list[str]:
    """The addresses that a search finds, by name."""
    entries = room.find(Question(wanted=parse_wanted(typed)))[0].entries
    return sorted(entry.url.rpartition("/")[2] for entry in entries)


class Answers:
    """The room over HTTP."""

    def __init__(self, port: int) -> None:
        self._port = port

    def get(self, path: str, method: str = "GET", **fields: str) -> tuple[int, str, dict[str, str]]:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        try:
            connection.request(method, path, headers=fields)
            answer = connection.getresponse()
            return answer.status, answer.read().decode(), {name.lower(): value for name, value in answer.getheaders()}
        finally:
            connection.close()


@contextmanager
def served(room: Room) -> Iterator[Answers]:
    with listening("127.0.0.1", 0) as held, serving(room, held, player_port=9):
        yield Answers(held.getsockname()[1])


def test_what_is_broken_is_named_and_the_rest_is_shown(store: Path) -> None:
    """A damaged line, an index line to nowhere, an index without WARC, a revisit without original, a WARC cut short."""
    (lines,) = (store / "articles").rglob("*.jsonl")
    first, second, third = lines.read_text().splitlines()
    lines.write_text(f"{first}\n{second[:200]}\n[1]\n{third}\n", encoding="utf-8")
    (index,) = (store / "cdxj").glob("*.cdxj")
    good = index.read_text().splitlines(keepends=True)
    stray = good[0].replace('"offset": "', '"offset": "99')
    revisit = good[1].replace('"text/html"', '"warc/revisit"').replace('"digest": "sha1:', '"digest": "sha1:ZZZ')
    index.write_text("".join(sorted([*good, stray, revisit, "no line at all\n"])), encoding="ascii")
    (store / "cdxj" / "kakehashi-20260101T000000000Z-00000-gone.cdxj").write_text(good[0])
    room = room_of(store)
    problems = "\n".join(room.problems())

    assert found(room) == ["alpha", "gamma"]
    assert len(room.problems()) == 6
    for part in (
        "line 2 is no article", "line 3 is no article", "points behind the end", "not a CDXJ line",
        "gone.cdxj: the WARC that it is the index of is not there", "a revisit of https://example.org/",
    ):  # fmt: skip
        assert part in problems
    with served(room) as answers:
        status, body, _ = answers.get("/problems")
        assert (status, body.count('<li class="break">')) == (200, 6)
        assert answers.get("/")[0] == 200


def test_a_warc_cut_short_costs_its_last_pages(store: Path) -> None:
    """The index names what is missing; the article says that its page cannot be shown, and is there."""
    (warc,) = (store / "warc").rglob("*.warc.gz")
    records = sorted(
        json.loads(line)["provenance"]["offset"]
        for path in (store / "articles").rglob("*.jsonl")
        for line in path.read_text().splitlines()
    )
    warc.write_bytes(warc.read_bytes()[: records[-1] + 40])
    room = room_of(store)

    assert found(room) == list(NAMES)
    assert any("points behind the end" in problem for problem in room.problems())
    with served(room) as answers:
        shown = {entry.url: answers.get(f"/article/{entry.id}")[1] for entry in room.find(Question())[0].entries}
    cut = [url for url, body in shown.items() if "The archived page cannot be shown" in body]
    assert cut == [url_of("gamma")]
    assert all(("<iframe" in body) == (url not in cut) for url, body in shown.items())


def test_only_what_changed_is_read_again(store: Path) -> None:
    """New, changed and removed files are followed; a refresh of the same store changes nothing."""
    room = room_of(store)
    assert not room.refresh()

    late = readingstore.capture(url_of("delta"), page("delta"), source=None, day=1)
    readingstore.write(store, [late], run="20261120T093000Zabcdef")
    article_lines(store, ("delta",), "20261120T093000Zabcdef")
    assert room.refresh()
    assert found(room) == ["alpha", "beta", "delta", "gamma"]

    (lines,) = (store / "articles").rglob(f"*{RUN}.jsonl")
    lines.write_text("".join(lines.read_text().splitlines(keepends=True)[:2]))
    assert room.refresh()
    assert found(room, "japan") == ["alpha", "beta", "delta"]
    lines.unlink()
    assert room.refresh()
    assert (found(room), found(room, "gamma")) == (["delta"], [])


def test_another_generation_replaces_the_articles(store: Path) -> None:
    """What `process --accept` makes current is what is shown."""
    room = room_of(store)
    (lines,) = (store / "articles" / "0001").rglob("*.jsonl")
    other = store / "articles" / "0002" / "2026" / "11" / lines.name
    other.parent.mkdir(parents=True)
    other.write_text(lines.read_text().replace("Osaka", "Nagoya"), encoding="utf-8")
    (store / "articles" / "current.json").write_text('{"generation": "0002"}')
    assert room.refresh()

    assert (found(room, "Osaka"), found(room, "Nagoya")) == ([], list(NAMES))


def test_a_damaged_index_is_made_anew(store: Path) -> None:
    """It is derived: losing it loses nothing."""
    room_of(store)
    (store / "state" / "reading.sqlite3").write_bytes(b"no database at all" * 100)

    assert found(room_of(store), "alpha") == ["alpha"]


def test_an_article_that_went_away_is_an_error_page(store: Path) -> None:
    """The index still has it, the store has not: one page says so, and the next refresh forgets it."""
    room = room_of(store)
    id_ = room.find(Question())[0].entries[0].id
    (lines,) = (store / "articles").rglob("*.jsonl")
    lines.unlink()
    with served(room) as answers:
        status, body, _ = answers.get(f"/article/{id_}")

    assert status == 404
    assert "The article cannot be read" in body


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/articles?page=0", 400, "page: expected a number"),
        ("/articles?since=yesterday", 400, "since: expected a day such as 2026-11-21"),
        ("/articles?label=good", 400, "label: expected one of core, mention, sport, off"),
        ("/calendar?month=2026-13", 400, "month: expected one such as 2026-11"),
        ("/captures?day=1", 400, "day: expected a day"),
        ("/article/0000000000000000", 404, "no article with this id"),
        ("/static/../web.py", 404, "There is no such page"),
        ("/nowhere", 404, "There is no such page"),
        ("/articles?q=" + quote("\x00'\"; DROP TABLE articles"), 200, "Nothing fits"),
        ("/articles?page=99999", 200, "Nothing fits"),
        ("/captures?url=%00", 200, "0 captures"),
    ],
)
def test_odd_questions_get_a_page(store: Path, path: str, status: int, said: str) -> None:
    """400 or 404 with what was expected, as a page like the others, never a trace."""
    with served(room_of(store)) as answers:
        found_status, body, fields = answers.get(path)

    assert (found_status, said in body) == (status, True)
    assert fields["content-type"] == "text/html; charset=utf-8"


def test_every_answer_keeps_its_manners(store: Path) -> None:
    """A policy that knows the player's frame alone, no cookie, no strangers' names; pywb's addresses lead to pywb."""
    with served(room_of(store)) as answers:
        for path in ("/", "/static/room.css", "/nowhere", "/articles"):
            fields = answers.get(path)[2]
            assert fields["content-security-policy"].startswith("default-src 'none'; ")
            assert "frame-src http://127.0.0.1:9;" in fields["content-security-policy"]
            assert (fields["x-content-type-options"], fields["referrer-policy"]) == ("nosniff", "no-referrer")
            assert "set-cookie" not in fields
        assert answers.get("/", Host="evil.example")[0] == 421
        assert answers.get("/", "POST")[0] == 405
        status, _, fields = answers.get("/kakehashi/2026id_/https://example.org/a?b=c")
        assert (status, fields["location"]) == (307, "http://127.0.0.1:9/kakehashi/2026id_/https://example.org/a?b=c")


def test_what_strangers_wrote_is_shown_as_text(store: Path) -> None:
    """A title that looks like markup stays a title."""
    (lines,) = (store / "articles").rglob("*.jsonl")
    lines.write_text(lines.read_text().replace("Japan and Uzbekistan: alpha", "<script>alert(1)</script>"))
    room = room_of(store)
    with served(room) as answers:
        pages = [answers.get(path)[1] for path in ("/", "/articles?q=script")]
        pages.append(answers.get(f"/article/{room.find(Question(wanted=parse_wanted('alert')))[0].entries[0].id}")[1])

    assert all("<script>alert" not in body and "alert" in body for body in pages)


def test_a_store_on_s3_is_read_where_it_lies(store: Path, s3_store_url: str, tmp_path: Path) -> None:
    """Articles by ranges, the index on this disk, nothing written to the store."""
    blobs = open_blobs(s3_store_url)
    for info in LocalBlobs(store).list():
        blobs.put_bytes(info.key, LocalBlobs(store).get(info.key))
    before = list(blobs.list())
    room = room_of(s3_store_url, tmp_path / "here")
    opened = room.open(room.find(Question(wanted=parse_wanted("beta")))[0].entries[0].id)

    assert opened is not None
    assert (opened.article.url, opened.problem, opened.captures) == (url_of("beta"), None, 1)
    assert list(blobs.list()) == before


def test_an_emptied_index_holds_no_word_and_fills_again(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not in its file or its log; one that is held is an error, one that is damaged goes, none is none."""
    path = store / "state" / "reading.sqlite3"
    room = room_of(store)
    text = json.loads(next((store / "articles").rglob("*.jsonl")).read_text().splitlines()[0])["text"].encode()
    before = b"".join(file.read_bytes() for file in (store / "state").glob("reading*"))
    empty_room(store / "state")
    left = b"".join(file.read_bytes() for file in (store / "state").glob("reading*"))
    assert (text[:40] in before, text[:40] in left) == (True, False)
    assert found(room) == []
    room.refresh()
    assert found(room) == sorted(NAMES)

    monkeypatch.setattr("reading.index._PATIENCE_S", 0.05)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(OSError, match="locked"):
            empty_room(store / "state")
    path.write_bytes(b"no index" * 100)
    empty_room(store / "state")
    assert not path.exists()
    empty_room(store / "nowhere")
