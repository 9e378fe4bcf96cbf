"""crawler/editions: which links of a home page lead to the same site in another language."""

from __future__ import annotations

import pytest

from crawler.discovery import Announcement, Discovery
from crawler.editions import are_siblings, editions_of, like_article, names_language
from crawler.head_links import links_of_head

HOME = "https://www.x.kz/"


def editions(*links: tuple[str, str], head: str = "") -> tuple[str, ...]:
    items = tuple(Announcement(url=url, title=title or None, published=None, place="link") for url, title in links)
    return editions_of(Discovery(announcements=items), head.encode(), HOME, ["www.x.kz"])


@pytest.mark.parametrize(
    ("link", "title", "expected"),
    [
        ("https://kz.x.kz/", "KZ", True),
        ("https://ru.x.kz/ru/", "Русская версия", True),
        ("https://en.x.kz/", "", True),  # a flag
        ("https://www.x.kz/uz/", "Oʻzbekcha", True),
        ("https://other.kz/", "English", False),  # another site
        ("https://kg.x.kz/", "News of Kyrgyzstan", False),  # another country
        ("https://shop.x.kz/", "", False),
        ("https://www.x.kz/news/english-lessons-7", "English", False),
        (HOME, "Русский", False),
    ],
)
def test_a_link_called_by_a_language_leads_to_an_edition(link: str, title: str, expected: bool) -> None:
    """On a host beside the site's own or at its top; nothing else that is called so."""
    assert ((link,) if expected else ()) == editions((link, title))


def test_what_the_head_names_is_an_edition_on_any_host() -> None:
    """The one for all other languages is one of them."""
    head = "".join(
        f"<link rel=alternate hreflang={language} href={url}>"
        for language, url in [("x-default", "https://x.kz/all/"), ("kk", "https://qaz.example/"), ("ru", HOME)]
    )

    assert ("https://qaz.example/",) == editions(head=head)
    alone = b"<link rel=alternate hreflang=x-default href=/all/>"
    assert ("https://www.x.kz/all/",) == links_of_head(alone, HOME)[1]


@pytest.mark.parametrize("text", ["EN", "Рус", "日本語", "O‘zbekcha", "ЎЗБЕКЧА", "| Кыргызча |", "Türkmençe", "Тоҷикӣ"])
def test_names_of_languages(text: str) -> None:
    """In their own script, as a code, and short."""
    assert names_language(text)
    assert not names_language(f"{text} lessons begin at the university of the capital")


def test_siblings_share_a_name_that_can_be_registered() -> None:
    """Below an ending that many share it is the piece before."""
    assert are_siblings("ru.mfa.gov.kz", "mfa.gov.kz")
    assert not are_siblings("ru.mfa.gov.kz", "iie.gov.kz")
    assert not are_siblings("127.0.0.1:81", "127.0.0.1:82")


def test_alternates_that_are_home_pages_are_no_articles() -> None:
    """Some sites name those on every page; nor is a tag."""
    others = ["https://x.kz/kz/", "https://x.kz/kz/news/5", "https://x.kz/kz/tag/5"]

    assert others[1:2] == list(like_article("https://x.kz/news/7", others))
