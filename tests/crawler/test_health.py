"""What is odd about a run, told once, and once more when it is over; and what is not odd."""

from __future__ import annotations

import datetime as dt

import pytest

from crawler.health import judge
from crawler.incidents import KINDS, Alarm, take_in
from crawler.past import COUNTS, Hole, Look, Past, past_from_json, past_to_json
from crawler.sightings import Sightings, line_key
from pipelines.features import PageFeatures

BEGIN = dt.datetime(2026, 9, 7, 8, tzinfo=dt.UTC)
FEED, SITE = "https://s.example/feed", "https://s.example"
STEP = dt.timedelta(hours=6)


class Source:
    """A source that is looked at every six hours."""

    def __init__(self) -> None:
        self.past = Past(source="s")
        self.number = 0

    def look(self, *pages: PageFeatures, items: int = 20, problem: str | None = None, is_whole: bool = True, new: int | None = None,
             change=lambda _: None, **counts: int) -> list[Alarm]:  # fmt: skip
        """One more look; back come the alarms."""
        seen = Sightings()
        seen.note_document(FEED, "feed", items, problem)
        seen.note_robots(SITE, ["Disallow: /admin/"])
        at = BEGIN + self.number * STEP
        seen.note_certificate("s.example", BEGIN - 20 * STEP, at + 60 * 4 * STEP)
        for index, page in enumerate(pages):
            seen.note_page(f"{SITE}/news/{self.number}-{index}", page)
        seen.dated.append(at)
        change(seen)
        all_counts = {**dict.fromkeys(COUNTS, 0), "fetched": len(pages), **counts}
        all_counts["new"] = len(pages) if new is None else new
        look = Look(
            run=f"run{self.number}", at=at, seconds=1, counts=all_counts, entries=1, broken=int(problem is not None),
            is_whole=is_whole,
        )  # fmt: skip
        data = seen.as_json()
        alarms = take_in(self.past, judge(self.past, look, data, seen.texts), at, look.run)
        self.past.add(look, data)
        self.past = past_from_json(past_to_json(self.past))  # as the next process reads it
        self.number += 1
        return alarms

    def usual(self, looks: int = 12) -> list[Alarm]:
        """Some looks at a source that is well: one gallery without a date among them."""
        return [alarm for n in range(looks) for alarm in self.look(page(), page(date=n != 5), page())]


_lengths = [2100, 1400, 3300, 1900, 2600, 1500, 4100, 2300, 1800, 2900]


def page(
    characters: int | None = None, *, title: bool = True, date: bool = True, lines: tuple[str, ...] = ()
) -> PageFeatures:
    _lengths.append(_lengths.pop(0))
    length = _lengths[0] if characters is None else characters
    return PageFeatures(characters=length, has_title=title, has_date=date, lines=lines)


@pytest.fixture
def source() -> Source:
    found = Source()
    assert found.usual() == []
    return found


def told(alarms: list[Alarm]) -> list[str]:
    return [f"{alarm.kind} {alarm.state}" for alarm in alarms]


def test_a_source_that_is_well_raises_nothing(source: Source) -> None:
    """Nor a single odd page, a page that fails, or a look without anything new."""
    assert source.look(page(0), page(), page()) == []
    assert source.look(page(title=False)) == []
    assert source.look(page(), failed=1) == []
    assert source.look() == []


def test_a_feed_that_became_a_web_page_is_told_at_once(source: Source) -> None:
    """Once, with what was seen, what was expected and the address; and again when it is over."""
    problem = "expected a feed (RSS, Atom, RDF or JSON Feed), got an HTML page"
    (alarm,) = source.look(problem=problem, items=0)
    assert (alarm.kind, alarm.state, alarm.example) == ("feed_is_page", "raised", FEED)
    assert alarm.saw == problem
    assert alarm.expected == "a feed of about 20 items, as before"
    assert source.look(problem=problem, items=0) == []
    assert told(source.look(page(), page())) == ["feed_is_page over"]


