"""Time, memory and size of `export dataset` over synthetic articles, beside plain pyarrow writing the same rows.

    python -m benchmarks.dataset --articles 100000 [--folder DIR] [--keep]

Three children, one after the other, each with its own peak of memory: one makes the store (articles in nine languages'
proportions, one in twenty a near duplicate, one in fifty corrected later), one exports it, one reads the exported JSON
Lines and writes the same rows with nothing but `pyarrow.Table.from_pylist` and `ParquetWriter`, in batches, unsorted.

With `--ranges 4` also what `export dataset --cluster` takes with four workers: one of them, which gathers its range of
ids, and the command, which makes the release of what all have gathered; its bytes are compared.
"""

from __future__ import annotations

import argparse
import filecmp
import json
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archive.tombstones import Takedowns
    from pipelines.dataset.gather import Gathered
    from pipelines.dataset.parts import Span
    from pipelines.links import Mention
    from pipelines.selection import Selection

_MIB = 1024 * 1024
_PER_FILE = 20_000
_LANGUAGES = ("en",) * 5 + ("ru",) * 7 + ("ja",) * 4 + ("kk", "uz-Latn", "uz-Cyrl", "ky")
_WORDS = 8_000
# Enough that no page of a Parquet file has many of them twice.
_SENTENCES = 100_000


def main() -> None:
    """Run all three and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--folder", type=Path, help="where store and releases lie (default: a temporary folder)")
    parser.add_argument("--ranges", type=int, default=0, help="what a worker of so many takes, and the command")
    parser.add_argument("--keep", action="store_true", help="leave them there")
    parser.add_argument("--only", choices=tuple(_PARTS), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.only:
        _PARTS[arguments.only](arguments.folder, arguments.ranges or arguments.articles)
        return
    folder = arguments.folder or Path(tempfile.mkdtemp(prefix="kakehashi-dataset-"))
    folder.mkdir(parents=True, exist_ok=True)
    for part in _PARTS:
        if part not in _OF_CLUSTER or arguments.ranges:
            ranges = arguments.ranges if part in _OF_CLUSTER else 0
            _report(part, _measured(part, folder, arguments.articles, ranges), folder, arguments.articles)
    if not arguments.keep:
        shutil.rmtree(folder)


def _measured(part: str, folder: Path, articles: int, ranges: int) -> dict[str, float]:
    """Seconds of wall and CPU time, and the peak of memory in MiB, of a child that does one part."""
    command = [
        sys.executable,
        "-m",
        "benchmarks.dataset",
        "--only",
        part,
        "--folder",
        folder,
        "--ranges",
        str(ranges),
        "--articles",
    ]
    began = time.perf_counter()
    done = subprocess.run([*command, str(articles)], check=True, capture_output=True, text=True)
    usage = json.loads(done.stdout.splitlines()[-1])
    return {**usage, "wall": time.perf_counter() - began}


def _report(part: str, used: dict[str, float], folder: Path, articles: int) -> None:
    made = folder / {"export": "release", "worker": "store/state/dataset", "others": "store/state/dataset"}.get(
        part, part
    )
    sizes = {kind: _size(made / kind) / _MIB for kind in ("data", "jsonl") if (made / kind).exists()}
    shown = ", ".join(f"{kind} {size:,.0f} MiB" for kind, size in (sizes or {"all": _size(made) / _MIB}).items())
    rate = articles / used["wall"]
    print(
        f"{part:6} {articles:>10,} articles: {used['wall']:8.1f} s wall, {used['cpu']:8.1f} s CPU, "
        f"peak {used['peak']:7.0f} MiB, {rate:7,.0f} articles/s; {shown}",
        flush=True,
    )


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _say_usage() -> None:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({"cpu": usage.ru_utime + usage.ru_stime, "peak": usage.ru_maxrss / 1024}))


def _make_store(folder: Path, articles: int) -> None:
    from archive.blobs import LocalBlobs
    from archive.layout import FIRST_GENERATION, links_key
    from pipelines.links import format_link, link

    blobs, mentions, firsts = LocalBlobs(folder / "store"), [], {}
    lines: list[str] = []
    for number, (item, like) in enumerate(_articles(articles), start=1):
        mention = _mention(item)
        mentions.append(mention)
        if like is not None:
            firsts[mention.words] = (like, 0.9)
        lines.append(json.dumps(item, ensure_ascii=False) + "\n")
        if len(lines) == _PER_FILE or number == articles:
            key = f"articles/{FIRST_GENERATION}/2026/11/file-{number // _PER_FILE:05d}.jsonl"
            blobs.put_bytes(key, "".join(lines).encode())
            lines = []
    links = link(mentions, firsts)
    blobs.put_bytes(links_key(FIRST_GENERATION), "".join(map(format_link, links)).encode())
    _say_usage()


def _mention(article: dict[str, Any]) -> Mention:
    """What the link stage sees of an article, its whole text as one unit: which are alike is known here."""
    from pipelines.links import mention_of
    from pipelines.shingles import Units

    return mention_of(article, Units((article["text"],), 1, ""))


def _articles(count: int) -> Iterator[tuple[dict[str, Any], str | None]]:
    """Articles, and for a near duplicate the digest of the words that it is like."""
    from tests.pipelines.synthetic import article

    chance = random.Random(20_261_122)
    words = ["".join(chance.choices("abcdefghijklmnoprstuvxyz", k=chance.randint(3, 11))) for _ in range(_WORDS)]
    sentences = [" ".join(chance.choices(words, k=chance.randint(8, 20))).capitalize() + "." for _ in range(_SENTENCES)]
    before: dict[str, Any] | None = None
    for number in range(count):
        language = chance.choice(_LANGUAGES)
        year = 2020 + number * 7 // count
        day = f"{year}-{number % 12 + 1:02d}-{number % 28 + 1:02d}"
        like = None
        if before is not None and number % 20 == 7:
            text = f"{before['text']} {chance.choice(words)}."
            like = _mention(before).words
        else:
            text = _text(chance, sentences)
        more: dict[str, Any] = {"host": f"site{number % 60}.example", "source": f"site{number % 60}", "text": text}
        if number % 50 == 0 and before is not None:
            more |= {"story": number - 1, "host": f"site{(number - 1) % 60}.example", "title": before["title"]}
            more["text"] = before["text"].replace(".", f" {chance.choice(words)}.", 1)
            like = None
        before = article(number, language=language, published=f"{day}T09:00:00+05:00", **more)
        yield before, like


def _text(chance: random.Random, sentences: list[str]) -> str:
    return "\n\n".join(" ".join(chance.choices(sentences, k=3)) for _ in range(chance.randint(5, 12)))


def _export(folder: Path, _: int) -> None:
    from pipelines.dataset.release import make_release
    from pipelines.dataset.request import Request

    make_release(str(folder / "store"), str(folder / "release"), Request(name="synthetic"))
    _say_usage()


def _plain(folder: Path, _: int) -> None:
    """The same rows with plain pyarrow: lines parsed, converted in batches, written to one file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from pipelines.dataset.tables import article_schema, typed

    schema = article_schema()
    (folder / "plain" / "data").mkdir(parents=True)
    with pq.ParquetWriter(folder / "plain" / "data" / "all.parquet", schema, compression="zstd") as writer:
        rows: list[dict[str, Any]] = []
        for path in sorted((folder / "release" / "jsonl").rglob("*.jsonl")):
            for line in path.open(encoding="utf-8"):
                rows.append(typed(json.loads(line)))
                if len(rows) == 10_000:
                    writer.write_table(pa.Table.from_pylist(rows, schema=schema))
                    rows = []
        if rows:
            writer.write_table(pa.Table.from_pylist(rows, schema=schema))
    _say_usage()


