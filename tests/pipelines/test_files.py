"""Files of every kind through the page stage: what can be read comes out in order, what cannot is named."""

from __future__ import annotations

import gzip
import io
import json
import sys
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pipelines.files import extract_files
from pipelines.rules import PageRules
from tests.pipelines import archived
from tests.wireserver import head, page, with_length

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines.files import Extracted

pytestmark = pytest.mark.xdist_group("files")
RULES = {"example": PageRules(source="example", publisher="The Example", digest="sha256:1")}


def extract(*paths: Path | str, url: str | None = None) -> list[Extracted]:
    """Everything that these files give."""
    source_of = {"example.org": "example"}.get
    return list(extract_files(list(map(str, paths)), url=url, rules=RULES, source_of=source_of, processes=2))


def titles(items: list[Extracted]) -> list[str]:
    """The names of the articles, in their order."""
    return [json.loads(item.line)["title"].split(": ")[1] for item in items if item.kind == "article"]


def warc(folder: Path, *names: str) -> Path:
    """A WARC with an article of each name."""
    archived.write(folder, [archived.exchange(name) for name in names])
    return next((folder / "warc").rglob("*.warc.gz"))


def test_articles_come_in_the_order_of_the_input(tmp_path: Path) -> None:
    """Many pages through two workers, then an HTML file, then another WARC: the order is that of the files."""
    names = [f"p{number:02d}" for number in range(40)]
    first, second = warc(tmp_path / "1", *names), warc(tmp_path / "2", "last")
    (tmp_path / "middle.html").write_bytes(page("middle"))
    found = extract(first, tmp_path / "middle.html", second)

    assert [*names, "middle", "last"] == titles(found)


def test_provenance_names_the_file_and_the_record(tmp_path: Path) -> None:
    """The input's own record id, and its place in the file as it was given."""
    path = warc(tmp_path, "one")
    (stored,) = [json.loads(item.line)["provenance"] for item in extract(path)]
    member = path.read_bytes()[stored["offset"] : stored["offset"] + stored["length"]]

    assert str(path) == stored["warc"]
    assert stored["record_id"].encode() in gzip.decompress(member)
    assert stored["rules"]["source"] == "sha256:1"


def test_a_plain_warc_is_read_as_well(tmp_path: Path) -> None:
    """Not every archive is compressed."""
    path = tmp_path / "plain.warc"
    path.write_bytes(gzip.decompress(warc(tmp_path, "one", "two").read_bytes()))

    assert ["one", "two"] == titles(extract(path))


def test_a_wacz_is_read_warc_by_warc(tmp_path: Path) -> None:
    """Every file under archive/, in its order; provenance says which."""
    with zipfile.ZipFile(tmp_path / "a.wacz", "w") as archive:
        archive.write(warc(tmp_path / "1", "one"), "archive/1.warc.gz")
        archive.write(warc(tmp_path / "2", "two", "three"), "archive/2.warc.gz")
        archive.writestr("datapackage.json", "{}")
    found = extract(tmp_path / "a.wacz")

    assert ["one", "two", "three"] == titles(found)
    assert json.loads(found[0].line)["provenance"]["warc"].endswith("a.wacz!archive/1.warc.gz")


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8, 0.99])
def test_a_warc_that_is_cut_gives_what_is_before_the_cut_and_one_problem(tmp_path: Path, share: float) -> None:
    """Wherever it is cut, each article is whole or not there, and the place of the damage is named."""
    path = warc(tmp_path, *(f"p{number}" for number in range(6)))
    places = [json.loads(item.line)["provenance"] for item in extract(path)]
    cut = tmp_path / "cut.warc.gz"
    size = int(path.stat().st_size * share)
    cut.write_bytes(path.read_bytes()[:size])
    found = extract(cut)
    whole = sum(place["offset"] + place["length"] <= size for place in places)

    assert [f"p{number}" for number in range(whole)] == titles(found)
    assert ["problem"] == [item.kind for item in found if item.kind != "article"]
    assert f"{cut} at byte " in found[-1].line


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("empty.html", b"", "empty"),
        ("blank.html", b" \n ", "empty"),
        ("photo.html", b"\xff\xd8\xff\xe0" + bytes(300), "binary file"),
        ("paper.html", b"%PDF-1.7\n", "binary file"),
        ("bomb.warc.gz", gzip.compress(b"no WARC", mtime=0), "not a WARC"),
        ("other.warc.gz", b"this is no archive", "expected a WARC"),
        ("torn.wacz", b"PK\x03\x04 no zip", "not a WACZ"),
    ],
)
def test_a_file_that_is_none_of_these_is_one_problem_and_the_next_follows(
    tmp_path: Path, name: str, data: bytes, words: str
) -> None:
    """The line names the file and what was found in it."""
    (tmp_path / name).write_bytes(data)
    (tmp_path / "good.html").write_bytes(page("good"))
    found = extract(tmp_path / name, tmp_path / "good.html")

    assert ["problem", "article"] == [item.kind for item in found]
    assert str(tmp_path / name) in found[0].line
    assert words in found[0].line


