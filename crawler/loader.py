"""Every source file is a spider: `scrapy list`, `scrapy crawl NAME` and Scrapyd see the catalogue through this."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Self

from crawler.config import UnknownSource, load_catalogue, source_for
from crawler.spider import SourceSpider

if TYPE_CHECKING:
    import builtins

    from scrapy import Request
    from scrapy.settings import BaseSettings

    from crawler.config import Catalogue
    from crawler.sources import Source


def spider_class(source: Source) -> type[SourceSpider]:
    """The spider of a source: the one spider, with the source bound to it."""
    return type(
        f"{source.id.title().replace('-', '').replace('_', '')}Spider",
        (SourceSpider,),
        {"name": source.id, "source": source, "__doc__": f"Crawls {source.name_en}."},
    )


class SourceSpiderLoader:
    """Scrapy's view of the catalogue. A broken source file raises `CatalogueErrors` before the first request."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Self:
        """The loader over the packaged sources, those of KAKEHASHI_SOURCES, or KAKEHASHI_ONLY_SOURCES alone."""
        return cls(
            load_catalogue(
                sources_dir=_folder(settings.get("KAKEHASHI_SOURCES")),
                only_dir=_folder(settings.get("KAKEHASHI_ONLY_SOURCES")),
            )
        )

    def load(self, spider_name: str) -> type[SourceSpider]:
        """The spider of this name. Raises `KeyError` with the names there are, as Scrapy expects."""
        try:
            return spider_class(self.catalogue.get(spider_name))
        except UnknownSource as error:
            raise KeyError(str(error)) from error

    def list(self) -> list[str]:
        """The ids of all sources, sorted."""
        return list(self.catalogue.ids)

    def find_by_request(self, request: Request) -> builtins.list[str]:
        """The sources that own the host of a request."""
        source = source_for(self.catalogue, request.url)
        return [source.id] if source else []


def _folder(value: str | Path | None) -> Path | None:
    return Path(value) if value else None
