"""A source file with every key, the Source that it describes, and the file with one value changed."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from typing import Any

from crawler.sources import Entry, Politeness, Schedule, Scope, Source
from pipelines.rules import NoiseRule

TOML = r"""
schema = 1
id = "x"
name = "Икс"
name_en = "X"
country = "KG"
languages = ["ky", "uz-Cyrl"]
kind = "state"
timezone = "Asia/Bishkek"
rights = "free"
contact = "desk@x.example"
tls = "record"
http2 = true
requisites = true
render = true
unverified = ["entries[1].url", "scope.article", "noise[0].pattern", "timezone"]
[[entries]]
type = "feed"
url = "https://X.example:443/feed/"
[[entries]]
type = "listing"
url = "https://x.example/tag/"
max_pages = 10
[scope]
hosts = ["X.example", "127.0.0.1:47801", "пример.рф"]
article = ['^/[a-z-]+/$']
listing = ['^/tag/']
exclude = ['^/about/']
samples = ["https://x.example/a-b/"]
[schedule]
every = "90m"
quiet = ["23:30-06:00"]
[politeness]
delay = 2
concurrency = 3
[[noise]]
kind = "ticker"
pattern = 'KGS.*'
since = 2024-01-01
until = 2025-01-01
"""

EXPECTED = Source(
    id="x",
    name="Икс",
    name_en="X",
    country="KG",
    languages=("ky", "uz-Cyrl"),
    kind="state",
    timezone="Asia/Bishkek",
    rights="free",
    contact="desk@x.example",
    tls="record",
    http2=True,
    requisites=True,
    render=True,
    unverified=("entries[1].url", "scope.article", "noise[0].pattern", "timezone"),
    entries=(
        Entry(type="feed", url="https://x.example/feed/"),
        Entry(type="listing", url="https://x.example/tag/", max_pages=10),
    ),
    scope=Scope(
        hosts=("x.example", "127.0.0.1:47801", "xn--e1afmkfd.xn--p1ai"),
        article=(re.compile("^/[a-z-]+/$"),),
        listing=(re.compile("^/tag/"),),
        exclude=(re.compile("^/about/"),),
        samples=("https://x.example/a-b/",),
    ),
    politeness=Politeness(delay=2, concurrency=3),
    schedule=Schedule(every=dt.timedelta(minutes=90), quiet=((dt.time(23, 30), dt.time(6)),)),
    noise=(
        NoiseRule(kind="ticker", pattern=re.compile("KGS.*"), since=dt.date(2024, 1, 1), until=dt.date(2025, 1, 1)),
    ),
)

ABSENT = object()


def changed(path: str, value: object) -> dict[str, Any]:
    """The data of TOML with one value set, or taken away."""
    data: Any = tomllib.loads(TOML)
    node = data
    *steps, last = [int(step) if step.isdecimal() else step for step in path.split("/")]
    for step in steps:
        node = node[step]
    if value is ABSENT:
        del node[last]
    else:
        node[last] = value
    return data
