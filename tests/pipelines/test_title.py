"""The headline: without the site's name, in the spelling that the page shows."""

from __future__ import annotations

import pytest

from pipelines.page import Page, parse_page
from pipelines.title import find_title, strip_site

TITLE = "A Bridge for Khorog: What the Second Loan Pays For"


def page_of(html: str) -> Page:
    page = parse_page(html)
    assert page is not None
    return page


def title_of(head: str, body: str = "") -> str | None:
    return find_title(page_of(f"<html><head>{head}</head><body>{body}</body></html>"))[0]


@pytest.mark.parametrize("joint", [" - ", " | ", " – ", " — ", " :: ", " » ", " · ", "|", "｜"])
def test_site_name_behind_a_separator_goes(joint: str) -> None:
    """The shown headline tells where the site's name begins."""
    assert title_of(f"<title>{TITLE}{joint}Pamir Courier</title>", f"<h1>{TITLE}</h1>") == TITLE


@pytest.mark.parametrize(
    ("title", "names", "bare"),
    [
        ("Снег закрыл перевал | Горный вестник", ["Горный вестник"], "Снег закрыл перевал"),
        ("Горный вестник | Снег закрыл перевал", ["Горный вестник"], "Снег закрыл перевал"),
        ("峠が雪で通行止め - 山岳通信", ["山岳通信"], "峠が雪で通行止め"),
        ("Dovon yopildi – qor sababmi? | Tog‘ xabari", ["Tog‘ xabari"], "Dovon yopildi – qor sababmi?"),
        ("Snow - and then the thaw", ["Pamir Courier"], "Snow - and then the thaw"),
        ("Well-known roads", [], "Well-known roads"),
    ],
)
def test_known_name_is_cut_at_either_end_only(title: str, names: list[str], bare: str) -> None:
    """A dash within the headline is no border."""
    assert strip_site(title, names) == bare


def test_heading_with_the_sites_name_is_not_the_title() -> None:
    """A logo in an h1 loses to the headline in a div."""
    assert title_of(f"<title>{TITLE} | Pamir Courier</title>", f"<h1>Pamir Courier</h1><div>{TITLE}</div>") == TITLE


def test_colon_in_the_title_hides_no_site() -> None:
    """The part behind a colon belongs to the headline."""
    assert (
        title_of("<title>Ports: The Second Loan</title>", "<h1>Ports: The Second Loan</h1>") == "Ports: The Second Loan"
    )


def test_title_broken_over_two_lines_is_whole() -> None:
    """Two lines that show a declared title together are one headline."""
    shown = "<div>A Bridge for Khorog:<br>What the Second Loan Pays For</div>"

    assert title_of(f"<title>{TITLE} - Pamir Courier</title>", shown) == TITLE


def test_overline_is_no_part_where_a_declared_title_does_without() -> None:
    """A kicker in an element of its own above the headline goes."""
    head = f'<meta property="og:title" content="{TITLE}"><title>Water: {TITLE}</title>'

    assert title_of(head, f"<h1><span>Water</span> <span>{TITLE}</span></h1>") == TITLE


def test_only_heading_of_an_undeclared_page_is_the_title() -> None:
    """Without any declaration one h1 is enough."""
    assert title_of("", f"<h1>{TITLE}</h1><h2>Below</h2>") == TITLE


def test_page_without_titles_has_none() -> None:
    """None, not an empty text."""
    assert title_of("", "<p>Only a paragraph.</p>") is None


