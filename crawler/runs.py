"""Runs made from Scrapy's settings, for a spider that was started without one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from crawler.run import Run

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scrapy.settings import BaseSettings

    from crawler.sources import Source


def run_for(settings: BaseSettings, *, sources: Iterable[Source], command: str = "scrapy crawl") -> Run:
    """A run into the store that the settings name, with the page rules of these sources.

    Raises `StoreNotUsable` when the store cannot be written.
    """
    spool = settings.get("KAKEHASHI_SPOOL")
    return Run(
        store=settings["KAKEHASHI_STORE"],
        command=command,
        rules={source.id: source.page_rules() for source in sources},
        spool=Path(spool) if spool else None,
        operator=settings.get("KAKEHASHI_OPERATOR"),
        user_agent=settings["USER_AGENT"],
        robots="obey" if settings.getbool("ROBOTSTXT_OBEY") else "ignore",
        processes=settings.getint("KAKEHASHI_PROCESSES") or None,
    )
