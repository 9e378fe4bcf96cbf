"""crawler.doubles: one article under several addresses is one page, as the site itself writes its address."""

from __future__ import annotations

import dataclasses
import re

import pytest

from crawler.doubles import better_spelling, identity_of, original_of
from crawler.sources import Entry, Scope
from crawler.urls import normalise_url
from tests.crawler.sites import SOURCE

SITE = dataclasses.replace(
    SOURCE,
    entries=(Entry(type="feed", url="https://s.example/feed"),),
    scope=Scope(
        hosts=("s.example", "xn--e1afmkfd.xn--p1ai"),
        article=(
            re.compile(r"^/news/[\w%-]+(?:\.html)?/?$"),
            re.compile(r"^/view\.php\?id=\d+$"),
            re.compile("^/kept$"),
        ),
    ),
)

# What is announced, and what is fetched for it: scheme, host, port, default document, tracking, fragment, escapes, IDN,
# editions for small screens and for printers, the final slash.
TABLE = [
    ("https://s.example/news/a", "https://s.example/news/a"),
    ("http://s.example/news/a", "https://s.example/news/a"),
    ("HTTPS://S.Example:443/news/a#comments", "https://s.example/news/a"),
    ("https://www.s.example/news/a", "https://s.example/news/a"),
    ("https://m.s.example/news/a", "https://s.example/news/a"),
    ("https://amp.s.example/news/a", "https://s.example/news/a"),
    ("https://m.other.example/news/a", "https://m.other.example/news/a"),
    ("https://s.example/news/a?utm_source=x&fbclid=1", "https://s.example/news/a"),
    ("https://s.example/news/a?from=main&ref=rss", "https://s.example/news/a"),
    ("https://s.example/news/a?page=2", "https://s.example/news/a?page=2"),
    ("https://s.example/news/a/index.html", "https://s.example/news/a/"),
    ("https://s.example/news/a/index.php?utm_medium=x", "https://s.example/news/a/"),
    ("https://s.example/amp/news/a", "https://s.example/news/a"),
    ("https://s.example/news/a/amp/", "https://s.example/news/a/"),
    ("https://s.example/news/amp/a", "https://s.example/news/a"),
    ("https://s.example/news/a.amp.html", "https://s.example/news/a.html"),
    ("https://s.example/news/a?amp=1", "https://s.example/news/a"),
    ("https://s.example/news/a?outputType=amp", "https://s.example/news/a"),
    ("https://s.example/print/news/a", "https://s.example/news/a"),
    ("https://s.example/news/a/print", "https://s.example/news/a"),
    ("https://s.example/news/a?print=y", "https://s.example/news/a"),
    ("https://s.example/view.php?id=7&print=1", "https://s.example/view.php?id=7"),
    ("https://s.example/view.php?id=7&from=x", "https://s.example/view.php?id=7"),
    ("https://s.example/kept/", "https://s.example/kept"),
    ("https://s.example/news/%d1%82", "https://s.example/news/%D1%82"),
    ("https://s.example/news/т", "https://s.example/news/%D1%82"),
    ("https://пример.рф/news/a", "https://xn--e1afmkfd.xn--p1ai/news/a"),
    # no article without what looks like an edition: it is what it is
    ("https://s.example/print/about", "https://s.example/print/about"),
    ("https://s.example/news/blue-print.html", "https://s.example/news/blue-print.html"),
]  # fmt: skip


@pytest.mark.parametrize(("announced", "expected"), TABLE)
def test_what_is_fetched_for_an_announced_address(announced: str, expected: str) -> None:
    """The simplest address that is an article's; the same again for that itself."""
    found = original_of(SITE, normalise_url(announced))

    assert expected == found
    assert found == original_of(SITE, found)


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("https://s.example/a", "http://www.s.example/a/", True),
        ("https://s.example/a/index.html", "https://s.example/a", True),
        ("https://s.example/?p=1", "https://s.example/index.php?p=1", True),
        ("https://s.example/a?b=1", "https://s.example/a?b=2", False),
        ("https://s.example/a", "https://s.example/A", False),
        ("https://s.example:8080/a", "https://s.example/a", False),
    ],
)
def test_the_identity_of_a_page(one: str, other: str, is_same: bool) -> None:
    """Scheme, www, default document and final slash tell no two pages apart."""
    assert is_same is (identity_of(one) == identity_of(other))


@pytest.mark.parametrize(("with_slash", "expected"), [(True, "https://s.example/a/"), (False, "https://s.example/a")])
def test_the_final_slash_is_as_the_site_has_it(with_slash: bool, expected: str) -> None:
    """Of two spellings that were announced the one is taken that most of the site's pages have."""
    spellings = ["https://s.example/a", "https://s.example/a/", "https://s.example/a/index.html"]

    assert expected == better_spelling(spellings, with_slash=with_slash)
