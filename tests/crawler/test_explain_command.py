"""`explain FILE` with what is no page: one line, and the documented exit code."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from crawler.__main__ import main

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("data", "code", "said"),
    [
        (b"", 1, "the file is empty, expected an HTML file"),
        (b"WARC/1.1\r\n", 2, "is an archive, expected an HTML file"),
        (gzip.compress(b"WARC/1.1\r\n"), 2, "is an archive, expected an HTML file"),
        (b"PK\x03\x04", 2, "is an archive, expected an HTML file"),
    ],
    ids=["empty", "warc", "gzip", "wacz"],
)
def test_what_is_no_page_is_refused_in_a_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], data: bytes, code: int, said: str
) -> None:
    """It names the file."""
    path = tmp_path / "page"
    path.write_bytes(data)

    assert main(["explain", str(path)]) == code
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"kakehashi: {path}: ")
    assert said in line
