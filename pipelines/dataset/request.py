"""What somebody wants of a release. Values; pure."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipelines.dataset.errors import NotWanted
from pipelines.selection import Selection

if TYPE_CHECKING:
    from collections.abc import Callable

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,94}[A-Za-z0-9])?")


class Edition(enum.StrEnum):
    """Full: with the texts. Pointers: no word of a text or title, but the way to each of them."""

    FULL = "full"
    POINTERS = "pointers"


class Dedup(enum.StrEnum):
    """Which of the articles with one text stay: all, one of those that are equal, one of those that are alike."""

    NONE = "none"
    EXACT = "exact"
    NEAR = "near"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cutoffs:
    """The first day of validation and of test, ISO; None where there is no such split."""

    validation: str | None = None
    test: str | None = None

    def split_of(self, day: str) -> str:
        """`train`, `validation` or `test` for an ISO day; an unknown day is of the oldest."""
        if self.test is not None and day >= self.test:
            return "test"
        return "validation" if self.validation is not None and day >= self.validation else "train"

    def as_json(self) -> dict[str, str | None]:
        """As a manifest has them."""
        return {"validation_since": self.validation, "test_since": self.test}


@dataclass(frozen=True, slots=True, kw_only=True)
class Former:
    """An earlier release: where its manifest lies, the sha256 of that file, and what it says."""

    location: str
    sha256: str
    manifest: dict[str, Any]

    @property
    def cutoffs(self) -> Cutoffs:
        """Its splits, so that a later release keeps to them."""
        splits = self.manifest["splits"]
        return Cutoffs(validation=splits["validation_since"], test=splits["test_since"])

    def as_json(self) -> dict[str, str]:
        """How a later manifest names it."""
        return {"name": self.manifest["name"], "sha256": self.sha256}


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A release as it is wanted.

    `forbids(body, agent, url)` says whether a robots.txt keeps an agent from a URL. `previous` is the release before,
    for the chain; `delta_from` the one whose unchanged rows are left out.
    """

    name: str
    selection: Selection = field(default_factory=Selection)
    dedup: Dedup = Dedup.NONE
    edition: Edition = Edition.FULL
    respects_reservations: bool = False
    with_warc: bool = False
    previous: Former | None = None
    delta_from: Former | None = None
    forbids: Callable[[bytes, str, str], bool] = field(default=lambda _body, _agent, _url: False, compare=False)

    def options(self) -> dict[str, Any]:
        """The options as a manifest has them."""
        names = ("since", "until", "source", "label", "language")
        wanted = {name: getattr(self.selection, name) for name in names}
        return {
            **{name: None if value is None else str(value) for name, value in wanted.items()},
            "dedup": self.dedup.value,
            "respect_reservations": self.respects_reservations,
            "with_warc": self.with_warc,
        }


def check_name(name: str) -> str:
    """The name itself. Raises `NotWanted` for one that no dataset can have."""
    if _NAME.fullmatch(name) is None or ".." in name or "--" in name:
        raise NotWanted(
            f"{name!r} is no name for a dataset: expected up to 96 letters and digits, with '.', '-' and '_' within"
        )
    return name
