"""A WACZ holds what the store holds, byte for byte, with an index that leads to every record."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING

import pytest

from archive.blobs import LocalBlobs
from archive.capture import Location
from archive.cdxj import parse_line
from archive.reader import read_records
from archive.scan import Finding
from archive.wacz import Contents, write_wacz
from tests.pipelines.archived import RUN, WHEN, exchange, write

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from archive.capture import Stored

LATER = "20261122T093000Zabcdef"


@pytest.fixture
def stored(tmp_path: Path) -> list[Stored]:
    """Two WARCs in a store, of three captures and one."""
    return [
        *write(tmp_path / "data", [exchange(name) for name in ("c", "a", "b")]),
        *write(tmp_path / "data", [exchange("d")], run=LATER),
    ]


def contents(records: Iterable[Location] | None = None, pages: Iterable[bytes] = ()) -> Contents:
    """What is to go in; a fixed date and title."""
    return Contents(pages=pages, records=records, latest=WHEN, title="Test: a store", software="kakehashi 0")


def lines_of(wacz: zipfile.ZipFile) -> list[bytes]:
    """The lines of its index."""
    return gzip.decompress(wacz.read("indexes/index.cdx.gz")).splitlines()


def urls_of(wacz: zipfile.ZipFile) -> list[str]:
    """What each index line leads to, in the order of the lines: the URL in the record that lies there."""
    found: list[str] = []
    for line in lines_of(wacz):
        place = parse_line(line.decode()).location
        member = wacz.read(f"archive/{place.warc}")[place.offset : place.offset + place.length]
        (record,) = read_records(io.BytesIO(member), warc="", size=len(member))
        assert not isinstance(record, Finding)
        found.append(record.field("WARC-Target-URI") or "")
    return found


def test_without_a_choice_the_warcs_go_in_as_they_are(tmp_path: Path, stored: list[Stored]) -> None:
    """Every WARC is the store's byte for byte, stored; the index is sorted and leads to each record."""
    report = write_wacz(tmp_path / "x.wacz", LocalBlobs(tmp_path / "data"), contents())
    with zipfile.ZipFile(tmp_path / "x.wacz") as wacz:
        for key in {item.location.warc for item in stored}:
            assert wacz.read(f"archive/{key.rsplit('/', 1)[-1]}") == (tmp_path / "data" / key).read_bytes()
        urls = urls_of(wacz)
        packed = [info.filename for info in wacz.infolist() if info.compress_type != zipfile.ZIP_STORED]
        lines = lines_of(wacz)

    assert urls == [f"https://example.org/{name}" for name in "abcd"]
    assert lines == sorted(lines)
    assert [name for name in packed if name.startswith("archive/") or name.endswith(".gz")] == []
    assert (report.warcs, report.captures, report.problems) == (2, 4, [])


def test_chosen_records_are_copied_with_their_request_and_metadata(tmp_path: Path, stored: list[Stored]) -> None:
    """Byte for byte, behind a warcinfo of the new file and that of their own; nothing else comes along."""
    chosen = [stored[1].location, stored[3].location]
    write_wacz(tmp_path / "x.wacz", LocalBlobs(tmp_path / "data"), contents(chosen))
    with zipfile.ZipFile(tmp_path / "x.wacz") as wacz:
        (name,) = (name for name in wacz.namelist() if name.startswith("archive/"))
        warc = wacz.read(name)
        urls = urls_of(wacz)
    records = list(read_records(io.BytesIO(warc), warc=name, size=len(warc)))

    assert [(item.kind, item.field("WARC-Target-URI")) for item in records if not isinstance(item, Finding)] == [
        ("warcinfo", None), ("warcinfo", None),
        *((kind, "https://example.org/a") for kind in ("response", "request", "metadata")),
        ("warcinfo", None),
        *((kind, "https://example.org/d") for kind in ("response", "request", "metadata")),
    ]  # fmt: skip
    assert urls == ["https://example.org/a", "https://example.org/d"]
    for item in (stored[1], stored[3]):
        place = item.location
        assert (tmp_path / "data" / place.warc).read_bytes()[place.offset :][: place.length] in warc


def test_it_lists_its_files_with_their_digests(tmp_path: Path, stored: list[Stored]) -> None:
    """datapackage.json has size and sha256 of each file but itself, and datapackage-digest.json has its own."""
    pages = [b'{"url": "https://example.org/a", "ts": "2026-11-21T09:30:00Z"}']
    write_wacz(tmp_path / "x.wacz", LocalBlobs(tmp_path / "data"), contents(pages=pages))
    with zipfile.ZipFile(tmp_path / "x.wacz") as wacz:
        package = json.loads(wacz.read("datapackage.json"))
        digest = json.loads(wacz.read("datapackage-digest.json"))
        listed = {item["path"]: (item["hash"], item["bytes"]) for item in package["resources"]}
        files = {name: wacz.read(name) for name in wacz.namelist()}

    own = files.pop("datapackage.json")
    assert digest == {"path": "datapackage.json", "hash": f"sha256:{hashlib.sha256(own).hexdigest()}"}
    del files["datapackage-digest.json"]
    assert listed == {name: (f"sha256:{hashlib.sha256(data).hexdigest()}", len(data)) for name, data in files.items()}
    assert (package["profile"], package["wacz_version"]) == ("data-package", "1.1.1")
    assert package["created"] == "2026-11-21T09:30:00Z"
    assert files["pages/pages.jsonl"].splitlines()[1:] == pages


