"""What was made a moment ago: which pages' lines are kept, whatever order they come in, and how they travel."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.capture import Location
from archive.layout import stem_of_key, warc_key
from pipelines import made
from pipelines.article import Reason
from pipelines.made import Made, MadeWarc, ShownPage, shown_by
from pipelines.one_warc import DERIVED, LEFT, RESUMED, WarcResult
from pipelines.page_job import Derived, Job

# By name the last comes first, by key the first does.
KEYS = (
    "warc/2026/11/kakehashi-20261121T093000000Z-00000-20261121T093000Zabcdef.warc.gz",
    "warc/2026/12/kakehashi-20261201T093000000Z-00000-20261201T093000Zabcdef.warc.gz",
    "warc/2026/12/import-20261202T093000000Z-00000-20261202T093000Zabcdef.warc.gz",
)
STEMS = [stem for key in KEYS if (stem := stem_of_key(key))]
PAGES = st.builds(
    ShownPage,
    is_dropped=st.booleans(),
    offset=st.integers(0, 40),
    host=st.sampled_from(["a.example", "b.example", "c.example", ""]),
    keys=st.frozensets(st.text(min_size=3, max_size=5), max_size=4),
)
WARCS = st.lists(
    st.lists(PAGES, max_size=8, unique_by=lambda page: page.offset).map(tuple), min_size=len(STEMS), max_size=len(STEMS)
)


def result(pages: tuple[ShownPage, ...] = (), *, state: str = DERIVED, failed: int = 0) -> WarcResult:
    """What a WARC gave, as it comes from another machine."""
    one = WarcResult(
        state=state, kinds=Counter(failed=failed), made=MadeWarc(len(pages), "digest") if state == DERIVED else None,
        shown=pages,
    )  # fmt: skip
    return WarcResult.unpacked(json.loads(json.dumps(one.packed())))


@settings(max_examples=30)
@given(WARCS)
def test_what_pages_show_comes_through_json(warcs: list[tuple[ShownPage, ...]]) -> None:
    for pages in warcs:
        assert result(pages).shown == tuple(sorted(pages, key=lambda page: page.offset))
        assert result(pages).made == MadeWarc(len(pages), "digest")


@settings(max_examples=40)
@given(WARCS, st.permutations(range(len(STEMS))))
def test_the_pages_that_templates_are_learned_from_first_are_kept(
    warcs: list[tuple[ShownPage, ...]], order: list[int]
) -> None:
    """Two of each host and four in all, in the order of the WARCs' names, articles before dropped pages."""
    known = Made()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(made, "MOST_PAGES", 2)
        patch.setattr(made, "_MOST_SHOWN", 4)
        for number in order:
            known.take(STEMS[number], result(warcs[number]))
    ordered = sorted(
        (str(stem), page[:3], stem, page) for stem, pages in zip(STEMS, warcs, strict=True) for page in pages
    )
    of_host: Counter[str] = Counter()
    first = [(stem, page) for _, _, stem, page in ordered if _counted(of_host, page.host) <= 2][:4]

    assert known.shown == {(warc_key(stem), page.offset): page.keys for stem, page in first}


def _counted(counts: Counter[str], host: str) -> int:
    counts[host] += 1
    return counts[host]


def test_only_what_was_made_now_and_without_failures_stands() -> None:
    """Not what had been made before, what is left for another catalogue, or what has a page to be tried again."""
    known = Made()
    results = [result(state=RESUMED), result(state=LEFT), result(failed=1)]
    for stem, one in zip(STEMS, results, strict=True):
        known.take(stem, one)
    assert not known.warcs

    known.take(STEMS[0], result())
    assert known.warcs == {str(STEMS[0]): MadeWarc(0, "digest")}


def job(number: int, host: str = "a.example", **facts: bool) -> Job:
    place = Location(warc=KEYS[0], offset=number, length=1)
    return Job(path="", location=place, url=f"https://{host}/{number}", source=None, **facts)


def test_the_first_pages_of_each_host_are_asked() -> None:
    """Of what a web archive gave back the host is that of the address within."""
    archived = [
        Job(path="", location=Location(warc=KEYS[0], offset=number, length=1), source=None, is_memento=True,
            url=f"https://web.archive.org/web/20200102030405id_/https://{number}.example/")
        for number in range(70)
    ]  # fmt: skip
    asked = made.asking_one([*map(job, range(70)), *archived, job(0, "b.example")])

    assert [number for number, one in enumerate(asked) if one.tells_lines] == [*range(60), *range(70, 141)]
    many = made.asking_one([job(number, f"{number // 60}.example") for number in range(700)])
    assert sum(one.tells_lines for one in many) == 600


def derived(kind: str, reason: str, lines: frozenset[str] | None) -> Derived:
    return Derived(job=job(1), kind=kind, reason=reason, line="{}", lines=lines)


def test_pages_of_which_no_template_is_learned_show_nothing() -> None:
    """What is sent is bounded: a page of very many letters is read by who learns."""
    some = frozenset({"line"})
    told = [
        shown_by(derived("article", "core", some)), shown_by(derived("dropped", Reason.OFF_TOPIC.value, some)),
        shown_by(derived("dropped", Reason.ONE_SIDE.value, some)), shown_by(derived("failed", "time_limit", some)),
        shown_by(derived("article", "core", None)), shown_by(derived("article", "core", frozenset({"x" * 50_001}))),
    ]  # fmt: skip
    assert told == [ShownPage(False, 1, "a.example", some), ShownPage(True, 1, "a.example", some), *[None] * 4]
