"""Authors: people and agencies, wherever the page names them, and nobody who is none."""

from __future__ import annotations

import pytest

from pipelines.byline import find_authors, labelled_name, name_of_more_from
from pipelines.names import is_name, split_names
from pipelines.page import parse_page
from pipelines.title import find_title

SENTENCE = "The harbour was dredged for the first time in eleven years, and the ferries came back within a week."
TEXT = f"<p>{SENTENCE} One.</p><p>{SENTENCE} Two.</p><p>{SENTENCE} Three.</p>"


def authors_of(body: str, head: str = "<title>Ferries Return</title>", site: str = "Caspian Mirror") -> tuple[str, ...]:
    page = parse_page(f"<html><head>{head}</head><body>{body}</body></html>")
    assert page is not None
    _, headline = find_title(page)
    text = [block.index for block in page.blocks if SENTENCE in block.text]
    return find_authors(page, headline=headline, body=text, site=[site])


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By Olga Reed", ("Olga Reed",)),
        ("By Olga Reed and Timur Saidov", ("Olga Reed", "Timur Saidov")),
        ("12 March 2025 | By Olga Reed | Share", ("Olga Reed",)),
        ("Автор: Мадина Ахметова", ("Мадина Ахметова",)),
        ("Муаллиф: Дилшод Каримов", ("Дилшод Каримов",)),
        ("Muallif: Nodira Yo‘ldosheva", ("Nodira Yo‘ldosheva",)),
        ("執筆者:高橋恵子", ("高橋恵子",)),
        ("文・高橋恵子", ("高橋恵子",)),
        ("Von Jana Weber", ("Jana Weber",)),
    ],
)
def test_labelled_byline_below_the_headline(line: str, names: tuple[str, ...]) -> None:
    """The label may stand among day and share words."""
    assert authors_of(f"<h1>Ferries Return</h1><p>{line}</p>{TEXT}") == names


@pytest.mark.parametrize(
    "who",
    [
        "Admin", "Editor", "редакция", "編集部", "Caspian Mirror", "info@example.org", "Site Admin", "adminn", "News Desk",
        "Caspian Mirror Staff", "Staff Reporter", "Our Correspondent", "Editorial Team", "Press Service", "Getty Images",
        "Photo by Olga Reed", "Пресс-служба МИД", "Главный редактор", "Фото автора", "Админ", "Редакция сайта",
        "Tahririyat", "Вазирлик матбуот хизмати", "国際ニュース編集部", "広報部", "Publié le",
    ],
)  # fmt: skip
def test_placeholders_are_nobody(who: str) -> None:
    """Neither the one who pressed the button nor the site itself writes."""
    head = f'<title>Ferries Return</title><meta name="author" content="{who}">'

    assert authors_of(f"<h1>Ferries Return</h1>{TEXT}", head) == ()


def test_byline_below_a_standfirst_is_seen() -> None:
    """A sentence between headline and byline; a label in an element of its own; a place beside a name is none."""
    lead = "Eleven years without a dredger ended on Tuesday, when a ship from Baku came in with the tide."
    page = parse_page(
        f"<html><head><title>Ferries Return</title></head><body><h1>Ferries Return</h1><p>{lead}</p>"
        f"<div><span>Written by</span> <span>Olga Reed</span> <span>Harbour editor</span></div>{TEXT}</body></html>"
    )
    assert page is not None
    body = [block.index for block in page.blocks if SENTENCE in block.text or block.text == lead]

    assert find_authors(page, headline=0, body=body, site=[]) == ("Olga Reed",)
    data = '{"@type":"NewsArticle","headline":"F","author":["Olga Reed","Washington"]}'
    head = f'<title>Ferries Return</title><script type="application/ld+json">{data}</script>'
    assert authors_of(f"<h1>Ferries Return</h1>{TEXT}", head) == ("Olga Reed",)


def test_site_with_the_name_of_its_author_has_one() -> None:
    """Linked data give the person a page as people have it; a paper that calls itself a person gets none."""
    person = '{"@type":"Person","name":"Caspian Mirror"%s}'
    for more, names in (("", ()), (',"url":"https://letters.example/@caspian"', ("Caspian Mirror",))):
        data = f'{{"@type":"NewsArticle","headline":"F","author":{person % more}}}'
        head = f'<title>Ferries Return</title><script type="application/ld+json">{data}</script>'
        assert authors_of(f"<h1>Ferries Return</h1>{TEXT}", head) == names


def test_declared_people_come_first() -> None:
    """Linked data names them all, in order; organisations among them are not people."""
    data = '{"@type":"NewsArticle","headline":"Ferries Return","author":[{"@type":"Person","name":"Olga Reed"},{"@type":"Person","name":"Timur Saidov"},{"@type":"Organization","name":"Caspian Mirror"}]}'
    head = f'<title>Ferries Return</title><script type="application/ld+json">{data}</script>'

    assert authors_of(f"<h1>Ferries Return</h1><p>By Somebody Else</p>{TEXT}", head) == ("Olga Reed", "Timur Saidov")


