"""Versions and duplicates come out the same, whoever wrote the articles and in whatever order."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from archive.blobs import LocalBlobs
from pipelines.link_stage import link_articles, write_links
from pipelines.links import link, mention_of

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def article(
    id_: str, text: str, *, at: int, title: str = "t", host: str = "paper.example", source: str | None = None
) -> dict[str, Any]:
    """The parts of an article that the link stage reads."""
    place = {"captured_at": f"2026-11-21T09:30:{at:02d}.000Z", "record_id": f"<urn:uuid:{at}>"}
    url = f"https://{host}/{id_}"
    return {"id": id_, "url": url, "source": source, "title": title, "text": text, "provenance": place}


def links(*articles: dict[str, Any]) -> list[tuple[str, int, bool]]:
    """Id, version and currency of each."""
    return [(item.id, item.version, item.is_current) for item in link(map(mention_of, articles))]


def test_a_version_begins_where_words_or_title_change() -> None:
    """White space is no change; a corrected word or title is; the last version is current."""
    found = links(
        article("a", "one two", at=1),
        article("a", "one  two\n", at=2),
        article("a", "one three", at=3),
        article("a", "one three", at=4, title="T"),
    )

    assert [("a", 1, False), ("a", 1, False), ("a", 2, False), ("a", 3, True)] == found


def test_going_back_to_an_old_text_is_a_new_version() -> None:
    """Versions follow time, not content."""
    assert [1, 2, 3] == [
        number for _, number, _ in links(*(article("a", text, at=at) for at, text in enumerate("xyx")))
    ]


def test_the_same_words_at_two_addresses_are_one_cluster() -> None:
    """Case, width and punctuation aside; the first seen is named; versions of one article are no duplicates."""
    found = link(
        map(
            mention_of,
            [
                article("a", "Japan, Uzbekistan.", at=2),
                article("b", "JAPAN – Uzbekistan", at=1),
                article("a", "Japan, Uzbekistan!", at=3),
                article("c", "other", at=4),
            ],
        )
    )
    clusters = {item.id: (item.cluster, item.first) for item in found}

    assert clusters["a"] == clusters["b"]
    assert clusters["a"][1] == "b"
    assert (None, None) == clusters["c"]


def test_versions_alone_make_no_cluster() -> None:
    """An article that came back unchanged is not its own duplicate."""
    assert [None, None] == [item.cluster for item in link(mention_of(article("a", "x", at=at)) for at in (1, 2))]


BODY = " ".join(f"word{number}" for number in range(60))


def kinds(*articles: dict[str, Any]) -> dict[str, tuple[str | None, float | None, str | None]]:
    """Kind, similarity and first article of each id."""
    return {item.id: (item.kind, item.similarity, item.first) for item in link_articles(articles)}


def test_the_text_of_another_publisher_is_syndicated() -> None:
    """Word for word or not; who had it first is of the same kind, and `www.` is no other publisher."""
    found = kinds(
        article("paper", BODY, at=2),
        article("mirror", BODY, at=3, host="www.agency.example"),
        article("agency", BODY, at=1, host="agency.example"),
        article("cut", BODY.rsplit(" ", 6)[0], at=4, host="third.example"),
    )

    assert found == {
        "agency": ("syndicated", 1.0, "agency"),
        "paper": ("syndicated", 1.0, "agency"),
        "mirror": ("same_text", 1.0, "agency"),
        "cut": ("syndicated", 0.9, "agency"),
    }


def test_two_hosts_of_one_source_are_one_publisher() -> None:
    """A paper with an edition on another host does not syndicate itself."""
    found = kinds(
        article("a", BODY, at=1, host="en.paper.example", source="paper"),
        article("b", f"{BODY} more", at=2, host="ru.paper.example", source="paper"),
    )

    assert [kind for kind, _, _ in found.values()] == ["near", "near"]


def test_a_chain_of_small_edits_does_not_lead_to_a_stranger() -> None:
    """Each text is held against the first: what shares too little with that one is none of its cluster."""
    words = BODY.split()
    chain = [
        article(str(step), " ".join([f"new{number}" for number in range(step * 10)] + words[step * 10 :]), at=step)
        for step in range(6)
    ]
    found = kinds(*chain)

    assert [first for _, _, first in found.values()] == ["0", "0", "0", "3", "3", "3"]


STORED = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["x", "X", "y"])), max_size=8).map(
    lambda items: [article(id_, text, at=at) for at, (id_, text) in enumerate(items)]
)


@given(STORED, st.randoms())
def test_the_order_of_the_files_does_not_matter(articles: list[dict[str, Any]], random: Any) -> None:
    """Links depend on the articles, not on who is read first."""
    shuffled = list(articles)
    random.shuffle(shuffled)

    assert link_articles(articles) == link_articles(shuffled)


@given(STORED)
def test_each_article_has_one_current_version(articles: list[dict[str, Any]]) -> None:
    """Exactly one stored line of each id is current, and versions count from 1 without a gap."""
    found = link(map(mention_of, articles))
    for id_ in {item.id for item in found}:
        mine = [item for item in found if item.id == id_]

        assert [True] == [item.is_current for item in mine if item.is_current]
        assert set(range(1, max(item.version for item in mine) + 1)) == {item.version for item in mine}


def test_links_are_written_over_all_files_of_a_generation(tmp_path: Path) -> None:
    """Two files, one line each; another generation is not read."""
    blobs = LocalBlobs(tmp_path)
    for key, value in (
        ("articles/0001/2026/11/a.jsonl", article("a", "x", at=1)),
        ("articles/0001/2026/12/b.jsonl", article("b", "x", at=2)),
        ("articles/0002/2026/12/c.jsonl", article("c", "x", at=3)),
    ):
        blobs.put_bytes(key, json.dumps(value).encode() + b"\n")
    write_links(blobs, "0001")
    lines = [json.loads(line) for line in blobs.get("links/0001/links.jsonl").splitlines()]

    assert [("a", "a"), ("b", "a")] == [(line["id"], line["first"]) for line in lines]


def test_a_damaged_line_costs_its_own_link(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The others are linked, and the log tells of it: no run ends because of a bit that flipped years ago."""
    blobs = LocalBlobs(tmp_path)
    lines = [json.dumps(article("a", f"Text {number}.", at=number)).encode() for number in range(3)]
    blobs.put_bytes("articles/0001/2026/11/a.jsonl", b"\n".join([lines[0], lines[1][:40], lines[2]]) + b"\n")
    write_links(blobs, "0001")

    linked = [json.loads(line)["record_id"] for line in blobs.get("links/0001/links.jsonl").splitlines()]
    assert linked == ["<urn:uuid:0>", "<urn:uuid:2>"]
    assert "cannot be read" in caplog.text
