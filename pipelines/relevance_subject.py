"""Whether dealings of the two sides are what a page is about, where both are named. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipelines.relevance_page import SEVERAL, STANDS, TOP, title_names_both

if TYPE_CHECKING:
    from pipelines.relevance_page import Page

_SHORT_TEXT = 1200
_NEAR_CHARACTERS = 200
# Meetings of others, to which Japan does not belong.
_CLUBS = frozenset({"SCO", "EAEU", "OTS", "CIS", "BRICS"})
# Dealings of states: not the embassy that counts its citizens after an earthquake, nor the students among them.
_STATE_TIES = frozenset(
    {"summit", "visit", "talks", "meeting", "cooperation", "agreement", "aid", "condolence", "visa", "friendship"}
)
# "The other side, too": behind a first sentence on somebody else it makes that side a footnote.
_SENTENCE = re.compile(r"[.!?;](?=\s)|。")
_ALSO = re.compile(
    r"も|\b(?:also|too|as well|likewise|similar|также|тоже|аналогичн\w*|похож\w*|ұқса\w*|ham"
    r"|ҳам|да|де|низ|окшош\w*|hem)\b"
)
_ALSO_NEAR = 60


def is_core(page: Page) -> bool:
    """True where both sides are dense, or lead, and no cue, list or third party speaks against it."""
    if _is_dense(page):
        return True
    return not _speaks_against(page) and (_format_leads(page) or title_names_both(page) or _top_names_both(page))


def _format_leads(page: Page) -> bool:
    return any(hit.side == "format" and not hit.joined and hit.zone in TOP for hit in page.hits)


def _top_names_both(page: Page) -> bool:
    """Both sides at the top, close together or one in the title, in a text that keeps both up."""
    if min(page.best("ca", *TOP), page.best("jp", *TOP)) <= STANDS:
        return False
    in_title = max(page.best("ca", "title"), page.best("jp", "title")) >= STANDS
    # Without a third party the two names are dealing enough: no list of words for dealings is ever complete.
    deals = bool(page.names("tie")) or not page.names("other")
    return (in_title or _are_near(page)) and _is_kept_up(page) and deals


def _are_near(page: Page) -> bool:
    """A name of each side within a sentence's length of the other, in the lead."""
    sides = {side: [hit for hit in page.hits if hit.side == side and hit.zone == "lead"] for side in ("ca", "jp")}
    return any(
        max(one.start, two.start) - min(one.end, two.end) <= _NEAR_CHARACTERS
        for one in sides["ca"]
        for two in sides["jp"]
    )


def _is_kept_up(page: Page) -> bool:
    """The side that is less present comes back often enough for the length of the text."""
    return page.characters <= _SHORT_TEXT or page.minor >= max(2.0, 0.6 * page.characters / 1000)


def _is_dense(page: Page) -> bool:
    """Both sides often, and neither a footnote of the other: a long text on relations under any title."""
    major = max(page.weight("ca"), page.weight("jp"))
    return page.characters > _SHORT_TEXT and page.minor >= max(4.0, page.characters / 1000, 0.2 * major)


def _speaks_against(page: Page) -> bool:
    if page.names("organisation", "title") & _CLUBS and not title_names_both(page):
        return True
    rivals = page.names("rival", *TOP)
    return len(rivals) >= SEVERAL or _cue_leads(page) or _third_party_leads(page)


def _cue_leads(page: Page) -> bool:
    """A subject that needs no dealings stands at the top, and no dealings beside it (rule sheet R5, R9, R12)."""
    cues = page.names("cue", *TOP)
    if "passport index" in cues or ("news digest" in cues and page.names("other") and not title_names_both(page)):
        return True
    if page.names("cue", "title"):
        return not page.names("tie", "title") & _STATE_TIES
    deals_in_title = title_names_both(page) and page.names("tie", "title")
    return bool(cues) and not (page.names("tie", *TOP) & _STATE_TIES or deals_in_title)


def _third_party_leads(page: Page) -> bool:
    """Somebody else is the subject: named in the title or first, while one of the sides is hardly there (R6)."""
    if title_names_both(page) or not page.names("other", *TOP):
        return False
    if _comes_second(page):
        return True
    if page.minor >= 2 * STANDS + 0.5:
        return False
    if page.names("other", "title"):
        return True
    first = {hit.side: index for index, hit in reversed(list(enumerate(page.hits)))}
    lesser = min(("ca", "jp"), key=lambda side: (page.weight(side), -first.get(side, 0)))
    return len(page.names("other")) > 1 and first["other"] < first.get(lesser, 0)


def _comes_second(page: Page) -> bool:
    """The first sentence is on dealings of one side with somebody else; the other side is said to have some, too.

    Where it is on a club to which Japan does not belong, nothing need be said.
    """
    end = _SENTENCE.search(page.text)
    if end is None or page.weight("format"):
        return False
    begun = [hit for hit in page.hits if hit.where == "title" or hit.end <= end.start()]
    first = {hit.side for hit in begun}
    absent = {"ca", "jp"} - first
    also = [hit for hit in page.hits if hit.side in absent]
    if not also:
        return False
    if absent == {"jp"} and {hit.term.name for hit in begun} & _CLUBS:
        return len(also) < SEVERAL
    return (
        len(absent) == 1
        and "other" in first
        and _ALSO.search(page.text[end.end() : also[0].end + _ALSO_NEAR]) is not None
    )
