"""A source file as a survey proposes it: values, and the TOML that a person then reads. Pure."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crawler.sources import EntryType, SourceKind

_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_SECOND_LEVEL = frozenset({"ac", "co", "com", "edu", "go", "gov", "ne", "net", "or", "org"})


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftEntry:
    """An entry with what was seen of it, in words. One that is not `used` is written as a comment."""

    type: EntryType
    url: str
    note: str
    max_pages: int | None = None
    used: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a survey found out. `notes` say by key what a guess rests on; `unverified` are the keys that are guesses."""

    id: str
    name: str
    name_en: str
    country: str
    languages: tuple[str, ...]
    kind: SourceKind
    timezone: str
    contact: str | None
    entries: tuple[DraftEntry, ...]
    hosts: tuple[str, ...]
    article: tuple[str, ...]
    listing: tuple[str, ...]
    samples: tuple[str, ...]
    unverified: tuple[str, ...]
    notes: dict[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


def id_for(host: str) -> str:
    """An id for the site at a host: its name without `www` and the endings that many share."""
    name, _, port = host.partition(":")
    labels = re.sub(r"\Awww\d*\.", "", name).split(".")
    if not all(label.isdecimal() for label in labels):
        labels = labels[:-1] or labels
        while len(labels) > 1 and labels[-1] in _SECOND_LEVEL:
            labels.pop()
    text = re.sub(r"[^a-z0-9-]+", "_", "_".join([*labels, port] if port else labels).lower()).strip("_-")
    return text[:64] or "source"


def is_id(text: str) -> bool:
    """True for what may be the id of a source."""
    return _ID.fullmatch(text) is not None


def to_toml(draft: Draft, *, url: str, day: str) -> str:
    """The source file of a draft, for people and for `parse_source`; `day` is when the site was surveyed."""
    lines = [
        f"# Drafted by `kakehashi sources add {url}` on {day}. What stands under `unverified` is a guess: look at the",
        "# site, put it right, and take it off the list.",
        "schema = 1",
        *_pair(draft, "id", _text(draft.id)),
        *_pair(draft, "name", _text(draft.name)),
        *_pair(draft, "name_en", _text(draft.name_en)),
        *_pair(draft, "country", _text(draft.country)),
        *_pair(draft, "languages", f"[{', '.join(map(_text, draft.languages))}]"),
        *_pair(draft, "kind", _text(draft.kind)),
        *_pair(draft, "timezone", _text(draft.timezone)),
        *(_pair(draft, "contact", _text(draft.contact)) if draft.contact else _comment(draft.notes.get("contact"))),
        *_comment(draft.notes.get("rights")),
        *_array("unverified", draft.unverified),
    ]
    for entry in draft.entries:
        lines += ["", *_entry(entry)]
    lines += ["", "[scope]", *_array("hosts", draft.hosts)]
    lines += [*_comment(draft.notes.get("scope.article")), *_array("article", draft.article, is_pattern=True)]
    if draft.listing:
        lines += [*_comment(draft.notes.get("scope.listing")), *_array("listing", draft.listing, is_pattern=True)]
    lines += _array("samples", draft.samples)
    return "\n".join(lines) + "\n"


def _pair(draft: Draft, key: str, value: str) -> list[str]:
    return [*_comment(draft.notes.get(key)), f"{key} = {value}"]


def _comment(note: str | None) -> list[str]:
    return [f"# {' '.join(note.split())}"] if note else []


def _entry(entry: DraftEntry) -> list[str]:
    lines = [f"[[entries]]\ntype = {_text(entry.type)}\nurl = {_text(entry.url)}"]
    if entry.max_pages is not None:
        lines.append(f"max_pages = {entry.max_pages}")
    body = "\n".join(lines).split("\n")
    return [*_comment(entry.note), *(body if entry.used else [f"# {line}" for line in body])]


def _array(key: str, values: tuple[str, ...], *, is_pattern: bool = False) -> list[str]:
    show = _pattern if is_pattern else _text
    if len(values) <= 1:
        return [f"{key} = [{', '.join(map(show, values))}]"]
    return [f"{key} = [", *(f"  {show(value)}," for value in values), "]"]


def _pattern(text: str) -> str:
    return f"'{text}'" if "'" not in text else _text(text)


def _text(text: str) -> str:
    # A basic string of TOML is one of JSON, but for DEL.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
