"""A cluster as a command sees it: where it is, what its jobs are given, and which of them failed too often."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crawler.cluster import connect, run_jobs
from crawler.cluster_jobs import ORDER, SOURCES_PLACE, TEMPLATES, Job
from pipelines.store_templates import format_templates

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable, Mapping

    from crawler.cluster import Batch
    from crawler.cluster_jobs import Ended, GivenUp
    from crawler.console import JobBar
    from pipelines.store_templates import Templates


@dataclass(slots=True, kw_only=True)
class Clustered:
    """The cluster at `address`, for the `store` under a name that every machine knows.

    `files` are the texts of the source files, by name, that the catalogue was read from beside the packaged ones, or
    with `is_only` instead of them. `look` raises what keeps this from going on. `given_up` are jobs that failed.
    """

    address: str
    store: str
    files: Mapping[str, str]
    is_only: bool
    on_progress: Callable[[int, int, str], None]
    look: Callable[[], None] = lambda: None
    given_up: list[GivenUp] = field(default_factory=list)
    _formatted: tuple[Templates, str] | None = field(default=None, init=False)

    def run(self, jobs: Iterable[Job], on_ended: Callable[[Ended], None], *, at_once: int | None = None) -> Batch:
        """Run jobs to their end. Raises `ClusterUnusable`, and what `look` raises."""
        batch = run_jobs(
            self.address, jobs, on_progress=self.on_progress, on_ended=on_ended, look=self.look, at_once=at_once
        )
        self.given_up += batch.given_up
        return batch

    def count_workers(self) -> int:
        """How many jobs it does at once. Raises `ClusterUnusable`."""
        with connect(self.address) as client:
            return sum(client.nthreads().values())

    def step(
        self,
        name: str,
        step: str,
        order: Mapping[str, Any],
        templates: Templates,
        more: Mapping[str, str] | None = None,
    ) -> Job:
        """The job for a step of a command; `order` says what it is to do, `templates` are those in force.

        `more` are files that it wants besides. A text that many jobs have is one in memory, however many they are.
        """
        values = {**order, "store": self.store, "is_only": self.is_only}
        files = {**self.files, ORDER: json.dumps(values), TEMPLATES: self._text_of(templates), **(more or {})}
        return Job(name=name, argv=(step, SOURCES_PLACE), files=files)

    def _text_of(self, templates: Templates) -> str:
        """The same text for all jobs of a plan: a command holds its jobs until they are done."""
        if self._formatted is None or self._formatted[0] is not templates:
            self._formatted = (templates, format_templates(templates).decode())
        return self._formatted[1]


def clustered(args: argparse.Namespace, bar: JobBar) -> Clustered | None:
    """The cluster that the options name; None where they name none."""
    if args.cluster is None:
        return None
    return Clustered(
        address=args.cluster,
        store=store_for_workers(str(args.store)),
        files=source_files(args)[1],
        is_only=args.only_sources is not None,
        on_progress=bar.show,
    )


def store_for_workers(store: str) -> str:
    """The name under which every machine finds a store: of a folder its whole path."""
    return store if "://" in store else str(Path(store).absolute())


def source_files(args: argparse.Namespace) -> tuple[tuple[str, ...], dict[str, str]]:
    """The option that names the job's folder of source files, and the files to put there: those of this machine."""
    option, folder = ("--only-sources", args.only_sources) if args.only_sources else ("--sources", args.sources)
    return ((option, SOURCES_PLACE), _texts(folder)) if folder else ((), {})


def _texts(folder: Path) -> dict[str, str]:
    files = sorted(folder.glob("*.toml"))
    return {file.name: file.read_text(encoding="utf-8") for file in files if not file.name.startswith(".")}
