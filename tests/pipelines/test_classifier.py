"""The classifier as we load it says what py3langid says, and its model is unpacked once for forked processes."""

from __future__ import annotations

import io
import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from pipelines.bulk import arrays_in
from pipelines.classifier import ranked
from tests.pipelines.test_language import ARTICLES, HEADLINES

THEIRS = LanguageIdentifier.from_model_file(MODEL_FILE)


def theirs(text: str) -> list[tuple[str, float]]:
    return [(code, score) for code, score in THEIRS.rank(text) if len(code) == 2]


def test_it_says_what_the_library_says() -> None:
    for _, text in (*ARTICLES, *HEADLINES):
        assert ranked(text) == theirs(text)


@settings(deadline=None)
@given(st.text())
def test_it_does_so_of_any_text(text: str) -> None:
    assert ranked(text) == theirs(text)


SHARED = """
import lzma, os
from pipelines import classifier
from pipelines.shared_bytes import SharedBytes
opened = lzma.open
def counted(*given):
    print("unpacked", flush=True)
    return opened(*given)
lzma.open = counted
classifier.read_model_by(SharedBytes(classifier.unpack).read)
for _ in range(2):
    if not os.fork():
        print(classifier.ranked(os.environ["TEXT"])[0][0], flush=True)
        os._exit(0)
    os.wait()
"""


def test_processes_that_share_it_unpack_it_once() -> None:
    environ = {**os.environ, "TEXT": "Министр иностранных дел прибыл в Ташкент"}
    done = subprocess.run([sys.executable, "-c", SHARED], check=True, capture_output=True, text=True, env=environ)
    assert done.stdout.split() == ["unpacked", "ru", "ru"]


def npz(*, packs: bool, **arrays: object) -> bytes:
    file = io.BytesIO()
    (np.savez_compressed if packs else np.savez)(file, **arrays)
    return file.getvalue()


def test_arrays_are_read_where_they_lie() -> None:
    rows = np.arange(12, dtype="uint32").reshape(3, 4)
    found = arrays_in(npz(packs=False, rows=rows, columns=np.asfortranarray(rows), names=np.array(["en", "ja"])))
    assert found.keys() == {"rows", "columns", "names"}
    assert found["rows"].tolist() == found["columns"].tolist() == rows.tolist()
    assert found["names"].tolist() == ["en", "ja"]


@pytest.mark.filterwarnings("ignore:Stored array in format 3.0")
@pytest.mark.parametrize(
    ("rows", "packs", "reason"),
    [
        (np.arange(9), True, r"rows\.npy: is packed"),
        (np.zeros(1, dtype=[("\u044f", "u4")]), False, r"rows\.npy: is of version \(3, 0\), expected 1\.0"),
        (np.array([{}]), False, "OBJECT array"),
    ],
    ids=["packed", "later", "objects"],
)
def test_what_cannot_be_read_so_is_told(rows: object, packs: bool, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        arrays_in(npz(packs=packs, rows=rows))
