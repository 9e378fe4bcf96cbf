"""Whether the word of a server, 304 Not Modified, may be believed for a URL. Pure.

Rule 1: what a URL gave is what it gave with its last 200. Each 304 since then is a claim that it still gives that.
Rule 2: a claim is found out by a later 200 with other bytes, when that 200 has the very validators of the one before
(so they tell nothing apart), or says that it was last modified before the claim was made.
Rule 3: where such a 200 comes with other validators, the page may just have changed. Then the old validators are kept
for one more question: whoever answers 304 to them, after having shown something else, answers 304 to anything.
Rule 4: a URL whose server was found out is asked for whole from then on.

All of it follows from the records in their order, so a machine that has lost its state comes to the same answer.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from archive.capture import Validators  # noqa: TC001  (a NamedTuple asks for it)


class Shown(NamedTuple):
    """A payload and the validators that it came with."""

    digest: str
    validators: Validators


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What is known of a URL: what it last gave with 200, and when (`seen_at`, UTC).

    `unmodified` counts the 304s since, of which `claimed_at` was the last. `before` is what it gave earlier, as long as
    a question with those validators is open. `is_liar` is True once a 304 was found out.
    """

    seen_at: dt.datetime
    shown: Shown
    unmodified: int = 0
    claimed_at: dt.datetime | None = None
    before: Shown | None = None
    is_liar: bool = False

    @property
    def asked_with(self) -> Shown:
        """The payload that the next conditional request is about: the former one while that question is open."""
        return self.before or self.shown


def after_page(visit: Visit | None, shown: Shown, at: dt.datetime) -> Visit:
    """What is known after a whole 200; one older than what is known changes nothing."""
    if visit is None:
        return Visit(seen_at=at, shown=shown)
    if at < visit.seen_at:
        return visit
    has_changed = shown.digest != visit.shown.digest
    is_liar = visit.is_liar or (has_changed and visit.unmodified > 0 and _is_found_out(visit, shown))
    # The answer to an open question is in when anything but 304 came to it.
    before = visit.shown if has_changed and visit.unmodified > 0 and visit.before is None else None
    return Visit(seen_at=at, shown=shown, before=before if before and before.validators else None, is_liar=is_liar)


def after_claim(visit: Visit | None, digest: str, at: dt.datetime) -> Visit | None:
    """What is known after a 304 that stands for the payload of this digest."""
    if visit is None or at < visit.seen_at:
        return visit
    if digest != visit.shown.digest:  # it has shown another since
        return replace(visit, is_liar=True, before=None)
    return replace(visit, unmodified=visit.unmodified + 1, claimed_at=at)


def _is_found_out(visit: Visit, shown: Shown) -> bool:
    old, new = visit.shown.validators, shown.validators
    if old and old == new:
        return True
    if old.etag is not None and old.etag == new.etag:
        return True
    changed_at = _instant(new.last_modified)
    return changed_at is not None and visit.claimed_at is not None and changed_at < visit.claimed_at


def _instant(text: str | None) -> dt.datetime | None:
    try:
        found = parsedate_to_datetime(text) if text else None
    except (ValueError, OverflowError):
        return None
    return found if found is None or found.tzinfo is not None else found.replace(tzinfo=dt.UTC)
