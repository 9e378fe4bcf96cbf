"""Brings the index up to date with the store: only what is new, changed or gone since is read. One file at a time."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from archive.blobs import LocalBlobs
from archive.cdxj import format_line
from archive.errors import BlobNotFound
from archive.layout import CURRENT_GENERATION_KEY, cdxj_key, links_key, stem_of_key
from archive.player_index import read_index
from archive.tombstones import FOLDER, Takedowns, read_takedowns
from pipelines.results import current_generation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from archive.blobs import BlobStore
    from archive.keys import BlobInfo
    from reading.index import Index, Writer

STRAY = "indexes without their WARCs"
"""Under this name stand the problems of the store that belong to no file that is read."""


class Refresher:
    """Keeps an index like its store."""

    def __init__(self, blobs: BlobStore, index: Index) -> None:
        self._blobs = blobs
        self._index = index
        self._takedowns = Takedowns(())

    def refresh(self, show: Callable[[int, int], object] = lambda _, __: None) -> bool:
        """Bring the index up to date; True when anything had changed.

        `show` hears how many of the files to be read are done. An interruption loses one file's work. Raises
        `StoreNotUsable`, `OSError` when the disk takes no index.
        """
        self._takedowns = read_takedowns(self._blobs)
        wanted = self._signs(self._generation())
        known = self._index.signs()
        gone = known.keys() - wanted.keys()
        changed = [key for key in sorted(wanted) if known.get(key) != wanted[key]]
        if not gone and not changed:
            return False
        for key in gone:
            with self._index.writing() as writer:
                writer.forget_file(key)
        for done, key in enumerate(changed):
            show(done, len(changed))
            with self._index.writing() as writer:
                self._take(key, writer.begin_file(key, wanted[key]), writer)
        with self._index.writing() as writer:
            if not any(key.startswith("links/") for key in wanted):
                writer.replace_links(())
            writer.apply_links()
        show(len(changed), len(changed))
        return True

    def _generation(self) -> str:
        try:
            return current_generation(self._blobs.get(CURRENT_GENERATION_KEY))
        except (BlobNotFound, ValueError, KeyError, TypeError):
            return current_generation(None)

    def _signs(self, generation: str) -> dict[str, str]:
        """The files to be in the index by their keys, each with a sign that changes when it does."""
        indexes = {info.key: info for info in self._blobs.list("cdxj/")}
        warcs = {info.key: info for info in self._blobs.list("warc/")}
        articles = [info for info in self._blobs.list(f"articles/{generation}/") if info.key.endswith(".jsonl")]
        links = self._blobs.stat(links_key(generation))
        signs = {info.key: self._sign(info) for info in (*articles, *((links,) if links else ()))}
        for key, warc in warcs.items():
            index = indexes.pop(_index_of(key) or "", None)
            # Where a WARC shrinks, lines of its index point behind its end.
            signs[key] = f"{warc.size} {self._sign(index) if index else ''}"
        # What is taken down is in no file of the index: a new tombstone has them all read again.
        stones = "".join(f" {info.key}" for info in self._blobs.list(FOLDER))
        signs = {key: f"{sign}{stones}" for key, sign in signs.items()}
        if indexes:
            signs[STRAY] = " ".join(sorted(indexes))
        return signs

    def _sign(self, info: BlobInfo) -> str:
        if isinstance(self._blobs, LocalBlobs):
            try:
                return f"{info.size} {self._blobs.path(info.key).stat().st_mtime_ns}"
            except OSError:  # gone since it was listed
                return "gone"
        return str(info.size)

    def _take(self, key: str, file: int, writer: Writer) -> None:
        if key == STRAY:
            self._take_strays(file, writer)
        elif key.startswith("warc/"):
            self._take_captures(key, file, writer)
        elif key.startswith("links/"):
            writer.replace_links(self._links(key, file, writer))
        else:
            self._take_articles(key, file, writer)

    def _take_strays(self, file: int, writer: Writer) -> None:
        wanted = {_index_of(info.key) for info in self._blobs.list("warc/")}
        for info in self._blobs.list("cdxj/"):
            if info.key not in wanted:
                writer.add_problem(file, f"{info.key}: the WARC that it is the index of is not there")

    def _take_captures(self, key: str, file: int, writer: Writer) -> None:
        warc = self._blobs.stat(key)
        if warc is None:
            return
        index = read_index(self._blobs, warc)
        for problem in index.problems:
            writer.add_problem(file, problem)
        writer.add_captures(
            (
                file, entry.key, entry.timestamp[:8], host_of(entry.url), entry.mime, entry.payload_digest,
                format_line(entry),
            )
            for entry in index.entries
            if not self._takedowns.hides_capture(entry)
        )  # fmt: skip

    def _take_articles(self, key: str, file: int, writer: Writer) -> None:
        for number, position, line in self._lines(key):
            try:
                values = _values(json.loads(line))
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
                problem = f"{key}: line {number} is no article ({type(error).__name__}: {str(error)[:80]})"
                writer.add_problem(file, problem)
                continue
            if not self._takedowns.hides(values["id"], values["url"], values["record_id"]):
                writer.add_article({**values, "file": file, "position": position, "length": len(line)})

    def _lines(self, key: str) -> Iterator[tuple[int, int, bytes]]:
        """The lines of a file: number, position in bytes, and bytes without the line end."""
        position = 0
        try:
            with self._blobs.open(key) as source:
                for number, line in enumerate(source, start=1):
                    if line.strip():
                        yield number, position, line.rstrip(b"\r\n")
                    position += len(line)
        except BlobNotFound:
            return  # gone since it was listed: the next refresh forgets it

    def _links(self, key: str, file: int, writer: Writer) -> Iterator[tuple[Any, ...]]:
        for number, _, line in self._lines(key):
            try:
                link = json.loads(line)
                yield (
                    link["record_id"], int(link["version"]), int(link["is_current"]), link["cluster"], link["kind"],
                    link["first"], link.get("similarity"),
                )  # fmt: skip
            except (ValueError, KeyError, TypeError) as error:
                writer.add_problem(file, f"{key}: line {number} is no link ({type(error).__name__}: {error})")


def host_of(url: str) -> str:
    """The host of a URL with its port, without `www.`; empty where it has none."""
    try:
        return urlsplit(url).netloc.rpartition("@")[2].lower().removeprefix("www.")
    except ValueError:
        return ""


def _index_of(warc: str) -> str | None:
    stem = stem_of_key(warc)
    return cdxj_key(stem) if stem else None


def _values(article: dict[str, Any]) -> dict[str, Any]:
    """The columns of an article that come from its line. Raises what a damaged line makes Python raise."""
    place = article["provenance"]
    words = {
        "id": article["id"],
        "record_id": place["record_id"] or "",
        "url": article["url"],
        "source": article["source"] or "",
        "publisher": article["publisher"] or "",
        "title": article["title"] or "",
        "language": article["language"] or "",
        "label": article["relevance"]["label"],
        "day": (article["published"] or article["fetched"] or "")[:10],
        "published": article["published"] or "",
        "captured_at": place["captured_at"] or "",
        "warc": place["warc"] or "",
        "digest": place["payload_digest"] or "",
        "text": article["text"],
    }
    for name, value in words.items():
        if not isinstance(value, str):
            raise TypeError(f"{name} is {value!r:.40}, expected words")
    return {**words, "host": host_of(words["url"]), "offset": int(place["offset"] or 0)}
