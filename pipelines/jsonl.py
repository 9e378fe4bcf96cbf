"""Articles, dropped and failed pages <-> lines of JSON: the written form of the contract. Pure.

Keys come in the order of the contract, so that equal values are equal bytes.
"""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any

from pipelines.article import (
    SCHEMA_VERSION,
    Article,
    Dropped,
    Evidence,
    Failed,
    Image,
    Label,
    NearMiss,
    Provenance,
    Reason,
    Relevance,
    Removed,
    Rights,
)

_AS_THEY_ARE = frozenset({str, int, float, bool, type(None)})


def article_to_dict(article: Article) -> dict[str, Any]:
    """The article as plain JSON values, `schema_version` first."""
    return {"schema_version": SCHEMA_VERSION, **_plain(article)}


def relevance_to_dict(relevance: Relevance) -> dict[str, Any]:
    """A judgement as plain JSON values."""
    plain: dict[str, Any] = _plain(relevance)
    return plain


def format_article(article: Article) -> str:
    """The article as one line, without its line end."""
    return json.dumps(article_to_dict(article), ensure_ascii=False)


def format_dropped(dropped: Dropped) -> str:
    """The dropped page as one line; `near_miss` stands only where it is one."""
    plain = _plain(dropped)
    if dropped.near_miss is None:
        del plain["near_miss"]
    return json.dumps(plain, ensure_ascii=False)


def format_failed(failed: Failed) -> str:
    """The failed page as one line; `failed:CAUSE` stands where a dropped page has its reason."""
    plain = _plain(failed)
    cause = plain.pop("cause")
    return json.dumps({"url": plain.pop("url"), "reason": f"failed:{cause}", **plain}, ensure_ascii=False)


def _plain(value: Any) -> Any:
    if value.__class__ in _AS_THEY_ARE:
        return value
    if names := _names(value.__class__):
        return {name: _plain(getattr(value, name)) for name in names}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


@cache
def _names(kind: type) -> tuple[str, ...]:
    """The fields of a dataclass in their order; none of any other type."""
    return tuple(field.name for field in fields(kind)) if is_dataclass(kind) else ()


def parse_article(line: str) -> Article:
    """The article in a line. Raises `ValueError` naming what is missing or of another schema."""
    data = json.loads(line)
    if not isinstance(data, dict):
        raise ValueError(f"not an article: {line[:60]!r}")  # noqa: TRY004  (as promised: the line is wrong, not the type)
    version = data.pop("schema_version", None)
    if version != SCHEMA_VERSION:
        raise ValueError(f"schema_version is {version!r}, expected {SCHEMA_VERSION}")
    try:
        return _article(data)
    except (KeyError, TypeError) as error:
        raise ValueError(f"not an article: {error}") from error


def _article(data: dict[str, Any]) -> Article:
    return Article(
        **{
            **data,
            "authors": tuple(data["authors"]),
            "tags": tuple(data["tags"]),
            "images": tuple(Image(**image) for image in data["images"]),
            "live_entries": tuple(data["live_entries"]),
            "rights": Rights(**data["rights"]),
            "removed": tuple(Removed(**item) for item in data["removed"]),
            "provenance": Provenance(**data["provenance"]),
            "relevance": _relevance(data["relevance"]),
        }
    )


def _relevance(data: dict[str, Any]) -> Relevance:
    return Relevance(
        label=Label(data["label"]),
        score=data["score"],
        countries=tuple(data["countries"]),
        evidence=tuple(Evidence(**item) for item in data["evidence"]),
        organisations=tuple(data["organisations"]),
        topics=tuple(data["topics"]),
    )


def parse_dropped(line: str) -> Dropped:
    """The dropped page in a line. Raises `ValueError`."""
    data = json.loads(line)
    try:
        provenance = Provenance(**data["provenance"])
        near_miss = _near_miss(data["near_miss"]) if "near_miss" in data else None
        return Dropped(
            url=data["url"],
            reason=Reason(data["reason"]),
            detail=data["detail"],
            provenance=provenance,
            near_miss=near_miss,
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"not a dropped page: {error}") from error


def _near_miss(data: dict[str, Any]) -> NearMiss:
    evidence = tuple(Evidence(**item) for item in data["evidence"])
    return NearMiss(**{**data, "label": Label(data["label"]), "evidence": evidence})
