"""The clean texts of a WARC's articles as `conversion` records: for tools that read WARCs and know no JSON of ours.

They are made of the lines of articles alone, and never read back: `text/` holds nothing that `articles/` does not.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from archive.conversions import Conversion, write_conversions
from archive.dates import parse_date
from archive.layout import text_key
from pipelines.mementos import address_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from archive.layout import Stem

_CONFORMS_TO = "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"


def write_texts(folder: Path, stem: Stem, lines: Sequence[bytes]) -> list[str]:
    """Write the texts of the articles on these lines, in their order, below `folder`; back come the keys: one, or none.

    Where there is no article there is no file, and one that was there goes. The same lines give the same bytes.
    Raises `OSError`.
    """
    path = folder / text_key(stem)
    if not lines:
        path.unlink(missing_ok=True)
        return []
    software: dict[str, None] = {}
    rules: dict[str, None] = {}
    conversions: list[Conversion] = []
    for line in lines:
        article = json.loads(line)
        made_by = article["provenance"]["software"]
        software[" ".join(f"{name}/{version}" for name, version in made_by.items())] = None
        rules[json.dumps({"source": article["source"], **article["provenance"]["rules"]}, ensure_ascii=False)] = None
        if article["provenance"]["record_id"] is not None:  # else nothing to refer to: somebody's record without an id
            conversions.append(_conversion(article))
    fields = tuple(_fields(stem, software, rules))
    write_conversions(path, when=stem.began_at, fields=fields, conversions=conversions)
    return [text_key(stem)]


def _conversion(article: dict[str, Any]) -> Conversion:
    provenance = article["provenance"]
    return Conversion(
        url=address_in(provenance.get("origin")) or article["url"],  # that of the record that it refers to
        captured_at=parse_date(provenance["captured_at"]),
        refers_to=provenance["record_id"],
        text=article["text"],
    )


def _fields(stem: Stem, software: Iterable[str], rules: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Who made the texts of what, by which rules: the articles say so, and whoever reads them later."""
    yield from (("software", versions) for versions in software)
    yield "format", "WARC File Format 1.1"
    yield "conformsTo", _CONFORMS_TO
    yield "description", f"the clean texts of the articles in {stem}.warc.gz of warc/, derived from it"
    yield from (("kakehashi-rules", text) for text in rules)
