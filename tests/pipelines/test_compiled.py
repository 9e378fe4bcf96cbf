"""Compiled or plain, the page stage gives the same bytes; without a compiler it is plain, and old machine code never runs.

CI compiles a few modules without optimisation. `--prove` compiles all as an installation does, reads every page of the
benchmark, and lets workers pass their values between processes.
"""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys
import tomllib
from importlib import import_module
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from typing import TYPE_CHECKING, get_type_hints

import pytest

from benchmarks.extraction import FOLDER, gold, page_of
from benchmarks.extraction_speed import write_warc
from pipelines.compiled import is_compiled
from tests.pipelines.awkward import Page, line_of, made_up, to_line

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.timeout(1800)  # whichever comes first waits for the compiler
_ROOT = Path(__file__).resolve().parents[2]
_ALL = tomllib.loads((_ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["kakehashi"]["compiled"]
_FEW = ["keys", "lines", "sentences", "told", "walk"]  # a class of their own, loops, and calls between them
# What a process of the copy does with pages from its standard input.
_READ = """
import sys
from pipelines.compiled import is_compiled
from tests.pipelines.awkward import line_of, pages_from
assert is_compiled()
for page in pages_from(sys.stdin.readline()):
    print(line_of(page))
"""


def copy_to(folder: Path, modules: list[str]) -> Path:
    """The sources alone, and of pyproject.toml the list of these modules."""
    for room in ("archive", "pipelines"):
        shutil.copytree(_ROOT / room, folder / room, ignore=shutil.ignore_patterns("*.so*", "__pycache__"))
    shutil.copy(_ROOT / "setup.py", folder)
    (folder / "pyproject.toml").write_text(f"[tool.kakehashi]\ncompiled = {json.dumps(modules)}\n", "utf-8")
    return folder


def build(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return run(folder, "setup.py", "--quiet", "build_ext", "--inplace", **environment)


def run(folder: Path, *arguments: str, given: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    usual = {name: value for name, value in os.environ.items() if name not in ("KAKEHASHI_PLAIN", "CC")}
    environment = {**usual, "PYTHONPATH": str(folder), **environment}
    return subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=environment, input=given, capture_output=True, text=True,
        check=False, timeout=900,
    )  # fmt: skip


def machine_code(folder: Path) -> list[str]:
    return [path.name for path in (folder / "pipelines").iterdir() if ".so" in path.suffixes]


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory, proves: bool) -> Path:
    """A copy of the sources with compiled modules, and what else a process of it needs."""
    assert not is_compiled(), "this checkout is compiled, so nothing plain is there to compare: run `make plain`"
    folder = copy_to(tmp_path_factory.mktemp("compiled"), _ALL if proves else _FEW)
    done = build(folder, MYPYC_OPT_LEVEL="2" if proves else "0")
    assert done.returncode == 0, done.stderr
    assert len(machine_code(folder)) == len(_ALL if proves else _FEW) + 2, done.stderr
    for name in ("benchmarks", "crawler", "tests"):
        (folder / name).symlink_to(_ROOT / name)
    return folder


def test_pages_give_the_same_lines(compiled: Path) -> None:
    """Demo sites, the synthetic web, and broken pages."""
    given = list(made_up())

    done = run(compiled, "-c", _READ, given=to_line(given))

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [line_of(page) for page in given]


@pytest.mark.long
def test_pages_of_the_benchmark_give_the_same_lines(compiled: Path) -> None:
    """All of them, each as itself."""
    if not FOLDER.is_dir():
        pytest.skip("the pages of the benchmark are not beside this repository")
    given = [Page(body) for body in _bench_pages()]
    assert len(given) > 100

    done = run(compiled, "-c", _READ, given=to_line(given))

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [line_of(page) for page in given]


def _bench_pages() -> Iterator[bytes]:
    for path in sorted({page_of(FOLDER, row) for row in gold(FOLDER, [], None)}):
        yield gzip.decompress(path.read_bytes())


@pytest.mark.long
def test_workers_pass_the_same_values(compiled: Path, tmp_path: Path) -> None:
    """Jobs, rules, templates that were learned and outcomes go between processes as they do without."""
    if not FOLDER.is_dir():
        pytest.skip("the pages of the benchmark are not beside this repository")
    warc = write_warc(FOLDER, list(gold(FOLDER, [], 40)), tmp_path)

    ours, plain = (run(folder, "-m", "crawler", "extract", str(warc)) for folder in (compiled, _ROOT))

    assert ours.returncode == plain.returncode, ours.stderr
    assert len(plain.stdout.splitlines()) > 40
    assert sorted(ours.stdout.splitlines()) == sorted(plain.stdout.splitlines())


def test_edited_source_is_refused(compiled: Path) -> None:
    """By its name and with the way out, until one of the two is done; a new date alone is no edit."""
    source = compiled / "pipelines" / "walk.py"
    text = source.read_text("utf-8")
    try:
        source.write_text(text, "utf-8")
        assert run(compiled, "-c", "import pipelines").returncode == 0
        source.write_text(text + "\n", "utf-8")
        done = run(compiled, "-c", "import pipelines")
    finally:
        source.write_text(text, "utf-8")

    assert done.returncode == 1
    last = done.stderr.splitlines()[-1]
    assert last.startswith(f"ImportError: {source} is not what was compiled")
    assert "make fast" in last
    assert "make plain" in last


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"CC": "false"}, ["kakehashi: not compiled, the page stage runs as plain Python"]),
        ({"KAKEHASHI_PLAIN": "1"}, []),
    ],
    ids=["no compiler", "asked for"],
)
def test_without_a_compiler_all_stays_plain(tmp_path: Path, environment: dict[str, str], said: list[str]) -> None:
    """The build ends well, says so in one line, and takes away what was compiled before."""
    folder = copy_to(tmp_path, ["told"])
    (folder / "pipelines" / f"told{EXTENSION_SUFFIXES[0]}").touch()

    done = build(folder, **environment)

    assert done.returncode == 0
    assert [line.rsplit(": ", 1)[0] for line in done.stderr.splitlines() if line.startswith("kakehashi: ")] == said
    assert machine_code(folder) == []


@pytest.mark.parametrize("name", _ALL)
def test_types_of_fields_are_there_at_run_time(name: str) -> None:
    """Compiled classes look theirs up; what is imported for the type checker alone would end the process."""
    module = import_module(f"pipelines.{name}")
    for value in vars(module).values():
        if isinstance(value, type) and value.__module__ == module.__name__:
            get_type_hints(value)
