"""The steps of commands that a cluster's worker does: one WARC each, or one range of ids.

Each is done in a folder of its own, and gives a report on stdout.
What a step needs stands in the file `order.json` of its folder, beside the source files and templates to use.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
import socket
import sys
import tempfile
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from archive.blobs import LocalBlobs, open_blobs
from archive.layout import (
    STAGED_GENERATION_KEY,
    STAGING_FOLDER,
    cdxj_key,
    manifest_key,
    stem_of_key,
    warc_key,
)
from archive.live import holder_of
from crawler.cluster_jobs import CCNEWS, DERIVE, GATHER, IMPORT, NEWS, ORDER, TEMPLATES
from crawler.config import load_catalogue, rules_to_read_again
from crawler.exits import Exit
from crawler.import_ledger import ImportLedger, PageCounts
from crawler.import_one import OneImport
from crawler.importing import IMPORT_LEASE
from crawler.incoming import Incoming, warcs_in
from crawler.log import set_up_log
from crawler.room import Room
from pipelines.article import Label
from pipelines.held import put_off
from pipelines.made import MadeWarc
from pipelines.one_warc import OneWarc, Shelf, get_or_none
from pipelines.process import fingerprint
from pipelines.store_templates import parse_templates, with_templates
from pipelines.unchanged import NewTemplates

if TYPE_CHECKING:
    from collections.abc import Mapping

    from archive.blobs import BlobStore
    from archive.layout import Stem
    from crawler.config import Catalogue
    from pipelines.rules import PageRules
    from pipelines.store_templates import Templates

Order = dict[str, Any]


class StepRefusedError(Exception):
    """A step that must not be done here or now; the message says why."""


class Steps:
    """Does steps one after the other. What the last one needed is kept for the next where that needs the same."""

    def __init__(self) -> None:
        self._work = Path(tempfile.mkdtemp(prefix="kakehashi-work-"))
        self._one: OneWarc | None = None
        self._one_for: tuple[str, ...] = ()

    def __enter__(self) -> Self:
        set_up_log(verbose=0, quiet=True)
        return self

    def __exit__(self, *_: object) -> None:
        self._let_go()
        shutil.rmtree(self._work, ignore_errors=True)

    def run(self, argv: list[str]) -> int:
        """Do the step that `argv` names by the order in the folder that it names; back comes the exit code.

        The report goes to stdout. Raises `ArchiveError`, `CatalogueErrors`, `OSError`.
        """
        name, folder = argv[0], Path(argv[1])
        order = json.loads((folder / ORDER).read_text(encoding="utf-8"))
        steps = {DERIVE: self._derive, IMPORT: self._import, CCNEWS: self._read_ccnews, GATHER: self._gather}
        try:
            report = steps[name](order, folder)
        except StepRefusedError as error:
            print(f"kakehashi: {error}", file=sys.stderr)  # noqa: T201
            return Exit.CONFIGURATION
        except BaseException:
            self._let_go()
            raise
        finally:
            shutil.rmtree(folder, ignore_errors=True)  # whose worker may have been killed
        sys.stdout.write(json.dumps(report, ensure_ascii=False) + "\n")
        return Exit.DONE

    def _let_go(self) -> None:
        if self._one is not None:
            self._one.close(is_hurried=True)
        self._one = None

    def _derive(self, order: Order, folder: Path) -> dict[str, Any]:
        """Derive one WARC."""
        stem = stem_of_key(order["warc"])
        assert stem is not None
        one = self._deriver(order, folder)
        blobs = open_blobs(order["store"])
        one.may_publish = partial(_check_wanted, blobs, order)
        if order["current"] is None:
            return one.make(stem, order["generation"]).packed()
        if order["made"] is not None:
            values = json.loads((folder / NEWS).read_text(encoding="utf-8"))
            news = NewTemplates.unpacked(values, parse_templates((folder / TEMPLATES).read_bytes()))
            made = MadeWarc(*order["made"])
            result = one.renew(stem, order["generation"], current=order["current"], made=made, news=news)
        else:
            result = one.stage(stem, order["generation"], current=order["current"], is_asked_for=order["is_asked_for"])
        if order["is_dry"]:
            shutil.rmtree(self._work, ignore_errors=True)
        return result.packed()

    def _import(self, order: Order, folder: Path) -> dict[str, Any]:
        """Import one WARC."""
        path = Path(order["path"])
        if not path.is_file():
            raise StepRefusedError(f"{path}: no such file on {socket.gethostname()}; every worker must see it there")
        name = order["path"] + order["name"].removeprefix(order["given_as"])
        found = next((item for item in warcs_in(path) if item.name == name), None)
        if not isinstance(found, Incoming):
            raise StepRefusedError(f"{name}: is not what it was when the job was sent")
        importing = one_import(order, folder, self._work, processes=1)
        try:
            stem = stem_of_key(order["stem"])
            assert stem is not None
            return importing.take(replace(found, name=order["name"]), stem, order["known"]).packed()
        finally:
            importing.abandon()

    def _read_ccnews(self, order: Order, folder: Path) -> dict[str, Any]:
        """Read one file of CC-NEWS, and import what is wanted of it."""
        from crawler.ccnews import NewsFile
        from crawler.ccnews_reading import CcNewsReading
        from crawler.options import FetchOptions
        from crawler.ranges import fetch_parts

        catalogue = catalogue_for(order, folder)
        sources = [catalogue.get(name) for name in order["sources"]]
        options = order["options"] | {"allow_private": tuple(order["options"]["allow_private"])}
        file = NewsFile(path=order["path"], day=dt.date.fromisoformat(order["day"]))
        home = _OneFile(self._work, one_import(order, folder, self._work, processes=1), order)
        for name in order["sources"]:
            home.ledger.sources[name] = PageCounts()
        reading = CcNewsReading(home, sources, base=order["base"], since=file.day, until=file.day)
        try:
            if fetch_parts(reading.one(file), FetchOptions(**options)):
                raise KeyboardInterrupt
        finally:
            home.importing.abandon()
        return {"ledger": home.ledger.packed(), "read": reading.as_json()}

    def _gather(self, order: Order, _folder: Path) -> dict[str, Any]:
        """Gather the articles of a range of ids for a release."""
        from pipelines.dataset.parts import Span, gather_part

        self._work.mkdir(exist_ok=True)
        span = Span(begin=order["begin"], end=order["end"])
        if not gather_part(open_blobs(order["store"]), order["run"], span, self._work):
            raise StepRefusedError(f"the export {order['run']} is over, or its files were removed from the store")
        return {"articles": str(span)}

    def _deriver(self, order: Order, folder: Path) -> OneWarc:
        """What derives by the rules of an order. Raises `StepRefusedError` where it would do so by others."""
        wanted = (order["store"], order["made_by"], str(order["is_dry"]))
        if self._one is not None and self._one_for == wanted:
            return self._one
        rules = rules_to_read_again(catalogue_for(order, folder))
        templates = parse_templates((folder / TEMPLATES).read_bytes())
        keep = frozenset(map(Label, order["keep"]))
        _check_rules(order, rules, keep, templates)
        self._let_go()
        blobs = open_blobs(order["store"])
        self._one_for = wanted
        self._one = OneWarc(
            blobs,
            Shelf(LocalBlobs(self._work) if order["is_dry"] else blobs, self._work),
            blobs.root if isinstance(blobs, LocalBlobs) else self._work,
            rules=rules,
            read_with=with_templates(rules, templates),
            keep=keep,
            processes=1,
            reads_all=order.get("reads_all", False),
        )
        return self._one


def one_import(order: Order, folder: Path, work: Path, *, processes: int) -> OneImport:
    """What imports as an order says, in the folder `work`. Raises `StepRefusedError` where it would by other rules."""
    rules = rules_for(order, folder)
    templates = parse_templates((folder / TEMPLATES).read_bytes())
    keep = frozenset(map(Label, order["keep"]))
    _check_rules(order, rules, keep, templates)
    blobs = open_blobs(order["store"])
    shelf = Shelf(blobs, work)

    def publish(stem: Stem, derived: list[str]) -> None:
        with put_off():  # a WARC without its manifest would be imported again
            _check_lease(blobs, order)
            shelf.store([warc_key(stem), manifest_key(stem), cdxj_key(stem), *derived])

    return OneImport(
        work,
        work / STAGING_FOLDER,
        rules=rules,
        read_with=lambda: with_templates(rules, templates),
        generation=order["generation"],
        keep=keep,
        origin=order["origin"],
        processes=processes,
        check_room=Room(order["store"], work).check,
        publish=publish,
    )


def _check_lease(blobs: BlobStore, order: Order) -> None:
    """Who was sent by an import that is dead must not import what another imports by now."""
    holder = holder_of(blobs, IMPORT_LEASE)
    if holder is not None and holder.run != order["run"]:
        raise StepRefusedError(f"another import, {holder.run}, goes on by now")


class _OneFile:
    """Whom the reading of one file is done for."""

    def __init__(self, folder: Path, importing: OneImport, order: Order) -> None:
        self.folder = folder
        self.importing = importing
        self.ledger = ImportLedger()
        self._order = order

    def look(self) -> None:
        """Nothing keeps it from going on but whoever sent it."""

    def import_extract(self, incoming: Incoming, *, origin: str, extract: Mapping[str, object]) -> None:
        """Import records that were taken out of the file."""
        stem = stem_of_key(self._order["stem"])
        assert stem is not None
        self.ledger.merge(self.importing.take(incoming, stem, self._order["known"], origin=origin, extract=extract))


def catalogue_for(order: Order, folder: Path) -> Catalogue:
    """The catalogue that the order was given with."""
    return load_catalogue(only_dir=folder) if order["is_only"] else load_catalogue(sources_dir=folder)


def rules_for(order: Order, folder: Path) -> dict[str, PageRules]:
    """The page rules of the catalogue that the order was given with."""
    return {source.id: source.page_rules() for source in catalogue_for(order, folder)}


def _check_rules(order: Order, rules: dict[str, PageRules], keep: frozenset[Label], templates: Templates) -> None:
    since = dt.date.fromisoformat(order["since"]) if order["since"] else None
    made_by = fingerprint(rules, since, keep, templates, reads_all=order.get("reads_all", False))
    if made_by != order["made_by"]:
        raise StepRefusedError(
            "the packaged sources or the software of this worker differ from those of the machine that sent the job"
        )


def _check_wanted(blobs: BlobStore, order: Order) -> None:
    """Who was sent by a process that is dead must not write into what another has begun anew since."""
    if order["current"] is None or order["is_dry"]:
        return
    staged = json.loads(get_or_none(blobs, STAGED_GENERATION_KEY) or b"{}")
    if (staged.get("generation"), staged.get("fingerprint")) != (order["generation"], order["made_by"]):
        raise StepRefusedError(f"generation {order['generation']} is not being staged by these rules any more")
