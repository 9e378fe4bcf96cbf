"""Makes the pictures and the example of the README from a real run of the demo: `python docs/pictures.py`.

Writes `docs/demo.svg` (the terminal after `make demo`) and, into the README, one article of the demo: what trafilatura
alone gives, and what comes out. `tests/test_docs.py` fails when the README and the code part ways.
"""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import tempfile
from pathlib import Path

import trafilatura
from rich.console import Console
from rich.text import Text

from crawler.demo.content import DemoArticle, load_sites
from crawler.demo.render import pages
from pipelines import Article, extract_page
from pipelines.keys import text_key

DOCS = Path(__file__).parent
README = DOCS.parent / "README.md"
START, END = "<!-- before-after -->", "<!-- /before-after -->"
TODAY = dt.date(2026, 11, 22)
SLUG = "yaponskie-turisty-khiva-rekord"


def example() -> tuple[str, str, Article]:
    """The example page of the README: its address, what trafilatura alone makes of it, and the article."""
    for site in load_sites():
        for article in site.articles:
            if article.slug == SLUG:
                return _both(article, pages(site, TODAY)[article.path].body)
    raise LookupError(SLUG)


def _both(article: DemoArticle, body: bytes) -> tuple[str, str, Article]:
    alone = trafilatura.extract(body.decode()) or ""
    ours = extract_page(body, url=article.url, captured_at=dt.datetime.combine(TODAY, dt.time(12), dt.UTC))
    assert isinstance(ours, Article)
    return article.url, alone, ours


def before_after() -> str:
    """The README's example: the lines that trafilatura lets through and the cleaner cuts, and the article's facts."""
    _, alone, article = example()
    kept = {text_key(part) for part in article.text.split("\n\n")}
    lines = ["```diff"]
    for line in filter(None, alone.split("\n")):
        mark = " " if text_key(line) in kept else "-"
        lines.append(f"{mark} {line if mark == '-' else _short(line)}")
    facts = [
        f"+ title      {article.title}",
        f"+ published  {article.published}",
        f"+ dateline   {article.dateline} · agency {article.agency}",
        f"+ language   {article.language} · label {article.relevance.label} · {' '.join(article.relevance.countries)}",
        f"+ image      {article.images[0].caption}",
    ]
    return "\n".join([*lines, *facts, "```"]) + "\n"


def _short(line: str) -> str:
    return line if len(line) <= 90 else line[:90].rsplit(" ", 1)[0] + " …"


def terminal() -> str:
    """What a person sees after `make demo`, as SVG."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "crawler", "-q", "demo", "--free-ports", "--store", folder]
        done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    console = Console(record=True, width=112, file=open("/dev/null", "w"))  # noqa: PTH123, SIM115
    console.print(Text("$ make demo", style="bold"))
    console.print(Text(done.stdout.replace(folder, "./data").rstrip()))
    return console.export_svg(title="kakehashi", clear=False)


def with_example(readme: str) -> str:
    """The README with its example made anew."""
    before, rest = readme.split(START, 1)
    _, after = rest.split(END, 1)
    return f"{before}{START}\n{before_after()}{END}{after}"


if __name__ == "__main__":
    README.write_text(with_example(README.read_text(encoding="utf-8")), encoding="utf-8")
    (DOCS / "demo.svg").write_text(terminal(), encoding="utf-8")
