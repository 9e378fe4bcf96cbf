"""Whether a source is as it was: its past and one run in, what is odd out. Pure.

Each verdict says what was seen, what was expected and names one URL. `is_bad` is None where the run tells nothing about
the matter. How often something must be met before anybody is told is its `needs`: a single page may be odd, and a
single answer may be lost; the plan sees to it that a suspicion is looked at again soon.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from crawler.page_health import CHANCE, chance_of, judge_pages
from crawler.plan import longest_gap, spell

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crawler.past import Look, Past

_DAY = dt.timedelta(days=1)
_GAPS_OF = dt.timedelta(days=28)
_ENDS_SOON = dt.timedelta(days=14)
_HOUR = dt.timedelta(hours=1)
_LISTED = 5
# A witness may know a page in a hundred that no entry shows: a gallery, a notice.
_HOLES = 3
_STRAY = 0.01
_ERRORS = "pages that are errors"
_WITNESSES = 3
_SELDOM = 1000
_NEW = dt.timedelta(days=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a run says of one matter; `key` names it among those of its `kind`: an entry, a host, a line.

    `is_event` marks what happens and does not last: it is over with the next run. `may_pass` names a fault
    that a server which is busy or begun anew may have for an hour; it is empty for any other.
    """

    kind: str
    key: str = ""
    is_bad: bool | None
    saw: str = ""
    expected: str = ""
    example: str = ""
    needs: int = 1
    is_event: bool = False
    may_pass: str = ""


def judge(past: Past, look: Look, seen: Mapping[str, Any], texts: Mapping[str, str]) -> list[Verdict]:
    """Every verdict on a run, given the past before it; `texts` is the wording of lines by their hashes."""
    if not look.is_whole:
        return []
    entries = list(_entries(past, seen))
    wall, moved = _wall(look, seen), _moved(look, seen)
    clock = _clock(past, look, seen)
    troubled = {item.key for item in entries if item.is_bad}
    is_shut = wall.is_bad or moved.is_bad or len(troubled) == len(seen.get("documents", ())) > 0
    # A server that is away is one cause, too, however many entries it has.
    first = {item.saw: item.key for item in reversed(entries) if item.is_bad and item.may_pass}
    entries = [
        _untold(item) if wall.is_bad or moved.is_bad or first.get(item.saw, item.key) != item.key else item
        for item in entries
    ]
    found = [*entries, wall, moved, clock, *_robots(past, seen), *_certificates(past, look, seen)]
    pages = [
        Verdict(kind=kind, is_bad=is_bad, saw=saw, expected=expected, example=example, key=key, needs=needs)
        for kind, key, is_bad, saw, expected, example, needs in judge_pages(past, seen, texts)
    ]
    rest = [_silence(past, look), _failing(look, past, seen), _holes(past, look), _listed(past, look, seen), *pages]
    # One cause is told once: behind a wall nothing else can be said, and a wrong clock is not a missing date.
    hides = {"date_missing"} if clock.is_bad or "future_dates" in past.incidents else set()
    hides |= {"silent", "coverage"} if troubled else set()
    found += [_untold(item) if is_shut or item.kind in hides else item for item in rest]
    return found


def _untold(verdict: Verdict) -> Verdict:
    return Verdict(kind=verdict.kind, key=verdict.key, is_bad=None)


def _entries(past: Past, seen: Mapping[str, Any]) -> Iterator[Verdict]:
    for url, document in seen.get("documents", {}).items():
        before, problem = past.documents.get(url), document["problem"]
        is_empty = problem is None and not document["items"] and bool(before)
        expected = f"a {document['type']}" + (f" of about {before} items, as before" if before else "")
        saw = problem or ("no items" if is_empty else "")
        is_page = document["type"] == "feed" and "got an HTML page" in (problem or "") and before is not None
        yield Verdict(kind="feed_is_page", key=url, is_bad=is_page, saw=saw, expected=expected, example=url)
        is_bad = (problem is not None or is_empty) and not is_page
        # What was asked for twice in this run and refused twice does not pass by itself; that nothing is in it may.
        is_sure = bool(document.get("confirmed")) and before is not None and not saw.endswith("got an empty one")
        needs = 1 if is_sure or (before is not None and not _has_passed(past, saw)) else 2
        yield Verdict(
            kind="entry_broken", key=url, is_bad=is_bad, saw=saw, expected=expected, example=url, needs=needs,
            may_pass="" if is_sure else saw,
        )  # fmt: skip


def _has_passed(past: Past, fault: str) -> bool:
    """True when such a fault of this source passed by itself before: it is given an hour, any other is told at once."""
    return fault in past.recovered


def _wall(look: Look, seen: Mapping[str, Any]) -> Verdict:
    walls = seen.get("walls", {"count": 0, "url": "", "what": ""})
    asked = look.counts["fetched"] + look.entries
    is_bad = None if not asked else walls["count"] >= max(1, asked / 2)
    return Verdict(
        kind="bot_wall",
        is_bad=is_bad,
        saw=f"{walls['what']}, {walls['count']} of {asked} answers",
        expected="pages and entries as before",
        example=walls["url"],
        needs=1 if walls["count"] > 1 or _is_confirmed(seen) else 2,
    )


