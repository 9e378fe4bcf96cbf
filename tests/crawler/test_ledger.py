"""Whatever happens to the pages of a run, the ledger adds up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.ledger import Fate, SourceLedger

URLS = st.integers(0, 30).map(lambda number: f"https://example.org/{number}")
SETTLED = st.tuples(URLS, st.sampled_from(list(Fate)), st.sampled_from(["a", "b"]))


@given(announced=st.lists(URLS), settled=st.lists(SETTLED))
def test_it_adds_up_once_the_open_pages_are_deferred(
    announced: list[str], settled: list[tuple[str, Fate, str]]
) -> None:
    """Announced = kept + unchanged + dropped by reason + failed by cause + deferred, for any history."""
    ledger = SourceLedger(source="x")
    for url in announced:
        ledger.announce(url)
    for url, fate, reason in settled:
        if ledger.is_open(url):
            ledger.settle(url, fate, reason, "why")
    still_open = sum(ledger.is_open(url) for url in set(announced))

    assert ledger.adds_up == (still_open == 0)
    ledger.defer_open()
    counts = ledger.as_json()

    assert ledger.adds_up
    assert len(set(announced)) == counts["announced"]
    assert counts["announced"] == (
        counts["kept"] + counts["unchanged"] + sum(counts["dropped"].values()) + sum(counts["failed"].values())
        + counts["deferred"]
    )  # fmt: skip
    assert len(counts["failures"]) == sum(counts["failed"].values())


def test_a_page_is_announced_once() -> None:
    """The second feed that names a page adds nothing."""
    ledger = SourceLedger(source="x")

    assert [True, False] == [ledger.announce("https://example.org/"), ledger.announce("https://example.org/")]


@pytest.mark.parametrize("is_announced", [True, False])
def test_a_page_has_one_fate(is_announced: bool) -> None:
    """Settling twice, or what was never announced, is a mistake of ours and is not passed over."""
    ledger = SourceLedger(source="x")
    if is_announced:
        ledger.announce("u")
        ledger.settle("u", Fate.KEPT, "core")

    with pytest.raises(ValueError, match="settled twice" if is_announced else "not announced"):
        ledger.settle("u", Fate.DROPPED, "empty")


def test_the_list_of_failures_is_bounded_and_the_count_is_not() -> None:
    """A site that is down for ten thousand pages does not make a ledger of megabytes."""
    ledger = SourceLedger(source="x")
    for number in range(1500):
        ledger.announce(str(number))
        ledger.settle(str(number), Fate.FAILED, "timeout")

    assert (1000, {"timeout": 1500}) == (len(ledger.failures), ledger.as_json()["failed"])
