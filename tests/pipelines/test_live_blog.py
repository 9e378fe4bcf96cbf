"""A live blog's entries come with their times, as declared or as shown; an ordinary article has none."""

from __future__ import annotations

import datetime as dt
import json

from pipelines import Article, extract_page
from pipelines.rules import PageRules

WHEN = dt.datetime(2026, 3, 2, 20, tzinfo=dt.UTC)
TITLE = "Summit in Samarkand: the day as it happened"
ENTRIES = {
    "09:05": "The Japanese prime minister has landed at Samarkand airport and was met by the president of Uzbekistan.",
    "11:40": "Both sides have signed an agreement on rare metals, the Uzbek ministry of mining says in a statement.",
    "14:15": "Students from Tashkent have shown the guests the robots that they built with teachers from Nagoya.",
    "17:30": "The leaders have gone to dinner in the Registan; a declaration is expected tomorrow morning.",
}


def article(body: str, head: str = "", zone: str | None = None) -> Article:
    html = f"<html lang=en><head><title>{TITLE}</title>{head}</head><body><h1>{TITLE}</h1>{body}</body></html>"
    found = extract_page(
        html.encode(), url="https://example.org/live", captured_at=WHEN, rules=PageRules(timezone=zone)
    )
    assert isinstance(found, Article)
    return found


def shown(stamp: str = "<p>{}</p>", heading: str = "") -> str:
    return (
        "<div>"
        + "".join(f"{stamp.format(time)}{heading.format(time)}<p>{text}</p>" for time, text in ENTRIES.items())
        + "</div>"
    )


def test_shown_times_of_day_are_the_times_of_the_entries() -> None:
    """A clock without a day stays one: the day is not guessed."""
    assert article(shown()).live_entries == tuple({"time": time, "text": text} for time, text in ENTRIES.items())


def test_a_shown_day_makes_a_moment() -> None:
    """With the zone of the source, an offset as well."""
    found = article(shown("<p><time>2 March 2026, {}</time></p>"), zone="Asia/Samarkand").live_entries

    assert [entry["time"] for entry in found] == [f"2026-03-02T{time}:00+05:00" for time in ENTRIES]


def test_a_heading_below_the_stamp_is_the_title_of_the_entry() -> None:
    """The rest is its text."""
    found = article(shown(heading="<h3>What happened before {}</h3>")).live_entries

    # The first one stands above the first paragraph, where it may be a rubric.
    assert [entry["title"] for entry in found[1:]] == [f"What happened before {time}" for time in ENTRIES][1:]
    assert [entry["text"] for entry in found] == list(ENTRIES.values())


def test_declared_entries_come_first() -> None:
    """A LiveBlogPosting says more exactly what a page shows."""
    updates = [
        {"@type": "BlogPosting", "datePublished": f"2026-03-02T{time}:00+05:00", "articleBody": f"<p>{text}</p>"}
        for time, text in ENTRIES.items()
    ]
    data = {"@context": "https://schema.org", "@type": "LiveBlogPosting", "headline": TITLE, "liveBlogUpdate": updates}
    found = article(shown(), head=f'<script type="application/ld+json">{json.dumps(data)}</script>').live_entries

    assert found == tuple({"time": f"2026-03-02T{time}:00+05:00", "text": text} for time, text in ENTRIES.items())


def test_an_ordinary_article_has_none() -> None:
    """Three times of a timetable are no live blog, and neither is the stamp below a headline."""
    few = dict(list(ENTRIES.items())[:3])
    body = "<p>2 March 2026, 10:15</p>" + "".join(f"<p>{time}</p><p>{text}</p>" for time, text in few.items())

    assert article(f"<div>{body.replace('<p>09:05</p>', '')}</div>").live_entries == ()
    assert article("".join(f"<p>{text}</p>" for text in ENTRIES.values())).live_entries == ()
