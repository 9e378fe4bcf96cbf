"""The steps of a command that a cluster's worker does: one WARC each, in a folder of its own, a report on stdout.

What a step needs stands in the file `order.json` of its folder, beside the source files and templates to use.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archive.blobs import LocalBlobs, open_blobs
from archive.layout import STAGED_GENERATION_KEY, stem_of_key
from crawler.cluster_jobs import DERIVE, ORDER, TEMPLATES
from crawler.config import load_catalogue
from crawler.exits import Exit
from crawler.log import set_up_log
from pipelines.article import Label
from pipelines.one_warc import OneWarc, Shelf, get_or_none
from pipelines.process import fingerprint
from pipelines.store_templates import parse_templates, with_templates

if TYPE_CHECKING:
    from archive.blobs import BlobStore
    from pipelines.rules import PageRules
    from pipelines.store_templates import Templates

Order = dict[str, Any]


class StepRefusedError(Exception):
    """A step that must not be done here or now; the message says why."""


def run_step(argv: list[str]) -> int:
    """Do the step that `argv` names in the folder that it names, which is removed; back comes the exit code."""
    name, folder = argv[0], Path(argv[1])
    set_up_log(verbose=0, quiet=True)
    try:
        order = json.loads((folder / ORDER).read_text(encoding="utf-8"))
        report = STEPS[name](order, folder)
    except StepRefusedError as error:
        print(f"kakehashi: {error}", file=sys.stderr)  # noqa: T201
        return Exit.CONFIGURATION
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    sys.stdout.write(json.dumps(report, ensure_ascii=False) + "\n")
    return Exit.DONE


def rules_for(order: Order, folder: Path) -> dict[str, PageRules]:
    """The page rules of the catalogue that the order was given with."""
    where = {"sources_dir": None, "only_dir": folder} if order["is_only"] else {"sources_dir": folder, "only_dir": None}
    return {source.id: source.page_rules() for source in load_catalogue(**where)}


def derive(order: Order, folder: Path) -> dict[str, Any]:
    """Derive one WARC. Raises `StepRefusedError` where other rules or software would do it, `StoreNotUsable`."""
    stem = stem_of_key(order["warc"])
    assert stem is not None
    rules = rules_for(order, folder)
    templates = parse_templates((folder / TEMPLATES).read_bytes())
    keep = frozenset(map(Label, order["keep"]))
    _check_rules(order, rules, keep, templates)
    blobs = open_blobs(order["store"])
    work = folder / "work"
    work.mkdir()
    shelf = Shelf(LocalBlobs(work) if order["is_dry"] else blobs, work)
    one = OneWarc(
        blobs,
        shelf,
        blobs.root if isinstance(blobs, LocalBlobs) else work,
        rules=rules,
        read_with=with_templates(rules, templates),
        keep=keep,
        processes=1,
        may_publish=lambda: _check_wanted(blobs, order),
    )
    try:
        if order["current"] is None:
            result = one.make(stem, order["generation"])
        else:
            result = one.stage(stem, order["generation"], current=order["current"], is_asked_for=order["is_asked_for"])
    except BaseException:
        one.close(is_hurried=True)
        raise
    one.close()
    return result.packed()


def _check_rules(order: Order, rules: dict[str, PageRules], keep: frozenset[Label], templates: Templates) -> None:
    since = dt.date.fromisoformat(order["since"]) if order["since"] else None
    if fingerprint(rules, since, keep, templates) != order["made_by"]:
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


STEPS = {DERIVE: derive}
