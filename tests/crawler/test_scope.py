"""crawler.scope: what a URL is for a source, and why it is refused."""

from __future__ import annotations

import re

import pytest

from crawler.scope import Verdict, classify
from crawler.sources import Entry, Scope, Source

SOURCE = Source(
    id="s",
    name="S",
    name_en="S",
    country="UZ",
    languages=("uz",),
    kind="private",
    timezone="Asia/Tashkent",
    entries=(Entry(type="feed", url="https://s.example/feed/"),),
    scope=Scope(
        hosts=("s.example", "127.0.0.1:47801"),
        article=(re.compile(r"^/news/[^/?]+/?$"), re.compile(r"^/янгилик/"), re.compile(r"^/index\?id=\d+$")),
        listing=(re.compile(r"^/news/"), re.compile(r"^/tag/")),
        exclude=(re.compile(r"^/news/about"),),
    ),
)

ARTICLE = Verdict(kind="article")


def refused(reason: str, kind: str = "other") -> Verdict:
    return Verdict(kind=kind, refused=reason)


TABLE = [
    ("https://s.example/news/a-b", ARTICLE),
    ("HTTP://S.EXAMPLE:80/news/a-b#x", ARTICLE),
    ("https://s.example/index?id=7&utm_source=x", ARTICLE),
    ("https://s.example/янгилик/бир", ARTICLE),
    ("https://s.example/%D1%8F%D0%BD%D0%B3%D0%B8%D0%BB%D0%B8%D0%BA/1", ARTICLE),
    ("http://127.0.0.1:47801/news/a", ARTICLE),
    ("https://s.example/tag/japan?page=2", Verdict(kind="listing")),
    ("https://s.example/news/", Verdict(kind="listing")),
    ("https://s.example/", refused("not_article")),
    ("https://s.example/news/about", refused("excluded")),
    ("https://s.example/news/photo.JPG", refused("media", "media")),
    ("https://s.example/news/report.pdf?x=1", refused("media", "media")),
    ("https://cdn.example/photo.jpg", refused("foreign_host", "media")),
    ("https://s.example.evil.example/news/a", refused("foreign_host")),
    ("https://s.example:8443/news/a", refused("foreign_host")),
    ("http://127.0.0.1/news/a", refused("foreign_host")),
    ("mailto:a@s.example", refused("bad_url")),
    ("https://s.example/news/" + "a" * 2000, refused("too_long")),
    ("https://s.example/news/" + "я" * 700, refused("too_long")),
    ("https://s.example/news/" + "/".join("abcdefghijkl"), refused("trap")),
    ("https://s.example/a/b/a/b/a", refused("trap")),
    ("https://s.example/tag/2011/11/11", Verdict(kind="listing")),
    ("https://s.example/tag/?a&b&c&d&e&f&g&h", Verdict(kind="listing")),
    ("https://s.example/tag/?a&b&c&d&e&f&g&h&i", refused("trap")),
]


@pytest.mark.parametrize(("url", "expected"), TABLE)
def test_classify(url: str, expected: Verdict) -> None:
    """Each URL is an article, a listing, or refused for one reason."""
    assert expected == classify(SOURCE, url)
