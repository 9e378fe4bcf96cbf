"""Which pages a new template may touch: every page that comes out otherwise with it is among them, and few others."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines import Article, extract_page
from pipelines.article import Dropped, Provenance, Reason
from pipelines.jsonl import format_article, format_dropped
from pipelines.rules import PageRules
from pipelines.store_templates import Templates, format_templates, parse_templates
from pipelines.template import line_key, template_of
from pipelines.unchanged import NewTemplates, new_templates
from tests.pipelines.test_template import BOX, QUOTE, page_of

URL = "https://herald.example/a"
LINES = (
    BOX, QUOTE, "Comments (12)", "A voice from the valley", "12 March 2025", "Its first decision was to count the bridges.",
    "Share this story with friends, and with everybody else who might have a bridge to count somewhere in the valley: it is free",
)  # fmt: skip


def outcome_of(page: str, lines: tuple[str, ...] | None) -> Article:
    templates = {} if lines is None else {"herald.example": template_of(3, map(line_key, lines))}
    found = extract_page(page.encode(), url=URL, rules=PageRules(templates=templates))
    assert isinstance(found, Article)
    return found


def line_of(article: Article, offset: int) -> bytes:
    return format_article(replace(article, provenance=at(offset))).encode() + b"\n"


def at(offset: int) -> Provenance:
    return Provenance(
        warc="warc/a.warc.gz", offset=offset, length=9, record_id=None, payload_digest=None, captured_at=None
    )


@given(
    st.lists(st.sampled_from(LINES), max_size=3),
    st.sampled_from(["", *LINES]),
    st.sets(st.sampled_from(LINES), min_size=1),
    st.none() | st.sets(st.sampled_from(LINES)),
)
def test_what_comes_out_otherwise_is_touched(
    ends: list[str], middle: str, after: set[str], before: set[str] | None
) -> None:
    page = page_of(0, middle=f"<p>{middle}</p>", ends="".join(f"<p>{line}</p>" for line in ends))
    old, new = (tuple(sorted(before)) if before is not None else None), tuple(sorted(after))
    was, becomes = outcome_of(page, old), outcome_of(page, new)
    former = {} if old is None else {"herald.example": template_of(3, map(line_key, old))}
    news = new_templates(former, {"herald.example": template_of(3, map(line_key, new))})

    if format_article(was) != format_article(becomes):
        assert news.touched([line_of(was, 40)], []) == {40}


TEMPLATES = st.dictionaries(
    st.sampled_from(["a.example", "b.example", "c.example:8080", ""]),
    st.builds(template_of, st.integers(3, 60), st.frozensets(st.text(max_size=4), max_size=4)),
)


@settings(max_examples=30)
@given(TEMPLATES, TEMPLATES)
def test_news_come_through_json_beside_the_templates_that_they_lead_to(former: Templates, found: Templates) -> None:
    """No template travels twice: what the order holds is what was there before."""
    found = parse_templates(format_templates(found))
    news = new_templates(former, found)
    packed = json.loads(json.dumps(news.packed(found)))

    assert NewTemplates.unpacked(packed, found) == news
    assert all(template_of(*item) == former[host] for host, before in packed.items() for item in before)


def test_a_page_without_a_line_of_the_template_stays() -> None:
    news = new_templates({}, {"herald.example": template_of(3, [line_key(BOX)])})
    with_box, without = page_of(1, ends=f"<p>{BOX}</p>"), page_of(2, ends="<p>Comments (12)</p>")
    lines = [line_of(outcome_of(page, None), offset) for offset, page in enumerate((with_box, without))]

    assert news.touched(lines, []) == {0}
    assert NewTemplates().touched(lines, []) == frozenset()


def test_a_dropped_page_is_read_again_unless_no_template_was_asked() -> None:
    news = new_templates({}, {"herald.example": template_of(3, [line_key(BOX)])})
    reasons = (Reason.OFF_TOPIC, Reason.REDIRECT)
    dropped = [
        format_dropped(Dropped(url=URL, reason=reason, detail="", provenance=at(offset))).encode()
        for offset, reason in enumerate(reasons)
    ]
    elsewhere = json.dumps({**json.loads(dropped[0]), "url": "https://other.example/"}).encode()

    assert news.touched([], [*dropped, elsewhere]) == {0}
