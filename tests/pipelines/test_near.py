"""Copies of the demo's texts are found, whatever was done to them, and nothing that is no copy."""

from __future__ import annotations

import random
import subprocess
import sys
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from pipelines import near
from pipelines.likeness import LIKE_ENOUGH, coverage
from pipelines.link_stage import link_articles
from pipelines.links import Link, format_link
from pipelines.near import Near, sketches_of
from pipelines.shingles import units_of
from tests.pipelines.copies import Copies, make_copies

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def copies() -> Copies:
    return make_copies()


@pytest.fixture(scope="module")
def links(copies: Copies) -> dict[str, Link]:
    return {item.id: item for item in link_articles(copies.articles)}


def joined(links: dict[str, Link]) -> set[frozenset[str]]:
    """Every two articles of one cluster."""
    clusters: dict[str, list[str]] = {}
    for item in links.values():
        if item.cluster is not None:
            clusters.setdefault(item.cluster, []).append(item.id)
    return {frozenset(pair) for ids in clusters.values() for pair in combinations(ids, 2)}


@pytest.mark.parametrize(
    ("kind", "least", "cases"),
    [
        ("exact", 0.99, 120),
        ("syndicated", 0.99, 60),
        ("agency, cut by 0 %", 0.99, 60),
        ("agency, cut by 15 %", 0.99, 60),
        ("agency, cut by 30 %", 0.99, 60),
        ("agency, cut by 45 %", 0.95, 60),
        ("script", 0.99, 10),
        ("edited-1", 0.99, 60),
        ("edited-5", 0.99, 60),
        ("edited-20", 0.95, 60),
        ("rewritten-1", 0.99, 60),
        ("rewritten-5", 0.99, 60),
        ("rewritten-20", 0.95, 60),
        ("extended", 0.95, 50),
    ],
)
def test_copies_are_found(copies: Copies, links: dict[str, Link], kind: str, least: float, cases: int) -> None:
    """Scattered words or whole sentences, another headline or host or script, dates and counts around it."""
    pairs = copies.pairs[kind]
    found = len(pairs & joined(links)) / len(pairs)

    assert len(pairs) >= cases
    assert found >= least, f"{kind}: {found:.3f} of {len(pairs)}"


def test_nothing_else_is_joined(copies: Copies, links: dict[str, Link]) -> None:
    """Half rewritten, quoting a paragraph, translated, or on the same subject: no copy, and no pair in one cluster."""
    pairs = joined(links)

    assert pairs
    assert pairs - copies.true_pairs() == set()


def test_kinds_are_told_apart(copies: Copies, links: dict[str, Link]) -> None:
    """Equal words are the same text; another publisher's are syndicated; the rest is near."""
    found = {kind: pairs & joined(links) for kind, pairs in copies.pairs.items()}
    kinds = {kind: {links[max(pair, key=len)].kind for pair in pairs} for kind, pairs in found.items()}

    assert kinds["exact"] == {"same_text"}
    assert kinds["syndicated"] == kinds["agency, cut by 30 %"] == {"syndicated"}
    assert kinds["script"] == kinds["edited-5"] == kinds["edited-20"] == {"near"}


def test_the_first_is_who_had_it_first(copies: Copies, links: dict[str, Link]) -> None:
    """The original, of which everything else is a copy; how alike they are goes down with the edits."""
    means = {}
    for share in (1, 5, 20):
        pairs = copies.pairs[f"edited-{share}"] & joined(links)
        edits = [links[max(pair, key=len)] for pair in pairs]
        assert {frozenset((item.id, item.first)) for item in edits} == pairs
        means[share] = sum(item.similarity or 0 for item in edits) / len(edits)

    assert 1 > means[1] > means[5] > means[20] > LIKE_ENOUGH


def test_many_are_linked_as_few_are(copies: Copies, links: dict[str, Link], monkeypatch: pytest.MonkeyPatch) -> None:
    """Whom a text meets is found in memory for few new ones, by numpy and files for many."""
    assert len(copies.articles) <= near._FEW_NEW

    monkeypatch.setattr(near, "_FEW_NEW", 0)
    assert list(links.values()) == link_articles(copies.articles)


