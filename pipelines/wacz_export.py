"""Articles of a store, the records that they were made from and the parts of their pages as a WACZ: what goes in.

Pages and places wait in files without a name while the records are copied, so that memory stays flat.
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import asdict, dataclass
from typing import IO, TYPE_CHECKING

from archive.blobs import open_blobs
from archive.capture import Location
from archive.dates import EPOCH, parse_date
from archive.layout import stem_of_key
from archive.line_sort import LineSorter
from archive.wacz import Contents, write_wacz
from pipelines.mementos import address_in
from pipelines.page_parts import add_parts, packed, places_of, unpacked
from pipelines.selection import Selection
from pipelines.software import software
from pipelines.store import Store

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator
    from pathlib import Path

    from archive.blobs import BlobStore
    from archive.signing import Signer
    from archive.wacz import WaczReport
    from pipelines.article import Article
    from pipelines.page_parts import Named


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What was written: `pages` counts the articles, `report` says what is in the file and what is not."""

    pages: int
    report: WaczReport


def export_wacz(
    location: str, path: Path, wanted: Selection, *, named: Named, signer: Signer | None = None
) -> Exported | None:
    """Write the WACZ of a store at `path`; None, and no file, when nothing in the store is wanted.

    With a filter in `wanted`: the records of the articles that fit, and of the parts that `named` finds their pages to
    ask for. Without: every WARC as it is. The same store gives the same bytes. Raises `StoreNotUsable`, `Malformed` for
    a line that is no article, `OSError` for `path`.
    """
    blobs = open_blobs(location)
    blobs.check_usable(write=False)
    is_all = wanted == Selection()
    latest = _last_begun(blobs) if is_all else EPOCH
    pages = 0
    with tempfile.TemporaryFile() as lines, tempfile.TemporaryFile() as cited, LineSorter() as places:
        for article in Store(blobs).articles(**asdict(wanted)):
            pages += 1
            lines.write(_page(article))
            cited.write(packed(_place(article)) + b"\n")
            latest = max(latest, parse_date(article.provenance.captured_at))
        if latest == EPOCH:
            return None
        lines.seek(0)
        if not is_all:
            _add_places(blobs, cited, named, places)
        made_by = software()
        contents = Contents(
            pages=(line.removesuffix(b"\n") for line in lines),
            records=None if is_all else places_of(places),
            latest=latest,
            title=_title(wanted),
            software=f"kakehashi {made_by['kakehashi']}",
            signer=signer,
        )
        return Exported(pages=pages, report=write_wacz(path, blobs, contents))


def _last_begun(blobs: BlobStore) -> dt.datetime:
    stems = (stem_of_key(info.key) for info in blobs.list("warc/"))
    return max((stem.began_at for stem in stems if stem), default=EPOCH)


def _page(article: Article) -> bytes:
    """A line of pages.jsonl: players find the capture by `url` and `ts`, and search in title and text."""
    when = article.provenance.captured_at
    # What a web archive gave back is replayed as what it is: the answer of that archive's address.
    url = address_in(article.provenance.origin) or article.url
    page = {"id": article.id, "url": url, "ts": when, "title": article.title or article.url}
    return (json.dumps({**page, "text": article.text}, ensure_ascii=False) + "\n").encode()


def _place(article: Article) -> Location:
    place = article.provenance
    return Location(warc=place.warc or "", offset=place.offset or 0, length=place.length or 0)


def _add_places(blobs: BlobStore, cited: IO[bytes], named: Named, places: LineSorter) -> None:
    for line in _lines(cited):
        places.add(line)
    add_parts(blobs, map(unpacked, _lines(cited)), named, places)


def _lines(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    return (line.removesuffix(b"\n") for line in file)


def _title(wanted: Selection) -> str:
    given = ((name, getattr(wanted, name)) for name in ("source", "label", "language", "since", "until"))
    parts = [f"{name} {value}" for name, value in given if value is not None]
    return " ".join(["Kakehashi:", ", ".join(parts) or "the whole store"])
