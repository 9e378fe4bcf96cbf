"""What a page worker needs before its first page, done once where all of them are forked from.

Importing this module reads one small page through the whole page stage: the tables that are loaded on first use are
then shared by every worker instead of being loaded by each. The extractor and its search for dates are not among them:
what half of the pages do without is loaded by the first that needs it. Nor is the language model: it is unpacked for
all workers by the first that meets a text that is not plainly English.
"""

from __future__ import annotations

import gc
from contextlib import suppress

from pipelines.blas import start_no_threads

_PARAGRAPHS = (
    "Engineers from Japan have surveyed the power stations on the river in Kyrgyzstan this week.",
    "Their report names what the dams need first, and what each of the repairs would cost the country.",
    "The ministry of energy in Bishkek is going to answer in spring, as its spokesman told reporters.",
    "Until then the engineers will go on with what they have begun in the valley, and pay for it with a loan.",
)
# It says when it was published, so that nobody searches for that; and it is so long and plain that its language shows.
_PAGE = (
    '<html><head><meta property="article:published_time" content="2026-01-05"></head>'
    f"<body><h1>A title</h1><p>{'</p><p>'.join(_PARAGRAPHS)}</p></body></html>"
)


def _load() -> None:
    start_no_threads()
    from pipelines import worker  # noqa: F401  (what the server starts in each worker)
    from pipelines.classifier import read_model_by, unpack
    from pipelines.flow import extract_page
    from pipelines.shared_bytes import SharedBytes

    with suppress(OSError):  # where a system has no such files each worker has a model of its own
        read_model_by(SharedBytes(unpack).read)
    extract_page(_PAGE.encode(), url="https://example.org/a")


gc.disable()  # hardly anything of what is loaded goes again
_load()
gc.enable()
