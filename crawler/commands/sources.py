"""sources: the catalogue of publishers; `--check` validates every source file.

    kakehashi sources
    kakehashi sources --check --sources ./my-sources

What nobody has checked against the live site is marked `unverified`.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from crawler import options
from crawler.config import CatalogueErrors
from crawler.console import print_table
from crawler.exits import Exit

if TYPE_CHECKING:
    import argparse

    from crawler.config import Catalogue
    from crawler.sources import Source


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `sources`."""
    parser.add_argument("--check", action="store_true", help="validate every source file; exit 3 when one is wrong")
    options.add_sources(parser)
    options.add_json(parser)


def run(args: argparse.Namespace) -> Exit:
    """List the sources, or say what is wrong with their files."""
    try:
        catalogue = options.catalogue_of(args)
    except CatalogueErrors as errors:
        for error in errors.errors:
            print(error, file=sys.stderr)  # noqa: T201
        return Exit.CONFIGURATION
    if args.json:
        for source in catalogue:
            print(json.dumps(_as_json(source), ensure_ascii=False))  # noqa: T201
    elif args.check:
        print(f"{len(catalogue)} source files are valid")  # noqa: T201
    else:
        _print(catalogue)
    return Exit.DONE


def _as_json(source: Source) -> dict[str, Any]:
    return {
        "id": source.id,
        "name": source.name,
        "name_en": source.name_en,
        "country": source.country,
        "languages": list(source.languages),
        "kind": source.kind,
        "timezone": source.timezone,
        "hosts": list(source.scope.hosts),
        "entries": [{"type": entry.type, "url": entry.url} for entry in source.entries],
        "unverified": list(source.unverified),
    }


def _print(catalogue: Catalogue) -> None:
    columns = ("source", "name", "country", "languages", "kind", "zone", "entries", "unverified")
    rows = [
        (
            source.id,
            source.name,
            source.country,
            " ".join(source.languages),
            source.kind,
            source.timezone,
            " ".join(sorted({entry.type for entry in source.entries})),
            ", ".join(source.unverified) or "-",
        )
        for source in catalogue
    ]
    print_table(columns, rows)
