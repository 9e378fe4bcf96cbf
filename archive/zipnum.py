"""A sorted CDXJ as players read it from afar: blocks of lines, each a gzip member, and a line about each block.

The two files are `index.cdx.gz` and `index.idx` of a WACZ. A player reads the small one, finds the block by it, and
fetches that block alone.
"""

from __future__ import annotations

import hashlib
import io
import itertools
import json
from typing import TYPE_CHECKING

from archive.members import MemberWriter

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from archive.members import Writable

_LINES_A_BLOCK = 1024
_FORMAT = "cdxj-gzip-1.0"


def write_blocks(
    lines: Iterable[bytes], out: Writable, *, filename: str, lines_a_block: int = _LINES_A_BLOCK
) -> Iterator[bytes]:
    """Write sorted lines, given without line ends, to `out`; back come the lines of the index of the blocks.

    The first of them names the format and the file `filename`; each other has key and timestamp of a block's first
    line, and where the block lies. Nothing is written before the result is read.
    """
    yield f"!meta 0 {json.dumps({'format': _FORMAT, 'filename': filename})}".encode()
    left, offset = iter(lines), 0
    while block := list(itertools.islice(left, lines_a_block)):
        data = _member(block)
        out.write(data)
        place = {"offset": offset, "length": len(data), "digest": f"sha256:{hashlib.sha256(data).hexdigest()}"}
        yield b" ".join([*block[0].split(b" ", 2)[:2], json.dumps(place).encode()])
        offset += len(data)


def _member(lines: list[bytes]) -> bytes:
    out = io.BytesIO()
    writer = MemberWriter(out)
    for line in lines:
        writer.write(line + b"\n")
    writer.flush()
    return out.getvalue()
