"""crawler.demo.content: the texts keep to their format and to their labels."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from crawler.demo.content import PORTS, DemoArticle, DemoContentError, load_sites, parse_site
from tests.crawler.demo.client import MINIMAL, of_site

if TYPE_CHECKING:
    from crawler.demo.server import DemoSites


LABELS = {"core": 9, "mention": 1, "sport": 1, "off": 4}

# Words that name one side, by the language of the page; enough of them to catch a slip of the pen.
CENTRAL_ASIA = {
    "en": r"central asia|kazakh|kyrgyz|tajik|turkmen|uzbek|almaty|astana|tashkent|bishkek|dushanbe|ashgabat|samarkand",
    "ru": r"центральн\w+ ази|казах|кыргыз|киргиз|таджик|туркмен|узбек|алматы|астан|ташкент|бишкек|душанбе|ашхабад|хив",
    "uz": r"markaziy osiyo|qozog‘|qirg‘iz|tojik|turkman|o‘zbek|olmaota|ostona|toshkent|bishkek|dushanbe|ashxobod|orol",
    "uz-Cyrl": r"марказий осиё|қозоғ|қирғиз|тожик|туркман|ўзбек|олмаота|остона|тошкент|бишкек|душанбе|ашхобод|орол",
    "ja": r"中央アジア|カザフ|キルギス|タジク|タジキスタン|トルクメン|ウズベク|ウズベキ|アルマティ|アスタナ|タシケント|ビシュケク",
}
JAPAN = {
    "en": r"japan|tokyo|osaka|kyoto|nagoya|jica|yen\b",
    "ru": r"япон|токио|осак|киото|наго[йея]|jica|иен\b",
    "uz": r"yapon|tokio|osaka|kioto|nagoya|jica",
    "uz-Cyrl": r"япон|токио|осака|киото|нагоя|jica",
    "ja": r"日本|東京|大阪|京都|名古屋|邦人|外務省|jica",
}


def gold(article: DemoArticle) -> str:
    captions = [figure.caption + " " + figure.credit for figure in article.figures]
    return " ".join([article.title, *article.paragraphs, *captions, *article.tags]).lower()


def test_four_sites_have_fifteen_articles_each_with_the_agreed_labels(sites: DemoSites) -> None:
    """Nine core, one mention, one sport and four one-sided pages stand on each of the four sites."""
    assert set(sites.site_ids) == set(PORTS)
    for site in sites.site_ids:
        assert Counter(article.label for article in of_site(sites, site)) == LABELS


def test_one_sided_pages_do_not_name_the_other_side() -> None:
    """The texts labelled off hold the words of one side at most; core and mention name both early on."""
    for site in load_sites():
        for article in site.articles:
            words_of_sides = [words[article.language] for words in (CENTRAL_ASIA, JAPAN)]
            sides = [bool(re.search(words, gold(article))) for words in words_of_sides]
            assert all(sides) == (article.label != "off"), (article.slug, sides)
            start = " ".join([article.title, *article.paragraphs[:2]]).lower()
            if article.label in ("core", "mention"):
                assert all(re.search(words, start) for words in words_of_sides), article.slug


def test_no_two_articles_share_a_paragraph() -> None:
    """Each paragraph of all four sites is written once."""
    entries = [
        text for site in load_sites() for article in site.articles for text in article.paragraphs if len(text) > 60
    ]
    assert [text for text, count in Counter(entries).items() if count > 1] == []


def test_marks_are_taken_off_the_gold() -> None:
    """Subheads and list items lose their marks."""
    site = parse_site("x.toml", MINIMAL)
    assert site.articles[0].paragraphs == ("Text.", "Subhead", "item")
    assert site.articles[0].url == "http://127.0.0.1:47801/a-slug/"


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ('"demo-magazine"', '"demo-other"', "[site] id"),
        ('"Asia/Almaty"', '"Asia/Nowhere"', "[site] timezone"),
        ('"a-slug"', '"A slug"', "article A slug: slug"),
        ('label = "core"', 'label = "good"', "article a-slug: label"),
        ("+05:00", "", "article a-slug: published"),
        ('title = "Title"', "title = 3", "article a-slug: title"),
        ('title = "Title"', "", "article a-slug"),
        ("tags = []", "tags = []\nviews = 3", "article a-slug"),
        ('"Text."', '" Text."', "article a-slug: body"),
        ('body = ["Text.", "## Subhead", "- item"]', "body = []", "article a-slug: body"),
        ('"Text."', '"Text.", "Text."', "body"),
        ("[[article]]", "[[other]]", "top level"),
    ],
)
def test_a_slip_in_the_content_is_named(old: str, new: str, where: str) -> None:
    """Each broken rule of the format raises an error that says where."""
    with pytest.raises(DemoContentError) as caught:
        parse_site("x.toml", MINIMAL.replace(old, new, 1))
    assert caught.value.where == where