def test_a_zip_without_archives_is_a_problem(tmp_path: Path) -> None:
    """An office document is a ZIP too."""
    with zipfile.ZipFile(tmp_path / "a.wacz", "w") as archive:
        archive.writestr("word/document.xml", "x")

    assert "expected a WACZ" in extract(tmp_path / "a.wacz")[0].line


def test_a_damaged_member_of_a_wacz_is_a_problem(tmp_path: Path) -> None:
    """A flipped bit in the ZIP is found by its checksum and told, not raised."""
    path = tmp_path / "a.wacz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("archive/1.warc.gz", warc(tmp_path, "one").read_bytes())
    data = bytearray(path.read_bytes())
    data[400] ^= 0xFF
    path.write_bytes(data)
    found = extract(path)

    assert "problem" in {item.kind for item in found}
    assert all(str(path) in item.line for item in found if item.kind == "problem")


def test_standard_input_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`-` reads what is piped in, a WARC or a page."""
    for data, expected in ((page("piped"), ["piped"]), (warc(tmp_path, "one").read_bytes(), ["one"])):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))

        assert expected == titles(extract("-"))


@pytest.mark.parametrize(
    ("markup", "url", "expected"),
    [
        ("", "https://example.org/a", "The Example"),
        ('<link rel="canonical" href="https://example.org/a">', None, "The Example"),
        ('<link rel="canonical" href="https://other.example/a">', None, None),
        ("", None, None),
    ],
    ids=["by --url", "by canonical", "a stranger", "unsaid"],
)
def test_a_page_finds_its_source_by_what_is_known_of_its_address(
    tmp_path: Path, markup: str, url: str | None, expected: str | None
) -> None:
    """The address that was given, else the one that the page declares."""
    (tmp_path / "a.html").write_bytes(page("a").replace(b"</title>", b"</title>" + markup.encode()))
    (item,) = extract(tmp_path / "a.html", url=url)
    article = json.loads(item.line)

    assert ("example" if expected else None) == article["source"]
    assert expected in (article["publisher"], None)


def test_what_a_crawl_fetched_for_itself_is_no_article(tmp_path: Path) -> None:
    """Feeds and robots.txt by their metadata; redirects, errors and cut pages by their records."""
    moved = head(b"Location: /b", status=b"HTTP/1.1 301 Moved")
    feed = archived.exchange("feed")
    exchanges = [
        replace(feed, facts=(("kakehashi-role", "feed"),)),
        archived.exchange("moved", message=moved),
        archived.exchange("gone", message=with_length(page("gone"), status=b"HTTP/1.1 404 Not Found")),
        archived.exchange("down", message=with_length(page("down"), status=b"HTTP/1.1 503 Busy")),
        archived.exchange("good"),
    ]
    archived.write(tmp_path, exchanges)
    found = extract(next((tmp_path / "warc").rglob("*.gz")))

    assert ["not_a_page", "redirect", "http_status", "http_503"] == [item.reason for item in found[:-1]]
    assert ["dropped", "dropped", "dropped", "failed", "article"] == [item.kind for item in found]


def test_off_topic_pages_are_labelled_not_dropped(tmp_path: Path) -> None:
    """`extract` takes no side."""
    text = "The council of Springfield opened a new library on Monday, and the mayor read a story to the children. "
    (tmp_path / "a.html").write_text(f"<html><body><article><h1>Library</h1><p>{text * 3}</p></article></body></html>")
    (item,) = extract(tmp_path / "a.html")

    assert ("article", "off") == (item.kind, json.loads(item.line)["relevance"]["label"])


def own_page(place: str) -> bytes:
    """An article that no other page shares, above a line that every page of the host prints."""
    story = (
        f"In {place} the farmers of {place} opened a market hall, and the people of {place} came from far to see it."
    )
    more = (
        f"The hall of {place} took the masons of {place} two summers, said the elder of {place}, who had paid for it."
    )
    return f"""<html><body><article><h1>A hall for {place}</h1><p>{story}</p><p>{more}</p>
<p>Our correspondents write from the valleys every second week of the month</p></article></body></html>""".encode()


def test_templates_are_used_only_when_asked_for(tmp_path: Path) -> None:
    """Asked, every page of a host with four different ones names what was learned of it; unasked, none does."""
    places = ("Gorna", "Velim", "Tarso", "Pinek")
    exchanges = [archived.exchange(place, message=with_length(own_page(place))) for place in places]
    archived.write(tmp_path, exchanges)
    path = next((tmp_path / "warc").rglob("*.warc.gz"))
    source_of = {"example.org": "example"}.get
    for learns in (True, False):
        items = list(extract_files([str(path)], url=None, rules=RULES, source_of=source_of, processes=1, learns=learns))
        found = [json.loads(item.line)["provenance"]["rules"] for item in items if item.kind == "article"]
        assert [learns] * 4 == [rules["template"] is not None for rules in found]
