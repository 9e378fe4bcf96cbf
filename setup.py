"""Compiles the hot modules of the page stage with mypyc, where there is a C compiler; they run as plain Python too.

    pip install .                        compiled; where that cannot be, plain, and one line says why
    KAKEHASHI_PLAIN=1 pip install .      plain
    make fast, make plain                a checkout: compiled in place, and back (an editable install is plain)

Which modules they are says `[tool.kakehashi] compiled` in pyproject.toml. `MYPYC_OPT_LEVEL` is the C compiler's -O.
"""

from __future__ import annotations

import os
import sys
import tomllib
from contextlib import redirect_stdout
from hashlib import sha256
from importlib.machinery import EXTENSION_SUFFIXES
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from setuptools import setup
from setuptools.command.build_ext import build_ext

if TYPE_CHECKING:
    from setuptools import Extension

FOLDER = Path("pipelines")
SUFFIX = EXTENSION_SUFFIXES[0]
LIBRARY = "compiled__mypyc"  # what all modules are in: mypyc's name for the group "compiled"
_COMPILING = {"bdist_wheel", "build", "build_ext", "install"}
# Libraries count as untyped, installed or not, so that the same code comes out everywhere; `make check` judges types.
_MYPY_OPTIONS = (
    "--config-file=", "--no-site-packages", "--ignore-missing-imports", "--follow-imports=silent",
    f"--cache-dir={os.devnull}",
)  # fmt: skip


def is_wanted() -> bool:
    """Whether this run of setup.py is one that compiles."""
    return not os.environ.get("KAKEHASHI_PLAIN") and not _COMPILING.isdisjoint(sys.argv)


def is_asked_for_requirements() -> bool:
    """Whether this run is the one by which an installer hears what else a build needs."""
    return not os.environ.get("KAKEHASHI_PLAIN") and "egg_info" in sys.argv


def compiled_modules() -> list[Path]:
    """The sources to compile, in the order of pyproject.toml."""
    return [FOLDER / f"{name}.py" for name in _project()["tool"]["kakehashi"]["compiled"]]


def pinned_mypy() -> list[str]:
    """The compiler in the version that developers have: it writes the C code, and another is another program."""
    return [one for one in _project()["project"]["optional-dependencies"]["dev"] if one.startswith("mypy==")]


def _project() -> dict[str, Any]:
    return tomllib.loads(Path("pyproject.toml").read_text("utf-8"))


def described(sources: list[Path]) -> str:
    """A line for each source: digest, time of the last change, name."""
    return "".join(
        f"{sha256(path.read_bytes()).hexdigest()} {path.stat().st_mtime_ns} {path.name}\n" for path in sources
    )


def extensions(sources: list[Path]) -> list[Extension]:
    """What the C compiler is to build; nothing where mypyc is not there or refuses."""
    said = StringIO()  # advice on each loop that could be faster, too
    try:
        from mypyc.build import mypycify

        with redirect_stdout(said):
            found: list[Extension] = mypycify(
                [*_MYPY_OPTIONS, *map(str, sources)],
                opt_level=os.environ.get("MYPYC_OPT_LEVEL", "2"),
                debug_level="0",
                group_name=f"{FOLDER}.{LIBRARY.removesuffix('__mypyc')}",
            )
    except (Exception, SystemExit) as error:  # noqa: BLE001  (an installation ends well without)
        print(said.getvalue(), end="")  # noqa: T201
        stay_plain(f"mypyc: {error!r}")
        return []
    for extension in found:
        # Compilers differ in what they warn of.
        extension.extra_compile_args = [flag for flag in extension.extra_compile_args if flag != "-Werror"]
    return found


def stay_plain(why: str) -> None:
    """Say that nothing was compiled."""
    print(f"kakehashi: not compiled, the page stage runs as plain Python: {why}", file=sys.stderr)  # noqa: T201


class Build(build_ext):
    """All modules or none, since half of them would not import; in place with what they were compiled from."""

    made_of = ""

    def run(self) -> None:
        """Build, or leave nothing behind."""
        for old in FOLDER.glob(f"*{SUFFIX}*") if self.inplace else ():
            old.unlink()
        built = [Path(self.build_lib, self.get_ext_filename(one.name)) for one in self.extensions or ()]
        for old in set(Path(self.build_lib, FOLDER).glob(f"*{SUFFIX}")).difference(built):
            old.unlink()
        if not built:
            return
        try:
            super().run()
        except Exception as error:  # noqa: BLE001  (no compiler, one that fails, no headers of Python …)
            for path in built:
                path.unlink(missing_ok=True)
            self.extensions = []
            stay_plain(str(error))

    def copy_extensions_to_source(self) -> None:
        """Put them beside their sources, with the list that `pipelines.compiled` holds against these."""
        (FOLDER / f"{LIBRARY}{SUFFIX}.sources").write_text(self.made_of, "utf-8")
        super().copy_extensions_to_source()


if __name__ == "__main__":
    os.chdir(Path(__file__).resolve().parent)
    Build.made_of = described(compiled_modules())  # before mypyc reads them: who edits meanwhile is told
    setup(
        ext_modules=extensions(compiled_modules()) if is_wanted() else [],
        cmdclass={"build_ext": Build},
        setup_requires=pinned_mypy() if is_asked_for_requirements() else [],
    )
