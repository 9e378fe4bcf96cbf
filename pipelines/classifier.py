"""The languages of a text by how likely they are: py3langid, whose only importer this is.

Its model is 4 MB, and 68 unpacked, which takes a third of a second. So it is unpacked when a text is met that is not
plainly English, it can lie where many processes share it (`read_model_by`), and it is read where it lies.
"""

from __future__ import annotations

import lzma
import shutil
from functools import cache
from typing import TYPE_CHECKING, Any

from py3langid.langid import MODEL_DIR, MODEL_FILE, LanguageIdentifier

from pipelines.bulk import arrays_in

if TYPE_CHECKING:
    from collections.abc import Callable
    from mmap import mmap
    from typing import BinaryIO

_AT_ONCE = 1 << 20


def ranked(text: str) -> list[tuple[str, float]]:
    """ISO 639-1 codes with the log likelihood of each, the likeliest first.

    Raises `OSError` and `LZMAError` where the model, which the first call wants, cannot be read.
    """
    return [(code, score) for code, score in _classifier().rank(text) if len(code) == 2]


def unpack(file: BinaryIO) -> None:
    """Write the model unpacked into a file, piece by piece: a page's memory is limited."""
    with lzma.open(MODEL_DIR / MODEL_FILE) as packed:
        shutil.copyfileobj(packed, file, _AT_ONCE)


def _unpacked() -> bytes:
    return lzma.decompress((MODEL_DIR / MODEL_FILE).read_bytes())


_read: Callable[[], bytes | mmap] = _unpacked


def read_model_by(read: Callable[[], bytes | mmap]) -> None:
    """Have the bytes of the unpacked model, an `.npz` file, come from here when they are first wanted."""
    global _read  # noqa: PLW0603  (the classifier is one for the whole process, too)
    _read = read


@cache
def _classifier() -> LanguageIdentifier:
    model = arrays_in(_read())
    return LanguageIdentifier(  # a memoryview is looked into one by one in half of the time of numpy's array
        _Weights(model["ptc"]),
        model["pc"],
        model["classes"].tolist(),
        memoryview(model["nextmove"]),
        model["out_feat"].tolist(),
        tk_row=memoryview(model["nextmove_row"]),
    )


class _Weights:
    """A table of half precision, whose rows are made numbers to reckon with as they are asked for."""

    def __init__(self, table: Any) -> None:
        self._table = table

    def __getitem__(self, rows: Any) -> Any:
        return self._table[rows].astype("float32")