def test_an_entry_that_cannot_be_read_is_told_at_once_where_no_fault_ever_passed(source: Source) -> None:
    """From then on that fault may pass, and is told when it was met twice, an hour apart; another one is told at once."""
    assert told(source.look(problem="got status 503", items=0)) == ["entry_broken raised"]
    assert source.look(problem="got status 503", items=0) == []
    assert told(source.look(page())) == ["entry_broken over"]
    assert source.look(problem="got status 503", items=0) == []
    assert source.look(page()) == []
    assert source.look(problem="got status 503", items=0) == []
    assert told(source.look(problem="got status 503", items=0)) == ["entry_broken raised"]
    assert told(source.look(page())) == ["entry_broken over"]
    assert told(source.look(problem="not fetched: timeout", items=0)) == ["entry_broken raised"]


def test_an_outage_of_days_makes_no_server_one_whose_faults_pass(source: Source) -> None:
    """What lasted for a day is told at once when it comes again."""
    for _ in range(2):
        assert told(source.look(problem="got status 503", items=0)) == ["entry_broken raised"]
        assert [source.look(problem="got status 503", items=0) for _ in range(3)] == [[], [], []]
        assert told(source.look(page())) == ["entry_broken over"]


def test_an_entry_that_refused_twice_in_one_run_is_told_at_once(source: Source) -> None:
    """Where it was well before; that it is empty may pass, and of one that never was well there is nothing to tell."""

    def again(problem: str, url: str = FEED):
        return lambda seen: seen.note_document(url, "feed", 0, problem, is_confirmed=True)

    source.past.recovered = {"expected a feed with items, got an empty one": BEGIN}  # it passed once
    assert source.look(page(), change=again("expected a feed with items, got an empty one")) == []
    assert source.look(page(), change=again("got status 404", f"{SITE}/new")) == []
    assert told(source.look(change=again("got status 404"))) == ["entry_broken raised"]
    assert told(source.look(page())) == ["entry_broken over"]


def test_a_server_that_is_away_is_told_once_for_all_its_entries(source: Source) -> None:
    """And the second entry, where it is not well again with the first."""

    def second(problem: str | None):
        return lambda seen: seen.note_document(f"{SITE}/second", "feed", 0 if problem else 9, problem)

    assert source.look(page(), change=second(None)) == []
    (alarm,) = source.look(items=0, problem="not fetched: timeout", change=second("not fetched: timeout"))
    assert (alarm.kind, alarm.example) == ("entry_broken", FEED)
    assert told(source.look(page(), change=second("got status 500"))) == ["entry_broken over", "entry_broken raised"]
    # Pages that come by the other entry are judged all the same.
    alarms = told(source.look(*[page(0)] * 3, change=second("got status 500")))
    assert alarms == ["text_missing raised"]


def test_an_entry_that_is_suddenly_empty_is_broken_too(source: Source) -> None:
    """It announced twenty pages before."""
    assert told(source.look(items=0)) == ["entry_broken raised"]


@pytest.mark.parametrize(
    ("kind", "bad"),
    [("text_missing", page(0)), ("title_missing", page(title=False)), ("date_missing", page(date=False))],
)
def test_what_pages_lack_is_told_when_it_is_no_chance(source: Source, kind: str, bad: PageFeatures) -> None:
    """Three pages in one look, or one after the other; a single one is not."""
    assert f"{kind} raised" in told(source.look(bad, bad, bad))
    assert f"{kind} over" in told(source.look(page(), page(), page()))

    source = Source()
    source.usual()
    assert source.look(bad) == source.look(page()) == []
    alarms = [alarm for _ in range(4) for alarm in told(source.look(bad))]
    assert f"{kind} raised" in alarms


def test_a_design_that_stays_is_told_once_and_over_once(source: Source) -> None:
    """After two weeks it is the rule, and what was before it is no measure any more."""
    assert source.look(page(title=False)) == []  # a suspicion, weeks before
    assert [alarm for _ in range(20) for alarm in source.look(page(), page())] == []
    assert told(source.look(*[page(title=False)] * 3)) == ["title_missing raised"]
    assert [kind for _ in range(80) for kind in told(source.look(page(title=False)))] == ["title_missing over"]


@pytest.mark.parametrize(
    ("kind", "bad"),
    [("text_missing", page(0)), ("title_missing", page(title=False)), ("length_shift", page(200))],
)
def test_two_pages_of_a_new_design_are_told_after_a_short_history(kind: str, bad: PageFeatures) -> None:
    """Ten pages before are enough, for texts that are far from every one before; of dates it takes three."""
    source = Source()
    assert [source.look(page(), page()) for _ in range(5)] == [[]] * 5
    assert source.look(page(date=False), page(date=False)) == []
    assert told(source.look(bad, bad)) == [f"{kind} raised"]
    assert set(told(source.look(*[page(date=False)] * 3))) == {"date_missing raised", f"{kind} over"}


