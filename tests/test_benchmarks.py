"""The speed table in its short form: every row is there and did its work. How fast they are is nobody's promise here."""

from __future__ import annotations

import gzip
import importlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import site, speed

_ROOT = Path(__file__).resolve().parents[1]
_PAGES = 16
_ON_TOPIC = 6


def run(*options: str) -> dict[str, tuple[int, ...]]:
    """What each row did: pages fetched, records, articles, dropped pages."""
    command = [sys.executable, "-m", "benchmarks.speed", "--pages", str(_PAGES), "--repeat", "1", "--json", *options]
    done = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=False, timeout=1200)
    assert done.returncode == 0, done.stderr
    rows = json.loads(done.stdout)["rows"]
    assert all(row["pages_s"] > 0 and row["cpu_ms"] > 0 and row["peak_mb"] > 0 for row in rows)
    return {row["name"]: (row["fetched"], row["records"], row["articles"], row["dropped"]) for row in rows}


@pytest.mark.timeout(600)
def test_rows_do_their_work() -> None:
    """The two that the rest is made of: fetching beside archiving and processing."""
    assert run("--topic-every", "3", "--rows", "stock", "process") == {
        "stock": (_PAGES, 0, 0, 0),
        "process": (_PAGES, _PAGES, _ON_TOPIC, _PAGES - _ON_TOPIC),
    }


@pytest.mark.long
@pytest.mark.timeout(1300)
def test_every_row_does_its_work() -> None:
    """Each fetches or reads every page, rivals in an environment of their own."""
    assert run("--rivals") == {
        "stock": (_PAGES, 0, 0, 0),
        "tap": (_PAGES, 0, 0, 0),
        "archive": (_PAGES, _PAGES, 0, 0),
        "process": (_PAGES, _PAGES, _PAGES, 0),
        "inline": (_PAGES, 0, _PAGES, 0),
        "again": (0, _PAGES, _PAGES, 0),
        "pool": (0, 0, _PAGES, 0),
        "webarchive": (_PAGES, 0, _PAGES, 0),
        "wget": (_PAGES, _PAGES, 0, 0),
        "newsplease": (0, 0, _PAGES, 0),
    }


@pytest.mark.long
@pytest.mark.timeout(600)
def test_growth_is_measured() -> None:
    """Step after step into one store, and an index that knows half of what it is asked."""
    command = [sys.executable, "-m", "benchmarks.growth", "--pages", "20", "--step", "10", "--urls", "2000"]
    done = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert [step["pages"] for step in found["steps"]] == [10, 20]
    assert [known["urls"] for known in found["known"]] == [2, 200, 2000]


def test_table_has_a_line_for_each_row() -> None:
    work = speed.Work(fetched=4, records=0, articles=0, dropped=0)
    rows = [
        speed.Row(name=name, pages_s=10.0 * number, cpu_ms=2.5, peak_mb=80, work=work, repeats=())
        for number, name in enumerate(speed.TITLES, start=1)
    ]
    lines = speed.format_table(speed.as_json(rows, "a machine")).splitlines()
    assert len(lines) == 2 + len(speed.TITLES)
    assert len({line.count("|") for line in lines}) == 1
    fifth = [cell.strip() for cell in lines[6].strip("|").split("|")]
    assert fifth[:7] == ["5", "stock Scrapy + trafilatura inline", "50.0", "2.5", "80", "5.0", "1.0"]
    assert fifth[8:] == ["4", "0", "0"]


def test_work_that_is_missing_is_told(tmp_path: Path) -> None:
    facts = {"urls": ["http://127.0.0.1/a"] * 3, "on_topic": 1, "html_bytes": 9, "body_bytes": 3, "wire_bytes": 5}
    told = []
    for fetched, body_bytes in ((2, 9), (3, 3), (3, 9)):
        try:
            speed._checked("stock", {"fetched": fetched, "body_bytes": body_bytes}, facts, tmp_path)
        except speed.WorkNotDoneError as problem:
            told.append(str(problem).split(":")[0])
    assert told == ["stock", "stock"]


def test_site_is_the_same_each_time_and_in_the_size_of_a_news_page() -> None:
    made = site.make_site(30)
    assert site.make_site(30).answers == made.answers
    assert site.make_site(30, seed=12).answers != made.answers
    assert len(made.answers) == len({page.html for page in made.pages}) == 30
    assert sum(page.is_on_topic for page in made.pages) == 10
    for page in made.pages:
        body = made.answers[page.path.encode()].split(b"\r\n\r\n", 1)[1]
        assert gzip.decompress(body) == page.html
        assert 71_000 < len(page.html) < 75_000
        assert 18_000 < len(body) < 21_000


@pytest.mark.parametrize(
    ("benchmark", "option"),
    [("speed", "--pages"), ("growth", "--step"), ("cluster", "--warcs"), ("extraction_speed", "--repeat")],
)
@pytest.mark.parametrize("value", ["0", "-1", "many"])
def test_a_count_that_is_none_is_refused(
    benchmark: str, option: str, value: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", [benchmark, option, value])
    with pytest.raises(SystemExit) as ended:
        importlib.import_module(f"benchmarks.{benchmark}").main()

    assert ended.value.code == 2
    assert f"argument {option}: expected a whole number, 1 or more, got '{value}'" in capsys.readouterr().err
