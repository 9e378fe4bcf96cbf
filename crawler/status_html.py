"""The health of every source as one HTML page with its plots drawn in SVG: no script, nothing from elsewhere. Pure."""

from __future__ import annotations

import datetime as dt
from html import escape
from typing import TYPE_CHECKING, NamedTuple

from crawler.figures import compared
from crawler.plan import spell

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crawler.past import Past

_DAYS = 90
_WIDTH, _HEIGHT, _TOP = 360, 84, 6
_STYLE = """
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #6a737d; --line: #d8dde3; --paper: #fff; --card: #f7f8fa;
  --all: #b9c6d6; --good: #2f6f9f; --bad: #b3372f; --text: #5b7f3a; --drop: #8a6bb1; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ed; --soft: #9aa4af; --line: #3a4048; --paper: #14171b;
  --card: #1c2025; --all: #46566a; --good: #6db1e0; --bad: #e5766d; --text: #9cc477; --drop: #b79be0; } }
body { margin: 0 auto; padding: 1.5rem; max-width: 100rem; background: var(--paper); color: var(--ink);
  font: 15px/1.45 system-ui, sans-serif; }
h1 { font-size: 1.4rem; margin: 0 0 .2rem } h2 { font-size: 1.05rem; margin: 0 }
p { margin: .2rem 0 } .soft { color: var(--soft) }
section { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: .8rem 1rem;
  margin: .9rem 0 }
section.bad { border-left: 5px solid var(--bad) }
.plots { display: grid; grid-template-columns: repeat(auto-fill, minmax(16rem, 1fr)); gap: .8rem; margin-top: .6rem }
figure { margin: 0 } figcaption { font-size: .82rem; color: var(--soft) }
svg { width: 100%; height: auto; display: block; overflow: visible } svg text { font-size: 9px; fill: var(--soft) }
.alarm { color: var(--bad) } .alarm a { color: inherit } ul { margin: .3rem 0; padding-left: 1.2rem }
.key::before { content: ""; display: inline-block; width: .7em; height: .7em; margin: 0 .3em 0 .6em;
  background: var(--colour) }
@media print { body { padding: 0 } section { break-inside: avoid } }
"""


class _Bar(NamedTuple):
    """What a day has to show: a whole and its part, and what to call them."""

    whole: float | None
    part: float | None
    label: str


def page(pasts: Sequence[Past], now: dt.datetime, store: str) -> str:
    """The page, sources with an incident first."""
    ordered = sorted(pasts, key=lambda past: (not _told(past), past.source))
    troubled = sum(bool(_told(past)) for past in ordered)
    body = "".join(_section(past, now) for past in ordered) or "<p>No source was looked at yet.</p>"
    summary = (
        f"{len(ordered)} sources, {troubled or 'none'} with an incident; {now:%Y-%m-%d %H:%M} UTC; {escape(store)}"
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        '<meta name="viewport" content="width=device-width, initial-scale=1"><title>Kakehashi: sources</title>'
        f"<style>{_STYLE}</style></head><body><h1>How the sources are</h1>"
        f'<p class="soft">{summary}</p>{body}</body></html>\n'
    )


def _told(past: Past) -> list[str]:
    return [key for key, item in past.incidents.items() if item.is_told]


def _section(past: Past, now: dt.datetime) -> str:
    last = past.last
    looked = f"looked at {spell(now - last.at)} ago" if last else "never looked at"
    alarms = "".join(
        f'<li class="alarm"><b>{escape(item.kind.replace("_", " "))}</b> for {spell(now - item.since)}: '
        f"{escape(item.saw)}; expected {escape(item.expected)} ({_address(item.example)})</li>"
        for item in past.incidents.values()
        if item.is_told
    )
    holes = f"; {len(past.holes)} pages are still to be had" if past.holes else ""
    days = [now.date() - dt.timedelta(days=back) for back in reversed(range(_DAYS))]
    return (
        f'<section class="{"bad" if alarms else "well"}"><h2>{escape(past.source)}</h2>'
        f'<p class="soft">{looked}; {escape(compared(past, now.date()))}{holes}</p>'
        f'{f"<ul>{alarms}</ul>" if alarms else ""}<div class="plots">'
        + _plot("coverage by day", past, days, _coverage, ("--good", "stored"), ("--all", "missing"))
        + _plot("failures by day", past, days, _failures, ("--bad", "pages"), ("--drop", "entries"))
        + _plot("length of texts", past, days, _length, ("--text", "characters on average"))
        + _plot("share of dropped pages", past, days, _dropped, ("--drop", "in 100"))
        + "</div></section>"
    )


