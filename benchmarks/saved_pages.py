"""The rows of the speed table that fetch nothing of their own, or with somebody else's program.

`again` and `pool` read the WARCs of `archive`, which ran before and is not counted; news-please reads the same pages
from files; wget and scrapy-webarchive fetch the list of URLs by their own means. Environments of rivals are made
before the first event.
"""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.rivals import Job, Tally

_HERE = Path(__file__).parent
_TOOLS = Path(sys.prefix) / "tools"
_CORES = os.cpu_count() or 1


def again(job: Job, tally: Tally) -> dict[str, Any]:
    """`kakehashi process` over a store that has WARCs and no articles yet."""
    from crawler.processing import process_store
    from crawler.source_file import parse_source

    source = parse_source(source_facts(job.urls), file="benchmarks/rivals.py")
    shutil.copytree(job.saved, job.folder)
    tally.begin()
    process_store(
        str(job.folder), None, rules={source.id: source.page_rules()}, since=None, is_dry=False, accepts=True,
        on_progress=lambda _, __: None,
    )  # fmt: skip
    return {}


def pool(job: Job, tally: Tally) -> dict[str, Any]:
    """Read the same WARCs by trafilatura with metadata, in as many processes as there are cores."""
    from benchmarks.extraction_speed import read_by_trafilatura

    job.folder.mkdir(parents=True)
    tally.begin()
    with (job.folder / "articles.jsonl").open("w", encoding="utf-8") as out:
        for path in sorted(job.saved.rglob("*.warc.gz")):
            read_by_trafilatura(path, _CORES, out)
    return {}


def newsplease(job: Job, tally: Tally) -> dict[str, Any]:
    """news-please over the saved pages, in as many processes as there are cores."""
    from archive.environments import environment

    pins = (_HERE / "extraction-peers.txt").read_text(encoding="ascii")
    python = environment("extraction-peers", pins, folder=_TOOLS)
    job.folder.mkdir(parents=True)
    tasks = [json.dumps(task) + "\n" for task in _saved_files(job)]
    command = [str(python), "-W", "ignore", str(_HERE / "extraction_peers.py"), "news-please"]

    def read(lines: list[str]) -> str:
        done = subprocess.run(command, input="".join(lines), capture_output=True, text=True, check=True)
        return done.stdout

    tally.begin()
    with ThreadPoolExecutor(_CORES) as threads:
        answers = threads.map(read, [tasks[start::_CORES] for start in range(_CORES)])
    (job.folder / "articles.jsonl").write_text("".join(answers), encoding="utf-8")
    return {}


def _saved_files(job: Job) -> Iterator[dict[str, str]]:
    """Each page in a file of its own, as news-please is given pages."""
    from benchmarks.extraction_speed import pages_in

    for path in sorted(job.saved.rglob("*.warc.gz")):
        for number, (body, url, _) in enumerate(pages_in(path)):
            file = job.folder / f"{path.stem}-{number}.gz"
            file.write_bytes(gzip.compress(body, 1))
            yield {"id": file.name, "path": str(file), "url": url, "encoding": "utf-8"}


def wget(job: Job, tally: Tally) -> dict[str, Any]:
    """Fetch by wget with its WARC, one process for all: one page after the other, and none is read."""
    job.folder.mkdir(parents=True)
    (job.folder / "urls").write_text("\n".join(job.urls), encoding="utf-8")
    command = [
        "wget", "--quiet", "--output-document=/dev/null", "--input-file=urls", "--warc-file=pages",
        "--no-warc-keep-log", "--header=Accept-Encoding: gzip", "--no-config", "--tries=1",
    ]  # fmt: skip
    tally.begin()
    subprocess.run(command, cwd=job.folder, check=True)
    tally.fetched = len(job.urls)
    return {}


def webarchive(job: Job, tally: Tally) -> dict[str, Any]:
    """scrapy-webarchive with trafilatura in the callback, by its own old Scrapy: first and last word are its own."""
    from archive.environments import environment

    pins = (_HERE / "webarchive-inline.txt").read_text(encoding="ascii")
    python = environment("webarchive-inline", pins, folder=_TOOLS)
    job.folder.mkdir(parents=True)
    (job.folder / "urls").write_text("\n".join(job.urls), encoding="utf-8")
    command = [str(python), "-W", "ignore", "-m", "scrapy", "runspider", str(_HERE / "webarchive_spider.py")]
    settings = ["-s", f"SW_EXPORT_URI={job.folder}/wacz/"]
    with subprocess.Popen([*command, *settings], cwd=job.folder, stdout=subprocess.PIPE, text=True) as started:
        for line in started.stdout or ():
            if line == "first\n":
                tally.begin()
            elif line.startswith("fetched "):
                tally.fetched, tally.body_bytes = map(int, line.split()[1:])
    if started.returncode:
        raise SystemExit(f"scrapy-webarchive ended with {started.returncode}")
    return {}


def source_facts(urls: Sequence[str]) -> dict[str, Any]:
    """What a source file would say of the site."""
    hosts = sorted({url.split("/", 3)[2] for url in urls})
    return {
        "schema": 1,
        "id": "bench",
        "name": "Meridian Courier",
        "name_en": "Meridian Courier",
        "country": "001",
        "languages": ["en"],
        "kind": "private",
        "timezone": "UTC",
        "entries": [{"type": "sitemap", "url": f"http://{hosts[0]}/sitemap.xml"}],
        "scope": {"hosts": hosts, "article": [r"^/\d{4}/\d{2}/\d{2}/[a-z0-9-]+/$"], "samples": [urls[0]]},
    }
