"""An explanation as one HTML page that stands alone: no script, nothing from elsewhere, every text escaped. Pure."""

from __future__ import annotations

from collections import Counter
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

from pipelines.article import Article
from pipelines.explain import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipelines.explain import Explained, Explanation

_STYLE = """
:root { color-scheme: light dark; }
body { max-width: 52rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.6 system-ui, sans-serif; }
h1 { font-size: 1.5rem; line-height: 1.3; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; }
dt { color: #666; } dd { margin: 0; overflow-wrap: anywhere; }
.b { margin: .4rem 0; padding: .3rem .7rem; border-left: .35rem solid; overflow-wrap: anywhere; }
.kept { border-color: #2a7f3f; } .headline { border-color: #1f5fa8; font-weight: bold; }
.removed { border-color: #b3261e; background: #b3261e14; } .removed .t { text-decoration: line-through; }
.passed { border-color: #9995; color: #777; font-size: .85rem; }
.why { float: right; margin-left: .8rem; font: .75rem/1.6 ui-monospace, monospace; color: #b3261e; }
.kept .why, .headline .why { color: #2a7f3f; } .passed .why { color: inherit; }
mark { padding: 0 .1em; border-radius: .2em; }
mark.ca { background: #ffd54f; color: #000; } mark.jp { background: #ef9a9a; color: #000; }
mark.format { background: #ce93d8; color: #000; } mark.sport { background: #a5d6a7; color: #000; }
summary { cursor: pointer; color: #777; }
table { border-collapse: collapse; } td, th { padding: .1rem .8rem .1rem 0; text-align: left; }
"""
_CLASS = {Verdict.KEPT: "kept", Verdict.HEADLINE: "headline", Verdict.REMOVED: "removed", Verdict.PASSED_OVER: "passed"}


def explanation_html(explanation: Explanation) -> str:
    """The page: what came out, what was cut by which rule and how often, and every block with its verdict."""
    outcome = explanation.outcome
    title = outcome.title if isinstance(outcome, Article) else None
    heading = title or outcome.url or "a page"
    parts = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width">',
        # The page shows what strangers wrote: whatever slips through must load and run nothing.
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
        f"<title>{escape(heading)}: explained</title><style>{_STYLE}</style></head><body>",
        f'<h1 dir="auto">{escape(heading)}</h1>',
        _facts(explanation),
        _rules(explanation.blocks),
        "<h2>The page, block by block</h2>",
        *_blocks(explanation.blocks),
        "</body></html>",
    ]
    return "\n".join(parts) + "\n"


def _facts(explanation: Explanation) -> str:
    outcome = explanation.outcome
    facts: list[tuple[str, str]] = [("URL", outcome.url)]
    if isinstance(outcome, Article):
        relevance = outcome.relevance
        facts += [
            ("outcome", f"article of {len(outcome.text):,} characters"),
            ("authors", ", ".join(outcome.authors) or "none"),
            ("published", outcome.published or "unknown"),
            ("language", outcome.language or "unknown"),
            ("about", f"{relevance.label} (score {relevance.score:.2f}) {', '.join(relevance.countries)}"),
        ]
    else:
        reason = getattr(outcome, "reason", None) or getattr(outcome, "cause", "")
        facts.append(("outcome", f"no article: {reason}: {outcome.detail}"))
    place = outcome.provenance
    if place.record_id is not None:
        facts.append(("record", f"{place.record_id} in {place.warc}, offset {place.offset}"))
        facts.append(("captured", place.captured_at or "unknown"))
    rows = "".join(f'<dt>{escape(name)}</dt><dd dir="auto">{escape(value)}</dd>' for name, value in facts)
    return f"<dl>{rows}</dl>"


def _rules(blocks: Iterable[Explained]) -> str:
    removed = [block for block in blocks if block.verdict is Verdict.REMOVED]
    if not removed:
        return ""
    counts = Counter((block.rule, block.kind) for block in removed)
    sizes = Counter[tuple[str, str]]()
    for block in removed:
        sizes[block.rule, block.kind] += len(block.text)
    rows = "".join(
        f"<tr><td>{escape(rule)}</td><td>{escape(kind)}</td><td>{count}</td><td>{sizes[rule, kind]:,}</td></tr>"
        for (rule, kind), count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    )
    head = "<tr><th>rule</th><th>kind</th><th>blocks</th><th>characters</th></tr>"
    return f"<h2>What was removed</h2><table>{head}{rows}</table>"


def _blocks(blocks: Iterable[Explained]) -> Iterator[str]:
    for is_passed, group in groupby(blocks, key=lambda block: block.verdict is Verdict.PASSED_OVER):
        items = list(group)
        shown = "\n".join(map(_block, items))
        if is_passed and len(items) > 2:
            yield f"<details><summary>{len(items)} blocks around the article</summary>\n{shown}\n</details>"
        else:
            yield shown


def _block(block: Explained) -> str:
    why = f"{block.kind}: {block.rule}" if block.rule else block.verdict.value
    text = f'<span class="t">{_marked(block)}</span>'
    tag = escape(block.tag)
    label = f'<span class="why">{escape(why)} &lt;{tag}&gt;</span>'
    return f'<div class="b {_CLASS[block.verdict]}" dir="auto">{label}{text}</div>'


def _marked(block: Explained) -> str:
    parts, position = [], 0
    for start, end, side, term in block.spans:
        if start < position:  # two entries of the vocabulary share the words: the first one shows
            continue
        parts.append(escape(block.text[position:start]))
        name = escape(f"{side}: {term}")
        parts.append(f'<mark class="{escape(side)}" title="{name}">{escape(block.text[start:end])}</mark>')
        position = end
    return "".join([*parts, escape(block.text[position:])])
