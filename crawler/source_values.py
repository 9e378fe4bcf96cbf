"""How the plain values of a source file are read: what stands in TOML, in our types. Pure.

`source_file` tells of what is refused here, with its key.
"""

from __future__ import annotations

import datetime as dt
import re
import warnings
from zoneinfo import ZoneInfo

from crawler.urls import BadUrl, host_of, normalise_url

_COUNTRIES = {"jp": "Japanese is ja", "kg": "Kyrgyz is ky", "kz": "Kazakh is kk", "tj": "Tajik is tg"}


def read_language(value: str) -> str:
    """A BCP 47 tag as it is. Raises ValueError, which says why where it is a country, or TypeError for no text."""
    if value in _COUNTRIES:
        raise ValueError(_COUNTRIES[value])
    if not re.fullmatch(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?", value):
        raise ValueError
    return value


def read_pattern(value: str) -> re.Pattern[str]:
    """A regular expression, compiled. Raises ValueError, which says why, and TypeError for what is no text."""
    if not isinstance(value, str) or not value:
        raise TypeError
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # a set that may change its meaning is a mistake too
            return re.compile(value)
    except (re.error, OverflowError, RecursionError, Warning) as error:
        raise ValueError(" ".join(str(error).split())) from error


def read_zone(value: str) -> str:
    """An IANA time zone by its name. Raises ValueError, and TypeError for what is no text."""
    # ZoneInfo also opens "localtime" and "right/...", which differ from machine to machine.
    if not re.fullmatch(r"UTC|[A-Z]\w+(/[\w+-]+)+", value):
        raise ValueError
    try:
        return ZoneInfo(value).key
    except (KeyError, OSError):
        raise ValueError from None


def read_url(value: str) -> str:
    """An http(s) URL, normalised. Raises ValueError, which says why, and TypeError for what is no text."""
    if not isinstance(value, str):
        raise TypeError
    try:
        return normalise_url(value)
    except BadUrl as error:
        raise ValueError(error.problem) from None


def read_host(value: str) -> str:
    """A host or host:port as URLs have it. Raises ValueError, and TypeError for what is no text."""
    if set(value) & set("/?#@\\ "):
        raise ValueError
    return host_of(read_url(f"http://{value}"))


def read_bool(value: bool) -> bool:
    """True or false. Raises TypeError for anything else."""
    if not isinstance(value, bool):
        raise TypeError
    return value


def read_date(value: dt.date) -> dt.date:
    """A day. Raises TypeError for anything else, also for a moment."""
    if not isinstance(value, dt.date) or isinstance(value, dt.datetime):
        raise TypeError
    return value
