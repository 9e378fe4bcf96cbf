"""sources: the catalogue of publishers; `--check` validates it, `--probe` tries it, `add URL` drafts a new file.

    kakehashi sources
    kakehashi sources --check --sources ./my-sources
    kakehashi sources --probe timesca iais --json
    kakehashi sources add https://news.example/ --sources ./my-sources
    kakehashi sources add https://news.example/ --id example --dry-run

What nobody has checked against the live site is marked `unverified`. `--probe` asks each site for its robots.txt, feeds
and sitemaps, one listing and one article, and ends with 1 when something of it broke. `add` looks at a site from its
home page on, in at most 40 requests and four for each home page in another language, and writes ID.toml
into the folder of --only-sources or --sources, else ./sources.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crawler import options
from crawler.config import CatalogueErrors, load_catalogue
from crawler.console import print_table
from crawler.exits import Exit
from crawler.source_file import SourceError
from crawler.urls import host_of, normalise_url

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Sequence

    from crawler.checkup import Check
    from crawler.sources import Source

_ADD = "add"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `sources`."""
    parser.add_argument("word", nargs="*", metavar="SOURCE | add URL", help="ids of sources (default: all); or add URL")
    parser.add_argument("--check", action="store_true", help="validate every source file; exit 3 when one is wrong")
    parser.add_argument("--probe", action="store_true", help="try each source on the net; exit 1 when something broke")
    parser.add_argument("--id", metavar="NAME", help="with add: the id of the new source (default: from its host)")
    parser.add_argument("--dry-run", action="store_true", help="with add: print the file and write nothing")
    options.add_sources(parser)
    options.add_asking(parser)
    options.add_json(parser)


def run(args: argparse.Namespace) -> Exit:
    """List, check or probe the sources, or add one; says what is wrong with their files."""
    if args.word[:1] == [_ADD]:
        return _add(args)
    try:
        catalogue = options.catalogue_of(args)
    except CatalogueErrors as errors:
        for error in errors.errors:
            print(error, file=sys.stderr)  # noqa: T201
        return Exit.CONFIGURATION
    sources = [catalogue.get(name) for name in dict.fromkeys(args.word)] or list(catalogue)
    if args.check and (wrong := _undated_rules(sources)):
        print("\n".join(wrong), file=sys.stderr)  # noqa: T201
        return Exit.CONFIGURATION
    if args.probe:
        return _probe(args, sources)
    if args.json:
        for source in sources:
            print(json.dumps(_as_json(source), ensure_ascii=False))  # noqa: T201
    elif args.check:
        print(f"{len(catalogue)} source files are valid")  # noqa: T201
    else:
        _print(sources)
    return Exit.DONE


def _undated_rules(sources: Iterable[Source]) -> list[str]:
    """A line for each noise rule without its first day: an old capture would meet a rule that is newer than it."""
    expected, got = "the day from which the rule holds, such as 2026-11-21", "nothing"
    return [
        str(SourceError(f"{source.id}.toml", f"noise[{index}].since", expected, got))
        for source in sources
        for index, rule in enumerate(source.noise)
        if rule.since is None
    ]


def _add(args: argparse.Namespace) -> Exit:
    from crawler.draft import id_for, is_id

    if len(args.word) != 2:
        return _usage("sources add: expected one URL, as in kakehashi sources add https://news.example/")
    if args.id is not None and not is_id(args.id):
        return _usage(f"--id: expected an id of a-z, 0-9, - and _, got {args.id!r}")
    url = normalise_url(args.word[1] if "://" in args.word[1] else f"https://{args.word[1]}")
    folder: Path = args.only_sources or args.sources or Path("sources")
    taken = _taken(args, folder, args.id or id_for(host_of(url)))
    return _usage(taken) if taken else _draft(args, url, folder)


def _draft(args: argparse.Namespace, url: str, folder: Path) -> Exit:
    from crawler.adding import draft_source, write_new
    from crawler.interview import SurveyError

    try:
        draft, text = draft_source(url, options.asking_options(args), id=args.id)
    except SurveyError as error:
        print(f"kakehashi: {error}", file=sys.stderr)  # noqa: T201
        return Exit.FAILURES
    if args.dry_run:
        sys.stdout.write(text)
        return Exit.DONE
    path = folder / f"{draft.id}.toml"
    taken = _taken(args, folder, draft.id)
    if taken:  # the host that a redirect led to gave another id
        return _usage(taken)
    try:
        write_new(path, text)
    except OSError as error:
        return _usage(f"{path}: cannot be written: {(error.strerror or str(error)).lower()}")
    print(f"{path}\tunverified: {', '.join(draft.unverified)}")  # noqa: T201
    return Exit.DONE


def _taken(args: argparse.Namespace, folder: Path, name: str) -> str | None:
    """Why no file of this id can be added, None where one can. A dry run writes none."""
    if args.dry_run:
        return None
    path = folder / f"{name}.toml"
    if path.exists():
        return f"{path}: is there already, and is not overwritten; --id NAME gives another name"
    if args.only_sources is None and name in load_catalogue().ids:
        return f"a packaged source is called {name!r}; --id NAME gives another name"
    return None


def _usage(problem: str) -> Exit:
    print(f"kakehashi: {problem}", file=sys.stderr)  # noqa: T201
    return Exit.USAGE


def _probe(args: argparse.Namespace, sources: Sequence[Source]) -> Exit:
    from crawler.probing import probe

    results = probe(sources, options.asking_options(args))
    for name, checks in results.items():
        if args.json:
            print(json.dumps(_probed(name, checks), ensure_ascii=False))  # noqa: T201
            continue
        for check in checks:
            if check.problem:
                print(f"{name}\t{check.what}\t{check.url}\t{check.problem}")  # noqa: T201
        if not any(check.problem for check in checks):
            print(f"{name}\tworks\t{', '.join(f'{check.what}: {check.detail}' for check in checks[1:])}")  # noqa: T201
    return Exit.FAILURES if any(check.problem for checks in results.values() for check in checks) else Exit.DONE


def _probed(name: str, checks: Sequence[Check]) -> dict[str, Any]:
    rows = [
        {"what": check.what, "url": check.url, "problem": check.problem, "detail": check.detail} for check in checks
    ]
    return {"source": name, "works": not any(check.problem for check in checks), "checks": rows}


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


def _print(sources: Iterable[Source]) -> None:
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
        for source in sources
    ]
    print_table(columns, rows)
