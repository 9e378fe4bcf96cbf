"""An explanation shows each block of a page once, with the verdict that the article came from."""

from __future__ import annotations

from html.parser import HTMLParser

from pipelines import Article
from pipelines.explain import Verdict, explain, explain_file
from pipelines.explain_html import explanation_html
from tests.pipelines.test_flow import PARAGRAPHS, TITLE, capture

NASTY = "<script>alert(1)</script><img src=https://elsewhere.example/x onerror=alert(2)>"
PAGE = f"""<html><head><title>{TITLE}</title></head><body><nav><a href="/a">Home</a><a href="/b">Economy</a>
<a href="/c">World</a><a href="/d">Sport</a></nav><h1>{TITLE}</h1><p>KGS/USD = 0.01144 0%</p>
{"".join(f"<p>{text}</p>" for text in PARAGRAPHS)}<p>Share on Facebook</p></body></html>"""


def shown(html: str) -> str:
    """The text of a page as a browser reads it."""
    parts: list[str] = []
    parser = HTMLParser()
    parser.handle_data = parts.append  # type: ignore[method-assign]
    parser.feed(html)
    return "".join(parts)


def test_the_kept_blocks_are_the_text_of_the_article_in_order() -> None:
    """Nothing else is called kept, and the outcome is what the pipeline gives."""
    explanation = explain(capture(PAGE.encode()))
    kept = [block.text for block in explanation.blocks if block.verdict is Verdict.KEPT]

    assert isinstance(explanation.outcome, Article)
    assert "\n\n".join(kept) == explanation.outcome.text
    assert kept == PARAGRAPHS


def test_each_removed_block_names_the_rule_that_the_article_names() -> None:
    """The rules of the page's blocks are those of the article's `removed`."""
    explanation = explain(capture(PAGE.encode()))
    assert isinstance(explanation.outcome, Article)
    cut = sorted((block.rule, block.kind) for block in explanation.blocks if block.rule)

    assert cut == sorted((item.rule, item.kind) for item in explanation.outcome.removed)
    assert ("ticker", "ticker") in cut
    verdicts = {block.text: block.verdict for block in explanation.blocks}
    assert verdicts[TITLE] is Verdict.HEADLINE
    assert verdicts["KGS/USD = 0.01144 0%"] is Verdict.REMOVED
    assert [verdict for text, verdict in verdicts.items() if "Economy" in text] == [Verdict.PASSED_OVER]


def test_the_spans_are_the_evidence() -> None:
    """The words that decided on the relevance are marked where they stand."""
    explanation = explain(capture(PAGE.encode()))
    assert isinstance(explanation.outcome, Article)
    marked = [block.text[start:end] for block in explanation.blocks for start, end, _, _ in block.spans]
    told = {item.text for item in explanation.outcome.relevance.evidence if item.where == "text"}

    assert set(marked) == told
    assert "Tokyo" in marked


def test_a_file_is_explained_as_extract_reads_it() -> None:
    """No capture is needed for an HTML file."""
    explanation = explain_file(PAGE.encode(), url="https://example.org/a")

    assert [block.text for block in explanation.blocks if block.verdict is Verdict.KEPT] == PARAGRAPHS


def test_the_page_shows_every_block_and_runs_nothing_of_it() -> None:
    """What strangers wrote is text: no element of theirs, no address that a browser would load."""
    explanation = explain(capture(PAGE.replace(PARAGRAPHS[0], PARAGRAPHS[0] + _escaped(NASTY)).encode()))
    html = explanation_html(explanation)

    assert "default-src 'none'" in html
    assert "<script" not in html
    assert "<img" not in html
    assert NASTY in shown(html)
    assert all(block.text in shown(html) for block in explanation.blocks)


def test_a_page_that_was_turned_away_says_why() -> None:
    """No blocks, and the reason of the drop."""
    html = explanation_html(explain(capture(b"%PDF-1.7", mime="application/pdf")))

    assert "not_html" in html


def _escaped(text: str) -> str:
    return text.replace("<", "&lt;").replace(">", "&gt;")
