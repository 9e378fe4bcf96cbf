"""The ledger of an import: what became of each file and each page, and the sums. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from archive.faults import Kind
from pipelines.imported_pages import what_is

if TYPE_CHECKING:
    from collections.abc import Mapping

    from archive.faults import Fault
    from archive.intake import Original, Taken
    from pipelines.page_job import Derived

_LISTED = 1000


@dataclass(slots=True)
class PageCounts:
    """The pages of one source in an import: each was kept, dropped for a reason, or failed with a cause."""

    announced: int = 0
    kept: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    labels: Counter[str] = field(default_factory=Counter)
    failures: list[dict[str, str]] = field(default_factory=list)
    problems: list[dict[str, str]] = field(default_factory=list)

    def settle(self, derived: Derived) -> None:
        """Count a page and what it gave."""
        self.announced += 1
        if derived.kind == "article":
            self.kept += 1
            self.labels[derived.reason] += 1
        elif derived.kind == "dropped":
            self.dropped[derived.reason] += 1
        else:
            self.failed[derived.reason] += 1
            if len(self.failures) < _LISTED:
                failure = {"url": derived.job.url, "cause": derived.reason, "detail": derived.detail}
                self.failures.append(failure)

    def add(self, others: PageCounts) -> None:
        """Count what others counted as well."""
        self.announced += others.announced
        self.kept += others.kept
        self.dropped += others.dropped
        self.failed += others.failed
        self.labels += others.labels
        self.failures = [*self.failures, *others.failures][:_LISTED]
        self.problems += others.problems

    def packed(self) -> dict[str, Any]:
        """What `add` takes in, as JSON values."""
        counters = {name: dict(getattr(self, name)) for name in ("dropped", "failed", "labels")}
        counts = {"announced": self.announced, "kept": self.kept}
        return {**counts, **counters, "failures": self.failures, "problems": self.problems}

    @classmethod
    def unpacked(cls, values: Mapping[str, Any]) -> PageCounts:
        """Made from JSON values. Raises `KeyError` or `TypeError` for others than those of `packed`."""
        return cls(
            announced=values["announced"],
            kept=values["kept"],
            dropped=Counter(values["dropped"]),
            failed=Counter(values["failed"]),
            labels=Counter(values["labels"]),
            failures=values["failures"],
            problems=values["problems"],
        )

    @property
    def adds_up(self) -> bool:
        """True when every page has exactly one fate."""
        return self.announced == self.kept + self.dropped.total() + self.failed.total()

    def as_json(self) -> dict[str, Any]:
        """The counts as plain JSON values, with the names that every ledger has."""
        return {
            "announced": self.announced,
            "kept": self.kept,
            "unchanged": 0,
            "dropped": dict(sorted(self.dropped.items())),
            "failed": dict(sorted(self.failed.items())),
            "deferred": 0,
            "labels": dict(sorted(self.labels.items())),
            "refused": {},
            "requests": 0,
            "fetched": 0,
            "bytes": 0,
            "failures": self.failures,
            "problems": self.problems,
            "adds_up": self.adds_up,
        }


@dataclass(slots=True)
class ImportLedger:
    """All that an import says at its end: `files` in their order, pages by source (`-` for hosts of none).

    `read` is what was read elsewhere for it, None where nothing was. `revisits` have the WARC, the URL and the payload
    digest of each, to look for their originals at the end.
    """

    files: list[dict[str, Any]] = field(default_factory=list)
    sources: dict[str, PageCounts] = field(default_factory=dict)
    captures: Counter[str] = field(default_factory=Counter)
    warcs: list[str] = field(default_factory=list)
    lost_revisits: list[dict[str, str]] = field(default_factory=list)
    lost_revisits_total: int = 0
    bytes: int = 0
    revisits: list[tuple[str, str, str | None]] = field(default_factory=list)
    read: dict[str, Any] | None = None

    def refuse(self, name: str, problem: str) -> None:
        """Note a file of which nothing was taken in."""
        self.files.append({"name": name, "state": "refused", "problem": problem})

    def note(self, entry: dict[str, Any]) -> None:
        """Note a file of which there is nothing to count; `entry` has its name and state."""
        self.files.append(entry)

    def known_already(self, original: Original, key: str) -> None:
        """Note a file that is in the store already, under this key."""
        facts = {"name": original.name, "size": original.size, "sha256": original.sha256}
        self.files.append({**facts, "state": "known", "warc": key})

    def imported(self, original: Original, taken: Taken, origin: str, pages: Mapping[str, PageCounts]) -> None:
        """Note a file whose WARC is in the store, with what its pages gave."""
        kinds = Counter(what_is(seen) for seen in taken.warc.captures.values())
        self.captures += kinds
        seen_again = (seen for seen in taken.warc.captures.values() if seen.kind == "revisit")
        self.revisits += [(taken.warc.key, seen.url, seen.payload_digest) for seen in seen_again]
        self.warcs.append(taken.warc.key)
        self.bytes += original.size
        for source, counts in pages.items():
            self.sources.setdefault(source, PageCounts()).add(counts)
        self.files.append(
            {
                **taken.manifest_facts(original, origin),
                "state": "imported",
                "warc": taken.warc.key,
                "records": dict(sorted(taken.kinds.items())),
                "captures": dict(sorted(kinds.items())),
                "damaged": any(map(is_damage, taken.faults)),
                "faults": [f"{fault.kind}: at byte {fault.offset}: {fault.problem}" for fault in taken.faults][
                    :_LISTED
                ],
                "faults_total": len(taken.faults),
            }
        )

    def merge(self, part: ImportLedger) -> None:
        """Take in what another ledger says of other files."""
        self.files += part.files
        for source, counts in part.sources.items():
            self.sources.setdefault(source, PageCounts()).add(counts)
        self.captures += part.captures
        self.warcs += part.warcs
        self.bytes += part.bytes
        self.revisits += part.revisits

    def packed(self) -> dict[str, Any]:
        """What `merge` takes in, as JSON values."""
        return {
            "files": self.files,
            "sources": {name: counts.packed() for name, counts in self.sources.items()},
            "captures": dict(self.captures),
            "warcs": self.warcs,
            "bytes": self.bytes,
            "revisits": self.revisits,
        }

    @classmethod
    def unpacked(cls, values: Mapping[str, Any]) -> ImportLedger:
        """Made from JSON values. Raises `KeyError` or `TypeError` for others than those of `packed`."""
        return cls(
            files=values["files"],
            sources={name: PageCounts.unpacked(counts) for name, counts in values["sources"].items()},
            captures=Counter(values["captures"]),
            warcs=values["warcs"],
            bytes=values["bytes"],
            revisits=[(warc, url, digest) for warc, url, digest in values["revisits"]],
        )

    def lost_revisit(self, warc: str, url: str) -> None:
        """Note a revisit whose original is nowhere in the store."""
        self.lost_revisits_total += 1
        if len(self.lost_revisits) < _LISTED:
            self.lost_revisits.append({"warc": warc, "url": url})

    @property
    def has_failed(self) -> bool:
        """True when a file was refused or damaged, or a page failed."""
        is_wrong = any(file["state"] == "refused" or file.get("damaged") for file in self.files)
        return is_wrong or any(counts.failed for counts in self.sources.values())

    def as_json(self) -> dict[str, Any]:
        """What the run's ledger says beside who, when and where."""
        pages = sum(counts.announced for counts in self.sources.values())
        return {
            "warcs": self.warcs,
            "bytes": self.bytes,
            "files": self.files,
            **({"read": self.read} if self.read is not None else {}),
            "captures": dict(sorted(self.captures.items())),
            "revisits_without_original": {"total": self.lost_revisits_total, "listed": self.lost_revisits},
            "sources": {name: counts.as_json() for name, counts in sorted(self.sources.items())},
            "adds_up": pages == self.captures["page"] and all(counts.adds_up for counts in self.sources.values()),
        }


def is_damage(fault: Fault) -> bool:
    """True for bytes that are not what was written: a torn or unreadable record, a block against its digest.

    A payload digest alone is wrong in the files of many tools, which take it over other bytes.
    """
    return fault.kind is Kind.DAMAGED or (fault.kind is Kind.DIGEST and "block digest" in fault.problem)
