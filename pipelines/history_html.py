"""A history as one HTML page that stands alone: no script, nothing from elsewhere, every text escaped. Pure."""

from __future__ import annotations

import difflib
import re
from html import escape
from typing import TYPE_CHECKING

from pipelines.history import ChangeKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.history import Change, Step

_STYLE = """
:root { color-scheme: light dark; }
body { max-width: 52rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.6 system-ui, sans-serif; }
h1 { font-size: 1.5rem; line-height: 1.3; } h2 { font-size: 1.1rem; margin: 2rem 0 .3rem; }
.where { color: #777; color: light-dark(#666, #999); font-size: .85rem; overflow-wrap: anywhere; }
.c { margin: .4rem 0; padding: .3rem .7rem; border-left: .35rem solid #1f5fa8; overflow-wrap: anywhere; }
.addition { border-color: #2a7f3f; } .removal, .gone { border-color: #b3261e; }
.gone h2 { margin-top: .3rem; } del + ins { margin-left: .2em; }
.kind { float: right; margin-left: .8rem; font: .75rem/1.6 ui-monospace, monospace; }
.kind { color: #777; color: light-dark(#666, #999); }
del { background: #b3261e2e; text-decoration-color: #b3261e; } ins { background: #2a7f3f2e; text-decoration: none; }
"""
# A figure is one piece, decimals and all: 1.2 and 1.4, not 1.24.
_PIECE = re.compile(r"\d+(?:[.,:]\d+)*|\w+|\s+|[^\w\s]")
_SPACELESS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")


def history_html(url: str, steps: Sequence[Step]) -> str:
    """The page: each version with what changed, and each time in which the page was gone."""
    titles = [step.first.title for step in steps if step.first.title]
    heading = titles[-1] if titles else url
    parts = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width">',
        # The page shows what strangers wrote: whatever slips through must load and run nothing.
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
        f"<title>{escape(heading)}: history</title><style>{_STYLE}</style></head><body>",
        f'<h1 dir="auto">{escape(heading)}</h1><p class="where">{escape(url)}</p>',
        *map(_step, steps),
        "</body></html>",
    ]
    return "\n".join(parts) + "\n"


def _step(step: Step) -> str:
    first = step.first
    name = f"Version {step.version}" if step.version is not None else f"Gone: {first.status}"
    times = first.captured_at if step.captures == 1 else f"{first.captured_at} to {step.last_seen}"
    seen = f"{times}, {step.captures} capture{'s' if step.captures != 1 else ''}"
    where = f"{first.url} · {first.record_id} in {first.warc}, offset {first.offset}"
    head = f'<h2>{name}</h2><p class="where">{escape(seen)}<br>{escape(where)}</p>'
    if step.version is None:
        return f'<section class="c gone">{head}</section>'
    return f"<section>{head}{''.join(map(_change, step.changes))}</section>"


def _change(change: Change) -> str:
    label = f'<span class="kind">{change.kind.value.replace("_", " ")}</span>'
    return f'<div class="c {change.kind.value}" dir="auto">{label}{marked_change(change)}</div>'


def marked_change(change: Change) -> str:
    """HTML of a change, escaped: what went in `del`, what came in `ins`, the words that stayed as they are."""
    before, after = change.before or "", change.after or ""
    if change.kind is ChangeKind.RETITLED_URL or not before or not after:
        parts = [("del", before), ("ins", after)]
        return " ".join(f"<{tag}>{escape(text)}</{tag}>" for tag, text in parts if text)
    old, new = _pieces(before), _pieces(after)
    out = []
    for kind, a_start, a_end, b_start, b_end in difflib.SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        gone, come = escape("".join(old[a_start:a_end])), escape("".join(new[b_start:b_end]))
        if kind == "equal":
            out.append(gone)
            continue
        out.append((f"<del>{gone}</del>" if gone else "") + (f"<ins>{come}</ins>" if come else ""))
    return "".join(out)


def _pieces(text: str) -> list[str]:
    """Words, or characters where a script has no spaces."""
    return list(text) if _SPACELESS.search(text) else _PIECE.findall(text)
