"""Verdicts become incidents, and incidents alarms: one when it is certain, and one when it is over. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

from crawler.past import Incident
from crawler.plan import spell

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from crawler.health import Verdict
    from crawler.past import Past

KINDS = (
    "bot_wall", "certificate_ends", "coverage", "date_missing", "entry_broken", "failing", "feed_is_page",
    "future_dates", "length_shift", "robots_changed", "silent", "site_moved", "template_line", "text_missing",
    "title_missing",
)  # fmt: skip
# What must be met twice must be met an hour apart: a server that restarts is no incident.
_APART = dt.timedelta(hours=1)
# What was gone by itself after such a time makes a server one that is given an hour from then on. Less is one look,
# given twice.
_SHORTEST = dt.timedelta(minutes=10)
_PASSES = dt.timedelta(hours=18)
_FAULTS = 20
# A new design stays: after so long it is how the source is.
_SETTLED = dt.timedelta(days=14)
_SETTLING = frozenset({"coverage", "text_missing", "title_missing", "date_missing", "length_shift", "template_line"})
_OF_ENTRIES = frozenset({"entry_broken", "feed_is_page"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """What somebody is told: `state` is raised or over; `at` and `since` are RFC 3339, UTC."""

    source: str
    kind: str
    state: Literal["raised", "over"]
    at: str
    since: str
    run: str
    saw: str
    expected: str
    example: str

    def as_json(self) -> dict[str, Any]:
        """The alarm as JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Alarm:
        """The inverse of `as_json`. Raises `TypeError` for what is none."""
        return cls(**data)

    def __str__(self) -> str:
        what = self.kind.replace("_", " ")
        if self.state == "over":
            return f"{self.source}: {what} is over: {self.saw}"
        return f"{self.source}: {what}: saw {self.saw}; expected {self.expected}; for example {self.example}"


def take_in(past: Past, verdicts: Iterable[Verdict], at: dt.datetime, run: str) -> list[Alarm]:
    """The alarms that follow from a run's verdicts; `past.incidents` is brought up to date."""
    alarms = []
    entries = set()
    for verdict in verdicts:
        key = f"{verdict.kind} {verdict.key}".strip()
        entries.add(key)
        if verdict.is_bad:
            alarms += _met(past, key, verdict, at, run)
        elif verdict.is_bad is False and (incident := past.incidents.pop(key, None)) is not None:
            if incident.may_pass and _SHORTEST <= at - incident.since <= _PASSES:
                past.recovered = dict([*past.recovered.items(), (incident.may_pass, at)][-_FAULTS:])
            if incident.is_told:
                saw = f"as before, after {spell(at - incident.since)}"
                alarms.append(_alarm(past, incident, "over", at, run, saw=saw))
    for key in [key for key, item in past.incidents.items() if item.kind in _OF_ENTRIES and key not in entries]:
        if entries:  # the entry is no longer in the source file
            del past.incidents[key]
    return alarms + _settled(past, at, run)


def _settled(past: Past, at: dt.datetime, run: str) -> list[Alarm]:
    """The end of incidents that have lasted so long that they are how the source is."""
    old = {key: item for key, item in past.incidents.items() if item.kind in _SETTLING and at - item.since > _SETTLED}
    for key in old:
        del past.incidents[key]
    # What was before it is no longer what the source is compared with, else the end of it would be its beginning.
    begun = max((item.since for item in old.values() if item.is_told and item.kind != "coverage"), default=None)
    past.pages = [(seen, page) for seen, page in past.pages if begun is None or seen >= begun]
    saw = f"it has lasted {spell(_SETTLED)} and is the rule from now on"
    return [_alarm(past, item, "over", at, run, saw=saw) for item in old.values() if item.is_told]


def _met(past: Past, key: str, verdict: Verdict, at: dt.datetime, run: str) -> list[Alarm]:
    incident = past.incidents.get(key)
    if incident is None or verdict.is_event:  # each change is one of its own
        incident = past.incidents[key] = Incident(
            kind=verdict.kind,
            since=at,
            saw=verdict.saw,
            expected=verdict.expected,
            example=verdict.example,
            times=0,
            may_pass=verdict.may_pass,
        )
    incident.times += 1
    is_certain = verdict.needs == 1 or (incident.times >= verdict.needs and at - incident.since >= _APART)
    if incident.is_told or not is_certain:
        return []
    incident.is_told = True
    if verdict.kind in _SETTLING:
        incident.since = at  # a suspicion may be much older
    incident.saw, incident.expected, incident.example = verdict.saw, verdict.expected, verdict.example
    return [_alarm(past, incident, "raised", at, run, saw=incident.saw)]


def _alarm(
    past: Past, incident: Incident, state: Literal["raised", "over"], at: dt.datetime, run: str, *, saw: str
) -> Alarm:
    return Alarm(
        source=past.source,
        kind=incident.kind,
        state=state,
        at=_spelled(at),
        since=_spelled(incident.since),
        run=run,
        saw=saw,
        expected=incident.expected,
        example=incident.example,
    )


def _spelled(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
