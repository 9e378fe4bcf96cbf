"""Time and memory of the link stage over many made articles, and whether it found what was put in.

    python -m benchmarks.duplicates [--articles 100000] [--json]

The articles are made of the words of the demo's texts and of invented ones, in their languages, 150 to 500 words each:
a tenth are copies of an earlier one (a quarter each word for word, with 5 % of the words exchanged, with 20 %, and as
papers run an agency's text: under another headline, with a paragraph of their own before it, a credit and share lines,
cut at the end by up to 30 %), and in every twentieth stands a paragraph of another one, quoted. They are written into a
store, then linked as a crawl links them, in a process of its own whose peak memory is told. Reads Linux's /proc.

Before that the demo's own texts are copied in each of these ways and others (`tests/pipelines/copies.py`): precision
and recall of each, and how often what is no copy was joined: a quoted paragraph, a translation, a text rewritten by
half. `--articles 0` is that part alone. Exit code 1 when a figure falls below what is asked for: 0.99 of the equal and
of the syndicated copies, 0.95 of the others, and no two strangers in a cluster.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from itertools import combinations, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archive.blobs import LocalBlobs
from archive.layout import links_key
from crawler.demo.content import load_sites
from pipelines.link_stage import write_links

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
_GENERATION = "0001"
_A_FILE = 5000
_SYLLABLES = ("ka", "zu", "to", "mi", "ra", "shi", "no", "be", "do", "su", "ta", "ke", "ri", "mo", "ha", "en")
_LEAST = {"same": 0.99, "agency": 0.99, "5": 0.95, "20": 0.95}
_STRICT = ("exact", "syndicated", "script", "agency, cut by 0", "agency, cut by 15", "agency, cut by 30")
_NO_COPIES = {
    "a quoted paragraph": ("-short-quotes",),
    "translations": ("translation-",),
    "rewritten by half": ("-edited-50", "-rewritten-50"),
}


def make_articles(count: int, seed: int = 1) -> Iterator[tuple[dict[str, Any], str | None, str]]:
    """Articles with the id that they copy and how, in the order of their captures."""
    chance = random.Random(seed)
    vocabularies = [_words_of(site, chance) for site in load_sites()]
    recent: list[tuple[str, list[str], list[list[str]]]] = []
    for number in range(count):
        kind, of = "new", None
        if recent and chance.random() < 0.1:
            kind = chance.choice(("same", "5", "20", "agency"))
            of, words, paragraphs = chance.choice(recent)
            if kind == "agency":
                paragraphs = _run_by_a_paper(paragraphs, words, chance)
            else:
                share = 0.0 if kind == "same" else int(kind) / 100
                paragraphs = [_edited(paragraph, share, words, chance) for paragraph in paragraphs]
        else:
            words = chance.choice(vocabularies)
            paragraphs = [chance.choices(words, k=chance.randint(25, 60)) for _ in range(chance.randint(6, 9))]
            if recent and chance.random() < 0.05:
                paragraphs[2] = chance.choice(recent)[2][1]
        if kind == "new":
            recent.append((f"{number:016x}", words, paragraphs))
            if len(recent) > 2000:
                recent[chance.randrange(2000)] = recent.pop()
        yield _article(number, paragraphs, chance), of, kind


def _words_of(site: Any, chance: random.Random) -> list[str]:
    """Words as often as the site has them, and as many invented ones; of Japanese, pairs of characters."""
    text = " ".join(paragraph for article in site.articles for paragraph in article.paragraphs)
    if site.language == "ja":
        characters = "".join(filter(str.isalpha, text))
        return [characters[start : start + 2] for start in range(0, len(characters), 2)]
    words = text.split()
    return words + ["".join(chance.choices(_SYLLABLES, k=3)) for _ in words]


def _edited(words: list[str], share: float, others: list[str], chance: random.Random) -> list[str]:
    return [chance.choice(others) if chance.random() < share else word for word in words]


def _run_by_a_paper(paragraphs: list[list[str]], words: list[str], chance: random.Random) -> list[list[str]]:
    """An own paragraph and a credit before an agency's text, whose end is cut, and share lines behind it."""
    left = round(sum(map(len, paragraphs)) * (1 - chance.uniform(0, 0.3)))
    kept: list[list[str]] = []
    for paragraph in paragraphs:
        kept.append(paragraph[:left])
        left -= len(kept[-1])
    own = chance.choices(words, k=chance.randint(10, 25))
    return [own, ["Photo:", "N.", "Karim"], *filter(None, kept), ["Share:", "Telegram", "Facebook"]]


def measure_demo() -> dict[str, dict[str, float]]:
    """Of each kind of copy of the demo's texts: pairs, recall and precision; of what is no copy: pairs joined."""
    from pipelines.link_stage import link_articles
    from tests.pipelines.copies import make_copies

    copies = make_copies()
    clusters: dict[str, list[str]] = {}
    for item in link_articles(copies.articles):
        if item.cluster is not None:
            clusters.setdefault(item.cluster, []).append(item.id)
    joined = {frozenset(pair) for ids in clusters.values() for pair in combinations(ids, 2)}
    wrong = joined - copies.true_pairs()
    figures: dict[str, dict[str, float]] = {}
    for kind, pairs in copies.pairs.items():
        made = {max(pair, key=len) for pair in pairs}
        found, false = len(pairs & joined), sum(bool(pair & made) for pair in wrong)
        precision = found / (found + false) if found else 0.0
        figures[kind] = {"pairs": len(pairs), "recall": found / len(pairs), "precision": precision}
    for kind, marks in _NO_COPIES.items():
        made = {item["id"] for item in copies.articles if any(mark in item["id"] for mark in marks)}
        figures[f"no copy: {kind}"] = {"texts": len(made), "joined": sum(bool(pair & made) for pair in wrong)}
    return figures


