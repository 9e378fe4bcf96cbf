"""What identifies the bytes of a file on its way to S3: size, SHA-256, and SHA-256 as S3 makes it of parts."""

from __future__ import annotations

import base64
import hashlib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_STEP_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """Size in bytes, `sha256` in hex, and `sha256_of_parts` as S3 writes it for an upload in parts.

    That is base64 of the SHA-256 of their SHA-256s, a dash, and their count.
    """

    size: int
    sha256: str
    sha256_of_parts: str


def fingerprint(path: Path, *, part_bytes: int) -> Fingerprint:
    """The fingerprint of a file that is uploaded in parts of `part_bytes`; read once. Raises `OSError`."""
    whole, parts = hashlib.sha256(), []
    with path.open("rb") as file:
        while part := _digest_part(file, whole.update, part_bytes):
            parts.append(part)
        size = os.fstat(file.fileno()).st_size
    of_parts = base64.b64encode(hashlib.sha256(b"".join(parts)).digest()).decode("ascii")
    return Fingerprint(size=size, sha256=whole.hexdigest(), sha256_of_parts=f"{of_parts}-{len(parts)}")


def _digest_part(file: BinaryIO, also: Callable[[bytes], None], part_bytes: int) -> bytes | None:
    part, left = hashlib.sha256(), part_bytes
    while left and (block := file.read(min(left, _STEP_BYTES))):
        part.update(block)
        also(block)
        left -= len(block)
    return part.digest() if left < part_bytes else None
