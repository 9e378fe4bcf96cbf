"""Articles of a store made again from its WARCs, into a generation beside the current one.

Each WARC gives a file of the staged generation as soon as it is read, so that a process that was killed goes on where
it stopped. What was staged by other rules or software is begun anew. A staged generation is whole: what was not asked
for, and what cannot be derived since its source is not known here, is taken over from the current one as it is.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from archive.blobs import LocalBlobs
from archive.layout import (
    CURRENT_GENERATION_KEY,
    STAGED_GENERATION_KEY,
    articles_key,
    has_articles,
    stem_of_key,
    templates_key,
)
from pipelines.article import Label
from pipelines.capture_workers import CaptureWorkers
from pipelines.changes import Changes
from pipelines.conversions import write_texts
from pipelines.keep import keep_in, kept_in, listed
from pipelines.link_stage import write_links
from pipelines.one_warc import DERIVED, LEFT, RESUMED, OneWarc, Shelf, WarcResult, get_or_none
from pipelines.results import current_generation
from pipelines.software import software
from pipelines.store_templates import format_templates, known_templates, learn_store, with_templates
from pipelines.unchanged import NewTemplates, new_templates

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from pathlib import Path

    from archive.blobs import BlobStore
    from archive.layout import Stem
    from pipelines.made import Made, MadeWarc
    from pipelines.rules import PageRules
    from pipelines.store_templates import Templates
    from pipelines.template import Template


@dataclass(slots=True, kw_only=True)
class ProcessReport:
    """What a process did. `staged` names the generation that holds what differs; None where nothing does.

    `derived` and `resumed` count WARCs worked on now and found worked on already, `taken_over` those that were left as
    they are; `unknown` names the sources that the catalogue does not know. `templates` are the hosts whose template was
    learned anew, with the number of pages it was learned from and of lines in it. `given_up` names the WARCs that could
    not be worked on, so that what is staged is not whole.
    """

    current: str
    staged: str | None = None
    derived: int = 0
    resumed: int = 0
    taken_over: int = 0
    pages: int = 0
    unknown: set[str] = field(default_factory=set)
    templates: dict[str, tuple[int, int]] = field(default_factory=dict)
    changes: Changes = field(default_factory=Changes)
    given_up: list[str] = field(default_factory=list)

    def add(self, _stem: Stem, result: WarcResult) -> None:
        """Take in what came of one WARC, in any order."""
        self.derived += result.state == DERIVED
        self.resumed += result.state == RESUMED
        self.taken_over += result.state == LEFT
        self.pages += result.pages
        self.unknown |= result.unknown
        self.changes.merge(result.changes)


@dataclass(frozen=True, slots=True, kw_only=True)
class WarcPlan:
    """What is to be derived, for whoever lets others do it: WARCs (`stems`) into a `generation`, by what rules.

    `current` is what the outcome is set beside; None where it is made for the current generation itself. WARCs begun
    before `since` are taken over. `made_by` is the fingerprint of all that decides. With `is_dry` nothing is written.
    With `reads_all` no page is dropped at a glance. Of the WARCs in `made` only what `news` may touch is to be read.
    """

    stems: tuple[Stem, ...]
    generation: str
    current: str | None
    since: dt.date | None
    keep: frozenset[Label]
    templates: Templates
    made_by: str
    is_dry: bool = False
    reads_all: bool = False
    made: Mapping[str, MadeWarc] = field(default_factory=dict)
    news: NewTemplates = field(default_factory=NewTemplates)

    def asks_for(self, stem: Stem) -> bool:
        """Whether a WARC is to be derived and not taken over."""
        return self.since is None or stem.began_at.date() >= self.since

    def made_of(self, stem: Stem) -> MadeWarc | None:
        """What was made of a WARC that is to be derived; None where all of it is to be read."""
        return self.made.get(str(stem)) if self.current is not None and self.asks_for(stem) else None


Elsewhere = Callable[[WarcPlan, Callable[["Stem", WarcResult], None]], list[str]]
"""Does what a plan says, hands on each result as it comes, and names the WARCs that were given up."""


def plan_to_make(blobs: BlobStore, stems: Sequence[Stem], generation: str, rules: Mapping[str, PageRules]) -> WarcPlan:
    """The plan for WARCs that have no articles in the current generation."""
    keep, templates = kept_in(blobs).labels, known_templates(blobs, generation)
    made_by = fingerprint(rules, None, keep, templates)
    return WarcPlan(
        stems=tuple(stems), generation=generation, current=None, since=None, keep=keep, templates=templates,
        made_by=made_by,
    )  # fmt: skip


class Processor:
    """Derives every WARC of a store again. `folder` is where downloads lie, and files that go up to S3.

    `keep` are the labels that are stored; None: those of what is staged, or else those that the store keeps. WARCs of
    runs that go on (`is_live`) are left out: their articles are on their way. `on_progress(done, total)` counts WARCs.
    With `reads_all` every page is read whole. `elsewhere` derives them on other machines; None: here. Close when done.
    Methods raise `StoreNotUsable` and `OSError`.
    """

    def __init__(
        self,
        blobs: BlobStore,
        folder: Path,
        *,
        rules: Mapping[str, PageRules],
        processes: int,
        keep: frozenset[Label] | None = None,
        is_live: Callable[[str], bool] = lambda _run: False,
        on_progress: Callable[[int, int], None] = lambda _done, _total: None,
        reads_all: bool = False,
        elsewhere: Elsewhere | None = None,
    ) -> None:
        self._blobs = blobs
        self._folder = folder
        self._rules = rules
        self._processes = processes
        self.keep = keep or _staged_keep(blobs) or kept_in(blobs).labels
        self._is_live = is_live
        self._on_progress = on_progress
        self._reads_all = reads_all
        self._elsewhere = elsewhere
        self._one: OneWarc | None = None

    def close(self, *, is_hurried: bool = False) -> None:
        """End the processes, and remove what was downloaded."""
        if self._one is not None:
            self._one.close(is_hurried=is_hurried)

    def stage(
        self, *, since: dt.date | None = None, scratch: Path | None = None, made: Made | None = None
    ) -> ProcessReport:
        """Derive the WARCs begun on `since` or later; back comes what differs from the current articles.

        `made` is what was made a moment ago by the same rules: of these WARCs the pages are read again that a template
        learned now may touch. With `scratch`, a
        folder, everything is written there and nothing into the store. Where nothing differs, no
        generation stays staged.
        """
        current = generation_in(self._blobs)
        following = f"{int(current) + 1:04d}"
        report = ProcessReport(current=current, staged=following)
        shelf = Shelf(LocalBlobs(scratch), scratch) if scratch else Shelf(self._blobs, self._folder)
        stems = [stem for stem in article_warcs(self._blobs) if not self._is_live(stem.run)]
        former = known_templates(self._blobs, current)
        templates = self._learn(stems, report, made)
        stands = made is not None and not self._reads_all and self.keep == kept_in(self._blobs).labels
        made_by = fingerprint(self._rules, since, self.keep, templates, reads_all=self._reads_all)
        begin_staging(shelf.blobs, following, made_by, self.keep)
        if templates:
            shelf.blobs.put_bytes(templates_key(following), format_templates(templates))
        plan = WarcPlan(
            stems=tuple(stems), generation=following, current=current, since=since, keep=self.keep,
            templates=templates, made_by=made_by, is_dry=scratch is not None, reads_all=self._reads_all,
            made=made.warcs if made is not None and stands else {},
            news=new_templates(former, templates),
        )  # fmt: skip
        report.given_up = (self._elsewhere or partial(self._here, shelf))(plan, report.add)
        if report.changes.is_empty and not report.given_up:
            discard_staged(shelf.blobs)
            report.staged = None
        return report

    def _here(self, shelf: Shelf, plan: WarcPlan, take: Callable[[Stem, WarcResult], None]) -> list[str]:
        self._one = OneWarc(
            self._blobs, shelf, self._folder, rules=self._rules, keep=plan.keep, processes=self._processes,
            read_with=with_templates(self._rules, plan.templates), reads_all=plan.reads_all,
        )  # fmt: skip
        for number, stem in enumerate(plan.stems):
            self._on_progress(number, len(plan.stems))
            current, is_asked_for = str(plan.current), plan.asks_for(stem)
            if (made := plan.made_of(stem)) is not None:
                take(stem, self._one.renew(stem, plan.generation, current=current, made=made, news=plan.news))
            else:
                take(stem, self._one.stage(stem, plan.generation, current=current, is_asked_for=is_asked_for))
        self._on_progress(len(plan.stems), len(plan.stems))
        return []

    def _learn(self, stems: list[Stem], report: ProcessReport, made: Made | None) -> Templates:
        workers = CaptureWorkers(self._rules, processes=self._processes)
        try:
            templates, news = learn_store(
                self._blobs, stems, report.current, workers, made.shown if made is not None else None
            )
        finally:
            workers.close()
        report.templates = {host: (templates[host].pages, len(templates[host].lines)) for host in sorted(news)}
        return templates

    def accept(self, generation: str) -> None:
        """Make a staged generation the current one; the former stays.

        The switch is one small file; what the generation keeps is said before it. Only the clean texts come after it:
        they can be made again from the articles.
        """
        write_links(self._blobs, generation, processes=self._processes)
        keep_in(self._blobs, self.keep)
        self._blobs.put_bytes(CURRENT_GENERATION_KEY, json.dumps({"generation": generation}).encode() + b"\n")
        self._blobs.delete(STAGED_GENERATION_KEY)
        shelf = Shelf(self._blobs, self._folder)
        for stem in article_warcs(self._blobs):
            lines = (get_or_none(self._blobs, articles_key(stem, generation)) or b"").splitlines()
            shelf.store(write_texts(shelf.folder, stem, lines))


def article_warcs(blobs: BlobStore) -> list[Stem]:
    """The finished WARCs in a store that articles are made of, our own and imported ones, by name."""
    stems = (stem_of_key(info.key) for info in blobs.list("warc/") if info.key.endswith(".warc.gz"))
    return sorted((stem for stem in stems if stem and has_articles(stem)), key=str)


def generation_in(blobs: BlobStore) -> str:
    """The current generation of a store."""
    return current_generation(get_or_none(blobs, CURRENT_GENERATION_KEY))


def fingerprint(
    rules: Mapping[str, PageRules],
    since: dt.date | None,
    keep: frozenset[Label],
    templates: Mapping[str, Template] | None = None,
    *,
    reads_all: bool = False,
) -> str:
    """What a staged generation was made by: software, rules and hosts of every source, first day, labels, templates.

    And whether every page was read whole.
    """
    by = {name: [own.digest, *own.hosts] for name, own in sorted(rules.items())}
    learned = {host: template.digest for host, template in (templates or {}).items()}
    facts = [software(), by, since.isoformat() if since else None, listed(keep), learned, *["all"] * reads_all]
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def _staged_keep(blobs: BlobStore) -> frozenset[Label] | None:
    """The labels that what is staged keeps: who accepts it need not name them again. None where nothing is staged."""
    raw = get_or_none(blobs, STAGED_GENERATION_KEY)
    names = json.loads(raw).get("keep") if raw else None
    return frozenset(map(Label, names)) if names else None


def begin_staging(blobs: BlobStore, generation: str, made_by: str, keep: frozenset[Label]) -> None:
    """Go on with what is staged where the same rules and software staged it, else remove it and begin anew."""
    values = {"generation": generation, "fingerprint": made_by, "keep": listed(keep)}
    wanted = json.dumps(values).encode() + b"\n"
    if get_or_none(blobs, STAGED_GENERATION_KEY) != wanted:
        discard_staged(blobs)
        blobs.put_bytes(STAGED_GENERATION_KEY, wanted)


def discard_staged(blobs: BlobStore) -> None:
    """Remove the staged generation, its files first; the current one is never touched."""
    raw = get_or_none(blobs, STAGED_GENERATION_KEY)
    if raw is None:
        return
    generation = json.loads(raw)["generation"]
    if generation != generation_in(blobs):
        for folder in ("articles", "dropped"):
            for info in list(blobs.list(f"{folder}/{generation}/")):
                blobs.delete(info.key)
        blobs.delete(templates_key(generation))
    blobs.delete(STAGED_GENERATION_KEY)
