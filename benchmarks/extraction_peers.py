"""newspaper4k and news-please on the pages of the benchmark, in an environment of their own.

`predictions` makes the environment from exact pins and runs this file in it: tasks come in on stdin, a line of JSON
each, and predictions with their seconds go out in the same order. Only the standard library is imported above.
"""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

PEERS = ("newspaper4k", "news-please")
PINS = Path(__file__).with_name("extraction-peers.txt")
WARM_UP = f"<html><body><h1>A title</h1>{'<p>A paragraph of some words, to begin with.</p>' * 9}</body></html>"
FOLDER = Path(__file__).parents[1] / ".venv" / "tools"


def predictions(name: str, tasks: list[dict[str, str]], processes: int) -> list[tuple[dict[str, Any], float]]:
    """The prediction and the seconds of a peer for each task (`id`, `path`, `url`, `encoding`), in their order."""
    from archive.environments import environment

    python = environment("extraction-peers", PINS.read_text(encoding="ascii"), folder=FOLDER)
    shards = [tasks[start::processes] for start in range(processes)]
    with ThreadPoolExecutor(processes) as threads:
        answers = list(threads.map(lambda shard: _run(python, name, shard), shards))
    found = {row["id"]: row for shard in answers for row in shard}
    return [(found[task["id"]], found[task["id"]].pop("seconds")) for task in tasks]


def _run(python: Path, name: str, tasks: list[dict[str, str]]) -> list[dict[str, Any]]:
    lines = "".join(json.dumps(task) + "\n" for task in tasks)
    command = [str(python), "-W", "ignore", str(Path(__file__).resolve()), name]
    done = subprocess.run(command, input=lines, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{name} could not be run: {done.stderr.strip().splitlines()[-1:]}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def newspaper4k(html: str, url: str) -> dict[str, Any]:
    """What newspaper4k makes of a page."""
    from newspaper import Article

    article = Article(url or "https://example.org/", fetch_images=False)
    article.download(input_html=html)
    article.parse()
    day = article.publish_date.date().isoformat() if article.publish_date else None
    return {"text": article.text, "title": article.title, "authors": article.authors, "date": day}


def news_please(html: str, url: str) -> dict[str, Any]:
    """What news-please makes of a page."""
    from newsplease import NewsPlease

    article = NewsPlease.from_html(html, url=url or "https://example.org/", fetch_images=False)
    day = article.date_publish.date().isoformat() if article.date_publish else None
    return {"text": article.maintext or "", "title": article.title, "authors": article.authors or [], "date": day}


def main(name: str) -> None:
    """Answer the tasks on stdin. A page that a peer breaks on counts as empty for it."""
    read = {"newspaper4k": newspaper4k, "news-please": news_please}[name]
    out, sys.stdout = sys.stdout, sys.stderr  # whatever a library prints
    with suppress(Exception):
        read(WARM_UP, "https://example.org/")  # imports and tables are not the first page's time
    for line in sys.stdin:
        task = json.loads(line)
        html = gzip.decompress(Path(task["path"]).read_bytes()).removeprefix(b"\xef\xbb\xbf")
        text = html.decode(task["encoding"], "replace")
        start = time.process_time()
        try:
            found = read(text, task["url"])
        except Exception as error:  # noqa: BLE001  (whatever a peer breaks on)
            found = {
                "text": "",
                "title": None,
                "authors": [],
                "date": None,
                "error": f"{type(error).__name__}: {error}",
            }
        row = {"id": task["id"], **found, "seconds": time.process_time() - start}
        out.write(json.dumps(row) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
