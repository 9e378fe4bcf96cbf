"""`README.md` of a release: a dataset card in the form that Hugging Face reads, filled from the data. Pure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pipelines.dataset.holes import without_articles
from pipelines.dataset.request import Edition

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pipelines.dataset.holes import Hole
    from pipelines.dataset.request import Cutoffs, Request
    from pipelines.dataset.stats import Counts

_LISTED = 12
_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
_LARGER = ((10_000_000, "1M<n<10M"), (100_000_000, "10M<n<100M"))
_RELEVANCE = """\
A page is `core` when it is about Central Asia and Japan together, `mention` when it names the other side in passing,
`sport` when a match or athlete is what joins them, `off` otherwise. Rules decide, not a trained model: names of
places, people, organisations and formats in eight languages, and where they stand. `relevance.evidence` holds the
spans that decided, `relevance.score` how strongly. On 31 sets of items in eleven languages, each labelled
before the rules had seen it and some made of traps alone, F1 was 0.52 to 0.99 for `core`, 0.77 to 0.99 for `core` and
`mention` together, 0.74 to 1.00 for `sport`; on the four sets of ordinary news among them 0.96 or more for `core`. On
the 178 headlines and articles that the rules were written against it is 1.00, 1.00 and 1.00, a bound from above, where
a keyword search in English for both sides has 0.49 for `core` (`python -m benchmarks.relevance`). The rules are those
of {software}; `--label` chose what is in this release: {label}."""
_RIGHTS = """\
The articles belong to their publishers; this release grants no right in them. `rights` says what page and headers
stated on the day of the capture: `licence`, `tdm_reservation` (TDM Reservation Protocol, meta element or header) and
`noai` (noai or noimageai). `reservations` says what the site did: `robots_ai` lists the crawlers for training and
answering that its robots.txt kept from this URL, `tdmrep` what its tdmrep.json said, null where the archive holds no
such file; `is_reserved` is true where any of them reserved the text against training. {respected}"""


def card(
    request: Request,
    counts: Counts,
    *,
    cutoffs: Cutoffs,
    columns: Sequence[tuple[str, str]],
    holes: Mapping[str, Hole],
    takedowns: Sequence[Mapping[str, object]],
    software: str,
) -> str:
    """The card as Markdown with its YAML header. `columns` are name and Arrow type of each."""
    parts = [
        _header(request, counts),
        f"# {request.name}",
        _what(request, counts),
        "## Numbers",
        "![Articles by month](plots/months.svg)\n\n![Articles by source](plots/sources.svg)",
        *_numbers(counts),
        "## Use",
        _use(request, counts, columns),
        "## Splits",
        _splits(cutoffs),
        "## Known holes",
        _holes(counts, holes),
        "## How relevance was measured",
        _RELEVANCE.format(software=software, label=request.selection.label or "every label that the archive keeps"),
        "## Rights",
        _rights(request, counts),
        "## Taken down",
        _taken_down(takedowns),
        "## How it was made",
        _made(request, software),
    ]
    return "\n\n".join(parts) + "\n"


def _header(request: Request, counts: Counts) -> str:
    languages = sorted({tag.split("-")[0] for tag in counts.by["language"] if tag != "und"})
    size = next((name for limit, name in (*_SIZES, *_LARGER) if counts.articles < limit), "n>100M")
    splits = [split for split in ("train", "validation", "test") if counts.by["split"][split]] or ["train"]
    lines = ["---", f"pretty_name: {json.dumps(request.name)}", *_listed("language", languages)]
    lines += ["license: other", "license_name: per-record", *_listed("size_categories", [size])]
    lines += _listed("task_categories", ["text-classification", "text-generation"])
    lines += _listed("tags", ["news", "central-asia", "japan", "web-archive", request.edition.value])
    lines += ["configs:", "- config_name: default", "  default: true", "  data_files:"]
    for split in splits:
        lines += [f"  - split: {split}", f'    path: "data/**/{split}-*.parquet"']
    if counts.versions:  # `datasets` takes a split without rows for an error
        lines += ["- config_name: versions", "  data_files:", "  - split: train", '    path: "versions/*.parquet"']
    return "\n".join([*lines, "---"])


def _listed(name: str, values: Sequence[str]) -> list[str]:
    return [f"{name}:", *(f"- {value}" for value in values)] if values else []


def _what(request: Request, counts: Counts) -> str:
    words = {
        Edition.FULL: "with their texts",
        Edition.POINTERS: "without a word of their texts and titles: addresses, places in the archive, digests",
    }
    selection = ", ".join(f"{name} {value}" for name, value in request.options().items() if value not in (None, False))
    span = f"from {counts.first} to {counts.last}" if counts.articles else "of no day"
    return (
        f"News about Central Asia and Japan {span}, {words[request.edition]}: **{counts.articles:,} articles** "
        f"of {len(counts.by['source'])} sources in {len(counts.by['language'])} languages, and "
        f"{counts.versions:,} pairs of versions of articles that were changed after publication. "
        f"Chosen by: {selection}. The last capture is of {counts.latest_capture or 'no day'}.\n\n"
        "Each row leads to the record that it was made from: `provenance` names the WARC, the offset and length of the "
        "record in bytes as stored, its id and the digest of its payload."
    )


def _numbers(counts: Counts) -> list[str]:
    names = {source: counts.publishers.get(source, source) for source in counts.by["source"]}
    tables = [
        _table(("language", "articles"), _most(counts.by["language"])),
        _table(
            ("source", "publisher", "articles"),
            [(source, names[source], count) for source, count in _most(counts.by["source"])],
        ),
        _table(("label", "articles"), _most(counts.by["label"])),
        _table(("month", "articles"), sorted(counts.by["month"].items())),
        _table(("split", "articles"), _most(counts.by["split"])),
    ]
    left_out = ", ".join(f"{count:,} {reason}" for reason, count in sorted(counts.left_out.items()) if count) or "none"
    return [*tables, f"In clusters of like texts: {counts.clusters:,}. Chosen, but left out: {left_out}."]


def _most(counter: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counter.items(), key=lambda item: (-item[1], item[0]))


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}"]
    lines += [f"| {' | '.join(_cell(value) for value in row)} |" for row in rows]
    return "\n".join(lines)


def _cell(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value).replace("|", "\\|").replace("\n", " ")


def _use(request: Request, counts: Counts, columns: Sequence[tuple[str, str]]) -> str:
    rehydrate = (
        "\n\nWho has the WARCs makes the full edition of it again, with the same digests of its rows:\n\n"
        "    kakehashi export dataset --rehydrate THIS-FOLDER --store STORE --out FOLDER"
        if request.edition is Edition.POINTERS
        else ""
    )
    also = "                      # and load_dataset(folder, 'versions')" if counts.versions else ""
    named = ", ".join(f"`{name}`" for name, _ in columns)
    return (
        "```python\n"
        f"datasets.load_dataset(folder){also}\n"
        "duckdb.sql(f\"from '{folder}/data/**/*.parquet'\")\n"
        "polars.scan_parquet(f'{folder}/data/**/*.parquet')\n"
        "pyarrow.parquet.read_table(f'{folder}/data')\n"
        "```\n\n"
        f"Columns: {named}. `jsonl/` holds the same rows as JSON. `row_sha256` is the digest of the row's line of JSON "
        f"in the full edition, without itself.{rehydrate}"
    )


def _splits(cutoffs: Cutoffs) -> str:
    days = {"validation": cutoffs.validation, "test": cutoffs.test}
    begins = "; ".join(f"`{name}` begins with {day}" for name, day in days.items() if day) or "all is `train`"
    return (
        f"By time, a day whole: {begins}. A cluster of like texts goes where its newest article falls: no near "
        "duplicate crosses from one split to another, and nothing in `train` is as new as the next split."
    )


def _holes(counts: Counts, holes: Mapping[str, Hole]) -> str:
    rows = []
    for source in sorted(counts.by["source"]):
        hole = holes.get(source)
        if hole is not None:
            failed = ", ".join(f"{cause} {count:,}" for cause, count in sorted(hole.failed.items())) or "0"
            rows.append((source, hole.runs, hole.counts["announced"], failed, hole.counts["deferred"], hole.problems))
    table = _table(("source", "runs", "announced", "failed", "deferred", "entry points that failed"), rows)
    ledger = table if rows else "No run of these sources has a ledger in the store."
    empty = without_articles({source: counts.months_of_source[source] for source in counts.by["source"]})
    months = [
        f"- {source}: {', '.join(found[:_LISTED])}" + (f" and {len(found) - _LISTED} more" if found[_LISTED:] else "")
        for source, found in empty.items()
    ]
    gaps = "Months between the first and the last article of a source without any:\n\n" + "\n".join(months)
    closing = gaps if months else "No month between the first and the last article of a source is empty."
    return f"From the ledgers of the crawls:\n\n{ledger}\n\n{closing}"


def _rights(request: Request, counts: Counts) -> str:
    left_out = counts.left_out["reserved"]
    respected = (
        f"Articles that are reserved were left out: {left_out:,}."
        if request.respects_reservations
        else f"Articles that are reserved are in this release: {counts.reserved:,}. Mind the column before you train."
    )
    licences = _table(("licence as stated", "articles"), _most(counts.licences)[:_LISTED])
    return f"{_RIGHTS.format(respected=respected)}\n\n{licences}"


def _taken_down(takedowns: Sequence[Mapping[str, object]]) -> str:
    if not takedowns:
        return "Nothing has been taken down from the archive."
    rows = [(stone["id"], stone["date"], stone["reason"]) for stone in takedowns]
    return "No file of this release holds them. Delete them from what you made of earlier ones.\n\n" + _table(
        ("id", "date", "reason"), rows
    )


def _made(request: Request, software: str) -> str:
    before = request.previous
    chain = f"The release before is `{before.manifest['name']}`, manifest sha256 `{before.sha256}`. " if before else ""
    delta = (
        "This is a delta: it holds only what is new or changed since that release, and `removed.jsonl` what is gone. "
    )
    return (
        f"By `kakehashi export dataset` ({software}). The same archive and options give the same bytes. "
        f"{chain}{delta if request.delta_from else ''}"
        "`manifest.json` has size and sha256 of every file."
    )
