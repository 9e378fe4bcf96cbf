"""The state of the sources for people, for a browser and for Prometheus."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from prometheus_client.parser import text_string_to_metric_families

from archive.blobs import LocalBlobs
from crawler.__main__ import main
from crawler.clock import utc_now
from crawler.past import COUNTS, Incident, Look, Past
from crawler.states import States

if TYPE_CHECKING:
    from pathlib import Path

EVIL = 'http://x.example/<script>alert("1")</script>&'


@pytest.fixture
def store(tmp_path: Path) -> str:
    """Sixty days of two sources, one in trouble since yesterday."""
    now = utc_now()
    for name in ("good", "troubled"):
        past = Past(source=name)
        for back in range(60, 0, -1):
            counts = {**dict.fromkeys(COUNTS, 0), "announced": 20, "new": 5, "kept": 3, "dropped": 2, "unchanged": 14}
            counts |= {"fetched": 5, "requests": 8, "not_modified": 2, "bytes": 50_000 + back, "failed": back % 2}
            pages = [["u", 2000 + round(400 * math.sin(back)), True, True, []]]
            look = Look(run=f"r{back}", at=now - dt.timedelta(days=back), seconds=2.5, counts=counts, entries=1)
            past.add(look, {"pages": pages})
        if name == "troubled":
            past.incidents["x"] = Incident(
                kind="feed_is_page", since=now - dt.timedelta(days=1), saw='<b>"page"</b>', expected="a feed", example=EVIL,
                is_told=True,
            )  # fmt: skip
        States(LocalBlobs(tmp_path)).save(past)
    return str(tmp_path)


class Page(HTMLParser):
    """The tags of a page, and that each is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag != "meta":
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_has_a_plot_of_everything_and_nothing_from_elsewhere(store: str, tmp_path: Path) -> None:
    """Four plots a source, the troubled one first; what strangers wrote is text, and no script runs."""
    assert main(["status", "--store", store, "--html", str(tmp_path / "status.html")]) == 0
    text = (tmp_path / "status.html").read_text()
    page = Page(text)

    assert page.open == []
    assert page.tags.count("svg") == 8
    assert page.tags.count("rect") > 2 * 4 * 25
    assert not {"script", "img", "link", "iframe"} & set(page.tags)
    assert not [name for name, _ in page.attributes if name.startswith("on") or name == "src"]
    assert "default-src 'none'" in text
    assert text.index("<h2>troubled</h2>") < text.index("<h2>good</h2>")
    assert "feed is page" in text
    assert "<script>" not in text
    assert re.search(r"17|19 of 20 announced pages", text)


def test_metrics_are_what_prometheus_reads(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each family with help and type; the last look of each source, and its incidents."""
    assert main(["status", "--store", store, "--prometheus"]) == 0
    families = {family.name: family for family in text_string_to_metric_families(capsys.readouterr().out)}

    assert {family.type for family in families.values()} == {"gauge"}
    assert all(family.documentation for family in families.values())
    kept = {sample.labels["source"]: sample.value for sample in families["kakehashi_look_pages"].samples
            if sample.labels["fate"] == "kept"}  # fmt: skip
    assert kept == {"good": 3, "troubled": 3}
    (incident,) = families["kakehashi_incidents"].samples
    assert (incident.labels, incident.value) == ({"source": "troubled", "kind": "feed_is_page"}, 1)
    (seen, _) = families["kakehashi_last_look_timestamp_seconds"].samples
    assert seen.value == pytest.approx(utc_now().timestamp() - 86400, abs=60)


def test_json_has_all_of_it(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    """History, incidents, holes and days; and the table says how the last week was beside the weeks before."""
    assert main(["status", "--store", store, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["sources"]

    assert found["good"]["incidents"] == []
    assert found["troubled"]["incidents"][0]["kind"] == "feed_is_page"
    assert found["good"]["last_week"]["new"] == 5
    assert found["good"]["weeks_before"]["dropped"] == pytest.approx(0.365, abs=0.02)
    assert len(found["good"]["days"]) == 60
    assert "5.0 new a day (before 5.0)" in found["good"]["compared"]


def test_a_store_without_runs_has_a_page_and_metrics_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing to show is no error."""
    assert main(["status", "--store", str(tmp_path), "--html"]) == 0
    assert "No source was looked at yet" in capsys.readouterr().out
    assert main(["status", "--store", str(tmp_path), "--prometheus"]) == 0
    assert not [
        sample for family in text_string_to_metric_families(capsys.readouterr().out) for sample in family.samples
    ]