def _demo_is_good(figures: dict[str, dict[str, float]]) -> bool:
    return all(
        figure["joined"] == 0
        if "joined" in figure
        else min(figure["recall"], figure["precision"]) >= (0.99 if kind.startswith(_STRICT) else 0.95)
        for kind, figure in figures.items()
    )


def _article(number: int, paragraphs: list[list[str]], chance: random.Random) -> dict[str, Any]:
    at = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(1_760_000_000 + number))
    host = f"paper{chance.randrange(50)}.example"
    return {
        "id": f"{number:016x}", "url": f"https://{host}/{number}", "source": None, "title": f"Headline {number}",
        "text": "\n\n".join(("" if all(len(word) <= 2 for word in words) else " ").join(words) for words in paragraphs),
        "provenance": {"captured_at": at, "record_id": f"<urn:uuid:00000000-0000-4000-8000-{number:012x}>"},
    }  # fmt: skip


def _write(blobs: LocalBlobs, count: int) -> dict[str, tuple[str, str]]:
    """Write the articles; back come the copies: what each copies, and how."""
    copies: dict[str, tuple[str, str]] = {}
    lines: list[str] = []
    for number, (article, of, kind) in enumerate(make_articles(count), start=1):
        if of is not None:
            copies[article["id"]] = of, kind
        lines.append(json.dumps(article, ensure_ascii=False))
        if len(lines) == _A_FILE or number == count:
            key = f"articles/{_GENERATION}/2026/11/made-{number:09d}.jsonl"
            blobs.put_bytes(key, "".join(f"{line}\n" for line in lines).encode())
            lines.clear()
    return copies


def _link(folder: Path) -> None:
    """What the process of its own does."""
    before, began = _peak_mb(), time.monotonic()
    write_links(LocalBlobs(folder), _GENERATION)
    print(json.dumps({"seconds": time.monotonic() - began, "peak_mb": _peak_mb(), "empty_mb": before}))


def _peak_mb() -> float:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) * 1.024 / 1000


def measure(count: int) -> dict[str, Any]:
    """Make, link, and hold the links against what was made."""
    with tempfile.TemporaryDirectory() as name:
        blobs = LocalBlobs(Path(name))
        copies = _write(blobs, count)
        command = [sys.executable, "-m", "benchmarks.duplicates", "--link", name]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        clusters: dict[str, list[str]] = {}
        for line in blobs.get(links_key(_GENERATION)).splitlines():
            link = json.loads(line)
            if link["cluster"] is not None:
                clusters.setdefault(link["cluster"], []).append(link["id"])
    return {"articles": count, "clusters": len(clusters), **json.loads(done.stdout), **_score(copies, clusters)}


def _score(copies: dict[str, tuple[str, str]], clusters: dict[str, list[str]]) -> dict[str, Any]:
    cluster_of = {id_: cluster for cluster, ids in clusters.items() for id_ in ids}
    found = dict.fromkeys(_LEAST, 0)
    made = dict.fromkeys(_LEAST, 0)
    for id_, (of, kind) in copies.items():
        made[kind] += 1
        found[kind] += id_ in cluster_of and cluster_of[id_] == cluster_of.get(of)
    origin = {id_: of for id_, (of, _) in copies.items()}
    strangers = sum(
        origin.get(one, one) != origin.get(other, other) for ids in clusters.values() for one, other in pairwise(ids)
    )
    return {"copies": made, "found": {kind: found[kind] / max(made[kind], 1) for kind in made}, "strangers": strangers}


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--link", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.link:
        _link(args.link)
        return 0
    demo = measure_demo()
    figures = measure(args.articles) if args.articles else {}
    if args.json:
        print(json.dumps({"demo": demo, **figures}))
    else:
        _print(demo, figures)
    is_good = not figures or (
        figures["strangers"] == 0 and all(figures["found"][kind] >= least for kind, least in _LEAST.items())
    )
    return 0 if is_good and _demo_is_good(demo) else 1


def _print(demo: dict[str, dict[str, float]], figures: dict[str, Any]) -> None:
    print("copies of the demo's texts")
    for kind, figure in demo.items():
        if "joined" in figure:
            print(f"{kind}: {figure['texts']} texts, {figure['joined']} joined to another")
        else:
            print(
                f"{kind}: {figure['pairs']} pairs, recall {figure['recall']:.3f}, precision {figure['precision']:.3f}"
            )
    if figures:
        print(f"{figures['articles']:,} articles, {figures['clusters']:,} clusters in {figures['seconds']:.0f} s")
        print(f"peak memory {figures['peak_mb']:.0f} MB, of which {figures['empty_mb']:.0f} MB without articles")
        for kind, share in figures["found"].items():
            print(f"copies, {kind}: {figures['copies'][kind]:,} made, {share:.4f} found")
        print(f"strangers side by side in a cluster: {figures['strangers']}")


if __name__ == "__main__":
    sys.exit(main())
