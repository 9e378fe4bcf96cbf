"""A run ends, and every page has its outcome, also when its workers never answer."""

from __future__ import annotations

import datetime as dt
import time
from typing import TYPE_CHECKING

import pytest

from archive.layout import stem_of_key
from crawler import page_workers
from crawler.harvest import Harvest
from pipelines.page_job import Derived, Job
from tests import warcs
from tests.pipelines import archived, unruly

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.xdist_group("worker")


@pytest.mark.parametrize("closes_first", [True, False])
def test_a_page_that_asks_late_is_still_published_with_its_warc(tmp_path: Path, closes_first: bool) -> None:
    """A WARC that is closed while a page of it is on its way through Scrapy waits for that page."""
    (stored,) = archived.write(tmp_path, [archived.exchange("one")])
    key = stored.location.warc
    stem = stem_of_key(key)
    assert stem is not None
    settled: list[Derived] = []
    published: list[str] = []
    harvest = Harvest(
        tmp_path, rules={}, processes=1, generation="0001", now=lambda: dt.datetime.now(dt.UTC),
        settle=settled.append, publish=lambda _, keys: published.extend(keys),
    )  # fmt: skip
    job = Job(path=str(tmp_path / key), location=stored.location, url=stored.url, source=None)
    if closes_first:
        harvest.warc_closed(key, stem)
        harvest.tick()
        harvest.derive(job)
    else:
        harvest.derive(job)
        harvest.warc_closed(key, stem)
    harvest.finish()
    harvest.publish_all()

    assert ["article"] == [item.kind for item in settled]
    assert [stored.url] == [item["url"] for item in warcs.lines(tmp_path, "articles")]
    assert ["dropped", "text", "articles"] == [key.split("/", 1)[0] for key in published]


def test_workers_that_never_answer_do_not_hold_the_run(tmp_path: Path) -> None:
    """A page that is not answered for within the run's patience has failed, and the run ends."""
    (stored,) = archived.write(tmp_path, [archived.exchange("one")])
    settled: list[Derived] = []
    harvest = Harvest(
        tmp_path, rules={"sleep": unruly.make("sleep")}, processes=1, generation="0001",
        now=lambda: dt.datetime.now(dt.UTC), settle=settled.append, publish=lambda _, __: None, patience_s=2,
    )  # fmt: skip
    path = str(tmp_path / stored.location.warc)
    harvest.derive(Job(path=path, location=stored.location, url=stored.url, source="sleep"))
    harvest.finish()

    assert [("failed", "no_worker")] == [(item.kind, item.reason) for item in settled]
    assert harvest.pages_under_way == 0


def test_workers_that_cannot_start_are_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without memory or disk for a process the pages have failed as soon as that is known: the patience is 210 s."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError(12, "no memory for a process")

    monkeypatch.setattr(page_workers, "Workers", refuse)
    (stored,) = archived.write(tmp_path, [archived.exchange("one")])
    settled: list[Derived] = []
    harvest = Harvest(
        tmp_path, rules={}, processes=1, generation="0001", now=lambda: dt.datetime.now(dt.UTC),
        settle=settled.append, publish=lambda _, __: None,
    )  # fmt: skip
    harvest.derive(Job(path=str(tmp_path / stored.location.warc), location=stored.location, url=stored.url, source=""))
    began = time.monotonic()
    harvest.finish()

    assert [("failed", "no_worker")] == [(item.kind, item.reason) for item in settled]
    assert time.monotonic() - began < 60
