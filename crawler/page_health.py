"""Whether the pages of a run are as those before: text, title, date, length, and lines that all of them have. Pure.

The baseline are the last pages before this run; those since an incident began are no part of it, so that a new design
does not become the rule while it is an alarm.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Any

from crawler.sightings import PageSeen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from crawler.past import Past

_MIN_BASELINE = 8
_RECENT = 3
# Less likely than this is no chance: with three such questions a run and thousands of runs a year, one false alarm in
# years. Less likely than the other is worth a second look, and no alarm however often.
CHANCE = 1.000001e-4  # two of two, of one in a hundred, and what is lost by counting in logarithms
# Who counts on until it is no chance asks again and again, so the answer must be surer.
_CHANCE_OVER_RUNS = 1e-5
_ODD = 0.1
_NEVER = 1_000_000
# One page in a hundred is odd anywhere, though the last hundred and fifty were not.
_ALWAYS = 0.01
_COMMON = 0.6
_RARE = 0.05
# What is known of sites before one is known: pages without text or title are rare anywhere, without a date less so.
# Each counts as so many pages that were well.
_ATTRIBUTES: tuple[tuple[str, Callable[[PageSeen], bool], int], ...] = (
    ("text_missing", lambda page: page.characters == 0, 50),
    ("title_missing", lambda page: not page.has_title, 50),
    ("date_missing", lambda page: not page.has_date, 10),
)
# Two texts are another length for certain when they are so many times longer or shorter than any before.
_FAR, _PAIR = 3, 2
_Found = tuple[str, str, bool | None, str, str, str, int]


def judge_pages(past: Past, seen: Mapping[str, Any], texts: Mapping[str, str]) -> Iterator[_Found]:
    """For each matter the fields of a verdict, in their order; whether it is bad is None where that cannot be told."""
    new = [PageSeen.from_json(item) for item in seen.get("pages", ())]
    for kind, is_bad, well in _ATTRIBUTES:
        yield _missing(kind, is_bad, new, past, well)
    with_text = [page for page in new if page.characters]
    yield _length(with_text, [page for page in _before(past, "length_shift") if page.characters], past)
    yield _lines(with_text, past, texts)


def _before(past: Past, kind: str) -> list[PageSeen]:
    """The pages before an incident of this kind, or all of them."""
    began = [item.since for item in past.incidents.values() if item.kind == kind]
    return [page for at, page in past.pages if not began or at < min(began)]


def _missing(kind: str, is_missing: Callable[[PageSeen], bool], new: list[PageSeen], past: Past, well: int) -> _Found:
    what = kind.removesuffix("_missing")
    before, incident = _before(past, kind), past.incidents.get(kind)
    usual = max(_ALWAYS, (sum(map(is_missing, before)) + 0.5) / (len(before) + well))
    expected = f"{sum(map(is_missing, before))} of {len(before)}, as before"
    if not new or len(before) < _MIN_BASELINE:
        return kind, "", None, "", "", "", 1
    if incident is not None and incident.is_told:  # over when most of the last pages are well again
        last = _recent(new, past)
        is_bad = sum(map(is_missing, last)) > len(last) / 3
        return kind, "", is_bad, "", expected, "", 1
    # Of a suspicion, all pages since it arose count: one odd page is none, three in a row are no chance.
    since = [page for at, page in past.pages if incident is not None and at >= incident.since]
    pages = list({page.url: page for page in [*since, *new]}.values())
    bad = [page for page in pages if is_missing(page)]
    chance = chance_of(len(bad), len(pages), usual)
    at_once = min(chance_of(sum(map(is_missing, new)), len(new), usual), _chance_of_both(new, before))
    over_runs = min(chance, _chance_of_both(pages, before))
    is_certain = len(bad) > 1 and (at_once <= CHANCE or over_runs < _CHANCE_OVER_RUNS)
    saw = f"{len(bad)} of {len(pages)} pages have no {what}"
    return (
        kind,
        "",
        is_certain or (bool(bad) and chance < _ODD),
        saw,
        expected,
        bad[-1].url if bad else "",
        (1 if is_certain else _NEVER),
    )


def _chance_of_both(pages: list[PageSeen], before: list[PageSeen]) -> float:
    """As `chance_of`, for pages that lack two things at once: rarer by far than either, and what a redesign does."""
    count, known = (sum(_lacks(page) > 1 for page in group) for group in (pages, before))
    return chance_of(count, len(pages), (known + 0.5) / (len(before) + 1)) if count > 1 else 1.0


def _lacks(page: PageSeen) -> int:
    return sum(is_missing(page) for _, is_missing, _ in _ATTRIBUTES)


def chance_of(count: int, total: int, share: float) -> float:
    """The probability of `count` or more of `total`, where each is one with the probability `share`."""
    if count <= 0 or share >= 1:
        return 1.0
    terms = (
        math.lgamma(total + 1) - math.lgamma(k + 1) - math.lgamma(total - k + 1)
        + k * math.log(share) + (total - k) * math.log1p(-share)
        for k in range(count, total + 1)
    )  # fmt: skip
    return math.fsum(map(math.exp, terms))


def _recent(new: Sequence[PageSeen], past: Past) -> list[PageSeen]:
    """The pages of this run, with the last before it where they are fewer than three."""
    missing = max(0, _RECENT - len(new))
    last = [page for _, page in past.pages][-missing:] if missing else []
    return [*last, *new]


def _others(before: list[PageSeen], recent: Sequence[PageSeen]) -> list[PageSeen]:
    """The pages before, less those that are among the last ones; as it was, a page that changed is one of them."""
    last = {id(page) for page in recent}
    return [page for page in before if id(page) not in last]


def _length(new: list[PageSeen], before: list[PageSeen], past: Past) -> _Found:
    recent = [page for page in _recent(new, past) if page.characters]
    baseline = sorted(page.characters for page in _others(before, recent))
    if not new or len(baseline) < _MIN_BASELINE or (len(recent) < _RECENT and len(new) < _PAIR):
        return "length_shift", "", None, "", "", "", 1
    low, high = baseline[len(baseline) // 20], baseline[-1 - len(baseline) // 20]
    incident = past.incidents.get("length_shift")
    if incident is None or not incident.is_told:
        if _is_far(new, baseline):
            recent = new
        is_bad = recent is new or max(_odd(recent, low, high)) >= max(_RECENT, 0.8 * len(recent))
    else:  # over when most of the last texts are well again
        is_bad = sum(_odd(recent, low, high)) > len(recent) / 3
    lengths = sorted(page.characters for page in recent)
    saw = f"the last {len(recent)} texts have {lengths[0]} to {lengths[-1]} characters"
    expected = f"{low} to {high}, as nine of ten before"
    return "length_shift", "", is_bad, saw, expected, recent[-1].url, 1


def _odd(pages: Sequence[PageSeen], low: int, high: int) -> tuple[int, int]:
    """How many texts are clearly shorter than nine of ten before, and how many longer."""
    shorter = sum(page.characters < 0.7 * low for page in pages)
    return shorter, sum(page.characters > 1.4 * high for page in pages)


def _is_far(new: Sequence[PageSeen], baseline: Sequence[int]) -> bool:
    """True when two new texts or more are all far from every one before, to the same side."""
    lengths = [page.characters for page in new]
    is_far = max(lengths) * _FAR <= baseline[0] or min(lengths) >= _FAR * baseline[-1]
    return len(new) >= _PAIR and is_far


def _lines(new: list[PageSeen], past: Past, texts: Mapping[str, str]) -> _Found:
    """Lines that most of the last pages have and hardly any before."""
    recent = _recent(new, past)
    before = _others(_before(past, "template_line"), recent)
    if not new or len({page.url for page in recent}) < _RECENT or len(before) < _MIN_BASELINE:
        return "template_line", "", None, "", "", "", 1
    now: Counter[str] = Counter(line for page in recent for line in page.lines)
    known: Counter[str] = Counter(line for page in before for line in page.lines)
    is_open = "template_line" in past.incidents  # what most pages had is not over while half of them have it
    enough = len(recent) / 2 if is_open else max(_RECENT, _COMMON * len(recent))
    leaks = [key for key, count in now.most_common() if count >= enough and known[key] <= _RARE * len(before)]
    if not leaks:
        return "template_line", "", False, "", "", "", 1
    worded = "; ".join(f"“{texts.get(key, key)}”" for key in leaks[:3])
    saw = f"{now[leaks[0]]} of the last {len(recent)} texts have the line {worded}"
    expected = f"{known[leaks[0]]} of {len(before)}, as before"
    example = next(page.url for page in reversed(recent) if leaks[0] in page.lines)
    return "template_line", "", True, saw, expected, example, 1