def test_a_change_of_all_pages_that_are_shown_is_told_after_a_short_history() -> None:
    """Ten known pages that come again with a ticker, or cut short, are compared with themselves as they were."""

    def again(changed: PageFeatures):
        return lambda seen: [seen.note_page(f"{SITE}/news/{n}-{m}", changed) for n in range(5) for m in range(2)]

    for changed, kind in ((page(lines=("dollar 0 euro 0",)), "template_line"), (page(300), "length_shift")):
        source = Source()
        assert [source.look(page(), page()) for _ in range(5)] == [[]] * 5
        assert told(source.look(changed, change=again(changed))) == [f"{kind} raised"]


def test_a_page_that_is_fetched_anew_each_time_counts_once() -> None:
    """Three galleries without a date, whose bytes change with each request: the same three, however often."""
    source = Source()
    assert [source.look(page(), page(), page()) for _ in range(15)] == [[]] * 15

    def shown(seen: Sightings) -> None:
        for number in range(20):
            seen.note_page(f"{SITE}/again/{number}", page(2000, date=number > 2))

    assert [source.look(change=shown, fetched=20) for _ in range(9)] == [[]] * 9


def test_texts_of_another_length_are_a_redesign(source: Source) -> None:
    """Teasers instead of articles; after two weeks they are the rule, and that is told, once."""
    assert told(source.look(page(300), page(280), page(310))) == ["length_shift raised"]
    later = [kind for _ in range(58) for kind in told(source.look(page(305), page(290), page(310)))]
    assert later == ["length_shift over"]
    assert source.look(page(300), page(320), page(295)) == []


def test_a_line_that_most_articles_have_is_a_template_leaking(source: Source) -> None:
    """Its wording is in the alarm; a line that two articles share is nothing."""
    ticker = "exchange today: dollar 0, euro 0"
    with_ticker = page(lines=(ticker,))
    assert source.look(page(lines=(ticker,)), page(lines=("b",)), page(lines=("c",))) == []
    (alarm,) = source.look(with_ticker, with_ticker, with_ticker)
    assert (alarm.kind, ticker in alarm.saw) == ("template_line", True)
    assert source.look(with_ticker, with_ticker, page()) == []
    assert told(source.look(page(), page(), page())) == ["template_line over"]
    assert line_key(ticker) not in str(source.past.incidents)


def test_other_rules_in_robots_txt_are_told_with_what_changed(source: Source) -> None:
    """The change, in plus and minus; it is over when the next look finds them the same."""

    def changed(seen: Sightings) -> None:
        seen.note_robots(SITE, ["Disallow: /"])

    (alarm,) = source.look(page(), change=changed)
    assert alarm.kind == "robots_changed"
    assert alarm.saw == "other rules for us: + Disallow: /; - Disallow: /admin/"
    assert alarm.example == f"{SITE}/robots.txt"
    assert told(source.look(page(), change=changed)) == ["robots_changed over"]
    (back,) = source.look(page())
    assert back.saw == "other rules for us: + Disallow: /admin/; - Disallow: /"
    (again,) = source.look(page(), change=changed)  # the very next one is a change of its own
    assert (again.state, again.saw) == ("raised", alarm.saw)


def test_a_certificate_is_told_before_it_ends(source: Source) -> None:
    """Two weeks before; of one that holds for six days, in its last two, where such a one was renewed before."""

    def ends(after_days: float, of_days: float):
        at = BEGIN + source.number * STEP + dt.timedelta(days=after_days)
        return lambda seen: seen.note_certificate("s.example", at - dt.timedelta(days=of_days), at)

    assert source.look(page(), change=ends(3, 6)) == []
    (alarm,) = source.look(page(), change=ends(13, 90))
    assert (alarm.kind, alarm.example) == ("certificate_ends", "https://s.example/")
    assert told(source.look(page(), change=ends(80, 90))) == ["certificate_ends over"]
    assert told(source.look(page(), change=ends(1.5, 6))) == ["certificate_ends raised"]

    source = Source()
    at = BEGIN + dt.timedelta(days=5)
    for _ in range(2):  # nothing says that anybody will renew it
        alarms = source.look(page(), change=lambda seen: seen.note_certificate("new.example", BEGIN, at))
    assert told(alarms) == []
    assert source.past.incidents["certificate_ends new.example"].is_told


