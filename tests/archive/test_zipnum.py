"""The compressed index: every line is found by the block that the small index names."""

from __future__ import annotations

import gzip
import hashlib
import io
import json

from archive.zipnum import write_blocks

LINES = [f"org,example)/{number:03} 20261121093000 {{}}".encode() for number in range(10)]


def test_each_block_can_be_read_alone_and_all_of_them_are_the_index() -> None:
    """Offset, length and digest are those of the block's gzip member; its first line names it."""
    out = io.BytesIO()
    head, *blocks = write_blocks(LINES, out, filename="index.cdx.gz", lines_a_block=4)
    read: list[bytes] = []
    for line in blocks:
        key, timestamp, raw = line.split(b" ", 2)
        place = json.loads(raw)
        member = out.getvalue()[place["offset"] : place["offset"] + place["length"]]
        assert place["digest"] == f"sha256:{hashlib.sha256(member).hexdigest()}"
        lines = gzip.decompress(member).splitlines()
        assert lines[0].startswith(key + b" " + timestamp + b" ")
        read += lines

    assert head == b'!meta 0 {"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}'
    assert len(blocks) == 3
    assert read == LINES
    assert gzip.decompress(out.getvalue()) == b"".join(line + b"\n" for line in LINES)


def test_an_empty_index_has_its_head_alone() -> None:
    """No block is written where there is no line."""
    out = io.BytesIO()

    assert len(list(write_blocks([], out, filename="x"))) == 1
    assert out.getvalue() == b""
