"""A visit knows why it is made, and says so in the words of the metadata record."""

from __future__ import annotations

from crawler.visits import Role, Visit

FEED = Visit(role=Role.FEED, page="https://example.org/feed", source="example")


def test_the_page_that_a_feed_announced_names_the_feed_and_its_record() -> None:
    """From the article's metadata one can walk back to the record of the feed."""
    visit = FEED.followed("https://example.org/a", Role.ARTICLE, "<urn:uuid:1>", "https://example.org/feed.xml")

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
    visit = FEED.followed("https://example.org/a", Role.ARTICLE, None, "https://example.org/feed")
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
