"""A text is known again in feeds and answers of APIs however they spell it, and by the digests of its sentences alone."""

from __future__ import annotations

import html
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from archive.blobs import LocalBlobs
from archive.tombstones import Tombstone
from pipelines.quotes import Needles, needles_of, quoting_records, unescaped
from tests.pipelines.archived import exchange, write
from tests.wireserver import with_length

if TYPE_CHECKING:
    from pathlib import Path

TEXT = (
    "Министр сказал: «Мост через реку откроют в мае — так и будет». Работы ведут инженеры из города Осака.\n\n"
    "Строительство моста началось три года назад и стоило сорок миллионов долларов."
)
MARKED = "".join(f"<p>{part.replace('Осака', '<b>О</b>сака')}</p>" for part in TEXT.split("\n\n"))
BODIES = {
    "feed": f"<rss><item><content:encoded><![CDATA[{MARKED}]]></content:encoded></item></rss>",
    "escaped feed": f"<rss><item><description>{html.escape(MARKED)}</description></item></rss>",
    "twice": html.escape(html.escape(MARKED)),
    "api": json.dumps([{"content": {"rendered": MARKED.replace("«", "&laquo;")}}]).replace("</", "<\\/"),
    "api in plain text": json.dumps({"text": TEXT.replace("—", "-")}),
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_the_whole_text_is_found_in_every_spelling(body: str) -> None:
    """Escaped once, twice, as JSON does; words with markup within; other quotes and dashes."""
    assert needles_of([TEXT]).share(unescaped(body)) == 1.0


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_without_the_text_it_is_known_by_its_sentences(body: str) -> None:
    """What a tombstone keeps is enough; there is no word in it."""
    kept = needles_of([TEXT]).all_digests()

    assert Needles(frozenset(), frozenset(kept)).share(unescaped(body)) > 0.3
    assert all(len(item) == 16 and int(item, 16) >= 0 for item in kept)


def test_a_teaser_is_no_copy_and_another_text_nothing() -> None:
    """The share is that of the sentences."""
    needles = needles_of([TEXT])

    assert needles.share(unescaped(f"<p>{TEXT.split('. ')[1].split(chr(10), maxsplit=1)[0]}</p>")) == pytest.approx(
        1 / 3
    )
    assert needles.share(unescaped("<p>Мост в другом городе откроют в июне, сказал министр.</p>")) == 0
    assert Needles(frozenset()).share("anything") == 0


def test_a_text_of_short_sentences_is_looked_for_as_a_whole() -> None:
    """A short sentence alone stands in many pages."""
    needles = needles_of(["It rained. He went. They met in Osaka."])

    assert needles.share("<p>It rained. He went.</p>") == 0
    assert needles.share("<p>It rained. He went.</p><p>They met in Osaka.</p>") == 1


def test_who_quotes_and_stays_and_who_goes(tmp_path: Path) -> None:
    """Pages stay, those out of a web archive too; lists and whatever is no page go, as do other answers of its address."""
    roles = {"article": "article", "old": "memento", "list": "listing", "gone": "article"}
    body = with_length(f"<p>{TEXT.partition('. ')[0]}.</p>".encode())
    stored = write(
        tmp_path,
        [
            replace(exchange(name, message=body), facts=(("kakehashi-role", role),))
            for name, role in roles.items()
        ],
    )  # fmt: skip
    stone = Tombstone(
        id="0" * 16, urls=("https://example.org/gone",), record_ids=(), payload_digests=(), reason="r", taken_down="t"
    )
    found = quoting_records(LocalBlobs(tmp_path), needles_of([TEXT]), set(), stone)

    assert found.quotes == {"https://example.org/article", "https://example.org/old"}
    assert found.records == {stored[2].record_id, stored[3].record_id}
    assert found.copies == set()
