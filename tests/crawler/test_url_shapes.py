"""crawler/url_shapes: expressions that are learned from addresses match those, and nothing that was named beside them."""

from __future__ import annotations

import re

import pytest

from crawler.url_shapes import learn_patterns
from crawler.urls import target_of

HOST = "https://x.example"
# What articles look like, what is none, what was not seen but is one, what was not seen and is none.
CASES = {
    "dated": (
        ["/news/2026/08/11/tokyo-loan/", "/news/2025/12/01/a-b-c/"],
        ["/tag/japan/", "/news/"],
        ["/news/2019/1/2/seen-later/"],
        ["/news/2026/08/11/", "/amp/news/2026/08/11/tokyo-loan/", "/news/2026/08/11/tokyo-loan/print/"],
    ),
    "slugs at the root": (
        ["/tokyo-lends-money/", "/osaka-teaches/"],
        ["/our-team/", "/tag/japan/"],
        ["/bishkek-waits-for-rain/"],
        ["/our-team/", "/about-us/", "/privacy-policy/", "/japan/", "/tokyo-lends-money/amp/"],
    ),
    "slugs in many sections": (
        ["/politics/a-b", "/economy/c-d", "/central-asia/e-f"],
        ["/country/south-korea"],
        ["/culture/x-y"],
        ["/tag/a-b", "/author/jane-doe", "/country/south-korea", "/politics", "/politics/a-b/amp"],
    ),
    "slugs in two sections": (["/ru/news/a-b", "/en/news/c-d"], [], ["/en/news/e-f"], ["/fr/news/e-f", "/en/tag/e-f"]),
    "numbers": (["/en/news/123", "/en/news/7"], [], ["/en/news/99999"], ["/en/news/", "/en/news/about"]),
    "a program": (["/news.php?id=3", "/news.php?id=4"], [], ["/news.php?id=99"], ["/list.php?id=3", "/news.php?page=2"]),
    "a program that shows lists too": (
        ["/index.php?option=com_content&view=article&id=3", "/index.php?option=com_content&view=article&id=4"],
        ["/index.php?option=com_content&view=category&id=5"],
        ["/index.php?option=com_content&view=article&id=99"],
        ["/index.php?option=com_content&view=category&id=9", "/index.php?option=com_users&view=login"],
    ),
    "files": (["/press/2026/a-b.html", "/press/2025/c.html"], [], ["/press/2024/z.html"], ["/press/2024/z.pdf"]),
    "numbered slugs": (
        [f"/news/{n}-word-{n}" for n in range(5, 14)], [], ["/news/77-other"], ["/news/all-the-news", "/news/japan"],
    ),
    "letters of the language": (["/%D0%B0%D0%B1-%D0%B2/", "/x-y/"], ["/our-team/"], ["/%D0%B3/"], ["/our-team/", "/a/b/"]),
    "an address that says where the reader came from": (
        ["/a-b?ref=rss", "/c-d?ref=rss"], [], ["/e-f", "/e-f?ref=rss"], ["/e-f?ref=rss&page=2"],
    ),
    "one that is no article in the midst": (
        ["/news/a-b", "/news/c-d", "/news/e-f"], ["/news/all-topics"], ["/news/g-h"], ["/news/all-topics"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_patterns_match_what_was_meant(case: str) -> None:
    """All that was given and its like; neither what was excluded nor what merely resembles it."""
    given, others, like, unlike = ([HOST + path for path in paths] for paths in CASES[case])
    patterns = learn_patterns(given, others)

    assert [] == [url for url in (*given, *like) if not _matches(patterns, url)], patterns
    assert [] == [url for url in (*others, *unlike) if _matches(patterns, url)], patterns


def _matches(patterns: tuple[str, ...], url: str) -> bool:
    return any(re.search(pattern, target_of(url)) for pattern in patterns)


def test_a_kind_that_some_sections_were_seen_to_have_is_had_by_all() -> None:
    """Old addresses were seen in two of three sections: they are articles in the third too."""
    sections = ("politics", "business", "world")
    plain = [f"https://x.example/{name}/{number}/" for number, name in enumerate(sections * 3, 1000)]
    moved = [f"https://x.example/{name}/{number}-old/" for number, name in enumerate(sections[:2], 1000)]
    patterns = learn_patterns([*plain, *moved])

    assert any(re.search(pattern, "/world/1002-old/") for pattern in patterns)
    assert not any(re.search(pattern, "/tag/1002-old/") for pattern in patterns)
    alone = learn_patterns([*[url for url in plain if "/world/" not in url], *moved])
    assert not any(re.search(pattern, "/world/1002-old/") for pattern in alone)
