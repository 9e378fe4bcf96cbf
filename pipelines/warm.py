"""What a page worker needs before its first page, done once where all of them are forked from.

Importing this module reads one small page through the whole page stage: the tables and models that are loaded on first
use (the language model above all) are then shared by every worker instead of being loaded by each. The extractor and
its search for dates are not among them: what half of the pages do without is loaded by the first that needs it.
"""

from __future__ import annotations

from threading import Thread

_PARAGRAPHS = (
    "Engineers from Japan have surveyed the power stations on the river in Kyrgyzstan this week.",
    "Their report names what the dams need first, and what each of the repairs would cost the country.",
    "The ministry of energy in Bishkek is going to answer in spring, as its spokesman told reporters.",
)
# It says when it was published, so that nobody searches for that.
_PAGE = (
    '<html><head><meta property="article:published_time" content="2026-01-05"></head>'
    f"<body><h1>A title</h1><p>{'</p><p>'.join(_PARAGRAPHS)}</p></body></html>"
)


def _load_language_model() -> None:
    from pipelines.language import detect_language

    detect_language(_PARAGRAPHS[0])


def _load() -> None:
    model = Thread(target=_load_language_model)  # it is unpacked with the interpreter let go: half a second beside
    model.start()
    from pipelines import worker  # noqa: F401  (what the server starts in each worker)
    from pipelines.flow import extract_page

    model.join()
    extract_page(_PAGE.encode(), url="https://example.org/a")


_load()
