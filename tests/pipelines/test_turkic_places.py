"""Villages that no table has are told by how their names are made, and stand for Central Asia."""

from __future__ import annotations

import pytest

from pipelines.article import Label
from pipelines.relevance import judge, may_concern_both
from pipelines.turkic_places import turkic_places


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("В селе Шамалды-Сай и у Беш-Таша", ["Шамалды-Сай", "Беш-Таша"]),
        ("A school in Kyzyl-Bulak, near Ming-Kurgan.", ["Kyzyl-Bulak", "Ming-Kurgan"]),
        ("Дөң-Арыкта жолугушуу", ["Дөң-Арыкта"]),
        ("Ростов-на-Дону, Санкт-Петербург, Baden-Baden, Coca-Cola, Anglo-Saxon", []),
        ("Nord-Kul-Sund; полу-сай", []),
    ],
)
def test_names_of_two_words_are_found_by_the_second(text, names):
    assert [text[start:end] for start, end in turkic_places(text)] == names


def test_such_a_village_is_the_side_of_central_asia():
    text = "В школе села Ныязбек-Сай открыли класс на средства японского гранта."

    relevance = judge(None, text, "ru")

    assert relevance.label is Label.CORE
    assert "Ныязбек-Сай" in {span.text for span in relevance.evidence}
    assert may_concern_both(None, text)
