"""Precision, recall and F1 of the relevance judge on the labelled set, beside its two keyword baselines.

    python benchmarks/relevance.py [folder of the set] [--errors]

The set is read where it lies and never copied; without it this prints a message and ends well.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY))

from pipelines.language import detect_language  # noqa: E402
from pipelines.relevance import judge, may_concern_both  # noqa: E402

Row = dict[str, Any]
Rule = Callable[[Row], bool]
TARGETS = {"core": {"core"}, "core+mention": {"core", "mention"}, "sport": {"sport"}}


def main() -> None:
    arguments = _parse()
    items = arguments.folder / "items.jsonl"
    if not items.exists():
        print(f"no labelled set at {arguments.folder}: nothing measured")
        return
    rows = [json.loads(line) for line in items.read_text(encoding="utf-8").splitlines()]
    started = time.perf_counter()
    labels = {row["id"]: judge(row["title"], row["text"], _language(row)).label.value for row in rows}
    print(f"{len(rows)} items, {1000 * (time.perf_counter() - started) / len(rows):.2f} ms an item with the language")
    _print_targets(rows, labels, _baselines(arguments.folder))
    _print_languages(rows, labels)
    _print_confusion(rows, labels)
    if arguments.errors:
        _print_errors(rows, labels)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", default=REPOSITORY / "../shared/bench/relevance")
    parser.add_argument("--errors", action="store_true", help="list the items that got another label")
    return parser.parse_args()


def _language(row: Row) -> str | None:
    return detect_language(f"{row['title'] or ''}\n{row['text']}")


def _baselines(folder: Path) -> dict[str, Rule]:
    """The rules of the set's own baselines.py; none where it is not there."""
    spec = importlib.util.spec_from_file_location("baselines", folder / "baselines.py")
    if spec is None or spec.loader is None or not (folder / "baselines.py").exists():
        return {}
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return dict(module.RULES)


def _print_targets(rows: list[Row], labels: dict[str, str], baselines: dict[str, Rule]) -> None:
    parts = {"all": rows} | {part: [row for row in rows if row["split"] == part] for part in ("dev", "heldout")}
    for target, wanted in TARGETS.items():
        rules: dict[str, Rule] = {"judge": lambda row, wanted=wanted: labels[row["id"]] in wanted}  # type: ignore[misc]
        for name, rule in (rules | baselines).items():
            for part, chosen in parts.items():
                if chosen:
                    print(f"{target:13} {name:20} {part:8} {_scores(chosen, rule, wanted)}")


def _scores(rows: list[Row], rule: Rule, wanted: set[str]) -> str:
    counts = Counter((rule(row), row["label"] in wanted) for row in rows)
    hit, false, missed = counts[True, True], counts[True, False], counts[False, True]
    precision = hit / (hit + false) if hit + false else 0.0
    recall = hit / (hit + missed) if hit + missed else 0.0
    f1 = 2 * hit / (2 * hit + false + missed) if hit else 0.0
    return f"P={precision:.3f} R={recall:.3f} F1={f1:.3f} (hit {hit}, false {false}, missed {missed})"


def _print_languages(rows: list[Row], labels: dict[str, str]) -> None:
    print("\ncore by language")
    for language in sorted({row["lang"] for row in rows}):
        chosen = [row for row in rows if row["lang"] == language]
        print(f"{language:4} n={len(chosen):3} {_scores(chosen, lambda row: labels[row['id']] == 'core', {'core'})}")
    print(
        f"\nmay_concern_both passes {sum(may_concern_both(row['title'], row['text']) for row in rows)} of {len(rows)}"
    )


def _print_confusion(rows: list[Row], labels: dict[str, str]) -> None:
    counts = Counter((row["label"], labels[row["id"]]) for row in rows)
    print("\ngold (down), judge (across)")
    kinds = ("core", "mention", "sport", "off")
    print(" " * 8 + "".join(f"{kind:>9}" for kind in kinds))
    for gold in kinds:
        print(f"{gold:8}" + "".join(f"{counts[gold, kind]:9}" for kind in kinds))


def _print_errors(rows: list[Row], labels: dict[str, str]) -> None:
    for row in rows:
        if row["label"] != labels[row["id"]]:
            print(f"\n{row['label']} -> {labels[row['id']]} | {row['lang']} | {row['title']} | {row['text']}")


if __name__ == "__main__":
    main()
