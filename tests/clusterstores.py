"""Stores for tests of a cluster: what one machine alone makes of some WARCs, and the same WARCs on S3."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from archive.blobs import open_blobs
from tests import commands
from tests.pipelines.archived import exchange, write
from tests.test_process_scale import WORDS, make_store
from tests.wireserver import with_length

if TYPE_CHECKING:
    from pathlib import Path

    from archive.capture import Exchange
    from tests.faultproxy import FaultProxy


@dataclass(frozen=True)
class Made:
    """The folder of `warcs` alone, and that of a store where `process` has been, with its report and its bytes."""

    warcs: Path
    alone: Path
    report: dict[str, Any]
    digests: dict[str, str]

    @property
    def files(self) -> list[Path]:
        """The WARCs."""
        return sorted((self.warcs / "warc").rglob("*.warc.gz"))


STANDING = "https://herald.example"
"""The site of the pages that no template touches, in a WARC that begins last."""
FOOTER = "The Valley Herald is read in all nine districts, and its friends keep it alive with a few coins each month."


def make_alone(folder: Path, *, pages: int, warcs: int, standing: int = 0) -> Made:
    """Pages in WARCs, all of which their template touches, and what this machine makes of them.

    Beside them so many `standing` pages in a WARC of their own, whose site's template is none of their articles' lines.
    """
    make_store(folder / "warcs", pages, warcs=warcs)
    if standing:
        write(folder / "warcs", (standing_page(number) for number in range(standing)), run="20261121T230000Zfffffe")
    shutil.copytree(folder / "warcs", folder / "alone")
    done = commands.run("process", "--store", folder / "alone", "--json", timeout=580)
    assert done.code == 0, done.err
    return Made(folder / "warcs", folder / "alone", json.loads(done.out), digests(str(folder / "alone")))


def standing_page(number: int, *, end: str = "") -> Exchange:
    """A page in whose text no line recurs, unless it is at the `end`, above a footer that does."""
    chance = random.Random(number)
    told = (f"<p>Tokyo lent Tashkent {' '.join(chance.choices(WORDS, k=40))}.</p>" for _ in range(5))
    title = f"Japan lends Uzbekistan {' '.join(chance.sample(WORDS, 4))}"
    body = f"<article><h1>{title}</h1>{''.join(told)}<p>{end}</p></article><footer><p>{FOOTER}</p></footer>"
    html = f'<html lang="en"><head><title>{title}</title></head><body>{body}</body></html>'
    return replace(exchange("", message=with_length(html.encode())), url=f"{STANDING}/{number}")


def upload(folder: Path, store: str) -> str:
    """The files of a folder as a store on S3."""
    blobs = open_blobs(store)
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        if "state" not in path.relative_to(folder).parts:
            blobs.put_file(path.relative_to(folder).as_posix(), path)
    return store


def warcs_read(proxy: FaultProxy) -> Counter[str]:
    """How often a WARC, or a part of it, was got from a store through a proxy, by the WARC's name."""
    asked = (line.split()[1].partition("?")[0] for line in proxy.log if line.startswith("GET "))
    return Counter(path.rpartition("/")[2] for path in asked if path.endswith(".warc.gz"))


def digests(store: str) -> dict[str, str]:
    """The digest of every file of a store that is no state."""
    blobs = open_blobs(store)
    keys = [info.key for info in blobs.list() if not info.key.startswith("state/")]
    return {key: hashlib.sha256(blobs.get(key)).hexdigest() for key in keys}
