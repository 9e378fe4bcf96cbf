"""The strict reading of a source file. Pure: data in, Source or SourceError out.

What a file may hold stands once, in the tables at the end. A check is given a value, its dotted key and a report; it
hands back the value in our types, or tells the report what it expected. One reading finds all that is wrong in a file.
What a source is, once it has been read, is in `sources`; which files there are, and opening them, is `config`'s.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from typing import Any, get_args

from crawler.archives import normalise_template
from crawler.hours import read_hours, read_span
from crawler.source_values import (
    read_bool,
    read_date,
    read_host,
    read_language,
    read_pattern,
    read_url,
    read_zone,
)
from crawler.sources import Entry, EntryType, Politeness, Schedule, Scope, Source, SourceKind, TlsRule
from crawler.urls import host_of, shorten
from pipelines.rules import NoiseRule


class SourceError(Exception):
    """One thing that is wrong in a source file. `more` holds what else was found in the same file."""

    def __init__(self, file: str, key: str, expected: str, got: str) -> None:
        super().__init__(file, key, expected, got)
        self.file = file
        self.key = key
        self.expected = expected
        self.got = got
        self.more: tuple[SourceError, ...] = ()

    def __str__(self) -> str:
        where = f"{self.file}: {self.key}" if self.key else self.file
        line = f"{where}: expected {self.expected}, got {self.got}"
        return "".join(c if c.isprintable() else repr(c)[1:-1] for c in line)


def parse_source(data: Mapping[str, object], *, file: str) -> Source:
    """The Source that the parsed TOML of `file` describes.

    Raises SourceError for the first thing that is wrong, with the rest in its `more`.
    """
    report = _Report(file)
    source: Source | None = _SOURCE(data, "", report)
    if source is not None:
        _check_samples(source, report)
        _check_unverified(source, data, report)
    if report.errors:
        first, *rest = report.errors
        first.more = tuple(rest)
        raise first
    assert source is not None
    return source


class _Report:
    """What is wrong in one file, in the order in which it was found."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.errors: list[SourceError] = []

    def wrong(self, key: str, expected: str, got: str) -> None:
        self.errors.append(SourceError(self.file, key, expected, got))


_Check = Callable[[object, str, _Report], Any]


def _value(expected: str, read: Callable[[Any], object]) -> _Check:
    """The check of a plain value: `read` hands it back in our types, or raises ValueError, which may say why."""

    def check(value: object, key: str, report: _Report) -> object:
        try:
            return read(value)
        except (ValueError, TypeError) as error:
            why = f" ({error})" if isinstance(error, ValueError) and str(error) else ""
            report.wrong(key, expected, _shown(value) + why)
            return None

    return check


def _array(check_item: _Check, *, at_least: int = 1) -> _Check:
    """The check of an array; hands back a tuple, and tells of an item that stands there twice."""

    def check(value: object, key: str, report: _Report) -> object:
        if not isinstance(value, list | tuple) or len(value) < at_least:
            report.wrong(key, f"an array of {at_least} or more", _shown(value))
            return ()
        items = tuple(check_item(item, f"{key}[{index}]", report) for index, item in enumerate(value))
        for index, item in enumerate(items):
            if item is not None and item in items[:index]:
                report.wrong(f"{key}[{index}]", f"no duplicate of {key}[{items.index(item)}]", _shown(value[index]))
        return items

    return check


def _table(make: type, checks: Mapping[str, _Check]) -> _Check:
    """The check of a table with these keys; one is required unless `make`, a dataclass, has a default for it."""
    optional = {field.name for field in fields(make) if field.default is not MISSING}

    def check(value: object, key: str, report: _Report) -> object:
        if not isinstance(value, Mapping):
            report.wrong(key, "a table", _shown(value))
            return None
        found = len(report.errors)
        at = f"{key}." if key else ""
        for name in sorted(value.keys() - checks.keys()):
            report.wrong(f"{at}{name}", f"one of {', '.join(checks)}", "a key that means nothing here")
        for name in (name for name in checks if name not in value and name not in optional):
            report.wrong(f"{at}{name}", "a value", "nothing")
        read = {name: checks[name](value[name], f"{at}{name}", report) for name in checks if name in value}
        read.pop("schema", None)
        return make(**read) if len(report.errors) == found else None

    return check


def _shown(value: object) -> str:
    """`value` as an error names it: in the words of TOML, on one line, not too long."""
    if isinstance(value, list | tuple):
        return "an array" if value else "an empty array"
    if isinstance(value, Mapping):
        return "a table"
    return shorten(value) if isinstance(value, str) else str(value).lower()


