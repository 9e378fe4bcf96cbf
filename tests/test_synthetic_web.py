"""The made-up web: what a crawl finds of it, fetches twice, and fetches without need.

In CI each site is small, and the survey asks it without a network between them; `--prove` runs `sources add` itself over
every site, with nearly the whole range or a part of it. `python -m tests.web.score` prints the same tables.
"""

from __future__ import annotations

import datetime as dt
import sys
from typing import TYPE_CHECKING

import pytest

from tests.web.adverse import ADVERSE
from tests.web.layout import LAYOUTS
from tests.web.score import EVERY, crawl, necessary, score, table, total
from tests.web.site import Site

if TYPE_CHECKING:
    from pathlib import Path

    from tests.web.layout import Layout
    from tests.web.score import Score

SINCE, UNTIL = dt.date(2026, 11, 15), dt.date(2026, 11, 20)
BY_HAND = ("drupal-months", "bitrix", "load-cursor", "moved", "flaky")


def check(scores: list[Score], capsys: pytest.CaptureFixture[str], *, is_drafted: bool = True) -> None:
    """What must hold of a crawl; the table is printed, site by site. A person's pattern may take what is no article."""
    with capsys.disabled():
        sys.stdout.write(f"\n{table(scores)}\n")
    every = total(scores)

    assert [] == [item.name for item in scores if item.found < 0.995 * item.wanted]
    assert [] == [item.name for item in scores if item.doubles]
    faults = [(item.name, item.missed[:3], item.wrong[:3]) for item in scores if item.missed or item.wrong]
    assert [] == (faults if is_drafted else [])
    assert every.over <= 0.15


def test_the_web_has_thirty_sites_and_all_languages() -> None:
    """Each differs from the others in how it is built."""
    assert len(LAYOUTS) >= 30
    assert {"en", "ru", "kk", "uz", "uz-Cyrl", "ky", "tg", "tk", "ja"} == {layout.language for layout in LAYOUTS}
    assert len(EVERY) == len({layout.name for layout in EVERY})
    assert len(ADVERSE) >= 30


@pytest.mark.timeout(900)
def test_source_files_made_from_the_home_pages_alone_find_every_article(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of each site all articles of a week, none twice, and little else: some thirty of the sites; all are long."""
    layouts = [*ADVERSE[::4], *LAYOUTS[::3]]
    scores, report = crawl([Site(layout) for layout in layouts], tmp_path, by="survey", since=SINCE, until=UNTIL)

    check(scores, capsys)
    assert report["adds_up"]


@pytest.mark.long
@pytest.mark.timeout(600)
def test_source_files_written_by_hand_find_every_article(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The whole of some sites."""
    sites = [Site(layout, count=20, seed=2) for layout in LAYOUTS if layout.name in BY_HAND]

    check(crawl(sites, tmp_path, by="hand")[0], capsys)


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize(
    ("by", "layouts", "count", "since"),
    [
        ("add", EVERY[::2], 45, dt.date(2026, 11, 1)),
        ("add", EVERY[1::2], 45, dt.date(2026, 11, 8)),
        ("hand", LAYOUTS, 20, dt.date(2026, 11, 12)),
    ],
    ids=["half-by-add", "other-half-by-add", "all-by-hand"],
)
def test_every_site_is_found_whole(  # noqa: PLR0917
    tmp_path: Path, capsys: pytest.CaptureFixture[str], by: str, layouts: tuple[Layout, ...], count: int, since: dt.date
) -> None:
    """Each site through the commands that a user gives; the earliest day is before all articles."""
    sites = [Site(layout, seed=7, count=count) for layout in layouts]

    check(crawl(sites, tmp_path, by=by, since=since, until=UNTIL)[0], capsys, is_drafted=by == "add")


def test_the_score_counts_what_it_says() -> None:
    """A crawler that knows everything has no needless fetch; one that reads too much, twice or too little is told."""
    site = Site(next(layout for layout in LAYOUTS if layout.name == "drupal-nodes"), count=25)
    needed = [(target, 200, None) for target in necessary(site, set(range(25)))]
    articles = [(path, 200, number) for number, path in enumerate(site.paths)]
    best = score(site, [*needed, *articles], None, None)
    worst = score(site, [*needed, ("/feed", 200, None), articles[0], *articles[:20]], None, None)

    assert (25, 0, 0.0) == (best.found, best.doubles, best.over)
    assert (20, 1, ("/feed (not there)",)) == (worst.found, worst.doubles, worst.needless)
    assert 4 == best.minimum  # robots.txt and three pages of the list