def test_order_and_hash_seed_do_not_matter(copies: Copies, links: dict[str, Link]) -> None:
    """The same links from the articles in another order, by another process with another seed."""
    shuffled = list(copies.articles)
    random.Random(7).shuffle(shuffled)
    code = (
        "from tests.pipelines.copies import make_copies\nfrom pipelines.link_stage import link_articles\n"
        "from pipelines.links import format_link\n"
        "print(''.join(map(format_link, link_articles(make_copies().articles))), end='')"
    )
    other = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env={"PYTHONHASHSEED": "11"}, capture_output=True, text=True, check=True
    )
    assert list(links.values()) == link_articles(shuffled)
    assert other.stdout == "".join(map(format_link, links.values()))


def test_short_texts_join_only_when_equal() -> None:
    """Two notices of a dozen words share most of them and mean different days."""

    def notice(id_: str, text: str) -> dict[str, Any]:
        place = {"captured_at": "2026-11-21T09:30:00.000Z", "record_id": f"<urn:uuid:{id_}>"}
        return {
            "id": id_,
            "url": f"https://a.example/{id_}",
            "source": None,
            "title": id_,
            "text": text,
            "provenance": place,
        }

    text = "The consulate of Japan in Tashkent is closed on {}, and open again on the day after."
    found = link_articles([notice("a", text.format("Monday")), notice("b", text.format("Friday"))])

    assert [None, None] == [item.cluster for item in found]


@pytest.mark.parametrize(
    ("latin", "cyrillic"),
    [
        ("Oʻzbekiston yetakchisi keldi", "Ўзбекистон етакчиси келди"),
        ("yangi poyezd, g‘oya, sirk", "янги поезд, ғоя, цирк"),
        ("Qazaqstan Respýblıkasynyń", "Қазақстан Республикасының"),
        ("Qazaqstan Respublikasynyñ ağasy", "Қазақстан Республикасының ағасы"),
    ],
)
def test_scripts_fold_to_the_same_units(latin: str, cyrillic: str) -> None:
    """The alphabets of Uzbek, and those of Kazakh of 2018 and 2021; which script it was is kept."""
    one, other = units_of(latin), units_of(cyrillic)

    assert one.units == other.units
    assert ("", "Cyrl") == (one.script, other.script)


@pytest.mark.parametrize(
    ("noise", "is_noise"),
    [
        ("21 November 2026, 10:15", True),
        ("Views: 1,024", True),
        ("12345", True),
        ("Share on Facebook", True),
        ("Поделиться: Telegram", True),
        ("シェア", True),
        ("Twelve teachers came to Nara", False),
    ],
)
def test_loose_ends_do_not_count(noise: str, is_noise: bool) -> None:
    """A date or a count at either end is none of the text; a sentence is, and so is a figure in the middle."""
    text = "The governor of Nara met the envoy of Dushanbe."

    assert (units_of(f"{noise}\n\n{text}") == units_of(text)) is is_noise
    assert (units_of(f"{text}\n\n{noise}") == units_of(text)) is is_noise
    assert units_of(f"{text}\n\n{noise}\n\n{text}") != units_of(f"{text}\n\n{text}")


def test_coverage_counts_units_once() -> None:
    """Of five words the first three stand in shingles of the other text."""
    assert coverage(bytes([1, 1, 0, 0]), 2) == 3 / 5
    assert coverage(bytes([1, 1, 1, 1]), 2) == 1
    assert coverage(bytes(3), 3) == 0


def test_many_texts_with_one_phrase_do_not_hide_a_pair() -> None:
    """Hundreds of notices begin alike; two in the middle of them are one text."""
    common = " ".join(f"common{number}" for number in range(12))
    texts = [f"{common} " + " ".join(f"t{which}w{number}" for number in range(60)) for which in range(300)]
    texts[160] = texts[150] + " indeed"
    with Near() as near:
        for number, sketch in enumerate(sketches_of([units_of(text) for text in texts])):
            near.add(f"{number:024x}", sketch)
        found = near.columns((f"{number:024x}", 0) for number in range(300))

    assert {160: (150, 0.986)} == found.firsts
