"""What recurs over the pages of a host: learned from three pages on, taken from the edges of an article only."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines import Article, extract_page
from pipelines.flow import lines_of
from pipelines.keys import text_key
from pipelines.rules import PageRules
from pipelines.template import learn, line_key, page_keys
from tests.pipelines.test_flow import capture

if TYPE_CHECKING:
    from pipelines.template import Template

BOX = "The Valley Herald is read in all nine districts, and its friends keep it alive with a few coins each month."
QUOTE = "“The road was never a question of money but of who would have to sign for it,” the surveyor told the court."
ORDINALS = ["first", "second", "third", "fourth", "fifth"]
NUMBERS = ["one", "two", "three", "four", "five"]
SHORT = "A voice from the valley"


def body_of(number: int) -> list[str]:
    return [
        f"In district {'abcdefgh'[number]}{number} the council has met for the first time since the flood of last year.",
        f"Its {ORDINALS[number]} decision was to count the bridges that are left.",
        f"The clerk, who is {30 + number}, wrote the list by hand because the office has no power after noon.",
        f"What the list says about bridge number {NUMBERS[number]} surprised nobody there.",
    ]


def page_of(number: int, *, middle: str = "", ends: str = "") -> str:
    first, second, third, fourth = (f"<p>{text}</p>" for text in body_of(number))
    title = f"Report {'ABCDEFGH'[number]} from the council"
    return (
        f"<html><head><title>{title}</title></head><body><h1>{title}</h1><p>{SHORT}</p>{first}{second}{middle}{third}"
        f"{fourth}{ends}</body></html>"
    )


def template_of(*pages: str) -> Template | None:
    return learn(page_keys(lines_of(capture(page.encode()))) for page in pages)


def text_of(page: str, template: Template | None) -> list[str]:
    outcome = extract_page(page.encode(), rules=PageRules(template=template))
    assert isinstance(outcome, Article)
    return outcome.text.split("\n\n")


def test_line_on_three_pages_goes_from_the_end() -> None:
    """A paragraph that only repetition gives away."""
    pages = [page_of(number, ends=f"<p>{BOX}</p>") for number in range(3)]
    assert BOX in text_of(pages[0], None)
    assert text_of(pages[0], template_of(*pages)) == body_of(0)


def test_two_pages_teach_nothing() -> None:
    """Two articles may well share a paragraph."""
    assert template_of(page_of(0), page_of(1)) is None


def test_same_article_counts_once() -> None:
    """Else an article that was crawled three times would be its own template."""
    assert template_of(page_of(0), page_of(0), page_of(0), page_of(1)) is None


def test_paragraph_quoted_in_two_articles_stays() -> None:
    """Wherever it stands."""
    pages = [page_of(0, ends=f"<p>{QUOTE}</p>"), page_of(1, ends=f"<p>{QUOTE}</p>"), page_of(2), page_of(3)]
    assert text_of(pages[0], template_of(*pages))[-1] == QUOTE


def test_prose_in_the_middle_stays_however_often_it_recurs() -> None:
    """Agencies repeat the background of a story in each piece on it."""
    pages = [page_of(number, middle=f"<p>{QUOTE}</p>") for number in range(4)]
    assert text_of(pages[0], template_of(*pages))[2] == QUOTE


def test_counts_and_days_do_not_hide_a_recurring_line() -> None:
    """Every number is the same number."""
    pages = [page_of(number, ends=f"<p>Read {number * 97} times since yesterday</p>") for number in range(3)]
    assert text_of(pages[1], template_of(*pages)) == body_of(1)


def test_rare_line_of_a_large_host_is_not_its_template() -> None:
    """Three pages of many are a series of articles, not a site."""
    names = "abcdefghijklmno"
    series = ["About the series"]
    pages = [[f"The article {name * 60} is one of its own", *(series if name < "d" else [])] for name in names]
    template = learn(page_keys(lines) for lines in pages)
    assert template is not None
    assert not template.recurs(*series)


def test_digest_names_the_content() -> None:
    """Equal for equal lines, however many pages showed them: a page more makes no article anew."""
    pages = [page_of(number) for number in range(4)]
    first, again = template_of(*pages), template_of(*pages[:3])
    other = template_of(*(page_of(number, ends=f"<p>{BOX}</p>") for number in range(4)))
    assert first is not None
    assert again is not None
    assert other is not None
    assert first.digest == again.digest != other.digest


@given(st.text(alphabet=st.one_of(st.sampled_from("09 1a٣²ⅦЖ年_-."), st.characters(exclude_categories=["Cs"]))))
def test_every_number_of_a_line_is_the_same(text: str) -> None:
    assert line_key(text) == re.sub(r"\d+", "0", text_key(text))


@pytest.mark.parametrize(("text", "key"), [("21:05, 1,734 views", "0views"), ("просмотров: 12", "просмотров0")])
def test_a_number_however_long_is_one_zero(text: str, key: str) -> None:
    assert line_key(text) == key
