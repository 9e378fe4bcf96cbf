"""The templates of a store are the same whether the workers showed the lines of its pages or these are read again."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from archive.blobs import LocalBlobs
from pipelines.backlog import Backlog
from pipelines.flow import lines_of
from pipelines.process import article_warcs
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
    """A page of another site as a web archive gave it back: only the original's headers say how it is written."""
    place = PLACES[number]
    body = (
        f"<title>Япония и Киргизия: {place}</title><article><h1>Япония и Киргизия: {place}</h1>"
        f"<p>{place} получит от Японии новую больницу, сообщило министерство здравоохранения Киргизии в четверг.</p>"
        f"<p>Посол Японии в Киргизии сказал, что {place} ждал этого {number + 3} года.</p></article>"
        f"<footer><p>{FOOTER}</p></footer>"
    ).encode("iso-8859-5", "replace")
    head = (
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nx-archive-orig-content-type: text/html; charset=iso-8859-5\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    url = f"https://web.archive.org/web/2025080110000{number}id_/https://silkroad.example/{number}"
    return replace(archived.exchange("", message=head.encode() + body), url=url, facts=(("kakehashi-role", "memento"),))


def test_what_a_web_archive_gave_back_shows_the_lines_of_its_original(tmp_path: Path) -> None:
    archived.write(tmp_path, map(memento, range(4)))
    blobs, alone, told = LocalBlobs(tmp_path), Reading(), Reading()
    backlog = Backlog(blobs, tmp_path, generation="0001", rules={}, is_live=lambda _: False, processes=1)
    assert backlog.finish().articles == 4
    stems = article_warcs(blobs)
    found, _ = learn_store(blobs, stems, "0001", cast("CaptureWorkers", alone))

    assert line_key(FOOTER.encode("iso-8859-5", "replace").decode("iso-8859-5")) in found["silkroad.example"].lines
    assert learn_store(blobs, stems, "0001", cast("CaptureWorkers", told), backlog.made.shown)[0] == found
    assert (alone.read, told.read) == (4, 0)
