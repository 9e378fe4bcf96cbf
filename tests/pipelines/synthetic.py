"""A store of articles that no page was ever fetched for: lines as the page stage writes them, and their links."""

from __future__ import annotations

import datetime as dt
import json
import random
from typing import TYPE_CHECKING, Any

from archive.blobs import LocalBlobs
from archive.layout import FIRST_GENERATION, Stem, articles_key
from pipelines.canonical import article_id
from pipelines.link_stage import write_links

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

BEGAN = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
_SYLLABLES = ("ka", "zakh", "to", "kyo", "bish", "kek", "sam", "ar", "kand", "na", "ri", "ta", "shi", "ben", "or", "du")


def words(seed: int, count: int) -> str:
    """So many words of a made-up language in sentences, always the same for a seed."""
    chance = random.Random(seed)
    found = ["".join(chance.choice(_SYLLABLES) for _ in range(chance.randint(2, 4))) for _ in range(count)]
    sentences = [" ".join(found[place : place + 12]).capitalize() + "." for place in range(0, count, 12)]
    return "\n\n".join(" ".join(sentences[place : place + 4]) for place in range(0, len(sentences), 4))


def article(number: int, *, text: str | None = None, **more: Any) -> dict[str, Any]:
    """The JSON values of an article's line; `more` replaces fields."""
    url = f"https://{more.pop('host', 'news.example')}/story/{more.pop('story', number)}"
    day = dt.date(2026, 1, 1) + dt.timedelta(days=number % 300)
    captured = BEGAN + dt.timedelta(minutes=number)
    text = words(number, 60) if text is None else text
    values = {
        "schema_version": 1,
        "id": article_id(url),
        "version": 1,
        "url": url,
        "canonical_url": url,
        "source": "example",
        "publisher": "Example | News",
        "title": f"Headline {words(number + 10_000, 6)}",
        "authors": ["A. Author"],
        "published": f"{day}T09:00:00+05:00",
        "modified": None,
        "fetched": captured.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "language": "en",
        "text": text,
        "section": None,
        "tags": ["trade"],
        "images": [{"url": f"{url}.jpg", "caption": f"Caption {words(number + 20_000, 6)}", "credit": None}],
        "paywalled": False,
        "live_entries": [],
        "rights": {"licence": None, "tdm_reservation": None, "noai": None},
        "dateline": None,
        "agency": None,
        "relevance": {
            "label": "core",
            "score": 0.75,
            "countries": ["JP", "KZ"],
            "evidence": [{"where": "text", "start": 0, "end": 5, "text": text[:5], "side": "ca", "term": "kazakhstan"}],
            "organisations": [],
            "topics": [],
        },
        "duplicates": None,
        "removed": [{"rule": "r", "kind": "ticker", "characters": 9, "sample": f"Sample {words(number + 30_000, 6)}"}],
        "provenance": {
            "warc": f"warc/2026/11/{stem()}.warc.gz",
            "offset": number * 1000,
            "length": 900,
            "record_id": f"<urn:uuid:{number:032x}>",
            "payload_digest": f"sha1:{number:032d}",
            "captured_at": captured.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "software": {"kakehashi": "0.1.0"},
            "rules": {"source": "abc"},
            "origin": "own crawl",
        },
    }
    return {**values, **more}


def stem() -> Stem:
    """The name that all files of the store share."""
    return Stem(began_at=BEGAN, serial=0, run="20261101T000000Zabcdef")


def write_store(folder: Path, articles: Iterable[dict[str, Any]]) -> Path:
    """Write the articles and their links below a folder; back comes the folder."""
    blobs = LocalBlobs(folder)
    lines = "".join(json.dumps(item, ensure_ascii=False) + "\n" for item in articles)
    blobs.put_bytes(articles_key(stem(), FIRST_GENERATION), lines.encode())
    write_links(blobs, FIRST_GENERATION)
    return folder