def _gather(folder: Path, spans: list[Span]) -> None:
    from archive.blobs import LocalBlobs
    from pipelines.dataset.parts import gather_part

    for span in spans:
        gather_part(LocalBlobs(folder / "store"), _RUN, span, folder)
    _say_usage()


def _worker(folder: Path, ranges: int) -> None:
    """The work of one worker, beside the plan."""
    from archive.blobs import LocalBlobs
    from pipelines.dataset.parts import spans_of, write_plan
    from pipelines.selection import Selection

    write_plan(LocalBlobs(folder / "store"), _RUN, Selection(), folder)
    _gather(folder, spans_of(ranges)[:1])


def _others(folder: Path, ranges: int) -> None:
    """The work of all other workers."""
    from pipelines.dataset.parts import spans_of

    _gather(folder, spans_of(ranges)[1:])


def _command(folder: Path, ranges: int) -> None:
    """A release of what the workers gathered: the same bytes."""
    from archive.blobs import LocalBlobs
    from pipelines.dataset.parts import spans_of, take_part
    from pipelines.dataset.release import make_release
    from pipelines.dataset.request import Request

    blobs = LocalBlobs(folder / "store")

    def joined(_: Selection, into: Gathered, *, takedowns: Takedowns, folder: Path) -> None:  # noqa: ARG001
        for span in spans_of(ranges):
            take_part(blobs, _RUN, span, into, takedowns=takedowns)

    make_release(str(folder / "store"), str(folder / "command"), Request(name="synthetic"), joined)
    _say_usage()
    same = filecmp.cmp(folder / "command" / "manifest.json", folder / "release" / "manifest.json", shallow=False)
    assert same, "the manifests, with the digests of all files, differ"


_RUN = "benchmark"
_OF_CLUSTER = ("worker", "others", "command")
_PARTS = {
    "store": _make_store, "export": _export, "plain": _plain, "worker": _worker, "others": _others, "command": _command,
}  # fmt: skip

if __name__ == "__main__":
    main()
