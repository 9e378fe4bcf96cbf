"""What a site says of itself: its country, its time zone, whose affairs a link names. Guesses with reasons. Pure.

The time zone follows from the offsets that the site writes behind its times, where its country has such a zone; else
from the country alone. Each guess comes with a word on what it rests on, for the person who checks it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pipelines.scanner import Scanner
from pipelines.terms_both import FORMATS, TRAPS
from pipelines.terms_ca import CENTRAL_ASIA
from pipelines.terms_jp import JAPAN

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_ZONES = {
    "JP": ("Asia/Tokyo",),
    "KZ": ("Asia/Almaty",),
    "UZ": ("Asia/Tashkent",),
    "KG": ("Asia/Bishkek",),
    "TJ": ("Asia/Dushanbe",),
    "TM": ("Asia/Ashgabat",),
    "AZ": ("Asia/Baku",),
    "RU": ("Europe/Moscow",),
    "CN": ("Asia/Shanghai",),
    "KR": ("Asia/Seoul",),
    "TR": ("Europe/Istanbul",),
    "GB": ("Europe/London",),
    "CZ": ("Europe/Prague",),
    "DE": ("Europe/Berlin",),
    "US": ("America/New_York", "America/Chicago", "America/Los_Angeles"),
}
_BY_LANGUAGE = {"ja": "JP", "kk": "KZ", "uz": "UZ", "ky": "KG", "tg": "TJ", "tk": "TM"}
_TLD_COUNTRY = {"uk": "GB", "gov": "US", "mil": "US"}
_OFFSET = re.compile(rb"\d\d:\d\d(?::\d\d(?:\.\d+)?)?\s?([+-])(\d\d):?(\d\d)\b")
_SIDES = Scanner((*TRAPS, *FORMATS, *CENTRAL_ASIA, *JAPAN))
_SHORT_NAMES = re.compile(r"(?:\A|[^a-z])(?:jp|japonia|yaponiya|yaponija|yaponia|nihon|nippon|jpn)(?:\Z|[^a-z])")


def names_our_region(text: str) -> bool:
    """True when `text` names Japan, Central Asia, or one of its countries or cities, in any of our languages."""
    if any(match.term.side in {"jp", "ca", "region", "format"} for match in _SIDES.find(text, "mul")):
        return True
    return _SHORT_NAMES.search(text.lower()) is not None


def offsets_in(document: bytes) -> Counter[dt.timedelta]:
    """How often each offset from UTC stands behind a time in a document."""
    found: Counter[dt.timedelta] = Counter()
    for sign, hours, minutes in _OFFSET.findall(document):
        size = dt.timedelta(hours=int(hours), minutes=int(minutes))
        if size <= dt.timedelta(hours=14):
            found[-size if sign == b"-" else size] += 1
    return found


def guess_country(host: str, languages: Sequence[str]) -> tuple[str, str]:
    """An ISO 3166-1 code, or `001` for none, and what it rests on."""
    tld = host.partition(":")[0].rpartition(".")[2]
    code = _TLD_COUNTRY.get(tld, tld.upper())
    if code in _ZONES:
        return code, f"the ending .{tld} of its host"
    for language in languages:
        country = _BY_LANGUAGE.get(language.partition("-")[0])
        if country:
            return country, f"its language, {language}"
    return "001", "nothing that it says"


def guess_zone(country: str, offsets: Counter[dt.timedelta], day: dt.datetime) -> tuple[str, str]:
    """An IANA zone and what it rests on; `day` is when the site was seen, since countries change their offsets."""
    zones = _ZONES.get(country, ())
    given = [(offset, count) for offset, count in offsets.most_common() if offset]
    for offset, _ in given[:2]:
        fitting = [zone for zone in (*zones, *_every_zone(country)) if ZoneInfo(zone).utcoffset(day) == offset]
        if fitting:
            where = f"the {_shown(offset)} behind its times"
            return fitting[0], f"{where} and its country" if fitting[0] in zones else where
    return (zones[0], "its country alone") if zones else ("UTC", "nothing that it says")


def _every_zone(country: str) -> Iterable[str]:
    """The zones of other countries, asked only where the country is not known."""
    return () if country in _ZONES else [zone for zones in _ZONES.values() for zone in zones]


def _shown(offset: dt.timedelta) -> str:
    minutes = round(offset.total_seconds() / 60)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
