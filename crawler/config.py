"""Source files and the environment, read once at the start into frozen values; the only place that reads either."""

from __future__ import annotations

import datetime as dt
import difflib
import importlib.resources
import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.alarm_file import parse_alarms
from crawler.source_file import SourceError, parse_source
from crawler.urls import BadUrl, host_of, normalise_url

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from importlib.resources.abc import Traversable

    from crawler.alarm_file import AlarmSettings
    from crawler.sources import Source
    from pipelines.rules import PageRules

_PACKAGED = "crawler/sources"
_DEMO_SOURCES = Path(__file__).parent / "demo" / "sources"


class CatalogueErrors(Exception):  # noqa: N818 (it is several)
    """All that is wrong in the catalogue: `errors`, in the order of the files; one line each as text."""

    def __init__(self, errors: tuple[SourceError, ...]) -> None:
        super().__init__(errors)
        self.errors = errors

    def __str__(self) -> str:
        return "\n".join(map(str, self.errors))


class UnknownSource(LookupError):  # noqa: N818 (named for the thing, like BadUrl)
    """`id` is in no source file; `known` holds the ids that are."""

    def __init__(self, id: str, known: tuple[str, ...]) -> None:  # noqa: A002 (the word of the source file)
        super().__init__(id, known)
        self.id = id
        self.known = known

    def __str__(self) -> str:
        close = difflib.get_close_matches(self.id.lower(), self.known, n=1)
        guess = f"; did you mean {close[0]!r}?" if close else ""
        return f"no source is called {self.id!r}{guess} (known: {', '.join(self.known) or 'none'})"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The sources by id; iteration is in the order of the ids."""

    sources: tuple[Source, ...]

    def __iter__(self) -> Iterator[Source]:
        return iter(self.sources)

    def __len__(self) -> int:
        return len(self.sources)

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids, sorted."""
        return tuple(source.id for source in self.sources)

    def get(self, id: str) -> Source:  # noqa: A002
        """The source of this id. Raises UnknownSource."""
        for source in self.sources:
            if source.id == id:
                return source
        raise UnknownSource(id, self.ids)

    def for_host(self, host: str) -> Source | None:
        """The source that owns `host` (`host`, or `host:port` where the port is not the default); None for a stranger.

        Where several share a host, the first by id.
        """
        try:
            host = host_of(normalise_url(f"http://{host.removesuffix(':443')}"))
        except BadUrl:
            return None
        return next((source for source in self.sources if host in source.scope.hosts), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the environment says; None where it is silent. `store` is a folder or `s3://bucket/prefix`.

    `clock` is where the clock of the process begins, `alarms` the file that says who is told, `hosts` the folder in
    which the processes of this machine share the pauses of hosts.
    """

    store: str = "./data"
    sources: Path | None = None
    only_sources: Path | None = None
    spool: Path | None = None
    contact: str | None = None
    clock: dt.datetime | None = None
    alarms: Path | None = None
    hosts: Path | None = None


def read_environment(environ: Mapping[str, str] = os.environ) -> Settings:
    """The KAKEHASHI_* variables as Settings; an empty one counts as absent. Raises SourceError."""

    def path(name: str) -> Path | None:
        return Path(environ[name]) if environ.get(name) else None

    return Settings(
        store=environ.get("KAKEHASHI_STORE") or Settings().store,
        sources=path("KAKEHASHI_SOURCES"),
        only_sources=path("KAKEHASHI_ONLY_SOURCES"),
        spool=path("KAKEHASHI_SPOOL"),
        contact=environ.get("KAKEHASHI_CONTACT") or None,
        clock=_instant(environ.get("KAKEHASHI_CLOCK") or None),
        alarms=path("KAKEHASHI_ALARMS"),
        hosts=path("KAKEHASHI_HOSTS"),
    )


def load_alarms(path: Path | None, environ: Mapping[str, str] = os.environ) -> AlarmSettings | None:
    """Who is told of alarms, as the file at `path` says; None without one. Raises CatalogueErrors."""
    if path is None:
        return None
    try:
        return parse_alarms(_read_toml(str(path), path), file=str(path), environ=environ)
    except SourceError as error:
        raise CatalogueErrors((error, *error.more)) from None


def _instant(text: str | None) -> dt.datetime | None:
    if text is None:
        return None
    try:
        instant = dt.datetime.fromisoformat(text)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise SourceError("environment", "KAKEHASHI_CLOCK", "a time with its zone, such as 2026-11-21T09:30:00Z", text)
    return instant


def load_catalogue(*, sources_dir: Path | None = None, only_dir: Path | None = None) -> Catalogue:
    """The packaged sources with those of `sources_dir`, or those of `only_dir` alone.

    Raises CatalogueErrors with everything that is wrong in any file, before anything is fetched.
    """
    errors: list[SourceError] = []
    found: dict[str, tuple[str, Source]] = {}
    for label, file in _files(sources_dir, only_dir, errors):
        try:
            source = _read_source(label, file)
        except SourceError as error:
            errors += [error, *error.more]
            continue
        if source.id in found:
            errors.append(SourceError(label, "id", f"an id that {found[source.id][0]} has not", repr(source.id)))
        found.setdefault(source.id, (label, source))
    if errors:
        raise CatalogueErrors(tuple(errors))
    return Catalogue(tuple(found[id_][1] for id_ in sorted(found)))


def _files(
    sources_dir: Path | None, only_dir: Path | None, errors: list[SourceError]
) -> Iterable[tuple[str, Traversable]]:
    """Each source file with the name that errors give it."""
    if only_dir is not None:
        files = _toml_files(str(only_dir), only_dir, errors)
        if not files and not errors:
            errors.append(SourceError(str(only_dir), "", "a folder with source files (*.toml)", "none"))
        return files
    packaged = _toml_files(_PACKAGED, importlib.resources.files("crawler") / "sources", errors)
    own = _toml_files(str(sources_dir), sources_dir, errors) if sources_dir is not None else []
    return [*packaged, *own]


def _toml_files(label: str, folder: Traversable, errors: list[SourceError]) -> list[tuple[str, Traversable]]:
    try:
        files = [file for file in folder.iterdir() if file.name.endswith(".toml") and not file.name.startswith(".")]
    except OSError as error:
        errors.append(SourceError(label, "", "a folder that can be read", _reason(error)))
        return []
    return [(f"{label}/{file.name}", file) for file in sorted(files, key=lambda file: file.name)]


def _read_toml(label: str, file: Traversable) -> dict[str, object]:
    try:
        return tomllib.loads(file.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise SourceError(label, "", "a file that can be read", _reason(error)) from None
    except UnicodeDecodeError as error:
        got = f"byte 0x{error.object[error.start]:02x} at offset {error.start}"
        raise SourceError(label, "", "UTF-8 text", got) from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise SourceError(label, "", "TOML", str(error)) from None


def _read_source(label: str, file: Traversable) -> Source:
    data = _read_toml(label, file)
    source = parse_source(data, file=label)
    stem = file.name.removesuffix(".toml")
    if source.id != stem:
        raise SourceError(label, "id", f"the name of the file, {stem!r}", repr(source.id))
    return source


def _reason(error: OSError) -> str:
    return (error.strerror or "an error of the file system").lower()


def source_for(catalogue: Catalogue, url: str) -> Source | None:
    """The source that owns the host of a URL, None for a stranger's and for what is no URL."""
    try:
        return catalogue.for_host(host_of(normalise_url(url)))
    except BadUrl:
        return None


def rules_to_read_again(catalogue: Catalogue) -> dict[str, PageRules]:
    """How archived pages are read, by source: the catalogue's rules, and the demo's, which no catalogue lists.

    A store that `kakehashi demo` made is so read again as it was.
    """
    demo = load_catalogue(only_dir=_DEMO_SOURCES)
    return {source.id: source.page_rules() for source in (*demo, *catalogue)}
