"""Scores the page stage on every rendering of every document: a table, and what is missing or extra.

    python tests/score_renderings.py [--renderings a,b] [--documents x,y] [-v] [--dump FOLDER]

Each page is read twice: `bare` as a lone file, without address and time of capture, and `known` with both.
Exit code 0 when all pass, 1 otherwise.
"""

# ruff: noqa: T201 - a script for people
from __future__ import annotations

import argparse
import datetime as dt
import sys
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import tests.renderings_more  # noqa: F401 - enters its renderings into the registry
from tests.documents import OWN, SHARED, Gold, differences, gold_of, load_seeds, seeds_folder
from tests.renderings import RENDERINGS, Document, Rendering


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one page gave, by way of reading; empty lists are right."""

    rendering: Rendering
    document: Document
    found: dict[str, list[str]]

    @property
    def passed(self) -> bool:
        """True when both ways of reading gave the gold."""
        return not any(self.found.values())


def captured_at(document: Document) -> dt.datetime:
    """Noon of the day of the crawl."""
    return dt.datetime.combine(document.crawl_day, dt.time(12), dt.UTC)


def read_both_ways(rendering: Rendering, document: Document, gold: Gold) -> dict[str, list[str]]:
    """The differences of one page from its gold, for each way of reading it."""
    from pipelines import extract_page

    page = rendering.page(document)
    bare = extract_page(page, url=None, captured_at=None)
    known = extract_page(page, url=document.url, captured_at=captured_at(document))
    return {"bare": differences(bare, gold), "known": differences(known, gold)}


def corpus() -> list[tuple[Document, Gold]]:
    """The own documents, then the seeds where they are at hand."""
    own = [(document, gold_of(document)) for document in OWN]
    return own + (load_seeds(SHARED) if seeds_folder(SHARED).is_dir() else [])


def score(renderings: list[Rendering], documents: list[tuple[Document, Gold]]) -> list[Outcome]:
    """One outcome for each pair; an exception of the page stage is a difference like any other."""
    return [Outcome(r, d, _guarded(r, d, gold)) for r in renderings for d, gold in documents]


def _guarded(rendering: Rendering, document: Document, gold: Gold) -> dict[str, list[str]]:
    try:
        return read_both_ways(rendering, document, gold)
    except ImportError:
        raise
    except Exception as error:  # noqa: BLE001 - a page that raises is a page that failed
        return {"bare": [f"raised {error!r}"], "known": []}


def table(outcomes: list[Outcome]) -> list[str]:
    """A row for each rendering, a column for each document: ok, or the number of differences."""
    names = list(dict.fromkeys(outcome.document.key for outcome in outcomes))
    rows = dict.fromkeys(outcome.rendering.name for outcome in outcomes)
    cells = {(o.rendering.name, o.document.key): _cell(o) for o in outcomes}
    wide = max(map(len, rows)) if rows else 0
    lines = [" " * wide + "  " + "  ".join(f"{name[:12]:>12}" for name in names)]
    lines += [f"{row:<{wide}}  " + "  ".join(f"{cells[row, name]:>12}" for name in names) for row in rows]
    passed = sum(outcome.passed for outcome in outcomes)
    return [*lines, f"{passed} of {len(outcomes)} pass"]


def _cell(outcome: Outcome) -> str:
    """`ok`, or how many differences in the worse way, with the way where the other one passes."""
    if outcome.passed:
        return "ok"
    failing = [way for way, lines in outcome.found.items() if lines]
    worst = max(len(lines) for lines in outcome.found.values())
    return f"FAIL {worst}" if len(failing) > 1 else f"FAIL {worst} {failing[0]}"


def details(outcome: Outcome, limit: int | None) -> list[str]:
    """The differences of a failed page, at most `limit` lines; both ways are shown as one where they agree."""
    ways = outcome.found
    if ways["bare"] == ways["known"]:
        ways = {"bare and known": ways["bare"]}
    lines = [f"  [{way}] {line}" for way, found in ways.items() for line in found]
    left_out = [] if limit is None or len(lines) <= limit else [f"  … {len(lines) - limit} more (-v)"]
    return [f"{outcome.rendering.name} × {outcome.document.key}", *lines[:limit], *left_out]


def dump(folder: Path, renderings: list[Rendering], documents: list[tuple[Document, Gold]]) -> None:
    """Writes every chosen page as a file, to be looked at in a browser."""
    folder.mkdir(parents=True, exist_ok=True)
    for one in renderings:
        for document, _gold in documents:
            (folder / f"{one.name}--{document.key}.html").write_bytes(one.page(document))


def chosen(wanted: str | None, known: list[str]) -> list[str]:
    """The names that were asked for, all without a wish; ends the program on an unknown one."""
    names = wanted.split(",") if wanted else known
    unknown = sorted(set(names) - set(known))
    if unknown:
        sys.exit(f"unknown: {', '.join(unknown)}; known: {', '.join(known)}")
    return names


def main() -> int:
    """Runs the command line."""
    parser = argparse.ArgumentParser(description="Score the page stage on renderings of documents.")
    parser.add_argument("--renderings", metavar="A,B", help="only these (default: all)")
    parser.add_argument("--documents", metavar="X,Y", help="only these (default: own ones, and seeds if present)")
    parser.add_argument("--dump", type=Path, metavar="FOLDER", help="write the pages there and score nothing")
    parser.add_argument("-v", "--verbose", action="store_true", help="every difference, not the first six of a page")
    options = parser.parse_args()
    renderings = [RENDERINGS[name] for name in chosen(options.renderings, list(RENDERINGS))]
    every = corpus()
    keys = chosen(options.documents, [document.key for document, _ in every])
    documents = [pair for pair in every if pair[0].key in keys]
    if options.dump:
        dump(options.dump, renderings, documents)
        return 0
    outcomes = score(renderings, documents)
    failed = [outcome for outcome in outcomes if not outcome.passed]
    for outcome in failed:
        print("\n".join(details(outcome, None if options.verbose else 6)))
    print("\n".join(table(outcomes)))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
