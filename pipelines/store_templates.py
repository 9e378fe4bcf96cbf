"""The templates of a store: learned over its pages by `process`, kept beside the generation whose articles they read.

`templates/<generation>.json` is derived like the articles: the pages that it was learned from are in the WARCs. It
never changes while its generation is current, so that what was made with it can be made again.
"""

from __future__ import annotations

import collections
import json
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from archive.capture import Location
from archive.errors import ArchiveError, BlobNotFound
from archive.layout import articles_key, dropped_key, templates_key
from archive.reader import read_capture
from pipelines.article import Reason
from pipelines.mementos import address_in, as_original
from pipelines.rules import NO_RULES, PageRules
from pipelines.template import LEAST_PAGES, MOST_PAGES, Template, host_of, learn, template_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from archive.blobs import BlobStore
    from archive.layout import Stem
    from pipelines.capture_workers import CaptureWorkers

_OF_AN_ARTICLE = frozenset({Reason.OFF_TOPIC.value, Reason.SPORT.value})
_GROWN = 2  # a template is learned again when its host has so many times the pages that it was learned from
_WINDOW_PER_WORKER = 8
Templates = dict[str, Template]


@dataclass(frozen=True, slots=True)
class _PageAt:
    url: str
    location: Location
    is_memento: bool


def read_templates(blobs: BlobStore, generation: str) -> Templates:
    """The templates that a generation's articles are read with, by host; none where none were learned.

    Raises `ValueError`, `KeyError` or `TypeError` for a damaged file.
    """
    try:
        raw = blobs.get(templates_key(generation))
    except BlobNotFound:
        return {}
    return parse_templates(raw)


def parse_templates(raw: bytes) -> Templates:
    """The templates in what `format_templates` gave. Raises `ValueError`, `KeyError` or `TypeError` for other bytes."""
    hosts: dict[str, Any] = json.loads(raw)["hosts"]
    return {host: template_of(item["pages"], item["lines"]) for host, item in hosts.items()}


def known_templates(blobs: BlobStore, generation: str) -> Templates:
    """As `read_templates`, and none where the file is damaged, of which `verify` tells."""
    try:
        return read_templates(blobs, generation)
    except (ValueError, KeyError, TypeError, AttributeError):
        return {}


def format_templates(templates: Mapping[str, Template]) -> bytes:
    """The file of a generation's templates."""
    hosts = {
        host: {"pages": template.pages, "digest": template.digest, "lines": sorted(template.lines)}
        for host, template in sorted(templates.items())
    }
    return json.dumps({"hosts": hosts}, ensure_ascii=False, indent=0).encode() + b"\n"


def with_templates(rules: Mapping[str, PageRules], templates: Mapping[str, Template]) -> dict[str, PageRules]:
    """The rules of every source with the templates, and under the empty name those of pages without a source."""
    if not templates:
        return dict(rules)
    every = {"": NO_RULES, **rules}
    return {name: replace(own, templates=templates) for name, own in every.items()}


def in_force(blobs: BlobStore, generation: str, rules: Mapping[str, PageRules]) -> dict[str, PageRules]:
    """The rules that the workers of a store read pages of this generation with."""
    return with_templates(rules, known_templates(blobs, generation))


def learn_store(
    blobs: BlobStore,
    stems: Sequence[Stem],
    generation: str,
    workers: CaptureWorkers,
    shown: Mapping[tuple[str, int], frozenset[str]] | None = None,
) -> tuple[Templates, frozenset[str]]:
    """The templates of a store's hosts, and for which of them these are news.

    Learned from the first sixty pages of each host that an article was made of, or would be but for the topic. One in
    force stays until its host has twice the pages: else every crawl would make all articles of a host anew. `shown` are
    the keys of lines that are known already, by WARC and offset; the other pages are parsed for them.
    """
    former = known_templates(blobs, generation)
    pages = pages_by_host(blobs, stems, generation)
    found: Templates = {}
    for host, places in sorted(pages.items()):
        known = former.get(host)
        if known is not None and len(places) < min(known.pages * _GROWN, MOST_PAGES):
            found[host] = known
        elif len(places) >= LEAST_PAGES and (template := learn(_keys(blobs, places, workers, shown or {}))) is not None:
            found[host] = template
    news = frozenset(host for host, template in found.items() if former.get(host) != template)
    return found, news


def shows_template(reason: str | None) -> bool:
    """Whether a template is learned from a page that was dropped for this reason, or from an article (None)."""
    return reason is None or reason in _OF_AN_ARTICLE


def pages_by_host(blobs: BlobStore, stems: Iterable[Stem], generation: str) -> dict[str, list[_PageAt]]:
    """The first sixty pages of each host that may show its template; every line of the generation is read for it."""
    found: dict[str, list[_PageAt]] = collections.defaultdict(list)
    for stem in stems:
        for key in (articles_key(stem, generation), dropped_key(stem, generation)):
            for page in _pages_in(blobs, key):
                if len(found[host_of(page.url)]) < MOST_PAGES:
                    found[host_of(page.url)].append(page)
    return found


def _pages_in(blobs: BlobStore, key: str) -> Iterator[_PageAt]:
    try:
        file = blobs.open(key)
    except BlobNotFound:
        return
    with file:
        for line in file:
            item = json.loads(line)
            place = item["provenance"]
            if shows_template(item.get("reason")) and place["warc"] is not None:
                location = Location(warc=place["warc"], offset=place["offset"] or 0, length=place["length"] or 0)
                is_memento = address_in(place.get("origin")) is not None
                yield _PageAt(url=item["url"], location=location, is_memento=is_memento)


def _keys(
    blobs: BlobStore,
    places: Sequence[_PageAt],
    workers: CaptureWorkers,
    shown: Mapping[tuple[str, int], frozenset[str]],
) -> Iterator[frozenset[str]]:
    """What each page shows, in order; a record that cannot be read shows nothing."""
    window: collections.deque[Future[frozenset[str]]] = collections.deque()
    for place in places:
        location = place.location
        if (location.warc, location.offset) in shown:
            window.append(_done(shown[location.warc, location.offset]))
            continue
        try:
            raw = blobs.get_range(location.warc, location.offset, location.length)
            capture = read_capture(raw, location)
            window.append(workers.keys(as_original(capture) if place.is_memento else capture))
        except (ArchiveError, ValueError):
            continue
        if len(window) > workers.processes * _WINDOW_PER_WORKER:
            yield window.popleft().result()
    while window:
        yield window.popleft().result()


def _done(keys: frozenset[str]) -> Future[frozenset[str]]:
    future: Future[frozenset[str]] = Future()
    future.set_result(keys)
    return future