def test_a_bot_wall_is_told_and_hides_what_it_causes(source: Source) -> None:
    """No pages, no entry: one alarm. One refusal alone is none."""

    def walled(seen: Sightings) -> None:
        for number in range(3):
            seen.walls.add(f"{SITE}/news/{number}", "status 403")

    def once(seen: Sightings) -> None:
        seen.walls.add(f"{SITE}/news/1", "status 403")

    assert source.look(page(), page(), change=once) == []
    assert told(source.look(problem="got status 403", items=0, change=walled, fetched=3)) == ["bot_wall raised"]
    assert told(source.look(page())) == ["bot_wall over"]


def test_a_site_that_leads_elsewhere_has_moved(source: Source) -> None:
    """All of its pages, not one."""

    def moved(seen: Sightings) -> None:
        for number in range(4):
            seen.moved.add(f"{SITE}/news/{number}", "to https://other.example/")

    (alarm,) = source.look(fetched=3, change=moved)
    assert alarm.kind == "site_moved"
    assert "https://other.example/" in alarm.saw
    assert source.look(page(), page(), change=lambda seen: seen.moved.add("u", "to v")) != []


def test_dates_in_the_future_are_a_wrong_clock(source: Source) -> None:
    """And the dates that articles then lack are no alarm of their own."""

    def ahead(seen: Sightings) -> None:
        for number in range(3):
            seen.future.add(f"{SITE}/news/{number}", "2027-12-01T00:00:00+00:00")

    assert told(source.look(*[page(date=False)] * 3, change=ahead)) == ["future_dates raised"]
    assert source.look(page(), new=30, change=ahead) == []  # they are still shown
    assert told(source.look(page())) == ["future_dates over"]


def test_silence_is_told_when_it_is_much_longer_than_ever(source: Source) -> None:
    """A source that had new articles four times a day: not after a day, but after four; over with the next article."""
    alarms = [(n, alarm.kind) for n in range(24) for alarm in source.look()]
    assert [kind for _, kind in alarms] == ["silent"]
    assert 14 <= alarms[0][0] <= 18  # four days of looks: two weekends were not seen yet
    assert told(source.look(page())) == ["silent over"]


def test_a_source_with_few_articles_is_silent_for_longer_before_it_is_told() -> None:
    """An article in a day or two: twice the longest gap is chance among so few; four times is none."""
    source = Source()
    for number in range(100):
        assert source.look(*[page()] * (number % 11 in (0, 4))) == []
    quiet = [(n, kind) for n in range(70) for kind in told(source.look())]
    assert [kind for _, kind in quiet] == ["silent raised"]  # a history that grows shorter does not end it
    assert 4 < quiet[0][0] * STEP / dt.timedelta(days=1) < 10


def test_pages_that_fail_are_told_when_most_do(source: Source) -> None:
    """Half of them, at once; where such a fault once passed, two looks in a row."""
    assert told(source.look(page(), page(), failed=4)) == ["failing raised"]
    assert told(source.look(page(), page(), page())) == ["failing over"]
    source.look(page(), page(), failed=4)
    assert told(source.look(page(), page(), failed=4)) == ["failing raised"]


def test_new_pages_that_are_errors_are_told_when_it_is_no_chance(source: Source) -> None:
    """Two of two, whatever the error; not one, nor two of forty; over when most are well again."""

    def lost(count: int):
        return lambda seen: [seen.lost.add(f"{SITE}/lost/{number}", "status 404") for number in range(count)]

    assert source.look(change=lost(1), new=1, fetched=20) == []
    assert source.look(change=lost(2), new=40, fetched=60) == []
    (alarm,) = source.look(change=lost(4), new=4, fetched=24)
    assert (alarm.kind, alarm.example) == ("failing", f"{SITE}/lost/0")
    assert alarm.saw == "4 of 4 new pages are errors: status 404"
    assert source.look(new=0, fetched=20) == []  # nothing new tells nothing
    assert told(source.look(page(), page())) == ["failing over"]