def test_the_same_store_gives_the_same_bytes(tmp_path: Path, stored: list[Stored]) -> None:
    """Neither a clock nor chance is in it, whole or chosen."""
    for number in range(2):
        write_wacz(tmp_path / f"whole{number}", LocalBlobs(tmp_path / "data"), contents())
        write_wacz(tmp_path / f"chosen{number}", LocalBlobs(tmp_path / "data"), contents([stored[0].location]))

    assert (tmp_path / "whole0").read_bytes() == (tmp_path / "whole1").read_bytes()
    assert (tmp_path / "chosen0").read_bytes() == (tmp_path / "chosen1").read_bytes()


def test_lines_that_a_player_would_play_wrongly_are_left_out(tmp_path: Path, stored: list[Stored]) -> None:
    """A 304 revisit goes in with its WARC, not with its line; the other lines stay."""
    (index,) = (tmp_path / "data" / "cdxj").glob(f"*{LATER}.cdxj")
    line = index.read_text().replace('"text/html"', '"warc/revisit"').replace('"200"', '"304"')
    index.write_text(line + index.read_text())
    report = write_wacz(tmp_path / "x.wacz", LocalBlobs(tmp_path / "data"), contents())
    with zipfile.ZipFile(tmp_path / "x.wacz") as wacz:
        lines = [parse_line(line.decode()) for line in lines_of(wacz)]

    assert report.captures == len(lines) == 4
    assert [entry.status for entry in lines] == [200] * 4


def test_what_is_broken_is_reported_and_the_rest_goes_in(tmp_path: Path, stored: list[Stored]) -> None:
    """A line that is none, one that points behind the file, a WARC without an index, a record that is not listed."""
    indexes = tmp_path / "data" / "cdxj"
    (first,) = indexes.glob(f"*{RUN}.cdxj")
    (second,) = indexes.glob(f"*{LATER}.cdxj")
    first.write_text(
        "nonsense\n" + first.read_text().replace(f'"offset": "{stored[1].location.offset}"', '"offset": "999999"')
    )
    second.unlink()
    whole = write_wacz(tmp_path / "whole", LocalBlobs(tmp_path / "data"), contents())
    places = [stored[1].location, stored[2].location, Location(warc="warc/2026/11/gone.warc.gz", offset=0, length=1)]
    chosen = write_wacz(tmp_path / "chosen", LocalBlobs(tmp_path / "data"), contents(places))

    assert [problem.split(":", 1)[1][:20] for problem in whole.problems] == [
        " not a CDXJ line: 'n", " a line for https://", " has no index, `kake",
    ]  # fmt: skip
    assert whole.captures == 2
    assert chosen.captures == 1
    assert [problem for problem in chosen.problems if "no index line points to it" in problem or "not in the store" in problem] == [
        f"{stored[1].location.warc} at byte {stored[1].location.offset}: no index line points to it",
        "warc/2026/11/gone.warc.gz: is not in the store, 1 of its captures are wanted",
    ]  # fmt: skip
    with zipfile.ZipFile(tmp_path / "chosen") as wacz:
        assert urls_of(wacz) == ["https://example.org/b"]


def test_a_failure_leaves_the_file_as_it_was(tmp_path: Path, stored: list[Stored]) -> None:
    """No half of a WACZ is ever at its name."""
    target = tmp_path / "x.wacz"
    target.write_bytes(b"before")

    def pages() -> Iterable[bytes]:
        yield b"{}"
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        write_wacz(target, LocalBlobs(tmp_path / "data"), contents(pages=pages()))

    assert target.read_bytes() == b"before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "x.wacz"]


def test_players_find_the_data_of_each_file_by_the_directory(tmp_path: Path, stored: list[Stored]) -> None:
    """ReplayWeb.page reads the local header of a file only where the directory says that it has an extra field."""
    write_wacz(tmp_path / "x.wacz", LocalBlobs(tmp_path / "data"), contents([stored[0].location]))
    data = (tmp_path / "x.wacz").read_bytes()
    with zipfile.ZipFile(tmp_path / "x.wacz") as wacz:
        for info in wacz.infolist():
            name, extra = struct.unpack_from("<HH", data, info.header_offset + 26)
            begins = info.header_offset + 30 + name + (extra if info.extra else 0)
            packed = data[begins : begins + info.compress_size]
            is_packed = info.compress_type == zipfile.ZIP_DEFLATED
            assert (zlib.decompress(packed, -15) if is_packed else packed) == wacz.read(info.filename)
