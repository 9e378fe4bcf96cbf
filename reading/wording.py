"""How values are worded on the pages: dates, names of languages, sizes, kinds. Pure."""

from __future__ import annotations

import datetime as dt

_LANGUAGES = {
    "ar": "Arabic", "az": "Azerbaijani", "de": "German", "en": "English", "es": "Spanish", "fa": "Persian",
    "fr": "French", "it": "Italian", "ja": "Japanese", "kk": "Kazakh", "ko": "Korean", "ky": "Kyrgyz",
    "mn": "Mongolian", "pl": "Polish", "ru": "Russian", "tg": "Tajik", "tk": "Turkmen", "tr": "Turkish",
    "ug": "Uyghur", "uk": "Ukrainian", "uz": "Uzbek", "zh": "Chinese",
}  # fmt: skip
_SCRIPTS = {"Arab": "Arabic script", "Cyrl": "Cyrillic", "Hans": "simplified", "Hant": "traditional", "Latn": "Latin"}
_FROM_RIGHT = frozenset({"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})
KINDS = {
    "same_text": "the same text",
    "near": "nearly the same text",
    "syndicated": "from another publisher",
    "headline": "headline",
    "correction": "correction",
    "addition": "added",
    "removal": "removed",
    "retitled_url": "new address",
}
LABELS = {
    "core": "Core: Central Asia and Japan",
    "mention": "Mention: one side in passing",
    "sport": "Sport",
    "off": "Off topic",
}


def language_name(tag: str) -> str:
    """`Uzbek (Cyrillic)` for `uz-Cyrl`; the tag itself where it is not known."""
    language, _, script = tag.partition("-")
    name = _LANGUAGES.get(language)
    if name is None:
        return tag
    return f"{name} ({_SCRIPTS.get(script, script)})" if script else name


def direction(tag: str | None) -> str:
    """`rtl`, `ltr`, or `auto` where the language is not known."""
    if not tag:
        return "auto"
    language, _, script = tag.partition("-")
    return "rtl" if language in _FROM_RIGHT or script == "Arab" else "ltr"


def day_name(text: str | None) -> str:
    """`28 August 2025` for a date or a time; empty for none, what stands there where it is neither."""
    if not text:
        return ""
    try:
        day = dt.date.fromisoformat(text[:10])
    except ValueError:
        return text
    return f"{day.day} {day:%B} {day.year}"


def moment_name(text: str | None) -> str:
    """`28 August 2025, 17:20 (+05:00)`; UTC is named."""
    if not text or len(text) <= 10:
        return day_name(text)
    try:
        when = dt.datetime.fromisoformat(text)
    except ValueError:
        return text
    offset = when.utcoffset()
    zone = "" if offset is None else f" ({text[-6:]})" if offset else " UTC"
    return f"{day_name(text)}, {when:%H:%M}{zone}"


def month_name(month: str) -> str:
    """`November 2026` for `2026-11`."""
    return f"{dt.date.fromisoformat(month + '-01'):%B} {month[:4]}"


def timestamp_of(moment: str | None) -> str:
    """The 14 digits under which a player has a capture of this moment (RFC 3339, UTC)."""
    return "".join(sign for sign in (moment or "") if sign.isdigit())[:14]


def count(number: int) -> str:
    """A number with its thousands apart, by a thin space."""
    return f"{number:,}".replace(",", "\u202f")