def test_box_behind_the_text_names_its_author() -> None:
    """A name twice, a biography and a link to more are one person."""
    box = "<h4>Olga Reed</h4><h4>Olga Reed</h4><p>Olga Reed is a reporter.</p><a href=/o>View more articles fromOlga Reed</a>"

    assert authors_of(f"<h1>Ferries Return</h1>{TEXT}<div>{box}</div>") == ("Olga Reed",)


def test_biography_alone_names_its_author() -> None:
    """A paragraph that says what somebody does for a living is signed by nobody else."""
    bio = "<p>Olga Reed is an award-winning journalist who covers the Caspian.</p>"

    assert authors_of(f"<h1>Ferries Return</h1>{TEXT}{bio}") == ("Olga Reed",)


def test_name_beside_the_day_is_a_byline() -> None:
    """A full name in the line of the day needs no label; a section in the menu is none."""
    line = "<div><span>Caspian Sea</span><time>12 March 2025</time><span>Olga Reed</span></div>"
    menu = "<nav><a href=/s>Caspian Sea</a></nav>"

    assert authors_of(f"{menu}<h1>Ferries Return</h1>{line}{TEXT}") == ("Olga Reed",)


def test_unsigned_text_has_no_author() -> None:
    """People whom the text quotes did not write it."""
    quoted = "<p>Hiroshi Tanabe is a professor of economics in Osaka, and he advised the port from 2021 to 2024.</p>"

    assert authors_of(f"<h1>Ferries Return</h1><p>Commentary</p>{quoted}{TEXT}") == ()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("View more articles fromOlga Reed", "Olga Reed"),
        ("Все материалы автора Мадина Ахметова", "Мадина Ахметова"),
        ("高橋恵子の記事一覧", "高橋恵子"),
        ("View more articles", None),
    ],
)
def test_link_to_more_of_an_author(text: str, name: str | None) -> None:
    """The name may be glued to the words."""
    assert name_of_more_from(text) == name


def test_sentence_is_no_byline() -> None:
    """`By` begins sentences too."""
    page = parse_page("<p>By the end of March the ice had gone.</p>")
    assert page is not None

    assert labelled_name(page.blocks[0]) is None


@pytest.mark.parametrize(
    "text", ["Olga Reed", "Jan van der Meer", "高橋 恵子", "Мадина Ахметова", "TCA", "Nodira Yo‘ldosheva"]
)
def test_names(text: str) -> None:
    """Capitalised words, small parts between them, and names without spaces."""
    assert is_name(text)


@pytest.mark.parametrize(
    "text", ["the editors", "Read more", "Share", "12 March", "A long line of words that is no name at all", "a@b.org"]
)
def test_no_names(text: str) -> None:
    """Furniture, days, addresses and prose."""
    assert not is_name(text)


def test_roles_are_no_part_of_a_name() -> None:
    """What stands behind a dash or in brackets tells who somebody is."""
    assert split_names("Olga Reed (Baku), Timur Saidov – editor") == ["Olga Reed", "Timur Saidov"]


@pytest.mark.parametrize(
    ("head", "names"),
    [
        ('<meta name=author content="Olga Reed, Bishkek">', ("Olga Reed",)),
        ('<meta name=author content="Olga Reed. Steppe International">', ("Olga Reed",)),
        ('<meta name=author content="dpa">', ("dpa",)),
        (
            (
                '<script type="application/ld+json">{"headline":"F","author":[{"@type":"Person","name":"Olga Reed"},'
                '{"@type":"Organization","name":"SDA"},{"@type":"Organization","name":"Steppe House"}]}</script>'
            ),
            ("Olga Reed", "SDA"),
        ),
        (
            '<meta name=author content="Caspian Mirror"><meta name="cXenseParse:author" content="高橋恵子">',
            ("高橋恵子",),
        ),
    ],
)
def test_declared_people_and_agencies(head: str, names: tuple[str, ...]) -> None:
    """A place or a house behind a name is none; an agency signs, a publisher does not."""
    assert authors_of(f"<h1>Ferries Return</h1>{TEXT}", f"<title>Ferries Return</title>{head}") == names


def test_author_of_microdata_counts_where_nothing_else_is_declared() -> None:
    """The object must be the only one of its kind."""
    scope = "<div itemscope itemtype='https://schema.org/NewsArticle'><span itemprop=author>Тимур Саидов</span></div>"
    assert authors_of(f"<h1>Ferries Return</h1>{TEXT}{scope}") == ("Тимур Саидов",)