def _is_confirmed(seen: Mapping[str, Any]) -> bool:
    return any(document.get("confirmed") for document in seen.get("documents", {}).values())


def _moved(look: Look, seen: Mapping[str, Any]) -> Verdict:
    moved = seen.get("moved", {"count": 0, "url": "", "what": ""})
    asked = look.counts["fetched"] + look.entries
    is_bad = None if not asked else moved["count"] >= max(1, asked / 2)
    saw = f"{moved['count']} of {asked} answers lead {moved['what']}"
    expected = "the hosts of the source file"
    needs = 1 if moved["count"] > 1 or _is_confirmed(seen) else 2
    return Verdict(kind="site_moved", is_bad=is_bad, saw=saw, expected=expected, example=moved["url"], needs=needs)


def _clock(past: Past, look: Look, seen: Mapping[str, Any]) -> Verdict:
    future = seen.get("future", {"count": 0, "url": "", "what": ""})
    dated = len(seen.get("dated", ())) + future["count"]
    # Of what is announced most is old: what is new alone can tell that a clock goes wrong.
    enough = max(1, min(0.2 * dated, max(2, look.counts["new"])))
    if (incident := past.incidents.get("future_dates")) is not None and incident.is_told:
        enough = 2  # over when those that were announced so are no longer shown
    # Of an entry that could not be read nobody knows what it shows.
    is_bad = True if future["count"] >= enough else None if not dated or look.broken else False
    saw = f"{future['count']} pages announced with a time after tomorrow, such as {future['what']}"
    needs, expected = 1 if future["count"] > 1 else 2, "times that have passed"
    return Verdict(kind="future_dates", is_bad=is_bad, saw=saw, expected=expected, example=future["url"], needs=needs)


def _robots(past: Past, seen: Mapping[str, Any]) -> Iterator[Verdict]:
    for site, rules in seen.get("robots", {}).items():
        before = past.robots.get(site)
        more = [rule for rule in rules if rule not in (before or ())]
        less = [rule for rule in (before or ()) if rule not in rules]
        changes = "; ".join([f"+ {rule}" for rule in more[:5]] + [f"- {rule}" for rule in less[:5]])
        yield Verdict(
            kind="robots_changed",
            key=site,
            is_bad=before is not None and bool(more or less),
            saw=f"other rules for us: {changes}", expected=f"the {len(before or ())} rules of before",
            example=f"{site}/robots.txt", is_event=True,
        )  # fmt: skip


def _certificates(past: Past, look: Look, seen: Mapping[str, Any]) -> Iterator[Verdict]:
    for host, (begins, ends) in seen.get("certificates", {}).items():
        begin, end = dt.datetime.fromisoformat(begins), dt.datetime.fromisoformat(ends)
        # Certificates of a few days are renewed in their last third, where any was renewed yet.
        known = past.certificates.get(host, [begins])
        limit = min(_ENDS_SOON, (end - begin) / 3) if known[0] != begins or len(known) > 2 else _ENDS_SOON
        left = end - look.at
        saw = f"its certificate ends on {end:%Y-%m-%d %H:%M} UTC, in {spell(left)}"
        expected = f"one that holds for {spell(limit)} more"
        example = f"https://{host}/"
        yield Verdict(
            kind="certificate_ends", key=host, is_bad=left < limit, saw=saw, expected=expected, example=example
        )


def _silence(past: Past, look: Look) -> Verdict:
    gap, times = longest_gap(past, look.at, _GAPS_OF)
    if look.counts["new"]:
        return Verdict(kind="silent", is_bad=False)
    last = next((known.at for known in reversed(past.looks) if known.counts["new"]), None)
    if gap is None or times < 5 or last is None:
        return Verdict(kind="silent", is_bad=None)
    known_for = look.at - past.looks[0].at
    # Before two weekends were seen, one must not look like a silence.
    limit = max(_times_longer(times - 1) * gap, _DAY, 4 * _DAY if known_for < 14 * _DAY else _DAY)
    silence = look.at - last
    saw = f"no new article for {spell(silence)}"
    expected = f"one in {spell(gap)} at the latest, as in the last four weeks"
    example = next(iter(past.documents), "")
    # It is over with a new article, not by a longer history without one.
    is_bad = True if silence > limit else None
    return Verdict(kind="silent", is_bad=is_bad, saw=saw, expected=expected, example=example)


def _times_longer(gaps: int) -> int:
    """How many times the longest of so many gaps is longer than chance allows, once in a thousand.

    Where articles come at random, k times the longest of n gaps is exceeded once in (n + k over k) cases: twice the
    longest of fifty says as much as eight times the longest of five.
    """
    return next(times for times in range(2, 100) if math.comb(gaps + times, times) > _SELDOM)


