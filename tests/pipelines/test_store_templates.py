"""The templates of a store are the same whether the workers showed the lines of its pages or these are read again."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from archive.blobs import LocalBlobs
from archive.layout import warc_key
from pipelines.archived_pages import pages_of
from pipelines.article import STORED_LABELS
from pipelines.flow import lines_of
from pipelines.made import Made, shown_by
from pipelines.page_job import derive_job
from pipelines.process import article_warcs
from pipelines.results import PendingResults
from pipelines.store_templates import learn_store
from pipelines.template import line_key, page_keys
from tests.pipelines import archived

if TYPE_CHECKING:
    from pathlib import Path

    from archive.capture import Capture, Exchange
    from pipelines.capture_workers import CaptureWorkers

FOOTER = "Газета «Шёлковый путь» выходит по вторникам, а письма читателей печатает без сокращений."
PLACES = ("Ош", "Нарын", "Талас", "Каракол")


class Reading:
    """Reads captures here, and knows how many there were."""

    processes = 1

    def __init__(self) -> None:
        self.read = 0

    def keys(self, capture: Capture) -> Future[frozenset[str]]:
        """The keys of a capture's lines."""
        self.read += 1
        done: Future[frozenset[str]] = Future()
        done.set_result(page_keys(lines_of(capture)))
        return done


def memento(number: int) -> Exchange:
    """A page of another site as a web archive gave it back: only the original's headers say what it is."""
    place = PLACES[number]
    body = (
        f"<html><head><title>Япония и Киргизия: {place}</title></head><body><article><h1>Япония и Киргизия: {place}</h1>"
        f"<p>{place} получит от Японии новую больницу, сообщило министерство здравоохранения Киргизии в четверг.</p>"
        f"<p>Посол Японии в Киргизии сказал, что {place} ждал этого {number + 3} года.</p></article>"
        f"<footer><p>{FOOTER}</p></footer></body></html>"
    ).encode()
    head = (
        "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nx-archive-orig-content-type: text/html; charset=utf-8\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    url = f"https://web.archive.org/web/2025080110000{number}id_/https://silkroad.example/{number}"
    return replace(archived.exchange("", message=head.encode() + body), url=url, facts=(("kakehashi-role", "memento"),))


def test_what_a_web_archive_gave_back_shows_the_lines_of_its_original(tmp_path: Path) -> None:
    archived.write(tmp_path, map(memento, range(4)))
    blobs, alone, told, known = LocalBlobs(tmp_path), Reading(), Reading(), Made()
    (stem,) = stems = article_warcs(blobs)
    jobs, _ = pages_of(tmp_path / warc_key(stem), warc_key(stem), rules={}, keep=STORED_LABELS)
    pending = PendingResults.under(tmp_path, warc_key(stem))
    for job in known.asking(jobs):
        derived = derive_job(job, {})
        pending.add(derived)
        known.keep_lines(stem, shown_by(derived))
    pending.publish(tmp_path, stem, "0001")
    found, _ = learn_store(blobs, stems, "0001", cast("CaptureWorkers", alone))

    assert line_key(FOOTER) in found["silkroad.example"].lines
    assert learn_store(blobs, stems, "0001", cast("CaptureWorkers", told), known.shown)[0] == found
    assert (alone.read, told.read) == (4, 0)
