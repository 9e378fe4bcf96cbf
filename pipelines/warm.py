"""What a page worker needs before its first page, done once where all of them are forked from.

Importing this module reads one small page through the whole page stage: the tables and models that are loaded on first
use (the language model above all) are then shared by every worker instead of being loaded by each.
"""

from __future__ import annotations

from pipelines import worker
from pipelines.flow import extract_page

__all__ = ["worker"]

_PARAGRAPHS = (
    "Engineers from Japan have surveyed the power stations on the river in Kyrgyzstan this week.",
    "Their report names what the dams need first, and what each of the repairs would cost the country.",
    "The ministry of energy in Bishkek is going to answer in spring, as its spokesman told reporters.",
)
extract_page(
    f"<html><body><h1>A title</h1><p>{'</p><p>'.join(_PARAGRAPHS)}</p></body></html>".encode(),
    url="https://example.org/a",
)
