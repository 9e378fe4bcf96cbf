"""crawler/whereabouts: whom a link names, and where a site is."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest

from crawler.whereabouts import guess_country, guess_zone, names_our_region, offsets_in

DAY = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    "text",
    ["Japan", "tag japan", "Япония", "Жапония", "Yaponiya", "Япония билан", "Ҷопон", "Ýaponiýa", "日本", "中央アジア",
     "Central Asia", "Орталық Азия", "Марказий Осиё", "Ўзбекистон", "O‘zbekiston", "Тоҷикистон", "category jp"],
)  # fmt: skip
def test_our_region_is_known_in_each_language(text: str) -> None:
    """Japan and Central Asia by any of their names."""
    assert names_our_region(text)


@pytest.mark.parametrize("text", ["Politics", "Спорт", "Europe", "経済", "About us", "Made in Japan", "jpeg"])
def test_what_is_elsewhere_is_not_named(text: str) -> None:
    """Neither other regions, nor what only sounds like ours."""
    assert not names_our_region(text)


@pytest.mark.parametrize(
    ("document", "host", "languages", "country", "zone"),
    [
        (b"<pubDate>Fri, 20 Nov 2026 09:00:00 +0600</pubDate>", "24.kg", ["ru"], "KG", "Asia/Bishkek"),
        (b"2026-11-20T09:00:00+05:00", "vlast.kz", ["ru"], "KZ", "Asia/Almaty"),
        (b"2026-11-20T09:00:00+09:00", "news.example", ["ja"], "JP", "Asia/Tokyo"),
        (b"Fri, 20 Nov 2026 09:00:00 GMT", "uza.uz", ["uz"], "UZ", "Asia/Tashkent"),
        (b"2026-11-20T09:00:00+06:00", "news.example", ["en"], "001", "Asia/Bishkek"),
        (b"nothing", "news.example", ["en"], "001", "UTC"),
    ],
)
def test_country_and_zone(document: bytes, host: str, languages: list[str], country: str, zone: str) -> None:
    """From the host, the language, and the offsets that its times carry; Kazakhstan has been at +05:00 since 2024."""
    found = guess_country(host, languages)[0]

    assert (country, zone) == (found, guess_zone(found, offsets_in(document), DAY)[0])


def test_offsets_are_counted() -> None:
    """Each time with an offset once, whatever form it has; what is no offset is none."""
    document = b"09:00:00 +0600, 09:00+06:00, 09:00:00.123-05:00, 09:00:00Z, 10:00 +9999"

    assert Counter({dt.timedelta(hours=6): 2, dt.timedelta(hours=-5): 1}) == offsets_in(document)