def _address(url: str) -> str:
    shown = escape(url if len(url) <= 90 else f"{url[:87]}…")
    is_link = url.startswith(("http://", "https://"))
    return f'<a rel="noreferrer" href="{escape(url)}">{shown}</a>' if is_link else shown


def _coverage(day: dict[str, int]) -> _Bar:
    announced = day.get("announced", 0)
    stored = sum(day.get(name, 0) for name in ("kept", "unchanged", "dropped"))
    return _Bar(announced, stored, f"{stored} of {announced} announced pages")


def _failures(day: dict[str, int]) -> _Bar:
    failed, broken = day.get("failed", 0), day.get("broken", 0)
    return _Bar(failed + broken, failed, f"{failed} pages failed, {broken} looks met an entry that could not be read")


def _length(day: dict[str, int]) -> _Bar:
    if not day.get("pages"):
        return _Bar(None, None, "no text")
    mean = day["characters"] / day["pages"]
    return _Bar(None, mean, f"{mean:.0f} characters, {day['pages']} texts")


def _dropped(day: dict[str, int]) -> _Bar:
    settled = day.get("dropped", 0) + day.get("kept", 0)
    if not settled:
        return _Bar(None, None, "no new page")
    return _Bar(None, 100 * day.get("dropped", 0) / settled, f"{day.get('dropped', 0)} of {settled} dropped")


def _plot(
    title: str,
    past: Past,
    days: Sequence[dt.date],
    bar_of: Callable[[dict[str, int]], _Bar],
    *colours: tuple[str, str],
) -> str:
    """One figure; `colours` are a name and its meaning, of the part and then, where there is one, of the whole."""
    bars = {index: bar_of(past.days[day.isoformat()]) for index, day in enumerate(days) if day.isoformat() in past.days}
    top = max([1.0, *(max(bar.whole or 0, bar.part or 0) for bar in bars.values())])
    names = [name for name, _ in colours]
    drawn = "".join(_bar(index, bar, days[index], _HEIGHT / top, names) for index, bar in bars.items())
    keys = "".join(f'<span class="key" style="--colour: var({name})">{text}</span>' for name, text in colours)
    floor = _TOP + _HEIGHT
    marks = "".join(
        f'<text x="{_x(index):.1f}" y="{floor + 11}" text-anchor="middle">{days[index]:%-d %b}</text>'
        for index in range(5, _DAYS, 28)
    )
    return (
        f'<figure><svg viewBox="0 0 {_WIDTH + 34} {floor + 14}" role="img" aria-label="{escape(title)}">'
        f'<line x1="30" y1="{floor}" x2="{_WIDTH + 30}" y2="{floor}" stroke="var(--line)"/>'
        f'<line x1="30" y1="{_TOP}" x2="{_WIDTH + 30}" y2="{_TOP}" stroke="var(--line)" stroke-dasharray="2 3"/>'
        f'<text x="26" y="{_TOP + 4}" text-anchor="end">{top:.0f}</text>'
        f'<text x="26" y="{floor}" text-anchor="end">0</text>'
        f"{drawn}{marks}</svg><figcaption>{escape(title)}:{keys}</figcaption></figure>"
    )


def _bar(index: int, bar: _Bar, day: dt.date, scale: float, colours: Sequence[str]) -> str:
    shown = ""
    for value, colour in reversed(list(zip((bar.part, bar.whole), colours, strict=False))):
        if value:
            height = value * scale
            shown += (
                f'<rect x="{_x(index) - 1.6:.1f}" y="{_TOP + _HEIGHT - height:.1f}" width="3.2" height="{height:.1f}" '
                f'fill="var({colour})"/>'
            )
    return f"<g><title>{day.isoformat()}: {escape(bar.label)}</title>{shown}</g>"


def _x(index: int) -> float:
    return 32 + (index + 0.5) * (_WIDTH - 4) / _DAYS
