"""Runs made from Scrapy's settings: the one place that turns settings into a run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from archive.errors import StoreNotUsable
from crawler.alarms import deliver, post
from crawler.config import load_alarms
from crawler.loader import SourceSpiderLoader
from crawler.looking_back import look_back
from crawler.room import DEFAULT_SPOOL_LIMIT, with_free_bytes
from crawler.run import Run
from crawler.states import States
from crawler.uploads import PATIENCE_S
from pipelines.keep import parse_labels

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

    from crawler.config import Catalogue
    from crawler.past import Past


def run_for(
    settings: BaseSettings, *, command: str, catalogue: Catalogue | None = None, is_asked_for: bool = False
) -> Run:
    """A run into the store that the settings name, with the page rules of the catalogue (None: that of the settings).

    Raises `StoreNotUsable` when the store cannot be written, and `CatalogueErrors` for a file of alarms that is wrong.
    What was asked for by URL says nothing of the health of a source.
    """
    known = catalogue if catalogue is not None else SourceSpiderLoader.from_settings(settings).catalogue
    spool, alarms = settings.get("KAKEHASHI_SPOOL"), settings.get("KAKEHASHI_ALARMS")
    told = load_alarms(Path(alarms) if alarms else None)
    try:
        run = Run(
            store=settings["KAKEHASHI_STORE"],
            command=command,
            rules={source.id: source.page_rules() for source in known},
            spool=Path(spool) if spool else None,
            operator=settings.get("KAKEHASHI_OPERATOR"),
            user_agent=settings["USER_AGENT"],
            robots="obey" if settings.getbool("ROBOTSTXT_OBEY") else "ignore",
            processes=settings.getint("KAKEHASHI_PROCESSES") or None,
            is_asked_for=is_asked_for,
            keep=parse_labels(settings["KAKEHASHI_KEEP"]) if settings.get("KAKEHASHI_KEEP") else None,
            reserve=settings.getint("KAKEHASHI_RESERVE") if settings.get("KAKEHASHI_RESERVE") is not None else None,
            spool_limit=settings.getint("KAKEHASHI_SPOOL_LIMIT", DEFAULT_SPOOL_LIMIT),
            upload_patience_s=settings.getfloat("KAKEHASHI_UPLOAD_PATIENCE", PATIENCE_S),
        )
    except StoreNotUsable as error:
        raise with_free_bytes(error, settings["KAKEHASHI_STORE"]) from error
    if not is_asked_for:
        run.on_report = lambda report: look_back(
            run.blobs, report, run.ledgers, lambda alarm: post(run.blobs, told, alarm)
        )
        run.on_end = lambda: deliver(run.blobs, told)
    return run


def hold_for(settings: BaseSettings, source: str, *, command: str) -> tuple[Run, Past]:
    """A run that holds a source, for a spider that nobody gave one, and what is known of the source.

    Raises `Held` when another run has it, and otherwise as `run_for`.
    """
    run = run_for(settings, command=command)
    run.hold([source])
    return run, States(run.blobs).load(source)
