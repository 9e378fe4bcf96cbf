"""Each article of a store has its clean text as a `conversion` record that leads back to its response."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from fastwarc.warc import ArchiveIterator as FastIterator
from warcio.archiveiterator import ArchiveIterator

from archive.blobs import open_blobs
from archive.layout import FIRST_GENERATION, stem_of_key
from pipelines.backlog import Backlog
from pipelines.conversions import write_texts
from pipelines.link_stage import write_links
from pipelines.software import software
from pipelines.tally import Tally
from pipelines.verify import verify_store
from tests.pipelines import archived

if TYPE_CHECKING:
    from pathlib import Path


def derive_all(folder: Path) -> None:
    """What a run does with its pages, by the way that needs no crawl."""
    Backlog(
        open_blobs(str(folder)), folder, generation=FIRST_GENERATION, rules={}, is_live=lambda _: False, processes=1
    ).finish()


def test_each_article_has_one_conversion_with_its_text(tmp_path):
    """As other tools read it; `verify` finds nothing wrong, and something when the text is another."""
    stored = archived.write(tmp_path, [archived.exchange("railway"), archived.exchange("centre")])
    derive_all(tmp_path)

    (path,) = (tmp_path / "articles").rglob("*.jsonl")
    articles = [json.loads(line) for line in path.read_text().splitlines()]
    (texts,) = (tmp_path / "text").rglob("*.warc.gz")
    with texts.open("rb") as file:
        records = [
            (record.rec_type, record.rec_headers, record.content_stream().read()) for record in ArchiveIterator(file)
        ]
    with texts.open("rb") as file:
        fast = [record.reader.read().decode() for record in FastIterator(file)]
    (_, _, info), *conversions = records
    assert texts.name == stored[0].location.warc.rsplit("/", 1)[-1]
    assert len(articles) == 2
    assert [block.decode() for _, _, block in conversions] == [article["text"] for article in articles] == fast[1:]
    assert [headers.get_header("WARC-Refers-To") for _, headers, _ in conversions] == [
        item.record_id for item in stored
    ]
    assert [headers.get_header("WARC-Target-URI") for _, headers, _ in conversions] == [item.url for item in stored]
    assert f"software: {' '.join(f'{name}/{number}' for name, number in software().items())}\r\n" in info.decode()
    assert b"kakehashi-rules: {" in info

    blobs = open_blobs(str(tmp_path))
    write_links(blobs, FIRST_GENERATION)
    assert [str(fault) for fault in verify_store(blobs, Tally())] == []
    lines = [line.replace(b"Tashkent", b"Samarkand") for line in path.read_bytes().splitlines()]
    write_texts(tmp_path, stem_of_key(texts.name), lines)
    assert any(fault.key.startswith("text/") for fault in verify_store(blobs, Tally()))


def test_texts_derived_again_are_the_same_bytes(tmp_path):
    """From the pages again, as after a crash, and from the lines of the articles alone."""
    archived.write(tmp_path, [archived.exchange("railway")])
    derive_all(tmp_path)
    (texts,), (articles,) = (tmp_path / "text").rglob("*.warc.gz"), (tmp_path / "articles").rglob("*.jsonl")
    first = texts.read_bytes()

    lines = articles.read_bytes().splitlines()
    texts.unlink()
    write_texts(tmp_path, stem_of_key(texts.name), lines)
    assert texts.read_bytes() == first
    texts.unlink()
    articles.unlink()
    derive_all(tmp_path)
    assert texts.read_bytes() == first


def test_where_there_is_no_article_there_is_no_file(tmp_path):
    """Also not the one of an earlier time."""
    stem = stem_of_key("kakehashi-20261121T093000123Z-00000-20261121T093000Zabcdef")
    provenance = {"record_id": "<urn:x>", "captured_at": "2026-11-21T09:30:00Z", "software": {}, "rules": {}}
    line = json.dumps({"url": "http://e.x/", "source": None, "text": "x", "provenance": provenance}).encode()

    assert write_texts(tmp_path, stem, [line]) == [f"text/2026/11/{stem}.warc.gz"]
    assert write_texts(tmp_path, stem, []) == []
    assert [path for path in (tmp_path / "text").rglob("*") if path.is_file()] == []