def _matching(expected: str, pattern: str) -> _Check:
    def read(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise ValueError
        return value

    return _value(expected, read)


def _between(low: float, high: float, *types: type) -> _Check:
    def read(value: float) -> float:
        if type(value) not in types or not low <= value <= high:  # nan is in no range, and a bool is no number
            raise ValueError
        return value

    noun = "seconds" if float in types else "a whole number"
    return _value(str(low) if low == high else f"{noun} from {low} to {high}", read)


def _one_of(words: tuple[str, ...]) -> _Check:
    return _matching(" | ".join(words), "|".join(words))


def _check_entry(value: object, key: str, report: _Report) -> object:
    if isinstance(value, Mapping) and "max_pages" in value and value.get("type") in ("feed", "sitemap"):
        report.wrong(f"{key}.max_pages", "this key in a listing only", f"it in a {value['type']}")
    is_archive = isinstance(value, Mapping) and value.get("type") == "archive"
    return (_ARCHIVE if is_archive else _ENTRY)(value, key, report)


def _check_noise(value: object, key: str, report: _Report) -> object:
    rule: NoiseRule | None = _NOISE(value, key, report)
    if rule and rule.since and rule.until and rule.since > rule.until:
        report.wrong(f"{key}.until", f"a day not before {rule.since}", str(rule.until))
    return rule


def _check_samples(source: Source, report: _Report) -> None:
    """Each sample must be an article of this scope, and there must be one: a pattern that nothing tests is a hope."""
    scope = source.scope
    if not scope.samples:
        report.wrong("scope.samples", "the URL of an article that was seen", "nothing")
    for index, url in enumerate(scope.samples):
        if host_of(url) not in scope.hosts:
            problem = "its host is not in scope.hosts"
        elif scope.is_excluded(url):
            problem = "scope.exclude matches it"
        elif not scope.is_article(url):
            problem = "no scope.article pattern matches it"
        else:
            continue
        report.wrong(f"scope.samples[{index}]", "the URL of an article", f"{_shown(url)} ({problem})")


def _check_unverified(source: Source, data: Any, report: _Report) -> None:
    for index, key in enumerate(source.unverified):
        value = data
        try:
            for step in re.findall(r"[^.\[\]]+", key):
                value = value[step] if isinstance(value, Mapping) else value[int(step)]
        except (KeyError, IndexError, ValueError, TypeError):
            report.wrong(f"unverified[{index}]", "a dotted key of this file", _shown(key))


_BOOL = _value("true or false", read_bool)
_TEXT = _matching("a string", r"(?s)(?=.*\S).+")
_PATTERN = _value("a regular expression", read_pattern)
_URL = _value("an http(s) URL", read_url)
_DATE = _value("a date, such as 2026-11-21", read_date)
_ENTRY = _table(Entry, {"type": _one_of(get_args(EntryType)), "url": _URL, "max_pages": _between(1, 1000, int)})
_TEMPLATE = _value("an http(s) URL with {year} and {month}, and maybe {day}", normalise_template)
_ARCHIVE = _table(Entry, {"type": _one_of(("archive",)), "url": _TEMPLATE, "max_pages": _between(1, 1000, int)})
_NOISE = _table(
    NoiseRule,
    {"kind": _matching("a word of a-z and _", r"[a-z][a-z_]*"), "pattern": _PATTERN, "since": _DATE, "until": _DATE},
)
_SCOPE = _table(
    Scope,
    {
        "hosts": _array(_value("a host or host:port", read_host)),
        "article": _array(_PATTERN),
        "listing": _array(_PATTERN, at_least=0),
        "exclude": _array(_PATTERN, at_least=0),
        "samples": _array(_URL, at_least=0),
    },
)
_POLITENESS = _table(Politeness, {"delay": _between(0, 3600, int, float), "concurrency": _between(1, 16, int)})
_QUIET = _array(_value("hours of the day, such as 23:00-06:00", read_hours), at_least=0)
_SPAN = _value("a time from 10m to 7d, such as 30m, 6h or 1d", read_span)
_SCHEDULE = _table(Schedule, {"every": _SPAN, "quiet": _QUIET, "witness": _BOOL})
_SOURCE = _table(
    Source,
    {
        "schema": _between(1, 1, int),
        "id": _matching("an id of a-z, 0-9, - and _", r"[a-z0-9][a-z0-9_-]{0,63}"),
        "name": _TEXT,
        "name_en": _TEXT,
        "country": _matching("an ISO 3166-1 alpha-2 code, or '001'", r"[A-Z]{2}|001"),
        "languages": _array(_value("a BCP 47 tag, such as ja or uz-Cyrl", read_language)),
        "kind": _one_of(get_args(SourceKind)),
        "timezone": _value("an IANA time zone, such as Asia/Tashkent", read_zone),
        "entries": _array(_check_entry),
        "scope": _SCOPE,
        "rights": _TEXT,
        "contact": _TEXT,
        "unverified": _array(_TEXT, at_least=0),
        "politeness": _POLITENESS,
        "schedule": _SCHEDULE,
        "noise": _array(_check_noise, at_least=0),
        "tls": _one_of(get_args(TlsRule)),
        "http2": _BOOL,
        "requisites": _BOOL,
        "render": _BOOL,
    },
)
