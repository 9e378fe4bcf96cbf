"""The room of bytes as they were captured; it stands alone, without the crawler and without the pages' text.

Public is what `__all__` names: captures and exchanges as values, where they lie, their reading and writing, the store,
and the errors of the room. Its other modules serve these and the commands that look after an archive; how WARC
records, index lines and stores are laid out is theirs to know.
"""

from archive.blobs import BlobStore, open_blobs
from archive.capture import Capture, Exchange, Location, Stored, Truncation
from archive.errors import ArchiveError, BlobNotFound, ChecksumMismatch, Malformed, StoreNotUsable
from archive.reader import read_capture, read_captures
from archive.writer import WarcWriter

__all__ = [
    "ArchiveError",
    "BlobNotFound",
    "BlobStore",
    "Capture",
    "ChecksumMismatch",
    "Exchange",
    "Location",
    "Malformed",
    "StoreNotUsable",
    "Stored",
    "Truncation",
    "WarcWriter",
    "open_blobs",
    "read_capture",
    "read_captures",
]
