"""explain: an HTML page that shows which blocks of a page were kept and which removed, by which rule.

    kakehashi explain https://example.org/a > why.html     the last capture of this URL in the store
    kakehashi explain page.html --url https://example.org/a --out why.html

The page is the archived one, read with the rules of today and the store's own templates. Nothing is fetched.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from archive.blobs import open_blobs
from archive.errors import BlobNotFound, Malformed
from archive.intake import is_warc
from archive.lookup import last_whole_capture
from crawler import options
from crawler.config import Catalogue, source_for
from crawler.exits import Exit
from crawler.urls import normalise_url

if TYPE_CHECKING:
    import argparse

    from archive.capture import Capture
    from pipelines.rules import PageRules
    from pipelines.store_templates import Templates


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `explain`."""
    parser.add_argument("page", metavar="URL-or-FILE", help="a URL that the store holds, or an HTML file")
    parser.add_argument("--url", help="the address of an HTML file")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the page here instead of to stdout")
    parser.add_argument("--no-source-rules", action="store_true", help="the general cleaner alone")
    options.add_store(parser)
    options.add_sources(parser)


def run(args: argparse.Namespace) -> Exit:
    """Write the page. Exit 1 when the store holds no such page, 2 when there is no such file."""
    from pipelines.explain import explain, explain_file
    from pipelines.explain_html import explanation_html

    is_url = args.page.lower().startswith(("http://", "https://"))
    if not is_url and not Path(args.page).is_file():
        return _complain(f"{args.page}: no such file, expected an HTML file or a URL", Exit.USAGE)
    catalogue = Catalogue(()) if args.no_source_rules else options.catalogue_of(args)
    if is_url:
        try:
            capture = _from_store(args.store, args.page)
        except (Malformed, BlobNotFound) as error:
            return _complain(f"{args.page}: its record cannot be read: {error}", Exit.FAILURES)
        if capture is None:
            return _complain(f"{args.page}: the store {args.store} holds no whole capture of it", Exit.FAILURES)
        rules = replace(_rules(catalogue, capture.url), templates=_templates(args.store))
        explanation = explain(capture, rules)
    else:
        url = normalise_url(args.url) if args.url else None
        body = Path(args.page).read_bytes()
        if problem := _problem_of(body):
            return _complain(f"{args.page}: {problem}", Exit.FAILURES if not body else Exit.USAGE)
        explanation = explain_file(body, url=url, rules=_rules(catalogue, url))
    return _write(explanation_html(explanation), args.out)


def _problem_of(body: bytes) -> str | None:
    if not body:
        return "the file is empty, expected an HTML file"
    if is_warc(body) or body.startswith(b"PK\x03\x04"):
        return "is an archive, expected an HTML file, or a URL that the store holds; `extract` reads archives"
    return None


def _rules(catalogue: Catalogue, url: str | None) -> PageRules:
    from pipelines.rules import NO_RULES

    source = source_for(catalogue, url) if url else None
    return source.page_rules() if source else NO_RULES


def _templates(store: str) -> Templates:
    """What the store has learned of its hosts: the current articles were read with it."""
    from pipelines.store_templates import known_templates
    from pipelines.verify import generation_of

    blobs = open_blobs(store)
    try:
        return known_templates(blobs, generation_of(blobs))
    except (ValueError, KeyError, TypeError):  # `verify` tells of the damage
        return {}


def _write(page: str, out: Path | None) -> Exit:
    if out is None:
        sys.stdout.write(page)
        return Exit.DONE
    try:
        out.write_text(page, encoding="utf-8")
    except OSError as error:
        return _complain(f"{out}: cannot be written: {error.strerror}", Exit.USAGE)
    return Exit.DONE


def _from_store(store: str, url: str) -> Capture | None:
    blobs = open_blobs(store)
    blobs.check_usable(write=False)
    return last_whole_capture(blobs, normalise_url(url)) or last_whole_capture(blobs, url)


def _complain(text: str, code: Exit) -> Exit:
    print(f"kakehashi: {text}", file=sys.stderr)  # noqa: T201
    return code