def test_new_pages_that_are_often_errors_are_no_news(source: Source) -> None:
    """A feed that always announced pages which are gone."""

    def lost(count: int):
        return lambda seen: [seen.lost.add(f"{SITE}/lost/{number}", "status 410") for number in range(count)]

    for _ in range(12):
        source.look(page(), page(), change=lost(1), new=3, fetched=3)
    assert source.look(page(), change=lost(2), new=3, fetched=3) == []


def test_a_site_of_which_a_third_is_errors_is_told_at_once(source: Source) -> None:
    """Old pages, too, that are asked for again: a dozen of forty, not one."""

    def errors(count: int):
        return lambda seen: [seen.errors.add(f"{SITE}/old/{number}", "status 500") for number in range(count)]

    assert source.look(page(), change=errors(1), fetched=40) == []
    (alarm,) = source.look(page(), change=errors(12), fetched=40)
    assert (alarm.kind, alarm.saw) == ("failing", "12 of 40 pages are errors: status 500")
    assert source.look(page(), change=errors(9), fetched=40) == []
    assert told(source.look(page(), change=errors(1), fetched=40)) == ["failing over"]
    assert source.look(page(), change=errors(3), fetched=5000) == []  # a number of any size


def test_announced_pages_that_are_not_stored_are_a_hole(source: Source) -> None:
    """One tried three times, or two tried twice, an hour later at least; over when they are there."""
    at = BEGIN + source.number * STEP
    source.past.holes = {f"{SITE}/0": Hole(since=at, cause="status 500", tries=3)}
    assert source.look(page()) == []
    (alarm,) = source.look(page())
    assert (alarm.kind, alarm.example) == ("coverage", f"{SITE}/0")
    source.past.holes = {}
    assert told(source.look(page())) == ["coverage over"]
    source.past.holes = {"u": Hole(since=at, cause="timeout", tries=2)}
    assert source.look(page()) == []
    source.past.holes["v"] = Hole(since=at, cause="timeout", tries=2)
    assert told(source.look(page())) == ["coverage raised"]


def test_a_sitemap_that_knows_of_far_more_than_the_store_is_a_hole(source: Source) -> None:
    """Half of what it lists is not there, twice, and was there before."""
    for _ in range(3):
        assert source.look(page(), listed=20, held=20) == []
    assert source.look(page(), listed=20, held=8) == []
    assert told(source.look(page(), listed=20, held=8)) == ["coverage raised"]


def test_what_a_witness_knows_and_no_entry_announced_is_a_hole(source: Source) -> None:
    """Told at once where it is no stray page; a look without a witness says nothing; over when all is announced again."""

    def heard(seen: Sightings) -> None:
        seen.witness = f"{SITE}/news.xml"

    for number in range(9):
        assert source.look(page(), listed=20, held=19 + bool(number), change=heard) == []
        assert source.look(page()) == []
    (alarm,) = source.look(page(), listed=20, held=12, change=heard)
    assert (alarm.kind, alarm.example) == ("coverage", f"{SITE}/news.xml")
    assert "8 of 60 pages" in alarm.saw
    assert source.look(page()) == []
    assert source.look(page(), listed=20, held=12, change=heard) == []
    later = [told(source.look(page(), listed=20, held=20, change=heard)) for _ in range(3)]
    assert later == [[], [], ["coverage over"]]


def test_of_a_new_source_a_witness_tells_nothing() -> None:
    """The store cannot have the days before."""
    source = Source()

    def heard(seen: Sightings) -> None:
        seen.witness = f"{SITE}/news.xml"

    assert [source.look(page(), listed=30, held=5, change=heard) for _ in range(3)] == [[], [], []]


def test_a_look_that_was_broken_off_judges_nothing(source: Source) -> None:
    """Neither raised nor over."""
    assert source.look(problem="got status 503", items=0, is_whole=False) == []
    source.look(problem="expected a feed, got an HTML page", items=0)
    assert source.look(page(), is_whole=False) == []


def test_every_kind_has_a_verdict() -> None:
    """The list of kinds, which a file of alarms may name, is the list of what is judged."""
    import inspect

    from crawler import health, page_health

    text = inspect.getsource(health) + inspect.getsource(page_health)
    assert [kind for kind in KINDS if f'"{kind}"' not in text] == []
