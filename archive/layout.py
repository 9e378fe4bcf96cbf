"""The keys of a store: one place that knows them. Pure; the contract is in `docs/formats.md`."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from archive.dates import to_milliseconds

FIRST_GENERATION = "0001"
CURRENT_GENERATION_KEY = "articles/current.json"
STAGED_GENERATION_KEY = "articles/staged.json"
KEEP_KEY = "articles/keep.json"
_STEM = re.compile(r"(?P<prefix>[a-z0-9]+)-(?P<stamp>[0-9]{8}T[0-9]{9}Z)-(?P<serial>[0-9]{5,})-(?P<run>[A-Za-z0-9]+)")
OPEN_SUFFIX = ".open"
OWN_PREFIX = "kakehashi"
"""What the WARCs of our own crawls begin with; others have no articles of ours until somebody asks for them."""
IMPORT_PREFIX = "import"
"""What other people's WARCs begin with that were taken into a store; they have articles too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stem:
    """The name that a WARC shares with everything made from it: `kakehashi-<UTC ms>-<serial>-<run>`.

    `began_at` is kept in UTC and milliseconds. Raises `ValueError` for a part that such a name cannot hold.
    """

    began_at: dt.datetime
    serial: int
    run: str
    prefix: str = OWN_PREFIX

    def __post_init__(self) -> None:
        object.__setattr__(self, "began_at", to_milliseconds(self.began_at))
        if _STEM.fullmatch(str(self)) is None:
            raise ValueError(f"not a name for a WARC: {str(self)!r}")

    def __str__(self) -> str:
        stamp = self.began_at.strftime("%Y%m%dT%H%M%S") + f"{self.began_at.microsecond // 1000:03d}Z"
        return f"{self.prefix}-{stamp}-{self.serial:05d}-{self.run}"

    @property
    def month(self) -> str:
        """The folder by time: `2026/11`."""
        return self.began_at.strftime("%Y/%m")


def parse_stem(text: str) -> Stem | None:
    """The stem of a file name without its suffix, None when it is not one of ours."""
    match = _STEM.fullmatch(text)
    if match is None:
        return None
    try:
        began = dt.datetime.strptime(match["stamp"][:-1] + "000Z", "%Y%m%dT%H%M%S%fZ").replace(tzinfo=dt.UTC)
        return Stem(began_at=began, serial=int(match["serial"]), run=match["run"], prefix=match["prefix"])
    except ValueError:  # 13 months, 25 hours, the year 26
        return None


def stem_of_key(key: str) -> Stem | None:
    """The stem in a store key such as `warc/2026/11/<stem>.warc.gz`, None when it holds none."""
    return parse_stem(key.rsplit("/", 1)[-1].split(".", 1)[0])


STAGING_FOLDER = "state/import"
"""Where the files of an import grow, each run in a folder of its own."""


def is_imported(key: str) -> bool:
    """True for the key of a WARC that is somebody else's, or of what belongs to one."""
    stem = stem_of_key(key)
    return stem is not None and stem.prefix == IMPORT_PREFIX


def has_articles(stem: Stem) -> bool:
    """True for a WARC that articles are made of: our own and imported ones."""
    return stem.prefix in (OWN_PREFIX, IMPORT_PREFIX)


def warc_key(stem: Stem) -> str:
    """Where the WARC lies."""
    return f"warc/{stem.month}/{stem}.warc.gz"


def cdxj_key(stem: Stem) -> str:
    """Where the WARC's own index lies."""
    return f"cdxj/{stem}.cdxj"


def manifest_key(stem: Stem) -> str:
    """Where size and sha256 of the WARC are kept."""
    return f"manifest/{stem.month}/{stem}.json"


def name_of_warc(key: str) -> str | None:
    """What a WARC's key shares with the files that belong to it: `2026/11/<name>`; None when it is no WARC's key."""
    for suffix in (".warc.gz", ".warc"):
        if key.startswith("warc/") and key.endswith(suffix):
            return key.removeprefix("warc/").removesuffix(suffix)
    return None


def articles_key(stem: Stem, generation: str) -> str:
    """Where the articles made from the WARC lie."""
    return f"articles/{generation}/{stem.month}/{stem}.jsonl"


def dropped_key(stem: Stem, generation: str) -> str:
    """Where the pages of the WARC that gave no article are listed."""
    return f"dropped/{generation}/{stem.month}/{stem}.jsonl"


def text_key(stem: Stem) -> str:
    """Where the clean texts of the WARC's articles of the current generation lie, as `conversion` records."""
    return f"text/{stem.month}/{stem}.warc.gz"


def links_key(generation: str) -> str:
    """Where versions and duplicates over all articles are kept."""
    return f"links/{generation}/links.jsonl"


def link_memory_key(generation: str) -> str:
    """Where it is kept what the link stage knew when it ran last; it can be lost."""
    return f"state/linked/{generation}.bin"


def templates_key(generation: str) -> str:
    """Where the templates are kept that the generation's articles were read with."""
    return f"templates/{generation}.json"


RANGES_FOLDER = "state/dataset/"
"""Where the workers of a cluster leave what they gathered for a release, each export in a folder of its run's name."""


def run_key(run: str) -> str:
    """Where a run's ledger lies."""
    return f"runs/{run}.json"
