"""Common Crawl's CC-NEWS as it lies on its server: a list of WARCs for each month, a day in each file's name. Pure."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from archive.coding import UndecodableError, decode_content
from archive.uri import target_uri

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from crawler.sources import Source

FIRST_MONTH = dt.date(2016, 8, 1)
"""The first month that there is."""
_MAX_LIST = 64 * 1024 * 1024
_NAME = re.compile(r"crawl-data/CC-NEWS/\d{4}/\d{2}/CC-NEWS-(\d{8})\d{6}-\d+\.warc\.gz")
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}


class NoListError(ValueError):
    """What was to be the list of a month is none; the message says what came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsFile:
    """A WARC of CC-NEWS: its path on the server, and the day on which it was begun (UTC)."""

    path: str
    day: dt.date


def months(since: dt.date, until: dt.date) -> list[dt.date]:
    """The first days of the months from a day to a day, newest first."""
    first, found = since.replace(day=1), []
    month = until.replace(day=1)
    while month >= first:
        found.append(month)
        month = (month - dt.timedelta(days=1)).replace(day=1)
    return found


def list_url(base: str, month: dt.date) -> str:
    """Where the list of a month's files lies."""
    return f"{base}/crawl-data/CC-NEWS/{month:%Y/%m}/warc.paths.gz"


def read_list(body: bytes) -> tuple[list[NewsFile], int]:
    """The files of a month, newest first, and how many lines name none. Raises `NoListError`."""
    if not body:
        raise NoListError("expected a list of files, compressed by gzip, got nothing")
    try:
        text = decode_content(body, ("gzip",), limit=_MAX_LIST, must_be_whole=True).decode("utf-8", "replace")
    except UndecodableError as error:
        raise NoListError(f"expected a list of files, compressed by gzip, got {body[:40]!r} ({error})") from None
    files: dict[str, NewsFile] = {}
    odd = 0
    for line in filter(None, map(str.strip, text.splitlines())):
        try:
            files[line] = _file(line)
        except ValueError:
            odd += 1
    return sorted(files.values(), key=lambda item: item.path.rsplit("/", 1)[-1], reverse=True), odd


def _file(path: str) -> NewsFile:
    match = _NAME.fullmatch(path)
    if match is None:
        raise ValueError(path)
    return NewsFile(path=path, day=dt.datetime.strptime(match[1], "%Y%m%d").replace(tzinfo=dt.UTC).date())


def in_range(files: Iterable[NewsFile], since: dt.date, until: dt.date) -> Iterator[NewsFile]:
    """The files that were begun from a day to a day, both included."""
    return (file for file in files if since <= file.day <= until)


def wants_hosts(sources: Iterable[Source]) -> Callable[[Mapping[str, str]], bool]:
    """Whether a record, given its WARC fields by their names in lower case, is of a host of one of the sources."""
    hosts = hosts_of(sources)

    def wants(fields: Mapping[str, str]) -> bool:
        try:
            parts = urlsplit(target_uri(fields.get("warc-target-uri", "").strip("<>")))
        except ValueError:
            return False
        host = parts.netloc.rsplit("@", 1)[-1].lower().removesuffix(_DEFAULT_PORTS.get(parts.scheme.lower(), ":"))
        return host in hosts

    return wants


def hosts_of(sources: Iterable[Source]) -> frozenset[str]:
    """The hosts of all these sources."""
    return frozenset(host for source in sources for host in source.scope.hosts)