def test_headline_block_is_the_one_that_shows_it() -> None:
    """The index leads to the heading, not to the breadcrumb before it."""
    page = page_of(f"<title>{TITLE}</title><nav>{TITLE}</nav><h1>{TITLE}</h1>")
    _, headline = find_title(page)

    assert headline is not None
    assert page.blocks[headline].heading == 1


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        # The theme before the colon is left out where the page itself does without it.
        (f"<title>Loans: {TITLE}</title><meta property=og:title content='{TITLE}'>", f"<h1>Loans: {TITLE}</h1>", TITLE),
        # Two themes, one headline.
        (f"<title>Money: {TITLE}</title>", f"<h1><span>Loans</span> - <span>{TITLE}</span></h1>", TITLE),
        # A declared theme is part of the title.
        (f"<title>Loans: {TITLE}</title>", f"<h1><span>Loans</span>: <span>{TITLE}</span></h1>", f"Loans: {TITLE}"),
        # The heading names its site.
        (
            f"<title>{TITLE} – Pamir Courier</title><meta property=og:site_name content='Pamir Courier'>",
            f"<h1>{TITLE} – Pamir Courier</h1>",
            TITLE,
        ),
        # A site's name that is longer than the headline.
        (
            "<title>Snow Returns at Last - The Pamir Courier and Herald</title>",
            "<h1>Snow Returns at Last</h1><p>The Pamir Courier and Herald</p>",
            "Snow Returns at Last",
        ),
        # A subject that the title happens to contain.
        (f"<title>{TITLE}</title>", "<h2>Bridge for Khorog</h2><p>Some text.</p>", TITLE),
    ],
)
def test_theme_site_and_subject_are_told_from_the_headline(head: str, body: str, title: str) -> None:
    """By what the page shows and declares."""
    assert title_of(head, body) == title


def test_only_h1_in_other_words_is_the_title() -> None:
    """What a reader sees as the headline, where the declared title is worded for search engines."""
    shown = "Why the Second Loan for Khorog Pays for a Bridge Nobody Asked For"
    assert title_of("<title>Khorog loan: bridge costs explained</title>", f"<h1>{shown}</h1><p>Text.</p>") == shown


def test_wording_that_address_and_linked_data_keep() -> None:
    """A page reworded later: both still name the headline of the first day."""
    first = "Unknown cities of the steppe change the history of early trade"
    shown = "Archaeological Sensation: Ruins Found Near Khorog"
    data = f'<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "{first}"}}</script>'
    address = '<link rel="canonical" href="https://example.org/{}.html">'
    head = f'<title>{shown}</title><meta property="og:title" content="{shown}">{data}'
    slug = "a123/unknown-cities-of-the-steppe-change-the-history"
    assert title_of(head + address.format(slug), f"<h1>{shown}</h1>") == first
    assert title_of(head + address.format("a123/ruins-found-near-khorog-sensation-now"), f"<h1>{shown}</h1>") == shown


@pytest.mark.parametrize(
    ("address", "title"),
    [
        (
            "https://post.example/a/nobody-crosses-the-old-bridge-at-night-10192412",
            "Nobody crosses the old bridge at night",
        ),
        (
            "https://post.example/a/at-night-nobody-crosses-old-bridge-in-naryn",
            "At night nobody crosses: old bridge in Naryn",
        ),
    ],
)
def test_address_that_is_a_declared_headline_word_for_word_chooses_it(address: str, title: str) -> None:
    """The address that the page was fetched by: it keeps the first wording, though the shown one has most words."""
    head = '<title>x</title><meta property="og:title" content="Nobody crosses the old bridge at night | Steppe Post">'
    head += '<meta property="og:site_name" content="Steppe Post">'
    page = page_of(
        f"<html><head>{head}</head><body><h1>At night nobody crosses: old bridge in Naryn</h1></body></html>"
    )

    assert find_title(page, address)[0] == title


def test_three_declared_titles_outweigh_a_heading_in_other_words() -> None:
    """Only where they agree, and where no linked data have a headline."""
    wording = "How to cross the old bridge of Naryn"
    h1 = "<h1>Crossing an old bridge: a guide for Naryn</h1>"
    both = f'<meta property="og:title" content="{wording}"><meta name="twitter:title" content="{wording}">'
    data = '<script type="application/ld+json">{"@type":"NewsArticle","headline":"Crossing an old bridge"}</script>'

    assert title_of(f"<title>{wording}</title>{both}", h1) == wording
    assert title_of(f"<title>{wording}</title>{both}{data}", h1) != wording
    assert title_of(f"<title>Crossing an old bridge: a guide for Naryn</title>{both}", h1) != wording