def _failing(look: Look, past: Past, seen: Mapping[str, Any]) -> Verdict:
    """Half of the pages did not come at all; or pages, or those that are new, are errors more often than by chance."""
    failed, asked = look.counts["failed"], look.counts["fetched"] + look.counts["failed"]
    before = past.looks[-20:]
    usual = sum(item.counts["failed"] for item in before) / max(1, sum(item.counts["fetched"] for item in before))
    is_bad = None if asked < 3 else failed >= max(2, asked / 2) and failed / asked > 3 * usual
    saw, expected = f"{failed} of {asked} pages failed", f"about {100 * usual:.0f} in 100, as before"
    example = next(iter(past.holes), "")
    if not is_bad:
        is_bad, saw, usual, example = _errors(look, past, seen)
        expected = f"about {100 * usual:.0f} in 100 at most, as before"
    return Verdict(
        kind="failing", is_bad=is_bad, saw=saw, expected=expected, example=example, may_pass=_ERRORS,
        needs=2 if _has_passed(past, _ERRORS) else 1,
    )  # fmt: skip


def _errors(look: Look, past: Past, seen: Mapping[str, Any]) -> tuple[bool | None, str, float, str]:
    incident, nothing = past.incidents.get("failing"), {"count": 0, "url": "", "what": ""}
    days = [day for name, day in past.days.items() if incident is None or name < f"{incident.since:%Y-%m-%d}"]
    share = 0.0
    for name, what, total in (("lost", "new pages", "new"), ("errors", "pages", "fetched")):
        tally, of = seen.get(name, nothing), look.counts[total]
        before, usual = (sum(day.get(key, 0) for day in days) for key in (total, name))
        share = min(1.0, max(_STRAY, usual / max(1, before)))
        if tally["count"] > 1 and chance_of(tally["count"], of, share) <= CHANCE:
            return True, f"{tally['count']} of {of} {what} are errors: {tally['what']}", share, tally["url"]
    is_told = incident is not None and incident.is_told  # over when something new is well
    return (None if is_told and not look.counts["new"] else False), "", share, ""


def _holes(past: Past, look: Look) -> Verdict:
    """Two pages that were announced and could not be had again, or one that could not three times.

    What fails within one hour, however often, is no hole yet.
    """
    tried = {url: hole for url, hole in past.holes.items() if hole.tries > 1 and look.at - hole.since >= _HOUR}
    if len(tried) < 2 and not any(hole.tries > 2 for hole in tried.values()):
        return Verdict(kind="coverage", is_bad=False)
    url, hole = next(iter(tried.items()))
    saw = f"{len(tried)} announced pages are not in the store: {hole.cause}, tried {hole.tries} times"
    return Verdict(kind="coverage", is_bad=True, saw=saw, expected="every page that is announced", example=url)


def _listed(past: Past, look: Look, seen: Mapping[str, Any]) -> Verdict:
    """What sitemaps list of these days against the store: entries that know of far more than it, or a witness.

    What a witness lists and no entry announced is told at once, where it is no chance, and filled by the next run. Of a
    source that is new the store cannot have the days before.
    """
    listed, missing = look.counts["listed"], look.counts["listed"] - look.counts["held"]
    before = [item.counts for item in past.looks if item.counts["listed"]]
    if (witness := seen.get("witness")) is not None:
        is_new = not past.looks or look.at - past.looks[0].at < _NEW or not listed
        incident = past.incidents.get("coverage listed")
        well = [
            item.counts for item in past.looks if item.counts["listed"] and (not incident or item.at < incident.since)
        ]
        heard = _heard(look, before, well if incident else well[: -_WITNESSES + 1])
        example = next((url for url, hole in past.holes.items() if hole.tries == 1), witness)
        return replace(heard, example=example, is_bad=None if is_new else heard.is_bad)
    before = before[-30:]
    shares = sorted(item["held"] / item["listed"] for item in before if item["listed"] >= _LISTED)
    usually = shares[len(shares) // 2] if shares else 1.0
    is_short = listed >= _LISTED and look.counts["held"] / listed < 0.6 * usually
    # Few pages tell nothing, but that all are there.
    is_bad = None if listed < _LISTED and (missing or not listed) else is_short
    saw = f"{listed - missing} of the {listed} pages that the sitemaps list of these days are in the store"
    expected = f"{100 * usually:.0f} in 100, as before"
    example = next(iter(past.documents), "")
    return Verdict(kind="coverage", key="listed", is_bad=is_bad, saw=saw, expected=expected, example=example, needs=2)


def _heard(look: Look, before: Sequence[Mapping[str, int]], well: Sequence[Mapping[str, int]]) -> Verdict:
    """What the last witnesses listed and no entry had announced, against those of `well`: filled since or not."""
    last, known = [*before[-_WITNESSES + 1 :], look.counts], well[-30:]
    (missing, listed), (stray, usual) = (
        (sum(item["listed"] - item["held"] for item in items), sum(item["listed"] for item in items))
        for items in (last, known)
    )
    share = max((stray + 0.5) / (usual + 1), _STRAY)
    return Verdict(
        kind="coverage",
        key="listed",
        is_bad=missing >= _HOLES and chance_of(missing, listed, min(share, 1.0)) < CHANCE,
        saw=f"no entry announced {missing} of {listed} pages of the sitemap in robots.txt, in {len(last)} looks",
        expected=f"about {100 * share:.0f} in 100 at most, as before",
    )
