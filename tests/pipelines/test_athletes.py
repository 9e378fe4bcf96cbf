"""Surnames speak for a side in reports of sport, and nowhere else."""

from __future__ import annotations

import pytest

from pipelines.article import Label
from pipelines.athletes import athletes_of
from pipelines.relevance import judge


@pytest.mark.parametrize(
    ("text", "sides"),
    [
        ("Нурсултан Турсынов уступил хозяину татами Ямагути", {"ca", "jp"}),
        ("Дархану Калдыбекову вручили медаль", {"ca"}),
        ("Айпери Медет кызы", {"ca"}),
        ("Hasanboy Usmonzoda beat Sato", {"ca", "jp"}),
        ("Smetov edged Nagayama in the repechage", {"jp"}),
        ("Ералиев вышел в финал", {"ca"}),
        ("準決勝でスメトフに敗れた", {"ca"}),
        ("Judge Okafor and Ms Weber", set()),
        ("a sato orange, the saito of a port", set()),
    ],
)
def test_surnames_tell_the_side(text: str, sides: set[str]) -> None:
    assert athletes_of(text) == sides


def test_a_surname_makes_a_match_of_a_report_and_no_story_of_another() -> None:
    match = "Дархан Калдыбеков — бронзовый призёр юниорского первенства Азии в Осаке по борьбе."
    trade = "Дархан Калдыбеков открыл магазин в Осаке."

    assert judge(None, match, "ru").label is Label.SPORT
    assert judge(None, trade, "ru").label is Label.OFF
