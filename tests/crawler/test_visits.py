"""A visit knows why it is made, and says so in the words of the metadata record."""

from __future__ import annotations

from crawler.visits import Role, Visit, facts_of_request

FEED = Visit(role=Role.FEED, page="https://example.org/feed", source="example")


def test_the_page_that_a_feed_announced_names_the_feed_and_its_record() -> None:
    """From the article's metadata one can walk back to the record of the feed."""
    visit = FEED.followed("https://example.org/a", Role.ARTICLE, [("https://example.org/feed.xml", "<urn:uuid:1>")])

    assert {
        "kakehashi-role": "article",
        "kakehashi-source": "example",
        "via": "https://example.org/feed.xml",
        "kakehashi-announced-by": "https://example.org/feed.xml <urn:uuid:1>",
        "hopsFromSeed": "L",
    } == dict(visit.facts())
    assert visit.depth == 1


def test_a_redirect_adds_its_hops_and_becomes_the_way() -> None:
    """Each hop is an R; `via` is the last of them, while the announcer stays."""
    visit = FEED.followed("https://example.org/a", Role.ARTICLE, [("https://example.org/feed", "")])
    facts = dict(visit.facts(["https://example.org/a", "https://example.org/b"]))

    assert ("LRR", "https://example.org/b") == (facts["hopsFromSeed"], facts["via"])
    assert facts["kakehashi-redirected-from"] == "https://example.org/b"
    assert facts["kakehashi-announced-by"] == "https://example.org/feed"


def test_a_seed_has_no_way() -> None:
    """An entry of the source file was announced by nobody."""
    assert {"kakehashi-role": "feed", "kakehashi-source": "example", "hopsFromSeed": ""} == dict(FEED.facts())


def test_what_somebody_asked_for_is_marked() -> None:
    """A capture by URL is kept whatever its topic, also when it is read again from the WARC alone."""
    visit = Visit(role=Role.ARTICLE, page="https://example.org/", source=None, keeps_all=True)

    assert dict(visit.facts())["kakehashi-asked-for"] == "yes"


def test_a_request_without_a_visit_says_what_scrapy_knows_of_it() -> None:
    """Depth, referer and redirects; what has no callback is robots.txt or something embedded."""
    page = "https://example.org/a"

    assert (("hopsFromSeed", ""),) == facts_of_request(page)
    assert (("via", "r"), ("hopsFromSeed", "LLL")) == facts_of_request(page, referer="r", depth=3)
    assert (("via", "r"), ("hopsFromSeed", "L")) == facts_of_request(page, referer="r")
    assert (("hopsFromSeed", "E"),) == facts_of_request(page, is_for_engine=True)
    hops = (("via", "y"), ("kakehashi-redirected-from", "y"), ("hopsFromSeed", "LRR"))
    assert hops == facts_of_request(page, referer="r", depth=1, redirected_from=["x", "y"])


def test_only_robots_txt_is_called_robots() -> None:
    """Wherever it was redirected; and not when a spider asks for it as a page."""
    page, robots = "https://example.org/a", "https://example.org/robots.txt"

    assert (("kakehashi-role", "robots"), ("hopsFromSeed", "P")) == facts_of_request(robots, is_for_engine=True)
    assert "robots" == dict(facts_of_request(page, is_for_engine=True, redirected_from=[robots]))["kakehashi-role"]
    assert (("hopsFromSeed", "L"),) == facts_of_request(robots, depth=1)
