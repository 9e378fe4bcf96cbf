"""The health of every source in the text format of Prometheus (exposition format 0.0.4). Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from crawler.past import Past

_Sample = tuple[dict[str, str], float]
_FATES = ("kept", "unchanged", "dropped", "failed", "deferred")


def exposition(pasts: Iterable[Past]) -> str:
    """The metrics of the sources; each ends with a newline, as the format wants it."""
    known = [past for past in pasts if past.looks]
    return "".join(_family(name, help_text, samples(known)) for name, help_text, samples in _FAMILIES)


def _family(name: str, help_text: str, samples: Iterable[_Sample]) -> str:
    lines = [f"# HELP kakehashi_{name} {help_text}", f"# TYPE kakehashi_{name} gauge"]
    for labels, value in samples:
        named = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
        lines.append(f"kakehashi_{name}{{{named}}} {value!r}")
    return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def _of_last(count: str) -> Callable[[list[Past]], Iterator[_Sample]]:
    def samples(pasts: list[Past]) -> Iterator[_Sample]:
        for past in pasts:
            yield {"source": past.source}, past.looks[-1].counts[count]

    return samples


def _fates(pasts: list[Past]) -> Iterator[_Sample]:
    for past in pasts:
        for fate in _FATES:
            yield {"source": past.source, "fate": fate}, past.looks[-1].counts[fate]


def _times(pasts: list[Past]) -> Iterator[_Sample]:
    for past in pasts:
        yield {"source": past.source}, past.looks[-1].at.timestamp()


def _new_times(pasts: list[Past]) -> Iterator[_Sample]:
    for past in pasts:
        found = [look.at for look in past.looks if look.counts["new"]]
        if found:
            yield {"source": past.source}, found[-1].timestamp()


def _seconds(pasts: list[Past]) -> Iterator[_Sample]:
    for past in pasts:
        yield {"source": past.source}, past.looks[-1].seconds


def _holes(pasts: list[Past]) -> Iterator[_Sample]:
    for past in pasts:
        yield {"source": past.source}, len(past.holes)


def _incidents(pasts: list[Past]) -> Iterator[_Sample]:
    for past in pasts:
        kinds = [item.kind for item in past.incidents.values() if item.is_told]
        for kind in sorted(set(kinds)):
            yield {"source": past.source, "kind": kind}, kinds.count(kind)


_FAMILIES = (
    ("last_look_timestamp_seconds", "When the source was last looked at.", _times),
    ("last_new_article_timestamp_seconds", "When the source last had a new article.", _new_times),
    ("look_seconds", "How long the last look took.", _seconds),
    ("look_pages", "Pages of the last look by what became of them.", _fates),
    ("look_announced", "Pages that the last look saw announced.", _of_last("announced")),
    ("look_new", "Pages of the last look that were new.", _of_last("new")),
    ("look_requests", "Requests of the last look.", _of_last("requests")),
    ("look_not_modified", "Requests of the last look that were answered with 304.", _of_last("not_modified")),
    ("look_bytes", "Bytes of the answers of the last look.", _of_last("bytes")),
    ("holes", "Announced pages that could not be had yet.", _holes),
    ("incidents", "Incidents that are going on, by kind.", _incidents),
)
