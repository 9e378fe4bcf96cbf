"""Plots as SVG, from counts alone: the same counts are the same bytes. Pure."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_WIDTH, _HEIGHT, _LEFT, _TOP, _BOTTOM = 760, 240, 56, 36, 52
_BAR, _INK, _GRID = "#2f6f8f", "#333333", "#dddddd"
_ROW = 22
_STYLE = f'font-family="sans-serif" font-size="12" fill="{_INK}"'


def columns_svg(title: str, counts: Sequence[tuple[str, int]]) -> str:
    """Counts as columns from left to right, such as months."""
    most = max((count for _, count in counts), default=0) or 1
    step = (_WIDTH - _LEFT - 12) / max(1, len(counts))
    floor, room = _HEIGHT - _BOTTOM, _HEIGHT - _BOTTOM - _TOP
    parts = [_head(title, _WIDTH, _HEIGHT)]
    for share in (0.0, 0.5, 1.0):
        y = floor - room * share
        parts.append(f'<line x1="{_LEFT}" x2="{_WIDTH - 12}" y1="{y:.1f}" y2="{y:.1f}" stroke="{_GRID}"/>')
        parts.append(f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{round(most * share):,}</text>')
    labelled = max(1, -(-len(counts) // 12))
    for number, (name, count) in enumerate(counts):
        x, height = _LEFT + number * step, room * count / most
        bar = f'x="{x + step * 0.1:.1f}" y="{floor - height:.1f}" width="{step * 0.8:.1f}" height="{height:.1f}"'
        parts.append(f'<rect {bar} fill="{_BAR}"><title>{escape(name)}: {count:,}</title></rect>')
        if number % labelled == 0:
            parts.append(f'<text x="{x + step / 2:.1f}" y="{floor + 18}" text-anchor="middle">{escape(name)}</text>')
    return "\n".join([*parts, "</g></svg>", ""])


def bars_svg(title: str, counts: Mapping[str, int], *, most_rows: int = 20) -> str:
    """Counts as bars, the largest first; what does not fit is one bar more."""
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    rows = ordered[:most_rows]
    if len(ordered) > most_rows:
        rows = [*rows, ("others", sum(count for _, count in ordered[most_rows:]))]
    most = max((count for _, count in rows), default=0) or 1
    left, height = 160, _TOP + _ROW * len(rows) + 12
    parts = [_head(title, _WIDTH, height)]
    for number, (name, count) in enumerate(rows):
        y, width = _TOP + number * _ROW, (_WIDTH - left - 90) * count / most
        parts.append(f'<text x="{left - 8}" y="{y + 14}" text-anchor="end">{escape(name[:22])}</text>')
        parts.append(f'<rect x="{left}" y="{y + 2}" width="{width:.1f}" height="{_ROW - 6}" fill="{_BAR}"/>')
        parts.append(f'<text x="{left + width + 6:.1f}" y="{y + 14}">{count:,}</text>')
    return "\n".join([*parts, "</g></svg>", ""])


def _head(title: str, width: int, height: int) -> str:
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img"><title>{escape(title)}</title>'
        f'<rect width="{width}" height="{height}" fill="#ffffff"/><g {_STYLE}>'
        f'\n<text x="12" y="20" font-weight="bold">{escape(title)}</text>'
    )
