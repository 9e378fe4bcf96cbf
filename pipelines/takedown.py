"""An article taken down: found in a store, hidden by a tombstone, and with a purge gone from every file of it.

The order is the one that can be interrupted anywhere: the tombstone hides the article before anything is touched and
says what is to be purged; each file is then replaced whole; the tombstone says at last that all is done. Given again,
a purge goes on, since whatever was purged already stays as it is.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from archive.cdxj import parse_line
from archive.errors import BlobNotFound, Malformed
from archive.fixity import Hashing
from archive.layout import (
    RANGES_FOLDER,
    articles_key,
    cdxj_key,
    has_articles,
    is_imported,
    links_key,
    stem_of_key,
    text_key,
    warc_key,
)
from archive.purge import copy_of, purge_file, restate_sha256, stated_sha256
from archive.reindex import index_again
from archive.surt import surt
from archive.tombstones import Purge, Tombstone, read_tombstone, write_tombstone
from archive.warc_check import read_warc
from pipelines.canonical import article_id, normalise
from pipelines.conversions import write_texts
from pipelines.link_stage import write_links
from pipelines.one_warc import get_or_none
from pipelines.process import generation_in
from pipelines.quotes import Quoting, needles_of, quoting_records

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from archive.blobs import BlobStore
    from archive.cdxj import CdxEntry
    from archive.layout import Stem

_SCRATCH = "state/takedown"
# What holds pages or texts for a while and can be made again; nobody else is at work in the store.
_CACHES = ("state/pending", "state/process", "state/backlog", "state/repair", "state/rehydrate", _SCRATCH)
"""Folders below the working folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was done: the tombstone, how many captures it hides, and which other pages have sentences of the article."""

    tombstone: Tombstone
    captures: int
    quoting: Quoting = field(default_factory=Quoting)


@dataclass(slots=True, kw_only=True)
class _Found:
    ids: set[str]
    urls: set[str]
    records: set[str]
    digests: set[str]
    texts: list[str]


def find(blobs: BlobStore, target: str, *, reason: str, now: str) -> tuple[Tombstone, list[str]] | None:
    """The tombstone for an article's URL or id, and its texts; None when the store has neither article nor capture.

    The one that is there already where it was taken down before. Raises `StoreNotUsable`.
    """
    wanted = target if _is_id(target) else article_id(normalise(target))
    found = _articles(blobs, wanted, None if _is_id(target) else target)
    identity = min(found.ids, default=wanted)
    before = _tombstone(blobs, wanted) or _tombstone(blobs, identity)
    if before is not None:
        found.urls.update(before.urls)
        found.digests.update(before.payload_digests)
        identity = before.id
    elif not _is_id(target):
        found.urls.add(target)
    entries = list(_captures(blobs, found))
    if before is None and not found.ids and not entries:
        return None
    records = {entry.record_id or "" for entry in entries} | found.records | set(before.record_ids if before else ())
    stone = Tombstone(
        id=identity,
        urls=tuple(sorted(found.urls | {entry.url for entry in entries if surt(entry.url) in _keys(found.urls)})),
        record_ids=tuple(sorted(filter(None, records))),
        payload_digests=tuple(sorted(found.digests)),
        reason=before.reason if before else reason,
        taken_down=before.taken_down if before else now,
        purge=before.purge if before else None,
        quoted_by=before.quoted_by if before else (),
        sentences=before.sentences if before else (),
    )
    return stone, found.texts


def _is_id(target: str) -> bool:
    return len(target) == 16 and set(target) <= set("0123456789abcdef")


def _tombstone(blobs: BlobStore, identity: str) -> Tombstone | None:
    try:
        return read_tombstone(blobs, f"takedowns/{identity}.json")
    except BlobNotFound:
        return None


def _articles(blobs: BlobStore, identity: str, url: str | None) -> _Found:
    """What the lines of all generations say of an article, under every id that its addresses ever gave."""
    found = _Found(ids=set(), urls=set(), records=set(), digests=set(), texts=[])
    ids, urls = {identity}, {url} if url else set()
    while True:
        for article in _lines(blobs, ids, urls):
            found.ids.add(article["id"])
            found.urls.update((article["url"], article["canonical_url"]))
            place = article["provenance"]
            found.records.add(place["record_id"] or "")
            found.digests.update([place["payload_digest"]] if place["payload_digest"] else [])
            if article["text"] not in found.texts:
                found.texts.append(article["text"])
        if found.ids <= ids:
            return found
        ids |= found.ids


def _lines(blobs: BlobStore, ids: set[str], urls: set[str]) -> Iterator[dict[str, Any]]:
    for info in blobs.list("articles/"):
        if not info.key.endswith(".jsonl"):
            continue
        with blobs.open(info.key) as file:
            for raw in file:
                line = raw.decode("utf-8", "replace")
                article = _read(line) if any(item in line for item in (*ids, *urls)) else None
                if article and (article["id"] in ids or {article["url"], article["canonical_url"]} & urls):
                    yield article


def _read(line: str) -> dict[str, Any] | None:
    try:
        article: dict[str, Any] = json.loads(line)
        _ = article["id"], article["url"], article["canonical_url"], article["text"], article["provenance"]["record_id"]
    except (ValueError, KeyError, TypeError):
        return None  # `verify` names a damaged line
    return article


def _keys(urls: set[str]) -> set[str]:
    return {surt(url) for url in urls}


def _captures(blobs: BlobStore, found: _Found) -> Iterator[CdxEntry]:
    """Every capture of the addresses, and of the payloads that the article was made from."""
    keys = _keys(found.urls)
    starts = tuple(f"{key} ".encode() for key in keys)
    for info in blobs.list("cdxj/"):
        with blobs.open(info.key) as lines:
            for line in lines:
                if line.startswith(starts) or any(digest.encode() in line for digest in found.digests):
                    try:
                        yield parse_line(line.decode().removesuffix("\n"))
                    except (Malformed, UnicodeDecodeError):
                        continue


class Purger:
    """Removes what a tombstone hides. `folder` is where files grow: the store itself when it is local.

    Methods raise `StoreNotUsable`, `OSError`, and `Malformed` for a WARC that is not what its manifest says.
    """

    def __init__(self, blobs: BlobStore, folder: Path) -> None:
        self._blobs = blobs
        self._folder = folder
        self._scratch = folder / _SCRATCH

    def plan(self, stone: Tombstone, texts: list[str], now: str) -> tuple[Tombstone, Quoting]:
        """The tombstone with its purge begun: feeds and lists that quote the texts go too.

        Back comes also who has sentences of it: the pages among them stay. A purge that was begun goes on with what
        it planned; where the texts are gone, what came since is known by the digests of their sentences.
        """
        needles = needles_of(texts, stone.sentences)
        quoting = quoting_records(self._blobs, needles, set(stone.record_ids), stone)
        stone = replace(
            stone,
            record_ids=tuple(sorted({*stone.record_ids, *quoting.records})),
            quoted_by=tuple(sorted({*stone.quoted_by, *quoting.quotes, *quoting.copies})),
            sentences=needles.all_digests(),
            purge=replace(stone.purge or Purge(begun=now), finished=None),
        )
        return stone, quoting

    def purge(self, stone: Tombstone, now: str) -> Tombstone:
        """Do it, WARC by WARC, then lines, texts and links; back comes the tombstone, finished and written."""
        for folder in _CACHES:
            shutil.rmtree(self._folder / folder, ignore_errors=True)
        for info in list(self._blobs.list(RANGES_FOLDER)):  # of an export that died: its rows have the texts
            self._blobs.delete(info.key)
        self._scratch.mkdir(parents=True, exist_ok=True)
        try:
            for info in list(self._blobs.list("warc/")):
                stone = self._purge_warc(stone, info.key)
            self._purge_lines(stone)
            self._remake_texts(stone)
            self._remake_links()
        finally:
            shutil.rmtree(self._scratch, ignore_errors=True)
        assert stone.purge is not None
        done = replace(stone, purge=replace(stone.purge, finished=now))
        write_tombstone(self._blobs, done)
        return done

    def _purge_warc(self, stone: Tombstone, warc: str) -> Tombstone:
        stem = stem_of_key(warc)
        if stem is None or not self._is_concerned(stone, stem):
            return stone
        path, target = self._scratch / "before.warc.gz", self._scratch / "after.warc.gz"
        copy_of(self._blobs, warc, path)
        before = _sha256(path)
        promised = stated_sha256(self._blobs, warc)
        assert stone.purge is not None
        known = stone.purge.files.get(warc)
        if before != promised and not (known and known == {"before": promised, "after": before}):
            problem = f"has the sha256 {before}, its manifest says {promised}: see `kakehashi verify`"
            raise Malformed(warc, None, problem)
        after = purge_file(path, set(stone.record_ids), target)
        if after is not None:
            files = {**stone.purge.files, warc: {"before": before, "after": after}}
            stone = replace(stone, purge=replace(stone.purge, files=files))
            write_tombstone(self._blobs, stone)
            self._blobs.put_file(warc, target)
        final = after or before
        if final != promised:
            restate_sha256(self._blobs, warc, final)
        read = read_warc(self._blobs, warc, path.stat().st_size)
        index = index_again(read)
        if get_or_none(self._blobs, cdxj_key(stem)) != index:
            self._blobs.put_bytes(cdxj_key(stem), index)
        path.unlink()
        target.unlink(missing_ok=True)
        return stone

    def _is_concerned(self, stone: Tombstone, stem: Stem) -> bool:
        """By its index, or by what the purge noted of it: a killed one may have rewritten the WARC alone."""
        assert stone.purge is not None
        index = get_or_none(self._blobs, cdxj_key(stem)) or b""
        is_named = any(f'"{record}"'.encode() in index for record in stone.record_ids)
        return is_named or warc_key(stem) in stone.purge.files or is_imported(warc_key(stem))

    def _purge_lines(self, stone: Tombstone) -> None:
        """Take the lines of articles and dropped pages out of every generation."""
        records = set(stone.record_ids)
        for folder in ("articles/", "dropped/"):
            for info in list(self._blobs.list(folder)):
                if stem_of_key(info.key) is None or not info.key.endswith(".jsonl"):
                    continue
                data = self._blobs.get(info.key)
                kept = b"".join(line for line in data.splitlines(keepends=True) if not _is_of(line, records, stone))
                if kept != data:
                    self._blobs.put_bytes(info.key, kept)

    def _remake_texts(self, stone: Tombstone) -> None:
        """Write the clean texts of every WARC that was rewritten anew, from the articles that are left."""
        assert stone.purge is not None
        current = generation_in(self._blobs)
        for warc in stone.purge.files:
            stem = stem_of_key(warc)
            if stem is None or not has_articles(stem):
                continue
            lines = get_or_none(self._blobs, articles_key(stem, current)) or b""
            keys = write_texts(self._scratch, stem, lines.splitlines())
            if keys:
                self._blobs.put_file(text_key(stem), self._scratch / text_key(stem))
            else:
                self._blobs.delete(text_key(stem))

    def _remake_links(self) -> None:
        for generation in sorted({info.key.split("/")[1] for info in self._blobs.list("links/")}):
            if self._blobs.stat(links_key(generation)) is not None:
                write_links(self._blobs, generation)


def _is_of(line: bytes, records: set[str], stone: Tombstone) -> bool:
    """True for a line of a record that was purged, or of the article itself."""
    try:
        said = json.loads(line)
        return said["provenance"]["record_id"] in records or said.get("id") == stone.id
    except (ValueError, KeyError, TypeError):
        return False


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        source = Hashing(file)
        source.drain()
    return source.sha256
