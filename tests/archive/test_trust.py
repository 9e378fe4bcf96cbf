"""When a server's 304 is believed, and when it is found out."""

from __future__ import annotations

import datetime as dt

from archive.capture import NO_VALIDATORS, Validators
from archive.trust import Shown, Visit, after_claim, after_page

MONDAY = dt.datetime(2026, 11, 16, 9, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
TAG_A, TAG_B = Validators(etag='"a"'), Validators(etag='"b"')


def told(*events: tuple[str, str | Validators]) -> Visit:
    """What is known after events, an hour apart: ("x", validators) for a page with payload x, ("304", "x")."""
    visit = None
    for number, (what, how) in enumerate(events):
        at = MONDAY + number * HOUR
        if isinstance(how, Validators):  # noqa: SIM108
            visit = after_page(visit, Shown(what, how), at)
        else:
            visit = after_claim(visit, how, at)
    assert visit is not None
    return visit


def test_claims_are_counted_since_the_page_last_came() -> None:
    """Two 304s, then the page again: none since."""
    assert told(("x", TAG_A), ("304", "x"), ("304", "x")).unmodified == 2
    assert told(("x", TAG_A), ("304", "x"), ("x", TAG_A)).unmodified == 0
    assert not told(("x", TAG_A), ("304", "x"), ("x", TAG_A)).is_liar


def test_the_same_validators_with_other_bytes_after_a_claim_are_a_lie() -> None:
    """An ETag that names two payloads told nothing apart when it was claimed to be the same; and so it stays."""
    assert told(("x", TAG_A), ("304", "x"), ("y", TAG_A)).is_liar
    assert told(("x", TAG_A), ("304", "x"), ("y", TAG_A), ("z", TAG_B)).is_liar
    both = Validators(etag='"a"', last_modified="Mon, 16 Nov 2026 20:00:00 GMT")
    assert told(("x", TAG_A), ("304", "x"), ("y", both)).is_liar


def test_without_a_claim_nobody_lied() -> None:
    """A careless ETag alone costs nothing: the page came whole."""
    assert not told(("x", TAG_A), ("y", TAG_A)).is_liar


def test_what_was_modified_before_it_was_claimed_not_to_be_is_a_lie() -> None:
    """Last-Modified of the new page: 09:30, an answer 304 at 10:00. At 10:30 it would be none."""
    old = Validators(last_modified="Mon, 16 Nov 2026 08:00:00 GMT")
    early, late = (Validators(last_modified=f"Mon, 16 Nov 2026 {at}:00 GMT") for at in ("09:30", "10:30"))

    assert told(("x", old), ("304", "x"), ("y", early)).is_liar
    assert not told(("x", old), ("304", "x"), ("y", late)).is_liar


def test_a_page_that_may_just_have_changed_is_asked_about_with_what_it_was_known_by() -> None:
    """Whoever says 304 to the validators of a page that it no longer shows says it to anything."""
    changed = told(("x", TAG_A), ("304", "x"), ("y", TAG_B))
    assert not changed.is_liar
    assert changed.asked_with == Shown("x", TAG_A)

    lie = told(("x", TAG_A), ("304", "x"), ("y", TAG_B), ("304", "x"))
    assert lie.is_liar
    honest = told(("x", TAG_A), ("304", "x"), ("y", TAG_B), ("y", TAG_B))
    assert not honest.is_liar
    assert honest.asked_with == Shown("y", TAG_B)
    moved_on = told(("x", TAG_A), ("304", "x"), ("y", TAG_B), ("z", Validators(etag='"c"')))
    assert moved_on.asked_with == Shown("z", Validators(etag='"c"'))


def test_a_page_without_validators_is_nothing_to_ask_about() -> None:
    """There is no question to keep open."""
    assert told(("x", NO_VALIDATORS), ("y", NO_VALIDATORS)).before is None
    assert after_claim(None, "x", MONDAY) is None


def test_what_is_older_than_what_is_known_changes_nothing() -> None:
    """Indexes may be read in any order."""
    known = after_page(None, Shown("x", TAG_A), MONDAY)

    assert after_page(known, Shown("y", TAG_B), MONDAY - HOUR) == known
    assert after_claim(known, "y", MONDAY - HOUR) == known
