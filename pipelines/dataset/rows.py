"""One row of a release: the article as the contract has it, what is counted of it, and its pointer without a quotation.

Pure. Rows are plain JSON values, and their keys come in one order, so that equal rows are equal bytes.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from pipelines.changes import count_sentences
from pipelines.history import changes_between, sight_of
from pipelines.jsonl import article_to_dict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipelines.article import Article

Row = dict[str, Any]
LANGUAGE_UNKNOWN = "und"
_DUPLICATES = ("cluster", "kind", "first", "similarity")


def day_of(article: Mapping[str, Any]) -> str:
    """The ISO day of publication, of the capture where that is unknown; "" where neither is."""
    return str(article["published"] or article["fetched"] or article["provenance"]["captured_at"] or "")[:10]


def sha256_of(text: str | None) -> str | None:
    """The digest of a text in hex; None of none."""
    return None if text is None else hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def article_row(article: Mapping[str, Any], *, version: int, link: Mapping[str, Any] | None) -> Row:
    """The row of an article, given as the JSON values of its line, with what the link stage says of it."""
    is_shared = link is not None and link["cluster"] is not None
    duplicates = {name: link.get(name) for name in _DUPLICATES} if link is not None and is_shared else None
    return {**article, "version": version, "duplicates": duplicates, **_counted(article, duplicates)}


def row_of_article(article: Article) -> Row:
    """The row of a typed article, whose version and duplicates are joined in already."""
    plain = article_to_dict(article)
    return {**plain, **_counted(plain, plain["duplicates"])}


def _counted(article: Mapping[str, Any], duplicates: Mapping[str, Any] | None) -> Row:
    text = article["text"]
    day = day_of(article)
    return {
        "year": int(day[:4]) if day[:4].isdigit() else None,
        "label": article["relevance"]["label"],
        "cluster": duplicates["cluster"] if duplicates else None,
        "characters": len(text),
        "words": len(text.split()),
        "sentences": count_sentences(text),
        "paragraphs": len(text.split("\n\n")) if text else 0,
        "text_sha256": sha256_of(text),
        "title_sha256": sha256_of(article["title"]),
    }


def finished(line: str, *, split: str, reservations: Mapping[str, Any]) -> str:
    """A row's line of JSON with its split, its reservations and, last, the digest of all that comes before it."""
    closing = dumped({"split": split, "reservations": reservations})
    whole = f"{line[:-1]}, {closing[1:]}"
    return f'{whole[:-1]}, "row_sha256": "{sha256_of(whole)}"}}'


_ENCODER = json.JSONEncoder(ensure_ascii=False)


def dumped(row: object) -> str:
    """A row, or any plain value, as one line of JSON, without its line end."""
    return _ENCODER.encode(row)


def pointer_of(row: Row) -> Row:
    """The row without a word of title, text, caption or sample: places, counts and digests stay."""
    relevance = row["relevance"]
    spans = [{name: value for name, value in span.items() if name != "text"} for span in relevance["evidence"]]
    removed = [{name: value for name, value in item.items() if name != "sample"} for item in row["removed"]]
    pointer = {
        **row,
        "images": [{"url": image["url"]} for image in row["images"]],
        "live_entries": [{"time": entry.get("time")} for entry in row["live_entries"]],
        "relevance": {**relevance, "evidence": spans},
        "removed": removed,
    }
    del pointer["title"], pointer["text"]
    return pointer


_PLACE = ("record_id", "captured_at", "warc", "offset", "length", "payload_digest", "origin")
_OLD, _NEW = "before", "after"


def version_row(old: Mapping[str, Any], new: Mapping[str, Any], *, number: int) -> Row:
    """The pair of a version and the one before it; `number` is that of the later one."""
    changes = [
        {"kind": change.kind.value, _OLD: change.before, _NEW: change.after}
        for change in changes_between(sight_of(old), sight_of(new))
    ]
    return {
        "id": new["id"],
        "url": new["url"],
        "source": new["source"],
        "language": new["language"],
        "version_before": number - 1,
        "version_after": number,
        **_side(old, _OLD),
        **_side(new, _NEW),
        "changes": changes,
    }


def _side(article: Mapping[str, Any], side: str) -> Row:
    return {
        f"{side}": {name: article["provenance"][name] for name in _PLACE},
        f"title_{side}": article["title"],
        f"text_{side}": article["text"],
        f"title_sha256_{side}": sha256_of(article["title"]),
        f"text_sha256_{side}": sha256_of(article["text"]),
    }


def version_pointer_of(row: Row) -> Row:
    """The pair without a word of its titles and texts: of each change its kind and how many characters it has."""
    pointer = {name: value for name, value in row.items() if name not in _WORDS}
    changes = [
        {
            "kind": change["kind"],
            "characters_before": len(change[_OLD] or ""),
            "characters_after": len(change[_NEW] or ""),
        }
        for change in row["changes"]
    ]
    return {**pointer, "changes": changes}


_WORDS = frozenset(f"{what}_{side}" for what in ("title", "text") for side in (_OLD, _NEW))
