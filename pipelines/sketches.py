"""MinHash sketches by rensa: a text's shingles as numbers, and the bands by which like texts meet. Pure."""

from __future__ import annotations

from array import array
from importlib.metadata import version
from typing import TYPE_CHECKING

from rensa import RMinHash

if TYPE_CHECKING:
    from collections.abc import Sequence

# Texts of which a fifth of the words was exchanged share two bands with a chance of 0.999, strangers with one of 1e-9.
BANDS, _ROWS = 85, 3
_SEED = 20261121
_MIX = 0x9E3779B1
SKETCHES = f"rensa {version('rensa')}, {BANDS} bands of {_ROWS}, seed {_SEED}"
"""What sketches of one kind have in common: those of another cannot be compared with them."""


def shingle_numbers(shingles: Sequence[str]) -> array[int]:
    """A 64-bit number for each shingle, in their order."""
    return array("Q", RMinHash.hash_token_sets([list(shingles)])[0])


def band_keys(texts: Sequence[array[int]]) -> array[int]:
    """`BANDS` 32-bit keys of each text's shingles, text after text; the order of the shingles does not matter."""
    numbers, ends = array("Q"), [0]
    for text in texts:
        numbers.extend(text)
        ends.append(len(numbers))
    matrix = RMinHash.digest_matrix_from_flat_token_hashes(numbers, ends, BANDS * _ROWS, _SEED)
    keys = array("I")
    for digest in matrix.to_rows():
        triples = zip(digest[::3], digest[1::3], digest[2::3], strict=True)
        keys.extend([((a * _MIX ^ b) * _MIX ^ c) & 0xFFFFFFFF for a, b, c in triples])
    return keys
