"""The looks at a page are put together from articles, indexes, revisits and redirects of a store."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from archive.blobs import LocalBlobs
from archive.capture import Earlier
from archive.dates import format_date
from archive.errors import StoreNotUsable
from pipelines.canonical import article_id
from pipelines.history_store import read_history
from tests.pipelines.archived import WHEN, exchange, write
from tests.wireserver import head, with_length

if TYPE_CHECKING:
    from pathlib import Path

    from archive.capture import Stored

OLD, NEW = "https://example.org/old", "https://example.org/new"


def answer(status: bytes, *fields: bytes) -> bytes:
    """A short answer."""
    return with_length(b"<p>words</p>", *fields, status=b"HTTP/1.1 " + status)


def looks(folder: Path, *answers: tuple[str, bytes]) -> list[Stored]:
    """A WARC a look, an hour after the one before."""
    return [
        write(
            folder,
            [replace(exchange(name, message=message), began_at=WHEN + dt.timedelta(hours=hour))],
            run=f"20261121T{hour:02d}0000Zabcdef",
        )[0]
        for hour, (name, message) in enumerate(answers)
    ]


def article(stored: Stored, text: str, *, canonical: str | None = None) -> dict[str, Any]:
    """The article of a record, as far as a history reads it."""
    return {
        "id": article_id(canonical or stored.url),
        "url": stored.url,
        "title": "T",
        "text": text,
        "provenance": {
            "warc": stored.location.warc,
            "offset": stored.location.offset,
            "record_id": stored.record_id,
            "payload_digest": stored.payload_digest,
            "captured_at": format_date(stored.captured_at),
        },
    }


def put(folder: Path, *articles: dict[str, Any], generation: str = "0001") -> None:
    """The article lines of a generation."""
    lines = "".join(json.dumps(item) + "\n" for item in articles)
    LocalBlobs(folder).put_bytes(f"articles/{generation}/2026/11/a.jsonl", lines.encode())


def told(folder: Path, url: str) -> list[tuple[int | None, int, int, list[str]]]:
    """Version, status, captures and kinds of change of each step."""
    return [
        (step.version, step.first.status, step.captures, [change.kind for change in step.changes])
        for step in read_history(str(folder), url)
    ]


def test_gone_and_back(tmp_path: Path) -> None:
    """404, 410 and 451 are each a step, a 500 is none, and the page comes back as the version that it was."""
    found = looks(
        tmp_path,
        ("old", answer(b"200 OK")),
        ("old", answer(b"404 Not Found")),
        ("old", answer(b"500 Oops")),
        ("old", answer(b"404 Not Found")),
        ("old", answer(b"410 Gone")),
        ("old", answer(b"451 Unavailable For Legal Reasons")),
        ("old", answer(b"200 OK")),
    )
    put(tmp_path, article(found[0], "A."), article(found[6], "A."))

    assert told(tmp_path, OLD) == [
        (1, 200, 1, []),
        (None, 404, 2, []),
        (None, 410, 1, []),
        (None, 451, 1, []),
        (1, 200, 1, []),
    ]


def test_a_redirect_leads_to_the_new_address(tmp_path: Path) -> None:
    """Asked by its first URL; a redirect that goes in circles ends."""
    found = looks(
        tmp_path,
        ("old", answer(b"200 OK")),
        ("old", head(b"Location: /new", b"Content-Length: 0", status=b"HTTP/1.1 301 Moved")),
        ("new", answer(b"200 OK")),
        ("new", head(b"Location: /old", b"Content-Length: 0", status=b"HTTP/1.1 302 Found")),
    )
    put(tmp_path, article(found[0], "A. B."), article(found[2], "A."))

    assert told(tmp_path, OLD) == [(1, 200, 1, []), (2, 200, 1, ["retitled_url", "removal"])]
    assert told(tmp_path, NEW) == told(tmp_path, OLD)


def test_the_new_address_knows_the_old_one(tmp_path: Path) -> None:
    """One redirect is enough, whichever of the two is asked for; the way to a front page is none."""
    moved = head(b"Location: /new", b"Content-Length: 0", status=b"HTTP/1.1 301 Moved")
    away = head(b"Location: /", b"Content-Length: 0", status=b"HTTP/1.1 302 Found")
    found = looks(
        tmp_path,
        ("old", answer(b"200 OK")),
        ("old", moved),
        ("new", answer(b"200 OK")),
        *((f"gone-{number}", away) for number in range(6)),
        ("", answer(b"200 OK")),
    )
    put(tmp_path, article(found[0], "A. B."), article(found[2], "A. B."), article(found[-1], "Front."))

    assert told(tmp_path, NEW) == [(1, 200, 1, []), (1, 200, 1, ["retitled_url"])]
    assert told(tmp_path, OLD) == told(tmp_path, NEW)
    assert told(tmp_path, OLD.removesuffix("old")) == [(1, 200, 1, [])]


def test_an_article_is_found_by_every_address(tmp_path: Path) -> None:
    """By the canonical one, and by those that it was fetched by; another article is none of it."""
    found = looks(tmp_path, ("old?print=1", answer(b"200 OK")), ("old", answer(b"200 OK")), ("new", answer(b"200 OK")))
    put(tmp_path, *(article(item, text, canonical=OLD) for item, text in zip(found[:2], ["A.", "A. B."], strict=True)))
    put(tmp_path, article(found[2], "C."), generation="0002")

    assert [(version, captures) for version, _, captures, _ in told(tmp_path, OLD)] == [(1, 1), (2, 1)]
    assert told(tmp_path, f"{OLD}?print=1") == told(tmp_path, OLD)
    assert told(tmp_path, NEW) == []


def test_a_revisit_is_a_look_that_found_the_same(tmp_path: Path) -> None:
    """A 304 counts for the article of the record that it stands for."""
    found = looks(tmp_path, ("old", answer(b"200 OK", b'ETag: "1"')))
    earlier = Earlier(
        record_id=found[0].record_id,
        url=found[0].url,
        captured_at=found[0].captured_at,
        payload_digest=found[0].payload_digest,
    )
    unmodified = exchange("old", message=b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n')
    when = WHEN + dt.timedelta(days=1)
    asked = b'GET /old HTTP/1.1\r\nIf-None-Match: "1"\r\n\r\n'
    conditional = replace(unmodified, began_at=when, request=asked, revalidates=earlier)
    write(tmp_path, [conditional], run="20261122T000000Zabcdef")
    put(tmp_path, article(found[0], "A."))
    (step,) = read_history(str(tmp_path), OLD)

    assert (step.captures, step.last_seen) == (2, format_date(when))


def test_a_store_without_the_article(tmp_path: Path) -> None:
    """A page that was only ever gone has no history; a folder that is not there is an error."""
    looks(tmp_path, ("old", answer(b"404 Not Found")))

    assert told(tmp_path, OLD) == []
    with pytest.raises(StoreNotUsable):
        read_history(str(tmp_path / "none"), OLD)
