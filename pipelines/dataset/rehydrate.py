"""The full edition of a pointers edition, made again from the WARCs that it points into.

Every article is derived anew from its record. The row then has to have the digest that its pointer promises: one that
has not is left out and named, since other rules or software read another text.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import tempfile
from contextlib import ExitStack
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archive.blobs import LocalBlobs, open_blobs
from archive.line_sort import LineSorter
from archive.tombstones import read_takedowns
from pipelines.article import Label
from pipelines.dataset.derive_again import Again, Wanted
from pipelines.dataset.describe import Released, describe
from pipelines.dataset.errors import NothingFits, NotWanted
from pipelines.dataset.former import MANIFEST, FormerFiles, read_former
from pipelines.dataset.place import placing
from pipelines.dataset.request import Dedup, Edition, Former, Request
from pipelines.dataset.rows import article_row, finished, version_row
from pipelines.dataset.spool import FIELD
from pipelines.dataset.stats import Counts
from pipelines.dataset.write import ArticleWriter, VersionWriter
from pipelines.selection import Selection

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from archive.blobs import BlobStore
    from archive.tombstones import Takedowns
    from pipelines.rules import PageRules

_ARTICLE, _VERSION = "a", "v"
_LISTED = 20


def rehydrate(store: str, pointers: str, out: str, *, rules: Mapping[str, PageRules]) -> Released:
    """Make the full edition at `out` of the pointers at a folder or on S3, from the WARCs of a store.

    `rules` are the page rules of every source. Raises `NotWanted`, `NothingFits`, `RoomIsGone`, `StoreNotUsable`.
    """
    blobs = open_blobs(store)
    blobs.check_usable(write=False)
    former = read_former(f"{pointers.rstrip('/')}/{MANIFEST}")
    if former.manifest["edition"] != Edition.POINTERS:
        raise NotWanted(
            f"{pointers}: expected a release of the edition pointers, this one is {former.manifest['edition']}"
        )
    with placing(out) as folder, ExitStack() as stack:
        return _Rehydration(blobs, former, folder, rules, stack).make()


class _Rehydration:
    def __init__(
        self, blobs: BlobStore, former: Former, folder: Path, rules: Mapping[str, PageRules], stack: ExitStack
    ) -> None:
        self._blobs = blobs
        self._former = former
        self._folder = folder
        self._takedowns: Takedowns = read_takedowns(blobs)
        self._counts = Counts()
        self._odd: list[str] = []
        self._oddities = 0
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kakehashi-")))
        local = blobs.root if isinstance(blobs, LocalBlobs) else scratch
        self._again = Again(blobs, local, rules=rules, processes=max(1, os.cpu_count() or 2), sort_in=folder)
        stack.callback(self._again.close)
        self._ordered = stack.enter_context(LineSorter(folder=folder))

    def make(self) -> Released:
        for wanted in (*self._articles(), *self._versions()):
            self._again.add(wanted)
        for wanted, article in self._again.derived():
            self._ordered.add(FIELD.join((wanted.order, wanted.about, json.dumps(article))).encode())
        request = _request_of(self._former)
        with ArticleWriter(self._folder, Edition.FULL) as articles, VersionWriter(self._folder, Edition.FULL) as pairs:
            for order, lines in groupby(map(bytes.decode, self._ordered), key=lambda line: line.split(FIELD, 1)[0]):
                self._write(order[0], [_unpacked(line) for line in lines], articles, pairs)
            if not self._counts.articles:
                raise NothingFits(f"{self._former.location}: no row could be made again{self._first_oddity()}")
        self._counts.versions = pairs.rows
        problems = [*self._again.problems, *self._odd]
        if self._oddities > _LISTED:
            problems.append(f"and {self._oddities - _LISTED} more rows that are not what their pointers promise")
        self._counts.left_out.update(self._former.manifest["counts"]["left_out"])
        return describe(
            self._folder, request, self._counts, cutoffs=self._former.cutoffs, blobs=self._blobs,
            takedowns=self._takedowns, problems=problems,
        )  # fmt: skip

    def _articles(self) -> Iterator[Wanted]:
        number = 0
        for row in FormerFiles(self._former).lines("jsonl"):
            number += 1
            place = row["provenance"]
            if self._takedowns.hides(row["id"], row["url"], place["record_id"]):
                self._counts.left_out["taken down"] += 1
                continue
            yield Wanted(
                order=f"{_ARTICLE}{number:012d}",
                place=place,
                url=row["url"],
                source=row["source"],
                about=json.dumps(row),
            )

    def _versions(self) -> Iterator[Wanted]:
        number = 0
        for row in FormerFiles(self._former).rows("versions"):
            number += 1
            if self._takedowns.hides(row["id"], row["url"], row["after"]["record_id"]):
                continue
            for side in ("before", "after"):
                facts = {
                    name: row[name] for name in ("version_after", "split", "text_sha256_before", "text_sha256_after")
                }
                about = json.dumps({**facts, "side": side})
                yield Wanted(
                    order=f"{_VERSION}{number:012d}", place=row[side], url=row["url"], source=row["source"], about=about
                )

    def _write(
        self,
        kind: str,
        found: list[tuple[dict[str, Any], dict[str, Any]]],
        articles: ArticleWriter,
        pairs: VersionWriter,
    ) -> None:
        if kind == _ARTICLE:
            self._write_article(*found[0], articles)
            return
        sides = {about["side"]: article for about, article in found}
        about = found[0][0]
        if len(sides) == 2:
            pair = {
                **version_row(sides["before"], sides["after"], number=about["version_after"]),
                "split": about["split"],
            }
            names = ("text_sha256_before", "text_sha256_after")
            if all(pair[name] == about[name] for name in names):
                pairs.add(pair)
                return
        self._note(f"{found[0][1]['url']}: its versions are not what their pointer promises")

    def _write_article(self, pointer: dict[str, Any], article: dict[str, Any], articles: ArticleWriter) -> None:
        whole = {**article, "provenance": pointer["provenance"]}
        row = article_row(whole, version=pointer["version"], link=pointer["duplicates"])
        line = finished(
            json.dumps(row, ensure_ascii=False), split=pointer["split"], reservations=pointer["reservations"]
        )
        full = json.loads(line)
        if full["row_sha256"] != pointer["row_sha256"]:
            self._note(
                f"{pointer['url']}: gives another row than its pointer promises, read by other rules or software "
                "(name the source files with --sources)"
            )
            return
        self._counts.take(full)
        articles.add(full, line)

    def _note(self, problem: str) -> None:
        self._oddities += 1
        if self._oddities <= _LISTED:
            self._odd.append(problem)

    def _first_oddity(self) -> str:
        found = [*self._again.problems, *self._odd]
        return f": {found[0]}" if found else ""


def _unpacked(line: str) -> tuple[dict[str, Any], dict[str, Any]]:
    _, about, article = line.split(FIELD, 2)
    return json.loads(about), json.loads(article)


def _request_of(former: Former) -> Request:
    """The request of the full edition: that of the pointers but for the edition."""
    manifest = former.manifest
    options = manifest["options"]
    days = {name: dt.date.fromisoformat(options[name]) if options[name] else None for name in ("since", "until")}
    return Request(
        name=manifest["name"],
        selection=Selection(
            **days, source=options["source"], language=options["language"],
            label=Label(options["label"]) if options["label"] else None,
        ),
        dedup=Dedup(options["dedup"]),
        respects_reservations=options["respect_reservations"],
        with_warc=options["with_warc"],
        previous=_named(manifest["previous"]),
        delta_from=_named(manifest["delta_from"]),
    )  # fmt: skip


def _named(release: dict[str, str] | None) -> Former | None:
    return Former(location="", sha256=release["sha256"], manifest={"name": release["name"]}) if release else None
