"""The page stage gives the same article for every markup of a document, with and without address and time."""

from __future__ import annotations

import re

import lxml.html
import pytest

import tests.renderings_more  # noqa: F401 - enters its renderings into the registry
from tests.documents import OWN, SHARED, Gold, differences, fold, gold_of, load_seeds, seeds_folder
from tests.renderings import RENDERINGS, Document, Rendering
from tests.score_renderings import captured_at

SEEDS = ("tca-tour", "tca-distant-neighbor", "iais-economic-security")
LEAST_RENDERINGS = 50
NAMES = re.compile(rb""" (?:class|id)=(?:"[^"]*"|'[^']*'|[^\s"'>]+)""")
XML_DECLARATION = '<?xml version="1.0" encoding="utf-8"?>'
VISIBLE_TEXT = "//body//text()[not(ancestor::script or ancestor::style or ancestor::noscript)]"
EVERY_RENDERING = pytest.mark.parametrize("rendering", RENDERINGS.values(), ids=list(RENDERINGS))
EVERY_WAY = pytest.mark.parametrize("known", [False, True], ids=["bare", "known"])


def report(rendering: Rendering, document: Document, gold: Gold, *, known: bool) -> str:
    """What is wrong with the article of one page, one line each; empty when nothing is."""
    from pipelines import extract_page

    found = extract_page(
        rendering.page(document),
        url=document.url if known else None,
        captured_at=captured_at(document) if known else None,
    )
    return "\n".join(differences(found, gold))


@EVERY_WAY
@EVERY_RENDERING
@pytest.mark.parametrize("document", OWN, ids=[document.key for document in OWN])
def test_own_document_comes_out_of_every_rendering(rendering: Rendering, document: Document, known: bool) -> None:
    wrong = report(rendering, document, gold_of(document), known=known)
    assert not wrong, f"{rendering.name} × {document.key}\n{wrong}"


@pytest.mark.skipif(not seeds_folder(SHARED).is_dir(), reason="the seed documents are not beside this repository")
@EVERY_WAY
@EVERY_RENDERING
@pytest.mark.parametrize("key", SEEDS)
def test_seed_comes_out_of_every_rendering(rendering: Rendering, key: str, known: bool) -> None:
    document, gold = next(pair for pair in load_seeds(SHARED) if pair[0].key == key)
    wrong = report(rendering, document, gold, known=known)
    assert not wrong, f"{rendering.name} × {key}\n{wrong}"


@EVERY_RENDERING
@pytest.mark.parametrize("document", OWN, ids=[document.key for document in OWN])
def test_class_names_and_ids_decide_nothing(rendering: Rendering, document: Document) -> None:
    from pipelines import extract_page

    nameless = NAMES.sub(b"", rendering.page(document))
    wrong = "\n".join(differences(extract_page(nameless, url=None, captured_at=None), gold_of(document)))
    assert not wrong, f"{rendering.name} without names × {document.key}\n{wrong}"


@EVERY_RENDERING
@pytest.mark.parametrize("document", OWN, ids=[document.key for document in OWN])
def test_rendering_shows_all_that_its_gold_asks_for(rendering: Rendering, document: Document) -> None:
    shown = visible(rendering.page(document), rendering.encoding)
    asked = (document.title, *document.authors, *gold_of(document).paragraphs)
    assert [text for text in asked if squeeze(text) not in shown] == []


def test_there_are_enough_markups() -> None:
    assert len(RENDERINGS) >= LEAST_RENDERINGS


def visible(page: bytes, encoding: str) -> str:
    """The page's text without scripts and without any white space."""
    root = lxml.html.document_fromstring(page.decode(encoding).removeprefix(XML_DECLARATION))
    texts = root.xpath(VISIBLE_TEXT)
    assert isinstance(texts, list)
    return squeeze("".join(map(str, texts)))


def squeeze(text: str) -> str:
    """The folded text without white space: neither a wrapped line nor `&nbsp;` counts."""
    return fold(text).replace(" ", "")
